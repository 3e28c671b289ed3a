"""Compare every figure of two checkouts: nothing that is scored may change without being named.

    python eval/benchmarks/equality.py BEFORE AFTER [--folder DIR] [--documents 2000]

The checkout BEFORE makes the input once: what the baselines predict on test and retold, seeded random documents, and
the data of the cases of the benchmarks.
Each checkout then scores the same files, strict and lenient and under mapped label sets, in a process of its own. For
each run the summary (metrics, intervals, errors, figures by type, genre and part, error ids) and the statistics of
every metric on every document are kept under DIR and compared. Exit status 1 if anything differs.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

SEED = 20_200_128
DATA = Path(__file__).with_name("data.py")
TOLERANCE = 1e-12
BASELINES = ("rules", "linear")
FOLDERS = ("corpus", "eval", "annotation", "baselines", "tests", "tests/eval")
# The names of a module and of an attribute have changed; the first that a checkout has is taken.
SCORER = ("goldwire_eval.scorer", "goldwire_eval.score")
RESULTS = ("goldwire_eval.results", "goldwire_eval.summary")
POLICY = ("goldwire_eval.policy", "goldwire_eval.policies")
READERS = ("goldwire_eval.readers.reference", "goldwire_eval.read")
ONTOLOGY = ("goldwire_corpus.schema.ontology", "goldwire_corpus.ontology")
REGISTRY = ("goldwire_eval.metrics.registry", "goldwire_eval.metrics")
CASES = (
    ("ner", "jsonl", "goldwire", ["ner"]), ("ner", "conll", "any", ["ner"]), ("coref", "jsonl", "goldwire", ["coref"]),
    ("coref-one", "jsonl", "goldwire", ["coref"]), ("events", "jsonl", "goldwire", ["trigger", "argument"]),
)  # fmt: skip
"""Of each case of the benchmarks its data, their format, the label set and the metrics."""
RUNS = (
    ("strict", "goldwire", False), ("lenient", "goldwire", True), ("any", "any", False),
    *((scheme, scheme, True) for scheme in ("ace2005", "ere", "conll2003", "ontonotes", "acled", "plover")),
)  # fmt: skip


def first(names: tuple[str, ...]) -> Any:
    """Return the first of these modules that can be imported."""
    for name in names[:-1]:
        try:
            return import_module(name)
        except ModuleNotFoundError:
            continue
    return import_module(names[-1])


# ---------------------------------------------------------------- in a process with one checkout on its path


def make(folder: Path, documents: int) -> None:
    """Write gold and predictions: the baselines' and random ones, and each random prediction in every label set."""
    import msgspec
    from generate import Maker

    from goldwire_corpus.load import documents as load
    from goldwire_eval import extractor

    gold = [document for split in ("test", "retold") for document in load(split)]
    write(folder / "corpus.gold.jsonl", gold)
    for name in BASELINES:
        write(folder / f"corpus.{name}.jsonl", extractor.run(name, load("train"), gold))
    for name in {name for name, *_ in CASES}:
        subprocess.run([sys.executable, DATA, name, folder / f"{name}-data"], check=True)
    rows, pred = Maker(SEED).corpus(documents)
    write(folder / "random.gold.jsonl", rows)
    write(folder / "random.made.jsonl", pred)
    for scheme in {labels for _, labels, _ in RUNS} - {"goldwire", "any"}:
        for source in ("corpus.rules", "corpus.linear", "random.made"):
            lines = (folder / f"{source}.jsonl").read_bytes().splitlines()
            write(folder / f"{source}.{scheme}.jsonl", [mapped(msgspec.json.decode(line), scheme) for line in lines])


def write(path: Path, rows: list[Any]) -> None:
    import msgspec

    path.write_bytes(b"".join(msgspec.json.encode(row) + b"\n" for row in rows))


def mapped(row: dict[str, Any], scheme: str) -> dict[str, Any]:
    """Return a prediction with the names of another label set; what it lacks keeps its own name and is invalid."""
    onto = first(ONTOLOGY).ontology()
    for mention in row.get("mentions") or ():
        mention["type"] = getattr(onto.entity[mention["type"]], scheme, None) or mention["type"]
    for event in row.get("events") or ():
        own = onto.event[event["type"]]
        event["type"] = getattr(own, scheme, None) or event["type"]
        for argument in event.get("arguments") or ():
            said = own.role_names.get(scheme, {}).get(argument["role"])
            argument["role"] = said or getattr(onto.role[argument["role"]], scheme, None) or argument["role"]
    for record in row.get("records") or ():
        record["type"] = getattr(onto.event[record["type"]], scheme, None) or record["type"]
    return row


def score(inputs: Path, out: Path) -> None:
    """Write the summary and the statistics by document of every run, and of every case of the benchmarks."""
    select = first(REGISTRY).select
    for name, suffix, labels, metrics in CASES:
        gold, pred = (inputs / f"{name}-data" / f"{side}.{suffix}" for side in ("gold", "pred"))
        score_one(f"case.{name}.{suffix}", gold, pred, policies_of(labels, lenient=False), select(metrics), out)
    for gold, name in (("corpus", "rules"), ("corpus", "linear"), ("random", "made")):
        for run, labels, lenient in RUNS:
            own = labels in ("goldwire", "any")
            path = inputs / (f"{gold}.{name}.jsonl" if own else f"{gold}.{name}.{labels}.jsonl")
            policies = policies_of(labels, lenient)
            every = first(REGISTRY).METRICS
            score_one(f"{gold}.{name}.{run}", inputs / f"{gold}.gold.jsonl", path, policies, every, out)


def score_one(stem: str, gold: Path, pred: Path, policies: Any, metrics: Any, out: Path) -> None:
    """Write the summary of one file and the statistics of each of its documents."""
    import msgspec
    import numpy as np

    reference = first(READERS).Gold.of_files([gold], policies)
    scored = first(SCORER).score_file(pred, reference, policies, metrics)
    summary = first(RESULTS).summarise(scored, stem, "data")
    found = summary.pop("validation_errors", None) or summary.pop("incidents", [])
    summary["error_ids"] = dict(sorted(Counter(error["id"] for error in found).items()))
    (out / f"{stem}.json").write_bytes(msgspec.json.format(msgspec.json.encode(summary)))
    # The attempted metrics of this checkout, whatever the other has.
    units = {metric: scored.stats(metric) for metric in scored.metrics}
    np.savez_compressed(out / f"{stem}.npz", **units)


def policies_of(labels: str, lenient: bool) -> Any:
    """Return the policies of a run; the policy of invalid items has another name and strict value in each checkout."""
    import msgspec

    policies = first(POLICY).Policies
    strict = ("rejected", "refused")
    name = next(field.name for field in msgspec.structs.fields(policies) if field.default in strict)
    return policies(labels=labels, **({name: "wrong"} if lenient else {}))


# ---------------------------------------------------------------- in this process


def compare(before: Path, after: Path) -> Iterator[str]:
    """Yield a line for every figure that differs."""
    import numpy as np

    for path in sorted(before.glob("*.json")):
        old, new = (json.loads((side / path.name).read_bytes()) for side in (before, after))
        # Groups and metrics that only the later checkout has are new, not changed.
        known = old["metrics"].keys()
        new["metrics"] = {metric: row for metric, row in new["metrics"].items() if metric in known}
        new["by"] = {
            group: {value: {m: row for m, row in some.items() if m in known} for value, some in rows.items()}
            for group, rows in new["by"].items()
            if group in old["by"]
        }
        for place in ("documents", "missing", "metrics", "by", "errors", "error_ids"):
            yield from differences(f"{path.stem} {place}", old[place], new[place])
        rows = [np.load(side / f"{path.stem}.npz") for side in (before, after)]
        for metric in rows[0].files:
            if metric not in rows[1].files:
                continue
            a, b = rows[0][metric], rows[1][metric]
            if a.shape != b.shape:
                yield f"{path.stem} {metric}: {len(a)} units before, {len(b)} after"
            elif not np.allclose(a, b, rtol=0, atol=TOLERANCE * 1000):
                yield f"{path.stem} {metric}: {int((np.abs(a - b) > TOLERANCE).any(axis=1).sum())} documents differ"


def differences(place: str, old: Any, new: Any) -> Iterator[str]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*old, *(k for k in new if k not in old)]:
            if key not in new or key not in old:
                yield f"{place}.{key}: {'only after' if key in new else 'only before'}"
            else:
                yield from differences(f"{place}.{key}", old[key], new[key])
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for i, (a, b) in enumerate(zip(old, new, strict=True)):
            yield from differences(f"{place}[{i}]", a, b)
    elif isinstance(old, float | int) and isinstance(new, float | int):
        if abs(old - new) > TOLERANCE * max(1.0, abs(old)):
            yield f"{place}: {old:g} before, {new:g} after"
    elif old != new:
        yield f"{place}: {str(old)[:80]} before, {str(new)[:80]} after"


def worker(checkout: Path, *arguments: str) -> None:
    subprocess.run([sys.executable, __file__, "--checkout", str(checkout), *arguments], check=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkouts", nargs="*", type=Path, help="BEFORE and AFTER")
    parser.add_argument("--folder", type=Path, help="where input and figures are kept")
    parser.add_argument("--documents", type=int, default=2000, help="number of random documents, at most 2,048")
    parser.add_argument("--checkout", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--make", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--score", nargs=2, type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.checkout:
        sys.path[:0] = [str(options.checkout / folder) for folder in FOLDERS]
        if options.make:
            make(options.make, options.documents)
        else:
            score(*options.score)
        return 0
    if len(options.checkouts) != 2:
        parser.error("expected two checkouts, BEFORE and AFTER")
    folder = options.folder or Path(tempfile.mkdtemp(prefix="goldwire-equality-"))
    inputs = folder / "input"
    if not inputs.is_dir():
        inputs.mkdir(parents=True)
        worker(options.checkouts[0], "--make", str(inputs), "--documents", str(options.documents))
    for side, checkout in zip(("before", "after"), options.checkouts, strict=True):
        out = folder / side
        # The figures of BEFORE do not change, and are kept.
        if side == "after" or not out.is_dir():
            out.mkdir(exist_ok=True)
            worker(checkout, "--score", str(inputs), str(out))
    found = list(compare(folder / "before", folder / "after"))
    print("\n".join(found) or "no figure differs")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

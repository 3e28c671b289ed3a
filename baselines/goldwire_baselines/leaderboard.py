"""Leaderboard of the embedded baselines, which are trained, run and scored."""

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from goldwire_corpus.atomic_write import write_atomic
from goldwire_corpus.join.copies import joined_documents
from goldwire_corpus.load import data_signature, documents
from goldwire_corpus.parts import JOINED, Copies
from goldwire_corpus.release.dataset_card import fill
from goldwire_corpus.source.files import read_text, source_root
from goldwire_eval import extractor
from goldwire_eval.metrics.registry import HEADLINE, METRICS
from goldwire_eval.reporting.text import interval, percent
from goldwire_eval.results import encode_json, summarise
from goldwire_eval.scorer import score_documents

BASELINES = ("rules", "linear")
SPLITS = ("test", "retold")
HELD_OUT = "+".join(SPLITS)
Report = Mapping[str, Any]
Reports = Mapping[str, Report]


def run(name: str, copies: Copies, out: Path | None = None) -> dict[str, Report]:
    """Train a baseline and run it; return the summary of the held-out documents and, by part, of each real part.

    The summary of the held-out documents has the key HELD_OUT. Parts whose copies are not given are left out. Writes
    the predictions of the held-out documents to `out`.
    """
    start = time.perf_counter()
    real = {part: joined_documents(part, copies) for part, path in zip(JOINED, copies, strict=True) if path is not None}
    gold = {HELD_OUT: [document for split in SPLITS for document in documents(split)], **real}
    predictions = extractor.run(name, documents("train"), [d for part in gold.values() for d in part])
    made = {p.id: p for p in predictions}
    found = {part: [made[d.id] for d in rows] for part, rows in gold.items()}
    if out is not None:
        write_atomic(out / f"{name}.jsonl", b"".join(msgspec.json.encode(p) + b"\n" for p in found[HELD_OUT]))
    if sys.stderr.isatty():
        print(f"{name}: trained and run in {time.perf_counter() - start:.1f} s", file=sys.stderr)
    signature = data_signature()
    return {part: summarise(score_documents(found[part], rows, name), part, signature) for part, rows in gold.items()}


def leaderboard(reports: Reports, metrics: Sequence[str] = ()) -> Iterator[str]:
    """Yield the lines of the leaderboard: the figures of the held-out documents, and the caveats."""
    yield from figures(reports, metrics)
    yield ""
    yield from caveats()
    yield next(iter(reports.values()))["signature"]


def figures(reports: Reports, metrics: Sequence[str] = (), title: str = "F1, 95 % interval") -> Iterator[str]:
    """Yield a line for each metric: F1 of each baseline with its interval."""
    undefined = {"f1": None, "interval": None}
    metrics = metrics or HEADLINE
    width = max(len(title), *map(len, metrics)) + 2
    yield f"{title:{width}}" + "".join(f"{name:>22}" for name in reports)
    for metric in metrics:
        cells = (r["metrics"].get(metric, undefined) for r in reports.values())
        yield f"{metric:{width}}" + "".join(f"{percent(m['f1']):>8}{interval(m['interval']):>14}" for m in cells)


def caveats() -> Iterator[str]:
    """Yield the number of documents and worlds, and what the intervals cover."""
    parts = []
    for split in SPLITS:
        gold = documents(split)
        worlds = len({document.world for document in gold})
        parts.append(f"{len(gold)} documents of {worlds} world{'s' if worlds > 1 else ''} ({split})")
    yield f"{', '.join(parts)}; none of these worlds is in train"
    yield "The intervals resample worlds. They do not cover other kinds of news, other seeds of a model,"
    yield "or errors of the gold."


def update(reports: Reports, real: Mapping[str, Reports]) -> None:
    """Write the stored results of this checkout and the tables of its READMEs.

    `real` has the results on the real parts by baseline, which replace the stored ones; without any, these are kept.
    """
    root = source_root().parent.parent
    write_atomic(root / "baselines" / "results.json", encode_json(dict(reports)))
    if all(real.values()):
        write_atomic(root / "baselines" / "real_results.json", encode_json(dict(real)))
    for path, tables in readme_tables(reports).items():
        write_atomic(root / path, fill(read_text(root / path), tables))


PARTS = {"worlds": "test", "retold": "retold", "field": "field", "wire": "wire"}
"""The parts side by side, and the split of each."""


def parts_table(root: Path) -> str:
    """Return a Markdown table of the stored F1 of each baseline by part, for the checkout in `root`."""
    held_out, real = (_stored(root / "baselines" / name) for name in ("results.json", "real_results.json"))
    columns = [
        held_out[name]["by"]["part"].get(part) or real.get(name, {}).get(part, {}).get("metrics", {})
        for name in BASELINES
        for part in PARTS
    ]
    titles = [f"{name}, {split}" for name in BASELINES for split in PARTS.values()]
    lines = [f"| F1 | {' | '.join(titles)} |", f"| --- |{' --- |' * len(titles)}"]
    for metric in HEADLINE:
        f1 = [column.get(metric, {}).get("f1") for column in columns]
        if any(figure is not None for figure in f1):
            lines.append(f"| {metric} | {' | '.join(map(percent, f1))} |")
    return "\n".join(lines) + "\n"


def _stored(path: Path) -> dict[str, Any]:
    return dict(msgspec.json.decode(read_text(path))) if path.exists() else {}


def readme_tables(reports: Reports) -> dict[str, dict[str, str]]:
    """Return the tables of results in the READMEs, by file and marker."""

    def block(lines: Iterator[str]) -> str:
        return "```\n" + "".join(f"{line}\n" for line in lines) + "```\n"

    return {
        "README.md": {"leaderboard": block(leaderboard(reports))},
        "baselines/README.md": {"results": block(leaderboard(reports, tuple(METRICS)))},
    }

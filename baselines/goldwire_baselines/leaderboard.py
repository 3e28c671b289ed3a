"""Leaderboard of the embedded baselines, which are trained, run and scored."""

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from goldwire_corpus.atomic_write import write_atomic
from goldwire_corpus.load import data_signature, documents
from goldwire_corpus.release.dataset_card import fill
from goldwire_corpus.source.files import read_text, source_root
from goldwire_eval import extractor
from goldwire_eval.metrics.registry import HEADLINE, METRICS
from goldwire_eval.reporting.text import interval, percent
from goldwire_eval.results import encode_json, summarise
from goldwire_eval.scorer import score_documents

BASELINES = ("rules", "linear")
HELD_OUT = ("test", "retold")
Reports = Mapping[str, Mapping[str, Any]]


def report(name: str, out: Path | None = None) -> dict[str, Any]:
    """Train a baseline, run it on the held-out documents and return its summary; write predictions to `out`."""
    start = time.perf_counter()
    gold = [document for split in HELD_OUT for document in documents(split)]
    predictions = extractor.run(name, documents("train"), gold)
    if out is not None:
        write_atomic(out / f"{name}.jsonl", b"".join(msgspec.json.encode(p) + b"\n" for p in predictions))
    if sys.stderr.isatty():
        print(f"{name}: trained and run in {time.perf_counter() - start:.1f} s", file=sys.stderr)
    return summarise(score_documents(predictions, gold, name), "+".join(HELD_OUT), data_signature())


def leaderboard(reports: Reports, metrics: Sequence[str] = ()) -> Iterator[str]:
    """Yield the lines of the leaderboard: F1 of each baseline with its interval, and the caveats."""
    undefined = {"f1": None, "interval": None}
    metrics = metrics or HEADLINE
    width = max(map(len, metrics)) + 2
    yield f"{'F1, 95 % interval':{width}}" + "".join(f"{name:>22}" for name in reports)
    for metric in metrics:
        cells = (r["metrics"].get(metric, undefined) for r in reports.values())
        yield f"{metric:{width}}" + "".join(f"{percent(m['f1']):>8}{interval(m['interval']):>14}" for m in cells)
    yield ""
    yield from caveats()
    yield next(iter(reports.values()))["signature"]


def caveats() -> Iterator[str]:
    """Yield the number of documents and worlds, and what the intervals cover."""
    parts = []
    for split in HELD_OUT:
        gold = documents(split)
        worlds = len({document.world for document in gold})
        parts.append(f"{len(gold)} documents of {worlds} world{'s' if worlds > 1 else ''} ({split})")
    yield f"{', '.join(parts)}; none of these worlds is in train"
    yield "The intervals resample worlds. They do not cover other kinds of news, other seeds of a model,"
    yield "or errors of the gold."


def update(reports: Reports) -> None:
    """Write the stored results of this checkout and the tables of its READMEs."""
    root = source_root().parent.parent
    write_atomic(root / "baselines" / "results.json", encode_json(dict(reports)))
    for path, tables in readme_tables(reports).items():
        write_atomic(root / path, fill(read_text(root / path), tables))


def readme_tables(reports: Reports) -> dict[str, dict[str, str]]:
    """Return the tables of results in the READMEs, by file and marker."""

    def block(lines: Iterator[str]) -> str:
        return "```\n" + "".join(f"{line}\n" for line in lines) + "```\n"

    return {
        "README.md": {"leaderboard": block(leaderboard(reports))},
        "baselines/README.md": {"results": block(leaderboard(reports, tuple(METRICS)))},
    }

"""`goldwire bench`: every embedded baseline, trained, run and scored."""

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

BASELINES = ("rules", "linear")
HELD_OUT = ("test", "retold")
Reports = Mapping[str, Mapping[str, Any]]


@click.command()
@click.option("--out", type=click.Path(path_type=Path), help="Also write each baseline's predictions to this folder.")
@click.option("--json", "json_path", help="Write the figures as JSON; - for standard output and nothing else.")
@click.option("--update", is_flag=True, help="Renew the results that the READMEs of this checkout show.")
def bench(out: Path | None, json_path: str | None, update: bool) -> None:
    """Train, run and score every embedded baseline on the held-out documents; print the leaderboard."""
    from goldwire_eval import report as tables
    from goldwire_eval.commands import write_json

    reports = {name: _report(name, out) for name in BASELINES}
    if json_path != "-":
        tables.console().print("\n".join(leaderboard(reports)), soft_wrap=True)
    if json_path is not None:
        write_json(reports, json_path)
    if update:
        _update(reports)


def _report(name: str, out: Path | None) -> dict[str, Any]:
    import msgspec

    from goldwire_corpus.files import write_atomic
    from goldwire_corpus.load import data_signature, documents
    from goldwire_eval import extractor
    from goldwire_eval.score import score_documents
    from goldwire_eval.summary import summarise

    begun = time.perf_counter()
    gold = [document for split in HELD_OUT for document in documents(split)]
    predictions = extractor.run(name, documents("train"), gold)
    if out is not None:
        write_atomic(out / f"{name}.jsonl", b"".join(msgspec.json.encode(p) + b"\n" for p in predictions))
    if sys.stderr.isatty():
        click.echo(f"{name}: trained and run in {time.perf_counter() - begun:.1f} s", err=True)
    return summarise(score_documents(predictions, gold, name), "+".join(HELD_OUT), data_signature())


def leaderboard(reports: Reports, metrics: Sequence[str] = ()) -> Iterator[str]:
    """The lines of the leaderboard: F1 of every baseline with its interval, and what the figures rest on."""
    from goldwire_eval.metrics import HEADLINE
    from goldwire_eval.report import interval, percent

    nothing = {"f1": None, "interval": None}
    metrics = metrics or HEADLINE
    width = max(map(len, metrics)) + 2
    yield f"{'F1, 95 % interval':{width}}" + "".join(f"{name:>22}" for name in reports)
    for metric in metrics:
        cells = (r["metrics"].get(metric, nothing) for r in reports.values())
        yield f"{metric:{width}}" + "".join(f"{percent(m['f1']):>8}{interval(m['interval']):>14}" for m in cells)
    first = next(iter(reports.values()))
    yield ""
    yield f"{first['documents']} documents of {first['split']}; their worlds are not in train"
    yield first["signature"]


def _update(reports: Reports) -> None:
    from goldwire_corpus.card import fill
    from goldwire_corpus.files import write_atomic
    from goldwire_corpus.source import read_text, source_root
    from goldwire_eval.commands import write_json

    root = source_root().parent.parent
    write_json(dict(reports), str(root / "baselines" / "results.json"))
    for path, tables in readme_tables(reports).items():
        write_atomic(root / path, fill(read_text(root / path), tables))


def readme_tables(reports: Reports) -> dict[str, dict[str, str]]:
    """What the READMEs show of the results, by file and marker."""
    from goldwire_eval.metrics import METRICS

    def block(lines: Iterator[str]) -> str:
        return "```\n" + "".join(f"{line}\n" for line in lines) + "```\n"

    return {
        "README.md": {"leaderboard": block(leaderboard(reports))},
        "baselines/README.md": {"results": block(leaderboard(reports, tuple(METRICS)))},
    }

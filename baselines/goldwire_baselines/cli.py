"""`goldwire bench`: every embedded baseline, trained, run and scored."""

import sys
import time
from pathlib import Path

import click

BASELINES = ("rules", "linear")
COLUMNS = (
    "ner", "mention.exact", "time.value", "quantity.value", "trigger.id", "trigger.cls", "trigger.realis",
    "argument.cls@entity", "argument.attached.cls@entity", "record.ceaf",
)  # fmt: skip
HELD_OUT = ("test", "retold")


@click.command()
@click.option("--out", type=click.Path(path_type=Path), help="Also write each baseline's predictions to this folder.")
@click.option("--json", "json_path", help="Write the figures as JSON; - for standard output and nothing else.")
def bench(out: Path | None, json_path: str | None) -> None:
    """Train, run and score every embedded baseline on the held-out documents; print the leaderboard."""
    import msgspec

    from goldwire_corpus.files import write_atomic
    from goldwire_corpus.load import data_signature, documents
    from goldwire_eval.commands import write_json
    from goldwire_eval.extractor import blind, create
    from goldwire_eval.score import report, score_documents

    train = documents("train")
    gold = [document for split in HELD_OUT for document in documents(split)]
    reports = {}
    for name in BASELINES:
        begun = time.perf_counter()
        extractor = create(name)
        extractor.fit(train)
        predictions = [extractor.predict(blind(document)) for document in gold]
        if out is not None:
            write_atomic(out / f"{name}.jsonl", b"".join(msgspec.json.encode(p) + b"\n" for p in predictions))
        reports[name] = report(score_documents(predictions, gold, name), "+".join(HELD_OUT), data_signature())
        if sys.stderr.isatty():
            click.echo(f"{name}: trained, run and scored in {time.perf_counter() - begun:.1f} s", err=True)
    if json_path != "-":
        leaderboard(reports)
    if json_path is not None:
        write_json(reports, json_path)


def leaderboard(reports: dict[str, dict[str, object]]) -> None:
    from rich.table import Table

    from goldwire_eval import report as tables

    out = tables.console()
    table = Table(box=None, pad_edge=False)
    table.add_column("F1, 95 % interval", no_wrap=True)
    for name in reports:
        table.add_column(name, justify="right", no_wrap=True)
    for metric in COLUMNS:
        cells = []
        for content in reports.values():
            m = content["metrics"][metric]  # type: ignore[index]
            cells.append(f"{tables.percent(m['f1'])}  {tables.interval(m['interval']):>12}")
        table.add_row(metric, *cells)
    out.print(table)
    first = next(iter(reports.values()))
    out.print(f"{first['documents']} documents that no baseline has seen, from worlds that are not in train")
    tables.notes(first, out)

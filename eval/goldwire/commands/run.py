"""`goldwire run`: an extractor, fitted, run and scored."""

from pathlib import Path

import click

from goldwire.commands import options
from goldwire.commands.output import emit


@click.command()
@click.argument("model")
@options.split
@options.article
@options.field
@options.json_path
@options.metrics
@options.by
@options.report
@options.labels
@click.option("--out", type=options.PATH, help="Also write the predictions to this file.")
def run(
    model: str, split: str | None, article: Path | None, field: Path | None, json_path: str | None,
    metrics: str | None, by: str | None, report: Path | None, labels: str, out: Path | None,
) -> None:  # fmt: skip
    """Fit MODEL on train, run it on a split and score it.

    MODEL is the name of a baseline or package.module:factory.
    """
    import msgspec

    from goldwire.interface import predict
    from goldwire_corpus.atomic_write import write_atomic

    predictions = predict(model, split, article=article, field=field)
    if out is not None:
        write_atomic(out, b"".join(msgspec.json.encode(p) + b"\n" for p in predictions))
    import goldwire as gw

    scores = gw.score(predictions, split, article=article, field=field, labels=labels, metrics=metrics, name=model)
    if report is not None:
        scores.to_html(report)
    emit(scores, json_path, by=by)

"""`goldwire validate`: all errors of a prediction file."""

import sys
from pathlib import Path

import click

from goldwire.commands import options
from goldwire_corpus.wording import counted


@click.command()
@click.argument("pred", type=click.Path(path_type=Path, allow_dash=True))
@options.split
@options.gold
@options.article
@options.field
@options.labels
def validate(
    pred: Path, split: str | None, gold: Path | None, article: Path | None, field: Path | None, labels: str
) -> None:
    """List all errors of the predictions in PRED, with path and line; exit 1 if there are any."""
    import goldwire as gw

    scores = gw.score(pred, split, gold=gold, article=article, field=field, labels=labels, metrics=(), lenient=True)
    for error in scores.validation_errors:
        click.echo(error)
    for note in scores.notes:
        click.echo(f"note: {note}")
    if scores.missing:
        click.echo(f"note: {len(scores.missing)} documents have no readable prediction and would count as empty: "
                   f"{', '.join(scores.missing)}")  # fmt: skip
    if scores.validation_errors:
        sys.exit(1)
    click.echo(f"{pred}: valid, {counted(scores.documents - len(scores.missing), 'prediction')}")

"""`goldwire score`: scores of a prediction file."""

from pathlib import Path

import click

from goldwire.commands import options
from goldwire.commands.output import emit


@click.command()
@click.argument("pred", type=click.Path(path_type=Path, allow_dash=True))
@options.split
@options.gold
@options.article
@options.field
@options.json_path
@options.metrics
@options.by
@options.report
@click.option(
    "--beside", multiple=True, type=options.PATH,
    help="Other predictions to plot in --report, before PRED; may be repeated.",
)  # fmt: skip
@options.policies
def score(
    pred: Path, split: str | None, gold: Path | None, article: Path | None, field: Path | None,
    json_path: str | None, metrics: str | None, by: str | None, report: Path | None, beside: tuple[Path, ...],
    labels: str, profile: str | None, lenient: bool, quotes: str, resample: str,
) -> None:  # fmt: skip
    """Validate and score the predictions in PRED.

    PRED is a file or folder in any supported format; - is standard input.
    """
    import goldwire as gw

    if beside and report is None:
        raise click.UsageError("--beside needs --report, the page that plots the other predictions")
    scores = [
        gw.score(one, split, gold=gold, article=article, field=field, labels=labels, metrics=metrics, lenient=lenient,
                 profile=profile, quotes=quotes, resample=resample)
        for one in (*beside, pred)
    ]  # fmt: skip
    if report is not None:
        scores[-1].to_html(report, beside=scores[:-1])
    emit(scores[-1], json_path, variants="@nosingletons" in (metrics or ""), by=by)

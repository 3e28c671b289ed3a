"""`goldwire compare`: paired significance test of two prediction files."""

from pathlib import Path

import click

from goldwire.commands import options
from goldwire.commands.output import write_json


@click.command()
@click.argument("first", type=options.PATH)
@click.argument("second", type=options.PATH)
@options.split
@options.gold
@options.article
@options.field
@options.json_path
@options.metrics
@click.option(
    "--all",
    "all_",
    is_flag=True,
    help="Compare all metrics instead of one per layer; Holm's correction covers all of them.",
)
@options.policies
def compare(
    first: Path, second: Path, split: str | None, gold: Path | None, article: Path | None, field: Path | None,
    json_path: str | None, metrics: str | None, all_: bool, labels: str, profile: str | None, lenient: bool,
    quotes: str, resample: str,
) -> None:  # fmt: skip
    """Test the significance of the difference between FIRST (A) and SECOND (B), by metric."""
    import goldwire as gw
    from goldwire_eval.metrics.registry import HEADLINE, METRICS

    selected = list(METRICS) if all_ else metrics
    result = gw.compare(first, second, split, gold=gold, article=article, field=field, labels=labels, metrics=selected,
                        lenient=lenient, profile=profile, quotes=quotes, resample=resample)  # fmt: skip
    for scores, other in ((result.first, result.second), (result.second, result.first)):
        alone = [m for m in HEADLINE if m in scores and m not in other]
        if alone:
            click.echo(f"{scores.name}: not compared, attempted by this file only: {', '.join(alone)}", err=True)
        if scores.missing:
            click.echo(f"{scores.name}: missing, counted as empty: {', '.join(scores.missing)}", err=True)
    if json_path is None:
        click.echo(repr(result))
    else:
        write_json(result.to_dict(), json_path)

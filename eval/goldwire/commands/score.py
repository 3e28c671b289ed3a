"""`goldwire score`: scores of a prediction file."""

import signal
from pathlib import Path

import click

from goldwire.commands import options
from goldwire.commands.output import emit, warnings_as_lines

LARGE = 50_000_000
"""From so many bytes on more than one process saves time."""


@click.command()
@click.argument("pred", type=options.LOCATION)
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
@click.option("--jobs", type=click.IntRange(min=1), help="Score large files in so many processes.  [default: 1]")
@click.option(
    "--dask", is_flag=False, flag_value="local", metavar="[ADDRESS]",
    help="Score large files on this Dask cluster, or without an address on a local one.",
)  # fmt: skip
@options.policies
def score(
    pred: str | Path, split: str | None, gold: str | Path | None, article: Path | None, field: Path | None,
    json_path: str | None, metrics: str | None, by: str | None, report: Path | None, beside: tuple[Path, ...],
    labels: str, profile: str | None, lenient: bool, quotes: str, resample: str, jobs: int | None, dask: str | None,
) -> None:  # fmt: skip
    """Validate and score the predictions in PRED.

    PRED is a file or folder in any supported format, or the URL of one; - is standard input.
    """
    import goldwire as gw

    if beside and report is None:
        raise click.UsageError("--beside needs --report, the page that plots the other predictions")
    if jobs is None and dask is None and (size := _size(pred) + _size(gold)) > LARGE:
        click.echo(f"{size / 1e6:,.0f} MB in one process; --jobs N takes N processes", err=True)
    if jobs is not None or dask is not None:
        # The default of the command line ends the process without a word when it writes to a worker that has died.
        signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    with warnings_as_lines():
        scores = [
            gw.score(one, split, gold=gold, article=article, field=field, labels=labels, metrics=metrics,
                     lenient=lenient, profile=profile, quotes=quotes, resample=resample, jobs=jobs, dask=dask)
            for one in (*beside, pred)
        ]  # fmt: skip
    if report is not None:
        scores[-1].to_html(report, beside=scores[:-1])
    emit(scores[-1], json_path, variants="@nosingletons" in (metrics or ""), by=by)


def _size(path: str | Path | None) -> int:
    """Return the bytes of a file, 0 for a folder or anything else."""
    return path.stat().st_size if isinstance(path, Path) and path.is_file() else 0

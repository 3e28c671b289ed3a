"""`goldwire run MODEL --docs`: an extractor over shards of documents, with progress and a summary."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from goldwire_corpus.wording import counted

if TYPE_CHECKING:
    from goldwire_eval.scale.run_documents import RunSummary, Watch


def run_documents(model: str, docs: str, out: str, jobs: int | None, dask: str | None) -> None:
    """Run the model and print a summary. Raises DataError with all failures, after the rest is done."""
    from goldwire_corpus.errors import DataError
    from goldwire_eval.scale.choice import executor_of
    from goldwire_eval.scale.run_documents import run_documents as run

    # The default of the command line ends the process without a word when it writes to a worker that has died.
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    executor = executor_of(jobs, dask)
    try:
        with _progress() as watch:
            summary = run(model, docs, out, executor, watch)
    except KeyboardInterrupt:
        click.echo(f"interrupted; run the same command again to go on: finished shards are kept in {out}", err=True)
        sys.exit(130)
    click.echo(_text(summary, out))
    if summary.errors:
        raise DataError(summary.errors)


def _text(summary: "RunSummary", out: str) -> str:
    earlier = f" ({summary.earlier:,} done before)" if summary.earlier else ""
    text = f"{counted(summary.shards, 'shard')}{earlier}, {counted(summary.documents, 'document')}: {out}"
    if summary.failed_documents or summary.failed_shards:
        failed = counted(summary.failed_documents, "document"), counted(summary.failed_shards, "shard")
        text += f"\n{' and '.join(failed)} failed: {out.rstrip('/')}/failed.jsonl"
    return text


@contextmanager
def _progress() -> "Iterator[Watch]":
    """Show how far a run is, on standard error and only on a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    from goldwire_eval.scale.run_documents import Progress

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[what]}"))
    console = Console(stderr=True)
    with Bar(*columns, TimeElapsedColumn(), TimeRemainingColumn(), console=console, transient=True,
             disable=not console.is_terminal) as bar:  # fmt: skip
        task = bar.add_task("listing", total=None, what="")

        def watch(progress: Progress) -> None:
            what = f"{counted(progress.documents, 'document')}, {progress.failed:,} failed"
            completed = progress.earlier + progress.done
            bar.update(task, description=progress.stage, total=progress.shards, completed=completed, what=what)

        yield watch

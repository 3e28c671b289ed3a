"""Write the report of scored runs."""

from collections.abc import Sequence
from pathlib import Path

from goldwire_corpus.atomic_write import write_atomic
from goldwire_eval.reporting.html.data import Run, build
from goldwire_eval.reporting.html.page import render


def write_report(out: Path, runs: Sequence[Run]) -> None:
    """Write the page of the last run to `out`, with the others beside it in the plots.

    The other runs need the figures of the leading metrics only (see `metric_groups.leading`) and no errors
    (`Details(limit=0)`). Raises DataError if `out` cannot be written.
    """
    # A name of a file need not be Unicode.
    write_atomic(out, render(build(runs)).encode("utf-8", "replace"))


def run_names(paths: Sequence[Path]) -> list[str]:
    """Return the names of files, or whole paths if two files have the same name."""
    names = [path.name for path in paths]
    return names if len(set(names)) == len(names) else [str(path) for path in paths]

"""Output of results as tables or JSON."""

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from goldwire_eval.results import Scores


def emit(scores: "Scores", json_path: str | None, variants: bool = False, by: str | None = None) -> None:
    """Print the scores as a table unless JSON goes to standard output, and write them as JSON if a path is given."""
    content = scores.to_dict(documents=by == "document")
    if json_path != "-":
        from goldwire_eval.reporting import text as tables

        tables.score_table(content, tables.console(), variants, by)
    if json_path is not None:
        write_json(content, json_path)


@contextmanager
def warnings_as_lines() -> Iterator[None]:
    """Print each warning as a line, without the place in the code that gave it."""
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always", UserWarning)
        try:
            yield
        finally:
            for warning in found:
                click.echo(f"warning: {warning.message}", err=True)


def write_json(content: Mapping[str, Any], json_path: str) -> None:
    """Write `content` as JSON to a file, or to standard output for `-`."""
    from goldwire_corpus.atomic_write import write_atomic
    from goldwire_eval.results import encode_json

    if json_path == "-":
        click.echo(encode_json(content), nl=False)
    else:
        write_atomic(Path(json_path), encode_json(content))

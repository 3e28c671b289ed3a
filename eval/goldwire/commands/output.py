"""Print results as tables, or write them as JSON; read standard input."""

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


def write_json(content: Mapping[str, Any], json_path: str) -> None:
    """Write `content` as JSON to a file, or to standard output for `-`."""
    from goldwire_corpus.atomic_write import write_atomic
    from goldwire_eval.results import encode_json

    if json_path == "-":
        click.echo(encode_json(content), nl=False)
    else:
        write_atomic(Path(json_path), encode_json(content))


@contextmanager
def stdin_as_file(path: Path) -> Iterator[Path]:
    """Give the path of a temporary copy of standard input for `-`, and any other path as it is."""
    if str(path) != "-":
        yield path
        return
    from goldwire_eval.readers.stream import spool_stdin

    with spool_stdin() as copy:
        yield copy

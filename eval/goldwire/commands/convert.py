"""`goldwire convert`: conversion of any supported format to JSON Lines."""

from pathlib import Path

import click

from goldwire.commands import options
from goldwire_corpus.wording import counted


@click.command()
@click.argument("source", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--out", required=True, type=options.PATH, help="File to write; .jsonl, .jsonl.gz or .jsonl.zst.")
@click.option("--from", "format_", help="Format of SOURCE; detected by default.")
@click.option(
    "--documents", type=options.PATH, help="The same documents in another file, for a SOURCE without ids or texts."
)
def convert(source: Path, out: Path, format_: str | None, documents: Path | None) -> None:
    """Convert SOURCE, a file or folder in any supported format, to JSON Lines for gold or predictions."""
    from goldwire_eval.readers.convert import convert as convert_file

    summary = convert_file(source, format_, out, documents=documents)
    for note in summary.notes:
        click.echo(f"note: {note}")
    items = ", ".join(f"{number:,} {layer}" for layer, number in summary.items.items())
    click.echo(f"{out}: {counted(summary.documents, 'document')}" + (f", {items}" if items else ""))

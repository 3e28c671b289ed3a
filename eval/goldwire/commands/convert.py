"""`goldwire convert`: any supported format to our JSON Lines."""

from pathlib import Path

import click

from goldwire.commands import options


@click.command()
@click.argument("source", type=options.PATH)
@click.option("--out", required=True, type=options.PATH, help="File to write; .jsonl, .jsonl.gz or .jsonl.zst.")
@click.option("--from", "format_", help="Format of SOURCE; by default it is detected.")
def convert(source: Path, out: Path, format_: str | None) -> None:
    """Convert SOURCE, a file or folder in any supported format, to JSON Lines, which score reads on either side."""
    from goldwire_eval.readers.convert import convert as convert_file

    summary = convert_file(source, format_, out)
    click.echo(str(summary))

"""`python -m goldwire_baselines.llm`: run the baseline `llm` on whole parts, into a folder."""

from pathlib import Path

import click

from goldwire_corpus.command_errors import run_command

_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("out", type=_PATH)
@click.option("--split", default="test+retold", show_default=True, help="Splits to run on, joined by +.")
@click.option("--limit", type=click.IntRange(min=1), help="Only the first documents of each split.")
@click.option("--article", type=_PATH, help="Your copy of the AP story, for the split wire.")
@click.option("--field", type=_PATH, help="Your clone of re3d, or the part joined to it, for the split field.")
def main(out: Path, split: str, limit: int | None, article: Path | None, field: Path | None) -> None:
    """Run the model of the GOLDWIRE_LLM variables; write predictions and statistics to the folder OUT."""
    from goldwire_baselines.llm.baseline import Baseline
    from goldwire_baselines.llm.record import record
    from goldwire_corpus.join.copies import joined_documents
    from goldwire_corpus.load import documents
    from goldwire_corpus.parts import JOINED, Copies

    copies = Copies(article, field)
    names = list(dict.fromkeys(split.split("+")))
    parts = {name: joined_documents(name, copies) if name in JOINED else documents(name) for name in names}
    record(Baseline(), documents("train"), {name: rows[:limit] for name, rows in parts.items()}, out)


if __name__ == "__main__":
    run_command(main, interrupted="interrupted; a second run goes on from here")

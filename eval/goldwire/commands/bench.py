"""`goldwire bench`: models trained, run, scored and recorded, and the leaderboard."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from goldwire.commands import options
from goldwire.commands.output import write_json

if TYPE_CHECKING:
    from goldwire_corpus.parts import Copies


@click.command()
@click.argument("models", nargs=-1, metavar="[MODEL]...")
@click.option("--seeds", type=click.IntRange(1), help="Runs of a model that is random, seeds 0, 1 ...  [default: 1]")
@click.option("--out", type=options.PATH, help="Write records and predictions to this folder.")
@click.option("--json", "json_path", help="Write the leaderboard as JSON; - for standard output only.")
@click.option("--update", is_flag=True, help="Update the stored records and the READMEs of this checkout.")
@options.copies
def bench(
    models: tuple[str, ...], seeds: int | None, out: Path | None, json_path: str | None, update: bool,
    copies: "Copies",
) -> None:  # fmt: skip
    """Train, run and score models on the held-out documents; print the leaderboard.

    MODEL is the name of a baseline, package.module:factory, or NAME=MODEL to give its record another name; by default
    every embedded baseline. The stored records of the others are shown with them. With --article and --field the
    models run on these real texts too, each a part of its own.
    """
    import msgspec

    from goldwire_baselines.embedded import EMBEDDED
    from goldwire_baselines.leaderboard import bench as runs
    from goldwire_baselines.leaderboard.render_text import text
    from goldwire_corpus.source.files import source_root
    from goldwire_eval.reporting.text import console

    if update:
        source_root()  # Without a checkout nothing can be updated; fail before training starts.
    results = runs.run_all(models or EMBEDDED, seeds, copies, out, update, progress=sys.stderr.isatty())
    if json_path != "-":
        console().print("\n".join(text(results)), soft_wrap=True)
    if json_path is not None:
        write_json(msgspec.to_builtins(results), json_path)

"""`goldwire bench`: the embedded baselines, trained, run and scored."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from goldwire.commands import options
from goldwire.commands.output import write_json

if TYPE_CHECKING:
    from goldwire_corpus.parts import Copies


@click.command()
@click.option("--out", type=click.Path(path_type=Path), help="Also write each baseline's predictions to this folder.")
@click.option("--json", "json_path", help="Write the figures as JSON; - for standard output only.")
@click.option("--update", is_flag=True, help="Update the stored results and the READMEs of this checkout.")
@options.copies
def bench(out: Path | None, json_path: str | None, update: bool, copies: "Copies") -> None:
    """Train, run and score every embedded baseline on the held-out documents; print the leaderboard.

    With --article and --field also on these real texts, each a part of its own.
    """
    from goldwire_baselines import leaderboard
    from goldwire_corpus.source.files import source_root
    from goldwire_eval.reporting import text as tables

    if update:
        source_root()  # Without a checkout nothing can be updated; fail before training starts.
    found = {name: leaderboard.run(name, copies, out) for name in leaderboard.BASELINES}
    reports = {name: parts.pop(leaderboard.HELD_OUT) for name, parts in found.items()}
    if json_path != "-":
        tables.console().print("\n".join(leaderboard.leaderboard(reports)), soft_wrap=True)
        for part in next(iter(found.values())):
            lines = leaderboard.figures({name: parts[part] for name, parts in found.items()}, title=f"F1, {part}")
            tables.console().print("", *lines, sep="\n", soft_wrap=True)
    if json_path is not None:
        write_json(reports, json_path)
    if update:
        leaderboard.update(reports, found)

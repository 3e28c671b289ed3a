"""`goldwire bench`: the embedded baselines, trained, run and scored."""

from pathlib import Path

import click

from goldwire.commands.output import write_json


@click.command()
@click.option("--out", type=click.Path(path_type=Path), help="Also write each baseline's predictions to this folder.")
@click.option("--json", "json_path", help="Write the figures as JSON; - for standard output only.")
@click.option("--update", is_flag=True, help="Update the stored results and the READMEs of this checkout.")
def bench(out: Path | None, json_path: str | None, update: bool) -> None:
    """Train, run and score every embedded baseline on the held-out documents; print the leaderboard."""
    from goldwire_baselines import leaderboard
    from goldwire_corpus.source.files import source_root
    from goldwire_eval.reporting import text as tables

    if update:
        source_root()  # Without a checkout nothing can be updated; fail before training starts.
    reports = {name: leaderboard.report(name, out) for name in leaderboard.BASELINES}
    if json_path != "-":
        tables.console().print("\n".join(leaderboard.leaderboard(reports)), soft_wrap=True)
    if json_path is not None:
        write_json(reports, json_path)
    if update:
        leaderboard.update(reports)

"""`goldwire leaderboard`: records merged, verified, made and exported."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from goldwire.commands import options

if TYPE_CHECKING:
    from goldwire_corpus.parts import Copies


class _Shows(click.Group):
    """Runs the command `show` if the first argument is not a command."""

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] not in context.help_option_names):
            args = ["show", *args]
        return super().parse_args(context, args)


@click.group(cls=_Shows)
def leaderboard() -> None:
    """Merge, verify, make and export records of systems.

    Without a command it shows the leaderboard: `goldwire leaderboard FOLDER` is `goldwire leaderboard show FOLDER`.
    """


@leaderboard.command()
@click.argument("folders", nargs=-1, type=options.PATH, metavar="[FOLDER]...")
@click.option(
    "--format", "format_", type=click.Choice(["text", "markdown", "html", "json"]),
    help="Format of the leaderboard.  [default: by the suffix of --out, otherwise text]",
)  # fmt: skip
@click.option("--out", type=options.PATH, help="Write to this file instead of printing.")
@click.option("--only", is_flag=True, help="Leave out our records: those of the folders alone.")
@click.option("--update", is_flag=True, help="Also update the READMEs of this checkout from its stored records.")
def show(folders: tuple[Path, ...], format_: str | None, out: Path | None, only: bool, update: bool) -> None:
    """Merge our records and those in other folders into a leaderboard.

    A FOLDER has records (*.json), itself or in results/, and their predictions (*.jsonl.gz) beside them or in
    predictions/. Systems that do not differ significantly are in one group.
    """
    from goldwire_baselines.leaderboard import readme
    from goldwire_baselines.leaderboard.presentation import FORMATS
    from goldwire_baselines.leaderboard.presentation import leaderboard as merged
    from goldwire_corpus.atomic_write import write_atomic
    from goldwire_corpus.source.files import source_root

    if only and not folders:
        raise click.UsageError("--only needs the folders to show")
    if update and (only or folders):
        raise click.UsageError("--update is for the stored records of this checkout; expected no folders")
    root = source_root().parent.parent if update else None
    made = merged(folders, own=not only)
    suffixes = {".md": "markdown", ".html": "html", ".htm": "html", ".json": "json"}
    content = FORMATS[format_ or suffixes.get("" if out is None else out.suffix, "text")](made)
    if out is None:
        click.echo(content, nl=False)
    else:
        write_atomic(out, content)
    if root is not None:
        readme.update(root, made.board)


@leaderboard.command(name="verify")
@click.argument("path", metavar="RECORD", type=options.PATH)
@click.argument("predictions", type=options.PATH)
@options.copies
@click.pass_context
def verify_(context: click.Context, path: Path, predictions: Path, copies: "Copies") -> None:
    """Rescore PREDICTIONS and compare every figure of RECORD; exit 1 if one differs.

    PREDICTIONS is the folder of the stored predictions, or the file of the only run.
    """
    from goldwire_baselines.leaderboard.measure import gold_of
    from goldwire_baselines.leaderboard.record import read_record
    from goldwire_baselines.leaderboard.verify import verify

    record = read_record(path)
    found = verify(record, predictions, gold_of(copies))
    for line in found.differences:
        click.echo(line)
    if found.left_out:
        click.echo(f"not verified, for want of the texts or of predictions: {', '.join(found.left_out)}", err=True)
    if found.differences:
        click.echo(f"{record.name}: {len(found.differences)} figures differ", err=True)
        context.exit(1)
    click.echo(f"{record.name}: all figures of {', '.join(found.parts)} are equal")


@leaderboard.command(name="record")
@click.argument("name")
@click.argument("predictions", nargs=-1, required=True, type=options.PATH)
@click.option("--out", required=True, type=options.PATH, help="Folder to write results/ and predictions/ to.")
@click.option("--description", required=True, help="What the system is, in one line.")
@click.option("--training", required=True, help="What it was trained on, and what was used to choose its settings.")
@click.option("--url", default="", help="Where the system or its description can be found.")
@click.option("--parameters", type=click.IntRange(0), help="Number of parameters.")
@options.copies
def record_(
    name: str, predictions: tuple[Path, ...], out: Path, description: str, training: str, url: str,
    parameters: int | None, copies: "Copies",
) -> None:  # fmt: skip
    """Make the record NAME from files of predictions in any supported format.

    Of a system that is random give one file for each seed, 0, 1 and so on. A file has the documents of test and
    retold, and with --article and --field also those of wire and field.
    """
    from goldwire_baselines.leaderboard.submission import record_of

    made = record_of(name, predictions, out, copies, description=description, training=training, url=url,
                     parameters=parameters)  # fmt: skip
    click.echo(made)


@leaderboard.command(name="rescore")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--folder", type=options.PATH, help="Folder of the records.  [default: that of this checkout]")
@options.copies
def rescore_(names: tuple[str, ...], folder: Path | None, copies: "Copies") -> None:
    """Make stored records again from their predictions, after a change of the scorer or of the gold.

    Without --article and --field the figures of the parts wire and field are kept.
    """
    from goldwire_baselines.leaderboard.measure import gold_of
    from goldwire_baselines.leaderboard.rescore import rescore
    from goldwire_corpus.source.files import source_root

    place = source_root().parent.parent / "baselines" if folder is None else folder
    for record in rescore(place, names, gold_of(copies)):
        click.echo(record.name)


@leaderboard.command()
@click.argument("path", metavar="RECORD", type=options.PATH)
@click.option(
    "--format", "format_", type=click.Choice(["eval-results", "model-index"]), required=True,
    help="eval-results: a file of .eval_results; model-index: the header of a model card.",
)  # fmt: skip
@click.option("--dataset", required=True, help="Id of the corpus on the Hub, such as ORG/goldwire.")
@click.option("--revision", help="Commit of the corpus on the Hub.")
@click.option("--part", default="test+retold", show_default=True, help="Part of the figures.")
@click.option("--out", type=options.PATH, help="Write to this file instead of printing.")
def export(path: Path, format_: str, dataset: str, revision: str | None, part: str, out: Path | None) -> None:
    """Write RECORD in a format of the Hugging Face Hub."""
    from goldwire_baselines.leaderboard import hub
    from goldwire_baselines.leaderboard.record import read_record
    from goldwire_corpus.atomic_write import write_atomic

    record = read_record(path)
    if part not in record.signatures:
        raise click.UsageError(f"the record has no part {part!r}; expected one of {', '.join(record.signatures)}")
    make = hub.eval_results if format_ == "eval-results" else hub.model_index
    content = make(record, dataset, revision, part)
    if out is None:
        click.echo(content, nl=False)
    else:
        write_atomic(out, content)

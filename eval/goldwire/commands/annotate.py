"""`goldwire annotate`: kits, drafts, judged pairs, links, and the comparison of two passes."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from goldwire.commands import label_studio, options
from goldwire.commands.output import write_json

if TYPE_CHECKING:
    from goldwire_corpus.parts import Copies


@click.group()
def annotate() -> None:
    """Annotate in Label Studio or in drafts: kits, passes, agreement, judged pairs, links, progress."""


for _command in label_studio.COMMANDS:
    annotate.add_command(_command)


@annotate.command()
@click.argument("doc")
@options.copies
def sentences(doc: str, copies: "Copies") -> None:
    """Print the numbered sentences of DOC, for an annotator to quote from."""
    from goldwire_annotation.kit import numbered_sentences
    from goldwire_annotation.passes import blank_document

    click.echo("\n".join(numbered_sentences(blank_document(doc, copies))))


@annotate.command()
@click.argument("name", metavar="DOC")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="New or empty folder for the kit.")
@click.option(
    "--stage", type=click.Choice(["one", "pairs", "two"]), default="one", show_default=True,
    help="Stage: one (mentions to anchors), pairs (relations), two (linking; DOC is then a world).",
)  # fmt: skip
@click.option(
    "--adjudicate", is_flag=True,
    help="Add both passes and their differences, or, if there is only pass A, a draft to review.",
)  # fmt: skip
@click.option("--document", "documents", multiple=True, help="At stage two only this document; may be repeated.")
@options.copies
def kit(name: str, out: Path, stage: str, adjudicate: bool, documents: tuple[str, ...], copies: "Copies") -> None:
    """Write a kit: the material for a stage of DOC, and a script that checks the draft."""
    from goldwire_annotation.adjudication_kit import adjudication_files
    from goldwire_annotation.kit import write_kit

    more = adjudication_files(name, stage, copies) if adjudicate else {}
    for file in write_kit(name, out, stage, copies, more, documents):
        click.echo(out / file)


@annotate.command()
@click.argument("folder", type=click.Path(path_type=Path))
def check(folder: Path) -> None:
    """Check draft.jsonl in the kit FOLDER; list all errors."""
    from goldwire_annotation.kit_check import check_kit

    click.echo(check_kit(folder))


@annotate.command()
@click.argument("doc")
@options.copies
def pairs(doc: str, copies: "Copies") -> None:
    """List the pairs of event clusters of DOC whose relations are judged, as JSON Lines."""
    from goldwire_annotation.kit import pair_lines
    from goldwire_annotation.passes import annotated

    click.echo(pair_lines(annotated(doc, copies)), nl=False)


@annotate.command()
def status() -> None:
    """Print the finished stages and the next step of each document."""
    from goldwire_annotation.stages import STAGES, progress

    rows = list(progress())
    width = max((len(row.facts.id) for row in rows), default=0)
    click.echo(f"{'':{width}}  {'split':<10}  {'one':<8}  {'pairs':<8}  {'two':<8}  next")
    for row in rows:
        cells = "  ".join(f"{','.join(row.done[stage]) or '-':<8}" for stage in STAGES)
        click.echo(f"{row.facts.id:{width}}  {row.facts.split:<10}  {cells}  {row.next}")


@annotate.command()
@click.argument("doc")
@options.copies
def assemble(doc: str, copies: "Copies") -> None:
    """Write DOC to the source from its adjudicated stage one, judged pairs and links."""
    from goldwire_annotation.assemble import assemble_document

    for path in assemble_document(doc, copies):
        click.echo(path)


@annotate.command()
@click.argument("doc")
@click.argument("draft", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Stand-off file to write.")
@options.copies
def draft(doc: str, draft: Path, out: Path, copies: "Copies") -> None:
    """Convert DRAFT of stage one to stand-off of DOC; list all quotes that are not found in the text."""
    from goldwire_annotation.draft import place
    from goldwire_annotation.passes import blank_document
    from goldwire_corpus.atomic_write import write_atomic
    from goldwire_corpus.parts import PARTS
    from goldwire_corpus.source.brat import encode
    from goldwire_corpus.source.files import read_text

    document = blank_document(doc, copies)
    annotations = place(read_text(draft), document, str(draft))
    write_atomic(out, encode(annotations, document.text if document.part in PARTS else None))
    click.echo(f"{out}: {len(annotations.mentions)} mentions, {len(annotations.events)} events")


@annotate.command()
@click.argument("a", type=click.Path(path_type=Path))
@click.argument("b", type=click.Path(path_type=Path))
@options.copies
@click.option("--list", "listed", is_flag=True, help="List all disagreements instead of the figures.")
@click.option("--types", is_flag=True, help="Compare type by type: mentions, events, roles.")
@click.option("--out", type=click.Path(path_type=Path), help="Write the table to this file.")
@click.option("--html", type=click.Path(path_type=Path), help="Also write an HTML page with the passes side by side.")
@click.option("--json", "json_path", help="Also write the figures of stand-off as JSON; - for standard output only.")
def agree(
    a: Path, b: Path, copies: "Copies", listed: bool, types: bool, out: Path | None, html: Path | None,
    json_path: str | None,
) -> None:  # fmt: skip
    """Compare two passes layer by layer: folders of stand-off, of judged pairs or of links.

    Two files, and folders of documents with other labels, are read in any format that `goldwire score` reads.
    """
    from goldwire_annotation import pair_agreement
    from goldwire_annotation.agreement import agreement_table, as_json, by_group
    from goldwire_annotation.by_type import types_table
    from goldwire_annotation.passes import of_other_labels, read_pairs
    from goldwire_annotation.statements import disagreements
    from goldwire_corpus.atomic_write import write_atomic
    from goldwire_corpus.errors import DataError

    def finish(content: str) -> None:
        if out is not None:
            write_atomic(out, content)
        if json_path != "-":
            click.echo(content, nl=False)

    stand_off = a.is_dir() and b.is_dir() and any(a.glob("*.ann"))
    if json_path is not None and (listed or types or not stand_off):
        raise click.UsageError("--json needs two folders of stand-off, without --list and --types")
    if a.is_file() or b.is_file():
        return finish(_agreement_of_any_format(a, b))
    if not any(a.glob("*.ann")) and any(a.glob("*.jsonl")):
        return finish(pair_agreement.table(a, b))
    try:
        groups = read_pairs(a, b, copies, texts=listed or html is not None)
    except DataError as error:
        if listed or types or html is not None or not of_other_labels(error):
            raise
        return finish(_agreement_of_any_format(a, b))
    for folder, other in ((a, b), (b, a)):
        alone = sorted({p.name for p in folder.glob("*.ann")} - {p.name for p in other.glob("*.ann")})
        if alone:
            click.echo(f"{folder}: not compared, in this folder only: {', '.join(alone)}", err=True)
    if listed:
        for pairs in groups.values():
            for first, second in pairs:
                click.echo(f"# {first.id}")
                for line in disagreements(first, second):
                    click.echo(line)
        return None
    pairs = [pair for group in groups.values() for pair in group]
    results = {} if types else by_group(groups)
    content = types_table(pairs) if types else agreement_table(results)
    if json_path is not None:
        write_json(as_json(results), json_path)
    if html is not None:
        from goldwire_annotation.side_by_side import page

        write_atomic(html, page(pairs, (a.name, b.name), content))
    return finish(content)


def _print_or_write(content: str, out: Path | None) -> None:
    from goldwire_corpus.atomic_write import write_atomic

    if out is None:
        click.echo(content, nl=False)
    else:
        write_atomic(out, content)


def _agreement_of_any_format(a: Path, b: Path) -> str:
    """Return the F1 of B against A as a Markdown table, for the layers that both have."""
    from goldwire.interface import score
    from goldwire_annotation.agreement import F1_METRICS, Agreement, agreement_table

    scores = score(b, gold=a, labels="any", metrics=F1_METRICS)
    f1, intervals = ({name: getattr(row, key) for name, row in scores.items()} for key in ("f1", "interval"))
    for note in scores.notes:
        click.echo(f"note: {note}", err=True)
    if scores.missing:
        click.echo(f"{b}: missing, counted as empty: {', '.join(scores.missing)}", err=True)
    return agreement_table({"any labels": Agreement(scores.documents, f1, intervals, {})})


@annotate.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="Write to this file instead of standard output.")
def audit(folder: Path, out: Path | None) -> None:
    """Count the verdicts of an audit of the gold by layer."""
    from goldwire_annotation.audit import audit_table

    _print_or_write(audit_table(folder), out)


@annotate.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="Write to this file instead of standard output.")
def swept(folder: Path, out: Path | None) -> None:
    """Count the verdicts of the readers of a sweep by split and layer."""
    from goldwire_annotation.sweep import verdicts_table

    _print_or_write(verdicts_table(folder), out)


@annotate.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--real", required=True, type=options.PATH, envvar="GOLDWIRE_REAL", show_envvar=True,
    help="Folder with re3d, MUC-4, NarrativeTime and WikiEvents as published.",
)  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path), help="Write to this file instead of standard output.")
def human(folder: Path, real: Path, out: Path | None) -> None:
    """Compare the annotations stored in FOLDER, and the field part, with annotation by people."""
    from goldwire_annotation.human.table import human_page

    _print_or_write(human_page(folder, real), out)


@annotate.command()
@click.option("--out", required=True, type=click.Path(path_type=Path), help="File of JSON Lines to write.")
@click.option(
    "--folds", type=click.IntRange(2), default=5, show_default=True, help="Trainings; a fold is whole worlds."
)
@click.option(
    "--confidence", type=click.FloatRange(0.5, 1), default=0.95, show_default=True,
    help="Least probability of a prediction.",
)  # fmt: skip
@click.option(
    "--majority", type=click.FloatRange(0.5, 1), default=0.65, show_default=True,
    help="Least share of like contexts with another label.",
)  # fmt: skip
def sweep(out: Path, folds: int, confidence: float, majority: float) -> None:
    """List words of the gold that differ from like contexts or from a confident prediction.

    A classifier trained on other worlds predicts the triggers and the heads of mentions. Every line is for a reader;
    most are correct. The wire document, whose text is not included, takes no part.
    """
    from collections import Counter

    import msgspec

    from goldwire_annotation.sweep import context_flags, model_flags
    from goldwire_baselines.held_out import held_out_labels, word_labels
    from goldwire_corpus.atomic_write import write_atomic
    from goldwire_corpus.release.build import source_documents
    from goldwire_corpus.source.files import source_root

    documents = [document for _, document in source_documents(source_root())]
    labels = {document.id: word_labels(document) for document in documents}
    flags = [
        *context_flags(documents, labels, majority),
        *model_flags(documents, labels, held_out_labels(documents, folds), confidence),
    ]
    write_atomic(out, b"".join(msgspec.json.encode(flag) + b"\n" for flag in flags))
    for kind, number in Counter(flag.kind for flag in flags).items():
        click.echo(f"{kind}: {number}")


@annotate.command()
@click.option("--out", type=click.Path(path_type=Path), help="Write to this file instead of standard output.")
def guidelines(out: Path | None) -> None:
    """Print the tables of types and roles of the guidelines."""
    from goldwire_annotation.guidelines import types_page

    _print_or_write(types_page(), out)

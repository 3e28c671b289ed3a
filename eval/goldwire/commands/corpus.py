"""`goldwire corpus`: build, check, show, edit and join the corpus."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from goldwire.commands import options
from goldwire_corpus.wording import counted

if TYPE_CHECKING:
    from goldwire_corpus.parts import Copies


@click.group()
def corpus() -> None:
    """Build, check, show and join the corpus."""


@corpus.command()
@options.copies
def segment(copies: "Copies") -> None:
    """Store sentences and tokens of source texts that have none yet, and the hashes of those of your own copies."""
    from goldwire_corpus.atomic_write import write_atomic
    from goldwire_corpus.join.copies import source_fingerprint, source_text
    from goldwire_corpus.parts import JOINED, PARTS
    from goldwire_corpus.source import files as source
    from goldwire_corpus.source.segment import segment as segmented

    root = source.source_root()
    for part in PARTS:
        for facts in source.read_facts(root, part):
            path = root / part / f"{facts.id}.tok"
            if not path.exists():
                text = source.read_text(path.with_suffix(".txt")).removesuffix("\n")
                write_atomic(path, source.format_segmentation(segmented(text)))
                click.echo(path)
    for part, copy in zip(JOINED, copies, strict=True):
        for facts in source.read_facts(root, part) if copy is not None else ():
            text, base = source_text(part, facts.id, copies), root / part / facts.id
            hashes = msgspec.json.encode(source_fingerprint(part, facts.id, text))
            write_atomic(base.with_suffix(".tok"), source.format_segmentation(segmented(text)))
            write_atomic(base.with_suffix(".json"), msgspec.json.format(hashes) + b"\n")


@corpus.command()
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if the built files differ from a fresh build.")
def build(check: bool) -> None:
    """Build data/<config>/<split>.jsonl and the card's generated parts from the source."""
    from goldwire_baselines.leaderboard.readme import parts_table
    from goldwire_corpus.atomic_write import write_atomic
    from goldwire_corpus.errors import DataError, ValidationError, errors_only
    from goldwire_corpus.join.files import stand_off
    from goldwire_corpus.load import DATA
    from goldwire_corpus.parts import JOINED
    from goldwire_corpus.release import build as builder
    from goldwire_corpus.release import dataset_card, stats, text_figures
    from goldwire_corpus.source import files as source
    from goldwire_corpus.validation.corpus import check_corpus

    root = source.source_root()
    if invalid := errors_only(check_corpus(root)):
        raise DataError(invalid)
    documents = list(builder.source_documents(root))
    files = builder.render(documents) | stand_off(root)
    splits = {s: [d for split, d in documents if split == s] for s in builder.SPLITS}
    joined = {part: [d for _, d in source.read_part(root, part)] for part in JOINED}
    manifest = builder.manifest(files)
    annotation = root.parent.parent / "annotation"
    tables = {
        "sizes": stats.sizes_table(splits | joined),
        "entities": stats.types_table(splits | joined, "mentions"),
        "events": stats.types_table(splits | joined, "events"),
        "labels": dataset_card.labels_table(),
        "agreement": source.read_text(annotation / "agreement.md"),
        "audit": source.read_text(annotation / "audit.md"),
        "sweep": source.read_text(annotation / "sweep.md"),
        "people": source.read_text(annotation / "human.md"),
        "parts": parts_table(root.parent.parent),
        "text figures": text_figures.figures_table(
            {name: text_figures.measure(documents) for name, documents in splits.items() if documents},
            text_figures.read_real_figures(root / "real_text_figures.json"),
        ),
    }
    page = dataset_card.render(source.read_text(root.parent / "README.md"), manifest, tables)
    outputs = {DATA / name: content for name, content in files.items()}
    outputs |= {DATA / "manifest.json": builder.encode_manifest(manifest), root.parent / "README.md": page.encode()}
    if check:
        stale = [p for p, content in outputs.items() if not p.is_file() or p.read_bytes() != content]
        stale += builder.stale_files(files, DATA)
        if stale:
            raise DataError(
                ValidationError(str(p), 0, "build-stale", "differs from a fresh build; run `goldwire corpus build`")
                for p in stale
            )
    else:
        builder.write_data(files, DATA)
        write_atomic(root.parent / "README.md", page)
    click.echo(f"goldwire {manifest.version}#{manifest.digest[:8]}: {len(documents)} documents, {len(files)} files")


@corpus.command(name="measure")
@click.option("--article", type=options.PATH, envvar="GOLDWIRE_ARTICLE", show_envvar=True, help="The AP story.")
@click.option(
    "--real", type=options.PATH, envvar="GOLDWIRE_REAL", show_envvar=True,
    help="Folder with re3d, MUC-4 and WikiEvents as published.",
)  # fmt: skip
def measure_(article: Path | None, real: Path | None) -> None:
    """Store statistics of style of real texts, without the texts, for the dataset card."""
    from goldwire_corpus.atomic_write import write_atomic
    from goldwire_corpus.errors import DataError
    from goldwire_corpus.join.copies import joined_documents
    from goldwire_corpus.parts import FIELD, WIRE, Copies
    from goldwire_corpus.release.text_figures import real_figures
    from goldwire_corpus.source.files import source_root

    path = source_root() / "real_text_figures.json"
    copies = Copies(article, None if real is None else real / "re3d")
    annotated = {} if article is None else {"AP story": joined_documents(WIRE, copies)}
    try:
        if real is not None:
            annotated["field"] = joined_documents(FIELD, copies)
    except DataError as error:
        click.echo(f"field: left out; {error.errors[0]}", err=True)
    figures = real_figures(annotated, real)
    write_atomic(path, msgspec.json.format(msgspec.json.encode(figures), indent=1) + b"\n")
    click.echo(f"{path}: {', '.join(figures)}")


@corpus.command()
@click.option("--warnings/--no-warnings", default=False, help="Also list warnings.")
def check(warnings: bool) -> None:
    """Check the source; list all errors, and exit 1 if there are any."""
    from goldwire_corpus.errors import errors_only
    from goldwire_corpus.source.files import source_root
    from goldwire_corpus.validation.corpus import check_corpus

    validation_errors = check_corpus(source_root())
    for error in validation_errors if warnings else errors_only(validation_errors):
        click.echo(error)
    if errors_only(validation_errors):
        sys.exit(1)


@corpus.command(name="stats")
@click.option("--data", type=click.Path(path_type=Path), help="Another build, such as a joined wire part.")
def stats_(data: Path | None) -> None:
    """Print the size of the built corpus."""
    from goldwire_corpus.load import DATA, documents, splits
    from goldwire_corpus.release import stats

    folder = data or DATA
    gold = {split: documents(split, folder) for split in splits(folder)}
    for table in (stats.sizes_table(gold), stats.types_table(gold, "mentions"), stats.types_table(gold, "events")):
        click.echo(table)


@corpus.command()
@click.argument("copy", type=options.PATH)
@click.option("--part", type=click.Choice(["wire", "field"]), default="wire", show_default=True, help="Part to join.")
@click.option("--out", required=True, type=options.PATH, help="Folder to write the part to.")
@click.option("--partial", is_flag=True, help="Keep the gold of matching paragraphs and list the others.")
def join(copy: Path, part: str, out: Path, partial: bool) -> None:
    """Join your own copy of a text to its gold.

    COPY is the AP story, for the part wire, or a clone of re3d, for the part field.
    """
    from goldwire_corpus.join import field, wire
    from goldwire_corpus.join.files import write_joined
    from goldwire_corpus.load import DATA
    from goldwire_corpus.source.files import read_facts

    joined = [wire.join(copy, partial)] if part == "wire" else field.join(copy, partial)
    present = {one.document.id for one in joined}
    missing = [facts.id for facts in read_facts(DATA, part) if facts.id not in present]
    write_joined(part, joined, len(missing), out)
    for one in joined:
        if one.left_out:
            click.echo(f"partial: {one.document.id}: left out paragraphs {', '.join(map(str, one.left_out))}")
    if missing:
        click.echo(f"partial: left out whole: {', '.join(missing)}")
    events = sum(len(one.document.events) for one in joined)
    click.echo(f"{out}: {counted(len(joined), 'document')} with {counted(events, 'event mention')}")


@corpus.command()
@click.argument("doc")
@options.copies
@click.option("--html", type=click.Path(path_type=Path), help="Write a self-contained HTML page instead.")
def show(doc: str, copies: "Copies", html: Path | None) -> None:
    """Show a document with its mentions, events and arguments."""
    from goldwire_corpus.atomic_write import write_atomic
    from goldwire_corpus.display import html as page
    from goldwire_corpus.display import terminal

    document = terminal.find(doc, copies)
    if html is not None:
        write_atomic(html, page.render(document))
        click.echo(html)
    else:
        terminal.render(document)


@corpus.command()
@click.argument("doc")
def edit(doc: str) -> None:
    """Open the stand-off of DOC in your editor ($EDITOR); then sort and check it."""
    from goldwire_corpus.edit import settle, standoff_path
    from goldwire_corpus.errors import DataError, errors_only
    from goldwire_corpus.source.files import read_text

    path = standoff_path(doc)
    before = read_text(path)
    click.edit(filename=str(path))
    changed, validation_errors = settle(doc, before)
    click.echo(f"{path}: {changed} lines changed")
    if errors_only(validation_errors):
        raise DataError(validation_errors)
    if changed:
        click.echo(
            "next: run `goldwire corpus check` and `goldwire corpus build`, and log the reason in annotation/decisions"
        )


@corpus.command(name="format")
def format_() -> None:
    """Rewrite every stand-off file in its canonical order."""
    from goldwire_corpus.atomic_write import write_atomic
    from goldwire_corpus.source import brat
    from goldwire_corpus.source import files as source

    root = source.source_root()
    for path in sorted(root.glob("*/*.ann")):
        texts = path.with_suffix(".txt")
        text = source.read_text(texts).removesuffix("\n") if texts.exists() else None
        content = source.read_text(path)
        canonical = brat.encode(brat.decode(content, str(path), text), text)
        if canonical != content:
            write_atomic(path, canonical)
            click.echo(path)


@corpus.command()
def schema() -> None:
    """Print the JSON Schema of a prediction."""
    from goldwire_corpus.schema.prediction import json_schema

    click.echo(json_schema())

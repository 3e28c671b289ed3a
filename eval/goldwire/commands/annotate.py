"""`goldwire annotate`: from an annotator's draft to stand-off, and the comparison of two passes."""

from pathlib import Path

import click

from goldwire.commands import label_studio


@click.group()
def annotate() -> None:
    """Annotate in Label Studio or in drafts, compare passes, print the guidelines' tables."""


for _command in label_studio.COMMANDS:
    annotate.add_command(_command)


_article = click.option(
    "--article", type=click.Path(path_type=Path), help="Your copy of the AP story, for the wire document."
)


@annotate.command()
@click.argument("doc")
@_article
def sentences(doc: str, article: Path | None) -> None:
    """Print the numbered sentences of DOC, for an annotator to quote from."""
    from goldwire_annotation.passes import open_document

    document = open_document(doc, article)[0]
    end = 0
    for number, sentence in enumerate(document.sentences, 1):
        if "\n" in document.text[end : sentence.start]:
            click.echo()
        click.echo(f"[{number}] {document.text[sentence.start : sentence.end]}")
        end = sentence.end


@annotate.command()
@click.argument("doc")
@click.argument("draft", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Stand-off file to write.")
@_article
def draft(doc: str, draft: Path, out: Path, article: Path | None) -> None:
    """Turn DRAFT, which quotes, into stand-off for DOC; name every quote that cannot be placed."""
    from goldwire_annotation.draft import place
    from goldwire_annotation.passes import open_document
    from goldwire_corpus.atomic_write import write_atomic
    from goldwire_corpus.source.brat import encode
    from goldwire_corpus.source.files import WIRE, read_text

    document, kb = open_document(doc, article)
    annotations = place(read_text(draft), document, kb, str(draft))
    write_atomic(out, encode(annotations, None if document.part == WIRE else document.text))
    click.echo(f"{out}: {len(annotations.mentions)} mentions, {len(annotations.events)} events")


@annotate.command()
@click.argument("a", type=click.Path(path_type=Path))
@click.argument("b", type=click.Path(path_type=Path))
@_article
@click.option("--list", "listed", is_flag=True, help="List every disagreement instead of the figures.")
@click.option("--types", is_flag=True, help="Compare type by type: mentions, events, roles.")
@click.option("--out", type=click.Path(path_type=Path), help="Write the table to this file.")
@click.option("--html", type=click.Path(path_type=Path), help="Also write a page that shows the passes side by side.")
def agree(
    a: Path, b: Path, article: Path | None, listed: bool, types: bool, out: Path | None, html: Path | None
) -> None:
    """Compare two passes, folders of stand-off files, layer by layer."""
    from goldwire_annotation.agreement import disagreements, table
    from goldwire_annotation.by_type import types_table
    from goldwire_annotation.passes import read_pairs
    from goldwire_corpus.atomic_write import write_atomic

    groups = read_pairs(a, b, article, texts=listed or html is not None)
    if listed:
        for pairs in groups.values():
            for first, second in pairs:
                click.echo(f"# {first.id}")
                for line in disagreements(first, second):
                    click.echo(line)
        return
    pairs = [pair for group in groups.values() for pair in group]
    content = types_table(pairs) if types else table(groups)
    if out is not None:
        write_atomic(out, content)
    if html is not None:
        from goldwire_annotation.side_by_side import page

        write_atomic(html, page(pairs, (a.name, b.name), content))
    click.echo(content, nl=False)


@annotate.command()
@click.option("--out", type=click.Path(path_type=Path), help="Write to this file instead of standard output.")
def guidelines(out: Path | None) -> None:
    """Print the tables of types and roles that the guidelines lean on."""
    from goldwire_annotation.guidelines import types_page
    from goldwire_corpus.atomic_write import write_atomic

    if out is None:
        click.echo(types_page(), nl=False)
    else:
        write_atomic(out, types_page())

"""A document in the terminal: sentences with mentions in brackets, and their events with arguments below."""

from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from goldwire_corpus.errors import data_error
from goldwire_corpus.load import documents, splits
from goldwire_corpus.parts import JOINED
from goldwire_corpus.schema.document import AUTHOR, Document, Event, Span, marked

if TYPE_CHECKING:
    from goldwire_corpus.parts import Copies

LONGEST = 56
COLOURS = {
    "PER": "cyan", "ORG": "magenta", "GPE": "green", "LOC": "green", "FAC": "yellow", "VEH": "blue", "WEA": "red",
    "INF": "bright_blue", "COM": "bright_yellow",
}  # fmt: skip


def find(doc: str, copies: "Copies") -> Document:
    """Return a built document by its id. Raises DataError for an unknown id."""
    from goldwire_corpus.join.copies import joined_documents

    for split in splits():
        for document in documents(split):
            if document.id == doc:
                return document
    for part in JOINED:
        if doc.partition("-")[0] == part:
            for document in joined_documents(part, copies):
                if document.id == doc:
                    return document
    known = ", ".join(d.id for split in splits() for d in documents(split))
    message = (
        f"unknown document {doc!r}; expected one of {known}, wire-01 with --article, or field-01 to -40 with --field"
    )
    raise data_error(doc, 0, "document-unknown", message)


def texts(document: Document) -> dict[str, str]:
    """Return the text of each annotation by its id."""
    return {x.id: document.text[x.start : x.end] for x in marked(document)}


def render(document: Document, console: Console | None = None) -> None:
    """Print a document to `console`, by default to standard output."""
    out = console or Console(highlight=False)
    out.print(Text(f"{document.id}  {document.title}", style="bold"))
    out.print(Text(f"{document.genre}, {document.world}, {document.publication}\n", style="dim"))
    text_of = texts(document)
    for sentence in document.sentences:
        out.print(_sentence(document, sentence))
        for event in document.events:
            if sentence.start <= event.start < sentence.end:
                out.print(_event(document, event, text_of))
        out.print()


def _sentence(document: Document, sentence: Span) -> Text:
    """Return a sentence with mentions in nested brackets, each followed by its type, and triggers underlined."""
    inside = [m for m in document.mentions if sentence.start <= m.start < sentence.end]
    line = Text()
    for i in range(sentence.start, sentence.end):
        for _ in (m for m in inside if m.start == i):
            line.append("[", style="dim")
        trigger = any(e.start <= i < e.end for e in document.events)
        owner = min((m for m in inside if m.start <= i < m.end), key=lambda m: m.end - m.start, default=None)
        style = f"{COLOURS.get(owner.type, '') if owner else ''} {'underline bold' if trigger else ''}".strip()
        line.append(document.text[i], style=style)
        for m in sorted((m for m in inside if m.end == i + 1), key=lambda m: -m.start):
            line.append(f"]{m.type}", style=f"dim {COLOURS.get(m.type, '')}")
    return line


def _event(document: Document, event: Event, text_of: dict[str, str]) -> Text:
    labels = [event.realis] + ([event.means] if event.means else []) + ([event.phase] if event.phase else [])
    labels += [event.polarity] * (event.polarity != "positive") + [event.stance] * (event.stance != "asserts")
    line = Text("    ")
    line.append(text_of[event.id], style="underline bold")
    line.append(f"  {event.type}", style="bold")
    line.append(f" ({', '.join(labels)})", style="dim")
    if event.source != AUTHOR:
        line.append(f" according to {text_of[event.source]}", style="dim")
    for a in event.arguments:
        scope = f" ({a.scope})" if a.scope not in (None, "total") else ""
        line.append(f"\n        {a.role}{scope}: ", style="dim")
        line.append(_short(text_of[a.filler]))
    return line


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST].rsplit(" ", 1)[0] + " ..."

"""Excerpts of a document, whole or by paragraph, as documents of their own."""

import re
from collections.abc import Iterator
from typing import NamedTuple, TypeVar

import msgspec

from goldwire_corpus.schema.document import AUTHOR, Document, Marked, Span

_PARAGRAPH = re.compile(r"\S(?:.*?\S)?(?=\s*\n\s*\n|\s*\Z)", re.DOTALL)
_Item = TypeVar("_Item", bound=Marked | Span)


class Excerpt(NamedTuple):
    """A part of a document that begins at the code point `offset`, with its items at offsets in this part."""

    offset: int
    document: Document


def excerpts(document: Document, mode: str) -> Iterator[Excerpt]:
    """Yield the document itself (mode `document`), or each of its paragraphs (mode `paragraph`)."""
    if mode == "document":
        yield Excerpt(0, document)
        return
    for match in _PARAGRAPH.finditer(document.text):
        yield Excerpt(match.start(), _cut(document, match.start(), match.end()))


def _cut(document: Document, low: int, high: int) -> Document:
    """Return the part ``[low, high)``; arguments whose fillers are outside are left out, sources outside are AUTHOR."""

    def inside(items: list[_Item]) -> list[_Item]:
        return [
            msgspec.structs.replace(x, start=x.start - low, end=x.end - low)
            for x in items
            if low <= x.start and x.end <= high
        ]

    mentions = [
        msgspec.structs.replace(m, head_start=m.head_start - low, head_end=m.head_end - low)
        for m in inside(document.mentions)
    ]
    times, quantities, titles = inside(document.times), inside(document.quantities), inside(document.titles)
    events = inside(document.events)
    known = {x.id for x in (*mentions, *times, *quantities, *titles, *events)}
    events = [
        msgspec.structs.replace(
            e,
            arguments=[a for a in e.arguments if a.filler in known],
            source=e.source if e.source in known else AUTHOR,
        )
        for e in events
    ]
    return Document(
        document.id, document.part, document.world, document.genre, document.title, document.published,
        document.text[low:high], inside(document.sentences), inside(document.tokens),
        mentions=mentions, times=times, quantities=quantities, titles=titles, events=events,
    )  # fmt: skip

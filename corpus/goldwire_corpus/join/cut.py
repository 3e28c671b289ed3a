"""The part of a gold document that lies in the matching paragraphs of a changed text."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

import msgspec

from goldwire_corpus.join.fingerprint import Paragraph
from goldwire_corpus.schema.document import (
    AUTHOR,
    Annotations,
    Document,
    Event,
    Quantity,
    Segmentation,
    Span,
    Time,
    Title,
    marked,
)
from goldwire_corpus.source.files import Facts, assemble

Kept = list[tuple[Paragraph, int]]
"""Matching paragraphs, each with the distance by which it moves in the shortened text."""


class Joined(msgspec.Struct, frozen=True):
    """A joined document; `left_out` are the numbers, from 1, of paragraphs without a match in a partial join."""

    document: Document
    left_out: list[int]


def cut(
    part: str,
    facts: Facts,
    segmentation: Segmentation,
    annotations: Annotations,
    paragraphs: Sequence[Paragraph],
    found: Mapping[int, str],
) -> Joined:
    """Return the gold of the paragraphs in `found` (text by number from 1), with offsets in the shortened text."""
    kept: Kept = []
    position = 0
    for number, text in sorted(found.items()):
        kept.append((paragraphs[number - 1], position - paragraphs[number - 1].start))
        position += len(text) + 2
    text = "\n\n".join(text for _, text in sorted(found.items()))
    document = assemble(part, facts, text, _cut_segmentation(segmentation, kept), _cut(annotations, kept))
    return Joined(document, [n for n in range(1, len(paragraphs) + 1) if n not in found])


def _shift(start: int, kept: Kept) -> int | None:
    return next((shift for p, shift in kept if p.start <= start < p.end), None)


def _cut_segmentation(segmentation: Segmentation, kept: Kept) -> Segmentation:
    def cut(spans: list[Span]) -> list[Span]:
        moved = ((s, _shift(s.start, kept)) for s in spans)
        return [Span(s.start + by, s.end + by) for s, by in moved if by is not None]

    return Segmentation(cut(segmentation.sentences), cut(segmentation.tokens))


T = TypeVar("T", Time, Quantity, Title, Event)


def _moved(items: list[T], kept: Kept) -> list[T]:
    replace = msgspec.structs.replace
    shifted = ((x, _shift(x.start, kept)) for x in items)
    return [replace(x, start=x.start + by, end=x.end + by) for x, by in shifted if by is not None]


def _cut(a: Annotations, kept: Kept) -> Annotations:
    """Return the annotations in the kept paragraphs, without arguments, sources and relations that lead outside."""
    replace = msgspec.structs.replace
    mentions = [
        replace(m, start=m.start + by, end=m.end + by, head_start=m.head_start + by, head_end=m.head_end + by)
        for m, by in ((m, _shift(m.start, kept)) for m in a.mentions)
        if by is not None
    ]
    times, quantities, titles = _moved(a.times, kept), _moved(a.quantities, kept), _moved(a.titles, kept)
    events = _moved(a.events, kept)
    ids = {x.id for x in marked(Annotations(mentions, [], times, quantities, titles, events))}
    events = [
        replace(
            e,
            source=e.source if e.source in ids else AUTHOR,
            arguments=[x for x in e.arguments if x.filler in ids],
        )
        for e in events
    ]
    entities = {m.entity for m in mentions}
    clusters = {e.cluster for e in events}
    return Annotations(
        mentions,
        [e for e in a.entities if e.id in entities],
        times,
        quantities,
        titles,
        events,
        [c for c in a.event_clusters if c.id in clusters],
        [r for r in a.relations if r.from_ in clusters and r.to in clusters],
    )

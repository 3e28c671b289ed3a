"""The five configurations: the type of their rows and the conversion of a document to rows.

Offsets are code points of the document's text in every configuration. Each row ends with the canary string, which
identifies a training corpus that contains the benchmark.
"""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from goldwire_corpus.release.bio import tag
from goldwire_corpus.release.prompts import prompt, target
from goldwire_corpus.schema.document import AUTHOR, Argument, Document, Record, Span, filler_types, marked
from goldwire_corpus.schema.ontology import ontology

Row = msgspec.Struct


class DocumentRow(Document, frozen=True, kw_only=True):
    canary: str


class NerRow(msgspec.Struct, frozen=True):
    """A sentence with its tokens and the IOB2 tags of its outermost named mentions."""

    id: str
    document: str
    start: int
    end: int
    tokens: list[str]
    tags: list[str]
    canary: str


class EventArgument(msgspec.Struct, frozen=True):
    """An argument; `type` is an entity type, TIME, QTY, TITLE or EVENT. The filler may be in another sentence."""

    role: str
    text: str
    start: int
    end: int
    type: str
    scope: str | None


class SentenceEvent(msgspec.Struct, frozen=True):
    id: str
    trigger: str
    start: int
    end: int
    type: str
    realis: str
    polarity: str
    means: str | None
    phase: str | None
    source: str
    stance: str
    cluster: str
    arguments: list[EventArgument]


class EventsRow(msgspec.Struct, frozen=True):
    """A sentence with the events whose triggers it contains; `source` is the text of a mention, or AUTHOR."""

    id: str
    document: str
    start: int
    end: int
    text: str
    tokens: list[Span]
    events: list[SentenceEvent]
    canary: str


class RecordRow(Record, frozen=True, kw_only=True):
    document: str
    world: str
    genre: str
    published: str | None
    canary: str


class PromptRow(msgspec.Struct, frozen=True):
    """A row for generative models; `target` is the correct answer, a prediction with quotes as JSON."""

    id: str
    document: str
    prompt: str
    target: str
    canary: str


def documents(document: Document) -> Iterator[DocumentRow]:
    """Yield the row of a document in the configuration `documents`."""
    yield DocumentRow(**_fields(document), canary=ontology().canary)


def ner(document: Document) -> Iterator[NerRow]:
    """Yield a row of the configuration `ner` for each sentence."""
    for number, sentence in enumerate(document.sentences, 1):
        tokens = _inside(document.tokens, sentence)
        yield NerRow(
            f"{document.id}.s{number}",
            document.id,
            sentence.start,
            sentence.end,
            [document.text[t.start : t.end] for t in tokens],
            tag(tokens, [(m.start, m.end, m.type) for m in document.mentions if m.level == "NAM"]),
            ontology().canary,
        )


def events(document: Document) -> Iterator[EventsRow]:
    """Yield a row of the configuration `events` for each sentence."""
    text = document.text
    kinds = filler_types(document)
    fillers = {x.id: (x.start, x.end, kinds[x.id]) for x in marked(document)}

    def argument(a: Argument) -> EventArgument:
        start, end, type_ = fillers[a.filler]
        return EventArgument(a.role, text[start:end], start, end, type_, a.scope)

    for number, sentence in enumerate(document.sentences, 1):
        found = [
            SentenceEvent(
                e.id, text[e.start : e.end], e.start, e.end, e.type, e.realis, e.polarity, e.means, e.phase,
                AUTHOR if e.source == AUTHOR else text[slice(*fillers[e.source][:2])], e.stance, e.cluster,
                [argument(a) for a in e.arguments],
            )
            for e in document.events if sentence.start <= e.start < sentence.end
        ]  # fmt: skip
        yield EventsRow(
            f"{document.id}.s{number}",
            document.id,
            sentence.start,
            sentence.end,
            text[sentence.start : sentence.end],
            _inside(document.tokens, sentence),
            found,
            ontology().canary,
        )


def records(document: Document) -> Iterator[RecordRow]:
    """Yield a row of the configuration `records` for each incident record."""
    for record in document.records:
        fields = _fields(record) | {"id": f"{document.id}.{record.id}"}
        yield RecordRow(
            **fields,
            document=document.id,
            world=document.world,
            genre=document.genre,
            published=document.published,
            canary=ontology().canary,
        )


def prompts(document: Document) -> Iterator[PromptRow]:
    """Yield the row of a document in the configuration `prompts`."""
    yield PromptRow(document.id, document.id, prompt(document), target(document), ontology().canary)


def _inside(tokens: list[Span], sentence: Span) -> list[Span]:
    return [t for t in tokens if sentence.start <= t.start < sentence.end]


def _fields(struct: msgspec.Struct) -> dict[str, Any]:
    return {name: getattr(struct, name) for name in struct.__struct_fields__}


VIEWS: dict[str, tuple[type[Row], Callable[[Document], Iterator[Row]]]] = {
    "documents": (DocumentRow, documents),
    "ner": (NerRow, ner),
    "events": (EventsRow, events),
    "records": (RecordRow, records),
    "prompts": (PromptRow, prompts),
}

"""WikiEvents (Li, Ji and Han 2021): JSON Lines of documents with entity and event mentions over tokens.

Event types, entity types and roles are those of the file; a mention type that is not `UNK` is the level. The offsets of
tokens belong to a text that is not in the file, and which the field `text` has without the space between sentences; so
the text of a document is its sentences, a line each, and the offsets count from the first token of a sentence.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from goldwire_corpus.errors import data_error
from goldwire_corpus.schema.prediction import PredArgument, PredEvent, Prediction, PredMention
from goldwire_eval.readers.document_pairs import Line
from goldwire_eval.readers.stream import lines

if TYPE_CHECKING:
    from goldwire_eval.readers.formats import Reading


class _Entity(msgspec.Struct, frozen=True):
    id: str
    start: int
    end: int
    entity_type: str
    text: str
    mention_type: str = "UNK"


class _Trigger(msgspec.Struct, frozen=True):
    start: int
    end: int
    text: str


class _Argument(msgspec.Struct, frozen=True):
    entity_id: str
    role: str


class _Event(msgspec.Struct, frozen=True):
    id: str
    event_type: str
    trigger: _Trigger
    arguments: list[_Argument]


class _Document(msgspec.Struct, frozen=True):
    doc_id: str
    sentences: list[tuple[list[tuple[str, int, int]], str]]
    entity_mentions: list[_Entity]
    event_mentions: list[_Event]


Span = tuple[int, int]


def read(path: Path, reading: "Reading") -> Iterator[Line]:
    """Yield the documents of a file. Raises DataError for a line that is not such a document."""
    decoder = msgspec.json.Decoder(_Document)
    for number, line in lines(path):
        try:
            document = decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise data_error(str(path), number, "corpus-format", f"expected a row of WikiEvents: {error}") from None
        yield Line(str(path), number, _row(document, reading))


def _row(document: _Document, reading: "Reading") -> Prediction:
    text, tokens = _placed(document)

    def span(first: int, behind: int) -> Span | None:
        """Return the characters of some tokens; None if there is no such token or its offsets are wrong."""
        some = tokens[first:behind] if 0 <= first < behind <= len(tokens) else []
        start, end = (some[0], some[-1]) if some else (None, None)
        return None if start is None or end is None or None in some else (start[0], end[1])

    mentions: list[PredMention] = []
    for m in document.entity_mentions:
        if (at := span(m.start, m.end)) is None:
            reading.passed_over["entity mentions whose tokens are not in the text, left out"] += 1
        else:
            level = None if m.mention_type == "UNK" else m.mention_type
            mentions.append(PredMention(id=m.id, start=at[0], end=at[1], type=m.entity_type, level=level))
    known = {m.id for m in mentions}
    events: list[PredEvent] = []
    for e in document.event_mentions:
        if (at := span(e.trigger.start, e.trigger.end)) is None:
            reading.passed_over["event mentions whose tokens are not in the text, left out"] += 1
            continue
        arguments = [PredArgument(role=a.role, filler=a.entity_id) for a in e.arguments if a.entity_id in known]
        if lost := len(e.arguments) - len(arguments):
            reading.passed_over["arguments whose filler is not a mention, left out"] += lost
        events.append(PredEvent(id=e.id, start=at[0], end=at[1], type=e.event_type, arguments=arguments))
    return Prediction(id=document.doc_id, text=text, mentions=mentions, events=events)


def _placed(document: _Document) -> tuple[str, list[Span | None]]:
    """Return the text and the span of each token, None if its offsets do not select it."""
    text = ""
    spans: list[Span | None] = []
    for tokens, sentence in document.sentences:
        shift = len(text) + sentence.find(tokens[0][0]) - tokens[0][1] if tokens else 0
        text += sentence + "\n"
        spans += [
            (start + shift, end + shift) if text[start + shift : end + shift] == word else None
            for word, start, end in tokens
        ]
    return text.removesuffix("\n"), spans

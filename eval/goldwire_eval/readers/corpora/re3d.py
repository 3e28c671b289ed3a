"""re3d (Dstl, 2017): the documents, entities and relations of a source, a file each, as `mongoexport` writes them.

Entities become mentions, relations those between two mentions, under their own labels. Some offsets of the published
files do not select the value beside them; such items are left out and counted.
"""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec

from goldwire_corpus.errors import data_error
from goldwire_corpus.schema.prediction import Prediction, PredMention, PredRelation
from goldwire_eval.readers.document_pairs import Line
from goldwire_eval.readers.stream import lines

if TYPE_CHECKING:
    from goldwire_eval.readers.formats import Reading

DOCUMENTS, ENTITIES, RELATIONS = "documents.json", "entities.json", "relations.json"


class _Document(msgspec.Struct, frozen=True, rename={"id": "_id"}):
    id: str
    text: str
    title: str = ""


class _Entity(msgspec.Struct, frozen=True, rename={"id": "_id", "document": "documentId"}):
    id: str
    document: str
    begin: int
    end: int
    type: str
    value: str


class _Relation(msgspec.Struct, frozen=True, rename="camel"):
    document_id: str
    type: str
    source_begin: int
    source_end: int
    target_begin: int
    target_end: int


Row = TypeVar("Row", _Document, _Entity, _Relation)


def sources(path: Path) -> list[Path]:
    """Return the folder itself if it is a source, otherwise the sources in it, by name."""
    if (path / DOCUMENTS).is_file():
        return [path]
    return sorted(folder for folder in path.iterdir() if (folder / DOCUMENTS).is_file()) if path.is_dir() else []


def read(path: Path, reading: "Reading") -> Iterator[Line]:
    """Yield the documents of a source or of a folder of sources.

    Raises DataError if there is no source, if a file is missing, or for a line that is not such a row.
    """
    if not (found := sources(path)):
        message = f"expected a folder of re3d, or of one of its sources, with {DOCUMENTS} and {ENTITIES}"
        raise data_error(str(path), 0, "corpus-format", message)
    for source in found:
        yield from _source(source, reading)


def _source(folder: Path, reading: "Reading") -> Iterator[Line]:
    entities: dict[str, list[_Entity]] = defaultdict(list)
    for _, entity in _rows(folder / ENTITIES, _Entity):
        entities[entity.document].append(entity)
    relations: dict[str, list[_Relation]] = defaultdict(list)
    if (folder / RELATIONS).exists():
        for _, relation in _rows(folder / RELATIONS, _Relation):
            relations[relation.document_id].append(relation)
    for number, document in _rows(folder / DOCUMENTS, _Document):
        mentions = _mentions(document, entities.pop(document.id, []), reading)
        row = Prediction(
            id=document.id, text=document.text, title=document.title, mentions=mentions,
            relations=_relations(relations.pop(document.id, []), mentions, reading),
        )  # fmt: skip
        yield Line(str(folder / DOCUMENTS), number, row)
    if lost := sum(map(len, entities.values())) + sum(map(len, relations.values())):
        reading.passed_over["entities and relations of unknown documents, left out"] += lost


def _rows(path: Path, type_: type[Row]) -> Iterator[tuple[int, Row]]:
    decoder = msgspec.json.Decoder(type_)
    for number, line in lines(path):
        try:
            yield number, decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise data_error(str(path), number, "corpus-format", f"expected a row of re3d: {error}") from None


def _mentions(document: _Document, entities: list[_Entity], reading: "Reading") -> list[PredMention]:
    found: dict[tuple[int, int, str], PredMention] = {}
    for e in entities:
        key = (e.begin, e.end, e.type)
        if document.text[e.begin : e.end] != e.value:
            reading.passed_over["entities whose offsets do not select their value, left out"] += 1
        elif key in found:
            reading.passed_over["entities with the span and type of another, left out"] += 1
        else:
            found[key] = PredMention(id=e.id, start=e.begin, end=e.end, type=e.type)
    return list(found.values())


def _relations(relations: list[_Relation], mentions: list[PredMention], reading: "Reading") -> list[PredRelation]:
    by_span = {(m.start, m.end): m.id for m in reversed(mentions)}
    found: dict[tuple[str, str, str], PredRelation] = {}
    for r in relations:
        ends = by_span.get((r.source_begin, r.source_end)), by_span.get((r.target_begin, r.target_end))
        if ends[0] is None or ends[1] is None:
            reading.passed_over["relations of which an end is not a mention, left out"] += 1
        else:
            found[r.type, ends[0], ends[1]] = PredRelation(type=r.type, from_=ends[0], to=ends[1])
    return list(found.values())

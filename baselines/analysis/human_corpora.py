"""The corpora that people annotated, as documents that a system can predict, with the comparison of each.

Nothing of a text is kept: a comparison returns counts and figures.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from goldwire_annotation.agreement import Agreement
from goldwire_annotation.human import muc4_records, re3d_entities, wikievents
from goldwire_baselines.words import DETERMINERS
from goldwire_corpus.schema.document import Document
from goldwire_corpus.schema.prediction import Prediction, PredRecord
from goldwire_corpus.source.files import read_lines
from goldwire_corpus.source.segment import segment
from goldwire_eval.readers.corpora.muc4 import TYPES
from goldwire_eval.readers.document_pairs import Line
from goldwire_eval.readers.formats import Reading, read_rows

OURS, ALL = "annotated by us", "all"
"""Sets of documents: those that our annotation covers too, and all that are published."""
INCIDENTS = frozenset(TYPES.values())
"""The types of records that MUC-4 has incidents of."""
_MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()
_NUMBERS = frozenset("one two three four five six seven eight nine ten eleven twelve several many".split())
_DATELINE = re.compile(rf"\b(\d{{1,2}}) ({'|'.join(_MONTHS)}) (\d\d)\b", re.IGNORECASE)


class Compared(NamedTuple):
    """Figures against people's annotation, and how many items of the compared kind either side has."""

    agreement: Agreement
    human: int
    predicted: int


class Corpus(NamedTuple):
    """A corpus: the documents to predict, the ids of each set, and the comparison of predictions of some of them.

    `ceiling` is the same comparison for our own annotation.
    """

    documents: list[Document]
    sets: dict[str, list[str]]
    compare: Callable[[Sequence[Prediction]], Compared]
    ceiling: Compared


def muc4(real: Path, ours: Path) -> Corpus:
    """Return the messages of MUC-4 with their answer keys; `ours` has our records of some."""
    lines = {line.row.id: line for line in read_rows(real, Reading())}
    annotated = [row.id for row in read_lines(ours, Prediction)]

    def compare(predictions: Sequence[Prediction]) -> Compared:
        kept = [_incidents(p) for p in predictions]
        keys = [lines[p.id] for p in kept]
        human = sum(len(key.row.records or ()) for key in keys)
        return Compared(muc4_records.agreement(kept, keys, "MUC-4"), human, sum(len(p.records or ()) for p in kept))

    documents = [_document(line, published_in(line.row.text or "")) for line in lines.values()]
    own = sum(len(row.records or ()) for row in read_lines(ours, Prediction))
    covered = sum(len(lines[id].row.records or ()) for id in annotated)
    ceiling = Compared(muc4_records.compare(ours, real), covered, own)
    return Corpus(documents, {OURS: annotated, ALL: list(lines)}, compare, ceiling)


def _incidents(prediction: Prediction) -> Prediction:
    """Return the records of the types that MUC-4 has; it has no others, so that those would all be wrong."""
    records = [r for r in prediction.records or () if r.type in INCIDENTS]
    return Prediction(id=prediction.id, records=[_plain(r) for r in records])


def _plain(record: PredRecord) -> PredRecord:
    """Return a record without what refers to other layers, and with names as the keys have them."""
    names = {slot: list(map(bare, getattr(record, slot))) for slot in ("actors", "targets", "instrument")}
    return msgspec.structs.replace(record, id=None, cluster=None, incident=None, tolls=[], sources=[], **names)


def bare(name: str) -> str:
    """Return a name without the determiners and numbers before it, which our mentions include and the keys do not."""
    words = name.split()
    while len(words) > 1 and (words[0].lower() in DETERMINERS | _NUMBERS or words[0][0].isdigit()):
        del words[0]
    return " ".join(words)


def published_in(text: str) -> str | None:
    """Return the day of the date line, which begins a message, as the day of publication."""
    found = _DATELINE.search(text.partition("\n")[0])
    if found is None:
        return None
    return f"19{found[3]}-{_MONTHS.index(found[2].upper()) + 1:02}-{int(found[1]):02}"


def wiki_events(dev: Path, ours: Path) -> Corpus:
    """Return the documents of the dev part of WikiEvents; `ours` has our events of some."""
    human = {line.row.id: line.row for line in read_rows(dev, Reading())}
    annotated = {row.id: row for row in read_lines(ours, Prediction)}
    layers = (*wikievents.LAYERS, wikievents.ALL_ARGUMENTS)

    def compare(predictions: Sequence[Prediction]) -> Compared:
        rows = {p.id: p for p in predictions}
        events = [sum(len(row.events or ()) for row in some) for some in ([human[id] for id in rows], rows.values())]
        return Compared(wikievents.recall(rows, human, layers), *events)

    documents = [_document(Line(str(dev), 0, row), None) for row in human.values()]
    return Corpus(documents, {OURS: list(annotated), ALL: list(human)}, compare, compare(list(annotated.values())))


def re3d(clone: Path) -> Corpus:
    """Return the documents of the field part, of which our gold covers all, with the entities that people marked."""
    found = {document.id: (human, document) for human, document in re3d_entities.field_entities(clone)}

    def compare(predictions: Sequence[Prediction]) -> Compared:
        return _entities([(found[p.id][0], p, found[p.id][1]) for p in predictions])

    ceiling = _entities([(human, document, document) for human, document in found.values()])
    return Corpus([document for _, document in found.values()], {OURS: list(found)}, compare, ceiling)


def _entities(rows: Sequence[tuple[list[re3d_entities.Item], Document | Prediction, Document]]) -> Compared:
    items = [(human, re3d_entities.items(annotated, d.text), d.id) for human, annotated, d in rows]
    return Compared(re3d_entities.recall(items), *(sum(len(row[side]) for row in items) for side in (0, 1)))


def corpora(real: Path, human: Path) -> Iterator[tuple[str, Callable[[], Corpus]]]:
    """Yield what reads each corpus in the folder `real`, as published; `human` has our annotation of some documents."""
    yield "muc4", lambda: muc4(real / "muc4", human / "muc4.jsonl")
    yield "re3d", lambda: re3d(real / "re3d")
    yield "wikievents", lambda: wiki_events(real / "wikievents" / "dev.jsonl", human / "wikievents.jsonl")


def _document(line: Line, published: str | None) -> Document:
    text = line.row.text or ""
    found = segment(text)
    return Document(line.row.id, "", "", "", "", published, text, found.sentences, found.tokens)


def of_set(predictions: Mapping[str, Prediction], ids: Sequence[str]) -> list[Prediction]:
    """Return the predictions of some documents; one that is missing is empty."""
    return [predictions.get(id) or Prediction(id=id, mentions=[], events=[], records=[]) for id in ids]

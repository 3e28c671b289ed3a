"""re3d (Dstl 2017): the entities that people marked in the documents of the field part, and our annotation of them.

People marked what an analyst would look for, not every mention, so only recall means anything. An entity counts if the
model of the crowd's answers gives it more than 0.5 and its offsets select its value. Both texts are compared by their
characters without white space, so that spans hold in either.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from goldwire_annotation.agreement import Agreement, bounds, counted, figures
from goldwire_corpus.join import field
from goldwire_corpus.join.canonical_text import letters
from goldwire_corpus.load import DATA
from goldwire_corpus.schema.document import Document, Mention
from goldwire_corpus.schema.prediction import Prediction, PredMention
from goldwire_corpus.source.files import read_lines
from goldwire_eval.batch.head_rule import head_end

ENTITIES = "entities.json"
LAYERS = ("same span", "span that overlaps, with the head", "type that corresponds, of these")
CORRESPONDS = {
    "Organisation": {"ORG", "GPE", "PER"},
    "Location": {"GPE", "LOC", "FAC"},
    "Person": {"PER", "TITLE"},
    "Nationality": {"GPE", "PER", "ORG"},
    "Temporal": {"TIME"},
    "Quantity": {"QTY"},
    "Money": {"QTY", "COM"},
    "MilitaryPlatform": {"VEH", "WEA"},
    "Vehicle": {"VEH", "WEA"},
    "Weapon": {"WEA"},
    "DocumentReference": {"INF"},
    "CommsIdentifier": {"INF"},
    "Url": {"INF"},
}


class Entity(msgspec.Struct, frozen=True, rename={"document": "documentId"}):
    """A row of `entities.json`; offsets are code points of the published text."""

    document: str
    begin: int
    end: int
    type: str
    value: str
    confidence: float


class Item(NamedTuple):
    """A span, its head and its type; offsets count characters that are not white space."""

    start: int
    end: int
    head_start: int
    head_end: int
    type: str


def compare(clone: Path) -> Agreement:
    """Return the recall of the human entities of the field part by our annotation, in a clone of re3d."""
    return recall([(human, items(document, document.text), document.id) for human, document in field_entities(clone)])


def recall(documents: Sequence[tuple[Sequence[Item], Sequence[Item], str]]) -> Agreement:
    """Return the recall of human items by ours, both given for each document with its id."""
    counts, ids = [], []
    for human, ours, id in documents:
        exact = [e for e in human if any((e.start, e.end) == (i.start, i.end) for i in ours)]
        found = [[i for i in ours if overlaps(e, i)] for e in human]
        typed = [corresponds(e, of) for e, of in zip(human, found, strict=True) if of]
        numbers = [(len(exact), len(human)), (len(typed), len(human)), (sum(typed), len(typed))]
        counts.append({name: (n, all_ - n, all_ - n) for name, (n, all_) in zip(LAYERS, numbers, strict=True)})
        ids.append(id)
    units = counted(counts, LAYERS, ids)
    return Agreement(len(ids), figures(units), bounds(units), {})


def corresponds(human: Item, ours: Sequence[Item]) -> bool:
    """Return whether one of our items has a type that corresponds to the human one."""
    return any(item.type in CORRESPONDS.get(human.type, ()) for item in ours)


def overlaps(human: Item, ours: Item) -> bool:
    """Return whether the head of our item lies in the human span, or the human span in ours and on its head."""
    inside = human.start <= ours.head_start and ours.head_end <= human.end
    around = ours.start <= human.start and human.end <= ours.end
    return inside or (around and human.start < ours.head_end and ours.head_start < human.end)


def place(text: str, offset: int) -> int:
    """Return the number of characters before an offset that are not white space."""
    return len(letters(text[:offset]))


def items(annotation: Document | Prediction, text: str) -> list[Item]:
    """Return the mentions, times, quantities and titles of an annotation with offsets in this text.

    A head that is not given is the last word that `head_rule` finds.
    """

    def item(start: int | None, end: int | None, type_: str, head: tuple[int, int] | None = None) -> Item:
        span = start or 0, end or 0
        first, last, head_first, head_last = (place(text, at) for at in (*span, *(head or span)))
        return Item(first, last, head_first, head_last, type_)

    return [
        *(item(m.start, m.end, m.type, _head(text, m)) for m in annotation.mentions or ()),
        *(item(t.start, t.end, "TIME") for t in annotation.times or ()),
        *(item(q.start, q.end, "QTY") for q in annotation.quantities or ()),
        *(item(t.start, t.end, "TITLE") for t in annotation.titles or ()),
    ]


def _head(text: str, m: Mention | PredMention) -> tuple[int, int]:
    start = m.start or 0
    if m.head_start is not None and m.head_end is not None:
        return m.head_start, m.head_end
    end = head_end(text, start, m.end or 0)
    return max(start, text.rfind(" ", start, end) + 1), end


def field_entities(clone: Path) -> Iterator[tuple[list[Item], Document]]:
    """Yield the human entities of each document of the field part, and our gold of it."""
    joined = {one.document.id: one.document for one in field.join(clone, partial=False)}
    for doc, document in joined.items():
        expected = field.read_fingerprint(DATA, doc)
        folder = clone / str(expected.source)
        text = field.read_source(folder / field.DOCUMENTS)[str(expected.key)]
        rows = [e for e in read_lines(folder / ENTITIES, Entity) if e.document == expected.key]
        yield _human(text, rows), document


def _human(text: str, rows: Sequence[Entity]) -> list[Item]:
    found = {}
    for row in rows:
        if row.confidence > 0.5 and text[row.begin : row.end] == row.value:
            start, end = place(text, row.begin), place(text, row.end)
            found[start, end, row.type] = Item(start, end, start, end, row.type)
    return list(found.values())

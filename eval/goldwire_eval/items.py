"""What is scored of a document, gold or predicted, in one normal form: plain tuples of offsets and labels.

A span that could not be grounded is given offsets below zero, no two alike: it equals nothing and stays in the
denominator of precision.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import msgspec

from goldwire_corpus.schema import Document, marked


class MentionItem(NamedTuple):
    start: int
    end: int
    head_end: int
    type: str
    level: str | None
    entity: str | None


class ValueItem(NamedTuple):
    """A time (`value`) or a quantity (`low`, `high`)."""

    start: int
    end: int
    value: str | None
    low: float | None = None
    high: float | None = None


class EventItem(NamedTuple):
    start: int
    end: int
    type: str
    realis: str | None
    polarity: str | None
    means: str | None
    phase: str | None
    stance: str | None
    cluster: str | None


class ArgumentItem(NamedTuple):
    """`event` is the index of its event; `kind` is the filler's: mention, event, value, or None for a span in place."""

    event: int
    role: str
    start: int
    end: int
    head_end: int
    kind: str | None


class RecordItem(NamedTuple):
    """Names are tuples of accepted forms, lower-cased: of gold every form the document uses, of predictions one."""

    type: str
    date: tuple[str | None, str | None]
    place: frozenset[str]
    killed: tuple[int | None, int | None]
    wounded: tuple[int | None, int | None]
    actors: tuple[frozenset[str], ...]


Fillers = dict[str, tuple[int, int, int, str | None]]
"""By id: start, end, end of the head, and kind."""


class Items(msgspec.Struct):
    """`attempted` names the layers that are there, an empty one too. Without any it is a document left out."""

    attempted: set[str] = set()
    mentions: list[MentionItem] = []
    times: list[ValueItem] = []
    quantities: list[ValueItem] = []
    events: list[EventItem] = []
    arguments: list[ArgumentItem] = []
    records: list[RecordItem] = []

    def joined(self, other: "Items") -> "Items":
        """Both together, as one prediction that says all that either says."""
        shift = len(self.events)
        return Items(
            self.attempted | other.attempted,
            self.mentions + other.mentions,
            self.times + other.times,
            self.quantities + other.quantities,
            self.events + other.events,
            self.arguments + [a._replace(event=a.event + shift) for a in other.arguments],
            self.records + other.records,
        )


EVERYTHING = frozenset(
    {"mentions", "times", "quantities", "events", "arguments", "records", "realis", "polarity", "attributes"}
)


def gold_items(document: Document) -> Items:
    spans: Fillers = {x.id: (x.start, x.end, x.end, "value") for x in marked(document)}
    spans |= {m.id: (m.start, m.end, m.head_end, "mention") for m in document.mentions}
    spans |= {e.id: (e.start, e.end, e.end, "event") for e in document.events}
    return Items(
        set(EVERYTHING),
        [MentionItem(m.start, m.end, m.head_end, m.type, m.level, m.entity) for m in document.mentions],
        [ValueItem(t.start, t.end, t.value) for t in document.times],
        [ValueItem(q.start, q.end, None, q.min, q.max) for q in document.quantities],
        [
            EventItem(e.start, e.end, e.type, e.realis, e.polarity, e.means, e.phase, e.stance, e.cluster)
            for e in document.events
        ],
        [ArgumentItem(i, a.role, *spans[a.filler]) for i, e in enumerate(document.events) for a in e.arguments],
        record_items(document.records, _forms(document)),
    )


def _forms(document: Document) -> dict[str, frozenset[str]]:
    """Every form under which an entity of this name stands in the document."""
    names = {e.id: e.name for e in document.entities}
    forms: dict[str, set[str]] = {}
    for m in document.mentions:
        own = forms.setdefault(names[m.entity], {names[m.entity].lower()})
        if m.level != "PRO":
            own |= {document.text[m.start : m.end].lower(), document.text[m.head_start : m.head_end].lower()}
    return {name: frozenset(own) for name, own in forms.items()}


def record_items(records: Iterable[Any], forms: Mapping[str, frozenset[str]]) -> list[RecordItem]:
    def form(name: str) -> frozenset[str]:
        return forms.get(name, frozenset({name.lower()}))

    return [
        RecordItem(
            r.type,
            (r.earliest, r.latest),
            form(r.place) if r.place is not None else frozenset(),
            (r.killed_min, r.killed_max),
            (r.wounded_min, r.wounded_max),
            tuple(map(form, r.actors)),
        )
        for r in records
    ]

"""Incident records as they are compared: a name is the set of its accepted forms."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from goldwire_corpus.schema.document import AUTHOR
from goldwire_corpus.schema.prediction import Prediction

Name = frozenset[str]
Interval = tuple[float | None, float | None]


class RecordItem(NamedTuple):
    """A name is the set of its accepted forms, lower-cased: of gold every form in the document, of predictions one."""

    type: int
    date: tuple[str | None, str | None]
    place: Name
    killed: Interval
    wounded: Interval
    actors: tuple[Name, ...]
    targets: tuple[Name, ...] = ()
    instrument: tuple[Name, ...] = ()
    sources: tuple[Name, ...] = ()


def record_items(row: Prediction, text: str, gold: bool, types: Sequence[int]) -> list[RecordItem]:
    """Return the records of a row, with the type codes given."""
    forms = _forms(row, text) if gold else {}

    def form(name: str) -> Name:
        return forms.get(name) or frozenset({name if name == AUTHOR else name.lower()})

    def names(some: Sequence[str]) -> tuple[Name, ...]:
        return tuple(map(form, some))

    return [
        RecordItem(
            type_,
            (r.earliest, r.latest),
            form(r.place) if r.place is not None else frozenset(),
            (r.killed_min, r.killed_max),
            (r.wounded_min, r.wounded_max),
            names(r.actors),
            names(r.targets),
            names(r.instrument),
            names(r.sources),
        )
        for r, type_ in zip(row.records or (), types, strict=True)
    ]


def _forms(row: Prediction, text: str) -> Mapping[str, Name]:
    """Return the forms of every entity name: those of its mentions in the document, pronouns left out."""
    names = {e.id: e.name for e in row.entities or () if e.name is not None}
    forms: dict[str, set[str]] = {}
    for m in row.mentions or ():
        name = names.get(m.entity or "")
        if name is None:
            continue
        own = forms.setdefault(name, {name.lower()})
        if m.level != "PRO" and m.start is not None and m.end is not None:
            own.add(text[m.start : m.end].lower())
            if m.head_start is not None and m.head_end is not None:
                own.add(text[m.head_start : m.head_end].lower())
    return {name: frozenset(own) for name, own in forms.items()}

"""What is scored of a document, gold or predicted, in one normal form: plain tuples of offsets and labels.

A span that could not be grounded is given offsets below zero, no two alike: it equals nothing and stays in the
denominator of precision.
"""

from collections.abc import Iterable, Mapping
from itertools import count
from typing import Any, NamedTuple

import msgspec

from goldwire_corpus.checks import cuts_combining
from goldwire_corpus.incident import Incident
from goldwire_corpus.prediction import PredEvent, Prediction, PredMention, PredSpan
from goldwire_corpus.schema import AUTHOR, Document, marked
from goldwire_eval.ground import GroundingError, ground
from goldwire_eval.head import head_end


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
    """`event` is the index of its event; `group` the entity or event cluster of the filler, where it has one."""

    event: int
    role: str
    start: int
    end: int
    head_end: int
    group: str | None


class RecordItem(NamedTuple):
    """Names are tuples of accepted forms, lower-cased: of gold every form the document uses, of predictions one."""

    type: str
    date: tuple[str | None, str | None]
    place: frozenset[str]
    killed: tuple[int | None, int | None]
    wounded: tuple[int | None, int | None]
    actors: tuple[frozenset[str], ...]


class Items(msgspec.Struct):
    """`attempted` names the layers that are there, an empty one too."""

    attempted: set[str]
    tokens: list[tuple[int, int]] = []
    mentions: list[MentionItem] = []
    times: list[ValueItem] = []
    quantities: list[ValueItem] = []
    titles: list[ValueItem] = []
    events: list[EventItem] = []
    arguments: list[ArgumentItem] = []
    records: list[RecordItem] = []
    length: int = 0


EVERYTHING = frozenset({"mentions", "times", "quantities", "titles", "events", "arguments", "records",
                        "realis", "polarity", "attributes"})  # fmt: skip


def gold_items(document: Document) -> Items:
    spans: dict[str, tuple[int, int, int, str | None]] = {x.id: (x.start, x.end, x.end, None) for x in marked(document)}
    spans |= {m.id: (m.start, m.end, m.head_end, m.entity) for m in document.mentions}
    spans |= {e.id: (e.start, e.end, e.end, e.cluster) for e in document.events}
    return Items(
        set(EVERYTHING),
        [(t.start, t.end) for t in document.tokens],
        [MentionItem(m.start, m.end, m.head_end, m.type, m.level, m.entity) for m in document.mentions],
        [ValueItem(t.start, t.end, t.value) for t in document.times],
        [ValueItem(q.start, q.end, None, q.min, q.max) for q in document.quantities],
        [ValueItem(p.start, p.end, None) for p in document.titles],
        [
            EventItem(e.start, e.end, e.type, e.realis, e.polarity, e.means, e.phase, e.stance, e.cluster)
            for e in document.events
        ],
        [ArgumentItem(i, a.role, *spans[a.filler]) for i, e in enumerate(document.events) for a in e.arguments],
        _records(document.records, _forms(document)),
        len(document.text),
    )


def empty_items() -> Items:
    """What a document that a submission leaves out counts as."""
    return Items(set())


def _forms(document: Document) -> dict[str, frozenset[str]]:
    """Every form under which an entity of this name stands in the document."""
    names = {e.id: e.name for e in document.entities}
    forms: dict[str, set[str]] = {}
    for m in document.mentions:
        own = forms.setdefault(names[m.entity], {names[m.entity].lower()})
        if m.level != "PRO":
            own |= {document.text[m.start : m.end].lower(), document.text[m.head_start : m.head_end].lower()}
    return {name: frozenset(own) for name, own in forms.items()}


def _records(records: Iterable[Any], forms: Mapping[str, frozenset[str]]) -> list[RecordItem]:
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


class _Grounder:
    """Gives every predicted span its offsets, and keeps the incidents met on the way."""

    def __init__(self, text: str, path: str, line: int):
        self.text = text
        self.path = path
        self.line = line
        self.incidents: list[Incident] = []
        self._lost = count(1)

    def fault(self, id: str, message: str) -> None:
        self.incidents.append(Incident(self.path, self.line, id, message))

    def span(self, item: PredSpan, where: str) -> tuple[int, int]:
        problem = self._problem(item)
        if problem is None:
            try:
                if item.quote is None:
                    return int(item.start or 0), int(item.end or 0)
                if item.start is not None:
                    return int(item.start), int(item.end or 0)
                return ground(self.text, item.quote, item.nth)
            except GroundingError as error:
                problem = (error.id, str(error))
        self.fault(problem[0], f"{where}: {problem[1]}")
        lost = -2 * next(self._lost)
        return lost, lost + 1

    def _problem(self, item: PredSpan) -> tuple[str, str] | None:
        if item.start is None and item.end is None:
            return None if item.quote is not None else ("span-missing", "neither offsets nor a quote")
        if item.start is None or item.end is None:
            return "span-missing", "only one of start and end"
        if not item.start < item.end <= len(self.text):
            return "span-range", f"[{item.start}, {item.end}) is not in the text of {len(self.text)} code points"
        if item.quote is not None and self.text[item.start : item.end] != item.quote:
            return "span-quote", f"[{item.start}, {item.end}) is not {item.quote!r}"
        if isinstance(item, PredMention) and item.head_end is not None:
            low = item.start if item.head_start is None else item.head_start
            if not item.start <= low < item.head_end <= item.end:
                return "head-outside", f"head [{low}, {item.head_end}) is not inside [{item.start}, {item.end})"
        if cuts_combining(self.text, item.start, item.end):
            return "span-combining", f"[{item.start}, {item.end}) cuts a combining sequence"
        return None


def predicted_items(prediction: Prediction, document: Document, path: str, line: int) -> tuple[Items, list[Incident]]:
    """Grounds a prediction in its document's text; nothing of the document's gold is looked at."""
    grounder = _Grounder(document.text, path, line)
    spans: dict[str, tuple[int, int, int, str | None]] = {}

    def placed(layer: str, items: Iterable[PredSpan] | None) -> list[tuple[int, int]]:
        found = []
        for i, item in enumerate(items or ()):
            start, end = grounder.span(item, f"{layer}[{i}]")
            found.append((start, end))
            if item.id is not None:
                if item.id in spans:
                    grounder.fault("id-duplicate", f"{layer}[{i}]: id {item.id!r} stands twice")
                head = _head(item, document.text, start, end) if isinstance(item, PredMention) else end
                group = item.entity if isinstance(item, PredMention) else getattr(item, "cluster", None)
                spans[item.id] = (start, end, head, group)
        return found

    mentions, times = placed("mentions", prediction.mentions), placed("times", prediction.times)
    quantities, titles = placed("quantities", prediction.quantities), placed("titles", prediction.titles)
    events = placed("events", prediction.events)
    text = document.text
    items = Items(
        _attempted(prediction),
        [(t.start, t.end) for t in document.tokens],
        [
            MentionItem(s, e, _head(m, text, s, e), m.type, m.level, m.entity)
            for m, (s, e) in zip(prediction.mentions or (), mentions, strict=True)
        ],
        [ValueItem(*span, t.value) for t, span in zip(prediction.times or (), times, strict=True)],
        [ValueItem(*span, None, q.min, q.max) for q, span in zip(prediction.quantities or (), quantities, strict=True)],
        [ValueItem(*span, None) for span in titles],
        [
            EventItem(*span, e.type, e.realis, e.polarity, e.means, e.phase, e.stance, e.cluster)
            for e, span in zip(prediction.events or (), events, strict=True)
        ],
        _arguments(prediction.events or [], spans, grounder),
        _records(prediction.records or (), {}),
        len(text),
    )
    return items, grounder.incidents


def _head(mention: PredMention, text: str, start: int, end: int) -> int:
    if mention.head_end is not None:
        return mention.head_end
    return end if start < 0 else head_end(text, start, end)


def _arguments(
    events: list[PredEvent], spans: Mapping[str, tuple[int, int, int, str | None]], grounder: _Grounder
) -> list[ArgumentItem]:
    found = []
    for i, event in enumerate(events):
        if isinstance(event.source, str) and event.source not in (AUTHOR, *spans):
            grounder.fault("link-dangling", f"events[{i}].source: no item has the id {event.source!r}")
        for j, argument in enumerate(event.arguments or ()):
            where = f"events[{i}].arguments[{j}]"
            if isinstance(argument.filler, PredSpan):
                start, end = grounder.span(argument.filler, where)
                head = end if start < 0 else head_end(grounder.text, start, end)
                found.append(ArgumentItem(i, argument.role, start, end, head, None))
            elif argument.filler in spans:
                found.append(ArgumentItem(i, argument.role, *spans[argument.filler]))
            else:
                grounder.fault("link-dangling", f"{where}: no item has the id {argument.filler!r}")
                start, end = grounder.span(PredSpan(quote=""), where)
                found.append(ArgumentItem(i, argument.role, start, end, end, None))
    return found


def _attempted(prediction: Prediction) -> set[str]:
    layers = {"mentions", "times", "quantities", "titles", "events", "records"}
    attempted = {layer for layer in layers if getattr(prediction, layer) is not None}
    events = prediction.events or []
    attempted |= {"arguments"} if any(e.arguments is not None for e in events) else set()
    attempted |= {"realis"} if any(e.realis is not None for e in events) else set()
    attempted |= {"polarity"} if any(e.polarity is not None for e in events) else set()
    if {"realis", "polarity"} <= attempted:
        attempted.add("attributes")
    return attempted

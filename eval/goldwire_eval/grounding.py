"""A prediction in the normal form of `items`, and everything that is wrong with it. Nothing of gold is looked at.

An item at fault is scored as wrong where faults are not refused: its span is lost, so that it matches nothing and
stays in the denominator of precision.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import count

from goldwire_corpus.checks import cuts_combining
from goldwire_corpus.incident import Incident
from goldwire_corpus.ontology import ontology
from goldwire_corpus.prediction import PredEvent, Prediction, PredMention, PredRecord, PredSpan
from goldwire_corpus.schema import AUTHOR, LEVELS, MODIFIERS, RELATIONS, TIME_TYPES, Document
from goldwire_eval.ground import GroundingError, ground
from goldwire_eval.head import head_end
from goldwire_eval.items import ArgumentItem, EventItem, Fillers, Items, MentionItem, ValueItem, record_items

# (incident id, message, the item that is spoilt by it or None)
Fault = tuple[str, str, object]
SHOWN = 60
builtin_id = id  # `id` names ids of incidents and items here


def predicted_items(prediction: Prediction, document: Document, path: str, line: int) -> tuple[Items, list[Incident]]:
    """Grounds a prediction in its document's text; the items, and the incidents with `path` and `line`."""
    if prediction.text is not None and prediction.text != document.text:
        differs = Incident(path, line, "text-differs", _difference(prediction.text, document))
        return _Grounder(prediction, "", path, line).items(), [differs]
    grounder = _Grounder(prediction, document.text, path, line)
    items = grounder.items()
    return items, grounder.incidents


def _difference(text: str, document: Document) -> str:
    """Offsets into another text would mean something else."""
    pairs = enumerate(zip(text, document.text, strict=False))
    place = next((i for i, (a, b) in pairs if a != b), min(len(text), len(document.text)))
    return f"{document.id}: the text is not the document's, from code point {place} on"


class _Grounder:
    def __init__(self, prediction: Prediction, text: str, path: str, line: int):
        self.prediction, self.text, self.path, self.line = prediction, text, path, line
        self.incidents: list[Incident] = []
        self.fillers: Fillers = {}
        self.lost = count(1)
        self.spoilt: set[int] = set()
        for id, message, item in _label_faults(prediction):
            self.fault(id, message)
            if item is not None:
                self.spoilt.add(builtin_id(item))

    def fault(self, id: str, message: str) -> None:
        self.incidents.append(Incident(self.path, self.line, id, message))

    def items(self) -> Items:
        p = self.prediction
        mentions = self.place("mentions", p.mentions, "mention")
        times = self.place("times", p.times, "value")
        quantities = self.place("quantities", p.quantities, "value")
        self.place("titles", p.titles, "value")
        events = self.place("events", p.events, "event")
        return Items(
            _attempted(p),
            [
                MentionItem(start, end, head, m.type, m.level, m.entity)
                for m, (start, end, head) in zip(p.mentions or (), mentions, strict=True)
            ],
            [ValueItem(*span[:2], t.value) for t, span in zip(p.times or (), times, strict=True)],
            [ValueItem(*span[:2], None, q.min, q.max) for q, span in zip(p.quantities or (), quantities, strict=True)],
            [
                EventItem(*span[:2], e.type, e.realis, e.polarity, e.means, e.phase, e.stance, e.cluster)
                for e, span in zip(p.events or (), events, strict=True)
            ],
            [a for i, e in enumerate(p.events or ()) for a in self.arguments(i, e)],
            record_items(p.records or (), {}),
        )

    def place(self, layer: str, items: Iterable[PredSpan] | None, kind: str) -> list[tuple[int, int, int]]:
        """(start, end, end of the head) of each item, whose id from now on names it."""
        found = []
        for i, item in enumerate(items or ()):
            start, end, head = self.span(item, f"{layer}[{i}]")
            found.append((start, end, head if kind == "mention" else end))
            if item.id is None:
                continue
            if item.id in self.fillers:
                self.fault("id-duplicate", f"{layer}[{i}]: id {_shown(item.id)} stands twice")
                start, end, head = self.nowhere()
            self.fillers[item.id] = (start, end, head if kind == "mention" else end, kind)
        return found

    def span(self, item: PredSpan, where: str) -> tuple[int, int, int]:
        if builtin_id(item) in self.spoilt:
            return self.nowhere()
        try:
            start, end = self._span(item)
            head = self._head(item, start, end)
        except GroundingError as error:
            self.fault(error.id, f"{where}: {error}")
            return self.nowhere()
        return start, end, head

    def _span(self, item: PredSpan) -> tuple[int, int]:
        if item.quote is None and item.nth is not None:
            raise GroundingError("span-nth", "nth without a quote")
        if item.start is None and item.end is None and item.quote is not None:
            start, end = ground(self.text, item.quote, item.nth)
        elif item.start is None or item.end is None:
            raise GroundingError("span-missing", "neither offsets nor a quote, or only one of start and end")
        else:
            start, end = item.start, item.end
            if not start < end <= len(self.text):
                raise GroundingError(
                    "span-range", f"[{start}, {end}) is not in the text of {len(self.text)} code points"
                )
            if item.quote is not None and self.text[start:end] != item.quote:
                raise GroundingError("span-quote", f"[{start}, {end}) is not {_shown(item.quote)}")
        if cuts_combining(self.text, start, end):
            raise GroundingError("span-combining", f"[{start}, {end}) cuts a combining sequence")
        return start, end

    def _head(self, item: PredSpan, start: int, end: int) -> int:
        """Where the head ends: as given, inside the mention, else by rule."""
        if isinstance(item, PredMention) and item.head_end is not None:
            low = start if item.head_start is None else item.head_start
            if not start <= low < item.head_end <= end:
                raise GroundingError("head-outside", f"head [{low}, {item.head_end}) is not inside [{start}, {end})")
            return item.head_end
        if isinstance(item, PredMention) and item.head is not None:
            try:
                return ground(self.text, item.head, window=(start, end))[1]
            except GroundingError as error:
                raise GroundingError("head-outside", f"head inside the mention: {error}") from None
        return head_end(self.text, start, end)

    def nowhere(self) -> tuple[int, int, int]:
        lost = -2 * next(self.lost)
        return lost, lost + 1, lost + 1

    def arguments(self, number: int, event: PredEvent) -> Iterator[ArgumentItem]:
        where = f"events[{number}]"
        if isinstance(event.source, PredSpan):
            self.span(event.source, f"{where}.source")
        elif event.source not in (None, AUTHOR) and self.fillers.get(event.source, (0, 0, 0, ""))[3] != "mention":
            self.fault("link-dangling", f"{where}.source: no mention has the id {_shown(event.source)}")
        for j, argument in enumerate(event.arguments or ()):
            filler = argument.filler
            kind: str | None = None
            if builtin_id(argument) in self.spoilt:
                span = self.nowhere()
            elif isinstance(filler, PredSpan):
                span = self.span(filler, f"{where}.arguments[{j}]")
            elif filler in self.fillers:
                *known, kind = self.fillers[filler]
                span = (known[0], known[1], known[2])
            else:
                self.fault("link-dangling", f"{where}.arguments[{j}]: no item has the id {_shown(filler)}")
                span = self.nowhere()
            yield ArgumentItem(number, argument.role, *span, kind)


def _shown(text: str | None) -> str:
    return repr(text if text is None or len(text) <= SHOWN else text[:SHOWN] + "...")


def _label_faults(prediction: Prediction) -> Iterator[Fault]:
    """Labels and roles that are not of the ontology, and values that cannot be."""
    onto = ontology()

    def test(id: str, where: str, value: str | None, allowed: Iterable[str], item: object) -> Iterator[Fault]:
        if value is not None and value not in allowed:
            yield id, f"{where}: no such label {_shown(value)}", item

    for i, m in enumerate(prediction.mentions or ()):
        yield from test("type-unknown", f"mentions[{i}].type", m.type, onto.entity, m)
        yield from test("level-unknown", f"mentions[{i}].level", m.level, LEVELS, m)
    for i, t in enumerate(prediction.times or ()):
        yield from test("timex-type", f"times[{i}].type", t.type, TIME_TYPES, t)
    for i, q in enumerate(prediction.quantities or ()):
        yield from test("modifier-unknown", f"quantities[{i}].modifier", q.modifier, MODIFIERS, q)
        if q.min is not None and q.max is not None and q.min > q.max:
            yield "quantity-bounds", f"quantities[{i}]: min {q.min:g} is above max {q.max:g}", q
    for i, e in enumerate(prediction.events or ()):
        yield from test("type-unknown", f"events[{i}].type", e.type, onto.event, e)
        for name, attribute in onto.attribute.items():
            yield from test(f"{name}-unknown", f"events[{i}].{name}", getattr(e, name), attribute.values, None)
        roles = onto.roles_of(e.type) if e.type in onto.event else list(onto.role)
        for j, a in enumerate(e.arguments or ()):
            if a.role not in roles:
                yield "role-not-listed", f"events[{i}].arguments[{j}]: {_shown(e.type)} takes no {_shown(a.role)}", a
            elif e.id is not None and a.filler == e.id:
                yield "role-self", f"events[{i}].arguments[{j}]: the event is its own {a.role}", a
    for i, r in enumerate(prediction.relations or ()):
        yield from test("relation-unknown", f"relations[{i}].type", r.type, RELATIONS, r)
    for i, record in enumerate(prediction.records or ()):
        yield from test("type-unknown", f"records[{i}].type", record.type, onto.event, None)
        yield from _record_faults(record, f"records[{i}]")


def _record_faults(record: PredRecord, where: str) -> Iterator[Fault]:
    for day in (record.earliest, record.latest):
        try:
            date.fromisoformat(day or "2000-01-01")
        except ValueError:
            yield "date-format", f"{where}: {_shown(day)} is no date", None
    for slot in ("killed", "wounded"):
        low, high = getattr(record, f"{slot}_min"), getattr(record, f"{slot}_max")
        if min(low or 0, high or 0) < 0 or (low is not None and high is not None and low > high):
            yield "toll-bounds", f"{where}: {slot} from {low} to {high}", None


def _attempted(prediction: Prediction) -> set[str]:
    layers = {"mentions", "times", "quantities", "events", "records"}
    attempted = {layer for layer in layers if getattr(prediction, layer) is not None}
    events = prediction.events or []
    return attempted | {
        name for name in ("arguments", "realis", "polarity") if any(getattr(e, name) is not None for e in events)
    }

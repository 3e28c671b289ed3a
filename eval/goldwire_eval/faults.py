"""What can be wrong with the labels and values of a row, apart from where its spans lie."""

from collections.abc import Iterator, Sequence
from datetime import date

from goldwire_corpus.ontology import ontology
from goldwire_corpus.prediction import PredEvent, PredMention, PredQuantity, PredRecord, PredRelation, PredTime
from goldwire_corpus.schema import LEVELS, MODIFIERS, RELATIONS, TIME_TYPES

SHOWN = 60
# (number of the item, incident id, what follows the item's path)
Fault = tuple[int, str, str]


def shown(text: str | None) -> str:
    return repr(text if text is None or len(text) <= SHOWN else text[:SHOWN] + "...")


def no_label(text: str | None) -> str:
    return f": no such label {shown(text)}"


_LEVELS, _TIME_TYPES, _MODIFIERS = {*LEVELS, None}, {*TIME_TYPES, None}, {*MODIFIERS, None}


def mention_faults(items: Sequence[PredMention]) -> Iterator[Fault]:
    for i in [i for i, m in enumerate(items) if m.level not in _LEVELS]:
        yield i, "level-unknown", f".level{no_label(items[i].level)}"


def time_faults(items: Sequence[PredTime]) -> Iterator[Fault]:
    for i in [i for i, t in enumerate(items) if t.type not in _TIME_TYPES]:
        yield i, "timex-type", f".type{no_label(items[i].type)}"


def quantity_faults(items: Sequence[PredQuantity]) -> Iterator[Fault]:
    for i, q in enumerate(items):
        if q.modifier not in _MODIFIERS:
            yield i, "modifier-unknown", f".modifier{no_label(q.modifier)}"
        if q.min is not None and q.max is not None and q.min > q.max:
            yield i, "quantity-bounds", f": min {q.min:g} is above max {q.max:g}"


def event_faults(items: Sequence[PredEvent]) -> Iterator[Fault]:
    """Attributes; a wrong one costs the figures that look at it, not the event."""
    for name, attribute in ontology().attribute.items():
        known = {*attribute.values, None}
        for i in [i for i, e in enumerate(items) if getattr(e, name) not in known]:
            yield i, f"{name}-unknown", f".{name}{no_label(getattr(items[i], name))}"


def relation_faults(items: Sequence[PredRelation]) -> Iterator[Fault]:
    for i, r in enumerate(items):
        if r.type not in RELATIONS:
            yield i, "relation-unknown", f".type{no_label(r.type)}"


def record_faults(items: Sequence[PredRecord]) -> Iterator[Fault]:
    for i, record in enumerate(items):
        for day in (record.earliest, record.latest):
            try:
                date.fromisoformat(day or "2000-01-01")
            except ValueError:
                yield i, "date-format", f": {shown(day)} is no date"
        for slot in ("killed", "wounded"):
            low, high = getattr(record, f"{slot}_min"), getattr(record, f"{slot}_max")
            if min(low or 0, high or 0) < 0 or (low is not None and high is not None and low > high):
                yield i, "toll-bounds", f": {slot} from {low} to {high}"

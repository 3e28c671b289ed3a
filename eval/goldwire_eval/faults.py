"""What can be wrong with the labels and values of a row, apart from where its spans lie."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date

from goldwire_corpus.ontology import ontology
from goldwire_corpus.schema import LEVELS, MODIFIERS, RELATIONS, TIME_TYPES
from goldwire_eval.columns import Items, nothing

SHOWN = 60
# (number of the item, incident id, what follows the item's path)
Fault = tuple[int, str, str]


def shown(text: str | None) -> str:
    return repr(text if text is None or len(text) <= SHOWN else text[:SHOWN] + "...")


def no_label(text: str | None) -> str:
    return f": no such label {shown(text)}"


_MODIFIERS = {*MODIFIERS, None}


def mention_faults(levels: Sequence[str | None]) -> Iterator[Fault]:
    return _labels(levels, "level", {*LEVELS, None}, "level-unknown")


def time_faults(items: Items) -> Iterator[Fault]:
    return _labels(items.column("type"), "type", {*TIME_TYPES, None}, "timex-type")


def _labels(values: Sequence[str | None], name: str, known: Collection[str | None], id: str) -> Iterator[Fault]:
    # Labels are few: it is seldom that one must be looked for.
    unknown = set() if nothing(values) else set(values).difference(known)
    for i in [i for i, value in enumerate(values) if value in unknown] if unknown else ():
        yield i, id, f".{name}{no_label(values[i])}"


def quantity_faults(items: Items) -> Iterator[Fault]:
    for i, q in enumerate(items):
        if q.modifier not in _MODIFIERS:
            yield i, "modifier-unknown", f".modifier{no_label(q.modifier)}"
        if q.min is not None and q.max is not None and q.min > q.max:
            yield i, "quantity-bounds", f": min {q.min:g} is above max {q.max:g}"


def event_faults(attributes: Mapping[str, Sequence[str | None]]) -> Iterator[Fault]:
    """Attributes; a wrong one costs the figures that look at it, not the event."""
    for name, values in attributes.items():
        yield from _labels(values, name, {*ontology().attribute[name].values, None}, f"{name}-unknown")


def relation_faults(items: Items) -> Iterator[Fault]:
    for i, r in enumerate(items):
        if r.type not in RELATIONS:
            yield i, "relation-unknown", f".type{no_label(r.type)}"


def record_faults(items: Items) -> Iterator[Fault]:
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

"""What can be wrong with the labels and values of a row, apart from where its spans lie."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date

import numpy as np

from goldwire_corpus.schema.document import LEVELS, MODIFIERS, RELATIONS, TIME_TYPES
from goldwire_corpus.schema.ontology import ontology
from goldwire_eval.batch.arrays import Ints, translated
from goldwire_eval.batch.item_columns import Items

SHOWN = 60
# (number of the item, incident id, what follows the item's path)
ItemError = tuple[int, str, str]


def shown(text: str | None) -> str:
    return repr(text if text is None or len(text) <= SHOWN else text[:SHOWN] + "...")


def unknown_label(text: str | None, known: Iterable[str | None] = ()) -> str:
    """With those of the labels that would do whose name is this one's, or in it, or has it in."""
    said = text.casefold() if text and len(text) <= SHOWN else ""
    near = sorted(k for k in known if k and said and (k.casefold() in said or said in k.casefold()))
    return f": no such label {shown(text)}" + (f"; there is {', '.join(near[:3])}" if near else "")


_MODIFIERS = {*MODIFIERS, None}


def label_errors(
    codes: Ints, names: Sequence[str], field: str, known: Collection[str | None], id: str
) -> Iterator[ItemError]:
    """Labels that are not known; an item need not give one that may be None."""
    unknown = translated(codes, names, lambda name: name not in known)
    for i in np.flatnonzero(unknown).tolist():
        yield i, id, f".{field}{unknown_label(names[codes[i]], known)}"


def level_errors(levels: Ints, names: Sequence[str]) -> Iterator[ItemError]:
    return label_errors(levels, names, "level", {*LEVELS, None}, "level-unknown")


def time_errors(times: Items, names: Sequence[str]) -> Iterator[ItemError]:
    return label_errors(times.column("type"), names, "type", {*TIME_TYPES, None}, "timex-type")


def quantity_errors(quantities: Items, _: Sequence[str]) -> Iterator[ItemError]:
    for i, q in enumerate(quantities):
        if q.modifier not in _MODIFIERS:
            yield i, "modifier-unknown", f".modifier{unknown_label(q.modifier, MODIFIERS)}"
        if q.min is not None and q.max is not None and q.min > q.max:
            yield i, "quantity-bounds", f": min {q.min:g} is above max {q.max:g}"


def event_errors(attributes: Mapping[str, Ints], names: Sequence[str]) -> Iterator[ItemError]:
    """Attributes; a wrong one costs the figures that look at it, not the event."""
    for name, codes in attributes.items():
        yield from label_errors(codes, names, name, {*ontology().attribute[name].values, None}, f"{name}-unknown")


def relation_errors(items: Items) -> Iterator[ItemError]:
    for i, r in enumerate(items):
        if r.type not in RELATIONS:
            yield i, "relation-unknown", f".type{unknown_label(r.type, RELATIONS)}"


def record_errors(items: Items) -> Iterator[ItemError]:
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

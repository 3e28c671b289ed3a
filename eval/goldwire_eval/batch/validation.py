"""Errors in the labels and values of the items of a row, apart from where their spans lie."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from difflib import get_close_matches

import numpy as np

from goldwire_corpus.schema.document import LEVELS, MODIFIERS, RELATIONS, TIME_TYPES
from goldwire_corpus.schema.ontology import ontology
from goldwire_eval.batch.arrays import Ints, translated
from goldwire_eval.batch.item_columns import Items

SHOWN = 60
_LISTED = 12
ItemError = tuple[int, str, str]
"""The number of an item, the error id, and the message after the path of the item."""


def shown(text: str | None) -> str:
    return repr(text if text is None or len(text) <= SHOWN else text[:SHOWN] + "...")


def expected(labels: Iterable[str]) -> str:
    """Return what a message says of the labels that were expected; nothing if there is none."""
    listed = ", ".join(labels)
    return f"; expected one of {listed}" if listed else ""


def unknown_label(what: str, text: str | None, known: Iterable[str | None] = ()) -> str:
    """Return the message for an unknown label: the known labels that are near, or all of them if they are few."""
    labels = sorted(label for label in known if label)
    near: list[str] = []
    if text and len(text) <= SHOWN:
        folded = {label.casefold(): label for label in reversed(labels)}
        own = text.casefold()
        near = [label for label in labels if label.casefold() in own or own in label.casefold()][:3]
        near = near or [folded[key] for key in get_close_matches(own, folded, 1)]
    if near:
        hint = f"; did you mean {' or '.join(map(repr, near))}?"
    else:
        hint = expected(labels) if len(labels) <= _LISTED else ""
    return f"unknown {what} {shown(text)}{hint}"


_MODIFIERS = {*MODIFIERS, None}


def label_errors(
    codes: Ints, names: Sequence[str], field: str, known: Collection[str | None], id: str
) -> Iterator[ItemError]:
    """Yield the items whose label is not `known`; None is in `known` where an item need not give one."""
    unknown = translated(codes, names, lambda name: name not in known)
    for i in np.flatnonzero(unknown).tolist():
        yield i, id, f".{field}: {unknown_label(field, names[codes[i]], known)}"


def level_errors(levels: Ints, names: Sequence[str]) -> Iterator[ItemError]:
    return label_errors(levels, names, "level", {*LEVELS, None}, "level-unknown")


def time_errors(times: Items, names: Sequence[str]) -> Iterator[ItemError]:
    return label_errors(times.column("type"), names, "type", {*TIME_TYPES, None}, "timex-type")


def quantity_errors(quantities: Items, any_label: bool = False) -> Iterator[ItemError]:
    """Yield unknown modifiers, unless any label is taken, and bounds that exclude every value."""
    for i, q in enumerate(quantities):
        if q.modifier not in _MODIFIERS and not any_label:
            yield i, "modifier-unknown", f".modifier: {unknown_label('modifier', q.modifier, MODIFIERS)}"
        if q.min is not None and q.max is not None and q.min > q.max:
            yield i, "quantity-bounds", f": min {q.min:g} is above max {q.max:g}"


def event_errors(attributes: Mapping[str, Ints], names: Sequence[str]) -> Iterator[ItemError]:
    """Yield unknown attributes; they make wrong what compares them, not the event."""
    for name, codes in attributes.items():
        yield from label_errors(codes, names, name, {*ontology().attribute[name].values, None}, f"{name}-unknown")


def relation_errors(items: Items) -> Iterator[ItemError]:
    for i, r in enumerate(items):
        if r.type not in RELATIONS:
            yield i, "relation-unknown", f".type: {unknown_label('type', r.type, RELATIONS)}"


def record_errors(items: Items) -> Iterator[ItemError]:
    for i, record in enumerate(items):
        for day in (record.earliest, record.latest):
            try:
                date.fromisoformat(day or "2000-01-01")
            except ValueError:
                yield i, "date-format", f": invalid date {shown(day)}; expected YYYY-MM-DD"
        for slot in ("killed", "wounded"):
            low, high = getattr(record, f"{slot}_min"), getattr(record, f"{slot}_max")
            if min(low or 0, high or 0) < 0 or (low is not None and high is not None and low > high):
                yield i, "toll-bounds", f": invalid bounds of {slot}: {low} to {high}"

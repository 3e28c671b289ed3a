"""Incident records: aligned one to one by the best assignment, then compared slot by slot.

Two records of one type are as similar as the share that agrees of the slots (date, place, killed, wounded, actors)
that either fills; `record.ceaf` is CEAF (Luo 2005) under that similarity. Slots are those of MUC-4
templates (Chinchor 1992): a filled slot that differs is both spurious and missed.
"""

from collections.abc import Callable
from functools import partial

from goldwire_eval.counts import Counts
from goldwire_eval.items import Items, RecordItem
from goldwire_eval.match import ByType, best_pairs, inside
from goldwire_eval.metrics.base import Family


def _same_names(gold: frozenset[str], pred: frozenset[str]) -> bool:
    return gold == pred or bool(gold & pred)


def _name_overlap(gold: RecordItem, pred: RecordItem) -> Counts:
    """Actors: each predicted name may stand for one gold actor, by any form of it."""
    tp = len(best_pairs(gold.actors, pred.actors, lambda g, p: float(_same_names(g, p))))
    return Counts(tp, len(pred.actors) - tp, len(gold.actors) - tp)


def similarity(gold: RecordItem, pred: RecordItem) -> float:
    """In [0, 1]: the share that agrees of the slots that either record fills; 0 for records of different types.

    Slots that both leave open earn nothing: a bare type is worth nothing against a record that says more.
    """
    if gold.type != pred.type:
        return 0.0
    actors = _name_overlap(gold, pred)
    slots = [
        (gold.date, pred.date, float(gold.date == pred.date)),
        (gold.place, pred.place, float(_same_names(gold.place, pred.place))),
        (gold.killed, pred.killed, float(gold.killed == pred.killed)),
        (gold.wounded, pred.wounded, float(gold.wounded == pred.wounded)),
        (gold.actors, pred.actors, actors.f1 or 0.0),
    ]
    filled = [value for g, p, value in slots if _value(g) or _value(p)]
    return sum(filled) / len(filled) if filled else 1.0


def _indices(items: Items, type_: str) -> list[int]:
    return sorted((i for i, r in enumerate(items.records) if r.type == type_), key=lambda i: _order(items.records[i]))


def _order(record: RecordItem) -> str:
    return repr((record.date, sorted(record.place), record.killed, record.wounded, sorted(map(sorted, record.actors))))


def _aligned(gold: Items, pred: Items) -> list[tuple[int, int, float]]:
    """The best assignment; records of different types never pair, so that each type is assigned by itself."""
    pairs: list[tuple[int, int, float]] = []
    for type_ in sorted({r.type for r in gold.records}):
        # In an order of their own, so that ties fall alike however the records were listed.
        left, right = _indices(gold, type_), _indices(pred, type_)
        found = best_pairs([gold.records[i] for i in left], [pred.records[j] for j in right], similarity)
        pairs += [(left[i], right[j], value) for i, j, value in found]
    return pairs


def _count(gold: Items, pred: Items) -> dict[str, ByType]:
    """CEAF, and the slots of aligned records and of those that have no partner."""
    aligned = _aligned(gold, pred)
    total = sum(value for _, _, value in aligned)
    lone = set(range(len(gold.records))) - {i for i, _, _ in aligned}
    spare = set(range(len(pred.records))) - {j for _, j, _ in aligned}
    pairs = [(gold.records[i], pred.records[j]) for i, j, _ in aligned]
    pairs += [(gold.records[i], _BLANK) for i in lone] + [(_BLANK, pred.records[j]) for j in spare]
    counts = {"record.ceaf": Counts(total, len(pred.records) - total, len(gold.records) - total)}
    for name, compare in _SLOTS.items():
        counts[f"record.{name}"] = sum((compare(g, p) for g, p in pairs), Counts())
    return {name: {"": counted} for name, counted in counts.items()}


def _filled(gold: object, pred: object, same: bool) -> Counts:
    hit = same and bool(gold) and bool(pred)
    return Counts(float(hit), float(bool(pred) and not hit), float(bool(gold) and not hit))


def _value(slot: object) -> object:
    """None for a slot that is not filled."""
    return None if slot == (None, None) else slot


def _date(g: RecordItem, p: RecordItem) -> Counts:
    return _filled(_value(g.date), _value(p.date), g.date == p.date)


def _place(g: RecordItem, p: RecordItem) -> Counts:
    return _filled(g.place, p.place, _same_names(g.place, p.place))


def _toll(g: RecordItem, p: RecordItem, slot: str, exact: bool) -> Counts:
    gold, pred = getattr(g, slot), getattr(p, slot)
    return _filled(_value(gold), _value(pred), gold == pred if exact else inside(gold, pred))


_BLANK = RecordItem("", (None, None), frozenset(), (None, None), (None, None), ())
_SLOTS: dict[str, Callable[[RecordItem, RecordItem], Counts]] = {
    "date": _date,
    "place": _place,
    "killed": partial(_toll, slot="killed", exact=True),
    "killed.within": partial(_toll, slot="killed", exact=False),
    "wounded": partial(_toll, slot="wounded", exact=True),
    "wounded.within": partial(_toll, slot="wounded", exact=False),
    "actors": _name_overlap,
}
FAMILIES = [Family(("record.ceaf", *(f"record.{name}" for name in _SLOTS)), "records", _count)]

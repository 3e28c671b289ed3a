"""Incident records: aligned one to one by the best assignment, then compared slot by slot.

Two records of one type are as similar as the share that agrees of the slots (date, place, killed, wounded, actors)
that either fills; `record.ceaf` is CEAF (Luo 2005) under that similarity. Slots are those of MUC-4
templates (Chinchor 1992): a filled slot that differs is both spurious and missed.
"""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import partial

import numpy as np

from goldwire_eval.batch.arrays import Ints
from goldwire_eval.batch.records import Interval, Name, RecordItem
from goldwire_eval.batch.tables import Batch
from goldwire_eval.matching.assignment import best_assignment
from goldwire_eval.matching.one_to_one import DocumentStats
from goldwire_eval.matching.ties import Key, best_by_keys
from goldwire_eval.metrics.base import Family
from goldwire_eval.metrics.prf import MATCHED
from goldwire_eval.metrics.quantity import inside

Counted = tuple[float, float, float]
NOTHING = (None, None)
_OTHERS = ("targets", "instrument", "sources")


def _same_name(gold: Name, pred: Name) -> bool:
    return gold == pred or bool(gold & pred)


def _names(gold: Sequence[Name], pred: Sequence[Name]) -> Counted:
    """Return the counts of names; a predicted name matches one gold name, by any form of it."""
    pairs = [(i, j) for i, g in enumerate(gold) for j, p in enumerate(pred) if _same_name(g, p)]
    tp = _most(pairs) if len(pairs) > 1 else float(len(pairs))
    return tp, len(pred) - tp, len(gold) - tp


def _most(pairs: Sequence[tuple[int, int]]) -> float:
    """Return the greatest number of pairs of a one-to-one assignment."""
    left, right = (np.array(column) for column in zip(*pairs, strict=True))
    return float(best_assignment(left, right, np.ones(len(pairs))).sum())


def similarity(gold: RecordItem, pred: RecordItem) -> float:
    """Return the share that agrees of the slots that either record fills, in [0, 1]; 0 for different types.

    Slots that both leave open earn nothing: a bare type is worth nothing against a record that says more. Where neither
    fills any of these slots the others are compared.
    """
    if gold.type != pred.type:
        return 0.0
    agreed, slots, names = _agreed(gold, pred)
    shares = [2 * tp / (2 * tp + fp + fn) for tp, fp, fn in names]
    return (agreed + sum(shares)) / (slots + len(names)) if slots or names else 1.0


def _exact_similarity(gold: RecordItem, pred: RecordItem) -> Fraction:
    """Return the similarity of two records of one type as a fraction."""
    agreed, slots, names = _agreed(gold, pred)
    shares = [Fraction(int(2 * tp), int(2 * tp + fp + fn)) for tp, fp, fn in names]
    return (agreed + sum(shares, Fraction(0))) / (slots + len(names)) if slots or names else Fraction(1)


def _agreed(gold: RecordItem, pred: RecordItem) -> tuple[int, int, list[Counted]]:
    """Return how many single slots agree, how many either record fills, and the counts of the filled slots of names."""
    filled = [
        value
        for g, p, value in (
            (gold.date != NOTHING, pred.date != NOTHING, gold.date == pred.date),
            (gold.place, pred.place, _same_name(gold.place, pred.place)),
            (gold.killed != NOTHING, pred.killed != NOTHING, gold.killed == pred.killed),
            (gold.wounded != NOTHING, pred.wounded != NOTHING, gold.wounded == pred.wounded),
        )
        if g or p
    ]
    names = [_names(gold.actors, pred.actors)]
    if not filled and not any(names[0]):
        names = [_names(getattr(gold, slot), getattr(pred, slot)) for slot in _OTHERS]
    return sum(filled), len(filled), [counts for counts in names if any(counts)]


def _agreement(gold: RecordItem, pred: RecordItem) -> Fraction:
    """Return how far the slots agree that the similarity does not compare, in [0, 3]."""
    hits = [map(int, _names(getattr(gold, slot), getattr(pred, slot))) for slot in _OTHERS]
    return sum((Fraction(2 * tp + 1, 2 * tp + fp + fn + 1) for tp, fp, fn in hits), Fraction(0))


def _order(record: RecordItem) -> str:
    return repr(tuple(sorted(map(sorted, x)) if isinstance(x, tuple) and x and isinstance(x[0], frozenset)
                      else sorted(x) if isinstance(x, frozenset) else x for x in record))  # fmt: skip


def _pairs(gold: Sequence[RecordItem], pred: Sequence[RecordItem]) -> tuple[float, list[tuple[RecordItem, RecordItem]]]:
    """Return the total similarity of the best assignment, and every record with its partner or a blank one."""
    # Sorted, so that ties are broken alike in whatever order the records were given.
    gold, pred = sorted(gold, key=_order), sorted(pred, key=_order)
    similar = {
        (i, j): value for i, g in enumerate(gold) for j, p in enumerate(pred)
        if g.type == p.type and (value := similarity(g, p)) > 0
    }  # fmt: skip
    edges = list(similar)
    chosen: list[tuple[int, int]] = []
    if edges:
        left, right = (np.array(column) for column in zip(*edges, strict=True))
        weight = np.array(list(similar.values()))

        def keys(some: Ints) -> list[Key]:
            """Of equally similar assignments the one that also agrees in the other slots."""
            pairs = [edges[e] for e in some.tolist()]
            return [(_exact_similarity(gold[i], pred[j]), _agreement(gold[i], pred[j])) for i, j in pairs]

        chosen = [edges[e] for e in np.flatnonzero(best_by_keys(left, right, weight, keys)).tolist()]
    total = sum((similar[pair] for pair in chosen), 0.0)
    lone = set(range(len(gold))) - {i for i, _ in chosen}
    spare = set(range(len(pred))) - {j for _, j in chosen}
    pairs = [(gold[i], pred[j]) for i, j in chosen]
    return total, [*pairs, *((gold[i], _BLANK) for i in lone), *((_BLANK, pred[j]) for j in spare)]


def _filled(gold: bool, pred: bool, same: bool) -> Counted:
    hit = same and gold and pred
    return float(hit), float(pred and not hit), float(gold and not hit)


def _date(g: RecordItem, p: RecordItem) -> Counted:
    return _filled(g.date != NOTHING, p.date != NOTHING, g.date == p.date)


def _place(g: RecordItem, p: RecordItem) -> Counted:
    return _filled(bool(g.place), bool(p.place), _same_name(g.place, p.place))


def _toll(g: RecordItem, p: RecordItem, slot: str, near: float) -> Counted:
    """Return the counts of a toll: equal bounds are a hit, a predicted interval inside the gold one earns `near`."""
    gold, pred = getattr(g, slot), getattr(p, slot)
    filled = gold != NOTHING, pred != NOTHING
    if all(filled) and gold != pred and _within(gold, pred):
        return near, 1 - near, 1 - near
    return _filled(*filled, gold == pred)


def _within(gold: Interval, pred: Interval) -> bool:
    bounds = (np.array(np.nan if x is None else float(x)) for x in (*gold, *pred))
    return bool(inside(*bounds))


def _listed(g: RecordItem, p: RecordItem, slot: str) -> Counted:
    return _names(getattr(g, slot), getattr(p, slot))


_BLANK = RecordItem(-1, NOTHING, frozenset(), NOTHING, NOTHING, ())
_SLOTS: dict[str, Callable[[RecordItem, RecordItem], Counted]] = {
    "date": _date,
    "place": _place,
    "killed": partial(_toll, slot="killed", near=0.0),
    "killed.within": partial(_toll, slot="killed", near=1.0),
    "wounded": partial(_toll, slot="wounded", near=0.0),
    "wounded.within": partial(_toll, slot="wounded", near=1.0),
    **{slot: partial(_listed, slot=slot) for slot in ("actors", *_OTHERS)},
}
NAMES = ("record.ceaf", *(f"record.{name}" for name in _SLOTS))


def _count(batch: Batch) -> Mapping[str, DocumentStats]:
    """Count CEAF, and the slots of aligned records and of those without a partner."""
    slots = dict(_SLOTS)
    if batch.policies.partial == "half":
        slots |= {slot: partial(_toll, slot=slot, near=0.5) for slot in ("killed", "wounded")}
    stats = np.zeros((len(NAMES), batch.documents, 3))
    for doc, (gold, pred) in enumerate(batch.records):
        if not gold and not pred:
            continue
        total, pairs = _pairs(gold, pred)
        stats[0, doc] = total, len(pred) - total, len(gold) - total
        for number, compare in enumerate(slots.values(), 1):
            stats[number, doc] = np.sum([compare(g, p) for g, p in pairs], axis=0)
    return {name: DocumentStats(stats[number]) for number, name in enumerate(NAMES)}


FAMILIES = [Family(dict.fromkeys(NAMES, MATCHED), "records", _count)]

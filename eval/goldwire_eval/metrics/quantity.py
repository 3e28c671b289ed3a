"""Quantities: span, and span with a value inside the interval that the text gives."""

from collections.abc import Mapping

import numpy as np

from goldwire_eval.batch.arrays import Bools, Floats, order, pack, spread
from goldwire_eval.batch.tables import Batch, Values
from goldwire_eval.matching.assignment import best_assignment
from goldwire_eval.matching.one_to_one import DocumentStats
from goldwire_eval.metrics.base import Family, by_key
from goldwire_eval.metrics.prf import MATCHED


def _quantities(batch: Batch) -> Values:
    return batch.quantities


def inside(gold_low: Floats, gold_high: Floats, low: Floats, high: Floats) -> Bools:
    """Return whether each predicted interval is valid and inside the gold one; an open bound, NaN, is infinite.

    An interval that is open on both sides has no value: it is inside only where gold has no value either.
    """
    floor, top = np.where(np.isnan(low), -np.inf, low), np.where(np.isnan(high), np.inf, high)
    in_gold = (floor >= np.where(np.isnan(gold_low), -np.inf, gold_low)) & (
        top <= np.where(np.isnan(gold_high), np.inf, gold_high)
    )
    valued = ~(np.isnan(low) & np.isnan(high))
    found: Bools = in_gold & (floor <= top) & (valued | (np.isnan(gold_low) & np.isnan(gold_high)))
    return found


def _value(batch: Batch) -> Mapping[str, DocumentStats]:
    q = batch.quantities
    code, _ = pack(q.doc, q.start, q.end)
    pred = order(code[q.gold :]) + q.gold
    begins, ends = (np.searchsorted(code[pred], code[: q.gold], side=side) for side in ("left", "right"))
    i, at = spread(begins, ends)
    j = pred[at]
    fits = inside(q.low[i], q.high[i], q.low[j], q.high[j])
    i, j = i[fits], j[fits]
    hit = i[best_assignment(i, j, np.ones(len(i)))]
    tp = np.bincount(q.doc[hit], minlength=q.documents)
    gold, both = np.bincount(q.doc[: q.gold], minlength=q.documents), np.bincount(q.doc, minlength=q.documents)
    return {"quantity.value": DocumentStats(np.stack([tp, both - gold - tp, gold - tp], axis=1).astype(np.float64))}


FAMILIES = [
    by_key("quantity.span", "quantities", _quantities, "start", "end"),
    Family({"quantity.value": MATCHED}, "quantities", _value),
]

"""Quantities: span, and span with a value inside the interval that the text gives."""

from math import inf

from goldwire_eval.counts import Counts
from goldwire_eval.items import Items, ValueItem
from goldwire_eval.match import ByType
from goldwire_eval.metrics.base import Family, by_key


def within(gold: ValueItem, pred: ValueItem) -> bool:
    """Whether the predicted interval is one and lies in the gold one; an open bound is infinite."""
    if pred.low is None and pred.high is None:
        return gold.low is None and gold.high is None
    low = -inf if pred.low is None else pred.low
    high = inf if pred.high is None else pred.high
    return (-inf if gold.low is None else gold.low) <= low <= high <= (inf if gold.high is None else gold.high)


def _value(gold: Items, pred: Items) -> dict[str, ByType]:
    waiting = {(q.start, q.end): q for q in gold.quantities}
    tp = 0
    for q in pred.quantities:
        found = waiting.get((q.start, q.end))
        if found is not None and within(found, q):
            del waiting[q.start, q.end]
            tp += 1
    return {"quantity.value": {"": Counts(tp, len(pred.quantities) - tp, len(gold.quantities) - tp)}}


FAMILIES = [
    by_key("quantity.span", "quantities", lambda x: [("", (q.start, q.end)) for q in x.quantities]),
    Family(("quantity.value",), "quantities", _value),
]

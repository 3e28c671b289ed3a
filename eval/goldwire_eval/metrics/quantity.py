"""Quantities: span, and span with a value inside the interval that the text gives."""

from math import inf

from goldwire_eval.counts import Counts
from goldwire_eval.items import Items, ValueItem
from goldwire_eval.match import ByType, best_pairs
from goldwire_eval.metrics.base import Family, by_key


def within(gold: ValueItem, pred: ValueItem) -> bool:
    """Whether the predicted interval is one and lies in the gold one; an open bound is infinite."""
    if pred.low is None and pred.high is None:
        return gold.low is None and gold.high is None
    low = -inf if pred.low is None else pred.low
    high = inf if pred.high is None else pred.high
    return (-inf if gold.low is None else gold.low) <= low <= high <= (inf if gold.high is None else gold.high)


def _value(gold: Items, pred: Items) -> dict[str, ByType]:
    left, right = _by_span(gold.quantities), _by_span(pred.quantities)
    tp = sum(
        len(best_pairs(left[span], right[span], lambda g, p: float(within(g, p))))
        for span in left.keys() & right.keys()
    )
    return {"quantity.value": {"": Counts(tp, len(pred.quantities) - tp, len(gold.quantities) - tp)}}


def _by_span(quantities: list[ValueItem]) -> dict[tuple[int, int], list[ValueItem]]:
    spans: dict[tuple[int, int], list[ValueItem]] = {}
    for q in quantities:
        spans.setdefault((q.start, q.end), []).append(q)
    return spans


FAMILIES = [
    by_key("quantity.span", "quantities", lambda x: [("", (q.start, q.end)) for q in x.quantities]),
    Family(("quantity.value",), "quantities", _value),
]

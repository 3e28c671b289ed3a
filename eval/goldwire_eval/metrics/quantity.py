"""Quantities: span, and span with a value inside the interval that the text gives."""

from goldwire_eval.counts import Counts
from goldwire_eval.items import Items, ValueItem
from goldwire_eval.match import ByType, best_pairs, inside
from goldwire_eval.metrics.base import Family, by_key


def within(gold: ValueItem, pred: ValueItem) -> bool:
    """A quantity that gives no value at all has none inside the gold interval."""
    valued = (pred.low, pred.high) != (None, None)
    return valued and inside((gold.low, gold.high), (pred.low, pred.high))


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

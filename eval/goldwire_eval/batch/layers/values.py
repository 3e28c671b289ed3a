"""The tables of times, quantities and titles."""

from collections.abc import Iterable

import numpy as np

from goldwire_eval.batch import validation
from goldwire_eval.batch.context import Context
from goldwire_eval.batch.tables import Spans, Values
from goldwire_eval.policy import ANY


def build_times(context: Context) -> Values:
    return _values(context, "times")


def build_quantities(context: Context) -> Values:
    return _values(context, "quantities")


def build_titles(context: Context) -> Spans:
    return Spans(context.docs("titles"), 0, context.documents, *context.spans.place_layer("titles"))


def _values(context: Context, layer: str) -> Values:
    items, any_label = context.items[layer], context.labels.scheme == ANY
    errors: Iterable[validation.ItemError] = ()
    if layer == "quantities":
        errors = validation.quantity_errors(items, any_label)
    elif not any_label:
        errors = validation.time_errors(items, context.names)
    start, end = context.spans.place_layer(layer, context.report_all(layer, errors))
    low, high = (np.array(items.values(bound), dtype=np.float64) for bound in ("min", "max"))
    return Values(context.docs(layer), 0, context.documents, start, end, items.column("value"), low, high)

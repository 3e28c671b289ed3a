"""Time expressions: span, and span with the TIMEX3 value (as TempEval-3, UzZaman et al. 2013, strict match)."""

from goldwire_eval.batch.tables import Batch, Values
from goldwire_eval.metrics.base import by_key


def _times(batch: Batch) -> Values:
    return batch.times


FAMILIES = [
    by_key("time.span", "times", _times, "start", "end"),
    by_key("time.value", "times", _times, "start", "end", "value"),
]

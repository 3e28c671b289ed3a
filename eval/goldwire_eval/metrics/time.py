"""Time expressions: span, and span with the TIMEX3 value (as TempEval-3, UzZaman et al. 2013, strict match)."""

from goldwire_eval.metrics.base import by_key

FAMILIES = [
    by_key("time.span", "times", lambda x: [("", (t.start, t.end)) for t in x.times]),
    by_key("time.value", "times", lambda x: [("", (t.start, t.end, t.value)) for t in x.times]),
]

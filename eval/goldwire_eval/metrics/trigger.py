"""Event triggers: identification (TI), classification (TC), and classification with each attribute.

Spans are matched as multisets: two events on one trigger are two items on either side. TI and TC as Ji and Grishman
(2008) define them; realis as the event nugget task of TAC KBP 2015 does (Mitamura et al. 2015).
"""

from goldwire_eval.items import EventItem
from goldwire_eval.metrics.base import Family, by_key


def _with(name: str, needs: str, *attributes: str) -> Family:
    def key(event: EventItem) -> tuple[object, ...]:
        return (event.start, event.end, event.type, *(getattr(event, a) for a in attributes))

    return by_key(f"trigger.{name}", needs, lambda x: [(e.type, key(e)) for e in x.events])


FAMILIES = [
    by_key("trigger.id", "events", lambda x: [("", (e.start, e.end)) for e in x.events]),
    _with("cls", "events"),
    _with("realis", "realis", "realis"),
    _with("polarity", "polarity", "polarity"),
    _with("all", "attributes", "realis", "polarity", "means", "phase", "stance"),
]

"""Event triggers: identification (TI), classification (TC), and classification with each attribute.

Spans are matched as multisets: two events on one trigger are two items on either side. TI and TC as Ji and Grishman
(2008) define them; realis as the event nugget task of TAC KBP 2015 does (Mitamura et al. 2015). `trigger.source` asks
who is the source, by its exact span, and its stance. `trigger.head` compares the head word, by rule on both sides, as
MUC-6 did for noun phrases (Chinchor 1995): models that generate text answer with phrases such as "was killed".
"""

from collections.abc import Mapping

from goldwire_eval.batch.tables import Batch, Events
from goldwire_eval.batch.trigger_head import trigger_heads
from goldwire_eval.matching.one_to_one import DocumentStats, match_keys
from goldwire_eval.metrics.base import Family, by_key
from goldwire_eval.metrics.prf import MATCHED


def _events(batch: Batch) -> Events:
    return batch.events


def _head(batch: Batch) -> Mapping[str, DocumentStats]:
    e = batch.events
    start, end = trigger_heads(batch.texts, e)
    return {"trigger.head": match_keys(e, start, end, type=e.type, types=batch.types, once=batch.once)}


FAMILIES = [
    by_key("trigger.id", "events", _events, "start", "end"),
    by_key("trigger.cls", "events", _events, "start", "end", typed=True),
    Family({"trigger.head": MATCHED}, "events", _head),
    by_key("trigger.realis", "realis", _events, "start", "end", "realis", typed=True),
    by_key("trigger.polarity", "polarity", _events, "start", "end", "polarity", typed=True),
    by_key(
        "trigger.source", "sources", _events, "start", "end", "source", "source_end", "stance", typed=True,
    ),
    by_key(
        "trigger.all", "attributes", _events, "start", "end", "realis", "polarity", "means", "phase", "stance",
        typed=True,
    ),
]  # fmt: skip

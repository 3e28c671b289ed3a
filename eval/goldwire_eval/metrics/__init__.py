"""Every metric by its name, in the order in which they are printed."""

from goldwire_eval.items import Items
from goldwire_eval.match import ByType
from goldwire_eval.metrics import argument, mention, ner, quantity, record, time, trigger
from goldwire_eval.metrics.base import Family

FAMILIES: list[Family] = [
    family for module in (ner, mention, time, quantity, trigger, argument, record) for family in module.FAMILIES
]
METRICS: dict[str, str] = {name: family.needs for family in FAMILIES for name in family.names}
"""What a submission must attempt for each metric."""

HEADLINE = (
    "ner", "mention.exact", "time.value", "quantity.value", "trigger.id", "trigger.cls", "trigger.realis",
    "argument.cls@entity", "argument.attached.cls@entity", "record.ceaf",
)  # fmt: skip
"""What a leaderboard and a comparison show: one figure a layer, since each further test costs all the others power."""


def count(gold: Items, pred: Items) -> dict[str, ByType]:
    """The counts of every metric on one document."""
    counts: dict[str, ByType] = {}
    for family in FAMILIES:
        counts |= family.count(gold, pred)
    return counts

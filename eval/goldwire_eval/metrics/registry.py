"""Every metric by its name, in the order in which they are printed."""

from collections.abc import Collection, Iterable
from difflib import get_close_matches

from goldwire_corpus.errors import UsageError
from goldwire_eval.batch.tables import Batch
from goldwire_eval.matching.one_to_one import DocumentStats
from goldwire_eval.metrics import argument, coref, link, mention, ner, quantity, record, relation, time, title, trigger
from goldwire_eval.metrics.base import Family
from goldwire_eval.metrics.prf import BLANC, FRACTIONS, MATCHED, Kind

FAMILIES: list[Family] = [
    family
    for module in (ner, mention, coref, link, time, quantity, title, trigger, argument, relation, record)
    for family in module.FAMILIES
]
FAMILIES.sort(key=lambda family: family.unit != "document")
METRICS: dict[str, str] = {name: family.needs for family in FAMILIES for name in family.kinds}
"""The layer or part of one that a submission must attempt for each metric."""
UNITS: dict[str, str] = {name: family.unit for family in FAMILIES for name in family.kinds}
"""What is resampled: documents, or worlds where the documents of one are read together."""
KINDS: dict[str, Kind] = {name: kind for family in FAMILIES for name, kind in family.kinds.items()}

HEADLINE = (
    "ner", "mention.exact", "coref.conll", "event_coref.conll", "link", "time.value", "quantity.value", "trigger.id",
    "trigger.cls", "trigger.realis", "argument.cls@entity", "argument.attached.cls@entity", "relation.temporal",
    "record.ceaf",
)  # fmt: skip
"""The metrics of leaderboards and comparisons: one per layer, because further tests reduce the power of each."""


def select(names: Iterable[str]) -> list[str]:
    """Return the metrics of these names, in their order here.

    A name is that of a metric, its beginning (`coref`, `argument.cls`), or the beginning and the variant of several
    (`coref@nosingletons`). Raises UsageError for an unknown name, with the nearest ones.
    """
    wanted = list(names)
    for name in wanted:
        if not any(_named(metric, name) for metric in METRICS):
            families = {metric.partition(end)[0] for metric in METRICS for end in (".", "@")}
            near = get_close_matches(name, sorted({*METRICS, *families}), 3)
            hint = f"did you mean {' or '.join(near)}?" if near else f"expected one of {', '.join(METRICS)}"
            raise UsageError(f"unknown metric {name!r}; {hint}")
    return [metric for metric in METRICS if any(_named(metric, name) for name in wanted)]


def _named(metric: str, name: str) -> bool:
    family, at, variant = name.partition("@")
    both = bool(at) and metric.startswith(f"{family}.") and metric.endswith(f"@{variant}")
    return metric == name or metric.startswith((f"{name}.", f"{name}@")) or both


def kind_name(metric: str) -> str:
    """Return what a metric adds up: "counts" (tp, fp, fn), "fractions", "links" (BLANC) or "mean" of other metrics."""
    names = {MATCHED: "counts", FRACTIONS: "fractions", BLANC: "links"}
    return names.get(KINDS[metric], "mean")


def count(batch: Batch, metrics: Collection[str] = METRICS, unit: str = "document") -> dict[str, DocumentStats]:
    """Return the statistics of these metrics on every document of a batch."""
    counts: dict[str, DocumentStats] = {}
    for family in FAMILIES:
        if family.unit == unit and any(name in metrics for name in family.kinds):
            counts |= {name: tally for name, tally in family.count(batch).items() if name in metrics}
    return counts

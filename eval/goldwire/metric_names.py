"""Selection of metrics by name, prefix or variant."""

from collections.abc import Sequence

from goldwire.reference import did_you_mean
from goldwire_corpus.errors import UsageError
from goldwire_eval.metrics.registry import METRICS


def select_metrics(selected: Sequence[str] | str | None) -> list[str]:
    """Return the selected metrics in table order. `selected` has names, prefixes of names, or families with a variant.

    ``coref`` selects every coreference metric, ``coref@nosingletons`` those of one variant; None selects all.
    Raises UsageError for an unknown name.
    """
    if selected is None:
        return list(METRICS)
    names = [name.strip() for name in (selected.split(",") if isinstance(selected, str) else selected)]
    for name in names:
        if not any(_selects(name, metric) for metric in METRICS):
            families = sorted({metric.partition(".")[0] for metric in METRICS})
            raise UsageError(
                f"unknown metric {name!r}{did_you_mean(name, [*METRICS, *families])}; families: {', '.join(families)}"
            )
    return [metric for metric in METRICS if any(_selects(name, metric) for name in names)]


def _selects(name: str, metric: str) -> bool:
    family, at, variant = name.partition("@")
    of_variant = metric.startswith(f"{family}.") and metric.endswith(f"@{variant}")
    return metric == name or metric.startswith((f"{name}.", f"{name}@")) or bool(at and of_variant)

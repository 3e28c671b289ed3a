"""Agreement of two passes over the same documents, layer by layer.

F1 is computed by the scorer, with one pass as gold and the other as predictions. It is symmetric except for records,
whose names may have any form that the first pass marks. Layers without a metric of the scorer are counted here: anchors
of aligned event clusters, scopes of counts, and tolls of aligned records. Kappa (Cohen 1960) is computed over the spans
that both passes marked. Bootstrap intervals need at least ten documents.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import msgspec
import numpy as np

from goldwire_annotation.layer_counts import LAYERS, scopes_of, shared_counts
from goldwire_annotation.passes import Pair
from goldwire_corpus.schema.document import marked
from goldwire_eval.batch.arrays import ints
from goldwire_eval.metrics.prf import MATCHED, defined
from goldwire_eval.readers.predictions import Predictions
from goldwire_eval.readers.reference import Gold
from goldwire_eval.reporting.text import interval, percent
from goldwire_eval.scored import Scored
from goldwire_eval.scorer import score
from goldwire_eval.stats.accumulate import CountsByDocument
from goldwire_eval.stats.significance import intervals
from goldwire_eval.stats.units import unit_of

F1_METRICS = (
    "ner", "mention.exact", "mention.untyped", "mention.head", "coref.conll", "link", "time.span", "time.value",
    "quantity.span", "quantity.value", "title.span", "trigger.id", "trigger.cls", "trigger.realis", "trigger.polarity",
    "trigger.source", "trigger.all", "argument.cls@exact", "argument.cls@head", "argument.cls@entity",
    "argument.attached.cls@head", "argument.attached.cls@entity", "event_coref.conll", "relation.temporal",
    "relation.causal", "relation.subevent", "record.ceaf",
)  # fmt: skip
KAPPA_LABELS = (
    ("mention type", "mentions", "type"),
    ("mention level", "mentions", "level"),
    ("time type", "times", "type"),
    ("quantity modifier", "quantities", "modifier"),
    ("event type", "events", "type"),
    ("event realis", "events", "realis"),
    ("event polarity", "events", "polarity"),
    ("event stance", "events", "stance"),
)
SCOPE_KAPPA = "count scope"
Interval = Sequence[float] | None
EVERYTHING = "all"


class Agreement(NamedTuple):
    """Agreement of two passes: `f1` by metric with its interval, `kappa` by label with the number of common spans.

    An undefined figure is None: neither pass has an item, or only one label occurs.
    """

    documents: int
    f1: dict[str, float | None]
    intervals: dict[str, Interval]
    kappa: dict[str, tuple[float | None, int]]


def agreement(pairs: Sequence[Pair]) -> Agreement:
    """Return the agreement of the first with the second document of each pair."""
    first, second = zip(*map(_with_text, pairs), strict=True)
    scored = score(Predictions.of_documents(second, "B"), Gold.of_documents(first), metrics=F1_METRICS)
    f1 = {name: defined(float(scored.figures(name).f1)) if name in scored.metrics else None for name in F1_METRICS}
    own_layers = counted(
        [shared_counts(a, b) for a, b in pairs], LAYERS, [unit_of(a.part, a.world) or a.id for a, _ in pairs]
    )
    kappa = {name: _kappa(pairs, layer, label) for name, layer, label in KAPPA_LABELS}
    kappa[SCOPE_KAPPA] = _scope_kappa(pairs)
    return Agreement(len(pairs), {**f1, **figures(own_layers)}, {**_intervals(scored), **bounds(own_layers)}, kappa)


def counted(
    documents: Sequence[dict[str, tuple[int, int, int]]], layers: Sequence[str], names: Sequence[str]
) -> CountsByDocument:
    """Return the counts of each document, (shared, only in A, only in B) by layer; `names` has the unit of each."""
    units = CountsByDocument(dict.fromkeys(layers, MATCHED))
    rows = [[n for name in layers for n in (c[name][0], c[name][2], c[name][1])] for c in documents]
    units.rows = np.array(rows, dtype=np.float64).reshape(len(documents), units.width)
    units.units = ints([names.index(name) for name in names])
    return units


def figures(units: CountsByDocument) -> dict[str, float | None]:
    """Return F1 by layer over all documents, None if it is undefined."""
    total = units.rows.sum(axis=0)
    return {name: defined(float(kind.figures(total[units.place[name]]).f1)) for name, kind in units.kinds.items()}


def bounds(units: CountsByDocument) -> dict[str, Interval]:
    """Return the bootstrap interval of each figure, None if there are too few worlds."""
    if not units.kinds or not len(units.rows):
        return {}
    limits = intervals(units.by_unit())
    pairs = {name: limits[:, i].tolist() for i, name in enumerate(units.kinds)}
    return {name: None if np.isnan(pair).any() else pair for name, pair in pairs.items()}


def _intervals(scored: Scored) -> dict[str, Interval]:
    return bounds(scored.by_document)


def _with_text(pair: Pair) -> Pair:
    """Return the pair with a placeholder for a text that may not be shipped; agreement needs only offsets."""
    if pair[0].text:
        return pair
    length = max(x.end for document in pair for x in marked(document))
    a, b = (msgspec.structs.replace(document, text="." * length) for document in pair)
    return a, b


def cohen_kappa(first: Sequence[str], second: Sequence[str]) -> tuple[float | None, int]:
    """Return Cohen's kappa, None if only one label occurs, and the number of items."""
    from sklearn.metrics import cohen_kappa_score

    if len({*first, *second}) < 2:
        return None, len(first)
    return float(cohen_kappa_score(first, second)), len(first)


def _kappa(pairs: Sequence[Pair], layer: str, label: str) -> tuple[float | None, int]:
    first: list[str] = []
    second: list[str] = []
    for a, b in pairs:
        # Events on one span differ only in their type, so there is no pair of items whose types could be compared.
        left, right = _by_span(getattr(a, layer)), _by_span(getattr(b, layer))
        for span in left.keys() & right.keys():
            if len(left[span]) == len(right[span]) == 1:
                first.append(getattr(left[span][0], label))
                second.append(getattr(right[span][0], label))
    return cohen_kappa(first, second)


def _scope_kappa(pairs: Sequence[Pair]) -> tuple[float | None, int]:
    first: list[str] = []
    second: list[str] = []
    for a, b in pairs:
        left, right = scopes_of(a), scopes_of(b)
        for key in sorted(left.keys() & right.keys()):
            first.append(left[key])
            second.append(right[key])
    return cohen_kappa(first, second)


def _by_span(items: Iterable[Any]) -> dict[tuple[int, int], list[Any]]:
    spans: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for item in items:
        spans[item.start, item.end].append(item)
    return spans


def by_group(groups: dict[str, Sequence[Pair]]) -> dict[str, Agreement]:
    """Return the agreement in each group of documents, and in all groups together if there are several."""
    if len(groups) > 1:
        groups = {**groups, EVERYTHING: [pair for group in groups.values() for pair in group]}
    return {name: agreement(pairs) for name, pairs in groups.items()}


def as_json(results: dict[str, Agreement]) -> dict[str, Any]:
    """Return the results in built-in types, figures rounded: their last digits depend on the processor."""

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: plain(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [plain(inner) for inner in value]
        return round(value, 6) if isinstance(value, float) else value

    return {name: plain(found._asdict()) for name, found in results.items()}


def agreement_table(results: dict[str, Agreement]) -> str:
    """Return the results as a Markdown table, one column for each."""
    first = next(iter(results.values()))
    lines = [f"| | {' | '.join(results)} |", f"| --- |{' --- |' * len(results)}"]
    lines.append(f"| documents | {' | '.join(str(r.documents) for r in results.values())} |")
    for name in first.f1:
        cells = [f"{percent(r.f1[name])} {_brackets(r.intervals.get(name))}".strip() for r in results.values()]
        lines.append(f"| F1 {name} | {' | '.join(cells)} |")
    for name in first.kappa:
        lines.append(f"| kappa {name} (items) | {' | '.join(_cell(*r.kappa[name]) for r in results.values())} |")
    return "\n".join(lines) + "\n"


def _brackets(pair: Interval) -> str:
    return f"({interval(pair)})" if pair else ""


def _cell(kappa: float | None, items: int) -> str:
    return f"{'-' if kappa is None else f'{kappa:.2f}'} ({items})"

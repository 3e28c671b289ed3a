"""Agreement of two passes over the same documents, layer by layer, and the list of what they see differently.

F1 is the scorer's own, one pass as gold and the other as prediction (it is the same either way round, but for
records, whose names the scorer takes in any form that the first pass marks); kappa (Cohen
1960) is taken where both passes marked the same span and so had the same thing to classify.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import msgspec

from goldwire_corpus.schema.document import AUTHOR, Document, marked
from goldwire_eval.metrics.prf import defined
from goldwire_eval.readers.predictions import Predictions
from goldwire_eval.readers.reference import Gold
from goldwire_eval.reporting.text import percent
from goldwire_eval.scorer import score

F1_METRICS = (
    "mention.exact", "mention.untyped", "mention.head", "time.span", "time.value", "quantity.span", "quantity.value",
    "trigger.id", "trigger.cls", "trigger.realis", "trigger.all", "argument.cls@exact", "argument.cls@head",
    "argument.cls@entity", "argument.attached.cls@head", "record.ceaf",
)  # fmt: skip
KAPPA_LABELS = (
    ("mention type", "mentions", "type"),
    ("mention level", "mentions", "level"),
    ("event type", "events", "type"),
    ("event realis", "events", "realis"),
    ("event polarity", "events", "polarity"),
    ("event stance", "events", "stance"),
)
Pair = tuple[Document, Document]


class Agreement(NamedTuple):
    """`f1` by metric; `kappa` by label with the number of agreed spans, None where only one label occurs."""

    documents: int
    f1: dict[str, float | None]
    kappa: dict[str, tuple[float | None, int]]


def agreement(pairs: Sequence[Pair]) -> Agreement:
    first, second = zip(*map(_legible, pairs), strict=True)
    scored = score(Predictions.of_documents(second, "B"), Gold.of_documents(first), metrics=F1_METRICS)
    f1 = {name: defined(float(scored.figures(name).f1)) for name in F1_METRICS}
    kappa = {name: _kappa(pairs, layer, label) for name, layer, label in KAPPA_LABELS}
    return Agreement(len(pairs), f1, kappa)


def _legible(pair: Pair) -> Pair:
    """With a text in place of one that may not be shipped: agreement looks at offsets alone."""
    if pair[0].text:
        return pair
    length = max(x.end for document in pair for x in marked(document))
    a, b = (msgspec.structs.replace(document, text="." * length) for document in pair)
    return a, b


def _kappa(pairs: Sequence[Pair], layer: str, label: str) -> tuple[float | None, int]:
    from sklearn.metrics import cohen_kappa_score

    first: list[str] = []
    second: list[str] = []
    for a, b in pairs:
        # Where several events share a span only the type tells them apart, so that a type cannot be compared.
        left, right = _by_span(getattr(a, layer)), _by_span(getattr(b, layer))
        for span in left.keys() & right.keys():
            if len(left[span]) == len(right[span]) == 1:
                first.append(getattr(left[span][0], label))
                second.append(getattr(right[span][0], label))
    if len({*first, *second}) < 2:
        return None, len(first)
    return float(cohen_kappa_score(first, second)), len(first)


def _by_span(items: Iterable[Any]) -> dict[tuple[int, int], list[Any]]:
    spans: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for item in items:
        spans[item.start, item.end].append(item)
    return spans


def table(groups: dict[str, Sequence[Pair]]) -> str:
    """A Markdown table, one column a group of documents."""
    results = {name: agreement(pairs) for name, pairs in groups.items()}
    lines = [f"| | {' | '.join(results)} |", f"| --- |{' --- |' * len(results)}"]
    lines.append(f"| documents | {' | '.join(str(r.documents) for r in results.values())} |")
    for metric in F1_METRICS:
        lines.append(f"| F1 {metric} | {' | '.join(percent(r.f1[metric]) for r in results.values())} |")
    for name, _, _ in KAPPA_LABELS:
        cells = [_cell(*r.kappa[name]) for r in results.values()]
        lines.append(f"| kappa {name} (spans) | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _cell(kappa: float | None, spans: int) -> str:
    return f"{'-' if kappa is None else f'{kappa:.2f}'} ({spans})"


# ------------------------------------------------------------------ disagreements


def disagreements(a: Document, b: Document) -> Iterator[str]:
    """What only one pass says, in the order of the text: one line each, `A` or `B` first."""
    left, right = dict(statements(a)), dict(statements(b))
    found = [(key, "A", left[key]) for key in left.keys() - right.keys()]
    found += [(key, "B", right[key]) for key in right.keys() - left.keys()]
    for _, side, line in sorted(found, key=lambda x: (x[0][0], x[0][1], str(x[0]), x[1])):
        yield f"{side} {line}"


def statements(d: Document) -> Iterator[tuple[tuple[Any, ...], str]]:
    """Everything a pass says, each as a comparable key that begins with the place, and as a line to read."""
    fillers = {x.id: (x.start, x.end) for x in marked(d)}

    def said(start: int, end: int) -> str:
        number = next(i for i, s in enumerate(d.sentences, 1) if start < s.end)
        return f"[{number}] {start}-{end} {d.text[start:end]!r}"

    for m in d.mentions:
        place = (m.start, m.end)
        yield (*place, "mention", m.type, m.level), f"{said(*place)} {m.type}.{m.level}"
        yield (*place, "head", m.head_start, m.head_end), f"{said(*place)} head {d.text[m.head_start : m.head_end]!r}"
        if not m.entity.startswith("nil:"):
            yield (*place, "entity", m.entity), f"{said(*place)} entity {m.entity}"
    for t in d.times:
        yield (t.start, t.end, "time", t.type, t.value), f"{said(t.start, t.end)} {t.type} {t.value}"
    for q in d.quantities:
        value = (q.min, q.max, q.modifier, q.unit)
        yield (q.start, q.end, "quantity", *map(str, value)), f"{said(q.start, q.end)} QTY {value}"
    for p in d.titles:
        yield (p.start, p.end, "title"), f"{said(p.start, p.end)} TITLE"
    for e in d.events:
        place = (e.start, e.end)
        line = f"{said(*place)} {e.type}"
        yield (*place, "event", e.type), line
        labels = (e.realis, e.polarity, str(e.means), str(e.phase), e.stance)
        yield (*place, "labels", e.type, *labels), f"{line}: {', '.join(labels)}"
        if e.source != AUTHOR:
            yield (*place, "source", e.type, fillers[e.source]), f"{line}: source {said(*fillers[e.source])}"
        if not e.cluster.startswith("nil:"):
            yield (*place, "cluster", e.type, e.cluster), f"{line}: cluster {e.cluster}"
        for x in e.arguments:
            span = fillers[x.filler]
            yield (*place, "argument", e.type, x.role, span), f"{line}: {x.role} {said(*span)}"
    yield from _cluster_statements(d)


def _cluster_statements(d: Document) -> Iterator[tuple[tuple[Any, ...], str]]:
    """Coreference, anchors and relations, each told by the first mentions, since keys are an annotator's own."""
    members: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for m in d.mentions:
        members[m.entity].append((m.start, m.end, ""))
    for e in d.events:
        members[e.cluster].append((e.start, e.end, e.type))
    first = {key: min(spans) for key, spans in members.items()}

    def name(key: str) -> str:
        start, end, type_ = first[key]
        return f"{type_} {d.text[start:end]!r}@{start}".strip()

    for key, spans in members.items():
        for start, end, type_ in sorted(spans)[1:]:
            what = f"{type_} {d.text[start:end]!r}".strip()
            yield (start, end, "coref", type_, first[key]), f"{start}-{end} {what} corefers with {name(key)}"
    for c in d.event_clusters:
        start, end, type_ = first[c.id]
        anchor = (str(c.earliest), str(c.latest))
        yield (start, end, "anchor", type_, *anchor), f"{name(c.id)} anchor {' / '.join(anchor)}"
    for r in d.relations:
        place = first[r.from_]
        yield (*place, "relation", r.type, first[r.to]), f"{name(r.from_)} {r.type} {name(r.to)}"

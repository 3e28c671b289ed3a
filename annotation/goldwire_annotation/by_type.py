"""Agreement by type. Low agreement on a type means that its guideline must be revised before it is annotated again.

A mention or trigger matches if span and label are equal; an argument matches if its event matches as well. F1 is twice
the number of matches divided by the number of items of both passes, as in the scorer's mention.exact, trigger.cls and
argument.attached.cls@exact.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from goldwire_annotation.passes import Pair
from goldwire_corpus.schema.document import Document, marked
from goldwire_eval.reporting.text import percent

LAYERS = ("mention", "event", "role")


def types_table(pairs: Sequence[Pair]) -> str:
    """Return a Markdown table with the number of items of each type in each pass and in both, and F1."""
    first: Counter[tuple[str, str]] = Counter()
    second: Counter[tuple[str, str]] = Counter()
    shared: Counter[tuple[str, str]] = Counter()
    for a, b in pairs:
        left, right = Counter(_items(a)), Counter(_items(b))
        for counts, items in ((first, left), (second, right), (shared, left & right)):
            for (layer, type_, *_), n in items.items():
                counts[layer, type_] += n
    lines = ["| | a | b | both | F1 |", "| --- | --- | --- | --- | --- |"]
    for key in sorted(first | second, key=lambda key: (LAYERS.index(key[0]), key[1])):
        f1 = 2 * shared[key] / (first[key] + second[key])
        lines.append(f"| {' '.join(key)} | {first[key]} | {second[key]} | {shared[key]} | {percent(f1)} |")
    return "\n".join(lines) + "\n"


def _items(d: Document) -> Iterator[tuple[Any, ...]]:
    """Yield layer, type and position of each item of a pass."""
    spans = {x.id: (x.start, x.end) for x in marked(d)}
    for m in d.mentions:
        yield "mention", m.type, m.start, m.end
    for e in d.events:
        yield "event", e.type, e.start, e.end
        for a in e.arguments:
            yield "role", a.role, e.type, e.start, e.end, spans[a.filler]

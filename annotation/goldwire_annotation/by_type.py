"""Agreement by type: low agreement on a type is a defect of the guidelines, to be corrected before the type is redone.

A mention, trigger or argument is the same in both passes where its span and label are, an argument's also where those
of its event are; F1 is then twice what is shared over the items of both passes (mention.exact, trigger.cls,
argument.attached.cls@exact of the scorer).
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from goldwire_annotation.passes import Pair
from goldwire_corpus.schema.document import Document, marked
from goldwire_eval.reporting.text import percent

LAYERS = ("mention", "event", "role")


def types_table(pairs: Sequence[Pair]) -> str:
    """Return a Markdown table of the items of each type in either pass and in both, with F1."""
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
    """Yield the items of a pass as their layer, type and place."""
    spans = {x.id: (x.start, x.end) for x in marked(d)}
    for m in d.mentions:
        yield "mention", m.type, m.start, m.end
    for e in d.events:
        yield "event", e.type, e.start, e.end
        for a in e.arguments:
            yield "role", a.role, e.type, e.start, e.end, spans[a.filler]

"""Sizes of the corpus by split."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from goldwire_corpus.schema.document import Document
from goldwire_corpus.schema.ontology import ontology

LAYERS = ("sentences", "tokens", "mentions", "entities", "times", "quantities", "titles", "events", "event_clusters",
          "relations", "records")  # fmt: skip
Splits = Mapping[str, list[Document]]


def sizes(documents: Iterable[Document]) -> dict[str, int]:
    """Return the number of documents and of items of each layer."""
    counts: Counter[str] = Counter()
    for document in documents:
        counts["documents"] += 1
        counts["arguments"] += sum(len(e.arguments) for e in document.events)
        counts.update({layer: len(getattr(document, layer)) for layer in LAYERS})
    return {name: counts[name] for name in ("documents", *LAYERS[:-2], "arguments", *LAYERS[-2:])}


def sizes_table(splits: Splits) -> str:
    """Return a table of `sizes` by split."""
    columns = {name: sizes(documents) for name, documents in splits.items()}
    return _table(["", *columns], [[row, *(c[row] for c in columns.values())] for row in sizes([])])


def types_table(splits: Splits, layer: str) -> str:
    """Return a table of the number of items of each type by split; `layer` is mentions or events."""
    types = list(ontology().entity) if layer == "mentions" else list(ontology().event)
    counts = {name: Counter(x.type for d in documents for x in getattr(d, layer)) for name, documents in splits.items()}
    return _table(["type", *counts], [[t, *(c[t] for c in counts.values())] for t in types])


def _table(head: list[str], rows: list[list[object]]) -> str:
    lines: list[list[Any]] = [[*head], ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(f'{x:,}' if isinstance(x, int) else str(x) for x in line)} |\n" for line in lines)

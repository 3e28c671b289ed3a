"""Matches of two passes in the layers without a metric of the scorer: anchors, scopes of counts, tolls."""

from collections import Counter

import numpy as np

from goldwire_corpus.schema.document import Document, Record, marked

LAYERS = ("anchor.interval", "count.scope", "record.toll")
Counts = tuple[int, int, int]
"""Number of items in both passes, only in the first, only in the second."""
Key = tuple[int, int, str, int, int]


def shared_counts(a: Document, b: Document) -> dict[str, Counts]:
    """Return the counts of two annotations of a document by layer."""
    aligned = aligned_clusters(a, b)
    left, right = ({c.id: (c.earliest, c.latest) for c in d.event_clusters if c.latest or c.earliest} for d in (a, b))
    anchors = sum(left.get(first) == right.get(second) for first, second in aligned.items() if first in left)
    scopes = Counter(scopes_of(a).items()), Counter(scopes_of(b).items())
    tolls = _tolls(a), _tolls(b)
    same_tolls = sum(tolls[0][first] == tolls[1].get(second) for first, second in aligned.items() if first in tolls[0])
    both = (scopes[0] & scopes[1]).total()
    return {
        "anchor.interval": (anchors, len(left) - anchors, len(right) - anchors),
        "count.scope": (both, scopes[0].total() - both, scopes[1].total() - both),
        "record.toll": (same_tolls, len(tolls[0]) - same_tolls, len(tolls[1]) - same_tolls),
    }


def aligned_clusters(a: Document, b: Document) -> dict[str, str]:
    """Align event clusters one to one, maximising the number of common mentions (equal span and type)."""
    from scipy.optimize import linear_sum_assignment

    first, second = ({(e.start, e.end, e.type): e.cluster for e in d.events} for d in (a, b))
    rows, columns = list(dict.fromkeys(first.values())), list(dict.fromkeys(second.values()))
    overlap = np.zeros((len(rows), len(columns)))
    for mention in first.keys() & second.keys():
        overlap[rows.index(first[mention]), columns.index(second[mention])] += 1
    pairs = zip(*linear_sum_assignment(overlap, maximize=True), strict=True)
    return {rows[i]: columns[j] for i, j in pairs if overlap[i, j] > 0}


def scopes_of(document: Document) -> dict[Key, str]:
    """Return the scope of each argument that has one, by the spans of its event and filler."""
    spans = {x.id: (x.start, x.end) for x in marked(document)}
    return {
        (e.start, e.end, e.type, *spans[a.filler]): a.scope for e in document.events for a in e.arguments if a.scope
    }


def _tolls(document: Document) -> dict[str, tuple[int | None, ...]]:
    """Return the bounds of each record with a toll, by its cluster."""
    return {r.cluster: _bounds(r) for r in document.records if r.tolls}


def _bounds(record: Record) -> tuple[int | None, ...]:
    return record.killed_min, record.killed_max, record.wounded_min, record.wounded_max

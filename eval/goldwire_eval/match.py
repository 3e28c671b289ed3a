"""One-to-one matching: of equal keys, and of best pairs under a similarity."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from math import inf
from typing import TypeVar

import numpy as np

from goldwire_eval.counts import Counts

G = TypeVar("G")
P = TypeVar("P")
Keyed = tuple[str, Hashable]
ByType = dict[str, Counts]


def match_keys(gold: Iterable[Keyed], pred: Iterable[Keyed]) -> ByType:
    """Matches multisets of keys, each given with the type it is counted under.

    The same key twice in the prediction is one match and one spurious item, unless gold has it twice.
    """
    left, right = Counter(key for _, key in gold), Counter(key for _, key in pred)
    types = {key: type_ for type_, key in (*pred, *gold)}
    out: ByType = {}
    for key in left.keys() | right.keys():
        g, p = left[key], right[key]
        tp = min(g, p)
        out[types[key]] = out.get(types[key], Counts()) + Counts(tp, p - tp, g - tp)
    return out


Interval = tuple[float | None, float | None]


def inside(gold: Interval, pred: Interval) -> bool:
    """Whether the predicted interval is one and lies in the gold one; an open bound is infinite."""
    low, high = -inf if pred[0] is None else pred[0], inf if pred[1] is None else pred[1]
    return (-inf if gold[0] is None else gold[0]) <= low <= high <= (inf if gold[1] is None else gold[1])


Spans = Sequence[tuple[int, int]]


def most_overlaps(gold: Spans, pred: Spans) -> int:
    """The greatest number of disjoint pairs of spans that share half of the longer one (Hopcroft and Karp 1973)."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import maximum_bipartite_matching

    if not gold or not pred:
        return 0
    starts, ends = np.array(pred).T
    columns, offsets = [], [0]
    for start, end in gold:
        # A span with as many partners as there are gold spans always finds one: more need not be kept.
        shared = np.minimum(ends, end) - np.maximum(starts, start)
        found = np.flatnonzero(2 * shared >= np.maximum(ends - starts, end - start))[: len(gold)]
        columns.append(found)
        offsets.append(offsets[-1] + len(found))
    indices = np.concatenate(columns)
    graph = csr_array((np.ones(len(indices), dtype=bool), indices, offsets), shape=(len(gold), len(pred)))
    return int((maximum_bipartite_matching(graph, perm_type="column") >= 0).sum())


def best_pairs(
    gold: Sequence[G], pred: Sequence[P], similarity: Callable[[G, P], float]
) -> list[tuple[int, int, float]]:
    """The one-to-one alignment of greatest total similarity (Kuhn 1955, Munkres 1957); pairs of none are left out."""
    from scipy.optimize import linear_sum_assignment

    if not gold or not pred:
        return []
    matrix = np.array([[similarity(g, p) for p in pred] for g in gold])
    rows, columns = linear_sum_assignment(matrix, maximize=True)
    return [(int(i), int(j), float(matrix[i, j])) for i, j in zip(rows, columns, strict=True) if matrix[i, j] > 0]

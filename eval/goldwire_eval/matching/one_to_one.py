"""One-to-one matching of gold and predicted items, over all documents of a batch at once.

Items are in one table, gold before predicted; `gold` is the number of gold items. Nothing matches across documents.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from goldwire_eval.batch.arrays import Bools, Floats, Ints, dense, pack, ranks, runs, spread
from goldwire_eval.batch.tables import Spans, Table
from goldwire_eval.matching.assignment import best_assignment

_CHUNK = 4_000_000


class DocumentStats(NamedTuple):
    """Statistics that add up: of each document, and of each type in `types` (shape (types, width); None untyped)."""

    documents: Floats
    types: Floats | None = None


def match_keys(table: Table, *key: Ints, type: Ints | None = None, types: int = 0, once: bool = False) -> DocumentStats:
    """Return (tp, fp, fn) under matching of equal keys as multisets: a repetition is spurious unless gold has it twice.

    `type` is the type code of each item, below `types`, and is then part of the key; `once` compares sets instead.
    """
    kinds = 1 if type is None else types
    group = table.doc if type is None else table.doc * kinds + type
    groups = table.documents * kinds
    rest, bound = pack(*key) if key else (np.zeros(len(group), dtype=np.int64), 1)
    if bound > (1 << 62) // (2 * groups):
        rest, bound = dense(rest)
    code = (group * bound + rest) * 2
    code[table.gold :] += 1
    code.sort()
    begins = runs(code >> 1)
    pred = np.add.reduceat(code & 1, begins) if len(code) else begins
    gold = np.diff(np.append(begins, len(code))) - pred
    of = (code[begins] >> 1) // bound
    met = np.flatnonzero((gold > 0) & (pred > 0))
    if once:
        hits, sides = np.ones(len(met)), (of[gold > 0], of[pred > 0])
    else:
        hits, sides = np.minimum(gold, pred)[met], (group[: table.gold], group[table.gold :])

    def sums(place: Callable[[Ints], Ints], size: int) -> Floats:
        tp = np.bincount(place(of[met]), weights=hits, minlength=size)
        in_gold, in_pred = (np.bincount(place(side), minlength=size) for side in sides)
        return np.stack([tp, in_pred - tp, in_gold - tp], axis=1)

    by_type = None if type is None else sums(lambda of: of % kinds, kinds)
    return DocumentStats(sums(lambda of: of // kinds, table.documents), by_type)


def add_up(where: Ints, rows: Floats, size: int) -> Floats:
    """Return the sums of the rows that belong to each of `size` places."""
    columns = [np.bincount(where, weights=column, minlength=size).astype(np.float64) for column in rows.T]
    return np.stack(columns, axis=1) if columns else np.zeros((size, 0))


def pair_equal(code: Ints, left: Ints, right: Ints) -> tuple[Ints, Ints]:
    """Pair one to one the items `left` and the items `right` that are equal in `code`."""
    both = np.concatenate([left, right])
    side = np.repeat([0, 1], [len(left), len(right)])
    key = code[both]
    order = np.argsort(key * 2 + side, kind="stable")
    begins = runs(key[order])
    sizes = np.diff(np.append(begins, len(order)))
    here = np.add.reduceat(1 - side[order], begins) if len(order) else begins
    pairs = np.minimum(here, sizes - here)
    rows, at = spread(begins, begins + pairs)
    return both[order[at]], both[order[at + here[rows]]]


def pair_near(
    table: Table, start: Ints, end: Ints, near: Ints, left: Ints, right: Ints, half: bool = False
) -> tuple[Ints, Ints]:
    """Pair one to one, as many as possible, spans that overlap and are equal in `near`.

    With `half` the overlap must be half of the longer span. A span below 0, lost in grounding, overlaps nothing.
    """
    right = right[start[right] >= 0]
    if not len(left) or not len(right):
        return left[:0], right[:0]
    group, _ = dense(pack(table.doc, near)[0])
    room = int(end[np.concatenate([left, right])].max()) + 1
    longest = np.zeros(int(group.max()) + 1, dtype=np.int64)
    np.maximum.at(longest, group[right], (end - start)[right])
    right = right[np.lexsort((end[right], start[right], group[right]))]
    places = group[right] * room + start[right]
    # What overlaps begins before this one's end, and not longer before its start than the longest span is long.
    reach = (end - start)[left] if half else longest[group[left]]
    first = np.maximum(start[left] - reach, 0)
    begins = np.searchsorted(places, group[left] * room + first)
    ends = np.searchsorted(places, group[left] * room + np.minimum(end[left], room - 1))
    # As many partners as there are spans to pair are always enough for one span.
    most = np.bincount(group[left], minlength=len(longest))[group[left]]
    found: list[tuple[Ints, Ints]] = []
    for chunk in _chunks(ends - begins):
        rows, at = spread(begins[chunk], ends[chunk])
        i, j = left[chunk][rows], right[at]
        shared = np.minimum(end[i], end[j]) - np.maximum(start[i], start[j])
        longer = np.maximum(end[i] - start[i], end[j] - start[j])
        kept = np.flatnonzero((2 * shared >= longer) if half else (shared > 0))
        i, j = i[kept], j[kept]
        few = ranks(i) < most[chunk][rows[kept]]
        found.append((i[few], j[few]))
    i, j = (np.concatenate(side) for side in zip(*found, strict=True))
    chosen = best_assignment(i, j, np.ones(len(i)))
    return i[chosen], j[chosen]


def overlapping(table: Spans, some: Ints, others: Ints) -> Ints:
    """Return the items of `some` that overlap any of the `others` in the same document."""
    room = int(table.end.max(initial=0)) + 1
    start, end = table.doc * room + table.start, table.doc * room + table.end
    some, others = some[table.start[some] >= 0], others[table.start[others] >= 0]
    others = others[np.argsort(start[others])]
    furthest = np.maximum.accumulate(np.append(-1, end[others]))
    # Of all that begin before this one ends, whether any ends behind its start.
    return some[furthest[np.searchsorted(start[others], end[some])] > start[some]]


def _chunks(lengths: Ints) -> list[slice]:
    """Return runs of rows of about `_CHUNK` pairs, so that a document of many spans needs bounded memory."""
    cuts = np.searchsorted(np.cumsum(lengths), np.arange(_CHUNK, int(lengths.sum()), _CHUNK))
    edges = np.unique(np.concatenate([[0], cuts, [len(lengths)]]))
    return [slice(int(a), int(b)) for a, b in pairwise(edges)]


def rest(of: Ints, taken: Ints) -> Ints:
    """Return the items that are not taken."""
    left: Bools = ~np.isin(of, taken)
    return of[left]

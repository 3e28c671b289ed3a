"""One-to-one matching of gold and predicted items, over all documents of a batch at once.

Items are in one table, gold before predicted; `gold` is the number of gold items. Nothing matches across documents.
"""

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from goldwire_eval.batch.arrays import (
    Floats,
    Ints,
    among,
    dense,
    distinct,
    order,
    order_by,
    pack,
    ranks,
    runs,
    spread,
)
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
    kinds = 0 if type is None else types.bit_length()
    group = table.doc if type is None else table.doc << kinds | type
    rest, bound = pack(*key) if key else (np.zeros(len(group), dtype=np.int64), 1)
    room = 61 - table.documents.bit_length() - kinds
    if bound >> room:
        rest, bound = dense(rest)
    bits = bound.bit_length() + 1
    code = group << bits | rest << 1
    code[table.gold :] |= 1
    code.sort()
    if once:
        code = code[runs(code)]
    # A key that both sides have is where its last gold item is followed by its first predicted one.
    last = np.flatnonzero((code[1:] ^ code[:-1]) == 1)
    hits = _smaller_side(code, last)
    of = code[last] >> bits
    mask = (1 << kinds) - 1
    if once:
        gold, pred = (code[code & 1 == side] >> bits for side in (0, 1))
        of_documents = [np.bincount(side >> kinds, minlength=table.documents) for side in (gold, pred)]
        of_types = [np.bincount(side & mask, minlength=types) for side in (gold, pred)]
    else:
        of_documents = table.side_counts(table.doc, table.documents)
        of_types = [] if type is None else table.side_counts(type, types)
    by_document = _sums(of >> kinds, hits, *of_documents)
    return DocumentStats(by_document, None if type is None else _sums(of & mask, hits, *of_types))


def _smaller_side(code: Ints, last: Ints) -> Ints:
    """Return how many items of the key at each of the places `last` the side has that has fewer."""
    if len(code) < 2 or (code[1:] != code[:-1]).all():
        return np.ones(len(last), dtype=np.int64)
    begins = runs(code)
    run = np.searchsorted(begins, last, side="right") - 1
    lengths = np.diff(begins, append=len(code))
    fewer: Ints = np.minimum(lengths[run], lengths[run + 1])
    return fewer


def _sums(of: Ints, hits: Ints, in_gold: Ints, in_pred: Ints) -> Floats:
    """Return (tp, fp, fn) of each place from the hits at the places `of` and the items of both sides at every place."""
    tp = np.bincount(of, weights=hits, minlength=len(in_gold))
    return np.stack([tp, in_pred - tp, in_gold - tp], axis=1)


def add_up(where: Ints, rows: Floats, size: int) -> Floats:
    """Return the sums of the rows that belong to each of `size` places."""
    columns = [np.bincount(where, weights=column, minlength=size).astype(np.float64) for column in rows.T]
    return np.stack(columns, axis=1) if columns else np.zeros((size, 0))


def pair_equal(code: Ints, left: Ints, right: Ints) -> tuple[Ints, Ints]:
    """Pair one to one the items `left` and the items `right` that are equal in `code`."""
    if not len(left) or not len(right):
        return left[:0], right[:0]
    both = np.concatenate([left, right])
    key = code[both] << 1
    key[len(left) :] |= 1
    by_key = order(key)
    key, both = key[by_key], both[by_key]
    last = np.flatnonzero((key[1:] ^ key[:-1]) == 1)
    if (key[1:] != key[:-1]).all():
        return both[last], both[last + 1]
    begins = runs(key)
    run = np.searchsorted(begins, last, side="right") - 1
    pairs = np.minimum(*(np.diff(begins, append=len(key))[run + side] for side in (0, 1)))
    rows, at = spread(begins[run], begins[run] + pairs)
    return both[at], both[at + (last + 1 - begins[run])[rows]]


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
    right = right[order_by(group[right], start[right], end[right])]
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
    others = others[order(start[others])]
    furthest = np.maximum.accumulate(np.append(-1, end[others]))
    # Of all that begin before this one ends, whether any ends behind its start.
    return some[furthest[np.searchsorted(start[others], end[some])] > start[some]]


def _chunks(lengths: Ints) -> list[slice]:
    """Return runs of rows of about `_CHUNK` pairs, so that a document of many spans needs bounded memory."""
    cuts = np.searchsorted(np.cumsum(lengths), np.arange(_CHUNK, int(lengths.sum()), _CHUNK))
    edges = distinct(np.concatenate([[0], cuts, [len(lengths)]]))
    return [slice(int(a), int(b)) for a, b in pairwise(edges)]


def rest(of: Ints, taken: Ints) -> Ints:
    """Return the items that are not taken."""
    return of[~among(of, taken)]

"""One-to-one assignment by several keys: the greatest total of the first, of those that of the second, and so on.

Totals are compared exactly, as integers: keys are fractions, which get a common denominator in each connected part of
the graph, and each key then weighs more than all later ones together can.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import lcm

import numpy as np

from goldwire_eval.batch.arrays import Bools, Floats, Ints, among, dense
from goldwire_eval.matching.assignment import augment, best_assignment, others

Key = tuple[Fraction | int, ...]
MARGIN = 1e-9
"""How much more than its rivals an edge must weigh to be chosen before totals are compared exactly."""
MOST_STEPS = 500_000
"""Parts of the graph that may take more steps than this are solved by the first key alone."""
_EXACT = 2**53
"""Floating point numbers add integers exactly up to here."""


def best_by_keys(left: Ints, right: Ints, weight: Floats, keys: Callable[[Ints], Sequence[Key]]) -> Bools:
    """Return which edges are chosen.

    `left` and `right` are the ends of each edge, none given twice; `weight` is the first key as a number above 0;
    `keys` returns all keys of some edges, and is asked only for those on which more than the first key may decide.
    """
    chosen = np.zeros(len(left), dtype=bool)
    alive: Ints = np.arange(len(left))
    while len(alive):
        rivals = others(left[alive], weight[alive]) + others(right[alive], weight[alive])
        # Alone at both ends, or heavier than its best rivals together: in every best assignment.
        fixed = alive[(rivals == 0) | (weight[alive] > rivals + MARGIN)]
        if not len(fixed):
            break
        chosen[fixed] = True
        alive = alive[~(among(left[alive], left[fixed]) | among(right[alive], right[fixed]))]
    for part in _parts(left[alive], right[alive]):
        edges = alive[part]
        chosen[edges[_solve(left[edges], right[edges], weight[edges], keys(edges))]] = True
    return chosen


def _solve(left: Ints, right: Ints, weight: Floats, keys: Sequence[Key]) -> Bools:
    (rows, n), (columns, m) = dense(left), dense(right)
    weights = _weights(keys)
    if sum(weights) < _EXACT:
        return best_assignment(rows, columns, np.array(weights, dtype=np.float64))
    if n * len(rows) > MOST_STEPS:
        return best_assignment(left, right, weight)
    partner = augment(rows.tolist(), columns.tolist(), weights, n, m)
    chosen: Bools = np.array(partner)[rows] == columns
    return chosen


def _weights(keys: Sequence[Key]) -> list[int]:
    """Return one integer for each edge whose sums are ordered as the sums of its keys are, the first key first."""
    weights = [0] * len(keys)
    for level in zip(*keys, strict=True):
        scale = lcm(*(Fraction(key).denominator for key in level))
        scaled = [int(key * scale) for key in level]
        # More than any sum of this key and all later ones.
        base = sum(scaled) + 1
        weights = [weight * base + key for weight, key in zip(weights, scaled, strict=True)]
    return weights


def _parts(left: Ints, right: Ints) -> list[list[int]]:
    """Return the edges of each connected part of a graph."""
    root: dict[tuple[int, int], tuple[int, int]] = {}

    def find(end: tuple[int, int]) -> tuple[int, int]:
        while root.setdefault(end, end) != end:
            root[end] = root[root[end]]
            end = root[end]
        return end

    ends = [((0, i), (1, j)) for i, j in zip(left.tolist(), right.tolist(), strict=True)]
    for one, other in ends:
        root[find(one)] = find(other)
    parts: dict[tuple[int, int], list[int]] = {}
    for edge, (one, _) in enumerate(ends):
        parts.setdefault(find(one), []).append(edge)
    return list(parts.values())

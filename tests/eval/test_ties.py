"""Assignments by several keys, against every assignment of small graphs."""

import random
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest

from goldwire_eval.matching import ties
from goldwire_eval.matching.ties import best_by_keys

Edge = tuple[int, int]


def _all(edges: list[Edge]) -> list[list[int]]:
    """Every set of edges that shares no end."""
    found = []
    for size in range(len(edges) + 1):
        for some in combinations(range(len(edges)), size):
            if len({edges[e][0] for e in some}) == len({edges[e][1] for e in some}) == size:
                found.append(list(some))
    return found


@pytest.mark.parametrize("exact", [2**53, 0])
def test_totals_are_the_greatest_key_after_key(exact: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Thirds, sixths and sevenths, whose sums as floating point numbers tie only nearly."""
    monkeypatch.setattr(ties, "_EXACT", exact)
    rng = random.Random(7)
    for _ in range(400):
        edges = [(i, j) for i in range(3) for j in range(3) if rng.random() < 0.8]
        keys = [
            (Fraction(rng.randint(1, 3), rng.choice((3, 6, 7))), rng.randint(0, 2), rng.randint(0, 2)) for _ in edges
        ]
        weight = np.array([float(key[0]) for key in keys])
        left, right = (np.array([edge[side] for edge in edges], dtype=np.int64) for side in (0, 1))
        chosen = np.flatnonzero(best_by_keys(left, right, weight, lambda some, k=keys: [k[e] for e in some.tolist()]))

        def total(some: list[int], keys: list[tuple[Fraction, int, int]] = keys) -> tuple[Fraction | int, ...]:
            return tuple(sum((keys[e][level] for e in some), Fraction(0)) for level in range(3))

        assert len(set(left[chosen])) == len(set(right[chosen])) == len(chosen)
        assert total(chosen.tolist()) == max(map(total, _all(edges)))


def test_a_third_key_decides_where_two_tie() -> None:
    left, right = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    keys = [(Fraction(1, 3), 0, 1), (Fraction(1, 3), 0, 5), (Fraction(1, 3), 0, 5), (Fraction(1, 3), 0, 1)]
    chosen = best_by_keys(left, right, np.full(4, 1 / 3), lambda some: [keys[e] for e in some.tolist()])
    assert chosen.tolist() == [False, True, True, False]

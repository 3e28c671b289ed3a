"""Which spans overlap any of others, against looking at every pair."""

import random

import numpy as np

from goldwire_eval.batch.tables import Spans
from goldwire_eval.matching.one_to_one import overlapping


def test_overlapping_spans() -> None:
    rng = random.Random(1)
    met = 0
    for _ in range(2000):
        doc, start, end = [], [], []
        size = rng.randint(0, 14)
        for i in range(size):
            # Some spans are lost in grounding: below zero, no two alike.
            begin = rng.randrange(10) if rng.random() < 0.8 else -2 * i - 2
            doc.append(rng.randrange(2))
            start.append(begin)
            end.append(begin + (rng.randint(1, 5) if begin >= 0 else 1))
        gold = rng.randint(0, size)
        table = Spans(_column(doc), gold, 2, _column(start), _column(end))
        some, others = np.arange(gold), np.arange(gold, size)
        expected = [i for i in range(gold) if any(_shared(doc, start, end, i, j) for j in range(gold, size))]
        assert overlapping(table, some, others).tolist() == expected
        met += len(expected)
    assert met > 1000


def _column(values: list[int]) -> np.ndarray:
    return np.array(values, dtype=np.int64)


def _shared(doc: list[int], start: list[int], end: list[int], i: int, j: int) -> bool:
    there = start[i] >= 0 and start[j] >= 0
    return there and doc[i] == doc[j] and min(end[i], end[j]) > max(start[i], start[j])

"""Sorting, counting and looking up columns of integers, compared with numpy, for close, wide and extreme values."""

import numpy as np
import pytest

from goldwire_eval.batch.arrays import Ints, among, dense, distinct, firsts, order, order_by, packed, ranks

RNG = np.random.default_rng(3)
COLUMNS = {
    "empty": np.zeros(0, dtype=np.int64),
    "one": np.array([-7]),
    "ascending": np.repeat(np.arange(50), 3),
    "close": RNG.integers(-20, 20, 500),
    "sixteen bits": RNG.integers(0, 1 << 16, 500),
    "wide": np.repeat(RNG.integers(-(1 << 40), 1 << 40, 200), 3)[RNG.permutation(600)],
    "extreme": RNG.integers(np.iinfo(np.int64).min, np.iinfo(np.int64).max, 300),
}


@pytest.mark.parametrize("column", COLUMNS.values(), ids=COLUMNS)
def test_columns_are_as_numpy_has_them(column: Ints) -> None:
    values, first, numbers = np.unique(column, return_index=True, return_inverse=True)
    assert order(column).tolist() == np.argsort(column, kind="stable").tolist()
    assert dense(column)[0].tolist() == numbers.tolist()
    assert dense(column)[1] == max(1, len(values))
    assert distinct(column).tolist() == values.tolist()
    assert firsts(column).tolist() == first.tolist()
    seen: dict[int, int] = {}
    for value, rank in zip(column.tolist(), ranks(column).tolist(), strict=True):
        assert rank == seen.setdefault(value, 0)
        seen[value] += 1


def test_rows_are_ordered_by_several_columns() -> None:
    columns = [RNG.integers(-3, 3, 400) for _ in range(3)]
    assert order_by(*columns).tolist() == np.lexsort(columns[::-1]).tolist()


def test_numbers_among_others() -> None:
    rows, some = RNG.integers(0, 90, 400), RNG.integers(0, 120, 30)
    assert among(rows, some).tolist() == np.isin(rows, some).tolist()
    assert not among(rows, some[:0]).any()


def test_packed_takes_integers_alone() -> None:
    assert packed([3, -1, 2**62]).tolist() == [3, -1, 2**62]
    with pytest.raises(Exception, match="required argument is not an integer"):
        packed([1, None])  # type: ignore[list-item]

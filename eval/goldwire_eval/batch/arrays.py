"""Columns of integers, one row an item of a batch of documents, and the codes of strings in them."""

import struct
from collections.abc import Callable, Hashable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
_ROOM = 1 << 62
_CLOSE = 8
"""A table of up to so many places for each row is cheaper than a sort."""
NONE = -1
"""The code of a value that is not given."""


class Vocabulary(dict[Hashable, int]):
    """A number for each distinct value, from 0 on; `names` are the values in order."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[Any] = []

    @classmethod
    def or_none(cls) -> "Vocabulary":
        """Return a vocabulary with the code NONE for None."""
        codes = cls()
        codes[None] = NONE
        return codes

    def __missing__(self, value: Hashable) -> int:
        number = self[value] = len(self.names)
        self.names.append(value)
        return number


def ints(values: Sequence[int]) -> Ints:
    return np.fromiter(values, np.int64, len(values))


def packed(values: Sequence[int]) -> Ints:
    """Return a column of these integers, at half the cost of `ints`. Raises `struct.error` if some are not integers."""
    return np.frombuffer(struct.pack(f"{len(values)}q", *values), dtype=np.int64)


def compact(codes: Ints) -> tuple[Ints, Ints]:
    """Return numbers in the same order, from 0 on without a gap, for small codes; and the code of each number."""
    met = np.flatnonzero(np.bincount(codes))
    table = np.zeros(int(met.max(initial=-1)) + 1, dtype=np.int64)
    table[met] = np.arange(len(met))
    return table[codes], met


def translated(codes: Ints, names: Sequence[Any], of: Callable[[Any], int]) -> Ints:
    """Return `of` the name of each code (None for NONE); it is called once for each distinct code."""
    numbers, met = compact(codes + 1)
    values = [of(names[code] if code >= 0 else None) for code in (met - 1).tolist()]
    return ints(values)[numbers]


def owners(lengths: Sequence[int]) -> Ints:
    """Return, for every item of chained lists of these lengths, the number of its list."""
    return np.repeat(np.arange(len(lengths)), lengths)


def pack(*columns: Ints) -> tuple[Ints, int]:
    """Return one number a row, equal exactly where all columns are equal and ordered as the rows are; and a bound of
    them."""
    code: Ints = np.zeros(len(columns[0]), dtype=np.int64)
    bound = 1
    for column in columns:
        if not len(column):
            continue
        low = int(column.min())
        width = int(column.max()) - low + 1
        if bound > _ROOM // width:
            code, bound = dense(code)
        if bound > _ROOM // width:
            column, width = dense(column)
            low = 0
        code = code * width + (column - low)
        bound *= width
    return code, bound


def dense(column: Ints) -> tuple[Ints, int]:
    """Return the same order in numbers from 0 on without a gap; and how many there are.

    Replaces ``np.unique(return_inverse=True)``: a table where values are close together, else one plain sort.
    """
    if not len(column):
        return column, 1
    low = int(column.min())
    width = int(column.max()) - low + 1
    if width <= _CLOSE * len(column):
        met = np.zeros(width, dtype=bool)
        met[column - low] = True
        numbers = np.cumsum(met) - 1
        return numbers[column - low], int(numbers[-1]) + 1
    by_value = order(column)
    fresh = _fresh(column[by_value])
    fresh[0] = False
    numbers = np.empty(len(column), dtype=np.int64)
    ascending = np.cumsum(fresh)
    numbers[by_value] = ascending
    return numbers, int(ascending[-1]) + 1


def order(column: Ints) -> Ints:
    """Return the rows in ascending order, equal ones in the order of the rows.

    Replaces the stable `argsort` of numpy, which merges 64-bit integers at 50 to 80 ns each; that of 16-bit integers
    counts them, and a plain sort of values with their rows costs a tenth.
    """
    if not len(column):
        return np.zeros(0, dtype=np.int64)
    if (column[1:] >= column[:-1]).all():
        return np.arange(len(column))
    low = int(column.min())
    width = int(column.max()) - low + 1
    if width <= 1 << 16:
        return np.argsort((column - low).astype(np.uint16), kind="stable")
    bits = len(column).bit_length()
    if width > _ROOM >> bits:
        return np.argsort(column, kind="stable")
    with_row = (column - low) << bits
    with_row |= np.arange(len(column))
    with_row.sort()
    with_row &= (1 << bits) - 1
    return with_row


def order_by(*columns: Ints) -> Ints:
    """Return the rows in ascending order of the first column, equal ones of the second, and so on, else of the rows."""
    return order(pack(*columns)[0])


def distinct(column: Ints) -> Ints:
    """Return the different values in ascending order, as `np.unique`, which imports `numpy.ma` for it."""
    ordered = np.sort(column)
    return ordered[_fresh(ordered)]


def firsts(column: Ints) -> Ints:
    """Return the first row of each different value, in ascending order of the values."""
    by_value = order(column)
    return by_value[_fresh(column[by_value])]


def among(rows: Ints, some: Ints) -> Bools:
    """Return which of `rows` are among `some`; all are small numbers, not below zero.

    Replaces `np.isin`, which sorts, by a table.
    """
    there = np.zeros(int(max(rows.max(initial=-1), some.max(initial=-1))) + 1, dtype=bool)
    there[some] = True
    found: Bools = there[rows]
    return found


def _fresh(ordered: Ints) -> Bools:
    """Return which values differ from the one before."""
    fresh = np.ones(len(ordered), dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=fresh[1:])
    return fresh


def runs(ordered: Ints) -> Ints:
    """Return where each run of equal values begins."""
    return np.flatnonzero(_fresh(ordered))


def ranks(code: Ints) -> Ints:
    """Return how many equal values come before each, in the order of the rows."""
    by_value = order(code)
    begins = runs(code[by_value])
    lengths = np.diff(begins, append=len(code))
    out = np.empty(len(code), dtype=np.int64)
    out[by_value] = np.arange(len(code)) - np.repeat(begins, lengths)
    return out


def spread(begins: Ints, ends: Ints) -> tuple[Ints, Ints]:
    """Return every (row, i) with begins[row] <= i < ends[row], as two columns."""
    lengths = np.maximum(ends - begins, 0)
    rows = np.repeat(np.arange(len(lengths)), lengths)
    offsets = np.concatenate([[0], np.cumsum(lengths)[:-1]]) if len(lengths) else lengths
    return rows, np.arange(len(rows)) - offsets[rows] + begins[rows]

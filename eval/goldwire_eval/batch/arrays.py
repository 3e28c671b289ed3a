"""Columns of integers, one row an item of a batch of documents, and the codes of strings in them."""

from collections.abc import Callable, Hashable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
_ROOM = 1 << 62
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
    """Return the same order in numbers from 0 on without a gap; and how many there are."""
    values, numbers = np.unique(column, return_inverse=True)
    return numbers.astype(np.int64), max(1, len(values))


def runs(ordered: Ints) -> Ints:
    """Return where each run of equal values begins."""
    if not len(ordered):
        return np.zeros(0, dtype=np.int64)
    return np.concatenate([[0], np.flatnonzero(ordered[1:] != ordered[:-1]) + 1])


def ranks(code: Ints) -> Ints:
    """Return how many equal values come before each, in the order of the rows."""
    order = np.argsort(code, kind="stable")
    begins = runs(code[order])
    lengths = np.diff(np.append(begins, len(code)))
    out = np.empty(len(code), dtype=np.int64)
    out[order] = np.arange(len(code)) - np.repeat(begins, lengths)
    return out


def spread(begins: Ints, ends: Ints) -> tuple[Ints, Ints]:
    """Return every (row, i) with begins[row] <= i < ends[row], as two columns."""
    lengths = np.maximum(ends - begins, 0)
    rows = np.repeat(np.arange(len(lengths)), lengths)
    offsets = np.concatenate([[0], np.cumsum(lengths)[:-1]]) if len(lengths) else lengths
    return rows, np.arange(len(rows)) - offsets[rows] + begins[rows]

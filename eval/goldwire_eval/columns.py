"""Columns of integers, one row an item of a batch of documents, and the codes that stand for strings in them."""

from collections.abc import Hashable, Iterable, Sequence
from itertools import chain
from operator import attrgetter
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
_ROOM = 1 << 62


class Codes(dict[Hashable, int]):
    """A number for each value met, from 0 on."""

    def __missing__(self, value: Hashable) -> int:
        number = self[value] = len(self)
        return number


def ints(values: Sequence[int]) -> Ints:
    return np.fromiter(values, np.int64, len(values))


class Items(list[Any]):
    """Structs of a layer. `fields`: what any of them may give; all else is None in all of them."""

    def __init__(self, items: Iterable[Any]):
        super().__init__(items)
        types: set[type[msgspec.Struct]] = set(map(type, self))
        self.fields = frozenset(chain.from_iterable(type_.__struct_fields__ for type_ in types))

    def column(self, name: str) -> list[Any]:
        return list(map(attrgetter(name), self)) if name in self.fields else [None] * len(self)

    def ints(self, name: str, default: int) -> Ints:
        """A column of integers, `default` where none is given."""
        if name not in self.fields:
            return np.full(len(self), default, dtype=np.int64)
        try:
            return np.fromiter(map(attrgetter(name), self), np.int64, len(self))
        except TypeError:
            return given(self.column(name), default)


def nothing(values: Sequence[Any]) -> bool:
    """Whether all are None: of many attributes nobody gives one."""
    return not values or (values[0] is None and values.count(None) == len(values))


def given(values: list[int | None], default: int) -> Ints:
    """The values, `default` in the place of None."""
    if nothing(values):
        return np.full(len(values), default, dtype=np.int64)
    try:
        return ints(values)  # type: ignore[arg-type]
    except TypeError:
        return ints([default if value is None else value for value in values])


def codes_of(values: list[Any], codes: Codes) -> Ints:
    if values and nothing(values):
        return np.full(len(values), codes[None], dtype=np.int64)
    return ints(list(map(codes.__getitem__, values)))


def owners(lists: Iterable[Sequence[Any]]) -> Ints:
    """For every item of the lists, chained, the number of the list that it is in."""
    lengths = ints([len(items) for items in lists])
    return np.repeat(np.arange(len(lengths)), lengths)


def pack(*columns: Ints) -> tuple[Ints, int]:
    """One number a row, equal exactly where all columns are equal and ordered as the rows are; and a bound of them."""
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
    """The same order in numbers from 0 on without a gap; and how many there are."""
    values, numbers = np.unique(column, return_inverse=True)
    return numbers.astype(np.int64), max(1, len(values))


def runs(ordered: Ints) -> Ints:
    """Where each run of equal values begins."""
    if not len(ordered):
        return np.zeros(0, dtype=np.int64)
    return np.concatenate([[0], np.flatnonzero(ordered[1:] != ordered[:-1]) + 1])


def ranks(code: Ints) -> Ints:
    """How many equal values stand before each, in the order of the rows."""
    order = np.argsort(code, kind="stable")
    begins = runs(code[order])
    lengths = np.diff(np.append(begins, len(code)))
    out = np.empty(len(code), dtype=np.int64)
    out[order] = np.arange(len(code)) - np.repeat(begins, lengths)
    return out


def spread(begins: Ints, ends: Ints) -> tuple[Ints, Ints]:
    """Every (row, i) with begins[row] <= i < ends[row], as two columns."""
    lengths = np.maximum(ends - begins, 0)
    rows = np.repeat(np.arange(len(lengths)), lengths)
    offsets = np.concatenate([[0], np.cumsum(lengths)[:-1]]) if len(lengths) else lengths
    return rows, np.arange(len(rows)) - offsets[rows] + begins[rows]

"""Sums that are the same to the last digit in whatever order their terms are added."""

import numpy as np

from goldwire_eval.batch.arrays import Floats, Ints
from goldwire_eval.matching.one_to_one import add_up

_GRAIN = 2.0**20
"""Multiples of its reciprocal below 2**33 are added without rounding."""


class ExactSum:
    """Sums of rows of statistics at `size` places: shape (size, width).

    A term is split into a multiple of 1 / _GRAIN, whose sum is exact, and a rest whose rounding is too small to show in
    the total. Batches and processes add the same terms in different orders.
    """

    def __init__(self, size: int, width: int):
        self._whole: Floats = np.zeros((size, width))
        self._rest: Floats = np.zeros((size, width))

    def add(self, where: Ints, rows: Floats) -> None:
        """Add each row at its place."""
        size = len(self._whole)
        if (rows == np.floor(rows)).all():
            self._whole += add_up(where, rows, size)
            return
        whole = np.round(rows * _GRAIN) / _GRAIN
        self._whole += add_up(where, whole, size)
        self._rest += add_up(where, rows - whole, size)

    def merge(self, other: "ExactSum") -> None:
        """Add other sums of the same places."""
        self._whole += other._whole
        self._rest += other._rest

    def total(self) -> Floats:
        return self._whole + self._rest

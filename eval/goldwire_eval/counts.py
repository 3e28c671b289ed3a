"""Counts of a metric on one document, which add up, and the figures they give, which do not."""

from typing import NamedTuple


class Counts(NamedTuple):
    """True positives, false positives, false negatives; fractions where a metric gives part credit."""

    tp: float = 0.0
    fp: float = 0.0
    fn: float = 0.0

    def __add__(self, other: "Counts") -> "Counts":  # type: ignore[override]  # sums, where a tuple would join
        return Counts(self.tp + other.tp, self.fp + other.fp, self.fn + other.fn)

    @property
    def precision(self) -> float | None:
        return _ratio(self.tp, self.tp + self.fp)

    @property
    def recall(self) -> float | None:
        return _ratio(self.tp, self.tp + self.fn)

    @property
    def f1(self) -> float | None:
        """The harmonic mean; None where there is neither gold nor prediction."""
        return _ratio(2 * self.tp, 2 * self.tp + self.fp + self.fn)


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None

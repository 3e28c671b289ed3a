"""Statistics that add up, and the figures they give, which do not: precision, recall and F1 are divided last.

A kind of metric is its statistics, the last axis of an array, and a function from them to figures. All is vectorised,
so that ten thousand resamples are scored as one array. Undefined is NaN here and None in what is reported.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from goldwire_eval.batch.arrays import Floats


class Figures(NamedTuple):
    precision: Floats
    recall: Floats
    f1: Floats


class Kind(NamedTuple):
    """`fields` names the statistics; `reported` says whether they mean something by themselves."""

    fields: tuple[str, ...]
    figures: Callable[[Floats], Figures]
    reported: bool = True


class Counts(NamedTuple):
    """True positives, false positives, false negatives; fractions where a metric gives part credit."""

    tp: float = 0.0
    fp: float = 0.0
    fn: float = 0.0

    @property
    def precision(self) -> float | None:
        return defined(float(_matched(np.array(self)).precision))

    @property
    def recall(self) -> float | None:
        return defined(float(_matched(np.array(self)).recall))

    @property
    def f1(self) -> float | None:
        """The harmonic mean; None without gold and predictions."""
        return defined(float(_matched(np.array(self)).f1))


def defined(value: float) -> float | None:
    """Return None for NaN."""
    return None if value != value else value


def ratio(part: Floats, whole: Floats) -> Floats:
    part, whole = np.asarray(part, dtype=np.float64), np.asarray(whole, dtype=np.float64)
    out = np.full(np.broadcast(part, whole).shape, np.nan)
    np.divide(part, whole, out=out, where=whole > 0)
    return out


def harmonic(precision: Floats, recall: Floats) -> Floats:
    """Return the harmonic mean: NaN where both are, 0 where one is undefined, since the other is 0 then."""
    p, r = np.nan_to_num(precision), np.nan_to_num(recall)
    mean = np.nan_to_num(ratio(2 * p * r, p + r))
    return np.where(np.isnan(precision) & np.isnan(recall), np.nan, mean)


def _matched(stats: Floats) -> Figures:
    tp, fp, fn = np.moveaxis(stats, -1, 0)
    return Figures(ratio(tp, tp + fp), ratio(tp, tp + fn), ratio(2 * tp, 2 * tp + fp + fn))


def _fractions(stats: Floats) -> Figures:
    precision = ratio(stats[..., 0], stats[..., 1])
    recall = ratio(stats[..., 2], stats[..., 3])
    return Figures(precision, recall, harmonic(precision, recall))


def _blanc(stats: Floats) -> Figures:
    """Return the mean over coreferent and other links; of one kind alone where neither side has the other."""
    kinds = []
    for shared, gold, pred in (np.moveaxis(stats[..., :3], -1, 0), np.moveaxis(stats[..., 3:], -1, 0)):
        precision, recall = ratio(shared, pred), ratio(shared, gold)
        kinds.append(Figures(precision, recall, harmonic(precision, recall)))
    none = [np.isnan(kind.f1) for kind in kinds]

    def mean(first: Floats, second: Floats) -> Floats:
        both = (np.nan_to_num(first) + np.nan_to_num(second)) / 2
        both = np.where(np.isnan(first) & np.isnan(second), np.nan, both)
        return np.where(none[0], second, np.where(none[1], first, both))

    return Figures(*map(mean, *kinds))


def _conll(stats: Floats) -> Figures:
    """Return the mean F1 of MUC, B3 and CEAFe, undefined if one of them is."""
    f1 = np.mean([_fractions(stats[..., i : i + 4]).f1 for i in (0, 4, 8)], axis=0)
    nothing = np.full_like(f1, np.nan)
    return Figures(nothing, nothing, f1)


_FRACTION = ("precision_numerator", "precision_denominator", "recall_numerator", "recall_denominator")
MATCHED = Kind(("tp", "fp", "fn"), _matched)
FRACTIONS = Kind(_FRACTION, _fractions)
BLANC = Kind(
    ("coreferent_shared", "coreferent_gold", "coreferent_pred", "other_shared", "other_gold", "other_pred"), _blanc
)
CONLL = Kind(tuple(f"{name}.{field}" for name in ("muc", "b3", "ceafe") for field in _FRACTION), _conll, False)

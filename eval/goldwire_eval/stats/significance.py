"""Intervals and tests on the statistics of each unit of resampling; nothing is scored a second time.

A unit is a world, or a document without one. Bootstrap over units (Efron 1979; the expanded percentile interval of
Hesterberg 2015, for as many units as unequal ones are worth, Kish 1965); paired approximate randomisation (Noreen 1989;
Yeh 2000); Holm's step-down correction (1979). Statistics are arrays of shape (units, width), the metrics side by side.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from math import erfc
from typing import Any

import numpy as np

from goldwire_eval.batch.arrays import Floats, Ints
from goldwire_eval.stats.accumulate import CountsByDocument

FEWEST_UNITS = 10
FEWEST_WORTH = 4
RESAMPLES = 10_000
ALL_SWAPS = 14
"""Up to this number of documents every way to swap the two systems is counted instead of sampled."""
SEED = 7
_Z, _Z_POWER = 1.959963984540054, 0.8416212335729143
"""Quantiles of the normal distribution, at 97.5 % and at 80 %."""
_EXACT = 1 << 24
"""Single precision adds whole numbers exactly up to here."""
_CHUNK = 1 << 15
"""Draws at a time: arrays twice as long no longer come from the heap, and cost twice the time in fresh pages."""


def f1(units: CountsByDocument, stats: Floats) -> Floats:
    """Return F1 of every metric, NaN where undefined: shape (..., metrics), from statistics of shape (..., width)."""
    found = [kind.figures(stats[..., units.place[name]]).f1 for name, kind in units.kinds.items()]
    return np.stack(found, axis=-1) if found else np.zeros((*stats.shape[:-1], 0))


def _draws(documents: int, resamples: int, seed: int) -> Iterator[Ints]:
    """Yield how often each document is drawn, with replacement: shape (some resamples, documents)."""
    rng = np.random.default_rng(seed)
    most = max(1, _CHUNK // documents)
    for begin in range(0, resamples, most):
        rows = min(most, resamples - begin)
        picks = rng.integers(0, documents, size=(rows, documents), dtype=np.uint16)
        places = picks + np.arange(0, rows * documents, documents)[:, None]
        yield np.bincount(places.ravel(), minlength=rows * documents).reshape(rows, documents)


def _one_thread() -> AbstractContextManager[object]:
    """Limit BLAS to one thread: the products are small, and threads would wait for each other longer than they work."""
    from threadpoolctl import threadpool_limits

    limits: AbstractContextManager[object] = threadpool_limits(1, "blas")
    return limits


def resampled(units: CountsByDocument, resamples: int = RESAMPLES, seed: int = SEED) -> Floats:
    """Return F1 of every metric in every resample: shape (resamples, metrics)."""
    # Whole numbers are summed exactly in half the width, and in two thirds of the time for many metrics.
    whole = (units.rows == np.floor(units.rows)).all() and (len(units.rows) * units.rows < _EXACT).all()
    rows = units.rows.astype(np.float32 if whole else np.float64)
    with _one_thread():
        sums = [draws.astype(rows.dtype) @ rows for draws in _draws(len(rows), resamples, seed)]
    return f1(units, np.concatenate(sums).astype(np.float64))


def worth(*systems: CountsByDocument) -> Floats:
    """Return the effective number of documents for each metric, of these systems together: shape (metrics,).

    Kish's effective sample size: the square of the sum of the weights over the sum of their squares. The weight of a
    document is its share of the totals of a metric's statistics, so that documents without items do not count.
    """
    found = []
    for name in systems[0].kinds:
        stats = np.concatenate([system.rows[:, system.place[name]] for system in systems], axis=1)
        total = stats.sum(axis=0)
        weight = (stats[:, total > 0] / total[total > 0]).sum(axis=1)
        squares = (weight**2).sum()
        found.append(weight.sum() ** 2 / squares if squares else 0.0)
    return np.array(found)


def percentiles(samples: Floats, documents: Floats) -> Floats:
    """Return the 95 % interval of each column: shape (2, columns). Undefined samples are left out."""
    ordered = np.sort(samples, axis=0)  # NaN comes last
    last = np.maximum((~np.isnan(ordered)).sum(axis=0) - 1, 0)
    tail = np.array([erfc(reach / 2**0.5) / 2 for reach in _reach(documents, _Z)])
    out = np.empty((2, samples.shape[1]))
    for row, share in enumerate((tail, 1 - tail)):
        below = np.floor(share * last).astype(np.int64)
        columns = np.arange(len(below))
        low, high = ordered[below, columns], ordered[np.minimum(below + 1, last), columns]
        out[row] = low + (high - low) * (share * last - below)
    return out


def _reach(documents: Floats, z: float) -> Floats:
    """Return how many standard deviations of the resamples correspond to the quantile `z` of a normal distribution.

    It is more than `z`: resamples of few documents vary too little, and by an amount that is itself uncertain
    (Hesterberg 2015, section 5.3).
    Student's quantile by its expansion in 1 / df (Abramowitz and Stegun 26.7.5).
    """
    df = np.maximum(documents, FEWEST_WORTH) - 1
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    student = z + sum(term / df**power for power, term in enumerate(terms, 1))
    reach: Floats = student * np.sqrt((df + 1) / df)
    return reach


def intervals(units: CountsByDocument, resamples: int = RESAMPLES, seed: int = SEED) -> Floats:
    """Return the bootstrap interval of F1 of every metric, low and high: shape (2, metrics).

    NaN with fewer than `FEWEST_UNITS` documents or an effective number below `FEWEST_WORTH`: the interval of a
    handful would be too narrow.
    """
    return intervals_of_mean([units], resamples, seed)


def intervals_of_mean(runs: Sequence[CountsByDocument], resamples: int = RESAMPLES, seed: int = SEED) -> Floats:
    """Return what `intervals` does, of the mean F1 of several runs on the same documents and metrics."""
    documents = worth(*runs)
    enough = (documents >= FEWEST_WORTH) & (len(runs[0].rows) >= FEWEST_UNITS)
    out: Floats = np.full((2, len(runs[0].kinds)), np.nan)
    if enough.any():
        out = percentiles(np.mean([resampled(units, resamples, seed) for units in runs], axis=0), documents)
        out[:, ~enough] = np.nan
    return out


@dataclass(frozen=True)
class Comparison:
    """For each metric F1 of A and of B, the difference B - A with its interval, p, and p after Holm.

    `detectable` is the smallest difference that a test set like this one shows in four of five samples, two-sided at
    5 %. It and the interval, of shape (2, metrics), are NaN where `intervals` would be.
    """

    first: Floats
    second: Floats
    difference: Floats
    interval: Floats
    p: Floats
    p_holm: Floats
    detectable: Floats

    def rows(self, names: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Return the values by metric, None where undefined."""
        return {
            name: {field: _defined(values[..., i].tolist()) for field, values in vars(self).items()}
            for i, name in enumerate(names)
        }


def _defined(value: Any) -> Any:
    """Return None for NaN and for an interval of NaN."""
    low = value[0] if isinstance(value, list) else value
    return None if low != low else value


def compare(
    first: CountsByDocument, second: CountsByDocument, resamples: int = RESAMPLES, seed: int = SEED
) -> Comparison:
    """Compare two systems on the same documents and metrics."""
    a, b = (f1(units, units.rows.sum(axis=0)) for units in (first, second))
    difference = b - a
    p = paired_p(first, second, resamples, seed)
    samples = resampled(second, resamples, seed) - resampled(first, resamples, seed)
    spread = np.array([np.nanstd(s) if not np.isnan(s).all() else np.nan for s in samples.T])
    documents = worth(first, second)
    bounds = percentiles(samples, documents)
    bounds[:, (documents < FEWEST_WORTH) | (len(first.rows) < FEWEST_UNITS)] = np.nan
    # A two-sided test at 5 % with a power of 80 %. Without any spread the systems do not differ here, which does not
    # say that any difference would show.
    reach = _reach(documents, _Z) + _reach(documents, _Z_POWER)
    detectable = np.where(np.isnan(bounds[0]) | (spread == 0), np.nan, reach * spread)
    return Comparison(a, b, difference, bounds, p, holm(p), detectable)


def paired_p(first: CountsByDocument, second: CountsByDocument, resamples: int = RESAMPLES, seed: int = SEED) -> Floats:
    """Return p of the paired randomisation test of every metric, NaN where a figure is undefined: shape (metrics,)."""
    a, b = (f1(units, units.rows.sum(axis=0)) for units in (first, second))
    return np.where(np.isnan(b - a), np.nan, _randomised(first, second, b - a, resamples, seed))


def _randomised(
    first: CountsByDocument, second: CountsByDocument, difference: Floats, resamples: int, seed: int
) -> Floats:
    """Return p: the share of swaps of the two systems' documents that separate them as far as they are.

    With at most `ALL_SWAPS` documents all swaps are counted, and p is exact; else random ones (Noreen 1989).
    """
    delta = second.rows - first.rows
    totals = first.rows.sum(axis=0), second.rows.sum(axis=0)
    with _one_thread():
        moved = np.concatenate([swap @ delta for swap in _swaps(len(delta), resamples, seed)])
    shuffled = f1(second, totals[1] - moved) - f1(first, totals[0] + moved)
    # A swap that changes nothing must count as equal, whatever the order of the sums did to the last digit.
    extreme = (np.abs(shuffled) >= np.abs(difference) - 1e-12).sum(axis=0)
    # Of random swaps the observed one is counted as another; all of them have it already.
    exact = len(delta) <= ALL_SWAPS
    p: Floats = extreme / len(shuffled) if exact else (extreme + 1) / (len(shuffled) + 1)
    return p


def _swaps(documents: int, resamples: int, seed: int) -> Iterator[Floats]:
    """Yield which documents are swapped, 1 or 0: shape (some swaps, documents)."""
    if documents <= ALL_SWAPS:
        numbers = np.arange(2**documents)
        yield ((numbers[:, None] >> np.arange(documents)) & 1).astype(np.float64)
        return
    rng = np.random.default_rng(seed)
    most = max(1, _CHUNK // documents)
    for begin in range(0, resamples, most):
        rows = min(most, resamples - begin)
        yield rng.integers(0, 2, size=(rows, documents), dtype=np.uint8).astype(np.float64)


def smallest_p(documents: int) -> float:
    """Return the least p of this number of documents: two of all ways to swap them are the farthest apart."""
    return 2.0 ** (1 - documents) if documents <= ALL_SWAPS else 1 / (RESAMPLES + 1)


def holm(p: Floats) -> Floats:
    """Return Holm's adjusted p-values; NaN stays NaN and is not counted among the tests."""
    out = np.full_like(p, np.nan)
    defined = np.flatnonzero(~np.isnan(p))
    order = defined[np.argsort(p[defined], kind="stable")]
    scaled = p[order] * (len(order) - np.arange(len(order)))
    out[order] = np.minimum(np.maximum.accumulate(scaled), 1.0)
    return out

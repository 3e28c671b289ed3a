"""Intervals and tests on the statistics of each document; nothing is scored again.

Bootstrap over documents (Efron 1979; the expanded percentile interval of Hesterberg 2015); paired approximate
randomisation (Noreen 1989; Yeh 2000); Holm's step-down correction (1979). Statistics are arrays of shape
(documents, width), the metrics side by side.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from math import erfc
from typing import Any

import numpy as np

from goldwire_eval.columns import Bools, Floats
from goldwire_eval.tally import Units

FEWEST_DOCUMENTS = 10
FEWEST_SUPPORTING = 5
RESAMPLES = 10_000
SEED = 7
_Z = 1.959963984540054  # the quantile of the normal distribution at 97.5 %
_CHUNK = 1 << 15
"""Draws at a time: arrays twice as long no longer come from the heap, and cost twice the time in fresh pages."""


def f1(units: Units, stats: Floats) -> Floats:
    """F1 of every metric, from statistics of shape (..., width): shape (..., metrics), NaN where undefined."""
    found = [kind.figures(stats[..., units.place[name]]).f1 for name, kind in units.kinds.items()]
    return np.stack(found, axis=-1) if found else np.zeros((*stats.shape[:-1], 0))


def _draws(documents: int, resamples: int, seed: int) -> Iterator[Floats]:
    """How often each document is drawn, with replacement: shape (some resamples, documents), until all are drawn."""
    rng = np.random.default_rng(seed)
    most = max(1, _CHUNK // documents)
    for begin in range(0, resamples, most):
        rows = min(most, resamples - begin)
        picks = rng.integers(0, documents, size=(rows, documents), dtype=np.uint16)
        places = picks + np.arange(0, rows * documents, documents)[:, None]
        yield np.bincount(places.ravel(), minlength=rows * documents).reshape(rows, documents).astype(np.float64)


def _one_thread() -> AbstractContextManager[object]:
    """Small products, one after the other: threads would wait for each other ten times as long as they work."""
    from threadpoolctl import threadpool_limits

    limits: AbstractContextManager[object] = threadpool_limits(1, "blas")
    return limits


def resampled(units: Units, resamples: int = RESAMPLES, seed: int = SEED) -> Floats:
    """F1 of every metric in every resample: shape (resamples, metrics)."""
    with _one_thread():
        sums = np.concatenate([draws @ units.rows for draws in _draws(len(units.rows), resamples, seed)])
    return f1(units, sums)


def percentiles(samples: Floats, documents: int) -> Floats:
    """The 95 % interval of each column: shape (2, columns). A sample may leave a rare metric undefined."""
    tail = 100 * _tail(documents)
    out = np.full((2, samples.shape[1]), np.nan)
    whole = ~np.isnan(samples).any(axis=0)
    partly = ~np.isnan(samples).all(axis=0) & ~whole
    for columns, find in ((whole, np.percentile), (partly, np.nanpercentile)):
        if columns.any():
            out[:, columns] = find(samples[:, columns], [tail, 100 - tail], axis=0)
    return out


def _tail(documents: int) -> float:
    """The share of resamples to leave out at each end: less than 2.5 %, since resamples of few documents spread too
    little (Hesterberg 2015, section 5.3). Student's quantile by its expansion in 1 / df (Abramowitz and Stegun 26.7.5).
    """
    df, z = documents - 1, _Z
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    student = z + sum(term / df**power for power, term in enumerate(terms, 1))
    return erfc(student * (documents / df / 2) ** 0.5) / 2


def intervals(units: Units, resamples: int = RESAMPLES, seed: int = SEED) -> Floats:
    """Bootstrap interval of F1 of every metric: shape (2, metrics), low and high.

    NaN where fewer than `FEWEST_DOCUMENTS` documents are given, or fewer than `FEWEST_SUPPORTING` of them hold anything
    that the metric counts: resampling a handful would feign certainty.
    """
    enough = supported(units)
    out: Floats = np.full((2, len(units.kinds)), np.nan)
    if enough.any():
        out = percentiles(resampled(units, resamples, seed), len(units.rows))
        out[:, ~enough] = np.nan
    return out


def supported(*systems: Units) -> Bools:
    """Of which metrics there are documents enough, of these systems together."""
    units = systems[0]
    if len(units.rows) < FEWEST_DOCUMENTS:
        return np.zeros(len(units.kinds), dtype=bool)
    held = np.logical_or.reduce([system.rows != 0 for system in systems])
    return np.array([held[:, place].any(axis=1).sum() >= FEWEST_SUPPORTING for place in units.place.values()])


@dataclass(frozen=True)
class Comparison:
    """Of each metric: F1 of A and of B, the difference B - A with its interval, p, p after Holm, and the smallest
    difference that a test set like this one shows in four of five samples (two-sided, 5 %).

    The interval, of shape (2, metrics), and the smallest difference are NaN where `intervals` would be.
    """

    first: Floats
    second: Floats
    difference: Floats
    interval: Floats
    p: Floats
    p_holm: Floats
    detectable: Floats

    def rows(self, names: Sequence[str]) -> dict[str, dict[str, Any]]:
        """By metric, with None for what is undefined."""
        return {
            name: {field: _defined(values[..., i].tolist()) for field, values in vars(self).items()}
            for i, name in enumerate(names)
        }


def _defined(value: Any) -> Any:
    """None for NaN, and for an interval of NaN."""
    low = value[0] if isinstance(value, list) else value
    return None if low != low else value


def compare(first: Units, second: Units, resamples: int = RESAMPLES, seed: int = SEED) -> Comparison:
    """Compares two systems on the same documents and metrics."""
    a, b = (f1(units, units.rows.sum(axis=0)) for units in (first, second))
    difference = b - a
    p = np.where(np.isnan(difference), np.nan, _randomised(first, second, difference, resamples, seed))
    samples = resampled(second, resamples, seed) - resampled(first, resamples, seed)
    spread = np.array([np.nanstd(s) if not np.isnan(s).all() else np.nan for s in samples.T])
    bounds = percentiles(samples, len(first.rows))
    bounds[:, ~supported(first, second)] = np.nan
    # 1.960 + 0.842: the normal quantiles of a two-sided test at 5 % and of a power of 80 %. No spread at all says that
    # the systems do not differ here, not that any difference would show.
    detectable = np.where(np.isnan(bounds[0]) | (spread == 0), np.nan, 2.802 * spread)
    return Comparison(a, b, difference, bounds, p, holm(p), detectable)


def _randomised(first: Units, second: Units, difference: Floats, resamples: int, seed: int) -> Floats:
    """The share of random swaps of the two systems' documents that part them as far as they are."""
    rng = np.random.default_rng(seed)
    documents = len(first.rows)
    delta = second.rows - first.rows
    totals = first.rows.sum(axis=0), second.rows.sum(axis=0)
    most = max(1, _CHUNK // documents)
    sizes = [min(most, resamples - begin) for begin in range(0, resamples, most)]
    swaps = (rng.integers(0, 2, size=(n, documents), dtype=np.uint8).astype(np.float64) for n in sizes)
    with _one_thread():
        moved = np.concatenate([swap @ delta for swap in swaps])
    shuffled = f1(second, totals[1] - moved) - f1(first, totals[0] + moved)
    # A swap that changes nothing must count as equal, whatever the order of the sums did to the last digit.
    extreme = np.abs(shuffled) >= np.abs(difference) - 1e-12
    p: Floats = (extreme.sum(axis=0) + 1) / (resamples + 1)
    return p


def smallest_p(documents: int) -> float:
    """The least p that swapping these many documents can give: two of all ways to swap them are the farthest apart."""
    return max(2.0 ** (1 - documents), 1 / (RESAMPLES + 1))


def holm(p: Floats) -> Floats:
    """Holm's adjusted p-values; NaN stays NaN and is not counted among the tests."""
    out = np.full_like(p, np.nan)
    defined = np.flatnonzero(~np.isnan(p))
    order = defined[np.argsort(p[defined], kind="stable")]
    scaled = p[order] * (len(order) - np.arange(len(order)))
    out[order] = np.minimum(np.maximum.accumulate(scaled), 1.0)
    return out

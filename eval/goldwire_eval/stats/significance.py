"""Intervals and tests on the statistics of each document; nothing is scored again.

Bootstrap over documents (Efron 1979; the expanded percentile interval of Hesterberg 2015, for as many documents as
unequal ones are worth, Kish 1965); paired approximate randomisation (Noreen 1989; Yeh 2000); Holm's step-down
correction (1979). Statistics are arrays of shape (documents, width), the metrics side by side.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from math import erfc
from typing import Any

import numpy as np

from goldwire_eval.batch.arrays import Floats
from goldwire_eval.stats.accumulate import CountsByDocument

FEWEST_DOCUMENTS = 10
FEWEST_WORTH = 4
RESAMPLES = 10_000
SEED = 7
_Z, _Z_POWER = 1.959963984540054, 0.8416212335729143
"""Quantiles of the normal distribution, at 97.5 % and at 80 %."""
_CHUNK = 1 << 15
"""Draws at a time: arrays twice as long no longer come from the heap, and cost twice the time in fresh pages."""


def f1(units: CountsByDocument, stats: Floats) -> Floats:
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


def resampled(units: CountsByDocument, resamples: int = RESAMPLES, seed: int = SEED) -> Floats:
    """F1 of every metric in every resample: shape (resamples, metrics)."""
    with _one_thread():
        sums = np.concatenate([draws @ units.rows for draws in _draws(len(units.rows), resamples, seed)])
    return f1(units, sums)


def worth(*systems: CountsByDocument) -> Floats:
    """How many equal documents would be worth as much for each metric as those given, of these systems together.

    Kish's effective sample size, the square of the sum of the weights over the sum of their squares. A document weighs
    as much as its shares of the totals of a metric's statistics: one that holds nothing is worth nothing, and where a
    few hold nearly all, there are a few. Shape (metrics,).
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
    """The 95 % interval of each column, for as many documents: shape (2, columns). Undefined samples are left out."""
    ordered = np.sort(samples, axis=0)  # NaN stands last
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
    """How many spreads of the resamples reach as far as the quantile `z` of a normal distribution: more than `z`.

    Resamples of few documents spread too little, and how much is itself in doubt (Hesterberg 2015, section 5.3).
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
    """Bootstrap interval of F1 of every metric: shape (2, metrics), low and high.

    NaN where there are fewer than `FEWEST_DOCUMENTS` documents, or they are worth fewer than `FEWEST_WORTH`: resampling
    a handful would feign certainty.
    """
    documents = worth(units)
    enough = (documents >= FEWEST_WORTH) & (len(units.rows) >= FEWEST_DOCUMENTS)
    out: Floats = np.full((2, len(units.kinds)), np.nan)
    if enough.any():
        out = percentiles(resampled(units, resamples, seed), documents)
        out[:, ~enough] = np.nan
    return out


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


def compare(
    first: CountsByDocument, second: CountsByDocument, resamples: int = RESAMPLES, seed: int = SEED
) -> Comparison:
    """Compares two systems on the same documents and metrics."""
    a, b = (f1(units, units.rows.sum(axis=0)) for units in (first, second))
    difference = b - a
    p = np.where(np.isnan(difference), np.nan, _randomised(first, second, difference, resamples, seed))
    samples = resampled(second, resamples, seed) - resampled(first, resamples, seed)
    spread = np.array([np.nanstd(s) if not np.isnan(s).all() else np.nan for s in samples.T])
    documents = worth(first, second)
    bounds = percentiles(samples, documents)
    bounds[:, (documents < FEWEST_WORTH) | (len(first.rows) < FEWEST_DOCUMENTS)] = np.nan
    # A two-sided test at 5 % and a power of 80 %. No spread at all says that the systems do not differ here, not that
    # any difference would show.
    reach = _reach(documents, _Z) + _reach(documents, _Z_POWER)
    detectable = np.where(np.isnan(bounds[0]) | (spread == 0), np.nan, reach * spread)
    return Comparison(a, b, difference, bounds, p, holm(p), detectable)


def _randomised(
    first: CountsByDocument, second: CountsByDocument, difference: Floats, resamples: int, seed: int
) -> Floats:
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

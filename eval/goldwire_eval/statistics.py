"""Intervals and tests on per-document counts; nothing is scored again.

Bootstrap over documents (Efron 1979, percentile interval); paired approximate randomisation (Noreen 1989; Yeh 2000);
Holm's step-down correction (1979). Counts are arrays of shape (documents, metrics, 3): tp, fp, fn.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

FEWEST_DOCUMENTS = 10
FEWEST_SUPPORTING = 5
RESAMPLES = 10_000
SEED = 7
Array = NDArray[np.float64]


def f1(counts: Array) -> Array:
    """F1 along the last axis (tp, fp, fn); NaN where there is neither gold nor prediction."""
    doubled = 2 * counts[..., 0]
    whole = doubled + counts[..., 1] + counts[..., 2]
    return np.divide(doubled, whole, out=np.full_like(whole, np.nan), where=whole > 0)


def _resampled(counts: Array, resamples: int, seed: int) -> Array:
    """Sums over `resamples` draws of documents with replacement: (resamples, metrics, 3)."""
    documents = len(counts)
    draws = np.random.default_rng(seed).multinomial(documents, np.full(documents, 1 / documents), size=resamples)
    sums: Array = np.tensordot(draws.astype(np.float64), counts, axes=1)
    return sums


def _percentiles(samples: Array, level: float) -> Array:
    tail = 100 * (1 - level) / 2
    # A resample may leave a rare metric undefined; a metric that never is defined stays NaN, without a warning.
    defined = ~np.isnan(samples).all(axis=0)
    out = np.full((2, samples.shape[1]), np.nan)
    if defined.any():
        out[:, defined] = np.nanpercentile(samples[:, defined], [tail, 100 - tail], axis=0)
    return out


def intervals(counts: Array, resamples: int = RESAMPLES, seed: int = SEED, level: float = 0.95) -> Array:
    """Bootstrap interval of F1 of every metric: shape (2, metrics), low and high.

    NaN where fewer than `FEWEST_DOCUMENTS` documents are given, or fewer than `FEWEST_SUPPORTING` of them hold anything
    that the metric counts: resampling a handful would feign certainty.
    """
    bounds = _percentiles(f1(_resampled(counts, resamples, seed)), level)
    bounds[:, ~_supported(counts)] = np.nan
    return bounds


def _supported(counts: Array) -> NDArray[np.bool_]:
    enough: NDArray[np.bool_] = counts.any(axis=2).sum(axis=0) >= FEWEST_SUPPORTING
    return enough & (len(counts) >= FEWEST_DOCUMENTS)


@dataclass(frozen=True)
class Comparison:
    """Of each metric: F1 of A and of B, the difference B - A with its interval, p, p after Holm, and the smallest
    difference that a test set like this one shows in four of five samples (two-sided, 5 %).

    The interval, of shape (2, metrics), and the smallest difference are NaN where `intervals` would be.
    """

    first: Array
    second: Array
    difference: Array
    interval: Array
    p: Array
    p_holm: Array
    detectable: Array

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


def compare(first: Array, second: Array, resamples: int = RESAMPLES, seed: int = SEED) -> Comparison:
    """Compares two systems on the same documents; both of shape (documents, metrics, 3)."""
    a, b = f1(first.sum(axis=0)), f1(second.sum(axis=0))
    difference = b - a
    swaps = np.random.default_rng(seed).integers(0, 2, size=(resamples, len(first))).astype(np.float64)
    delta = second - first
    moved = np.tensordot(swaps, delta, axes=1)
    shuffled = f1(second.sum(axis=0) - moved) - f1(first.sum(axis=0) + moved)
    # A swap that changes nothing must count as equal, whatever the order of the sums did to the last digit.
    extreme = np.abs(shuffled) >= np.abs(difference) - 1e-12
    p = (extreme.sum(axis=0) + 1) / (resamples + 1)
    p = np.where(np.isnan(difference), np.nan, p)
    both = _resampled(np.concatenate([first, second], axis=1), resamples, seed)
    metrics = first.shape[1]
    samples = f1(both[:, metrics:]) - f1(both[:, :metrics])
    spread = np.array([np.nanstd(s) if not np.isnan(s).all() else np.nan for s in samples.T])
    # 1.960 + 0.842: the normal quantiles of a two-sided test at 5 % and of a power of 80 %.
    bounds = _percentiles(samples, 0.95)
    bounds[:, ~_supported(first + second)] = np.nan
    # No spread at all says that the systems do not differ here, not that any difference would show.
    detectable = np.where(np.isnan(bounds[0]) | (spread == 0), np.nan, 2.802 * spread)
    return Comparison(a, b, difference, bounds, p, holm(p), detectable)


def smallest_p(documents: int) -> float:
    """The least p that swapping these many documents can give: two of all ways to swap them are the farthest apart."""
    return max(2.0 ** (1 - documents), 1 / (RESAMPLES + 1))


def holm(p: Array) -> Array:
    """Holm's adjusted p-values; NaN stays NaN and is not counted among the tests."""
    out = np.full_like(p, np.nan)
    defined = np.flatnonzero(~np.isnan(p))
    order = defined[np.argsort(p[defined], kind="stable")]
    scaled = p[order] * (len(order) - np.arange(len(order)))
    out[order] = np.minimum(np.maximum.accumulate(scaled), 1.0)
    return out

"""How often a 95 % interval holds the truth: `python coverage.py` prints the shares as JSON.

Test sets are drawn from populations of documents whose F1 is known, since all their counts are.
`goldwire_eval.stats.significance` takes many test sets at once, as if each were a metric. Beside the interval that the
scorer prints, which is the expanded one for as many documents as they are worth, stand others, from the same resamples:

- percentile: the quantiles of the resamples (Efron 1979)
- expanded: the percentile interval at the levels of Student's t, with n / (n - 1) for the variance (Hesterberg 2015)
- BCa: bias-corrected and accelerated, the acceleration by jackknife (Efron 1987)
- bootstrap-t: studentised on the logit of F1, standard errors by linearisation (Efron 1981)
- delta: no resampling, the logit of F1 and its standard error by linearisation, Student's t
"""

import json
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit
from scipy.stats import norm, t

from goldwire_eval.metrics.prf import MATCHED, Kind
from goldwire_eval.stats.accumulate import CountsByDocument
from goldwire_eval.stats.significance import FEWEST_UNITS, _draws, f1, intervals

Floats = NDArray[np.float64]
SETS, BLOCK = 2000, 250
RESAMPLES = 4000
SIZES = (10, 20, 40, 100, 400)
POPULATION = 200_000
WORLD = 5
FEW_WORLDS = (10, 11, 12, 14)
LEVEL = 0.95


class Population(NamedTuple):
    """(tp, fp, fn) of every document, or of every world, of `summed` documents where worlds are of equal size.

    Documents of one world of `together` stand together and are drawn together. `sizes` are numbers of documents, or of
    worlds of unequal size.
    """

    counts: Floats
    together: int = 1
    summed: int = 1
    sizes: tuple[int, ...] = SIZES

    @property
    def truth(self) -> float:
        tp, fp, fn = self.counts.sum(axis=0)
        return float(2 * tp / (2 * tp + fp + fn))

    def draw(self, rng: np.random.Generator, documents: int, sets: int) -> Floats:
        """Shape (documents or worlds, sets, 3)."""
        drawn = documents // self.together // self.summed
        first = rng.integers(0, len(self.counts) // self.together, size=(drawn, sets)) * self.together
        picked = first[:, None, :] + np.arange(self.together)[:, None]
        return self.counts[picked.reshape(-1, sets)]


def _made(rng: np.random.Generator, mean: float, tail: float, spread: float, empty: float, together: int = 1) -> Floats:
    """Documents hold `mean` items at the median, log-normally with a tail; a share `empty` of them holds none.

    Recall and precision differ between documents (Beta; the smaller `spread`, the more), are lower in long ones, and
    are the same for the documents of a world.
    """
    length = np.exp(tail * rng.standard_normal(POPULATION)) * (rng.random(POPULATION) >= empty)
    gold = rng.poisson(mean * length)
    centre = 0.75 - 0.05 * np.log1p(length)
    units = POPULATION // together
    able = np.repeat(rng.beta(spread, spread, size=units) - 0.5, together)
    found = rng.binomial(gold, np.clip(centre + 0.8 * able, 0.02, 0.98))
    spurious = rng.poisson(gold * np.clip(0.4 - 0.5 * able, 0.02, 1))
    return np.stack([found, spurious, gold - found], axis=1).astype(np.float64)


def _unequal_worlds(rng: np.random.Generator) -> Floats:
    """Worlds of one to eight documents, in length heavy-tailed and within a world equally hard."""
    most = 8
    documents = _made(rng, 30, 1.0, 4, 0, most).reshape(-1, most, 3)
    kept = np.arange(most) < rng.integers(1, most + 1, size=len(documents))[:, None]
    return (documents * kept[..., None]).sum(axis=1)


def _nearly_right(rng: np.random.Generator) -> Floats:
    """Documents in which 97 of 100 items are found, and three of 100 invented."""
    gold = rng.poisson(20 * np.exp(0.8 * rng.standard_normal(POPULATION)))
    found = rng.binomial(gold, rng.beta(8 * 0.97, 8 * 0.03, size=POPULATION))
    return np.stack([found, rng.poisson(0.03 * gold), gold - found], axis=1).astype(np.float64)


def populations() -> dict[str, Population]:
    rng = np.random.default_rng(5)
    alike = _made(rng, 30, 1.0, 4, 0, WORLD)
    worlds = alike.reshape(-1, WORLD, 3).sum(axis=1)
    return {
        "even lengths": Population(_made(rng, 30, 0.4, 8, 0)),
        "heavy tail": Population(_made(rng, 30, 1.0, 4, 0)),
        "rare: half of the documents hold nothing": Population(_made(rng, 3, 0.7, 4, 0.5)),
        "nearly right: an F1 of 97": Population(_nearly_right(np.random.default_rng(6))),
        f"heavy tail, the {WORLD} documents of a world equally hard": Population(alike, together=WORLD),
        "the same, worlds resampled": Population(worlds, summed=WORLD),
        "worlds of one to eight documents equally hard, worlds resampled": Population(
            _unequal_worlds(np.random.default_rng(7)), sizes=FEW_WORLDS
        ),
    }


# ------------------------------------------------------------------ intervals


class Sample(NamedTuple):
    """Of some test sets: the interval that the scorer prints, shape (2, sets), F1, its standard error, F1 without each
    document, and F1 and errors resampled."""

    printed: Floats

    f1: Floats
    error: Floats
    without: Floats
    resampled: Floats
    errors: Floats
    documents: int


def _errors(moments: Floats, value: Floats, whole: Floats) -> Floats:
    """The linearised standard error of a ratio, from the sums of squares of its parts."""
    squares = moments[..., 0] - 2 * value * moments[..., 1] + value**2 * moments[..., 2]
    out: Floats = np.sqrt(np.maximum(squares, 0)) / whole
    return out


def sample(counts: Floats, seed: int) -> Sample:
    """`counts` of shape (documents, sets, 3)."""
    documents, sets, _ = counts.shape
    kinds: dict[str, Kind] = {str(i): MATCHED for i in range(sets)}
    units = CountsByDocument(kinds)
    units.rows = counts.reshape(documents, -1)
    part, whole = 2 * counts[..., 0], 2 * counts[..., 0] + counts[..., 1] + counts[..., 2]
    moments = np.stack([part**2, part * whole, whole**2], axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = part.sum(axis=0) / whole.sum(axis=0)
        error = _errors(moments.sum(axis=0), value, whole.sum(axis=0))
        without = (part.sum(axis=0) - part) / (whole.sum(axis=0) - whole)
        resampled, errors = [], []
        for counts in _draws(documents, RESAMPLES, seed):
            draws = counts.astype(np.float64)
            values = f1(units, draws @ units.rows)
            resampled.append(values)
            spread = (draws @ moments.reshape(documents, -1)).reshape(-1, sets, 3)
            errors.append(_errors(spread, values, draws @ whole))
    printed = intervals(units, RESAMPLES, seed)
    return Sample(printed, value, error, without, np.concatenate(resampled), np.concatenate(errors), documents)


Interval = Callable[[Sample], tuple[Floats, Floats]]


def _between(values: Floats, level: float) -> tuple[Floats, Floats]:
    """The quantiles that hold the middle of each column."""
    low, high = np.nanquantile(values, [0.5 - level / 2, 0.5 + level / 2], axis=0)
    return low, high


def as_printed(s: Sample) -> tuple[Floats, Floats]:
    return s.printed[0], s.printed[1]


def percentile(s: Sample) -> tuple[Floats, Floats]:
    return _between(s.resampled, LEVEL)


def expanded(s: Sample) -> tuple[Floats, Floats]:
    n = s.documents
    tail = norm.cdf(-np.sqrt(n / (n - 1)) * t.ppf(0.5 + LEVEL / 2, n - 1))
    return _between(s.resampled, 1 - 2 * float(tail))


def bca(s: Sample) -> tuple[Floats, Floats]:
    below = (s.resampled < s.f1).mean(axis=0) + (s.resampled == s.f1).mean(axis=0) / 2
    bias = norm.ppf(np.clip(below, 1e-4, 1 - 1e-4))
    with np.errstate(invalid="ignore", divide="ignore"):
        away = np.nansum(s.without, axis=0) / (~np.isnan(s.without)).sum(axis=0) - s.without
        speed = np.nan_to_num(np.nansum(away**3, axis=0) / (6 * np.nansum(away**2, axis=0) ** 1.5))
    ends = []
    ordered = np.sort(s.resampled, axis=0)
    for z in (norm.ppf(0.5 - LEVEL / 2), norm.ppf(0.5 + LEVEL / 2)):
        share = norm.cdf(bias + (bias + z) / (1 - speed * (bias + z)))
        place = np.clip(np.round(share * (len(ordered) - 1)), 0, len(ordered) - 1).astype(np.int64)
        ends.append(ordered[place, np.arange(ordered.shape[1])])
    return ends[0], ends[1]


def _logit(value: Floats, error: Floats) -> tuple[Floats, Floats]:
    inside = np.clip(value, 1e-6, 1 - 1e-6)
    return logit(inside), error / (inside * (1 - inside))


def bootstrap_t(s: Sample) -> tuple[Floats, Floats]:
    at, error = _logit(s.f1, s.error)
    values, errors = _logit(s.resampled, s.errors)
    with np.errstate(invalid="ignore", divide="ignore"):
        studentised = np.where(errors > 0, (values - at) / errors, np.nan)
    low, high = _between(studentised, LEVEL)
    return expit(at - high * error), expit(at - low * error)


def delta(s: Sample) -> tuple[Floats, Floats]:
    n = s.documents
    at, error = _logit(s.f1, s.error)
    reach = t.ppf(0.5 + LEVEL / 2, n - 1) * error * np.sqrt(n / (n - 1))
    return expit(at - reach), expit(at + reach)


INTERVALS: dict[str, Interval] = {
    "printed": as_printed,
    "percentile": percentile,
    "expanded": expanded,
    "BCa": bca,
    "bootstrap-t": bootstrap_t,
    "delta": delta,
}


def simulate(population: Population, documents: int) -> dict[str, tuple[float, float]]:
    """By interval: the share of test sets whose interval holds the truth, and the median width.

    Test sets for which the scorer prints no interval are left out.
    """
    rng = np.random.default_rng(documents)
    truth = population.truth
    held: dict[str, list[Floats]] = {name: [] for name in INTERVALS}
    width: dict[str, list[Floats]] = {name: [] for name in INTERVALS}
    for seed in range(SETS // BLOCK):
        found = sample(population.draw(rng, documents, BLOCK), seed)
        shown = ~np.isnan(found.printed[0])
        for name, interval in INTERVALS.items():
            low, high = interval(found)
            held[name].append(((low <= truth) & (truth <= high))[shown])
            width[name].append((high - low)[shown])
    return {
        name: (float(np.concatenate(held[name]).mean()), float(np.nanmedian(np.concatenate(width[name]))))
        for name in INTERVALS
    }


def main() -> None:
    found = {
        name: {
            "independent": population.together == 1,
            "sizes": {
                str(n): simulate(population, n) for n in population.sizes if n // population.summed >= FEWEST_UNITS
            },
        }
        for name, population in populations().items()
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()

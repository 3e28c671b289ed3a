import numpy as np
import pytest

from goldwire_eval.metrics.prf import MATCHED
from goldwire_eval.stats.accumulate import CountsByDocument
from goldwire_eval.stats.significance import _Z, _Z_POWER, _reach, compare, holm, intervals, worth


def f1(stats: np.ndarray) -> np.ndarray:
    return MATCHED.figures(np.asarray(stats, dtype=np.float64)).f1


def _counts(rows: object) -> CountsByDocument:
    units = CountsByDocument({"m": MATCHED})
    units.rows = np.array(rows, dtype=np.float64)
    return units


def test_f1_by_hand() -> None:
    assert f1(np.array([[3.0, 1.0, 2.0]]))[0] == pytest.approx(6 / 9)
    assert np.isnan(f1(np.array([0.0, 0.0, 0.0])))


def test_equal_documents_give_an_interval_of_one_point() -> None:
    low, high = intervals(_counts([(2, 1, 1)] * 12))[:, 0]
    assert low == high == pytest.approx(4 / 6)


def test_the_interval_is_that_of_scipy_at_the_levels_of_hesterberg() -> None:
    from scipy.stats import bootstrap, norm, t

    rng = np.random.default_rng(3)
    rows = rng.integers(0, 9, size=(40, 3)).astype(float)

    def statistic(tp: np.ndarray, fp: np.ndarray, fn: np.ndarray, axis: int) -> np.ndarray:
        return 2 * tp.sum(axis) / (2 * tp.sum(axis) + fp.sum(axis) + fn.sum(axis))

    weight = (rows / rows.sum(axis=0)).sum(axis=1)
    n = weight.sum() ** 2 / (weight**2).sum()
    assert 20 < n < 40
    level = 1 - 2 * norm.cdf(-((n / (n - 1)) ** 0.5) * t.ppf(0.975, n - 1))
    theirs = bootstrap(
        tuple(rows.T), statistic, paired=True, method="percentile", n_resamples=10_000, confidence_level=level, rng=5
    )
    ours = intervals(_counts(rows))[:, 0]
    assert ours[0] == pytest.approx(theirs.confidence_interval.low, abs=0.005)
    assert ours[1] == pytest.approx(theirs.confidence_interval.high, abs=0.005)


def test_effective_number_of_documents() -> None:
    alike = [(3, 1, 2)] * 10
    assert worth(_counts(alike))[0] == pytest.approx(10)
    assert worth(_counts(alike + [(0, 0, 0)] * 5))[0] == pytest.approx(10)
    # One that holds half of everything: weights of 1 and ten of 0.1, of which (1 + 1)^2 / (1 + 0.1).
    assert worth(_counts([*alike, (30, 10, 20)]))[0] == pytest.approx(4 / 1.1)
    # All false positives in one of ten: weights of two tenths, and one more in one.
    assert worth(_counts([(3, 0, 2)] * 9 + [(3, 7, 2)]))[0] == pytest.approx(9 / (9 * 0.04 + 1.44))
    assert worth(_counts([(0, 0, 0)] * 10))[0] == 0
    assert worth(_counts(alike), _counts([(9, 2, 1)] * 10))[0] == pytest.approx(10)


@pytest.mark.parametrize(("z", "share"), [(_Z, 0.975), (_Z_POWER, 0.8)])
def test_reach_is_the_quantile_of_student(z: float, share: float) -> None:
    from scipy.stats import t

    documents = np.array([4, 5.5, 10, 11, 20, 100, 2048])
    exact = np.sqrt(documents / (documents - 1)) * t.ppf(share, documents - 1)
    assert _reach(documents, z) == pytest.approx(exact, rel=2e-3)
    assert _reach(documents[2:], z) == pytest.approx(exact[2:], rel=2e-5)


@pytest.mark.parametrize("documents", [10, 40])
def test_smallest_detectable_difference_has_a_power_of_80_percent(documents: int) -> None:
    """Pairs of systems on 600 test sets, each a metric: a gain in recall that grows from set to set."""
    rng = np.random.default_rng(8)
    sets, gains = 600, np.repeat(np.linspace(0, 0.3, 12), 50)
    gold = rng.poisson(30 * np.exp(0.4 * rng.standard_normal((documents, sets))))
    ease = 0.5 + 0.4 * (rng.beta(8, 8, (documents, sets)) - 0.5)
    systems = []
    for gain in (0.0, gains):
        found = rng.binomial(gold, ease + gain)
        units = CountsByDocument({str(i): MATCHED for i in range(sets)})
        units.rows = np.stack([found, rng.poisson(0.3 * gold), gold - found], axis=2).reshape(documents, -1) * 1.0
        systems.append(units)
    result = compare(*systems, resamples=2000)
    shown, detectable, apart = (x.reshape(12, 50) for x in (result.p <= 0.05, result.detectable, result.difference))
    power, difference = shown.mean(axis=1), apart.mean(axis=1)
    at = np.interp(np.median(detectable), difference, power)
    assert 0.7 < at < 0.9, list(zip(difference, power, strict=True))


def test_the_same_seed_gives_the_same_interval() -> None:
    rows = _counts([(i, 3, 9 - i) for i in range(10)])
    assert (intervals(rows) == intervals(rows)).all()


def test_system_does_not_differ_from_itself() -> None:
    rows = _counts([(i, 3, 9 - i) for i in range(10)])
    result = compare(rows, rows)
    assert result.difference[0] == 0
    assert result.p[0] == 1


def test_randomisation_against_all_swaps() -> None:
    """With six documents all 64 swaps can be listed; p must be near the exact share of those at least as far apart."""
    first = np.array([(4, 2, 3), (1, 5, 2), (6, 1, 1), (2, 2, 2), (3, 4, 4), (5, 0, 2)], dtype=float)
    second = np.array([(5, 2, 2), (3, 4, 0), (6, 0, 1), (3, 1, 1), (3, 5, 4), (6, 0, 1)], dtype=float)
    observed = abs(f1(second.sum(0)) - f1(first.sum(0)))
    extreme = 0
    for mask in range(64):
        swap = np.array([bool(mask >> i & 1) for i in range(6)])[:, None]
        a, b = np.where(swap, second, first).sum(0), np.where(swap, first, second).sum(0)
        extreme += abs(f1(b) - f1(a)) >= observed - 1e-12
    result = compare(_counts(first), _counts(second))
    assert result.p[0] == pytest.approx(extreme / 64, abs=0.02)


def test_holm_by_hand() -> None:
    # Sorted 0.01, 0.02, 0.04: times 3, 2, 1 and never falling.
    assert holm(np.array([0.04, 0.01, 0.02])) == pytest.approx([0.04, 0.03, 0.04])
    adjusted = holm(np.array([0.6, np.nan, 0.7]))
    assert adjusted[[0, 2]] == pytest.approx([1.0, 1.0])
    assert np.isnan(adjusted[1])


def test_metric_in_few_documents_has_no_interval() -> None:
    rows = np.array([(3, 1, 1)] * 3 + [(0, 0, 0)] * 9)
    rare = _counts(rows)
    assert np.isnan(intervals(rare)).all()
    result = compare(rare, _counts(rows * 2))
    assert np.isnan(result.interval).all()
    assert np.isnan(result.detectable).all()
    assert np.isnan(intervals(_counts([(3, 1, 1)] * 9))).all()

"""Intervals and tests of every kind of metric against scipy and against all swaps listed; folded blocks."""

from itertools import product
from math import erf

import numpy as np
import pytest
from generate import Maker, score_rows

from goldwire_eval.metrics.registry import KINDS
from goldwire_eval.stats import accumulate
from goldwire_eval.stats.accumulate import CountsByDocument
from goldwire_eval.stats.significance import _Z, _reach, compare, intervals, worth

NAMES = ["mention.exact", "mention.partial", "coref.muc", "coref.b3", "coref.blanc", "coref.conll", "relation.temporal"]


def _f1(name: str, rows: np.ndarray) -> np.ndarray:
    return KINDS[name].figures(rows).f1


def _counts(documents: int, seed: int, worlds: bool) -> CountsByDocument:
    gold, pred = Maker(seed).corpus(documents)
    return score_rows([row if worlds else row | {"world": ""} for row in gold], pred, metrics=NAMES).by_document


def _units(documents: int, seed: int) -> CountsByDocument:
    return _counts(documents, seed, worlds=False)


def test_documents_of_a_world_are_one_unit(monkeypatch: pytest.MonkeyPatch) -> None:
    gold, _ = Maker(6).corpus(300)
    by_document = _counts(300, 6, worlds=True)
    names = [row.get("world") or row["id"] for row in gold]
    sums = {name: np.zeros(by_document.width) for name in names}
    for name, row in zip(names, by_document.rows, strict=True):
        sums[name] = sums[name] + row
    units = by_document.by_unit()
    assert len(units.rows) == len(sums) < 300
    assert np.allclose(units.rows, np.array(list(sums.values())))
    # Of a large file too, a world is in one block: with as many blocks as documents, the units are the same.
    monkeypatch.setattr(accumulate, "MOST", 100)
    monkeypatch.setattr(accumulate, "BLOCKS", 300)
    folded = _counts(300, 6, worlds=True)
    assert folded.folded
    assert np.allclose(folded.by_unit().rows, units.rows)


def test_intervals_of_cluster_metrics_are_those_of_scipy() -> None:
    from scipy.stats import bootstrap

    units = _units(60, 1)
    ours = intervals(units)
    for column, name in enumerate(units.kinds):
        rows = units.rows[:, units.place[name]]

        def statistic(*columns: np.ndarray, axis: int, name: str = name) -> np.ndarray:
            return _f1(name, np.stack([c.sum(axis) for c in columns], axis=-1))

        # The expanded interval is the plain one of a higher level.
        theirs = bootstrap(
            tuple(rows.T), statistic, paired=True, method="percentile", n_resamples=10_000, rng=5,
            confidence_level=erf(_reach(worth(units), _Z)[column] / 2**0.5),
        ).confidence_interval  # fmt: skip
        assert ours[:, column] == pytest.approx([theirs.low, theirs.high], abs=0.012), name


def test_few_documents_give_the_exact_p_of_all_swaps() -> None:
    """With eight documents there are 256 swaps."""
    first, second = _units(8, 2), _units(8, 3)
    result = compare(first, second)
    masks = np.array(list(product((False, True), repeat=8)))
    for column, name in enumerate(first.kinds):
        a, b = first.rows[:, first.place[name]], second.rows[:, second.place[name]]
        swapped = masks.astype(np.float64) @ b + (~masks).astype(np.float64) @ a
        back = masks.astype(np.float64) @ a + (~masks).astype(np.float64) @ b
        apart = np.abs(np.nan_to_num(_f1(name, back)) - np.nan_to_num(_f1(name, swapped)))
        share = (apart >= apart[0] - 1e-12).mean()
        assert result.p[column] == pytest.approx(share, abs=1e-12), name


def test_folded_blocks_have_the_totals_and_nearly_the_intervals(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = _units(1200, 4)
    monkeypatch.setattr(accumulate, "MOST", 500)
    monkeypatch.setattr(accumulate, "BLOCKS", 300)
    folded = _units(1200, 4)
    assert folded.folded
    assert len(folded.rows) == 300
    assert np.allclose(folded.rows.sum(axis=0), whole.rows.sum(axis=0))
    wide, narrow = intervals(whole, resamples=3000), intervals(folded, resamples=3000)
    width = wide[1] - wide[0]
    assert (np.abs(wide - narrow) < 0.35 * width).all()


def test_documents_in_another_order_give_nearly_the_same_interval() -> None:
    units = _units(80, 5)
    turned = CountsByDocument(units.kinds)
    turned.rows = units.rows[::-1]
    assert np.abs(intervals(units) - intervals(turned)).max() < 0.012

"""The best assignment against scipy's dense one, on thousands of graphs, by each way of finding it."""

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from goldwire_eval.matching import assignment

WAYS = {"own": (10**9, 10**9), "dense": (-1, 10**9), "sparse": (-1, -1)}


def _graph(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ends and weights of a graph: empty, a star, dense or sparse; weights that tie, and such that do not."""
    n, m = rng.integers(1, 12, size=2)
    shape = rng.choice(["sparse", "dense", "star", "path", "square"])
    if shape == "star":
        n = 1
    elif shape == "square":
        m = n
    share = {"sparse": 0.3, "dense": 1.0, "star": 1.0, "square": 0.6}.get(shape, 0.0)
    there = rng.random((n, m)) < share
    if shape == "path":
        rows = np.arange(n)
        there[rows[rows < m], rows[rows < m]] = True
        there[rows[1:][rows[1:] <= m], rows[1:][rows[1:] <= m] - 1] = True
    left, right = np.nonzero(there)
    kind = rng.choice(["one", "few", "many", "share", "phi", "tiny"])
    weight = {
        "one": np.ones(len(left)),
        "few": rng.integers(1, 4, len(left)),
        "many": rng.integers(1, 1000, len(left)),
        "share": rng.random(len(left)) + 1e-9,
        "phi": 2 * rng.integers(1, 4, len(left)) / rng.integers(6, 12, len(left)),
        "tiny": 1 + 1e-9 * rng.integers(0, 3, len(left)),
    }[str(kind)]
    # The names of the ends have gaps, as clusters have, and the edges any order.
    order = rng.permutation(len(left))
    return (left * 7 + 3)[order], (right * 5 + 1)[order], np.asarray(weight, dtype=np.float64)[order]


def _best(left: np.ndarray, right: np.ndarray, weight: np.ndarray) -> float:
    if not len(left):
        return 0.0
    matrix = np.zeros((left.max() + 1, right.max() + 1))
    matrix[left, right] = weight
    return float(matrix[linear_sum_assignment(matrix, maximize=True)].sum())


def _check(left: np.ndarray, right: np.ndarray, weight: np.ndarray) -> None:
    chosen = assignment.best_assignment(left, right, weight)
    assert len(set(left[chosen])) == len(set(right[chosen])) == chosen.sum()
    assert weight[chosen].sum() == pytest.approx(_best(left, right, weight), abs=1e-12, rel=1e-12)


@pytest.mark.parametrize("way", WAYS)
def test_total_equals_scipy(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assignment, "_STEPS", WAYS[way][0])
    monkeypatch.setattr(assignment, "_CELLS", WAYS[way][1])
    rng = np.random.default_rng(11)
    for _ in range(2000 if way == "own" else 800):
        _check(*_graph(rng))


@pytest.mark.parametrize("way", WAYS)
def test_each_solver_equals_scipy(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the step that fixes edges first, so that whole graphs reach the inner search."""
    monkeypatch.setattr(assignment, "_STEPS", WAYS[way][0])
    monkeypatch.setattr(assignment, "_CELLS", WAYS[way][1])
    rng = np.random.default_rng(12)
    for _ in range(1500 if way == "own" else 500):
        left, right, weight = _graph(rng)
        if len(left):
            chosen = assignment._solve(left, right, weight)
            assert len(set(left[chosen])) == len(set(right[chosen])) == chosen.sum()
            assert weight[chosen].sum() == pytest.approx(_best(left, right, weight), abs=1e-12, rel=1e-12)


def test_many_graphs_solved_at_once() -> None:
    rng = np.random.default_rng(13)
    graphs = [_graph(rng) for _ in range(300)]
    left = np.concatenate([g[0] + 1000 * i for i, g in enumerate(graphs)])
    right = np.concatenate([g[1] + 1000 * i for i, g in enumerate(graphs)])
    weight = np.concatenate([g[2] for g in graphs])
    order = rng.permutation(len(left))
    chosen = assignment.best_assignment(left[order], right[order], weight[order])
    assert weight[order][chosen].sum() == pytest.approx(sum(_best(*g) for g in graphs), rel=1e-12)


def test_a_graph_of_thousands_of_ties() -> None:
    rng = np.random.default_rng(14)
    for size in (60, 150):
        there = rng.random((size, size)) < 0.1
        left, right = np.nonzero(there)
        _check(left, right, np.ones(len(left)))
        _check(left, right, rng.integers(1, 3, len(left)).astype(np.float64))

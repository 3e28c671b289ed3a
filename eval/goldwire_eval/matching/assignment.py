"""One-to-one assignment of greatest total weight on a sparse bipartite graph.

Edges that must be in some best assignment are fixed first, all over the graph at once; what is left is solved by
shortest augmenting paths (Edmonds and Karp 1972; Jonker and Volgenant 1987). A graph of many documents is solved as
one: what is not connected cannot interfere. scipy, which takes longer to import than most files take to score, is
called only for what is left of a large graph.
"""

from collections.abc import Sequence
from heapq import heappop, heappush

import numpy as np

from goldwire_eval.batch.arrays import Bools, Floats, Ints, among, dense, firsts, order, runs

_STEPS = 2_000_000
_CELLS = 4_000_000
_LEAST = 20


def best_assignment(left: Ints, right: Ints, weight: Floats) -> Bools:
    """Return which edges are chosen.

    `left` and `right` are the ends of each edge, none given twice; `weight` is above 0.
    """
    chosen = np.zeros(len(left), dtype=bool)
    alive: Ints = order(left)
    while len(alive):
        rows, columns, w = left[alive], right[alive], weight[alive]
        across = order(columns)
        others = _others(rows, w)
        others[across] += _others(columns[across], w[across])
        # An edge that outweighs the best others of both its ends together can replace them.
        fixed = w >= others
        fixed[np.flatnonzero(fixed)] = _apart(rows[fixed], columns[fixed])
        # If a round fixes few edges there would be many rounds.
        if fixed.sum() * _LEAST < len(alive):
            break
        chosen[alive[fixed]] = True
        alive = alive[~(among(rows, rows[fixed]) | among(columns, columns[fixed]))]
    if len(alive):
        chosen[alive[_solve(left[alive], right[alive], weight[alive])]] = True
    return chosen


def others(end: Ints, weight: Floats) -> Floats:
    """Return for each edge the greatest weight of the other edges at this end, 0 without any."""
    by_end = order(end)
    found = np.empty(len(end))
    found[by_end] = _others(end[by_end], weight[by_end])
    return found


def _others(end: Ints, weight: Floats) -> Floats:
    """Return what `others` does, for ends in ascending order."""
    begins = runs(end)
    sizes = np.diff(np.append(begins, len(end)))
    best = np.maximum.reduceat(weight, begins)
    is_best = weight == np.repeat(best, sizes)
    next_best = np.maximum.reduceat(np.where(is_best, 0.0, weight), begins)
    alone = np.add.reduceat(is_best.astype(np.int64), begins) == 1
    others: Floats = np.where(is_best, np.repeat(np.where(alone, next_best, best), sizes), np.repeat(best, sizes))
    return others


def _apart(left: Ints, right: Ints) -> Bools:
    """Return a subset of edges that share no end, the first of each; only ties can share one."""
    first = np.zeros(len(left), dtype=bool)
    first[firsts(left)] = True
    also = np.zeros(len(left), dtype=bool)
    kept = np.flatnonzero(first)
    also[kept[firsts(right[kept])]] = True
    return also


def _solve(left: Ints, right: Ints, weight: Floats) -> Bools:
    (rows, n), (columns, m) = dense(left), dense(right)
    if n * len(left) > _STEPS:
        partner = _scipy(rows, columns, weight, n, m)
    else:
        partner = np.array(augment(rows.tolist(), columns.tolist(), weight.tolist(), n, m), dtype=np.int64)
    chosen: Bools = partner[rows] == columns
    return chosen


def _scipy(rows: Ints, columns: Ints, weight: Floats, n: int, m: int) -> Ints:
    """Return the column of each row, `m` or more for none."""
    if n * m <= _CELLS:
        from scipy.optimize import linear_sum_assignment

        matrix = np.zeros((n, m + n))
        matrix[rows, columns] = weight
        return np.asarray(linear_sum_assignment(matrix, maximize=True)[1], dtype=np.int64)
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    # A column of its own for each row, so that all can be matched; 1 is added to each weight, since 0 means no edge.
    places = np.concatenate([rows, np.arange(n)]), np.concatenate([columns, m + np.arange(n)])
    graph = csr_array((np.concatenate([weight + 1, np.ones(n)]), places), shape=(n, m + n))
    return np.asarray(min_weight_full_bipartite_matching(graph, maximize=True)[1], dtype=np.int64)


def augment(rows: Sequence[int], columns: Sequence[int], weight: Sequence[float], n: int, m: int) -> list[int]:
    """Return the column of each of `n` rows, -1 for none. Rows enter one by one along the cheapest path of changes.

    Integer weights are summed exactly. Invariant: `price` of a column and `profit` of a row, its best of weight less
    price or 0, are a dual solution.
    """
    edges: list[list[tuple[int, float]]] = [[] for _ in range(n)]
    for row, column, w in zip(rows, columns, weight, strict=True):
        edges[row].append((column, w))
    price: list[float] = [0] * m
    profit: list[float] = [0] * n
    owner, partner = [-1] * m, [-1] * n
    for start in range(n):
        profit[start] = max(0, *(w - price[c] for c, w in edges[start]))
        # Distances are losses against the dual solution; a row may also give up its place at the loss of its profit.
        loss: dict[int, float] = {}
        via: dict[int, int] = {}
        done: dict[int, float] = {}
        heap: list[tuple[float, int]] = []
        row = start
        base: float = 0
        best, end_row, end_column = profit[start], start, -1
        reached: dict[int, float] = {start: 0}
        while True:
            for column, w in edges[row]:
                if column not in done:
                    value = base + max(0, profit[row] + price[column] - w)
                    if value < best and value < loss.get(column, np.inf):
                        loss[column] = value
                        via[column] = row
                        heappush(heap, (value, column))
            while heap and (heap[0][1] in done or heap[0][0] > loss[heap[0][1]]):
                heappop(heap)
            if not heap or heap[0][0] >= best:
                break
            base, column = heappop(heap)
            done[column] = base
            row = owner[column]
            if row < 0:
                best, end_row, end_column = base, -1, column
                break
            reached[row] = base
            if base + profit[row] < best:
                best, end_row, end_column = base + profit[row], row, -1
        for column, at in done.items():
            if at < best:
                price[column] += best - at
        for met, at in reached.items():
            if at < best:
                profit[met] -= best - at
        # Walk back from the free column, or from the row that gives up its place.
        column = end_column if end_column >= 0 else partner[end_row]
        if end_column < 0:
            partner[end_row] = -1
        while column >= 0:
            taker = via[column]
            owner[column], partner[taker], column = taker, column, partner[taker] if taker != start else -1
    return partner

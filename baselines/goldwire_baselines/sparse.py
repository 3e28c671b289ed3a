"""Linear support vector machines over lists of feature names.

They are trained by coordinate descent in liblinear (Fan et al. 2008), one class against the rest: here several times
as fast as multinomial logistic regression, in one thread, and with the same weights on every run.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import accumulate, chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

Row = Sequence[str]
Scores = NDArray[np.float64]
Ints = NDArray[np.intp]
NONE = "-"
_BIAS = 0


class Vocabulary:
    """Numbers from 1 of the features that occur in at least `fewest` training examples; the bias has the number 0."""

    def __init__(self, rows: Iterable[Row], fewest: int = 2) -> None:
        counts = Counter(feature for row in rows for feature in row)
        self.numbers = {feature: i for i, feature in enumerate((f for f, n in counts.items() if n >= fewest), 1)}

    def columns(self, rows: Sequence[Row], bias: bool = False) -> tuple[Ints, list[int]]:
        """Return the numbers of the known features of all rows, and the offsets at which each row begins and ends.

        With `bias` each row ends with its number.
        """
        # Most of the time of a prediction is spent here, so that the loop over features is one of `filter` and `map`.
        get, more = self.numbers.get, (_BIAS,) if bias else ()
        known = [[*filter(None, map(get, row)), *more] for row in rows]
        ends = [0, *accumulate(map(len, known))]
        return np.fromiter(chain.from_iterable(known), np.intp, ends[-1]), ends

    def matrix(self, rows: Sequence[Row]) -> Any:
        """Return the examples as a sparse matrix of shape (rows, features); unknown features are left out."""
        from scipy.sparse import csr_matrix

        flat, ends = self.columns(rows)
        matrix = csr_matrix((np.ones(len(flat)), flat - 1, ends), shape=(len(rows), len(self.numbers)))
        matrix.sum_duplicates()
        return matrix


class LinearModel:
    """A classifier of examples; `add` them all, `train`, then ask for `scores` or the `best` labels."""

    def __init__(self, cost: float = 0.1, weight: float = 1.0, common: str = NONE) -> None:
        """Set the cost of an error, `weight` times as much for examples of any label but `common`."""
        self.cost, self.weight, self.common = cost, weight, common
        self.rows: list[Row] = []
        self.targets: list[str] = []
        self.labels: list[str] = []
        self.vocabulary: Vocabulary | None = None
        self.weights: Scores = np.zeros((0, 0))

    def add(self, row: Row, label: str) -> None:
        self.rows.append(row)
        self.targets.append(label)

    def train(self) -> None:
        """Fit the weights and forget the examples. With less than two labels there is nothing to fit."""
        from sklearn.svm import LinearSVC

        self.labels = sorted(set(self.targets))
        if len(self.labels) > 1:
            self.vocabulary = Vocabulary(self.rows)
            costs = [1.0 if label == self.common else self.weight for label in self.targets]
            machine = LinearSVC(C=self.cost, random_state=0, max_iter=1000, tol=1e-2)
            machine.fit(self.vocabulary.matrix(self.rows), self.targets, sample_weight=costs)
            weights, bias = machine.coef_, machine.intercept_
            if len(self.labels) == 2:
                weights, bias = (np.concatenate([-x, x]) for x in (weights, bias))
            self.weights = np.vstack([bias, weights.T])
        self.rows, self.targets = [], []

    def scores(self, rows: Sequence[Row]) -> Scores:
        """Return the margin of each label, of shape (rows, labels)."""
        if self.vocabulary is None or not rows:
            return np.zeros((len(rows), len(self.labels)))
        # Adding up rows of weights is quicker for a few examples than a product of matrices.
        flat, ends = self.vocabulary.columns(rows, bias=True)
        return np.add.reduceat(self.weights.take(flat, axis=0), ends[:-1], axis=0)

    def best(self, rows: Sequence[Row]) -> list[str]:
        """Return the label of each example; without training, the common label."""
        if not self.labels:
            return [self.common] * len(rows)
        return [self.labels[j] for j in self.scores(rows).argmax(axis=1)]

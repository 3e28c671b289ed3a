"""Labellers of word sequences: a conditional random field, and a linear classifier whose labels are decoded together.

Labels are O, B-X and I-X; I-X follows B-X or I-X only.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from goldwire_baselines.sparse import LinearModel, Row

OUTSIDE = "O"


class Tagger(Protocol):
    """A labeller: `add` sentences of feature lists with their labels, `train`, then `tag`."""

    def add(self, rows: Sequence[Row], labels: Sequence[str]) -> None: ...

    def train(self) -> None: ...

    def tag(self, rows: Sequence[Row]) -> list[str]: ...


class CrfTagger:
    """A linear-chain conditional random field (Lafferty et al. 2001), trained by CRFsuite (Okazaki 2007).

    The trained model is kept as bytes, so that an instance can be pickled.
    """

    def __init__(self, iterations: int = 60) -> None:
        self.iterations = iterations
        self.sentences: list[tuple[Sequence[Row], Sequence[str]]] = []
        self.model = b""
        self._tagger: Any = None

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_tagger": None}

    def add(self, rows: Sequence[Row], labels: Sequence[str]) -> None:
        self.sentences.append((rows, labels))

    def train(self) -> None:
        from pycrfsuite import Trainer

        sentences, self.sentences = self.sentences, []
        if not sentences:
            return
        trainer = Trainer(verbose=False, params={"c1": 0.1, "c2": 0.1, "max_iterations": self.iterations})
        for rows, labels in sentences:
            trainer.append(rows, labels)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model"
            trainer.train(str(path))
            self.model = path.read_bytes()

    def tag(self, rows: Sequence[Row]) -> list[str]:
        from pycrfsuite import Tagger as Decoder

        if not self.model:
            return [OUTSIDE] * len(rows)
        if self._tagger is None:
            self._tagger = Decoder()
            self._tagger.open_inmemory(self.model)
        return [str(label) for label in self._tagger.tag(rows)]


class LinearTagger:
    """A linear classifier of words; the labels of a sentence are the best sequence that is valid (Viterbi)."""

    def __init__(self, cost: float = 0.1) -> None:
        self.model = LinearModel(cost, common=OUTSIDE)
        self._allowed: Any = None

    def add(self, rows: Sequence[Row], labels: Sequence[str]) -> None:
        for row, label in zip(rows, labels, strict=True):
            self.model.add(row, label)

    def train(self) -> None:
        self.model.train()
        labels = self.model.labels
        follows = [[not b.startswith("I-") or a in (b, f"B-{b[2:]}") for b in labels] for a in labels]
        self._allowed = np.where(np.array(follows, dtype=bool).reshape(len(labels), len(labels)), 0.0, -np.inf)

    def tag(self, rows: Sequence[Row]) -> list[str]:
        labels = self.model.labels
        if not labels or not rows:
            return [OUTSIDE] * len(rows)
        scores = self.model.scores(rows)
        likeliest = [labels[j] for j in scores.argmax(axis=1)]
        if _valid(likeliest):
            return likeliest
        # The label before the first word is outside any span.
        first = np.array([-np.inf if label.startswith("I-") else 0.0 for label in labels])
        best, back = first + scores[0], []
        for row in scores[1:]:
            paths = best[:, None] + self._allowed
            back.append(paths.argmax(axis=0))
            best = paths.max(axis=0) + row
        path = [int(best.argmax())]
        for step in reversed(back):
            path.append(int(step[path[-1]]))
        return [labels[j] for j in reversed(path)]


def _valid(labels: Sequence[str]) -> bool:
    before = [OUTSIDE, *labels]
    return all(not b.startswith("I-") or a in (b, f"B-{b[2:]}") for a, b in zip(before, labels, strict=False))

"""Gold and predictions read side by side, so that only counts are kept of a large file.

Two files in the same order are paired as they come. What is out of order, or missing on one side, waits.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from goldwire_corpus.errors import ErrorList, ValidationError, data_error
from goldwire_corpus.schema.prediction import Prediction
from goldwire_eval.batch.arrays import Ints
from goldwire_eval.batch.validation import shown


class Line(NamedTuple):
    """A row and where it was read."""

    path: str
    line: int
    row: Prediction


class Pair(NamedTuple):
    """A gold document, its number in the gold, and its prediction; None where it was left out."""

    number: int
    gold: Line
    pred: Line | None


class Pairing:
    """Iterate `pairs`; when they are through, what was found on the way is told.

    `missing`: ids of documents left out. `doubles`: second and further predictions of a document, with its number.
    `unknown`: predictions of no document.
    """

    def __init__(self, gold: Iterable[Line], pred: Iterable[Line]):
        self.gold, self.pred = gold, pred
        self.documents = 0
        self.missing: list[str] = []
        self.doubles: list[tuple[int, Line]] = []
        self.unknown: list[Line] = []
        self.errors = ErrorList()

    def pairs(self) -> Iterator[Pair]:
        gold_waits: dict[str, tuple[int, Line]] = {}
        pred_waits: dict[str, list[Line]] = {}
        # Of what has been read a hash and the line are kept: sixteen bytes a document.
        met, lines = array("q"), array("q")
        path = ""
        predictions = iter(self.pred)
        for number, gold in enumerate(self.gold):
            id, path = gold.row.id, gold.path
            if id in gold_waits:
                raise _twice(path, gold.line, f"document {shown(id)}")
            met.append(hash(id))
            lines.append(gold.line)
            gold_waits[id] = number, gold
            if id in pred_waits:
                yield Pair(*gold_waits.pop(id), _first(pred_waits, id))
            pred = next(predictions, None)
            if pred is not None and pred.row.id in gold_waits:
                yield Pair(*gold_waits.pop(pred.row.id), pred)
            elif pred is not None:
                pred_waits.setdefault(pred.row.id, []).append(pred)
        self.documents = len(met)
        for pred in predictions:
            if pred.row.id in gold_waits:
                yield Pair(*gold_waits.pop(pred.row.id), pred)
            else:
                pred_waits.setdefault(pred.row.id, []).append(pred)
        codes = np.frombuffer(met, dtype=np.int64) if met else np.zeros(0, dtype=np.int64)
        order = np.argsort(codes, kind="stable")
        again = order[1:][codes[order[1:]] == codes[order[:-1]]]
        if len(again):
            raise _twice(path, lines[int(again.min())], "a document of an earlier line")
        for number, gold in gold_waits.values():
            self.missing.append(gold.row.id)
            yield Pair(number, gold, None)
        self._left_over(codes, order, [line for lines in pred_waits.values() for line in lines])

    def _left_over(self, codes: Ints, order: Ints, lines: Sequence[Line]) -> None:
        """Predictions without a gold document of their own: of none, or of one that has its prediction."""
        ordered = codes[order]
        for pred in lines:
            place = int(np.searchsorted(ordered, hash(pred.row.id)))
            if place == len(ordered) or ordered[place] != hash(pred.row.id):
                message = f"no document {shown(pred.row.id)} in this gold"
                self.errors.append(ValidationError(pred.path, pred.line, "document-unknown", message))
                self.unknown.append(pred)
            else:
                message = f"document {shown(pred.row.id)} stands twice"
                self.errors.append(ValidationError(pred.path, pred.line, "document-duplicate", message))
                self.doubles.append((int(order[place]), pred))


def _first(waiting: dict[str, list[Line]], id: str) -> Line:
    lines = waiting[id]
    if len(lines) == 1:
        del waiting[id]
    return lines.pop(0)


def _twice(path: str, line: int, what: str) -> Exception:
    return data_error(path, line, "document-duplicate", f"{what} stands twice")

"""Gold and predictions read side by side, in batches, so that only counts are kept of a large file.

Two files in the same order are paired as they come. What is out of order, or missing on one side, waits.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from goldwire_corpus.incident import Incident, fault
from goldwire_corpus.prediction import Prediction

DOCUMENTS, CHARACTERS = 4096, 2_000_000


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
    """Iterate `batches`; when it is through, what was found on the way is told.

    `missing`: ids of documents left out. `doubles`: second and further predictions of a document, with its number.
    """

    def __init__(self, gold: Iterable[Line], pred: Iterable[Line]):
        self.gold, self.pred = gold, pred
        self.documents = 0
        self.missing: list[str] = []
        self.doubles: list[tuple[int, Line]] = []
        self.incidents: list[Incident] = []

    def batches(self) -> Iterator[list[Pair]]:
        batch: list[Pair] = []
        characters = 0
        for pair in self._pairs():
            batch.append(pair)
            characters += len(pair.gold.row.text or "")
            if len(batch) >= DOCUMENTS or characters >= CHARACTERS:
                yield batch
                batch, characters = [], 0
        if batch:
            yield batch

    def _pairs(self) -> Iterator[Pair]:
        gold_waits: dict[str, tuple[int, Line]] = {}
        pred_waits: dict[str, list[Line]] = {}
        # Of what has been read hashes alone are kept: eight bytes a document.
        met = array("q")
        predictions = iter(self.pred)
        for number, gold in enumerate(self.gold):
            id = gold.row.id
            if id in gold_waits:
                raise _twice(gold)
            met.append(hash(id))
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
        numbers = _numbers(met, gold_waits)
        for number, gold in gold_waits.values():
            self.missing.append(gold.row.id)
            yield Pair(number, gold, None)
        self._left_over(numbers, [line for lines in pred_waits.values() for line in lines])

    def _left_over(self, numbers: dict[int, int], lines: Sequence[Line]) -> None:
        """Predictions without a gold document of their own: of none, or of one that has its prediction."""
        for pred in lines:
            number = numbers.get(hash(pred.row.id))
            if number is None:
                message = f"no document {pred.row.id!r} in this gold"
                self.incidents.append(Incident(pred.path, pred.line, "document-unknown", message))
            else:
                message = f"document {pred.row.id} stands twice"
                self.incidents.append(Incident(pred.path, pred.line, "document-duplicate", message))
                self.doubles.append((number, pred))


def _first(waiting: dict[str, list[Line]], id: str) -> Line:
    lines = waiting[id]
    if len(lines) == 1:
        del waiting[id]
    return lines.pop(0)


def _numbers(met: "array[int]", waiting: dict[str, tuple[int, Line]]) -> dict[int, int]:
    numbers = {code: number for number, code in enumerate(met)}
    if len(numbers) < len(met):
        # An id that came again after it had been paired was left waiting.
        again = [line for number, line in waiting.values() if numbers[hash(line.row.id)] == number]
        first = {code: number for number, code in reversed(list(enumerate(met)))}
        raise _twice(next(line for line in again if first[hash(line.row.id)] != numbers[hash(line.row.id)]))
    return numbers


def _twice(gold: Line) -> Exception:
    return fault(gold.path, gold.line, "document-duplicate", f"document {gold.row.id} stands twice")

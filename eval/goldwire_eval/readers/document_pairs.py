"""Pairs of gold and predicted documents, read side by side so that memory does not grow with the files.

Two files in the same order are paired as they are read. A row whose partner has not been read yet is kept until it is.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from itertools import islice
from typing import NamedTuple
from unicodedata import normalize

import numpy as np

from goldwire_corpus.errors import DataError, ErrorList, ValidationError, data_error
from goldwire_corpus.schema.prediction import Prediction
from goldwire_eval.batch.validation import shown

MOST_UNKNOWN = 100
"""Up to so many unknown documents have an error each; more are reported in one error."""
SUGGESTED_FROM = 10_000
"""An id is suggested from among so many gold documents without a prediction at the most."""
_NAMED = 5


class Line(NamedTuple):
    """A row and where it was read.

    `void`: every item of the row is invalid and has been reported; a document may have such a row beside its own.
    `lines`: of a file of tags, the line of the file at which each line of the row's text begins.
    """

    path: str
    line: int
    row: Prediction
    void: bool = False
    lines: Sequence[int] = ()


class Pair(NamedTuple):
    """A gold document, its number in the gold, and its prediction; None if it has none."""

    number: int
    gold: Line
    pred: Line | None


class Pairing:
    """Pair the rows of two sides by document id. The attributes hold once `pairs` has been iterated.

    `missing`: ids of gold documents without a prediction, not even one of invalid items. `doubles`: rows of a document
    that has a prediction already, and void rows, with the number of their document. `errors`: unknown and duplicate
    documents.
    """

    def __init__(self, gold: Iterable[Line], pred: Iterable[Line]):
        self.gold, self.pred = gold, pred
        self.documents = 0
        self.missing: list[str] = []
        self.doubles: list[tuple[int, Line]] = []
        self.errors = ErrorList()
        self._known: dict[int, int] = {}
        self._unknown_count = 0
        self._unknown_first: list[tuple[str, int, str]] = []

    def pairs(self) -> Iterator[Pair]:
        """Yield a pair for each gold document. Raises DataError if two gold documents have the same id."""
        gold_waits: dict[str, tuple[int, Line]] = {}
        pred_waits: dict[str, list[Line]] = {}
        voids: list[Line] = []
        # For each gold document the hash of its id and its line are kept: sixteen bytes.
        hashes, lines = array("q"), array("q")
        path = ""
        predictions = _without_voids(self.pred, voids)
        for number, gold in enumerate(self.gold):
            id, path = gold.row.id, gold.path
            if id in gold_waits:
                raise _duplicate(path, gold.line, f"document id {shown(id)}")
            hashes.append(hash(id))
            lines.append(gold.line)
            gold_waits[id] = number, gold
            if id in pred_waits:
                yield Pair(*gold_waits.pop(id), _first(pred_waits, id))
            pred = next(predictions, None)
            if pred is not None and pred.row.id in gold_waits:
                yield Pair(*gold_waits.pop(pred.row.id), pred)
            elif pred is not None:
                pred_waits.setdefault(pred.row.id, []).append(pred)
        self.documents = len(hashes)
        _refuse_duplicates(hashes, lines, path)
        for waiting in pred_waits.values():
            for pred in waiting:
                self._left_over(hashes, pred)
        for pred in predictions:
            if pred.row.id in gold_waits:
                yield Pair(*gold_waits.pop(pred.row.id), pred)
            else:
                self._left_over(hashes, pred)
        invalid = {pred.row.id for pred in voids}
        self.missing += [gold.row.id for _, gold in gold_waits.values() if gold.row.id not in invalid]
        for number, gold in gold_waits.values():
            yield Pair(number, gold, None)
        for pred in voids:
            if (own := self._number(hashes, pred)) is not None:
                self.doubles.append((own, pred))
        self._report_unknown()

    @property
    def unknown(self) -> Iterator[Line]:
        """The predictions of documents that gold does not have, read again so that none is held in memory."""
        if self._unknown_count:
            for pred in self.pred:
                if hash(pred.row.id) not in self._known:
                    yield pred

    def _number(self, hashes: "array[int]", pred: Line) -> int | None:
        """The number of the gold document that a row belongs to; None for no document."""
        if len(self._known) != len(hashes):
            self._known = {code: number for number, code in enumerate(hashes)}
        return self._known.get(hash(pred.row.id))

    def _left_over(self, hashes: "array[int]", pred: Line) -> None:
        """Take a prediction that no gold document waits for: a second one, or one of an unknown document."""
        number = self._number(hashes, pred)
        if number is not None:
            message = f"duplicate document id {shown(pred.row.id)}"
            self.errors.append(ValidationError(pred.path, pred.line, "document-duplicate", message))
            self.doubles.append((number, pred))
            return
        self._unknown_count += 1
        if self._unknown_count <= MOST_UNKNOWN:
            self._unknown_first.append((pred.path, pred.line, pred.row.id))

    def _report_unknown(self) -> None:
        """Report each unknown document, or all in one error if there are many."""
        if self._unknown_count <= MOST_UNKNOWN:
            for path, line, id in self._unknown_first:
                message = f"unknown document id {shown(id)}{suggestion(id, self.missing)}"
                self.errors.append(ValidationError(path, line, "document-unknown", message))
            return
        path, line, _ = self._unknown_first[0]
        named = ", ".join(f"{shown(id)} (line {line})" for _, line, id in self._unknown_first[:_NAMED])
        message = (
            f"{self._unknown_count:,} documents are not among the {self.documents:,} of gold: {named} and others; "
            "is this the right gold file or split?"
        )
        self.errors.append(ValidationError(path, line, "document-unknown", message))


def suggestion(id: str, known: Iterable[str]) -> str:
    """Return the end of a message that names the known document id most like an unknown one; empty if none is."""
    some = list(islice(known, SUGGESTED_FROM))
    same = [k for k in some if normalize("NFKC", k).casefold() == normalize("NFKC", id).casefold()]
    if same and normalize("NFC", same[0]) == normalize("NFC", id):
        return f"; gold has {shown(same[0])}, which is the same in Unicode form NFC: normalise both"
    near = same or get_close_matches(id, some, 1)
    return f"; did you mean {shown(near[0])}?" if near else ""


def _without_voids(pred: Iterable[Line], voids: list[Line]) -> Iterator[Line]:
    for line in pred:
        if line.void:
            voids.append(line)
        else:
            yield line


def _refuse_duplicates(hashes: "array[int]", lines: "array[int]", path: str) -> None:
    codes = np.frombuffer(hashes, dtype=np.int64) if hashes else np.zeros(0, dtype=np.int64)
    order = np.argsort(codes, kind="stable")
    again = order[1:][codes[order[1:]] == codes[order[:-1]]]
    if len(again):
        raise _duplicate(path, lines[int(again.min())], "document id of an earlier line")


def _first(waiting: dict[str, list[Line]], id: str) -> Line:
    lines = waiting[id]
    if len(lines) == 1:
        del waiting[id]
    return lines.pop(0)


def _duplicate(path: str, line: int, what: str) -> DataError:
    return data_error(path, line, "document-duplicate", f"duplicate {what}")

"""Where the spans of a batch of rows lie in their texts, with every fault told. Nothing of the other side is looked at.

An item at fault is scored as wrong where faults are not refused: its span is lost, so that it matches nothing and
stays in the denominator of precision.
"""

from collections.abc import Callable

import numpy as np

from goldwire_corpus.errors import ErrorList, ValidationError
from goldwire_corpus.schema.prediction import PredMention, PredSpan
from goldwire_corpus.schema.unicode import cuts_combining
from goldwire_eval.batch.arrays import Bools, Ints, ints, owners
from goldwire_eval.batch.item_columns import Items, Rows
from goldwire_eval.batch.quotes import GroundingError, ground
from goldwire_eval.batch.tables import UNKNOWN_HEAD
from goldwire_eval.batch.validation import shown


class Grounder:
    """The items of a batch of rows, chained layer by layer, and their spans."""

    def __init__(self, rows: Rows):
        self.rows = rows
        self.doc = ints([r.doc for r in rows])
        self.length = ints([len(r.text) for r in rows])
        self.plain = np.array([r.text.isascii() for r in rows], dtype=bool)
        self.validation_errors = ErrorList()
        self.lost = 0
        self.items = rows.items
        self.row = {name: owners(items.lengths) for name, items in rows.items.items()}

    def report(self, row: int, id: str, message: str) -> None:
        r = self.rows[row]
        if not r.void:
            self.validation_errors.append(ValidationError(r.path, r.line, id, message))

    def where(self, name: str, item: int) -> str:
        """The path of an item in its row."""
        row = int(self.row[name][item])
        return f"{name}[{item - int(np.searchsorted(self.row[name], row))}]"

    def nowhere(self, count: int) -> tuple[Ints, Ints]:
        """Spans below zero, no two alike."""
        numbers = -2 * np.arange(self.lost + 1, self.lost + count + 1)
        self.lost += count
        return numbers, numbers + 1

    def place(
        self, items: Items, row: Ints, where: Callable[[int], str], spoilt: Bools | None = None
    ) -> tuple[Ints, Ints]:
        """Start and end of every item; `row` is the row of each, `where` gives its path, `spoilt` ones are lost."""
        size = len(items)
        start, end = items.column("start"), items.column("end")
        bad = np.zeros(size, dtype=bool) if spoilt is None else spoilt.copy()
        doubtful = ~((start >= 0) & (start < end) & (end <= self.length[row]) & self.plain[row])
        for name in ("quote", "nth"):
            doubtful[items.giving(name)] = True
        for i in np.flatnonzero(doubtful & ~bad).tolist():
            try:
                start[i], end[i] = find(items[i], self.rows[row[i]].text)
            except GroundingError as error:
                self.report(row[i], error.id, f"{where(i)}: {error}")
                bad[i] = True
        wrong = np.flatnonzero(bad)
        start[wrong], end[wrong] = self.nowhere(len(wrong))
        return start, end

    def place_layer(self, name: str, spoilt: Bools | None = None) -> tuple[Ints, Ints]:
        return self.place(self.items[name], self.row[name], lambda i: self.where(name, i), spoilt)

    def place_mentions(self, spoilt: Bools) -> tuple[Ints, Ints, Ints]:
        """Start, end and end of the head as given, UNKNOWN_HEAD where it is not."""
        items, row = self.items["mentions"], self.row["mentions"]
        start, end = self.place_layer("mentions", spoilt)
        head = items.column("head_end")
        bad: Bools = np.zeros(len(items), dtype=bool)
        if (head >= 0).any():
            low = items.column("head_start")
            low = np.where(low < 0, start, low)
            bad = (head >= 0) & ~((start <= low) & (low < head) & (head <= end))
        bad[items.giving("head")] = True
        for i in np.flatnonzero((start >= 0) & bad).tolist():
            try:
                head[i] = _head(items[i], self.rows[row[i]].text, int(start[i]), int(end[i]))
            except GroundingError as error:
                self.report(row[i], error.id, f"{self.where('mentions', i)}: {error}")
                (start[i],), (end[i],) = self.nowhere(1)
        return start, end, np.where(start < 0, end, np.where(head < 0, UNKNOWN_HEAD, head))


def _head(mention: PredMention, text: str, start: int, end: int) -> int:
    """The end of a head that is quoted; raises GroundingError for one that is not inside its mention."""
    if mention.head_end is not None:
        low = start if mention.head_start is None else mention.head_start
        if start <= low < mention.head_end <= end:
            return mention.head_end
        raise GroundingError("head-outside", f"head [{low}, {mention.head_end}) is not inside [{start}, {end})")
    try:
        return ground(text, mention.head or "", window=(start, end))[1]
    except GroundingError as error:
        raise GroundingError("head-outside", f"head inside the mention: {error}") from None


def find(item: PredSpan, text: str) -> tuple[int, int]:
    """The span of one item, by its offsets, its quote, or both; raises GroundingError."""
    if item.quote is None and item.nth is not None:
        raise GroundingError("span-nth", "nth without a quote")
    if item.start is None and item.end is None and item.quote is not None:
        start, end = ground(text, item.quote, item.nth)
    elif item.start is None or item.end is None:
        raise GroundingError("span-missing", "neither offsets nor a quote, or only one of start and end")
    else:
        start, end = item.start, item.end
        if not start < end <= len(text):
            raise GroundingError("span-range", f"[{start}, {end}) is not in the text of {len(text)} code points")
        if item.quote is not None and text[start:end] != item.quote:
            raise GroundingError("span-quote", f"[{start}, {end}) is not {shown(item.quote)}")
    if cuts_combining(text, start, end):
        raise GroundingError("span-combining", f"[{start}, {end}) cuts a combining sequence")
    return start, end

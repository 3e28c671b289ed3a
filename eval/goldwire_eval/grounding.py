"""Where the spans of a batch of rows lie in their texts, with every fault told. Nothing of the other side is looked at.

An item at fault is scored as wrong where faults are not refused: its span is lost, so that it matches nothing and
stays in the denominator of precision.
"""

from collections.abc import Callable, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np

from goldwire_corpus.combining import cuts_combining
from goldwire_corpus.incident import Faults, Incident
from goldwire_corpus.prediction import Prediction, PredMention, PredSpan
from goldwire_eval.columns import Bools, Ints, Items, ints, owners
from goldwire_eval.faults import shown
from goldwire_eval.ground import GroundingError, ground
from goldwire_eval.tables import UNKNOWN_HEAD

LAYERS = ("mentions", "times", "quantities", "titles", "events", "relations", "records")
SPAN_LAYERS = LAYERS[:5]


class Row(NamedTuple):
    """A row to be placed: the number of its document in the batch and that document's text.

    A row whose offsets cannot mean anything is `void`: its text is empty, all its spans are lost, and that has been
    told already.
    """

    doc: int
    text: str
    row: Prediction
    path: str
    line: int
    void: bool = False


class Grounder:
    """The items of a batch of rows, chained layer by layer, and their spans."""

    def __init__(self, rows: Sequence[Row]):
        self.rows = rows
        self.doc = ints([r.doc for r in rows])
        self.length = ints([len(r.text) for r in rows])
        self.plain = np.array([r.text.isascii() for r in rows], dtype=bool)
        self.incidents = Faults()
        self.lost = 0
        layers = {name: [getattr(r.row, name) or () for r in rows] for name in LAYERS}
        self.items = {name: Items(chain.from_iterable(x)) for name, x in layers.items()}
        self.row = {name: owners(x) for name, x in layers.items()}

    def fault(self, row: int, id: str, message: str) -> None:
        r = self.rows[row]
        if not r.void:
            self.incidents.append(Incident(r.path, r.line, id, message))

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
        start, end = (items.ints(name, -1) for name in ("start", "end"))
        bad = np.zeros(size, dtype=bool) if spoilt is None else spoilt.copy()
        doubtful = ~((start >= 0) & (start < end) & (end <= self.length[row]) & self.plain[row])
        if not items.fields.isdisjoint(("quote", "nth")):
            doubtful[[i for i, x in enumerate(items) if x.quote is not None or x.nth is not None]] = True
        for i in np.flatnonzero(doubtful & ~bad).tolist():
            try:
                start[i], end[i] = find(items[i], self.rows[row[i]].text)
            except GroundingError as error:
                self.fault(row[i], error.id, f"{where(i)}: {error}")
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
        head = items.ints("head_end", UNKNOWN_HEAD)
        bad: Bools = np.zeros(len(items), dtype=bool)
        if (head >= 0).any():
            low = items.ints("head_start", -1)
            low = np.where(low < 0, start, low)
            bad = (head >= 0) & ~((start <= low) & (low < head) & (head <= end))
        if "head" in items.fields:
            bad[[i for i, m in enumerate(items) if m.head is not None]] = True
        for i in np.flatnonzero((start >= 0) & bad).tolist():
            try:
                head[i] = _head(items[i], self.rows[row[i]].text, int(start[i]), int(end[i]))
            except GroundingError as error:
                self.fault(row[i], error.id, f"{self.where('mentions', i)}: {error}")
                (start[i],), (end[i],) = self.nowhere(1)
        return start, end, np.where(start < 0, end, head)


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

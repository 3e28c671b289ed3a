"""Ground the spans of a batch of rows in their texts and report every error; the other side is never used.

An invalid item that does not reject the file counts as an error: its span is lost, so that it matches nothing and stays
in the denominator of precision.
"""

from collections.abc import Callable

import numpy as np

from goldwire_corpus.errors import ErrorList, ValidationError
from goldwire_corpus.schema.prediction import PredMention, PredSpan
from goldwire_corpus.schema.unicode import cuts_combining
from goldwire_eval.batch.arrays import Bools, Ints, ints, owners
from goldwire_eval.batch.item_columns import Items, Rows
from goldwire_eval.batch.quotes import Found, GroundingError, locate, same_form
from goldwire_eval.batch.tables import UNKNOWN_HEAD
from goldwire_eval.batch.validation import shown


class Grounder:
    """The items of a batch of rows, chained layer by layer, and their spans.

    `doc` is the document of each row, `length` the length of its text; `row` gives, by layer, the row of each item.
    With `normalised` a quote may differ from the text in form (see `quotes`); `found_normalised` counts those that do.
    """

    def __init__(self, rows: Rows, normalised: bool = False):
        self.rows, self.normalised = rows, normalised
        self.found_normalised = 0
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
        """Return the path of an item in its row."""
        row = int(self.row[name][item])
        return f"{name}[{item - int(np.searchsorted(self.row[name], row))}]"

    def nowhere(self, count: int) -> tuple[Ints, Ints]:
        """Return spans below zero that match nothing, no two alike."""
        numbers = -2 * np.arange(self.lost + 1, self.lost + count + 1)
        self.lost += count
        return numbers, numbers + 1

    def place(
        self, items: Items, row: Ints, where: Callable[[int], str], invalid: Bools | None = None
    ) -> tuple[Ints, Ints]:
        """Return start and end of every item.

        `row` is the row of each item and `where` returns its path; those that are `invalid` already are lost.
        """
        size = len(items)
        start, end = items.column("start"), items.column("end")
        bad = np.zeros(size, dtype=bool) if invalid is None else invalid.copy()
        doubtful = ~((start >= 0) & (start < end) & (end <= self.length[row]) & self.plain[row])
        for name in ("quote", "nth"):
            doubtful[items.giving(name)] = True
        for i in np.flatnonzero(doubtful & ~bad).tolist():
            try:
                start[i], end[i], differs = find(items[i], self.rows[row[i]].text, self.normalised)
                self.found_normalised += differs
            except GroundingError as error:
                self.report(row[i], error.id, f"{where(i)}: {error}")
                bad[i] = True
        wrong = np.flatnonzero(bad)
        start[wrong], end[wrong] = self.nowhere(len(wrong))
        return start, end

    def place_layer(self, name: str, invalid: Bools | None = None) -> tuple[Ints, Ints]:
        return self.place(self.items[name], self.row[name], lambda i: self.where(name, i), invalid)

    def place_in_place(self, spans: list[PredSpan], row: Ints, where: str | Callable[[int], str]) -> tuple[Ints, Ints]:
        """Return start and end of spans that are given where an id might be; `where` is their path."""
        items = self.rows.empty()
        items.add(spans)
        return self.place(items, row, where if callable(where) else lambda _: where)

    def place_mentions(self, invalid: Bools) -> tuple[Ints, Ints, Ints]:
        """Return start, end and the end of the head, which is UNKNOWN_HEAD where it is not given."""
        items, row = self.items["mentions"], self.row["mentions"]
        start, end = self.place_layer("mentions", invalid)
        head = items.column("head_end")
        bad: Bools = np.zeros(len(items), dtype=bool)
        if (head >= 0).any():
            low = items.column("head_start")
            low = np.where(low < 0, start, low)
            bad = (head >= 0) & ~((start <= low) & (low < head) & (head <= end))
        bad[items.giving("head")] = True
        for i in np.flatnonzero((start >= 0) & bad).tolist():
            try:
                head[i], differs = _head(items[i], self.rows[row[i]].text, int(start[i]), int(end[i]), self.normalised)
                self.found_normalised += differs
            except GroundingError as error:
                self.report(row[i], error.id, f"{self.where('mentions', i)}: {error}")
                (start[i],), (end[i],) = self.nowhere(1)
        return start, end, np.where(start < 0, end, np.where(head < 0, UNKNOWN_HEAD, head))


def _head(mention: PredMention, text: str, start: int, end: int, normalised: bool) -> tuple[int, bool]:
    """Return the end of a given head, and whether its quote differs in form.

    Raises GroundingError if it is not inside its mention.
    """
    if mention.head_end is not None:
        low = start if mention.head_start is None else mention.head_start
        if start <= low < mention.head_end <= end:
            return mention.head_end, False
        raise GroundingError("head-outside", f"head [{low}, {mention.head_end}) is not inside [{start}, {end})")
    try:
        found = locate(text, mention.head or "", window=(start, end), normalised=normalised)
    except GroundingError as error:
        raise GroundingError("head-outside", f"head inside the mention: {error}") from None
    return found.end, found.normalised


def find(item: PredSpan, text: str, normalised: bool = False) -> Found:
    """Return the span of one item, by its offsets, its quote, or both; raise GroundingError if there is none."""
    if item.quote is None and item.nth is not None:
        raise GroundingError("span-nth", "nth without a quote")
    if item.start is None and item.end is None and item.quote is not None:
        found = locate(text, item.quote, item.nth, normalised=normalised)
    elif item.start is None or item.end is None:
        raise GroundingError("span-missing", "expected start and end, or a quote")
    else:
        found = Found(item.start, item.end)
        if not found.start < found.end <= len(text):
            raise GroundingError("span-range", _out_of_range(found.start, found.end, len(text)))
        surface = text[found.start : found.end]
        if item.quote is not None and surface != item.quote:
            if not normalised or not same_form(surface, item.quote):
                raise GroundingError("span-quote", f"[{found.start}, {found.end}) is not {shown(item.quote)}")
            found = found._replace(normalised=True)
    if cuts_combining(text, found.start, found.end):
        raise GroundingError("span-combining", f"[{found.start}, {found.end}) cuts a combining sequence")
    return found


def _out_of_range(start: int, end: int, length: int) -> str:
    if start == end:
        return f"empty span [{start}, {end}): end is exclusive"
    if start > end:
        return f"span [{start}, {end}) ends before it starts"
    return f"span [{start}, {end}) is outside the text of {length} code points"

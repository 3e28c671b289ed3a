"""Every error with its place and context, kept only for a report."""

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import numpy as np

from goldwire_corpus.schema.prediction import Prediction
from goldwire_eval.batch.arrays import Floats, Ints, Vocabulary
from goldwire_eval.batch.labels import Labels
from goldwire_eval.batch.tables import Arguments, Batch, Spans
from goldwire_eval.error_analysis.context import Sentences
from goldwire_eval.error_analysis.taxonomy import ErrorGroup
from goldwire_eval.readers.document_pairs import Pair
from goldwire_eval.stats.accumulate import Groups

LIMIT = 20_000
UNKNOWN = "(unknown label)"
Shown = tuple[int, int, str]
"""Start, end and label of an item."""


class Item(msgspec.Struct, omit_defaults=True):
    """A wrong or missed item: `label` is a type or role. Ungrounded items are at -1, with their quote as `note`."""

    label: str
    start: int
    end: int
    note: str | None = None


class Frame(msgspec.Struct):
    """An event and all its arguments, as one side has them."""

    label: str
    start: int
    end: int
    arguments: list[Shown]


class Context(msgspec.Struct):
    """A piece of a document from `start` on, and the mentions and events in it on either side."""

    start: int
    text: str
    before: bool
    after: bool
    gold: dict[str, list[Shown]] = {}
    pred: dict[str, list[Shown]] = {}


class Error(msgspec.Struct, omit_defaults=True):
    """`document` and `contexts` are numbers of those kept; `gold_event` and `pred_event` of frames, for arguments."""

    layer: str
    error: str
    document: int
    contexts: list[int]
    gold: Item | None = None
    pred: Item | None = None
    gold_event: int | None = None
    pred_event: int | None = None


class DocumentFacts(msgspec.Struct):
    id: str
    title: str
    genre: str
    part: str


def needs(layer: str, error: str) -> str:
    """Return what a submission must attempt for this to be an error."""
    return "realis" if error == "realis" else f"{layer}s"


class Details:
    """The errors of all batches, at most `limit` for each layer, in the order of the documents as they were read.

    `confused` counts all of them by layer, class and the labels of both sides (None on a side without one); `labels`
    all items by layer, side and label. `by_length` holds the statistics of documents by their length in words, of two
    significant digits, and `lengths` how many documents have each.
    """

    def __init__(self, limit: int = LIMIT):
        self.limit = limit
        self.errors: dict[str, list[Error]] = {}
        self.total: Counter[str] = Counter()
        self.documents: list[DocumentFacts] = []
        self.contexts: list[Context] = []
        self.frames: list[Frame] = []
        self.confused: Counter[tuple[str, str, str | None, str | None]] = Counter()
        self.labels: Counter[tuple[str, str, str]] = Counter()
        self.by_length = Groups()
        self.lengths: Counter[int] = Counter()
        self._number: dict[str, int] = {}
        self._length = array("L")

    def add(
        self,
        batch: Batch,
        found: Sequence[ErrorGroup],
        pairs: Sequence[Pair],
        rows: Floats,
        labels: Labels,
        strings: Vocabulary,
    ) -> None:
        """Add the errors of a batch that is scored; `rows` are the statistics of each of its documents."""
        self._lengths(pairs, rows)
        _Gatherer(self, batch, pairs, labels, strings).gather(found)

    def _lengths(self, pairs: Sequence[Pair], rows: Floats) -> None:
        for pair, row in zip(pairs, rows, strict=True):
            self._length.extend([0] * max(pair.number + 1 - len(self._length), 0))
            if pair.gold.row.text:
                length = rounded(len(pair.gold.row.text.split()))
                self._length[pair.number] = length
                self.lengths[length] += 1
            # A second prediction of a document comes without its text.
            self.by_length.put(str(self._length[pair.number]), row.copy())

    def document(self, pair: Pair) -> int:
        row = pair.gold.row
        number = self._number.setdefault(row.id, len(self.documents))
        if number == len(self.documents):
            self.documents.append(DocumentFacts(row.id, row.title or "", row.genre or "", row.part or ""))
        return number


def rounded(words: int) -> int:
    """Round to two significant digits, so that there are few lengths for any number of documents."""
    step: int = 10 ** max(len(str(words)) - 2, 0)
    return words // step * step


class _Gatherer:
    """Describes the errors of one batch."""

    def __init__(self, details: Details, batch: Batch, pairs: Sequence[Pair], labels: Labels, strings: Vocabulary):
        self.details, self.batch, self.pairs = details, batch, pairs
        self.types, self.roles = labels.names.names, labels.role_names.names
        wanted = set(batch.events.realis.tolist())
        self.realis = {code: value for value, code in strings.items() if code in wanted}
        self.sentences: dict[int, Sentences] = {}
        self.seen: dict[tuple[int, int, int], int] = {}
        self.frames: dict[int, int] = {}
        self.tables: dict[str, Spans] = {
            "mention": batch.all_mentions, "event": batch.events, "argument": batch.arguments,
        }  # fmt: skip
        self.events = {side: self._by_place(side) for side in ("gold", "pred")}
        self.of_event = _by_event(batch.arguments.event)

    def gather(self, found: Sequence[ErrorGroup]) -> None:
        details = self.details
        for layer, table in self.tables.items():
            codes = _codes(table)
            listed = self.batch.listed if layer == "mention" else None
            listed = np.ones(len(table), dtype=bool) if listed is None else listed
            of_gold = np.arange(len(table)) < table.gold
            for side, part in (("gold", codes[listed & of_gold]), ("pred", codes[listed & ~of_gold])):
                for code, count in zip(*(x.tolist() for x in np.unique(part, return_counts=True)), strict=True):
                    details.labels[layer, side, self._label(layer, code)] += count
        wanted: dict[str, list[tuple[int, int, ErrorGroup, int, int]]] = {}
        for errors in found:
            rows = zip(errors.gold.tolist(), errors.pred.tolist(), strict=True)
            need = needs(errors.layer, errors.error)
            table = self.tables[errors.layer]
            for gold, pred in rows:
                one = gold if gold >= 0 else pred
                wanted.setdefault(need, []).append((int(table.doc[one]), int(table.start[one]), errors, gold, pred))
                names = (self._name(errors.layer, gold), self._name(errors.layer, pred))
                details.confused[errors.layer, errors.error, *names] += 1
        for need, some in wanted.items():
            kept = details.errors.setdefault(need, [])
            details.total[need] += len(some)
            room = max(details.limit - len(kept), 0)
            some.sort(key=lambda x: x[:2])
            kept += [self._error(doc, errors, gold, pred) for doc, _, errors, gold, pred in some[:room]]

    # ------------------------------------------------------------------ names

    def _label(self, layer: str, code: int) -> str:
        names = self.roles if layer == "argument" else self.types
        return names[code] if 0 <= code < len(names) else UNKNOWN

    def _name(self, layer: str, row: int) -> str | None:
        if row < 0:
            return None
        return self._label(layer, int(_codes(self.tables[layer])[row]))

    def _item(self, layer: str, row: int, error: str) -> Item | None:
        name = self._name(layer, row)
        if name is None:
            return None
        table = self.tables[layer]
        start, end = int(table.start[row]), int(table.end[row])
        if start < 0:
            return Item(name, -1, -1, self._as_given(layer, row))
        note = self.realis.get(int(self.batch.events.realis[row])) if error == "realis" else None
        return Item(name, start, end, None if note is None else str(note))

    def _as_given(self, layer: str, row: int) -> str | None:
        """Return the words or offsets of an item that could not be grounded."""
        table = self.tables[layer]
        items = [_items(pair.pred.row, layer) for pair in self.pairs if pair.pred is not None]
        flat = [item for some in items for item in some]
        # Where labels were left out, rows and items do not agree.
        if len(flat) != len(table) - table.gold:
            return None
        item = flat[row - table.gold]
        span = item.filler if layer == "argument" else item
        given = span if isinstance(span, str) else span.quote or f"[{span.start}, {span.end})"
        return f"{given} ({item.role if layer == 'argument' else item.type})"

    # ------------------------------------------------------------------ places

    def _error(self, doc: int, found: ErrorGroup, gold: int, pred: int) -> Error:
        layer = found.layer
        of_gold, of_pred = self._item(layer, gold, found.error), self._item(layer, pred, found.error)
        error = Error(layer, found.error, self.details.document(self.pairs[doc]), [], of_gold, of_pred)
        spans = [(x.start, x.end) for x in (of_gold, of_pred) if x is not None and x.start >= 0]
        if layer == "argument":
            error.gold_event, error.pred_event, triggers = self._frames_of(gold, pred)
            spans += triggers
        error.contexts = [self._context(doc, *piece) for piece in self._sentences(doc).around(spans)]
        return error

    def _sentences(self, doc: int) -> Sentences:
        if doc not in self.sentences:
            self.sentences[doc] = Sentences(self.batch.texts[doc], self.pairs[doc].gold.row.sentences)
        return self.sentences[doc]

    def _context(self, doc: int, start: int, end: int) -> int:
        known = self.seen.get((doc, start, end))
        if known is not None:
            return known
        text = self.batch.texts[doc]
        context = Context(start, text[start:end], bool(text[:start].strip()), bool(text[end:].strip()))
        for layer in ("mention", "event"):
            table = self.tables[layer]
            for side in ("gold", "pred"):
                inside = [self._shown(layer, row) for row in _rows_inside(table, side, doc, start, end)]
                (context.gold if side == "gold" else context.pred)[layer] = inside
        self.details.contexts.append(context)
        self.seen[doc, start, end] = len(self.details.contexts) - 1
        return self.seen[doc, start, end]

    def _shown(self, layer: str, row: int) -> Shown:
        table = self.tables[layer]
        return int(table.start[row]), int(table.end[row]), self._name(layer, row) or ""

    # ------------------------------------------------------------------ events of arguments

    def _by_place(self, side: str) -> dict[tuple[int, int, int], list[int]]:
        e = self.batch.events
        out: dict[tuple[int, int, int], list[int]] = {}
        rows = range(e.gold) if side == "gold" else range(e.gold, len(e))
        for row in rows:
            out.setdefault((int(e.doc[row]), int(e.start[row]), int(e.end[row])), []).append(row)
        return out

    def _frames_of(self, gold: int, pred: int) -> tuple[int | None, int | None, list[tuple[int, int]]]:
        """Return the events of both sides, found by place where the argument is on one side alone; and their
        triggers."""
        e, of = self.batch.events, self.batch.arguments.event
        rows = [int(of[row]) if row >= 0 else -1 for row in (gold, pred)]
        for i, side in ((0, "gold"), (1, "pred")):
            other = rows[1 - i]
            if rows[i] < 0 <= other:
                place = (int(e.doc[other]), int(e.start[other]), int(e.end[other]))
                here = self.events[side].get(place, [])
                rows[i] = min(here, key=lambda row: e.type[row] != e.type[other], default=-1)
        frames = [self._frame(row) if row >= 0 else None for row in rows]
        return frames[0], frames[1], [(int(e.start[r]), int(e.end[r])) for r in rows if r >= 0 and e.start[r] >= 0]

    def _frame(self, event: int) -> int:
        if event not in self.frames:
            start, end, label = self._shown("event", event)
            begin = bisect_left(self.of_event, event, key=lambda pair: pair[0])
            arguments: list[Shown] = []
            for of, row in self.of_event[begin:]:
                if of != event:
                    break
                arguments.append(self._shown("argument", row))
            self.frames[event] = len(self.details.frames)
            self.details.frames.append(Frame(label, start, end, arguments))
        return self.frames[event]


def _codes(table: Spans) -> Ints:
    """Return the labels whose confusion is shown: roles of arguments, else types."""
    codes: Ints = table.role if isinstance(table, Arguments) else table.type  # type: ignore[attr-defined]
    return codes


def _by_event(events: Ints) -> list[tuple[int, int]]:
    """Return (event, argument) pairs in order."""
    order = np.argsort(events, kind="stable")
    return list(zip(events[order].tolist(), order.tolist(), strict=True))


def _rows_inside(table: Spans, side: str, doc: int, start: int, end: int) -> list[int]:
    """Return the rows of a document that lie in a piece of it; each side is ordered by document."""
    low, high = (0, table.gold) if side == "gold" else (table.gold, len(table))
    first, last = (low + int(i) for i in np.searchsorted(table.doc[low:high], [doc, doc + 1]))
    inside = (table.start[first:last] >= start) & (table.end[first:last] <= end)
    return [first + row for row in np.flatnonzero(inside).tolist()]


def _items(row: Prediction, layer: str) -> Iterable[Any]:
    if layer == "argument":
        return [argument for event in row.events or () for argument in event.arguments or ()]
    return getattr(row, f"{layer}s") or ()

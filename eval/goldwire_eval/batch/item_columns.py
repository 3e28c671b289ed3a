"""The rows of one side of a batch, and the fields of their items as columns."""

import struct
from collections.abc import Callable, Sequence
from functools import cache
from itertools import chain
from typing import Any, NamedTuple

import msgspec
import numpy as np

from goldwire_corpus.schema.prediction import Prediction, PredSpan
from goldwire_eval.batch.arrays import NONE, Ints, Vocabulary, ints, packed

LAYERS = ("mentions", "times", "quantities", "titles", "events", "relations", "records")
SPAN_LAYERS = LAYERS[:5]
IN_PLACE = -2
"""The code of a span in place of an id."""
_CHUNK = 2048
_OFFSETS = frozenset(("start", "end", "head_start", "head_end"))
_LABELS = frozenset(("type", "level", "realis", "polarity", "means", "phase", "stance", "role", "value"))
_IDS = frozenset(("id", "entity", "cluster", "filler"))


@cache
def _field(name: str) -> Callable[[Sequence[Any]], list[Any]]:
    """Return a function that lists a field of items; a comprehension costs half of `map` with `attrgetter`."""
    listed: Callable[[Sequence[Any]], list[Any]] = eval(f"lambda items: [item.{name} for item in items]")
    return listed


class Row(NamedTuple):
    """A row with the number of its document in the batch and that document's text.

    A row whose offsets have no text is `void`: its text is empty, all its spans are lost, and the error is reported.
    """

    doc: int
    text: str
    row: Prediction
    path: str
    line: int
    void: bool = False


class Items(list[Any]):
    """The items of a layer, row after row, and their fields as columns; `lengths` has the number of items of each row.

    Columns are filled some thousand items at a time, soon after these are decoded, while they are in the cache. Labels
    become codes of `labels`, ids codes of `ids`.
    """

    def __init__(self, labels: Vocabulary, ids: Vocabulary):
        super().__init__()
        self._codes = dict.fromkeys(_LABELS, labels) | dict.fromkeys(_IDS, ids)
        self.lengths: list[int] = []
        self._taken = 0
        self._parts: dict[str, list[tuple[int, Any]]] = {}

    def add(self, items: Sequence[Any]) -> None:
        """Add the items of a further row."""
        self.lengths.append(len(items))
        self.extend(items)
        if len(self) - self._taken >= _CHUNK:
            self._take()

    def add_all(self, lists: Sequence[Sequence[Any]]) -> None:
        """Add the items of further rows."""
        self.lengths += map(len, lists)
        self.extend(chain.from_iterable(lists))
        if len(self) - self._taken >= _CHUNK:
            self._take()

    def _take(self) -> None:
        for begin in range(self._taken, len(self), _CHUNK):
            some = self[begin : begin + _CHUNK]
            types: set[type[msgspec.Struct]] = set(map(type, some))
            for name in {name for type_ in types for name in type_.__struct_fields__}:
                part = self._part(name, some)
                if isinstance(part, np.ndarray) or part.count(None) < len(part):
                    self._parts.setdefault(name, []).append((begin, part))
        self._taken = len(self)

    def _part(self, name: str, some: list[Any]) -> list[Any] | Ints:
        codes = self._codes.get(name)
        values = _field(name)(some)
        if codes is None and name not in _OFFSETS:
            return values
        try:
            return packed(values if codes is None else list(map(codes.__getitem__, values)))
        except (TypeError, struct.error):
            # Some are None, or spans in place of ids, which have no code.
            if codes is None:
                return packed([NONE if value is None else value for value in values])
            return packed([IN_PLACE if isinstance(value, PredSpan) else codes[value] for value in values])

    def _given(self, name: str) -> list[tuple[int, Any]]:
        if self._taken < len(self):
            self._take()
        return self._parts.get(name, [])

    def column(self, name: str) -> Ints:
        """Return offsets, or codes of labels or ids: NONE where an item gives none, IN_PLACE for a span."""
        column = np.full(len(self), NONE, dtype=np.int64)
        for begin, part in self._given(name):
            column[begin : begin + len(part)] = part
        return column

    def values(self, name: str) -> list[Any]:
        """Return a field that is neither an offset nor a label nor an id, as it was given."""
        values: list[Any] = [None] * len(self)
        for begin, part in self._given(name):
            values[begin : begin + len(part)] = part
        return values

    def labels_met(self, name: str) -> set[str]:
        """Return the labels of a field that items have."""
        codes = np.flatnonzero(np.bincount(self.column(name) + 1)) - 1
        return {self._codes[name].names[code] for code in codes.tolist() if code >= 0} if len(self) else set()

    def has(self, name: str) -> bool:
        """Return whether an item gives this offset, label or id."""
        return any((np.asarray(part) != NONE).any() for _, part in self._given(name))

    def giving(self, name: str) -> Ints:
        """Return the items that give such a value."""
        parts = self._given(name)
        return ints([begin + i for begin, part in parts for i, value in enumerate(part) if value is not None])


class Rows(list[Row]):
    """The rows of one side of a batch. `labels`: codes that both sides and all batches share."""

    def __init__(self, labels: Vocabulary):
        super().__init__()
        self.labels, self.ids = labels, Vocabulary.or_none()
        self.items = {name: self.empty() for name in LAYERS}
        self.arguments = self.empty()

    def empty(self) -> Items:
        return Items(self.labels, self.ids)

    def add(self, row: Row) -> int:
        """Add a row and return its cost: items + characters // 20."""
        self.append(row)
        size = len(row.row.text or "") // 20
        for name, items in self.items.items():
            some = getattr(row.row, name)
            if some:
                items.add(some)
                size += len(some)
            else:
                items.lengths.append(0)
        if row.row.events:
            before = len(self.arguments)
            self.arguments.add_all([event.arguments or () for event in row.row.events])
            size += len(self.arguments) - before
        return size

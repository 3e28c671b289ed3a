"""The item that an id names in its row."""

import numpy as np

from goldwire_eval.batch.arrays import NONE, Ints, distinct, ints, order, runs
from goldwire_eval.batch.context import Context
from goldwire_eval.batch.item_columns import SPAN_LAYERS
from goldwire_eval.batch.validation import shown

NO_ITEM, AMBIGUOUS = -1, -3
"""What an id names that no item of its row has, and one that several have; apart from `item_columns.IN_PLACE`."""
_BITS = 40
_CLOSE = 16
"""A table of up to so many places for each item is made."""


class ItemIndex:
    """The number of the item that has an id in a row; items are numbered through all span layers, in their order.

    `first` gives the number of the first item of each layer; `repeated` are the rows with a duplicate id.
    """

    def __init__(self, context: Context):
        rows = np.concatenate([context.row[layer] for layer in SPAN_LAYERS])
        ids = np.concatenate([context.items[layer].column("id") for layer in SPAN_LAYERS])
        self.first, number = {}, 0
        for layer in SPAN_LAYERS:
            self.first[layer] = number
            number += len(context.items[layer])
        items = np.flatnonzero(ids != NONE)
        keys = _key(rows[items], ids[items])
        by_key = order(keys)
        begins = runs(keys[by_key])
        lengths = np.diff(begins, append=len(keys))
        self._keys = keys[by_key][begins]
        self._items = np.where(lengths > 1, AMBIGUOUS, items[by_key][begins])
        self.repeated: list[int] = distinct(self._keys[lengths > 1] >> _BITS).tolist()
        self._ids = len(context.ids.names)
        # Where rows have the same ids, as most tools number them, a table replaces the search.
        places = len(context.rows) * self._ids
        self._table = np.full(places, NO_ITEM, dtype=np.int64) if places <= _CLOSE * len(keys) else None
        if self._table is not None:
            self._table[(self._keys >> _BITS) * self._ids + (self._keys & (1 << _BITS) - 1)] = self._items

    def find(self, rows: Ints, ids: Ints) -> Ints:
        """Return the number of the item that each id names in its row, NO_ITEM or AMBIGUOUS."""
        if not len(self._keys):
            return np.full(len(rows), NO_ITEM, dtype=np.int64)
        if self._table is not None:
            known = (ids >= 0) & (ids < self._ids)
            found: Ints = np.where(known, self._table[rows * self._ids + np.where(known, ids, 0)], NO_ITEM)
            return found
        wanted = _key(rows, ids)
        at = np.minimum(np.searchsorted(self._keys, wanted), len(self._keys) - 1)
        return np.where(self._keys[at] == wanted, self._items[at], NO_ITEM)

    def of(self, row: int, id: int) -> int:
        return int(self.find(ints([row]), ints([id]))[0])


def build_index(context: Context) -> ItemIndex:
    """Return the index of a side, reporting duplicate ids."""
    index = ItemIndex(context)
    for row in index.repeated:
        seen: set[str] = set()
        for layer in SPAN_LAYERS:
            for i, item in enumerate(getattr(context.rows[row].row, layer) or ()):
                if item.id in seen:
                    context.spans.report(row, "id-duplicate", f"{layer}[{i}]: duplicate id {shown(item.id)}")
                elif item.id is not None:
                    seen.add(item.id)
    return index


def _key(rows: Ints, ids: Ints) -> Ints:
    return (rows << _BITS) + ids

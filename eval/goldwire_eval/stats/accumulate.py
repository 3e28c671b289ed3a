"""The statistics kept of all batches: by document, and their sums by group."""

from collections.abc import Mapping, Sequence

import numpy as np

from goldwire_eval.batch.arrays import Floats, Ints, dense, distinct, ints
from goldwire_eval.matching.one_to_one import DocumentStats, add_up
from goldwire_eval.metrics.prf import Kind

MOST, BLOCKS = 2048, 1024


class CountsByDocument:
    """The statistics of every document: `rows` of shape (documents, width), the metrics side by side.

    `units` holds for each document its unit of resampling, the number of one document of that unit. Of more than MOST
    documents every BLOCKS-th unit is added to one row, a block, so that memory does not grow.
    """

    def __init__(self, kinds: Mapping[str, Kind]):
        self.kinds = kinds
        self.place: dict[str, slice] = {}
        self.width = 0
        for name, kind in kinds.items():
            self.place[name] = slice(self.width, self.width + len(kind.fields))
            self.width += len(kind.fields)
        self.rows: Floats = np.zeros((0, self.width))
        self.units: Ints = ints(())
        self.folded = False

    def add(self, numbers: Ints, units: Ints, tallies: Mapping[str, DocumentStats]) -> Floats:
        """Add the statistics of documents of these numbers and units, and return them as rows."""
        nothing = np.zeros((len(numbers), 0))
        rows = np.concatenate([nothing, *(tallies[name].documents for name in self.kinds)], axis=1)
        highest = int(numbers.max(initial=-1)) + 1
        if highest > MOST and not self.folded:
            self.folded = True
            self.rows = add_up(self.units % BLOCKS, self.rows, BLOCKS)
            self.units = distinct(self.units % BLOCKS)
        if self.folded:
            blocks = units % BLOCKS
            self.rows += add_up(blocks, rows, BLOCKS)
            self.units = distinct(np.concatenate([self.units, blocks]))
            return rows
        if highest > len(self.rows):
            self.units = np.concatenate([self.units, np.arange(len(self.rows), highest)])
            self.rows = np.concatenate([self.rows, np.zeros((highest - len(self.rows), self.width))])
        self.rows += add_up(numbers, rows, len(self.rows))
        self.units[numbers] = units
        return rows

    def by_unit(self) -> "CountsByDocument":
        """Return the statistics added up by unit, or the blocks that have a document: what is resampled."""
        made = CountsByDocument(self.kinds)
        made.folded = self.folded
        if self.folded:
            made.rows = self.rows[self.units]
        elif len(self.units):
            place, count = dense(self.units)
            made.rows = add_up(place, self.rows, count)
        else:
            made.rows = self.rows
        return made

    def only(self, names: Sequence[str]) -> "CountsByDocument":
        """Return the statistics of these metrics alone."""
        made = CountsByDocument({name: self.kinds[name] for name in names})
        made.rows = np.concatenate([self.rows[:, self.place[name]] for name in names], axis=1)
        made.units, made.folded = self.units, self.folded
        return made

    def put(self, statistics: Mapping[str, Floats]) -> None:
        """Set the statistics of some metrics, of all rows at once; each is a unit."""
        self.rows = np.zeros((max(len(rows) for rows in statistics.values()), self.width))
        for name, rows in statistics.items():
            self.rows[:, self.place[name]] = rows


class Groups:
    """Sums by the value of a fact of the documents, or by type."""

    def __init__(self) -> None:
        self.sums: dict[str, Floats] = {}

    def add(self, values: Sequence[str], rows: Floats) -> None:
        for value in sorted(set(values)):
            mine = np.array([v == value for v in values])
            self.put(value, rows[mine].sum(axis=0))

    def put(self, value: str, row: Floats) -> None:
        known = self.sums.get(value)
        self.sums[value] = row if known is None else known + row

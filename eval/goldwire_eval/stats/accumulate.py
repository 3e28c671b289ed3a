"""The statistics kept of all batches: by document, and their sums by group."""

from collections.abc import Mapping, Sequence

import numpy as np

from goldwire_eval.batch.arrays import Bools, Floats, Ints, dense, distinct, ints
from goldwire_eval.matching.one_to_one import DocumentStats, add_up
from goldwire_eval.metrics.prf import Kind
from goldwire_eval.stats.exact_sum import ExactSum

MOST, BLOCKS = 2048, 1024


class CountsByDocument:
    """The statistics of every document: `rows` of shape (documents, width), the metrics side by side.

    `units` holds for each document its unit of resampling, the number of one document of that unit. Of more than MOST
    documents every BLOCKS-th unit is added to one row, a block, so that memory does not grow; `units` are then the
    blocks that have a document.
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
        self._given: Bools = np.zeros(0, dtype=bool)
        self._blocks: ExactSum | None = None

    @property
    def folded(self) -> bool:
        """Whether the rows are blocks."""
        return self._blocks is not None

    def add(self, numbers: Ints, units: Ints, tallies: Mapping[str, DocumentStats]) -> Floats:
        """Add the statistics of documents of these numbers and units, and return them as rows."""
        nothing = np.zeros((len(numbers), 0))
        rows = np.concatenate([nothing, *(tallies[name].documents for name in self.kinds)], axis=1)
        highest = int(numbers.max(initial=-1)) + 1
        if highest > MOST or self._blocks is not None:
            self._add_to_blocks(self._fold(), units % BLOCKS, rows)
            return rows
        self._grow(highest)
        self.rows += add_up(numbers, rows, len(self.rows))
        self.units[numbers] = units
        self._given[numbers] = True
        return rows

    def merge(self, other: "CountsByDocument") -> None:
        """Add the statistics of other documents of the same gold."""
        if self.folded or other.folded:
            blocks = self._fold()
            blocks.merge(other._fold())
            self._set_blocks(blocks, other.units)
            return
        self._grow(len(other.rows))
        mine = np.flatnonzero(other._given)
        self.rows[mine] += other.rows[mine]
        self.units[mine] = other.units[mine]
        self._given[mine] = True

    def _grow(self, size: int) -> None:
        """Make room for documents of numbers below `size`; until they are added each is a unit."""
        more = np.arange(len(self.rows), size)
        if len(more):
            self.units = np.concatenate([self.units, more])
            self.rows = np.concatenate([self.rows, np.zeros((len(more), self.width))])
            self._given = np.concatenate([self._given, np.zeros(len(more), dtype=bool)])

    def _fold(self) -> ExactSum:
        """Return the sums of the blocks, to which the documents so far are added."""
        if self._blocks is None:
            units, rows = self.units[self._given] % BLOCKS, self.rows[self._given]
            self._blocks, self.units = ExactSum(BLOCKS, self.width), ints(())
            self._add_to_blocks(self._blocks, units, rows)
        return self._blocks

    def _add_to_blocks(self, blocks: ExactSum, units: Ints, rows: Floats) -> None:
        blocks.add(units, rows)
        self._set_blocks(blocks, units)

    def _set_blocks(self, blocks: ExactSum, units: Ints) -> None:
        self.rows = blocks.total()
        self.units = distinct(np.concatenate([self.units, units]))

    def by_unit(self) -> "CountsByDocument":
        """Return the statistics added up by unit, or the blocks that have a document: what is resampled."""
        made = CountsByDocument(self.kinds)
        made._blocks = self._blocks
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
        made.units, made._blocks = self.units, self._blocks
        return made

    def put(self, statistics: Mapping[str, Floats]) -> None:
        """Set the statistics of some metrics, of all rows at once; each is a unit."""
        self.rows = np.zeros((max(len(rows) for rows in statistics.values()), self.width))
        for name, rows in statistics.items():
            self.rows[:, self.place[name]] = rows


class Groups:
    """Sums by the value of a fact of the documents, or by type."""

    def __init__(self) -> None:
        self._sums: dict[str, ExactSum] = {}

    @property
    def sums(self) -> dict[str, Floats]:
        return {value: some.total()[0] for value, some in self._sums.items()}

    def add(self, values: Sequence[str], rows: Floats) -> None:
        """Add each row to the sum of its value."""
        for value in sorted(set(values)):
            mine = np.array([v == value for v in values])
            self._put(value, rows[mine])

    def put(self, value: str, row: Floats) -> None:
        self._put(value, row[None, :])

    def _put(self, value: str, rows: Floats) -> None:
        sums = self._sums.setdefault(value, ExactSum(1, rows.shape[1]))
        sums.add(np.zeros(len(rows), dtype=np.int64), rows)

    def merge(self, other: "Groups") -> None:
        """Add the sums of other documents."""
        for value, sums in other._sums.items():
            if value in self._sums:
                self._sums[value].merge(sums)
            else:
                self._sums[value] = sums

"""One side of a batch while its tables are built: its rows and labels, and the errors found in them."""

from collections.abc import Iterable

import numpy as np

from goldwire_eval.batch.arrays import NONE, Bools, Ints
from goldwire_eval.batch.grounding import Grounder
from goldwire_eval.batch.item_columns import Rows
from goldwire_eval.batch.labels import INVALID, Labels
from goldwire_eval.batch.validation import ItemError, unknown_label


class Context:
    """What the builders of all layers share.

    `spans` grounds items and reports errors; `given` collects what items say and no layer key does (see
    `submitted_layers`); `strings` has the codes of labels, `names` the label of each code.
    `clusters` says that the clusters of items are needed.
    """

    def __init__(self, spans: Grounder, documents: int, labels: Labels, gold: bool, clusters: bool = True):
        self.clusters = clusters
        self.spans, self.documents, self.labels, self.gold = spans, documents, labels, gold
        self.rows: Rows = spans.rows
        self.items, self.row = spans.items, spans.row
        self.strings, self.names = self.rows.labels, self.rows.labels.names
        self.ids = self.rows.ids
        self.given: set[str] = set()

    def docs(self, layer: str) -> Ints:
        """Return the document of each item of a layer."""
        return self.spans.doc[self.row[layer]]

    def where(self, layer: str, item: int) -> str:
        return self.spans.where(layer, item)

    def column_given(self, part: str, column: Ints) -> Ints:
        """Return `column`, and note that `part` is given if an item has a value."""
        if (column != NONE).any():
            self.given.add(part)
        return column

    def report_all(self, layer: str, errors: Iterable[ItemError]) -> Bools:
        """Report the errors of a layer and return which items they make invalid."""
        invalid = np.zeros(len(self.items[layer]), dtype=bool)
        for i, id, message in errors:
            self.spans.report(self.row[layer][i], id, f"{self.where(layer, i)}{message}")
            invalid[i] = True
        return invalid

    def beyond(self, layer: str, most: int) -> Bools:
        """Report rows of more than `most` items and return the items beyond.

        What these items cost in time and memory grows with the square of their number.
        """
        row = self.row[layer]
        invalid = np.zeros(len(row), dtype=bool)
        for number in np.flatnonzero(np.bincount(row) > most).tolist():
            mine = np.flatnonzero(row == number)
            self.spans.report(number, f"{layer}-many", f"{len(mine)} {layer}; at most {most} are scored")
            invalid[mine[most:]] = True
        return invalid

    def typed(self, layer: str, types: Ints) -> tuple[Ints, Bools]:
        """Return the type codes and which of them are unknown, reporting these."""
        known = self.labels.entity if layer == "mentions" else self.labels.event
        unknown = (
            (i, "type-unknown", f".type: {unknown_label('type', self.items[layer][i].type, known)}")
            for i in np.flatnonzero(types == INVALID).tolist()
        )
        return types, self.report_all(layer, unknown)

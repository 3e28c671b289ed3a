"""Confusion matrices of labels, and the table of error classes, with links to the errors of each cell."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from goldwire_eval.error_analysis.examples import Details

MISPLACED, MISSED, SPURIOUS = "misplaced", "missed", "spurious"
TITLES = {"mention": "Entity types", "event": "Event types", "argument": "Argument roles"}
PLURAL = {"mention": "mentions", "event": "events", "argument": "arguments"}
MOST_CONFUSED = 8
"""Pairs of labels that are listed beside a matrix."""
_SAME_LABEL = ("boundary", "right entity wrong mention", "attached to the wrong event")
Object = dict[str, Any]


def confusion(details: Details, layer: str, attempted: frozenset[str]) -> Object | None:
    """Return a matrix of labels, gold in rows and predictions in columns; None for a layer that was not attempted.

    The square counts items with the right span (arguments: the right event and filler span); on its diagonal the label
    is right too. The last two columns count gold items whose label was predicted elsewhere, and missed ones; the last
    two rows predictions likewise, misplaced and spurious. Rows and columns add up to the items of either side.
    """
    if f"{layer}s" not in attempted:
        return None
    gold, pred = (
        {label: n for (of, on, label), n in details.labels.items() if (of, on) == (layer, side)}
        for side in ("gold", "pred")
    )
    labels = sorted(gold.keys() | pred.keys(), key=lambda label: (-gold.get(label, 0), label))
    index = {label: i for i, label in enumerate(labels)}
    size = len(labels)
    cells = np.zeros((size + 2, size + 2), dtype=np.int64)
    for label, count in gold.items():
        cells[index[label], index[label]] = count
    for (of, error, expected, predicted), count in details.confused.items():
        if of != layer or error == "realis":
            continue
        if expected is not None:
            cells[index[expected], index[expected]] -= count
        if expected is not None and predicted is not None and error not in _SAME_LABEL:
            cells[index[expected], index[predicted]] += count
            continue
        margin = size if error in _SAME_LABEL else size + 1
        if expected is not None:
            cells[index[expected], margin] += count
        if predicted is not None:
            cells[margin, index[predicted]] += count
    return {
        "layer": layer, "title": TITLES[layer], "labels": labels, "rows": [*labels, MISPLACED, SPURIOUS],
        "columns": [*labels, MISPLACED, MISSED], "cells": cells.tolist(),
    }  # fmt: skip


def matrix_view(matrix: Mapping[str, Any]) -> Object:
    """Return a matrix with cells to draw, and the pairs of labels that are confused most often."""
    size, counts = len(matrix["labels"]), matrix["cells"]
    indexes = range(size + 2)
    cells = [[_cell(matrix, i, j) for j in indexes] for i in indexes]
    confused = [(i, j) for i in range(size) for j in range(size) if i != j and counts[i][j]]
    confused.sort(key=lambda place: (-counts[place[0]][place[1]], place))
    return {**matrix, "size": size, "cells": cells, "pairs": [cells[i][j] for i, j in confused[:MOST_CONFUSED]]}


def _cell(matrix: Mapping[str, Any], i: int, j: int) -> Object:
    """Return a cell: its count and share in per cent of the row (of the column in the two last rows), and its link.

    The link `pick` is what the script filters the errors by; None without errors.
    """
    counts, size, row, column = matrix["cells"], len(matrix["labels"]), matrix["rows"][i], matrix["columns"][j]
    count = counts[i][j]
    whole = sum(counts[i]) if i < size else sum(line[j] for line in counts)
    pick = {"layer": matrix["layer"]}
    if i < size:
        pick["gold"] = row
    if j < size:
        pick["pred"] = column
    if i >= size or j >= size:
        pick["kind"] = MISPLACED if MISPLACED in (row, column) else MISSED if column == MISSED else SPURIOUS
    return {
        "row": row, "column": column, "count": count, "share": 100 * count / whole if whole else 0,
        "kind": "margin" if j >= size else "right" if i == j else "wrong",
        "pick": pick if count and (i != j or i >= size) else None,
    }  # fmt: skip


def class_table(classes: Sequence[Mapping[str, Any]]) -> Object:
    """Return error classes in rows and layers in columns; shares are in per cent of the largest cell."""
    names = [name for name in classes[0]["counts"] if any(layer["counts"][name] for layer in classes)]
    most = max((layer["counts"][name] for layer in classes for name in names), default=0)
    rows = []
    for name in names:
        cells = [
            {
                "count": layer["counts"][name], "share": 100 * layer["counts"][name] / most,
                "layer": PLURAL[layer["layer"]], "pick": {"layer": layer["layer"], "class": name},
            }
            for layer in classes
        ]  # fmt: skip
        rows.append({"name": name, "cells": cells, "total": sum(cell["count"] for cell in cells)})
    return {"columns": [PLURAL[layer["layer"]] for layer in classes], "rows": rows,
            "totals": [layer["total"] for layer in classes]}  # fmt: skip

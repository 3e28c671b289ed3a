"""The incident records of each document."""

from typing import Any

import numpy as np

from goldwire_eval.batch import validation
from goldwire_eval.batch.arrays import NONE
from goldwire_eval.batch.context import Context
from goldwire_eval.batch.labels import INVALID, UNMAPPED
from goldwire_eval.batch.records import record_items

MOST_RECORDS = 1_000


def build_records(context: Context) -> list[list[Any]]:
    """Return a list of records for each document."""
    items = context.items["records"]
    out: list[list[Any]] = [[] for _ in range(context.documents)]
    no_means = np.full(len(items), NONE)
    types, _ = context.typed("records", context.labels.events(items.column("type"), no_means, context.names))
    void = np.array([r.void for r in context.rows], dtype=bool)[context.row["records"]]
    errors = context.report_all("records", validation.record_errors(items))
    types[errors | context.beyond("records", MOST_RECORDS) | void] = INVALID
    code = iter(types.tolist())
    for r in context.rows:
        if r.row.records:
            made = record_items(r.row, r.text, context.gold, [next(code) for _ in r.row.records])
            out[r.doc] += [record for record in made if record.type != UNMAPPED]
    return out

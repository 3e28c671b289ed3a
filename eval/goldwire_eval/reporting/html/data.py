"""What the report shows, as one plain object that JSON can hold, from scores and kept errors; nothing here is HTML."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np

from goldwire_eval.error_analysis.examples import Details, Error, needs
from goldwire_eval.error_analysis.taxonomy import CLASSES
from goldwire_eval.reporting.metric_groups import VARIANT, grouped, leading
from goldwire_eval.results import figures
from goldwire_eval.scorer import Scored

LISTED = 500
"""The most validation errors that are listed; all are counted."""
BINS = 5
MISPLACED, MISSED, SPURIOUS = "misplaced", "missed", "spurious"
TITLES = {"mention": "Entity types", "event": "Event types", "argument": "Argument roles"}
_SAME_LABEL = ("boundary", "right entity wrong mention", "attached to the wrong event")
Object = dict[str, Any]


@dataclass
class Run:
    """One submission: the name it is shown under, its statistics, their summary, and what was kept of its errors."""

    name: str
    scored: Scored
    summary: Mapping[str, Any]
    details: Details


def build(runs: Sequence[Run]) -> Object:
    """The object of the page. The last run is the one reported; those before it stand beside it in the plots."""
    run = runs[-1]
    summary = run.summary
    leads = {layer.title: lead for layer, lead in leading(summary["metrics"]).items()}
    invalid = summary["validation_errors"]
    return {
        "name": run.name,
        **{key: summary[key] for key in ("version", "signature", "split", "documents", "resampled", "missing")},
        "policies": msgspec.to_builtins(run.scored.policies),
        "validation_errors": {
            "total": len(invalid),
            "list": invalid[:LISTED],
        },
        "layers": _layers(summary["metrics"]),
        "by": {fact: _by(rows, summary["metrics"]) for fact, rows in summary["by"].items()},
        "confusion": [c for layer in TITLES if (c := confusion(run.details, layer, run.scored.attempted))],
        "classes": _classes(run),
        "errors": _errors(run),
        "runs": [_plotted(one, leads) for one in runs],
    }


def _layers(metrics: Mapping[str, Any]) -> list[Object]:
    out, leads = [], leading(metrics)
    for layer, names in grouped(metrics):
        rows = [{"name": name, "variant": VARIANT in name, **metrics[name]} for name in names]
        out.append({"title": layer.title, "gloss": layer.gloss, "lead": leads[layer], "metrics": rows})
    return out


def _by(rows: Mapping[str, Mapping[str, Any]], metrics: Iterable[str]) -> Object:
    """Of each value of a fact the figures of the metrics that speak for the layers."""
    known = {name for row in rows.values() for name in row}
    leads = {layer.title: lead for layer, lead in leading(m for m in metrics if m in known).items()}
    return {
        "leads": leads,
        "rows": {value: {lead: row[lead] for lead in leads.values() if lead in row} for value, row in rows.items()},
    }


# ---------------------------------------------------------------------- confusion


def confusion(details: Details, layer: str, attempted: frozenset[str]) -> Object | None:
    """A matrix of labels, gold in rows and predictions in columns; None of a layer that was not attempted.

    What is right in span (of an argument: in event and span) stands in the square, on the diagonal where the label is
    right too. The last two columns hold gold of which the label was found elsewhere, and gold that was missed; the
    last two rows predictions likewise, misplaced and spurious. Rows and columns add up to the items of either side.
    """
    if f"{layer}s" not in attempted:
        return None
    totals = {side: {x: n for (of, s, x), n in details.labels.items() if (of, s) == (layer, side)} for side in _SIDES}
    labels = sorted(totals["gold"].keys() | totals["pred"].keys(), key=lambda x: (-totals["gold"].get(x, 0), x))
    place = {label: i for i, label in enumerate(labels)}
    size = len(labels)
    cells = np.zeros((size + 2, size + 2), dtype=np.int64)
    for label, count in totals["gold"].items():
        cells[place[label], place[label]] = count
    for (of, error, gold, pred), count in details.confused.items():
        if of != layer or error == "realis":
            continue
        if gold is not None:
            cells[place[gold], place[gold]] -= count
        if gold is not None and pred is not None and error not in _SAME_LABEL:
            cells[place[gold], place[pred]] += count
            continue
        margin = size if error in _SAME_LABEL else size + 1
        if gold is not None:
            cells[place[gold], margin] += count
        if pred is not None:
            cells[margin, place[pred]] += count
    return {
        "layer": layer, "title": TITLES[layer], "labels": labels, "rows": [*labels, MISPLACED, SPURIOUS],
        "columns": [*labels, MISPLACED, MISSED], "cells": cells.tolist(),
    }  # fmt: skip


_SIDES = ("gold", "pred")


# ---------------------------------------------------------------------- errors


def _said(attempted: frozenset[str], layer: str, error: str) -> bool:
    return f"{layer}s" in attempted and needs(layer, error) in attempted


def _classes(run: Run) -> list[Object]:
    """How many errors of each class, by layer; those of the layers attempted."""
    tally = run.scored.errors.tally
    out = []
    for layer in TITLES:
        if f"{layer}s" in run.scored.attempted:
            counts = {c: tally[layer, c] if _said(run.scored.attempted, layer, c) else 0 for c in CLASSES}
            out.append({"layer": layer, "counts": counts, "total": sum(counts.values())})
    return out


def _errors(run: Run) -> Object:
    """The errors listed, in the order of the documents, and all that they point to."""
    details, attempted = run.details, run.scored.attempted
    # The realis of an event whose layer is not attempted would be no error either.
    said = [need for need in details.errors if need in attempted and (need != "realis" or "events" in attempted)]
    found: list[Error] = [error for need in said for error in details.errors[need]]
    found.sort(key=lambda e: e.document)
    listed = found[: details.limit]
    total = sum(details.total[need] for need in said)
    contexts, frames = _used(listed)
    return {
        "limit": details.limit,
        "total": total,
        "left_out": total - len(listed),
        "documents": msgspec.to_builtins(details.documents),
        "contexts": {i: msgspec.to_builtins(details.contexts[i]) for i in contexts},
        "frames": {i: msgspec.to_builtins(details.frames[i]) for i in frames},
        "list": msgspec.to_builtins(listed),
    }


def _used(listed: Sequence[Error]) -> tuple[list[int], list[int]]:
    """The contexts and frames that these errors show."""
    contexts = {i for e in listed for i in e.contexts}
    frames = {i for e in listed for i in (e.gold_event, e.pred_event) if i is not None}
    return sorted(contexts), sorted(frames)


# ---------------------------------------------------------------------- plots


def _plotted(run: Run, leads: Mapping[str, str]) -> Object:
    """F1 of the metrics that speak for the layers, and the same by the length of documents."""
    nothing = {"f1": None, "interval": None}
    shown = {}
    for title, metric in leads.items():
        found = run.summary["metrics"].get(metric, nothing)
        shown[title] = {"metric": metric, "f1": found["f1"], "interval": found["interval"]}
    return {"name": run.name, "leads": shown, "lengths": _by_length(run, leads)}


def _by_length(run: Run, leads: Mapping[str, str]) -> list[Object]:
    """Documents parted by length into about equally many, lengths of two significant digits staying together."""
    units, undefined = run.scored.by_document, run.scored.policies.undefined
    told = {title: m for title, m in leads.items() if m in units.place and m in run.scored.metrics}
    out = []
    for lengths in _bins(run.details.lengths):
        row = np.sum([run.details.by_length.sums[str(n)] for n in lengths], axis=0)
        f1 = {title: figures(metric, row[units.place[metric]], undefined)["f1"] for title, metric in told.items()}
        documents = sum(run.details.lengths[n] for n in lengths)
        out.append({"low": lengths[0], "high": lengths[-1], "documents": documents, "f1": f1})
    return out


def _bins(documents: Mapping[int, int]) -> list[list[int]]:
    """The lengths met, in runs that hold about equally many documents; at least two documents a run."""
    ordered = sorted(documents)
    total = sum(documents.values())
    parts = max(1, min(BINS, total // 2))
    out: list[list[int]] = [[] for _ in range(parts)]
    before = 0
    for length in ordered:
        # The middle document of this length says which part it falls in.
        middle = before + documents[length] / 2
        out[min(int(middle * parts / total), parts - 1)].append(length)
        before += documents[length]
    return [lengths for lengths in out if lengths]

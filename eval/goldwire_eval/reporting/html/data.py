"""What the report shows: one object of plain data from scores and errors, which the templates turn into HTML."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np

from goldwire_eval.error_analysis.examples import Details, Error, needs
from goldwire_eval.error_analysis.taxonomy import CLASSES
from goldwire_eval.metrics.prf import defined
from goldwire_eval.metrics.registry import KINDS
from goldwire_eval.reporting.html.confusion import TITLES, confusion
from goldwire_eval.reporting.metric_groups import VARIANT, grouped, leading, predicts_flat_names
from goldwire_eval.scored import Scored

GROUPS = ("genre", "part", "world", "document")
"""Properties of documents that figures may be broken down by, in the order of the page."""
EXAMPLES = 5
"""How many validation errors of each id are shown; all are counted."""
BINS = 5
Object = dict[str, Any]
Figures = Mapping[str, Mapping[str, Any]]


@dataclass
class Run:
    """A scored submission: its name in the report, statistics, summary (see `results.summarise`) and kept errors."""

    name: str
    scored: Scored
    summary: Mapping[str, Any]
    details: Details


def build(runs: Sequence[Run]) -> Object:
    """Return the data of the page. The last run is the one reported; the others appear in the plots only."""
    run = runs[-1]
    summary, metrics = run.summary, run.summary["metrics"]
    leads = {layer.title: lead for layer, lead in leading(metrics).items()}
    matrices = (confusion(run.details, layer, run.scored.attempted) for layer in TITLES)
    return {
        "name": run.name,
        **{
            key: summary[key] for key in ("version", "signature", "split", "documents", "resampled", "units", "missing")
        },
        "policies": msgspec.to_builtins(run.scored.policies),
        "notes": list(summary.get("notes", ())),
        "flat_names": predicts_flat_names(metrics),
        "validation_errors": _validation_errors(summary["validation_errors"]),
        "layers": _layers(metrics),
        "types": _by_type(summary["by"].get("type", {}), metrics),
        "groups": {group: _by_group(summary["by"].get(group, {}), metrics) for group in GROUPS},
        "confusion": [matrix for matrix in matrices if matrix],
        "classes": _classes(run),
        "errors": _errors(run),
        "runs": [_plotted(one, leads) for one in runs],
    }


# ---------------------------------------------------------------------- figures


def _layers(metrics: Figures) -> list[Object]:
    leads = leading(metrics)
    return [
        {
            "title": layer.title, "gloss": layer.gloss, "lead": leads[layer],
            "metrics": [{"name": name, "variant": VARIANT in name, **_counted(metrics[name])} for name in names],
        }
        for layer, names in grouped(metrics)
    ]  # fmt: skip


def _counted(row: Mapping[str, Any]) -> Object:
    """Return the figures with the numbers of gold and predicted items; None for metrics that do not count items."""
    counts = "tp" in row
    return {
        **row,
        "gold": row["tp"] + row["fn"] if counts else None,
        "predicted": row["tp"] + row["fp"] if counts else None,
    }


def _leads_of(rows: Mapping[str, Figures], metrics: Figures) -> dict[str, str]:
    """Return the leading metric by title of each layer that these rows have figures of."""
    known = {name for row in rows.values() for name in row}
    return {layer.title: lead for layer, lead in leading({m: metrics[m] for m in metrics if m in known}).items()}


def _by_type(rows: Mapping[str, Figures], metrics: Figures) -> list[Object]:
    """Return a table for each layer that has figures by type, the types with most gold items first."""
    out: list[Object] = []
    for title, metric in _leads_of(rows, metrics).items():
        found: list[Object] = [{"type": type_, **_counted(row[metric])} for type_, row in rows.items() if metric in row]
        out.append({"title": title, "metric": metric, "rows": sorted(found, key=lambda row: -(row["gold"] or 0))})
    return out


def _by_group(rows: Mapping[str, Figures], metrics: Figures) -> Object | None:
    """Return F1 of the leading metrics for each group of documents; None without named groups."""
    leads = _leads_of(rows, metrics)
    if not leads or not any(rows):
        return None
    table = [
        {"group": value, "f1": [row[lead]["f1"] if lead in row else None for lead in leads.values()]}
        for value, row in rows.items()
    ]
    return {"leads": leads, "rows": table}


# ---------------------------------------------------------------------- errors


def _validation_errors(found: Sequence[Mapping[str, Any]]) -> Object:
    """Return the validation errors grouped by id, the most frequent id first, with the first EXAMPLES of each."""
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for error in found:
        groups.setdefault(error["id"], []).append(error)
    ordered = sorted(groups.items(), key=lambda group: -len(group[1]))
    return {
        "total": len(found),
        "groups": [{"id": id, "count": len(errors), "examples": errors[:EXAMPLES]} for id, errors in ordered],
    }


def _is_attempted(attempted: frozenset[str], layer: str, error: str) -> bool:
    return f"{layer}s" in attempted and needs(layer, error) in attempted


def _classes(run: Run) -> list[Object]:
    """Return the number of errors of each class, for each attempted layer."""
    tally, attempted = run.scored.errors.tally, run.scored.attempted
    out = []
    for layer in TITLES:
        if f"{layer}s" in attempted:
            counts = {c: tally[layer, c] if _is_attempted(attempted, layer, c) else 0 for c in CLASSES}
            out.append({"layer": layer, "counts": counts, "total": sum(counts.values())})
    return out


def _errors(run: Run) -> Object:
    """Return the listed errors in document order, with all that they refer to."""
    details, attempted = run.details, run.scored.attempted
    # Realis of events counts only if events are attempted too.
    wanted = [need for need in details.errors if need in attempted and (need != "realis" or "events" in attempted)]
    found: list[Error] = [error for need in wanted for error in details.errors[need]]
    found.sort(key=lambda e: e.document)
    listed = found[: details.limit]
    total = sum(details.total[need] for need in wanted)
    contexts, frames = _referred(listed)
    return {
        "limit": details.limit,
        "total": total,
        "left_out": total - len(listed),
        "documents": msgspec.to_builtins(details.documents),
        "contexts": {i: msgspec.to_builtins(details.contexts[i]) for i in contexts},
        "frames": {i: msgspec.to_builtins(details.frames[i]) for i in frames},
        "list": msgspec.to_builtins(listed),
    }


def _referred(listed: Iterable[Error]) -> tuple[list[int], list[int]]:
    """Return the numbers of the contexts and frames that these errors show."""
    contexts: set[int] = set()
    frames: set[int] = set()
    for error in listed:
        contexts.update(error.contexts)
        frames.update(i for i in (error.gold_event, error.pred_event) if i is not None)
    return sorted(contexts), sorted(frames)


# ---------------------------------------------------------------------- plots


def _plotted(run: Run, leads: Mapping[str, str]) -> Object:
    """Return F1 of the leading metrics, overall and by the length of documents."""
    undefined = {"f1": None, "interval": None}
    found = {title: run.summary["metrics"].get(metric, undefined) for title, metric in leads.items()}
    shown = {
        title: {"metric": leads[title], "f1": row["f1"], "interval": row["interval"]} for title, row in found.items()
    }
    return {"name": run.name, "leads": shown, "lengths": _by_length(run, leads)}


def _by_length(run: Run, leads: Mapping[str, str]) -> list[Object]:
    """Return F1 for bins of documents by length, each of about equally many."""
    units, undefined = run.scored.by_document, 0.0 if run.scored.policies.undefined == "zero" else None
    known = {title: m for title, m in leads.items() if m in units.place and m in run.scored.metrics}
    out = []
    for lengths in _bins(run.details.lengths):
        row = np.sum([run.details.by_length.sums[str(n)] for n in lengths], axis=0)
        f1 = {title: defined(float(KINDS[m].figures(row[units.place[m]]).f1)) for title, m in known.items()}
        f1 = {title: undefined if value is None else value for title, value in f1.items()}
        documents = sum(run.details.lengths[n] for n in lengths)
        out.append({"low": lengths[0], "high": lengths[-1], "documents": documents, "f1": f1})
    return out


def _bins(documents: Mapping[int, int]) -> list[list[int]]:
    """Split lengths, given with their numbers of documents, into at most BINS bins of at least about two documents."""
    total = sum(documents.values())
    parts = max(1, min(BINS, total // 2))
    out: list[list[int]] = [[] for _ in range(parts)]
    before = 0
    for length in sorted(documents):
        # The middle document of a length decides on its bin.
        middle = before + documents[length] / 2
        out[min(int(middle * parts / total), parts - 1)].append(length)
        before += documents[length]
    return [lengths for lengths in out if lengths]

"""From gold documents and predictions to per-document counts, and from those to every figure."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from goldwire_corpus import __version__
from goldwire_corpus.incident import DataError, Incident
from goldwire_corpus.prediction import Prediction
from goldwire_corpus.schema import Document
from goldwire_eval import errors as error_classes
from goldwire_eval.counts import Counts
from goldwire_eval.grounding import predicted_items
from goldwire_eval.items import EVERYTHING, Items, gold_items
from goldwire_eval.match import ByType
from goldwire_eval.metrics import METRICS, count
from goldwire_eval.read import Lines, read_predictions
from goldwire_eval.statistics import FEWEST_DOCUMENTS, RESAMPLES, SEED, Array, intervals


class Scored(msgspec.Struct, frozen=True):
    """Sufficient counts: of each document and metric, by type. All further figures are arithmetic on these."""

    documents: list[Document]
    counts: list[dict[str, ByType]]
    errors: list[list[error_classes.Error]]
    missing: list[str]
    incidents: list[Incident]
    attempted: frozenset[str]
    lenient: bool

    @property
    def metrics(self) -> list[str]:
        return [name for name, needs in METRICS.items() if needs in self.attempted]

    def total(self, metric: str, keep: Any = None) -> Counts:
        """The sum over the documents for which `keep` holds."""
        return sum_counts(
            counts
            for document, by_metric in zip(self.documents, self.counts, strict=True)
            if keep is None or keep(document)
            for counts in by_metric[metric].values()
        )

    def matrix(self) -> Array:
        """Shape (documents, metrics, 3): tp, fp, fn of every document and metric."""
        rows = [[sum_counts(by_metric[m].values()) for m in self.metrics] for by_metric in self.counts]
        return np.array(rows, dtype=np.float64).reshape(len(self.documents), len(self.metrics), 3)


def sum_counts(counts: Any) -> Counts:
    total = Counts()
    for one in counts:
        total += one
    return total


def load_predictions(path: Path, gold: Sequence[Document], lenient: bool = False) -> "Scored":
    """Reads, checks, grounds and counts a file of predictions against `gold`.

    Raises DataError with every incident; `lenient` scores what is at fault as wrong instead.
    """
    lines, incidents = read_predictions(path)
    return score(lines, gold, str(path), incidents, lenient)


def score_documents(predictions: Sequence[Prediction], gold: Sequence[Document], name: str) -> "Scored":
    """Scores predictions made in this process, exactly as if they had been read from a file."""
    return score(list(enumerate(predictions, 1)), gold, name, [], lenient=False)


def score(lines: Lines, gold: Sequence[Document], path: str, incidents: Sequence[Incident], lenient: bool) -> "Scored":
    found = list(incidents)
    known = {document.id: document for document in gold}
    items: dict[str, Items] = {}
    for line, prediction in lines:
        document = known.get(prediction.id)
        if document is None:
            found.append(Incident(path, line, "document-unknown", f"no document {prediction.id!r} in this gold"))
            continue
        made, met = predicted_items(prediction, document, path, line)
        found += met
        if prediction.id in items:
            found.append(Incident(path, line, "document-duplicate", f"document {prediction.id} stands twice"))
            made = items[prediction.id].joined(made)
        items[prediction.id] = made
    if found and not lenient:
        raise DataError(found)
    attempted = _attempted(list(items.values()))
    pairs = [(gold_items(document), items.get(document.id, Items())) for document in gold]
    return Scored(
        list(gold),
        [count(left, right) for left, right in pairs],
        [error_classes.errors(left, right, attempted) for left, right in pairs],
        [document.id for document in gold if document.id not in items],
        found,
        attempted,
        lenient,
    )


def _attempted(items: Sequence[Items]) -> frozenset[str]:
    """What the submission as a whole attempts. One without any event cannot say that it left attributes out."""
    if not items:
        return EVERYTHING
    attempted = frozenset[str]().union(*(x.attempted for x in items))
    if "events" in attempted and not any(x.events for x in items):
        attempted |= {"arguments", "realis", "polarity"}
    return attempted | ({"attributes"} if attempted >= {"realis", "polarity"} else set())


def signature(data: str, split: str, documents: int, lenient: bool = False) -> str:
    """What must be equal for two scores to be comparable; the version stands last."""
    resample = f"{RESAMPLES},seed:{SEED}" if documents >= FEWEST_DOCUMENTS else "none"
    faults = "wrong" if lenient else "refused"
    policies = f"labels:goldwire|bio:flat|duplicates:spurious|empty:null|missing:empty|faults:{faults}"
    return f"goldwire|data:{data}|split:{split.replace('|', '_')}|{policies}|resample:{resample}|version:{__version__}"


def report(scored: Scored, split: str, data: str) -> dict[str, Any]:
    """The object that `--json` prints: fractions in [0, 1] or null, intervals as pairs or null."""
    matrix = scored.matrix()
    documents = len(scored.documents)
    bounds = intervals(matrix)
    metrics = {}
    for i, name in enumerate(scored.metrics):
        pair = None if np.isnan(bounds[0, i]) else [float(bounds[0, i]), float(bounds[1, i])]
        metrics[name] = {**figures(Counts(*matrix[:, i].sum(axis=0).tolist())), "interval": pair}
    return {
        "version": __version__,
        "signature": signature(data, split, documents, scored.lenient),
        "split": split,
        "documents": documents,
        "missing": scored.missing,
        "incidents": [msgspec.to_builtins(incident) for incident in scored.incidents],
        "metrics": metrics,
        "by": {
            "type": _by_type(scored),
            "genre": _by_fact(scored, "genre"),
            "part": _by_fact(scored, "part"),
        },
        "errors": error_classes.count([error for document in scored.errors for error in document]),
    }


def figures(counts: Counts) -> dict[str, float | None]:
    return {
        "tp": counts.tp, "fp": counts.fp, "fn": counts.fn,
        "precision": counts.precision, "recall": counts.recall, "f1": counts.f1,
    }  # fmt: skip


def _by_type(scored: Scored) -> dict[str, Mapping[str, Any]]:
    out: dict[str, dict[str, Counts]] = {}
    for by_metric in scored.counts:
        for metric in scored.metrics:
            for type_, counts in by_metric[metric].items():
                if type_:
                    row = out.setdefault(type_, {})
                    row[metric] = row.get(metric, Counts()) + counts
    return {type_: {m: figures(c) for m, c in row.items()} for type_, row in sorted(out.items())}


def _by_fact(scored: Scored, fact: str) -> dict[str, Mapping[str, Any]]:
    values = sorted({getattr(document, fact) for document in scored.documents})
    return {
        value: {m: figures(scored.total(m, lambda d, value=value: getattr(d, fact) == value)) for m in scored.metrics}
        for value in values
    }

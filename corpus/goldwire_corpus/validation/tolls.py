"""Checks of the scopes of counts in a document, and of records against the true tolls of a world."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from goldwire_corpus.errors import ValidationError
from goldwire_corpus.schema.document import Document, Event, Quantity, Record, Toll
from goldwire_corpus.schema.knowledge_base import IncidentTruth, Report

Found = tuple[str, str, str]
_NUMBERS = ("killed", "wounded")


def scope_errors(document: Document) -> Iterator[Found]:
    """Yield an error for each part above its total, and each superseded count without another count of its cluster."""
    quantities = {q.id: q for q in document.quantities}
    entities = {m.id: m.entity for m in document.mentions}
    clusters: dict[str, list[tuple[Event, Quantity, str | None]]] = {}
    for e in document.events:
        counts = [(e, quantities[a.filler], a.scope) for a in e.arguments if a.role == "Count"]
        clusters.setdefault(e.cluster, []).extend(counts)
    for counts in clusters.values():
        for event, quantity, scope in counts:
            if scope == "part":
                source = entities.get(event.source)
                totals = [q for e, q, other in counts if other == "total" and entities.get(e.source) == source]
                yield from _above_total(event, quantity, totals)
            elif scope == "superseded" and not any(s != "superseded" for _, _, s in counts):
                message = f"count {quantity.id} is superseded, but no other count of {event.cluster} replaces it"
                yield event.id, "count-superseded", message


def _above_total(event: Event, part: Quantity, totals: Sequence[Quantity]) -> Iterator[Found]:
    """Yield an error if a part exceeds all totals of its source."""
    tops = [q.max for q in totals if q.max is not None]
    if part.min is not None and len(tops) == len(totals) > 0 and part.min > max(tops):
        message = f"count {part.id} is a part of {part.min:g}, above its total of {max(tops):g}"
        yield event.id, "count-part", message


def truth_errors(
    documents: Sequence[Document], truths: Sequence[IncidentTruth], paths: Mapping[str, str], path: str
) -> Iterator[ValidationError]:
    """Yield an error for each record that contradicts the true toll of its incident and all listed reports.

    `paths` has the file of each document, `path` is the file of the truths.
    """
    by_incident = {truth.incident: truth for truth in truths}
    for number, truth in enumerate(truths, 1):
        for report in truth.reported:
            if report.document not in paths:
                yield ValidationError(path, number, "document-unknown", f"report of unknown document {report.document}")
    for document in documents:
        for record in document.records:
            truth_of = by_incident.get(record.incident or "")
            if truth_of is not None:
                yield from _against(record, truth_of, document.id, paths[document.id])


def _against(record: Record, truth: IncidentTruth, document: str, path: str) -> Iterator[ValidationError]:
    reported = [report for report in truth.reported if report.document == document]
    for name in _NUMBERS:
        true = getattr(truth, name)
        if not isinstance(true, int) or _holds(record, name, true):
            continue
        standing = [t for t in record.tolls if not t.superseded and not _holds(t, name, true)]
        if not all(_listed(toll, name, reported) for toll in standing):
            low, high = getattr(record, f"{name}_min"), getattr(record, f"{name}_max")
            message = (
                f"{record.cluster}: {name} from {low} to {'any' if high is None else high}, but {truth.incident} "
                f"has {true}; correct the counts or list the report of {document} in the truth file"
            )
            yield ValidationError(path, 0, "toll-truth", message)


def _holds(bounds: Record | Toll, name: str, number: int) -> bool:
    """Return whether bounds contain a number; bounds that are unknown on both sides contain every number."""
    low, high = getattr(bounds, f"{name}_min"), getattr(bounds, f"{name}_max")
    return (low is None or low <= number) and (high is None or number <= high)


def _listed(toll: Toll, name: str, reported: Iterable[Report]) -> bool:
    figures = (getattr(report, name) for report in reported)
    return any(figure is not None and _holds(toll, name, figure) for figure in figures)

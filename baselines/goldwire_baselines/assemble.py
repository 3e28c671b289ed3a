"""Assembly of the items that a baseline finds into a prediction with entities, event clusters and records."""

import re
from collections.abc import Iterable

import msgspec

from goldwire_baselines.given import Given
from goldwire_corpus.schema.document import (
    AUTHOR,
    NIL,
    Argument,
    Document,
    Entity,
    Event,
    EventCluster,
    Mention,
    Quantity,
    Relation,
)
from goldwire_corpus.schema.document import Record as GoldRecord
from goldwire_corpus.schema.incident_records import derive
from goldwire_corpus.schema.ontology import ontology
from goldwire_corpus.schema.prediction import (
    PredCluster,
    PredEvent,
    Prediction,
    PredMention,
    PredQuantity,
    PredRecord,
    PredRelation,
    PredSpan,
    PredTime,
)

_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def assemble(
    document: Document,
    mentions: list[PredMention],
    times: list[PredTime],
    quantities: list[PredQuantity],
    titles: list[PredSpan],
    events: list[PredEvent],
    given: Given,
) -> Prediction:
    """Return a prediction with coreference by name, singleton event clusters, causal relations and records.

    Entities and event clusters that are given are kept.
    """
    entities = _link_names(document, mentions) if given.entities is None else given.entities
    dates = {t.id: t.value for t in times if t.type == "DATE" and _DAY.fullmatch(t.value or "")}
    clusters = _clusters(events, dates, given.event_clusters)
    relations = list(_causes(document, events))
    prediction = Prediction(
        id=document.id, mentions=mentions, times=times, quantities=quantities, titles=titles, events=events,
        event_clusters=clusters, relations=relations,
    )  # fmt: skip
    prediction.records = [_record(r) for r in derive(_as_document(document, prediction, entities))]
    return prediction


def _link_names(document: Document, mentions: list[PredMention]) -> dict[str, str]:
    """Put mentions of the same name into one entity and others into their own; return the name of each entity."""
    names: dict[str, str] = {}
    for m in mentions:
        head = document.text[m.head_start or m.start or 0 : m.head_end or m.end or 0]
        m.entity = f"name:{head.lower()}" if m.level == "NAM" else str(m.id)
        names.setdefault(m.entity, head if m.level == "NAM" else document.text[m.start or 0 : m.end or 0])
    return names


def _clusters(
    events: list[PredEvent], dates: dict[str | None, str | None], given: dict[str, str] | None
) -> list[PredCluster]:
    """Put each event into its given cluster or into one of its own, anchored to the first day of its events."""
    clusters: dict[str, PredCluster] = {}
    for event in events:
        event.cluster = f"c{event.id}" if given is None else given[str(event.id)]
        cluster = clusters.setdefault(event.cluster, PredCluster(id=event.cluster, type=event.type))
        if cluster.earliest is None:
            day = next((dates[a.filler] for a in event.arguments or () if a.role == "Time" and a.filler in dates), None)
            cluster.earliest = cluster.latest = day
    return list(clusters.values())


def _causes(document: Document, events: list[PredEvent]) -> Iterable[PredRelation]:
    for sentence in document.sentences:
        inside = [e for e in events if sentence.start <= (e.start or 0) < sentence.end]
        attacks = [e for e in inside if e.type == "Attack"]
        for harm in inside:
            if harm.type in ("Die", "Injure") and attacks:
                nearest = min(attacks, key=lambda a: abs((a.start or 0) - (harm.start or 0)))
                yield PredRelation(type="CAUSES", from_=str(nearest.cluster), to=str(harm.cluster))


def _as_document(document: Document, p: Prediction, names: dict[str, str]) -> Document:
    """Return the prediction as a gold document, from which records are derived by the same function as for gold."""
    defaults = ontology().attribute
    mentions = [
        Mention(str(m.id), m.start or 0, m.end or 0, m.head_start or 0, m.head_end or 0, m.type, m.level or "NAM",
                str(m.entity))
        for m in p.mentions or ()
    ]  # fmt: skip
    types = {m.entity: m.type for m in mentions}
    return Document(
        document.id, document.part, document.world, document.genre, document.title, document.published,
        document.text, document.sentences, document.tokens,
        mentions,
        [Entity(key, types[key], name, NIL) for key, name in names.items()],
        [],
        [
            Quantity(str(q.id), q.start or 0, q.end or 0, q.min, q.max, q.modifier or "exact", q.unit or "item")
            for q in p.quantities or ()
        ],
        [],
        [
            Event(str(e.id), e.start or 0, e.end or 0, e.type, e.realis or defaults["realis"].default,
                  e.polarity or defaults["polarity"].default, e.means, e.phase, AUTHOR, "asserts", str(e.cluster),
                  [Argument(a.role, str(a.filler), a.scope) for a in e.arguments or ()])
            for e in p.events or ()
        ],
        [EventCluster(c.id, str(c.type), NIL, c.earliest, c.latest) for c in p.event_clusters or ()],
        [Relation(r.type, r.from_, r.to) for r in p.relations or ()],
    )  # fmt: skip


def _record(record: GoldRecord) -> PredRecord:
    return msgspec.convert(record, PredRecord, from_attributes=True)

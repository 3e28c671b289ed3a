"""Assembly of the items that a baseline finds into a prediction with entities, clusters, relations and records."""

from collections.abc import Callable, Mapping

import msgspec

from goldwire_baselines.anchors import anchors
from goldwire_baselines.coreference import link
from goldwire_baselines.event_coreference import cluster, share
from goldwire_baselines.event_relations import narrative
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

Relater = Callable[[Document], list[Relation]]
"""Returns the relations of a document with mentions, events and anchored event clusters."""


def assemble(
    document: Document,
    mentions: list[PredMention],
    times: list[PredTime],
    quantities: list[PredQuantity],
    titles: list[PredSpan],
    events: list[PredEvent],
    given: Given,
    relate: Relater = narrative,
) -> Prediction:
    """Return a prediction with coreference, anchors, the relations that `relate` finds, and records.

    Entities and event clusters that are given are kept.
    """
    names = link(document, mentions) if given.entities is None else given.entities
    values = {str(t.id): t.value for t in times if t.value}
    counts = {str(q.id): f"{q.min} {q.max}" for q in quantities}
    cluster(document, events, {str(m.id): str(m.entity) for m in mentions}, values | counts)
    if given.event_clusters is not None:
        for event in events:
            event.cluster = given.event_clusters[str(event.id)]
    share(events)
    clusters = {str(e.cluster): PredCluster(id=str(e.cluster), type=e.type) for e in events}
    prediction = Prediction(
        id=document.id, mentions=mentions, times=times, quantities=quantities, titles=titles, events=events,
        event_clusters=list(clusters.values()), relations=[],
    )  # fmt: skip
    for key, (earliest, latest) in anchors(as_document(document, prediction, names), values).items():
        clusters[key].earliest, clusters[key].latest = earliest, latest
    found = relate(as_document(document, prediction, names))
    prediction.relations = [PredRelation(type=r.type, from_=r.from_, to=r.to) for r in found]
    prediction.records = records(as_document(document, prediction, names))
    return prediction


def as_document(document: Document, p: Prediction, names: Mapping[str, str]) -> Document:
    """Return a prediction, whose items all have ids and offsets, as a gold document; `names` are those of entities."""
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
                  e.polarity or defaults["polarity"].default, e.means, e.phase, str(e.source or AUTHOR),
                  e.stance or defaults["stance"].default, str(e.cluster),
                  [Argument(a.role, str(a.filler), a.scope) for a in e.arguments or ()])
            for e in p.events or ()
        ],
        [EventCluster(c.id, str(c.type), NIL, c.earliest, c.latest) for c in p.event_clusters or ()],
        [Relation(r.type, r.from_, r.to) for r in p.relations or ()],
    )  # fmt: skip


def records(document: Document) -> list[PredRecord]:
    """Return the records of a document of predicted layers, derived by the same function as for gold."""
    return [msgspec.convert(record, PredRecord, from_attributes=True) for record in derive(document)]

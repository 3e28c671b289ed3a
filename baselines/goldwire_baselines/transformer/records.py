"""Incident records of a prediction with its own clusters, sources and relations, derived as those of gold."""

from collections import Counter

import msgspec

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
from goldwire_corpus.schema.prediction import Prediction, PredMention, PredRecord


def records(document: Document) -> list[PredRecord]:
    """Return the records of a document of predicted layers."""
    return [msgspec.convert(record, PredRecord, from_attributes=True) for record in derive(document)]


def as_document(document: Document, found: Prediction) -> Document:
    """Return a prediction, whose items all have ids and offsets, in the form of a gold document."""
    defaults = {name: attribute.default for name, attribute in ontology().attribute.items()}
    mentions = [
        Mention(str(m.id), m.start or 0, m.end or 0, m.head_start or 0, m.head_end or 0, m.type, m.level or "NAM",
                str(m.entity))
        for m in found.mentions or ()
    ]  # fmt: skip
    types = {m.entity: m.type for m in mentions}
    return Document(
        document.id, document.part, document.world, document.genre, document.title, document.published,
        document.text, document.sentences, document.tokens,
        mentions,
        [Entity(key, types[key], name, NIL) for key, name in _names(document.text, found.mentions or []).items()],
        [],
        [
            Quantity(str(q.id), q.start or 0, q.end or 0, q.min, q.max, q.modifier or "exact", q.unit or "item")
            for q in found.quantities or ()
        ],
        [],
        [
            Event(str(e.id), e.start or 0, e.end or 0, e.type, e.realis or defaults["realis"],
                  e.polarity or defaults["polarity"], e.means, e.phase, str(e.source or AUTHOR),
                  e.stance or defaults["stance"], str(e.cluster),
                  [Argument(a.role, str(a.filler), a.scope) for a in e.arguments or ()])
            for e in found.events or ()
        ],
        [EventCluster(c.id, str(c.type), NIL, c.earliest, c.latest) for c in found.event_clusters or ()],
        [Relation(r.type, r.from_, r.to) for r in found.relations or ()],
    )  # fmt: skip


def _names(text: str, mentions: list[PredMention]) -> dict[str, str]:
    """Return the name of each entity: its most frequent proper name, else its first noun phrase, else a pronoun."""
    forms: dict[str, tuple[Counter[str], list[str], list[str]]] = {}
    for m in mentions:
        names, phrases, pronouns = forms.setdefault(str(m.entity), (Counter(), [], []))
        full = text[m.start or 0 : m.end or 0]
        if m.level == "NAM":
            names[text[m.head_start or 0 : m.head_end or 0]] += 1
        else:
            (pronouns if m.level == "PRO" else phrases).append(full)
    return {
        entity: names.most_common(1)[0][0] if names else (phrases or pronouns)[0]
        for entity, (names, phrases, pronouns) in forms.items()
    }

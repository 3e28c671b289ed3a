"""The pairs of event clusters whose relations are judged (annotation guidelines 1.0, 7.2 and pairs.md).

A pair is two clusters with an ACTUAL mention each, of which two mentions occur in the same sentence or in neighbouring
ones. If their anchors do not overlap, the anchors decide the order and no judgement is needed.
"""

from bisect import bisect_right
from collections.abc import Iterable
from itertools import combinations
from typing import NamedTuple

import msgspec

from goldwire_corpus.schema.document import Document, EventCluster, Relation

VAGUE = "VAGUE"
NO_CAUSE = "none"
TEMPORAL_LABELS = {
    "BEFORE": ("BEFORE", False), "AFTER": ("BEFORE", True), "INCLUDES": ("INCLUDES", False),
    "INCLUDED": ("INCLUDES", True), "OVERLAPS": ("OVERLAPS", False), "SIMULTANEOUS": ("SIMULTANEOUS", False),
    VAGUE: None,
}  # fmt: skip
"""The relation of each temporal label and whether it is inverted; None for a label without a relation."""
CAUSAL_LABELS = {
    NO_CAUSE: None, "CAUSES": ("CAUSES", False), "CAUSED": ("CAUSES", True), "ENABLES": ("ENABLES", False),
    "ENABLED": ("ENABLES", True),
}  # fmt: skip


class EventPair(NamedTuple):
    """Two clusters in the order of their first mentions; `order` is BEFORE or AFTER if their anchors decide it."""

    one: str
    two: str
    order: str | None


class Judgement(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A line of judged pairs: the labels of a pair, or a whole and its part.

    Clusters are named by their keys, without the prefix `nil:`.
    """

    one: str = ""
    two: str = ""
    temporal: str | None = None
    causal: str = NO_CAUSE
    whole: str = ""
    part: str = ""


INVERSE = {
    "BEFORE": "AFTER", "AFTER": "BEFORE", "INCLUDES": "INCLUDED", "INCLUDED": "INCLUDES", "CAUSES": "CAUSED",
    "CAUSED": "CAUSES", "ENABLES": "ENABLED", "ENABLED": "ENABLES",
}  # fmt: skip
"""The label of a pair in the other direction; labels that have no direction are absent."""


def inverted(judgement: Judgement) -> Judgement:
    """Return the same judgement of a pair, told from its other end."""
    temporal, causal = (INVERSE.get(label or "", label) for label in (judgement.temporal, judgement.causal))
    return Judgement(judgement.two, judgement.one, temporal, causal or NO_CAUSE)


def event_pairs(document: Document) -> list[EventPair]:
    """Return the pairs of a document to judge, in the order of the text."""
    starts = [sentence.start for sentence in document.sentences]
    sentences: dict[str, set[int]] = {}
    for event in sorted(document.events, key=lambda e: (e.start, e.end)):
        sentences.setdefault(event.cluster, set()).add(bisect_right(starts, event.start))
    actual = {e.cluster for e in document.events if e.realis == "ACTUAL"}
    clusters = {c.id: c for c in document.event_clusters}
    keys = [key for key in sentences if key in actual and key in clusters]
    return [
        EventPair(one, two, _order(clusters[one], clusters[two]))
        for one, two in combinations(keys, 2)
        if any(near in sentences[two] for i in sentences[one] for near in (i - 1, i, i + 1))
    ]


def _order(one: EventCluster, two: EventCluster) -> str | None:
    if one.latest and two.earliest and one.latest < two.earliest:
        return "BEFORE"
    if two.latest and one.earliest and two.latest < one.earliest:
        return "AFTER"
    return None


def as_key(cluster: str) -> str:
    """Return the key of a cluster as annotators write it."""
    return cluster.removeprefix("nil:")


def as_cluster(key: str) -> str:
    """Return the id of the cluster with this key; a key without a colon is not in the knowledge base."""
    return key if ":" in key else f"nil:{key}"


def relations(judgements: Iterable[Judgement]) -> list[Relation]:
    """Return the relations of judged pairs; VAGUE gives none."""
    found: list[Relation] = []
    for judgement in judgements:
        if judgement.whole:
            found.append(Relation("SUBEVENT", as_cluster(judgement.whole), as_cluster(judgement.part)))
            continue
        ends = as_cluster(judgement.one), as_cluster(judgement.two)
        for label, labels in ((judgement.temporal, TEMPORAL_LABELS), (judgement.causal, CAUSAL_LABELS)):
            meaning = labels.get(label or "")
            if meaning is not None:
                type_, turned = meaning
                found.append(Relation(type_, *(ends[::-1] if turned else ends)))
    return found

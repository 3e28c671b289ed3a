"""Relations between events: temporal awareness, causes and subevents; under any labels, relations of every type.

Event clusters are aligned one to one by phi-4 similarity (Luo 2005), a predicted one with a gold one that most of its
mentions belong to: else one event of every type on every trigger could not miss. A relation is the same where its type
and both its aligned clusters are. `relation.exact` aligns entity clusters in the same way. `relation.temporal` is the
awareness of UzZaman and Allen (2011), as `goldwire_eval.metrics.temporal_closure` defines it.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

import msgspec
import numpy as np

from goldwire_corpus.schema.document import CAUSAL, TEMPORAL
from goldwire_eval.batch.arrays import Ints, dense, firsts
from goldwire_eval.batch.labels import INVALID
from goldwire_eval.batch.tables import RELATION_CODES, Batch, Events, Mentions, Relations, numbered
from goldwire_eval.matching.one_to_one import DocumentStats, match_keys
from goldwire_eval.metrics.base import Family
from goldwire_eval.metrics.coref_counts import Contingency, alignment, contingency
from goldwire_eval.metrics.prf import FRACTIONS, MATCHED
from goldwire_eval.metrics.temporal_closure import Relation, awareness
from goldwire_eval.policy import ANY

_FAR, _TYPES = 1 << 40, 1 << 10


def _aligned(batch: Batch, table: Events | Mentions, key: Sequence[Ints], left: Ints, right: Ints) -> list[Ints]:
    """Return both ends of the relations with equal numbers for aligned clusters.

    `left` and `right` are clusters of `table`, `key` says which of its items are the same. An end without a cluster
    gets a number below zero that no other has, and so equals nothing.
    """
    r = batch.relations
    number = numbered(table, batch.ranks)
    counts = contingency(table.doc, table.gold, batch.documents, number, *key).mostly_shared()
    pairs = alignment(counts, _preference(batch, table, number, counts))
    shared = len(counts.gold_size) + np.arange(len(counts.pred_size))
    shared[counts.pred[pairs]] = counts.gold[pairs]
    number[table.gold :] = shared[number[table.gold :]]
    ends: list[Ints] = []
    for place, end in enumerate((left, right)):
        column = -1 - place - 2 * np.arange(len(r))
        for mine, items in ((slice(0, r.gold), slice(0, table.gold)), (slice(r.gold, None), slice(table.gold, None))):
            first = firsts(table.cluster[items])
            known = table.cluster[items][first]
            if len(known):
                at = np.minimum(np.searchsorted(known, end[mine]), len(known) - 1)
                column[mine] = np.where(known[at] == end[mine], number[items][first[at]], column[mine])
        ends.append(column)
    return ends


def _of_events(batch: Batch) -> Relations:
    """Return the relations with aligned event clusters as ends."""
    if batch.aligned is None:
        e, r = batch.events, batch.relations
        left, right = _aligned(batch, e, (e.start, e.end, e.type), r.left, r.right)
        batch.aligned = msgspec.structs.replace(r, left=left, right=right)
    return batch.aligned


def _exact(batch: Batch) -> Mapping[str, DocumentStats]:
    """Type and both ends verbatim: an end is an event cluster or an entity cluster, aligned like these."""
    m, r = batch.mentions, batch.relations
    if batch.policies.labels != ANY:
        return {"relation.exact": DocumentStats(np.zeros((batch.documents, 3)), np.zeros((batch.types, 3)))}
    events = _of_events(batch)
    entities = _aligned(batch, m, (m.start, m.end), r.left_entity, r.right_entity)
    # A cluster of events is never equal to one of entities; an end without either is negative and equals nothing.
    ends = [np.where(entity >= 0, 2 * entity + 1, np.where(event >= 0, 2 * event, event))
            for event, entity in zip((events.left, events.right), entities, strict=True)]  # fmt: skip
    return {"relation.exact": match_keys(r, *ends, type=r.label, types=batch.types, once=batch.once)}


def _preference(
    batch: Batch, table: Events | Mentions, number: Ints, counts: Contingency
) -> Callable[[Ints], list[tuple[int, int]]]:
    """Return the keys that break ties between clusters that are equally alike.

    Those that begin together are preferred, then those in the same order in the text, so that ties are broken alike
    whatever else is in the batch.
    """
    first = []
    for side in (slice(0, table.gold), slice(table.gold, None)):
        places = np.full(int(number[side].max(initial=-1)) + 1, _FAR)
        np.minimum.at(places, number[side], (table.start * _TYPES + batch.ranks[table.type])[side])
        first.append(places)
    gold, pred = first[0][counts.gold], first[1][counts.pred]

    def keys(pairs: Ints) -> list[tuple[int, int]]:
        # The sum of the products is greatest where the clusters of both sides are paired in order.
        ranks = [dense(places[pairs])[0] + 1 for places in (gold, pred)]
        return [(int(a == b), i * j) for a, b, i, j in
                zip(*(column.tolist() for column in (gold[pairs], pred[pairs], *ranks)), strict=True)]  # fmt: skip

    return keys


def _of(relations: Relations, types: tuple[str, ...]) -> Relations:
    """Return the relations of these types, and those of an unknown type, which count as errors."""
    return relations.where(np.isin(relations.type, [*(RELATION_CODES[name] for name in types), INVALID]))


def _temporal(batch: Batch) -> Mapping[str, DocumentStats]:
    relations = _of(_of_events(batch), TEMPORAL)
    # A relation of two clusters that do not exist is counted by itself.
    lone = (relations.left < 0) & (relations.right < 0)
    stats = np.zeros((batch.documents, 4))
    for place, mine in ((3, slice(0, relations.gold)), (1, slice(relations.gold, None))):
        stats[:, place] = np.bincount(relations.doc[mine][lone[mine]], minlength=batch.documents)
    relations = relations.where(~lone)
    names = {INVALID: "BEFORE", **{RELATION_CODES[name]: name for name in TEMPORAL}}
    stated: dict[int, tuple[list[Relation], list[Relation]]] = defaultdict(lambda: ([], []))
    rows = zip(
        relations.doc.tolist(), relations.type.tolist(), relations.left.tolist(), relations.right.tolist(), strict=True
    )
    for i, (doc, type_, left, right) in enumerate(rows):
        stated[doc][i >= relations.gold].append((names[type_], left, right))
    for doc, sides in stated.items():
        stats[doc] += awareness(*sides)
    return {"relation.temporal": DocumentStats(stats)}


def _matched(name: str, types: tuple[str, ...]) -> Family:
    def count(batch: Batch) -> Mapping[str, DocumentStats]:
        r = _of(_of_events(batch), types)
        return {f"relation.{name}": match_keys(r, r.type, r.left, r.right, once=batch.once)}

    return Family({f"relation.{name}": MATCHED}, name, count)


FAMILIES = [
    Family({"relation.temporal": FRACTIONS}, "temporal", _temporal),
    _matched("causal", CAUSAL),
    _matched("subevent", ("SUBEVENT",)),
    Family({"relation.exact": MATCHED}, "labelled", _exact),
]

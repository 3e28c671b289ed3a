"""Relations between events: temporal awareness, causes and subevents.

Event clusters are aligned one to one by phi-4 similarity (Luo 2005), a predicted one with a gold one that most of its
mentions belong to: else one event of every type on every trigger could not miss. A relation is the same where its type
and both its aligned clusters are. `relation.temporal` is the awareness of UzZaman and Allen (2011), as
`goldwire_eval.metrics.temporal_closure` defines it.
"""

from collections import defaultdict
from collections.abc import Mapping

import numpy as np

from goldwire_corpus.schema.document import CAUSAL, TEMPORAL
from goldwire_eval.batch.arrays import Floats, Ints
from goldwire_eval.batch.labels import INVALID
from goldwire_eval.batch.tables import RELATION_CODES, Batch, Relations, numbered
from goldwire_eval.matching.one_to_one import DocumentStats, match_keys
from goldwire_eval.metrics.base import Family
from goldwire_eval.metrics.coref_counts import Contingency, alignment, contingency
from goldwire_eval.metrics.prf import FRACTIONS, MATCHED
from goldwire_eval.metrics.temporal_closure import Relation, awareness

_FAR, _TYPES = 1 << 40, 1 << 10


def _aligned(batch: Batch) -> Relations:
    """The relations with clusters numbered alike where they are aligned; lost ends equal nothing."""
    e, r = batch.events, batch.relations
    number = numbered(e, batch.ranks)
    table = contingency(e.doc, e.gold, batch.documents, number, e.start, e.end, e.type).mostly_shared()
    pairs = alignment(table, _preference(batch, number, table))
    shared = len(table.gold_size) + np.arange(len(table.pred_size))
    shared[table.pred[pairs]] = table.gold[pairs]
    number[e.gold :] = shared[number[e.gold :]]
    ends: list[Ints] = []
    for place, end in enumerate((r.left, r.right)):
        # An end that is no event's cluster equals nothing.
        column = -1 - place - 2 * np.arange(len(r))
        for mine, events in ((slice(0, r.gold), slice(0, e.gold)), (slice(r.gold, None), slice(e.gold, None))):
            known, first = np.unique(e.cluster[events], return_index=True)
            if len(known):
                at = np.minimum(np.searchsorted(known, end[mine]), len(known) - 1)
                column[mine] = np.where(known[at] == end[mine], number[events][first[at]], column[mine])
        ends.append(column)
    return Relations(r.doc, r.gold, r.documents, r.type, *ends)


def _preference(batch: Batch, number: Ints, table: Contingency) -> Floats:
    """Of clusters that are alike those that begin together; else what their places say, so that no tie is left.

    Ties must fall alike whatever else is in the batch.
    """
    e, first = batch.events, []
    for side in (slice(0, e.gold), slice(e.gold, None)):
        places = np.full(int(number[side].max(initial=-1)) + 1, _FAR)
        np.minimum.at(places, number[side], (e.start * _TYPES + batch.ranks[e.type])[side])
        first.append(places)
    gold, pred = first[0][table.gold], first[1][table.pred]
    # A sum of two terms would be no help: over all pairs it is the same however they are paired.
    mixed = (gold * 2_654_435_761 ^ pred * 40_503).view(np.uint64)
    mixed = (mixed ^ (mixed >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    scattered: Floats = (mixed >> np.uint64(11)).astype(np.float64) / 2**53
    return np.where(gold == pred, 1.0, scattered / 2)


def _of(relations: Relations, types: tuple[str, ...]) -> Relations:
    """The relations of these types, and those of a type that is none: they may not go free."""
    return relations.where(np.isin(relations.type, [*(RELATION_CODES[name] for name in types), INVALID]))


def _temporal(batch: Batch) -> Mapping[str, DocumentStats]:
    relations = _of(_aligned(batch), TEMPORAL)
    # A relation of two clusters that are nowhere stands for itself.
    lone = (relations.left < 0) & (relations.right < 0)
    stats = np.zeros((batch.documents, 4))
    for place, mine in ((3, slice(0, relations.gold)), (1, slice(relations.gold, None))):
        stats[:, place] = np.bincount(relations.doc[mine][lone[mine]], minlength=batch.documents)
    relations = relations.where(~lone)
    names = {INVALID: "BEFORE", **{RELATION_CODES[name]: name for name in TEMPORAL}}
    said: dict[int, tuple[list[Relation], list[Relation]]] = defaultdict(lambda: ([], []))
    rows = zip(
        relations.doc.tolist(), relations.type.tolist(), relations.left.tolist(), relations.right.tolist(), strict=True
    )
    for i, (doc, type_, left, right) in enumerate(rows):
        said[doc][i >= relations.gold].append((names[type_], left, right))
    for doc, sides in said.items():
        stats[doc] += awareness(*sides)
    return {"relation.temporal": DocumentStats(stats)}


def _matched(name: str, types: tuple[str, ...]) -> Family:
    def count(batch: Batch) -> Mapping[str, DocumentStats]:
        r = _of(_aligned(batch), types)
        return {f"relation.{name}": match_keys(r, r.type, r.left, r.right, once=batch.once)}

    return Family({f"relation.{name}": MATCHED}, name, count)


FAMILIES = [
    Family({"relation.temporal": FRACTIONS}, "temporal", _temporal),
    _matched("causal", CAUSAL),
    _matched("subevent", ("SUBEVENT",)),
]

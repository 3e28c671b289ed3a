"""Coreference of entity mentions and of event mentions, in a document and over the documents of a world.

Mentions are predicted: an entity mention is the same where its span is, an event mention where its span and type are.
`@nosingletons` leaves clusters of one mention out of both sides, as OntoNotes has none. The measures are in
`goldwire_eval.metrics.coref_counts`.
"""

from collections.abc import Callable, Mapping

import msgspec
import numpy as np

from goldwire_eval.batch.arrays import Bools, Ints, pack
from goldwire_eval.batch.tables import Batch, Events, Mentions, numbered
from goldwire_eval.matching.one_to_one import DocumentStats
from goldwire_eval.metrics.base import Family
from goldwire_eval.metrics.coref_counts import Contingency, contingency, statistics
from goldwire_eval.metrics.prf import BLANC, CONLL, FRACTIONS, Kind
from goldwire_eval.policy import Policies

MEASURES: dict[str, Kind] = {
    "muc": FRACTIONS, "b3": FRACTIONS, "ceafm": FRACTIONS, "ceafe": FRACTIONS, "lea": FRACTIONS, "blanc": BLANC,
    "conll": CONLL,
}  # fmt: skip
VARIANTS = ("", "@nosingletons")
Key = tuple[Ints, ...]


def _family(prefix: str, needs: str, table: Callable[[Batch], Mentions | Events], key: Callable[..., Key]) -> Family:
    def count(batch: Batch) -> Mapping[str, DocumentStats]:
        items = table(batch)
        number = numbered(items, batch.ranks)
        found = contingency(items.doc, items.gold, batch.documents, number, *key(items), once=batch.once)
        return _measured(prefix, found, batch.policies)

    return Family(_kinds(prefix), needs, count)


def _measured(prefix: str, found: Contingency, policies: Policies) -> Mapping[str, DocumentStats]:
    """Return every measure: of all clusters unless the policy drops singletons, and of those of several mentions."""
    several = found.without_singletons()
    sides = (several if policies.singletons == "dropped" else found, several)
    return {
        f"{prefix}.{name}{variant}": DocumentStats(stats)
        for variant, clusters in zip(VARIANTS, sides, strict=True)
        for name, stats in statistics(clusters).items()
    }


def _kinds(prefix: str) -> dict[str, Kind]:
    return {f"{prefix}.{name}{variant}": kind for variant in VARIANTS for name, kind in MEASURES.items()}


def _across(prefix: str, needs: str, table: Callable[[Batch], Mentions | Events], key: Callable[..., Key]) -> Family:
    """Return the metrics over the documents of a world: clusters of one link are one, unlinked ones stay in their
    document."""

    def count(batch: Batch) -> Mapping[str, DocumentStats]:
        items = table(batch)
        world = batch.worlds[items.doc]
        linked: Bools = items.link > 0
        # Numbers that meet only where the link and the world are the same, or else the cluster is.
        code, _ = pack(linked.astype(np.int64), np.where(linked, world, 0), np.where(linked, items.link, items.cluster))
        items = msgspec.structs.replace(items, cluster=code)
        worlds = int(batch.worlds.max(initial=-1)) + 1
        number = numbered(items, batch.ranks)
        found = contingency(world, items.gold, worlds, number, items.doc, *key(items), once=batch.once)
        return _measured(prefix, found, batch.policies)

    return Family(_kinds(prefix), needs, count, unit="world")


def _mentions(batch: Batch) -> Mentions:
    return batch.mentions


def _events(batch: Batch) -> Events:
    return batch.events


def _span(m: Mentions) -> Key:
    return m.start, m.end


def _nugget(e: Events) -> Key:
    return e.start, e.end, e.type


FAMILIES = [
    _family("coref", "coref", _mentions, _span),
    _family("event_coref", "event_coref", _events, _nugget),
    _across("cross.entity", "links", _mentions, _span),
    _across("cross.event", "event_links", _events, _nugget),
]

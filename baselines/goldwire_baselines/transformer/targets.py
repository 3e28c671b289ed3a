"""What the network has to find in a training document: gold as positions and classes."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from goldwire_baselines.anchors import days
from goldwire_baselines.transformer import features
from goldwire_baselines.transformer.features import EventFacts, Pairs
from goldwire_baselines.transformer.labels import ATTRIBUTES, LEVELS, groups, labels
from goldwire_baselines.transformer.view import Ints, Item, Items, View, gold_items
from goldwire_corpus.schema.document import AUTHOR, Document
from goldwire_corpus.schema.event_pairs import CAUSAL_LABELS, INVERSE, TEMPORAL_LABELS, event_pairs

Bools = NDArray[np.bool_]
NO_DAYS = (None, None)
IGNORED = -1
"""The class of an example that has no label."""


class Spans(NamedTuple):
    first: Ints
    last: Ints


class Targets(NamedTuple):
    """The training example of a document.

    `types` (0 for none), `levels` and `titles` label `spans`; `events` (trigger spans, event types) the spans up to
    the length of a trigger. `heads` are the first and last words of the mentions' heads. `attributes` has a row an
    event. `roles`, `scopes`, `sources` and `days` (pairs, 2) label the pairs of `arguments`; `defaults` the events.
    `links` and `event_links` are true for pairs of one cluster. `relations` has a row a pair.
    """

    spans: Spans
    types: Ints
    levels: Ints
    titles: Bools
    trigger_spans: Spans
    events: Bools
    items: Items
    heads: Ints
    attributes: Ints
    arguments: Pairs
    roles: Bools
    scopes: Ints
    sources: Bools
    days: Bools
    defaults: Bools
    coreference: Pairs
    links: Bools
    event_coreference: Pairs
    event_links: Bools
    event_pairs: Pairs
    relations: Ints


def spans_of(view: View, longest: int) -> Spans:
    """Return all spans of up to `longest` words inside a sentence."""
    first = np.repeat(np.arange(len(view.words), dtype=np.int64), longest)
    last = first + np.tile(np.arange(longest, dtype=np.int64), len(view.words))
    inside = last < view.bounds[view.sentence[first] + 1]
    return Spans(first[inside], last[inside])


def targets(view: View, longest_mention: int, longest_trigger: int) -> Targets:
    document, own, items = view.document, labels(), gold_items(view)
    spans, trigger_spans = spans_of(view, longest_mention), spans_of(view, longest_trigger)
    types, levels = np.zeros(len(spans.first), np.int64), np.full(len(spans.first), IGNORED)
    place = {span: i for i, span in enumerate(zip(spans.first.tolist(), spans.last.tolist(), strict=True))}
    for item in items.mentions:
        if (at := place.get((item.first, item.last))) is not None:
            types[at], levels[at] = 1 + item.kind // len(LEVELS), item.kind % len(LEVELS)
    titles = np.zeros(len(types), bool)
    titles[[place[v.first, v.last] for v in items.values if v.kind == own.value("TITLE")]] = True
    events = np.zeros((len(trigger_spans.first), len(own.events)), bool)
    place = {span: i for i, span in enumerate(zip(*(a.tolist() for a in trigger_spans), strict=True))}
    for item in items.events:
        if (at := place.get((item.first, item.last))) is not None:
            events[at, item.kind - own.event(own.events[0])] = True
    by_id = {m.id: m for m in document.mentions}
    found = [view.item("", by_id[m.id].head_start, by_id[m.id].head_end, 0) for m in items.mentions]
    heads = [(h.first, h.last) for h in found]
    facts = _event_facts(document, items.events)
    anchors = {c.id: (c.earliest, c.latest) for c in document.event_clusters}
    clusters = {e.id: e.cluster for e in document.events}
    entities = {m.id: m.entity for m in document.mentions}
    coreference = features.coreference_pairs(view, items.mentions, heads)
    event_coreference = features.event_coreference_pairs(view, items.events, facts)
    pairs, relations = _relations(view, items.events)
    return Targets(
        spans, types, levels, titles, trigger_spans, events, items,
        np.array(heads, np.int64).reshape(-1, 2), _attributes(document, items.events),
        *_arguments(view, items),
        coreference, _linked(coreference, [entities[m.id] for m in items.mentions]),
        event_coreference, _linked(event_coreference, [clusters[e.id] for e in items.events]),
        features.event_pair_features(view, items.events, facts, [anchors[clusters[e.id]] for e in items.events], pairs),
        relations,
    )  # fmt: skip


def _linked(pairs: Pairs, clusters: Sequence[str]) -> Bools:
    return np.array([clusters[i] == clusters[j] for i, j in zip(pairs.left, pairs.right, strict=True)], bool)


def _attributes(document: Document, items: Sequence[Item]) -> Ints:
    known, by_id = groups(), {e.id: e for e in document.events}
    rows = [[getattr(by_id[item.id], name) for name in ATTRIBUTES] for item in items]
    classes = [
        [
            known[name].index(value) if value is not None else IGNORED
            for name, value in zip(ATTRIBUTES, row, strict=True)
        ]
        for row in rows
    ]
    return np.array(classes, np.int64).reshape(-1, len(ATTRIBUTES))


def _event_facts(document: Document, items: Sequence[Item]) -> list[EventFacts]:
    """Return what is annotated of the events."""
    entities = {m.id: m.entity for m in document.mentions}
    events = {e.id: e for e in document.events}
    return [
        EventFacts(
            event.realis,
            entities.get(event.source, AUTHOR),
            frozenset((a.role, entities.get(a.filler, a.filler)) for a in event.arguments),
            frozenset(a.filler for a in event.arguments if a.filler in events),
        )
        for event in (events[item.id] for item in items)
    ]


def _arguments(view: View, items: Items) -> tuple[Pairs, Bools, Ints, Bools, Bools, Bools]:
    """Return the argument pairs with their roles, scopes, sources and days, and the events' defaults."""
    own, document, scopes_known = labels(), view.document, groups()["scope"]
    events = {e.id: e for e in document.events}
    anchors = {c.id: (c.earliest, c.latest) for c in document.event_clusters}
    dated = {t.id: days(t.value) for t in document.times}
    pairs, fillers = features.argument_pairs(view, items), items.all
    size = len(pairs.left)
    roles, scopes = np.zeros((size, len(own.roles)), bool), np.full(size, IGNORED)
    sources, on_days = np.zeros(size, bool), np.zeros((size, 2), bool)
    for row, (i, j) in enumerate(zip(pairs.left, pairs.right, strict=True)):
        event, filler = events[items.events[i].id], fillers[j].id
        sources[row] = event.source == filler
        for argument in event.arguments:
            if argument.filler == filler:
                roles[row, own.roles.index(argument.role)] = True
                if argument.scope is not None:
                    scopes[row] = scopes_known.index(argument.scope)
        if event.realis == "ACTUAL" and (span := dated.get(filler, NO_DAYS)) != NO_DAYS:
            on_days[row] = [anchors[event.cluster][k] == span[k] for k in (0, 1)]
    defaults = np.zeros((len(items.events), 5), bool)
    for row, item in enumerate(items.events):
        event = events[item.id]
        defaults[row, 0] = event.source == AUTHOR
        if event.realis == "ACTUAL":
            for k, day in enumerate(anchors[event.cluster]):
                defaults[row, 1 + 2 * k : 3 + 2 * k] = day is None, day is not None and day == document.published
    return pairs, roles, scopes, sources, on_days, defaults


def _relations(view: View, items: Sequence[Item]) -> tuple[list[tuple[int, int]], Ints]:
    """Return the judged pairs of clusters, as their nearest mentions, with temporal, causal and subevent labels."""
    document = view.document
    related: dict[tuple[str, str], set[str]] = {}
    for relation in document.relations:
        related.setdefault((relation.from_, relation.to), set()).add(relation.type)
    known = groups()
    pairs, rows = [], []
    for pair in event_pairs(document):
        types, back = related.get((pair.one, pair.two), set()), related.get((pair.two, pair.one), set())
        pairs.append(nearest(items, cluster_members(document, items), pair.one, pair.two))
        subevent = "whole" if "SUBEVENT" in types else "part" if "SUBEVENT" in back else "none"
        temporal, causal = _label(types, back, TEMPORAL_LABELS), _label(types, back, CAUSAL_LABELS)
        rows.append([
            known["temporal"].index(temporal) if pair.order is None else IGNORED, known["causal"].index(causal),
            known["subevent"].index(subevent),
        ])  # fmt: skip
    return pairs, np.array(rows, np.int64).reshape(-1, 3)


def _label(types: set[str], back: set[str], known: dict[str, tuple[str, bool] | None]) -> str:
    nothing = next(label for label, meaning in known.items() if meaning is None)
    return next(
        (label for label in known if label in types),
        next((INVERSE.get(label, label) for label in known if label in back), nothing),
    )


def cluster_members(document: Document, items: Sequence[Item]) -> dict[str, list[int]]:
    """Return the positions of the events of each cluster."""
    clusters = {e.id: e.cluster for e in document.events}
    members: dict[str, list[int]] = {}
    for position, item in enumerate(items):
        members.setdefault(clusters[item.id], []).append(position)
    return members


def nearest(items: Sequence[Item], members: dict[str, list[int]], one: str, two: str) -> tuple[int, int]:
    """Return the nearest mentions of two clusters."""
    both = ((i, j) for i in members[one] for j in members[two])
    return min(both, key=lambda pair: abs(items[pair[0]].first - items[pair[1]].first))

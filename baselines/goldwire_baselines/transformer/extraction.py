"""Prediction of all layers of a document, each from the predicted layers below it."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch

from goldwire_baselines.anchors import days
from goldwire_baselines.assemble import as_document, records
from goldwire_baselines.given import Given
from goldwire_baselines.transformer import decoding, features
from goldwire_baselines.transformer.encoders import Encoder
from goldwire_baselines.transformer.entity_names import entity_names
from goldwire_baselines.transformer.features import EventFacts, Pairs
from goldwire_baselines.transformer.labels import groups, labels
from goldwire_baselines.transformer.layers import Tensor
from goldwire_baselines.transformer.network import LONGEST_MENTION, LONGEST_TRIGGER, ArgumentScores
from goldwire_baselines.transformer.pieces import pieces_of
from goldwire_baselines.transformer.scorer import Scorer
from goldwire_baselines.transformer.targets import NO_DAYS, cluster_members, nearest, spans_of
from goldwire_baselines.transformer.view import Item, Items, View, in_order
from goldwire_corpus.schema.document import AUTHOR, Document
from goldwire_corpus.schema.event_pairs import CAUSAL_LABELS, TEMPORAL_LABELS, event_pairs
from goldwire_corpus.schema.ontology import ontology
from goldwire_corpus.schema.prediction import (
    PredArgument,
    PredCluster,
    PredEvent,
    Prediction,
    PredMention,
    PredRelation,
    PredSpan,
)


def fill(found: Prediction, network: Scorer, encoder: Encoder, document: Document) -> None:
    """Fill a prediction of times and quantities with all other layers; gold layers that are given stay as they are."""
    view = View(document)
    if view.words:
        with torch.inference_mode():
            _Extraction(network, view, network.encode(pieces_of(view, encoder)), found).run()


def add_records(found: Prediction, document: Document) -> None:
    """Derive the records of a prediction from its other layers."""
    found.records = records(_as_document(found, document))


def _as_document(found: Prediction, document: Document) -> Document:
    return as_document(document, found, Given(document).entities or entity_names(document.text, found.mentions or ()))


class _Extraction:
    def __init__(self, network: Scorer, view: View, words: Tensor, found: Prediction):
        self.network, self.view, self.words, self.found = network, view, words, found
        self.given = Given(view.document)
        layers = (self.given.mentions, self.given.titles, self.given.events)
        self.given_items: dict[str, PredSpan] = {str(item.id): item for layer in layers for item in layer or ()}
        self.items = self._find()
        self.vectors = network.vectors(words, self.items.all)

    def _find(self) -> Items:
        spans, short = spans_of(self.view, LONGEST_MENTION), spans_of(self.view, LONGEST_TRIGGER)
        types, levels, titles = map(_array, self.network.mention_scores(self.words, *spans))
        triggers = _array(self.network.trigger_scores(self.words, *short))
        own, given = labels(), self.given
        values = [("TIME", self.found.times), ("QTY", self.found.quantities), ("TITLE", given.titles)]
        named = [self._item(x, own.value(name)) for name, layer in values for x in layer or ()]
        return Items(
            decoding.mentions(self.view, spans, types, levels) if given.mentions is None
            else in_order(self._item(m, own.mention(m.type, m.level or "NAM")) for m in given.mentions),
            in_order([*named, *(decoding.titles(self.view, spans, titles) if given.titles is None else ())]),
            decoding.events(self.view, short, triggers) if given.events is None
            else in_order(self._item(e, own.event(e.type)) for e in given.events),
        )  # fmt: skip

    def _item(self, span: PredSpan, kind: int) -> Item:
        return self.view.item(str(span.id), span.start or 0, span.end or 0, kind)

    def run(self) -> None:
        """Fill the prediction, layer by layer."""
        own = labels()
        title = own.value("TITLE")
        self.found.titles = [PredSpan(id=v.id, **self._offsets(v)) for v in self.items.values if v.kind == title]
        entities = self._mentions() if self.items.mentions else {}
        if self.items.events:
            facts, anchors = self._events(entities)
            self._clusters(facts, anchors)
            self._relations(facts)
        add_records(self.found, self.view.document)

    def _offsets(self, item: Item) -> dict[str, Any]:
        if (given := self.given_items.get(item.id)) is not None:
            return {"start": given.start, "end": given.end}
        return {"start": self.view.words[item.first].start, "end": self.view.words[item.last].end}

    def _mentions(self) -> dict[str, str]:
        """Fill in the mentions; return the entity of each."""
        own = self.items.mentions
        vectors = self.vectors[: len(own)]
        places = _array(self.network.head_scores(self.words, vectors, own))
        heads = [self._given_head(item) or decoding.head(places[:, i], item) for i, item in enumerate(own)]
        self.found.mentions = [self._mention(item, head) for item, head in zip(own, heads, strict=True)]
        if self.given.entities is None:
            pairs = features.coreference_pairs(self.view, own, heads)
            ranking = self.network.antecedent_scores(self.words, vectors, own, pairs)
            for mention, cluster in zip(self.found.mentions, decoding.clusters(_array(ranking)), strict=True):
                mention.entity = f"x{cluster}"
        return {str(mention.id): str(mention.entity) for mention in self.found.mentions}

    def _given_head(self, item: Item) -> tuple[int, int] | None:
        given = self.given_items.get(item.id)
        if not isinstance(given, PredMention):
            return None
        head = self.view.item("", given.head_start or 0, given.head_end or 0, 0)
        return head.first, head.last

    def _mention(self, item: Item, head: tuple[int, int]) -> PredMention:
        if isinstance(given := self.given_items.get(item.id), PredMention):
            return given
        type_, _, level = labels().kinds[item.kind].partition(".")
        return PredMention(id=item.id, **self._offsets(item), head_start=self.view.words[head[0]].start,
                           head_end=self.view.words[head[1]].end, type=type_, level=level)  # fmt: skip

    def _events(self, entities: Mapping[str, str]) -> tuple[list[EventFacts], list[list[decoding.DayScores]]]:
        """Fill in the events; return what is known of each, and the scores of days as both ends of its anchor."""
        own, fillers = self.items.events, self.items.all
        attributes = {
            k: _array(v).argmax(axis=1) for k, v in self.network.attribute_scores(self._own_vectors()).items()
        }
        pairs = features.argument_pairs(self.view, self.items)
        scores = self.network.argument_scores(self.words, self.vectors, self.items, pairs)
        arguments, sources = self._arguments(pairs, scores), self._sources(pairs, scores)
        known, onto = groups(), ontology()
        self.found.events, facts = [], []
        ids = {item.id for item in own}
        for i, item in enumerate(own):
            type_ = labels().kinds[item.kind]
            chosen: dict[str, Any] = {
                name: known[name][int(best[i])]
                for name, best in attributes.items()
                if name in ("realis", "polarity", "stance") or name in onto.event[type_].attributes
            }
            event = PredEvent(id=item.id, **self._offsets(item), type=type_, source=sources[i], arguments=arguments[i],
                              **chosen)  # fmt: skip
            self.found.events.append(event)
            filled = [(a.role, str(a.filler)) for a in arguments[i]]
            facts.append(
                EventFacts(chosen["realis"], entities.get(sources[i], AUTHOR),
                     frozenset((role, entities.get(filler, filler)) for role, filler in filled),
                     frozenset(filler for _, filler in filled if filler in ids))
            )  # fmt: skip
        return facts, self._days(pairs, scores, [item.id for item in fillers])

    def _own_vectors(self) -> Tensor:
        return self.vectors[len(self.items.all) - len(self.items.events) :]

    def _arguments(self, pairs: Pairs, scores: ArgumentScores) -> list[list[PredArgument]]:
        own, scopes, fillers = labels(), groups()["scope"], self.items.all
        with_scope = ontology().argument_attribute["scope"].roles
        found: list[list[PredArgument]] = [[] for _ in self.items.events]
        roles, scope = _array(scores.roles), _array(scores.scope).argmax(axis=1)
        for row, column in zip(*np.nonzero(roles > decoding.ROLE), strict=True):
            role = own.roles[column]
            argument = PredArgument(role=role, filler=fillers[pairs.right[row]].id)
            if role in with_scope:
                argument.scope = scopes[int(scope[row])]
            found[pairs.left[row]].append(argument)
        return found

    def _sources(self, pairs: Pairs, scores: ArgumentScores) -> list[str]:
        best = [(float(score), AUTHOR) for score in _array(scores.defaults)[:, 0]]
        for i, j, score in zip(pairs.left, pairs.right, _array(scores.source), strict=True):
            if j < len(self.items.mentions) and score > best[i][0]:
                best[i] = (float(score), self.items.mentions[j].id)
        return [source for _, source in best]

    def _days(self, pairs: Pairs, scores: ArgumentScores, ids: Sequence[str]) -> list[list[decoding.DayScores]]:
        dated = {str(t.id): days(t.value or "") for t in self.found.times or ()}
        defaults, by_pair = _array(scores.defaults), _array(scores.days)
        published = self.view.document.published
        found = []
        for i in range(len(self.items.events)):
            spans = [(r, dated.get(ids[pairs.right[r]], NO_DAYS)) for r in np.flatnonzero(pairs.left == i)]
            rows = [(row, span) for row, span in spans if span != NO_DAYS]
            ends = []
            for k in (0, 1):
                options: list[tuple[str | None, float]] = [(None, float(defaults[i, 1 + 2 * k]))]
                if published is not None:
                    options.append((published, float(defaults[i, 2 + 2 * k])))
                options += [(span[k], float(by_pair[row, k])) for row, span in rows]
                ends.append(decoding.DayScores(*zip(*options, strict=True)))
            found.append(ends)
        return found

    def _clusters(self, facts: Sequence[EventFacts], anchors: Sequence[Sequence[decoding.DayScores]]) -> None:
        own = self.items.events
        members: dict[str, list[int]] = {}
        for i, cluster in enumerate(self._event_clusters(facts)):
            members.setdefault(cluster, []).append(i)
        self.found.event_clusters = []
        for key, positions in members.items():
            actual = [i for i in positions if facts[i].realis == "ACTUAL"]
            earliest, latest = None, None
            if actual:
                earliest, latest = decoding.anchor(
                    *(decoding.best_day([anchors[i][k] for i in actual]) for k in (0, 1))
                )
            type_ = labels().kinds[own[positions[0]].kind]
            self.found.event_clusters.append(PredCluster(id=key, type=type_, earliest=earliest, latest=latest))
            for i in positions:
                (self.found.events or [])[i].cluster = key

    def _event_clusters(self, facts: Sequence[EventFacts]) -> list[str]:
        """Return the cluster of each event."""
        own = self.items.events
        if self.given.event_clusters is not None:
            return [self.given.event_clusters[item.id] for item in own]
        pairs = features.event_coreference_pairs(self.view, own, facts)
        ranking = self.network.event_antecedent_scores(self.words, self._own_vectors(), own, pairs)
        return [f"c{cluster}" for cluster in decoding.clusters(_array(ranking), decoding.NEW_EVENT)]

    def _relations(self, facts: Sequence[EventFacts]) -> None:
        own, document = self.items.events, _as_document(self.found, self.view.document)
        judged, members = event_pairs(document), cluster_members(document, own)
        anchors = {c.id: (c.earliest, c.latest) for c in document.event_clusters}
        of_event = {i: anchors[cluster] for cluster, positions in members.items() for i in positions}
        pairs = features.event_pair_features(
            self.view, own, facts, [of_event[i] for i in range(len(own))],
            [nearest(own, members, pair.one, pair.two) for pair in judged],
        )  # fmt: skip
        scores = self.network.relation_scores(self.words, self._own_vectors(), own, pairs)
        best = {name: [groups()[name][k] for k in _array(part).argmax(axis=1)] for name, part in scores.items()}
        self.found.relations = []
        for k, pair in enumerate(judged):
            for meaning in (TEMPORAL_LABELS[pair.order or best["temporal"][k]], CAUSAL_LABELS[best["causal"][k]]):
                if meaning is not None:
                    type_, inverted = meaning
                    ends = (pair.two, pair.one) if inverted else (pair.one, pair.two)
                    self.found.relations.append(PredRelation(type=type_, from_=ends[0], to=ends[1]))
            if (subevent := best["subevent"][k]) != "none":
                ends = (pair.one, pair.two) if subevent == "whole" else (pair.two, pair.one)
                self.found.relations.append(PredRelation(type="SUBEVENT", from_=ends[0], to=ends[1]))


def _array(scores: Tensor) -> Any:
    return scores.cpu().double().numpy()

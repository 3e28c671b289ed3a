"""Gold layers given to a model, so that what it builds on them compares with papers that use gold mentions or triggers.

A given layer holds what its name says and nothing of the layers above it: mentions without their entities, triggers
without attributes, sources, clusters and arguments. Items are in the order of the text and numbered anew, since the
ids of gold name entities.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TypeVar

from msgspec.structs import replace

from goldwire_corpus.errors import UsageError
from goldwire_corpus.schema.document import (
    AUTHOR,
    NIL,
    Document,
    Entity,
    Event,
    EventCluster,
    Marked,
    Mention,
)
from goldwire_corpus.schema.ontology import ontology
from goldwire_corpus.schema.prediction import GIVEN_LAYERS

T = TypeVar("T", bound=Marked)
OF_SOME_TYPES = ("means", "phase")
_NEEDS = {"entities": "mentions", "event_clusters": "triggers"}


class GivenDocument(Document, frozen=True):
    """A document with gold in the layers `given` and in no others; a given layer may be empty.

    Without `entities` the entity of a mention is the mention's own id, and without `event_clusters` the cluster of an
    event is its own. The attributes of an event are the defaults of the ontology, its source is the author.
    """

    given: frozenset[str] = frozenset()


def given_layers(document: Document) -> frozenset[str]:
    """Return the names of the layers in which this document holds gold for the model to use."""
    return document.given if isinstance(document, GivenDocument) else frozenset()


def in_order(layers: Collection[str]) -> list[str]:
    """Return names of given layers in the order of the schema."""
    return [name for name in GIVEN_LAYERS if name in layers]


def checked(model: str, extractor: object, layers: Iterable[str]) -> frozenset[str]:
    """Return the names of layers to give; an extractor lists those it can use in its attribute `uses`.

    Raises UsageError for an unknown layer, for clusters without the items they are made of, and for a layer that the
    model does not use.
    """
    wanted = list(layers)
    for name in wanted:
        if name not in GIVEN_LAYERS:
            raise UsageError(f"unknown given layer {name!r}; expected some of {', '.join(GIVEN_LAYERS)}")
        if _NEEDS.get(name, name) not in wanted:
            raise UsageError(f"given {name} are clusters of {_NEEDS[name]}; give {_NEEDS[name]} too")
    uses = getattr(extractor, "uses", ())
    uses = {uses} if isinstance(uses, str) else set(uses)
    unused = [name for name in wanted if name not in uses]
    if unused:
        able = f"it can use {', '.join(in_order(uses))}" if uses else "it declares no layers in its attribute `uses`"
        raise UsageError(f"model {model!r} cannot use given {', '.join(unused)}; {able}")
    return frozenset(wanted)


def with_given(document: Document, layers: frozenset[str]) -> GivenDocument:
    """Return the document as a model may see it: text, segmentation, facts, and gold in these layers alone."""
    mentions = _numbered("m", document.mentions) if "mentions" in layers else []
    events = _numbered("e", document.events) if "triggers" in layers else []
    entities, clusters = (_keys("k", [m.entity for m in mentions]), _keys("c", [e.cluster for e in events]))
    return GivenDocument(
        document.id, document.part, document.world, document.genre, document.title, document.published,
        document.text, document.sentences, document.tokens,
        mentions=[replace(m, entity=entities[m.entity] if "entities" in layers else m.id) for m in mentions],
        entities=_entities(document.text, mentions, entities) if "entities" in layers else [],
        times=_numbered("t", document.times) if "times" in layers else [],
        quantities=_numbered("q", document.quantities) if "quantities" in layers else [],
        titles=_numbered("p", document.titles) if "titles" in layers else [],
        events=[_trigger(e, clusters[e.cluster] if "event_clusters" in layers else e.id) for e in events],
        event_clusters=_clusters(events, clusters) if "event_clusters" in layers else [],
        given=layers,
    )  # fmt: skip


def _numbered(prefix: str, items: Sequence[T]) -> list[T]:
    """Return the items in the order of the text, numbered from 1."""
    ordered = sorted(items, key=lambda item: (item.start, item.end, getattr(item, "type", "")))
    return [replace(item, id=f"{prefix}{number}") for number, item in enumerate(ordered, 1)]


def _keys(prefix: str, ids: Sequence[str]) -> dict[str, str]:
    return {id: f"{prefix}{number}" for number, id in enumerate(dict.fromkeys(ids), 1)}


def _entities(text: str, mentions: Sequence[Mention], keys: Mapping[str, str]) -> list[Entity]:
    """Return the entities of the mentions, each named by the words of its first name, or of its first mention."""
    named = sorted(mentions, key=lambda m: m.level != "NAM")
    first = {m.entity: m for m in reversed(named)}
    return [Entity(key, first[id].type, text[first[id].start : first[id].end], NIL) for id, key in keys.items()]


def _clusters(events: Sequence[Event], keys: Mapping[str, str]) -> list[EventCluster]:
    types = {e.cluster: e.type for e in reversed(events)}
    return [EventCluster(key, types[id], NIL, None, None) for id, key in keys.items()]


def _trigger(event: Event, cluster: str) -> Event:
    """Return an event of which the span, the type and the cluster alone are of gold."""
    onto = ontology()
    defaults = {
        name: None if name in OF_SOME_TYPES and name not in onto.event[event.type].attributes else attribute.default
        for name, attribute in onto.attribute.items()
    }
    return replace(event, source=AUTHOR, cluster=cluster, arguments=[], **defaults)

"""Gold layers that a document gives a baseline (`goldwire run --given`), as items of a prediction."""

from collections.abc import Iterable
from copy import copy
from typing import TypeVar

import msgspec

from goldwire_corpus.schema.document import Document
from goldwire_corpus.schema.prediction import PredEvent, PredMention, PredQuantity, PredSpan, PredTime
from goldwire_eval.given import given_layers

T = TypeVar("T", bound=PredSpan)


class Given:
    """The items of each given layer, None of a layer that is not given. Events have their span and type alone."""

    def __init__(self, document: Document):
        layers = given_layers(document)
        self.mentions = _items(document.mentions, PredMention) if "mentions" in layers else None
        self.times = _items(document.times, PredTime) if "times" in layers else None
        self.quantities = _items(document.quantities, PredQuantity) if "quantities" in layers else None
        self.titles = _items(document.titles, PredSpan) if "titles" in layers else None
        self.events: list[PredEvent] | None = None
        if "triggers" in layers:
            self.events = [PredEvent(id=e.id, start=e.start, end=e.end, type=e.type) for e in document.events]
        self.entities = {e.id: e.name for e in document.entities} if "entities" in layers else None
        self.event_clusters = {e.id: e.cluster for e in document.events} if "event_clusters" in layers else None

    def within(self, start: int, end: int) -> "Given":
        """Return the given layers with the mentions, titles and events that begin in ``[start, end)`` alone."""
        part = copy(self)
        part.mentions = _within(self.mentions, start, end)
        part.titles = _within(self.titles, start, end)
        part.events = _within(self.events, start, end)
        return part


def _items(gold: Iterable[object], type_: type[T]) -> list[T]:
    return [msgspec.convert(item, type_, from_attributes=True) for item in gold]


def _within(items: list[T] | None, start: int, end: int) -> list[T] | None:
    return None if items is None else [item for item in items if start <= (item.start or 0) < end]

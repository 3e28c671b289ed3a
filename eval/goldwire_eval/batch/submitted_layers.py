"""What a submission attempts: a layer whose key is absent was not attempted and is not scored."""

from collections.abc import Collection, Iterable

from goldwire_corpus.schema.document import CAUSAL, TEMPORAL
from goldwire_corpus.schema.prediction import Prediction

_RELATIONS = {**dict.fromkeys(TEMPORAL, "temporal"), **dict.fromkeys(CAUSAL, "causal"), "SUBEVENT": "subevent"}
_LAYERS = ("mentions", "times", "quantities", "titles", "events", "relations", "records")
_OF_MENTIONS = frozenset({"coref", "links"})
_OF_EVENTS = frozenset({"arguments", "realis", "polarity", "attributes", "sources", "event_coref", "event_links"})
_OF_RELATIONS = frozenset(_RELATIONS.values())
EVERYTHING = frozenset(_LAYERS) | _OF_MENTIONS | _OF_EVENTS | _OF_RELATIONS


class Attempted:
    """Gathers what the rows of a submission attempt.

    Attributes, coreference and kinds of relations have no key of their own: they are attempted where any item gives
    one (`given`: what items of these rows give). A layer of no items at all cannot say that it left them out.
    """

    def __init__(self) -> None:
        self.met: set[str] = set()
        self.rows = 0
        self.full: set[str] = set()

    def add(self, rows: Iterable[Prediction], given: Collection[str]) -> None:
        self.met.update(given)
        for row in rows:
            self.rows += 1
            for layer in _LAYERS:
                items = getattr(row, layer)
                if items is not None:
                    self.met.add(layer)
                    if items:
                        self.full.add(layer)
            if row.entities and "links" not in self.met and any(e.link is not None for e in row.entities):
                self.met.add("links")
            if row.event_clusters and any(c.link is not None for c in row.event_clusters):
                self.met.add("event_links")
            if row.relations:
                self.met |= {_RELATIONS[r.type] for r in row.relations if r.type in _RELATIONS}

    def layers(self) -> frozenset[str]:
        if not self.rows:
            return EVERYTHING
        met = set(self.met)
        for layer, parts in (("mentions", _OF_MENTIONS), ("events", _OF_EVENTS), ("relations", _OF_RELATIONS)):
            if layer in met and layer not in self.full:
                met |= parts
        if met >= {"realis", "polarity"}:
            met.add("attributes")
        return frozenset(met)

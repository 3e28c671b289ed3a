"""What a side gives: a layer whose key no row has was not attempted, or not annotated, and is not scored."""

from collections.abc import Collection, Iterable, Mapping

from goldwire_corpus.schema.document import CAUSAL, TEMPORAL
from goldwire_corpus.schema.prediction import Prediction

_RELATIONS = {**dict.fromkeys(TEMPORAL, "temporal"), **dict.fromkeys(CAUSAL, "causal"), "SUBEVENT": "subevent"}
_LAYERS = ("mentions", "times", "quantities", "titles", "events", "relations", "records")
CLUSTERS = "clusters"
"""The clusters and links of items, which most metrics do not need."""
EVERY_LAYER = frozenset((*_LAYERS, CLUSTERS))
_PARTS: Mapping[str, Mapping[str, str]] = {
    "mentions": {"coref": "mention has `entity`", "links": "entity has `link`"},
    "events": {
        "arguments": "event has `arguments`",
        "realis": "event has `realis`",
        "polarity": "event has `polarity`",
        "attributes": "event has both `realis` and `polarity`",
        "sources": "event has `source`",
        "event_coref": "event has `cluster`",
        "event_links": "event cluster has `link`",
    },
    "relations": dict.fromkeys(("temporal", "causal", "subevent", "labelled"), ""),
}
"""What a layer may leave out, and what an item has that does not leave it out."""
_LINKS = {"entities": "links", "event_clusters": "event_links"}
EVERYTHING = frozenset(_LAYERS) | {part for parts in _PARTS.values() for part in parts}


class SubmittedLayers:
    """Gathers which layers the rows of a side give.

    Attributes, coreference and kinds of relations have no key of their own: they are given where any item gives one
    (`given`: what items of these rows give). A layer without any item cannot say that it left them out. `any_label`
    says that labels are compared verbatim.
    """

    def __init__(self, any_label: bool = False) -> None:
        self.any_label = any_label
        self.rows = 0
        self.met: set[str] = set()
        self.full: set[str] = set()
        self.empty: set[str] = set()

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
            for clusters, part in _LINKS.items():
                if getattr(row, clusters) == []:
                    self.empty.add(part)
            if row.entities and "links" not in self.met and any(e.link is not None for e in row.entities):
                self.met.add("links")
            if row.event_clusters and any(c.link is not None for c in row.event_clusters):
                self.met.add("event_links")
            if row.relations:
                self.met |= {_RELATIONS[r.type] for r in row.relations if r.type in _RELATIONS}

    def merge(self, other: "SubmittedLayers") -> None:
        """Add what other rows of the side give."""
        self.rows += other.rows
        self.met |= other.met
        self.full |= other.full
        self.empty |= other.empty

    def layers(self) -> frozenset[str]:
        """Return every layer and part of one that the rows give; everything if there is no row."""
        if not self.rows:
            return EVERYTHING if self.any_label else EVERYTHING - {"labelled"}
        met = set(self.met)
        for layer, parts in _PARTS.items():
            if layer in met and layer not in self.full:
                met.update(parts)
        if met >= {"realis", "polarity"}:
            met.add("attributes")
        # Relations are compared by the label of their type only where any label is.
        return frozenset(met if self.any_label else met - {"labelled"})


def not_annotated(gold: SubmittedLayers) -> dict[str, str]:
    """Return the layers and parts that no gold row has, each with the reason why it cannot be scored.

    A kind of relation has no key of its own: gold with relations and none of a kind says that there is none; so does
    an empty list of entities with their links.
    """
    has, lacks = gold.layers() | gold.empty, {}
    for layer in _LAYERS:
        if layer not in has:
            lacks[layer] = f"no gold document has `{layer}`"
        for part, needed in _PARTS.get(layer, {}).items():
            if layer not in has:
                lacks[part] = lacks[layer]
            elif needed and part not in has:
                lacks[part] = f"no gold {needed}"
    return lacks


def layers_for(parts: Collection[str], values: bool) -> frozenset[str]:
    """Return the layers whose items are needed to score these layers and parts of layers.

    An argument may be filled by an item of any layer, and events are built with their arguments and clusters; `values`
    says that times and quantities are scored as mentions too.
    """
    needed = {layer for layer in _LAYERS if layer in parts or not _PARTS.get(layer, {}).keys().isdisjoint(parts)}
    if needed & {"events", "relations"}:
        needed |= {"mentions", "times", "quantities", "titles", "events"}
    if values and "mentions" in needed:
        needed |= {"times", "quantities"}
    if needed & {"events", "relations"} or not {"coref", "links"}.isdisjoint(parts):
        needed.add(CLUSTERS)
    return frozenset(needed)

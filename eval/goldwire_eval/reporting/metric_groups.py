"""The layers that reports group metrics by, and the metric that leads each layer."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from goldwire_eval.metrics.coref import VARIANTS

VARIANT = VARIANTS[1]
NER = "ner"


class Layer(NamedTuple):
    """A layer of annotation.

    `short` heads a narrow column. `families` are the first parts of the names of its metrics. The first of `leads` that
    a report contains is its leading metric. `gloss` explains the layer.
    """

    title: str
    short: str
    families: tuple[str, ...]
    leads: tuple[str, ...]
    gloss: str


LAYERS = (
    Layer("Mentions", "ment", ("ner", "mention"), ("mention.exact",),
          "spans of entities with their types; ner compares names only"),
    Layer("Entity coreference", "coref", ("coref",), ("coref.conll",),
          "which mentions of a document refer to the same entity"),
    Layer("Entity links", "link", ("link",), ("link",), "which entry of the knowledge base an entity is"),
    Layer("Times", "time", ("time",), ("time.value",), "time expressions and their calendar values"),
    Layer("Quantities", "quant", ("quantity",), ("quantity.value",), "counts and amounts, within their bounds"),
    Layer("Titles", "title", ("title",), ("title.span",), "words for posts and ranks"),
    Layer("Event triggers", "trig", ("trigger",), ("trigger.cls",),
          "the word that expresses an event, its type, its attributes"),
    Layer("Event arguments", "arg", ("argument",), ("argument.attached.cls@entity", "argument.cls@entity"),
          "who did what to whom, where and when; attached: under the right trigger"),
    Layer("Event coreference", "ecor", ("event_coref",), ("event_coref.conll",),
          "which event mentions of a document refer to the same event"),
    Layer("Event relations", "rel", ("relation",), ("relation.temporal", "relation.causal", "relation.subevent"),
          "temporal order, cause and subevents"),
    Layer("Incident records", "rec", ("record",), ("record.ceaf",), "the table of incidents that an analyst keeps"),
    Layer("Across documents", "cross", ("cross",), ("cross.entity.conll", "cross.event.conll"),
          "the same entity or event in several documents of a world"),
)  # fmt: skip


def grouped(metrics: Iterable[str]) -> list[tuple[Layer, list[str]]]:
    """Return the layers that these metrics belong to, in order, each with its metrics."""
    names = list(metrics)
    of = {layer: [m for m in names if m.replace("@", ".").split(".")[0] in layer.families] for layer in LAYERS}
    return [(layer, found) for layer, found in of.items() if found]


def leading(figures: Mapping[str, Mapping[str, Any]]) -> dict[Layer, str]:
    """Return the leading metric of each layer, from the figures by metric.

    It is the first of `Layer.leads` that is there, otherwise the first metric of the layer. `ner` leads the mentions of
    a submission that predicts flat names only, since every metric of all mentions counts the nominal and nested ones as
    missed.
    """
    flat = predicts_flat_names(figures)
    return {
        layer: NER if flat and NER in names else next((lead for lead in layer.leads if lead in names), names[0])
        for layer, names in grouped(figures)
    }


def predicts_flat_names(figures: Mapping[str, Mapping[str, Any]]) -> bool:
    """Return whether every predicted mention counts for `ner`: it is a name and lies in no other name."""
    names, mentions = (_predicted(figures.get(metric, {})) for metric in (NER, "mention.exact"))
    return 0 < names == mentions


def _predicted(figures: Mapping[str, Any]) -> float:
    return float(figures["tp"] + figures["fp"]) if "tp" in figures else 0.0

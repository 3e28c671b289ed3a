"""The layers that reports group metrics by, and the one metric that speaks for each."""

from collections.abc import Iterable
from typing import NamedTuple

from goldwire_eval.metrics.coref import VARIANTS

VARIANT = VARIANTS[1]


class Layer(NamedTuple):
    """`short` heads a narrow column; `leads`: whichever of these comes first in a report speaks for the layer."""

    title: str
    short: str
    begins: tuple[str, ...]
    leads: tuple[str, ...]
    gloss: str


LAYERS = (
    Layer("Mentions", "ment", ("ner", "mention"), ("mention.exact",),
          "spans of entities with their types; ner looks at names alone"),
    Layer("Entity coreference", "coref", ("coref",), ("coref.conll",),
          "which mentions of a document are the same entity"),
    Layer("Entity links", "link", ("link",), ("link",), "which entry of the knowledge base an entity is"),
    Layer("Times", "time", ("time",), ("time.value",), "time expressions and their calendar values"),
    Layer("Quantities", "quant", ("quantity",), ("quantity.value",), "counts and amounts, within their bounds"),
    Layer("Titles", "title", ("title",), ("title.span",), "words of posts and ranks"),
    Layer("Event triggers", "trig", ("trigger",), ("trigger.cls",),
          "the word that names an event, its type, its attributes"),
    Layer("Event arguments", "arg", ("argument",), ("argument.attached.cls@entity", "argument.cls@entity"),
          "who did what to whom, where and when; attached: under the right trigger"),
    Layer("Event coreference", "ecor", ("event_coref",), ("event_coref.conll",),
          "which event mentions of a document are the same event"),
    Layer("Event relations", "rel", ("relation",), ("relation.temporal", "relation.causal", "relation.subevent"),
          "order in time, cause, part and whole between events"),
    Layer("Incident records", "rec", ("record",), ("record.ceaf",), "the table that an analyst keeps"),
    Layer("Across documents", "cross", ("cross",), ("cross.entity.conll", "cross.event.conll"),
          "the same entity or event in several documents of a world"),
)  # fmt: skip


def grouped(metrics: Iterable[str]) -> list[tuple[Layer, list[str]]]:
    """The layers that these metrics belong to, in order, each with its own."""
    names = list(metrics)
    of = {layer: [m for m in names if m.replace("@", ".").split(".")[0] in layer.begins] for layer in LAYERS}
    return [(layer, found) for layer, found in of.items() if found]


def leading(metrics: Iterable[str]) -> dict[Layer, str]:
    """The one of these metrics that speaks for each layer: the first that it names, else its first of all."""
    return {layer: next((lead for lead in layer.leads if lead in names), names[0]) for layer, names in grouped(metrics)}

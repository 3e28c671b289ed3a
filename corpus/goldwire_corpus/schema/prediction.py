"""Schema of a prediction: a `documents` row with only the layers that the model attempts.

A layer whose key is absent is not attempted and not scored; an empty list is attempted. Wherever a span is expected,
``{"quote": "...", "nth": 1}`` may replace ``start`` and ``end``. Keys that describe the document (`part`, `title`,
`tokens` ...) are accepted and ignored, except that `text`, if present, must equal the text of the document.
"""

from typing import Annotated, Any, Literal, get_args

import msgspec
from msgspec import Meta

MOST = 2**53
"""The greatest integer that all JSON readers represent exactly."""
Offset = Annotated[int, Meta(ge=0, le=MOST)]
Number = Annotated[int, Meta(ge=-MOST, le=MOST)]


GivenLayer = Literal["mentions", "entities", "times", "quantities", "titles", "triggers", "event_clusters"]
"""A layer that a model may be given from gold (`goldwire run --given`)."""
GIVEN_LAYERS: tuple[str, ...] = get_args(GivenLayer)


class PredSpan(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """A span ``[start, end)`` in code points of the text, or a quote and the number of its occurrence."""

    id: str | None = None
    start: Offset | None = None
    end: Offset | None = None
    quote: str | None = None
    nth: Annotated[int, Meta(ge=1)] | None = None


class PredMention(PredSpan, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """A mention. Its head is the quote `head` or the offsets `head_start` and `head_end`; without either it is found by
    rule (`goldwire_eval.batch.head_rule`). A mention without a level counts as named."""

    type: str
    level: str | None = None
    head: str | None = None
    head_start: Offset | None = None
    head_end: Offset | None = None
    entity: str | None = None


class PredEntity(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    id: str
    type: str | None = None
    name: str | None = None
    link: str | None = None


class PredTime(PredSpan, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    type: str | None = None
    value: str | None = None


class PredQuantity(PredSpan, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    min: float | None = None
    max: float | None = None
    modifier: str | None = None
    unit: str | None = None


class PredArgument(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """An argument; `filler` is the id of another item or a span, `scope` belongs to a Count."""

    role: str
    filler: str | PredSpan
    scope: str | None = None


class PredEvent(PredSpan, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    type: str
    realis: str | None = None
    polarity: str | None = None
    means: str | None = None
    phase: str | None = None
    source: str | PredSpan | None = None
    stance: str | None = None
    cluster: str | None = None
    arguments: list[PredArgument] | None = None


class PredCluster(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    id: str
    type: str | None = None
    link: str | None = None
    earliest: str | None = None
    latest: str | None = None


class PredRelation(
    msgspec.Struct, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, rename={"from_": "from"}
):
    type: str
    from_: str
    to: str


class PredToll(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    source: str | None = None
    killed_min: Number | None = None
    killed_max: Number | None = None
    wounded_min: Number | None = None
    wounded_max: Number | None = None
    superseded: bool = False


class PredRecord(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    type: str
    id: str | None = None
    cluster: str | None = None
    earliest: str | None = None
    latest: str | None = None
    place: str | None = None
    actors: list[str] = []
    targets: list[str] = []
    killed_min: Number | None = None
    killed_max: Number | None = None
    wounded_min: Number | None = None
    wounded_max: Number | None = None
    instrument: list[str] = []
    sources: list[str] = []
    tolls: list[PredToll] = []
    incident: str | None = None


class Prediction(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    id: str
    mentions: list[PredMention] | None = None
    entities: list[PredEntity] | None = None
    times: list[PredTime] | None = None
    quantities: list[PredQuantity] | None = None
    titles: list[PredSpan] | None = None
    events: list[PredEvent] | None = None
    event_clusters: list[PredCluster] | None = None
    relations: list[PredRelation] | None = None
    records: list[PredRecord] | None = None
    text: str | None = None
    # The layers in which the model was given gold: its figures are not those of predictions from the text alone.
    given: list[GivenLayer] | None = None
    # These keys describe the document, so that a gold row is a valid prediction; they are not scored.
    part: str | None = None
    world: str | None = None
    genre: str | None = None
    title: str | None = None
    published: str | None = None
    sentences: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    tokens: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    canary: str | None = None


LAYERS = (
    "mentions", "entities", "times", "quantities", "titles", "events", "event_clusters", "relations", "records",
)  # fmt: skip


def json_schema() -> str:
    """Return the JSON Schema (draft 2020-12) of a prediction, with the labels of the ontology as enumerations."""
    from goldwire_corpus.schema.document import LEVELS, MODIFIERS, RELATIONS, TIME_TYPES
    from goldwire_corpus.schema.ontology import ontology

    onto = ontology()
    schema = msgspec.json.schema(Prediction)
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Goldwire prediction", **schema}
    definitions = schema["$defs"]

    def enumerate_(struct: str, field: str, values: Any) -> None:
        declared = definitions[struct]["properties"][field]
        optional = any(arm.get("type") == "null" for arm in declared.get("anyOf", []))
        default = {"default": None} if optional else {}
        definitions[struct]["properties"][field] = {"enum": [*values, *([None] if optional else [])], **default}

    enumerate_("PredMention", "type", onto.entity)
    enumerate_("PredMention", "level", LEVELS)
    enumerate_("PredTime", "type", TIME_TYPES)
    enumerate_("PredQuantity", "modifier", MODIFIERS)
    enumerate_("PredEvent", "type", onto.event)
    enumerate_("PredArgument", "role", onto.role)
    enumerate_("PredRelation", "type", RELATIONS)
    for name, attribute in onto.attribute.items():
        enumerate_("PredEvent", name, attribute.values)
    for name, belongs in onto.argument_attribute.items():
        enumerate_("PredArgument", name, belongs.values)
    return msgspec.json.format(msgspec.json.encode(schema), indent=2).decode()

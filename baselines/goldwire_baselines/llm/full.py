"""Layout `full`: the prompt of the `prompts` configuration, with every layer that it asks for."""

from functools import cache
from typing import Any, TypeVar

import msgspec

from goldwire_baselines.llm.items import Grounding, Items
from goldwire_baselines.llm.json_schema import array, object_
from goldwire_corpus.release.prompts import instructions, target
from goldwire_corpus.schema.document import AUTHOR, LEVELS, MODIFIERS, TIME_TYPES, Document
from goldwire_corpus.schema.ontology import ontology
from goldwire_corpus.schema.prediction import (
    PredArgument,
    PredEvent,
    PredMention,
    PredQuantity,
    PredSpan,
    PredTime,
)

__all__ = ["KEYS", "instructions", "read", "schema", "target"]
KEYS = ("mentions", "times", "quantities", "titles", "events")
_Spanned = TypeVar("_Spanned", bound=PredSpan)


@cache
def schema(most: int = 0) -> dict[str, Any]:
    """Return the JSON Schema of an answer, with lists of at most `most` items unless it is 0."""
    onto = ontology()
    text, number = {"type": "string"}, {"type": ["number", "null"]}
    span = {"id": text, "quote": text, "nth": {"type": "integer", "minimum": 1}}
    attributes = {
        name: {"enum": [*a.values] if name in ("realis", "polarity", "stance") else [*a.values, None]}
        for name, a in onto.attribute.items()
    }
    scope = {"enum": [*onto.argument_attribute["scope"].values, None]}
    argument = object_({"role": {"enum": [*onto.role]}, "filler": text, "scope": scope}, optional=("scope",))
    optional = ("means", "phase")
    layers = {
        "mentions": object_(
            {**span, "head": text, "type": {"enum": [*onto.entity]}, "level": {"enum": [*LEVELS]}, "entity": text}
        ),
        "times": object_({**span, "type": {"enum": [*TIME_TYPES]}, "value": text}),
        "quantities": object_({**span, "min": number, "max": number, "modifier": {"enum": [*MODIFIERS]}, "unit": text}),
        "titles": object_(span),
        "events": object_(
            {**span, "type": {"enum": [*onto.event]}, **attributes, "source": text, "cluster": text,
             "arguments": {"type": "array", "items": argument}},
            optional,
        ),
    }  # fmt: skip
    return object_({name: array(item, most) for name, item in layers.items()})


def read(answer: dict[str, Any], document: Document, grounding: Grounding) -> Items:
    """Return the items of an answer; those that are invalid or not in the text are left out."""
    onto = ontology()
    ids = set[str]()
    items = Items(
        mentions=_items(answer, "mentions", PredMention, grounding, ids),
        times=_items(answer, "times", PredTime, grounding, ids),
        quantities=_items(answer, "quantities", PredQuantity, grounding, ids),
        titles=_items(answer, "titles", PredSpan, grounding, ids),
        events=_items(answer, "events", PredEvent, grounding, ids),
    )
    for mention in items.mentions:
        mention.level = mention.level if mention.level in LEVELS else None
        grounding.place_head(mention)
    for quantity in items.quantities:
        quantity.modifier = quantity.modifier if quantity.modifier in MODIFIERS else None
    types = {str(m.id): m.type for m in items.mentions}
    for kind, layer in (("TIME", items.times), ("QTY", items.quantities), ("TITLE", items.titles),
                        ("EVENT", items.events)):  # fmt: skip
        types |= {str(item.id): kind for item in layer}
    for event in items.events:
        _keep_known(event, types, grounding)
    for name, attribute in onto.attribute.items():
        for event in items.events:
            if getattr(event, name) not in attribute.values:
                setattr(event, name, None)
    return items


def _items(
    answer: dict[str, Any], layer: str, kind: type[_Spanned], grounding: Grounding, ids: set[str]
) -> list[_Spanned]:
    """Return the items of a layer that are valid and in the text; add their ids to `ids`, each once."""
    known: dict[str, Any] = {"mentions": ontology().entity, "events": ontology().event, "times": TIME_TYPES}
    given = answer.get(layer)
    found = []
    for number, raw in enumerate(given if isinstance(given, list) else []):
        grounding.counts["items"] += 1
        try:
            fields = {key: value for key, value in raw.items() if key in kind.__struct_fields__}
            item = msgspec.convert(fields, kind, strict=False)
        except (AttributeError, msgspec.ValidationError):
            grounding.counts["invalid"] += 1
            continue
        if layer in known and getattr(item, "type", None) not in known[layer]:
            grounding.counts["invalid"] += 1
            continue
        placed = grounding.place(item, layer)
        if placed is None:
            continue
        if placed.id is None or placed.id in ids:
            placed.id = f"{layer}[{number}]"
        ids.add(placed.id)
        found.append(placed)
    return found


def _keep_known(event: PredEvent, types: dict[str, str], grounding: Grounding) -> None:
    """Leave out arguments whose role or filler is invalid, and a source that is not a mention."""
    onto, kept = ontology(), list[PredArgument]()
    roles = onto.roles_of(event.type)
    scopes = onto.argument_attribute["scope"]
    for argument in event.arguments or ():
        grounding.counts["arguments"] += 1
        kind = types.get(argument.filler) if isinstance(argument.filler, str) else None
        if argument.role not in roles or kind not in onto.role[argument.role].fillers or argument.filler == event.id:
            grounding.counts["unresolved"] += 1
            continue
        scope = argument.scope if argument.role in scopes.roles and argument.scope in scopes.values else None
        kept.append(PredArgument(role=argument.role, filler=argument.filler, scope=scope))
    event.arguments = kept
    if event.source != AUTHOR and types.get(str(event.source)) not in onto.entity:
        event.source = None

"""Rows of invalid items: they match nothing and stay in the denominator of precision."""

from collections.abc import Iterable
from typing import Any

import msgspec

from goldwire_corpus.schema.ontology import ontology
from goldwire_corpus.schema.prediction import Prediction
from goldwire_eval.readers.document_pairs import Line

VALUES = {"TIME": "times", "QTY": "quantities", "TITLE": "titles"}


def layer_of(type_: str) -> str:
    """Return the layer of an item of a type, as brat and Label Studio name types; an unknown type is a mention's."""
    return "events" if type_ in ontology().event else VALUES.get(type_, "mentions")


def void_line(path: str, line: int, id: str, items: Iterable[tuple[str, str]]) -> Line:
    """Return a void row of items, each a layer (of spans, or relations) and a type."""
    layers: dict[str, list[Any]] = {}
    for layer, type_ in items:
        typed = {"type": type_} if layer in ("mentions", "events", "relations") else {}
        place = {"from": "", "to": ""} if layer == "relations" else {"start": 0, "end": 1}
        layers.setdefault(layer, []).append({**place, **typed})
    return Line(path, line, msgspec.convert({"id": id, **layers}, Prediction), void=True)


def void_mentions(path: str, line: int, id: str, types: Iterable[str]) -> Line:
    """Return a void row of mentions of these types."""
    return void_line(path, line, id, (("mentions", type_) for type_ in types))

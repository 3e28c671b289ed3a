"""Rows decoded into types that have only the fields that the items of a file give.

A mention has a dozen fields, of which the items of one file give the same three to eight. A type of these alone is
decoded faster: `goldwire score` takes 6 to 13 % less time on the benchmark's rows (three to eight fields). It never
accepts what the full type rejects, since it rejects every field that it does not have.
"""

from typing import Any, cast, get_args

import msgspec

from goldwire_corpus.schema.prediction import Prediction, PredSpan


class RowDecoder:
    """Decode the rows of one file; the fields of a row that the narrow type rejects are added to it."""

    def __init__(self, type_: type[Prediction]):
        self._type = type_
        self._layers = _span_layers(type_)
        self._full = msgspec.json.Decoder(type_)
        self._narrow: msgspec.json.Decoder[Prediction] | None = None
        self._given: dict[str, set[str]] = {layer: set() for layer in self._layers}
        self._learns = True

    def decode(self, line: bytes) -> Prediction:
        """Decode a row. Raises the errors of `msgspec.json.decode` for the full type."""
        if self._narrow is not None:
            try:
                return self._narrow.decode(line)
            except msgspec.ValidationError:
                pass
        row = self._full.decode(line)
        if self._learns:
            self._learn(row)
        return row

    def _learn(self, row: Prediction) -> None:
        known, self._given = self._given, {layer: given | _given(row, layer) for layer, given in self._given.items()}
        # Rejected although no field is new: the file writes nulls, possibly in every row.
        self._learns = self._narrow is None or self._given != known
        self._narrow = msgspec.json.Decoder(self._row_type()) if self._learns else None

    def _row_type(self) -> type[Prediction]:
        layers = [
            (layer, list[narrow(type_, self._given[layer])] | None, None)  # type: ignore[misc]
            for layer, type_ in self._layers.items()
        ]
        return cast("type[Prediction]", msgspec.defstruct("Row", layers, bases=(self._type,), kw_only=True))


def _span_layers(type_: type[Prediction]) -> dict[str, type[PredSpan]]:
    """Return the layers whose items are spans, with the types of their items."""
    types = {
        field.name: item
        for field in msgspec.structs.fields(type_)
        for list_ in get_args(field.type)
        for item in get_args(list_)
    }
    return {layer: item for layer, item in types.items() if isinstance(item, type) and issubclass(item, PredSpan)}


def _given(row: Prediction, layer: str) -> set[str]:
    items = getattr(row, layer) or ()
    return {
        name for name in (items[0].__struct_fields__ if items else ())
        if any(getattr(item, name) is not None for item in items)
    }  # fmt: skip


def narrow(type_: type[PredSpan], given: set[str]) -> type[msgspec.Struct]:
    """Return a type with the required fields of `type_` and those given; all others are None in every instance."""
    kept: list[Any] = []
    absent: dict[str, Any] = {}
    for field in msgspec.structs.fields(type_):
        if field.required:
            kept.append((field.name, field.type))
        elif field.name in given:
            kept.append((field.name, field.type, None))
        else:
            absent[field.name] = None
    return msgspec.defstruct(
        type_.__name__, kept, namespace=absent, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, gc=False
    )

"""Rows decoded into types that have only the fields that the items of a file give, and only the labels that they have.

A mention has a dozen fields, of which the items of one file give the same three to eight, and its labels are a few
words over and over. A type of these alone is decoded faster: with these fields `goldwire score` takes 6 to 13 % less
time on the benchmark's rows, and with these labels, which are then one object each, decoding its events takes 12 %
less. It never accepts what the full type rejects, since it rejects every field and label that it does not have.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any, Literal, cast, get_args

import msgspec

from goldwire_corpus.schema.prediction import PredArgument, Prediction, PredSpan

_LABELS = ("type", "level", "realis", "polarity", "means", "phase", "stance", "role")
MOST_LABELS = 64
"""A field with more labels than this is read as any string."""
MOST_LESSONS = 32
"""After so many rows with something new labels are read as any string."""
Met = dict[str, set[Any]]
"""What the items of a layer give: the values of each field of labels, and of any other field a mark."""


class RowDecoder:
    """Decode the rows of one file; what a row has and the narrow type rejects is added to it."""

    def __init__(self, type_: type[Prediction]):
        self._type = type_
        self._layers = _span_layers(type_)
        self._full = msgspec.json.Decoder(type_)
        self._narrow: msgspec.json.Decoder[Prediction] | None = None
        self._met: dict[str, Met] = {layer: defaultdict(set) for layer in (*self._layers, "arguments")}
        self._lessons = 0
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
        fresh = [_add(self._met[layer], getattr(row, layer) or ()) for layer in self._layers]
        for event in row.events or ():
            fresh.append(_add(self._met["arguments"], event.arguments or ()))
        self._lessons += 1
        # Rejected although nothing is new: the file writes nulls, possibly in every row.
        self._learns = self._narrow is None or any(fresh)
        self._narrow = msgspec.json.Decoder(self._row_type()) if self._learns else None

    def _row_type(self) -> type[Prediction]:
        labels = self._lessons <= MOST_LESSONS
        argument = narrow(PredArgument, self._met["arguments"], labels)
        layers = [
            (layer, list[narrow(type_, self._met[layer], labels, arguments=list[argument])] | None, None)  # type: ignore
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


def _add(met: Met, items: Any) -> bool:
    """Add what these items give; return whether some of it is new."""
    before = sum(map(len, met.values()))
    for name in items[0].__struct_fields__ if items else ():
        values = [value for item in items if (value := getattr(item, name)) is not None]
        if values:
            met[name].update(values if name in _LABELS else (True,))
    return sum(map(len, met.values())) > before


def narrow(
    type_: type[msgspec.Struct], met: Mapping[str, Collection[Any]], labels: bool = True, **types: Any
) -> type[msgspec.Struct]:
    """Return a type with the required fields of `type_` and those met; all others are None in every instance.

    With `labels` a field of labels has those that were met. `types` gives other types of fields.
    """
    kept: list[Any] = []
    absent: dict[str, Any] = {}
    for field in msgspec.structs.fields(type_):
        kind: Any = types.get(field.name, field.type)
        if labels and field.name in _LABELS and 0 < len(met.get(field.name, ())) <= MOST_LABELS:
            kind = Literal[tuple(sorted(met[field.name]))]
        if field.required:
            kept.append((field.name, kind))
        elif field.name in met:
            kept.append((field.name, kind | None, None))
        else:
            absent[field.name] = None
    return msgspec.defstruct(
        type_.__name__, kept, namespace=absent, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, gc=False
    )

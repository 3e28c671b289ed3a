"""Rows that other software has rewritten, and invalid ones: read as far as their meaning is certain.

`Dataset.to_json` of Hugging Face `datasets` writes days as milliseconds since 1970, every key of a layer in every item
(null where it was absent), and all columns of the data set that a row was made from.
"""

import re
from datetime import UTC, datetime
from difflib import get_close_matches
from functools import cache
from typing import Any, NamedTuple, get_args

import msgspec

from goldwire_corpus.release.hf_features import DATE_FIELDS
from goldwire_corpus.schema.prediction import LAYERS, Prediction

_UNKNOWN = re.compile(r"Object contains unknown field `(.*?)`(?: - at `\$(?:\.(\w+)\[[^`.]*)?(\.[^`]*)?`)?", re.DOTALL)
_CLUSTERS = ("entities", "event_clusters")
_ISO = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ][0-9:.]+(?:Z|[+-][0-9:]+)?")


class Converted(NamedTuple):
    """A row, the errors of its items, and a row of as many items as are invalid; None without any."""

    row: Prediction
    errors: list[str]
    void: Prediction | None


def convert_row(line: bytes, type_: type[Prediction]) -> Prediction:
    """Decode a row with days, nulls, whole numbers and columns as `Dataset.to_json` writes them.

    Raises msgspec.ValidationError, as decoding into `type_` does, and msgspec.DecodeError.
    """
    row: Prediction = _decode(_tidied(_object(line), type_), type_)
    return row


def convert_items(line: bytes, type_: type[Prediction]) -> Converted:
    """Decode a row without its invalid items. Raises msgspec.ValidationError if more than items is invalid."""
    row = _tidied(_object(line), type_)
    errors: list[str] = []
    invalid: dict[str, list[Any]] = {}
    for layer, item_type in item_types(type_).items():
        items = row.get(layer)
        if not isinstance(items, list):
            continue
        kept = []
        for i, item in enumerate(items):
            try:
                _decode(item, item_type)
                kept.append(item)
            except msgspec.ValidationError as error:
                errors.append(_placed(str(error), f"$.{layer}[{i}]"))
                if layer not in _CLUSTERS:
                    invalid.setdefault(layer, []).append(_placeholder(layer, item))
        row[layer] = kept
    made = _decode(row, type_)
    return Converted(made, errors, _decode({"id": made.id, **invalid}, type_) if invalid else None)


def _placed(message: str, place: str) -> str:
    """Return a message about an item with the path of the item in its row."""
    return message.replace(" - at `$", f" - at `{place}") if " - at `$" in message else f"{message} - at `{place}`"


def _placeholder(layer: str, item: Any) -> dict[str, Any]:
    """Return an item of the layer that decodes, of the same type if it has one."""
    type_ = item.get("type") if isinstance(item, dict) else None
    named = {"type": type_ if isinstance(type_, str) else "invalid"}
    match layer:
        case "relations":
            return {**named, "from": "", "to": ""}
        case "records":
            return named
        case "titles" | "times" | "quantities":
            return {"start": 0, "end": 1}
        case _:
            return {**named, "start": 0, "end": 1}


def _object(line: bytes) -> dict[str, Any]:
    return msgspec.json.decode(line, type=dict[str, Any])


def _decode(value: Any, type_: Any) -> Any:
    # By way of JSON, since the offsets of tokens and sentences stay encoded.
    return msgspec.json.decode(msgspec.json.encode(value), type=type_)


def _tidied(row: dict[str, Any], type_: type[Prediction]) -> dict[str, Any]:
    fields = {field.encode_name for field in msgspec.structs.fields(type_)}
    return {k: _plain(k, v) for k, v in row.items() if v is not None and (k in fields or k not in config_columns())}


def _plain(key: str, value: Any) -> Any:
    """Return a value without nulls in objects, days as YYYY-MM-DD and whole numbers as integers."""
    if isinstance(value, dict):
        return {k: _plain(k, v) for k, v in value.items() if v is not None}
    if isinstance(value, list):
        return [_plain(key, v) for v in value]
    if key in DATE_FIELDS:
        return _day(value)
    if isinstance(value, float) and value.is_integer() and abs(value) <= 2**53 and key not in ("min", "max"):
        return int(value)
    return value


def _day(value: Any) -> Any:
    """Return the day of milliseconds since 1970 or of an ISO date and time; anything else as it is."""
    if isinstance(value, str) and (match := _ISO.fullmatch(value)):
        return match[1]
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            return datetime.fromtimestamp(value / 1000, UTC).date().isoformat()
        except (OverflowError, ValueError, OSError):
            return value
    return value


def cut_days(row: Prediction) -> None:
    """Leave of each ISO date and time in records and event clusters the day."""
    for item in (*(row.records or ()), *(row.event_clusters or ())):
        for name in ("earliest", "latest"):
            value = getattr(item, name)
            if value is not None and len(value) > len("YYYY-MM-DD"):
                setattr(item, name, _day(value))


@cache
def config_columns() -> frozenset[str]:
    """Return the columns of all our configurations: a row made from one may still have them."""
    from goldwire_corpus.release.configs import VIEWS

    return frozenset(field.encode_name for row, *_ in VIEWS.values() for field in msgspec.structs.fields(row))


@cache
def item_types(type_: type[Prediction]) -> dict[str, Any]:
    """Return the type of the items of each layer."""
    types = {
        field.encode_name: item
        for field in msgspec.structs.fields(type_)
        for list_ in get_args(field.type)
        for item in get_args(list_)
    }
    return {layer: types[layer] for layer in LAYERS}


def with_near_key(message: str) -> str:
    """Return a message of msgspec; for an unknown key with the known key most like it."""
    if (match := _UNKNOWN.fullmatch(message)) is None:
        return message
    key, layer = match[1], match[2]
    if match[3]:
        return message
    type_ = item_types(Prediction).get(layer) if layer else Prediction
    if type_ is None or len(key) > 60:
        return message
    known = [field.encode_name for field in msgspec.structs.fields(type_)]
    near = get_close_matches(key, known, 1)
    return message + (f"; did you mean `{near[0]}`?" if near else f"; expected one of {', '.join(known)}")

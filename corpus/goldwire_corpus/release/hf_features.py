"""Hugging Face feature declarations (the YAML of the dataset card), from the row types."""

import types
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec

from goldwire_corpus.release.bio import tag_labels

Feature = dict[str, Any]
_SCALARS = {str: "string", int: "int64", float: "float64", bool: "bool"}
# The JSON reader converts string columns that look like dates to timestamps, even if they are declared as strings;
# columns declared as dates are read as datetime.date.
DATE_FIELDS = frozenset({"published", "earliest", "latest"})
# The JSON has labels as strings, so that a reordered list cannot change gold; `datasets` converts them to class ids.
TAG_FIELD = "tags"


def features(row: type[msgspec.Struct]) -> list[Feature]:
    """Return the `features:` of a row type, in the YAML form of `datasets`; a list of structs is `list:`."""
    hints = get_type_hints(row)
    return [
        {"name": field.encode_name, **_feature(field.name, hints[field.name])} for field in msgspec.structs.fields(row)
    ]


def _feature(name: str, hint: Any) -> Feature:
    if name in DATE_FIELDS:
        return {"dtype": "date32"}
    if name == TAG_FIELD:
        return {"list": {"class_label": {"names": {str(i): label for i, label in enumerate(tag_labels())}}}}
    if get_origin(hint) in (Union, types.UnionType):
        hint = next(arm for arm in get_args(hint) if arm is not type(None))
    if get_origin(hint) is list:
        (item,) = get_args(hint)
        return {"list": features(item) if _is_struct(item) else _SCALARS[item]}
    return {"struct": features(hint)} if _is_struct(hint) else {"dtype": _SCALARS[hint]}


def _is_struct(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, msgspec.Struct)

"""Pieces of the JSON schemas of the layouts."""

from typing import Any

Schema = dict[str, Any]


def object_(properties: Schema, optional: tuple[str, ...] = ()) -> Schema:
    """Return the schema of an object with only these properties, in this order."""
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def array(items: Schema, most: int) -> Schema:
    """Return the schema of a list, of at most `most` items unless it is 0."""
    return {"type": "array", "items": items, **({"maxItems": most} if most else {})}

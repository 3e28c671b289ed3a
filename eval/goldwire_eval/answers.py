"""The JSON object in an answer of a language model."""

import json
import re
from collections.abc import Collection
from typing import Any

_FENCE = re.compile(r"```(?:json)?\s*\n(.*?)```", re.DOTALL | re.IGNORECASE)


def find_object(answer: str, keys: Collection[str]) -> dict[str, Any] | None:
    """Return the first JSON object that has any of the keys, only with these keys; fenced text before the rest.

    Text around it, and an object or list that wraps it, are removed.
    """
    decoder = json.JSONDecoder()
    for text in [*_FENCE.findall(answer), answer]:
        for match in re.finditer(r"[{\[]", text):
            try:
                value, _ = decoder.raw_decode(text, match.start())
            except (ValueError, RecursionError):
                continue
            found = _unwrapped(value, keys)
            if found is not None:
                return found
            break  # What follows inside this value is a part of it.
    return None


def _unwrapped(value: Any, keys: Collection[str]) -> dict[str, Any] | None:
    """Return the object that has keys: the value itself, or the only element of the lists and objects around it."""
    for _ in range(3):
        if isinstance(value, dict) and any(key in value for key in keys):
            return {key: item for key, item in value.items() if key in keys}
        inner = list(value.values()) if isinstance(value, dict) else value
        if not isinstance(inner, list) or len(inner) != 1:
            return None
        value = inner[0]
    return None

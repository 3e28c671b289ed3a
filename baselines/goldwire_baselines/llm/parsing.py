"""The JSON object in an answer, complete or broken off."""

import re
from collections.abc import Collection
from typing import Any

from goldwire_eval.answers import find_object


def parse(text: str, keys: Collection[str]) -> tuple[dict[str, Any] | None, bool]:
    """Return the first object with one of the keys in an answer, and whether it is complete.

    An object that breaks off is read up to there. Without any object the first value is None.
    """
    found = find_object(text, keys)
    if found is not None:
        return found, True
    from pydantic_core import from_json

    for match in re.finditer(r"\{", text):
        try:
            value = from_json(text[match.start() :], allow_partial=True)
        except ValueError:
            continue
        if isinstance(value, dict) and any(key in value for key in keys):
            return value, False
    return None, False

"""Answers of a language model to the `prompts` configuration, read as predictions."""

import json
import re
import warnings
from collections.abc import Mapping
from typing import Any

from goldwire_corpus.schema.prediction import LAYERS

_FENCE = re.compile(r"```(?:json)?\s*\n(.*?)```", re.DOTALL | re.IGNORECASE)
_SHOWN = 5


def read_answers(answers: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the predictions in the answers of a model, by document id; the id is filled in.

    An answer is one JSON object with the layers that the prompt asks for. Text around it, code fences, and an object or
    list that wraps it are removed. An answer without such an object is left out, so that its document counts as empty,
    and a warning gives their number.
    """
    predictions, unreadable = [], []
    for id, answer in answers.items():
        found = _layers(answer)
        if found is None:
            unreadable.append(id)
        else:
            predictions.append({"id": id, **found})
    if unreadable:
        more = f" and {len(unreadable) - _SHOWN} more" if len(unreadable) > _SHOWN else ""
        warnings.warn(
            f"{len(unreadable)} of {len(answers)} answers hold no JSON object with one of {', '.join(LAYERS)}; their "
            f"documents count as empty: {', '.join(unreadable[:_SHOWN])}{more}",
            stacklevel=2,
        )
    return predictions


def _layers(answer: str) -> dict[str, Any] | None:
    """Return the layers of the first JSON object that has any, fenced text before the rest."""
    decoder = json.JSONDecoder()
    for text in [*_FENCE.findall(answer), answer]:
        for match in re.finditer(r"[{\[]", text):
            try:
                value, _ = decoder.raw_decode(text, match.start())
            except (ValueError, RecursionError):
                continue
            found = _unwrapped(value)
            if found is not None:
                return found
            break  # What follows inside this value is a part of it.
    return None


def _unwrapped(value: Any) -> dict[str, Any] | None:
    """Return the object that holds layers: the value itself, or the only element of the lists and objects around it."""
    for _ in range(3):
        if isinstance(value, dict) and any(layer in value for layer in LAYERS):
            return {key: item for key, item in value.items() if key in LAYERS}
        inner = list(value.values()) if isinstance(value, dict) else value
        if not isinstance(inner, list) or len(inner) != 1:
            return None
        value = inner[0]
    return None

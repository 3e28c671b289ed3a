"""Answers of a language model to the `prompts` configuration, read as predictions."""

import warnings
from collections.abc import Mapping
from typing import Any

from goldwire_corpus.schema.prediction import LAYERS
from goldwire_eval.answers import find_object

_SHOWN = 5


def read_answers(answers: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the predictions in the answers of a model, by document id; the id is filled in.

    An answer is one JSON object with the layers that the prompt asks for. Text around it, code fences, and an object or
    list that wraps it are removed. An answer without such an object is left out, so that its document counts as empty,
    and a warning gives their number.
    """
    predictions, unreadable = [], []
    for id, answer in answers.items():
        found = find_object(answer, LAYERS)
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

"""Figures of the answers of a language model to the `prompts` configuration, for harnesses that ask the model."""

import math
import warnings
from collections.abc import Mapping

from goldwire.answers import read_answers
from goldwire_corpus.errors import UsageError
from goldwire_corpus.load import documents, splits

PARSE_RATE = "parse_rate"
"""The share of answers that hold a JSON object with one of the layers; the documents of the others count as empty."""
METRICS = (
    "ner", "mention.exact", "mention.head", "coref.conll", "time.value", "quantity.value", "title.span", "trigger.cls",
    "trigger.head", "trigger.realis", "argument.cls@entity", "argument.attached.cls@entity", "event_coref.conll",
)  # fmt: skip
"""Metrics of the layers that the prompt asks for, one or two per layer."""


def prompt_rows(split: str) -> list[dict[str, str]]:
    """Return id, prompt and target of the documents of a split, several joined by +.

    Raises UsageError for an unknown split.
    """
    from goldwire_corpus.load import load

    names = list(dict.fromkeys(split.split("+")))
    return [{k: row[k] for k in ("id", "prompt", "target")} for name in names for row in load("prompts", split=name)]


def readable(answer: str) -> bool:
    """Return whether an answer holds a JSON object with one of the layers."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return bool(read_answers({"": answer}))


def figures(answers: Mapping[str, str]) -> dict[str, float]:
    """Return F1 of METRICS and PARSE_RATE of answers by document id; NaN for what is undefined or not attempted.

    The gold is that of the documents that were asked about, and invalid items count as errors. Raises UsageError for an
    id that is not one of the corpus.
    """
    from goldwire.interface import score

    gold = {d.id: d for split in splits() for d in documents(split)}
    unknown = [id for id in answers if id not in gold]
    if unknown or not answers:
        raise UsageError(f"unknown document {unknown[0]!r}" if unknown else "no answers to score")
    found = read_answers(answers)
    scores = score(found, gold=[gold[id] for id in answers], metrics=METRICS, lenient=True)
    f1 = {name: scores[name].f1 if name in scores else None for name in METRICS}
    return {PARSE_RATE: len(found) / len(answers), **{k: math.nan if v is None else v for k, v in f1.items()}}

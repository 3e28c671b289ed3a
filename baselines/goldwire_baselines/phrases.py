"""Phrases of a model that gives spans and types alone: the level and head of each by rule, and types in words."""

import re

from goldwire_baselines.words import DETERMINERS
from goldwire_corpus.schema.prediction import PredMention
from goldwire_eval.batch.head_rule import head_end

_PRONOUNS = frozenset(
    "he him his she her hers it its they them their theirs we us our i me my you your who whom whose which that "
    "himself herself itself themselves".split()
)


def brief(definition: str) -> str:
    """Return the first clause of a definition."""
    return re.split(r"[:.]", definition, maxsplit=1)[0]


def mention_of(kind: str, span: tuple[int, int], text: str) -> PredMention:
    """Return a mention with its level and head: a head with a capital is a name."""
    start, end = span
    stop = head_end(text, start, end)
    words = list(re.finditer(r"\S+", text[start:stop]))
    level = "NOM"
    if text[start:end].lower() in _PRONOUNS:
        level = "PRO"
    elif words and words[-1].group()[0].isupper() and words[-1].group().lower() not in DETERMINERS:
        level = "NAM"
    first = len(words) - 1
    while level == "NAM" and first > 0 and words[first - 1].group()[0].isupper():
        if words[first - 1].group().lower() in DETERMINERS:
            break
        first -= 1
    head = start + words[first].start() if words else start
    return PredMention(id=f"m{start}-{end}", start=start, end=end, head_start=head, head_end=stop, type=kind,
                       level=level)  # fmt: skip

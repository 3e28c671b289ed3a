"""Entity types for the entity labels of OntoNotes; the table is `ontonotes.toml`."""

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from goldwire_baselines.lexicon import entry

if TYPE_CHECKING:
    from spacy.tokens import Span


class Divided(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The types of a label that covers several: by part of speech, or those looked for in the lexicon."""

    otherwise: str
    adjective: str | None = None
    noun: str | None = None
    lexicon: list[str] = []


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    same: dict[str, str]
    divided: dict[str, Divided]
    values: dict[str, str]
    none: dict[str, str]


@cache
def table() -> Table:
    """Return the table of labels, which is read once."""
    text = Path(__file__).with_name("ontonotes.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), Table)


def type_of(entity: "Span") -> str | None:
    """Return the type of an entity of spaCy; None if its label has no counterpart, or is unknown."""
    labels = table()
    if (same := labels.same.get(entity.label_)) is not None:
        return same
    divided = labels.divided.get(entity.label_)
    if divided is None:
        return None
    last = entity[-1]
    by_word = [t for t in entry(last.lower_).types if t in divided.lexicon]
    by_pos = divided.adjective if last.tag_.startswith("JJ") else divided.noun if last.tag_.startswith("NN") else None
    return by_word[0] if by_word else by_pos or divided.otherwise

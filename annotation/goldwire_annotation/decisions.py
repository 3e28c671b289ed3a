"""Log of decisions: each difference between two passes, the gold annotation and the reason."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from goldwire_annotation.statements import statements
from goldwire_annotation.tasks import Pulled
from goldwire_corpus.parts import PARTS
from goldwire_corpus.schema.document import Document, marked
from goldwire_corpus.source.files import read_text

NOTHING = "none"
Key = tuple[Any, ...]


class Decision(msgspec.Struct, frozen=True):
    """A line of `annotation/decisions/<id>.jsonl`; `sentence` counts from 1."""

    sentence: int
    item: str
    a: str
    b: str
    gold: str
    reason: str


def decisions(a: Document, b: Document, gold: Document, pulled: Pulled) -> list[Decision]:
    """Return a decision for each position and kind of statement on which the passes differ, in text order."""
    keys_of = [{key for key, _ in statements(document)} for document in (a, b, gold)]
    both, either = keys_of[0] & keys_of[1], keys_of[0] | keys_of[1]
    places: dict[Key, list[list[Key]]] = {key[:3]: [[], [], []] for key in either - both}
    for index, keys in enumerate(keys_of):
        for key in sorted(keys - both, key=str):
            if key[:3] in places:
                places[key[:3]][index].append(key)
    reasons = dict(_reasons(gold, pulled))
    found = []
    for (start, end, kind), values in sorted(places.items(), key=lambda item: (item[0][:2], str(item[0]))):
        number = next((i for i, s in enumerate(gold.sentences, 1) if start < s.end), len(gold.sentences))
        in_a, in_b, in_gold = (_values(keys, gold) for keys in values)
        reason = reasons.get((start, end), pulled.remark)
        found.append(Decision(number, f"{_words(start, end, gold)} {kind}", in_a, in_b, in_gold, reason))
    return found


def _reasons(gold: Document, pulled: Pulled) -> Iterator[tuple[tuple[int, int], str]]:
    spans = {x.id: (x.start, x.end) for x in marked(gold)}
    for id, note in pulled.notes.items():
        yield spans[id], note


def _values(keys: list[Key], document: Document) -> str:
    return "; ".join(" ".join(_value(x, document) for x in key[3:]) for key in keys) or NOTHING


def _value(value: Any, document: Document) -> str:
    if isinstance(value, tuple):
        return _words(value[0], value[1], document)
    return str(value)


def _words(start: int, end: int, document: Document) -> str:
    """Return the words of a span, or its offsets if the text may not be shipped."""
    return document.text[start:end] if document.part in PARTS else f"{start}-{end}"


def merged(path: Path, found: list[Decision]) -> str:
    """Return the log with the new decisions appended, without those that it already contains."""
    lines = read_text(path).splitlines() if path.exists() else []
    known = {_content(line) for line in lines}
    new = [msgspec.json.encode(decision).decode() for decision in found]
    return "".join(f"{line}\n" for line in [*lines, *(line for line in new if _content(line) not in known)])


def _content(line: str) -> str:
    """Return the content of a line, whatever its white space."""
    return str(msgspec.json.decode(line))

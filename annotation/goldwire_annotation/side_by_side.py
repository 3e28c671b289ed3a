"""Self-contained HTML page with every sentence that two passes annotate differently."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from goldwire_annotation.passes import Pair
from goldwire_annotation.statements import statements
from goldwire_corpus.display import templates
from goldwire_corpus.schema.document import Document

Statements = dict[tuple[Any, ...], str]
"""Readable lines by comparable keys, which begin with start and end (see `statements.statements`)."""


class Side(NamedTuple):
    """Statements about a sentence by one pass only: the text in pieces, each marked or not, and readable lines."""

    pieces: list[tuple[str, bool]]
    lines: list[str]


class Difference(NamedTuple):
    """A sentence, numbered from 1, that the two passes annotate differently."""

    sentence: int
    sides: tuple[Side, Side]


def page(pairs: Sequence[Pair], names: tuple[str, str], figures: str) -> str:
    """Return the page of two passes called `names`; `figures` is the Markdown table of agreement."""
    documents = []
    for a, b in sorted(pairs, key=lambda pair: pair[0].id):
        found = differences(a, b)
        count = sum(len(side.lines) for difference in found for side in difference.sides)
        documents.append({"id": a.id, "count": count, "differences": found})
    return templates.render(
        __package__, "side_by_side.html.jinja", names=names, figures=_rows(figures), documents=documents
    )


def _rows(table: str) -> list[list[str]]:
    """Return the cells of a Markdown table by row, the header first."""
    lines = [line for line in table.splitlines() if line.strip("|- ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def differences(a: Document, b: Document) -> list[Difference]:
    """Return the sentences on which two annotations of a document differ, in text order."""
    left, right = dict(statements(a)), dict(statements(b))
    only = _by_sentence(a, left, right), _by_sentence(b, right, left)
    return [
        Difference(index + 1, (_side(a, index, only[0][index]), _side(a, index, only[1][index])))
        for index in sorted({*only[0], *only[1]})
    ]


def _by_sentence(document: Document, own: Statements, other: Statements) -> dict[int, Statements]:
    """Return the statements of `own` that `other` lacks, by the index of their sentence."""
    found: dict[int, Statements] = defaultdict(dict)
    last = len(document.sentences) - 1
    for key in sorted(own.keys() - other.keys(), key=lambda key: (key[:2], str(key))):
        index = next((i for i, s in enumerate(document.sentences) if key[0] < s.end), last)
        found[index][key] = own[key]
    return found


def _side(document: Document, index: int, found: Statements) -> Side:
    sentence = document.sentences[index]
    covered = {i for start, end, *_ in found for i in range(start, end)}
    pieces: list[tuple[str, bool]] = []
    start = sentence.start
    while start < sentence.end:
        end = start + 1
        while end < sentence.end and (end in covered) == (start in covered):
            end += 1
        pieces.append((document.text[start:end], start in covered))
        start = end
    return Side(pieces, list(found.values()))

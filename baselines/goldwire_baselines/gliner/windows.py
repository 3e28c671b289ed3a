"""Parts of a document that a model with a limit of words can read whole: as many sentences as fit."""

import re
from collections.abc import Iterator

from goldwire_corpus.schema.document import Document

_WORD = re.compile(r"\w+(?:[-_]\w+)*|\S")
"""What the models count as a word."""


def windows(document: Document, limit: int) -> Iterator[tuple[int, int]]:
    """Yield the spans ``[start, end)`` of windows of at most `limit` words; a longer sentence is cut between words."""
    pieces = [piece for s in document.sentences for piece in _pieces(document.text, s.start, s.end, limit)]
    first, count = 0, 0
    for n, (_, _, words) in enumerate(pieces):
        if count and count + words > limit:
            yield pieces[first][0], pieces[n - 1][1]
            first, count = n, 0
        count += words
    if pieces:
        yield pieces[first][0], pieces[-1][1]


def _pieces(text: str, start: int, end: int, limit: int) -> Iterator[tuple[int, int, int]]:
    """Yield start, end and number of words of a sentence, or of its parts if it has more words than the limit."""
    words = [match.span() for match in _WORD.finditer(text, start, end)]
    for n in range(0, len(words), limit):
        part = words[n : n + limit]
        yield part[0][0], part[-1][1], len(part)

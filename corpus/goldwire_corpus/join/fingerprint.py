"""Hashes of a text that is not shipped, of the whole and of each paragraph.

A paragraph of fewer than 80 characters has no hash, because its text could be guessed from it.
"""

import hashlib
from collections.abc import Callable

import msgspec

SHORTEST_HASHED = 80


class Paragraph(msgspec.Struct, frozen=True):
    """A paragraph ``[start, end)`` in code points of the canonical form; a short one has no hash."""

    start: int
    end: int
    sha256: str | None


class Fingerprint(msgspec.Struct, frozen=True, omit_defaults=True):
    """Hashes of a document in a canonical form; `source` and `key` name it in a collection of texts."""

    form: str
    sha256: str
    paragraphs: list[Paragraph]
    source: str | None = None
    key: str | None = None


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def fingerprint(
    text: str, form: str, hashed: Callable[[str], str] = str, source: str | None = None, key: str | None = None
) -> Fingerprint:
    """Return the hashes of a canonical text and of its paragraphs; `hashed` gives the characters that are hashed."""
    paragraphs, position = [], 0
    for paragraph in text.split("\n\n"):
        end = position + len(paragraph)
        long = len(paragraph) >= SHORTEST_HASHED
        paragraphs.append(Paragraph(position, end, sha256(hashed(paragraph)) if long else None))
        position = end + 2
    return Fingerprint(form, sha256(hashed(text)), paragraphs, source, key)

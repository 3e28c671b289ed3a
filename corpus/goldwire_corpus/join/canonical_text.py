"""Canonical forms of texts that are not shipped, to which every copy is reduced before it is hashed.

In both, quotes and ellipses become ASCII, runs of spaces one space, and paragraphs are separated by one blank line.
Offsets of the gold count code points of this form.

- `wire-canon/1`, the AP story: navigation, headline and repeated summary are removed (the text runs from the dateline
  to the last paragraph), hard wraps are undone, and a dash becomes " -- ".
- `field-canon/1`, documents of re3d: every line is a paragraph, and a dash of any length becomes "-". Hashes are of the
  characters without white space, so that a copy with other line breaks or spaces joins too.
"""

import re
import unicodedata
from collections.abc import Sequence

from goldwire_corpus.schema.document import Span

FORM, FIELD_FORM = "wire-canon/1", "field-canon/1"

_CHARACTERS = str.maketrans(
    {
        "\u00a0": " ",
        "\u202f": " ",
        "\u2009": " ",
        "\u2018": "'",
        "\u2019": "'",
        "\u201b": "'",
        "\u02bc": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u201f": '"',
        "\u2026": "...",
        "\u2010": "-",
        "\u2011": "-",
        "\u2212": "-",
        "\u00ad": "",
        "\u200b": "",
        "\u200e": "",
        "\u200f": "",
        "\ufeff": "",
    }
)
_DASH = re.compile(r"\s*(?:[\u2012-\u2015]|-{2,}|(?<=\s)-(?=\s))\s*")
_DATELINE = re.compile(r"^[A-Z][A-Z .,'/()]{2,60}?\((?:AP)\) ?(?:--|-)")
_NAVIGATION = re.compile(
    r"copyright\b|all rights reserved|powered by|printable page|return to menu|^page \d|^advertisement$|^___+$"
    r"|^©|^follow .* on twitter|^\(?associated press writers?\b",
    re.IGNORECASE,
)


def canonical(text: str) -> str:
    """Return the canonical form of an edition of the story; a text without a dateline keeps all its paragraphs."""
    paragraphs = [p for p in map(_squeeze, _paragraphs(text)) if p]
    start = next((i for i, p in enumerate(paragraphs) if _DATELINE.match(p)), 0)
    body: list[str] = []
    for paragraph in paragraphs[start:]:
        if _NAVIGATION.search(paragraph):
            if body and re.match(r"copyright|©", paragraph, re.IGNORECASE):
                break
            continue
        body.append(paragraph)
    return "\n\n".join(body)


def canonical_lines(text: str) -> str:
    """Return the form `field-canon/1` of a document of re3d."""
    lines = (re.sub(r"\s+", " ", line).strip() for line in _plain(text).splitlines())
    return "\n\n".join(line for line in lines if line)


def letters(text: str) -> str:
    """Return the characters of the form `field-canon/1` that are hashed: those that are not white space."""
    return re.sub(r"\s+", "", _plain(text))


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFC", text).translate(_CHARACTERS)
    return re.sub(r"[\u2012-\u2015]|-{2,}", "-", text)


def spaced(characters: str, tokens: Sequence[Span]) -> str:
    """Return a text of `letters` with the white space between its tokens.

    A gap of one code point is a space, one of two the end of a paragraph.
    """
    pieces, position, end = [], 0, 0
    for token in tokens:
        pieces += [("", " ", "\n\n")[token.start - end], characters[position : position + token.end - token.start]]
        position, end = position + token.end - token.start, token.end
    return "".join(pieces)


def _paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a text, separated by blank lines or, in editions without them, by indented lines."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n")
    return re.split(r"\n[^\S\n]*\n|\n(?=[ \t\u00a0]{2,}\S)", text)


def _squeeze(paragraph: str) -> str:
    text = paragraph.translate(_CHARACTERS)
    text = _DASH.sub(" -- ", text)
    return re.sub(r"\s+", " ", text).strip()

"""Canonical form `wire-canon/1` of the wire story, to which every edition is reduced before it is hashed.

Navigation, headline and repeated summary are removed (the text runs from the dateline to the last paragraph); quotes,
dashes and ellipses become ASCII; hard wraps and runs of spaces become one space; paragraphs are separated by one blank
line. Offsets of the wire gold count code points of this form.
"""

import re

FORM = "wire-canon/1"

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


def _paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a text, separated by blank lines or, in editions without them, by indented lines."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n")
    return re.split(r"\n[^\S\n]*\n|\n(?=[ \t\u00a0]{2,}\S)", text)


def _squeeze(paragraph: str) -> str:
    text = paragraph.translate(_CHARACTERS)
    text = _DASH.sub(" -- ", text)
    return re.sub(r"\s+", " ", text).strip()

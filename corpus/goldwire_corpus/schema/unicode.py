"""Combining characters at the boundaries of spans."""

import unicodedata


def cuts_combining(text: str, start: int, end: int) -> bool:
    """Return whether a boundary of ``text[start:end]`` separates a character from its combining mark."""
    return any(0 < at < len(text) and unicodedata.combining(text[at]) for at in (start, end))

"""Where a text may not be cut."""

import unicodedata


def cuts_combining(text: str, start: int, end: int) -> bool:
    """Whether a boundary of ``text[start:end]`` parts a character from a mark that combines with it."""
    return any(0 < at < len(text) and unicodedata.combining(text[at]) for at in (start, end))

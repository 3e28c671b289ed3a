"""The head of a noun phrase by rule, for mentions that give none; gold is never used.

A head is compared by where it ends. Punctuation at the edge of a span belongs to no head, given or found.
"""

import re
import unicodedata
from collections.abc import Sequence

import numpy as np

from goldwire_eval.batch.arrays import Ints

# Words that begin a modifier after the head noun.
_AFTER = frozenset(
    "of in on at for from to with by against near north south east west who whom whose which that where "
    "when as along inside outside around between under over after before since during without within than "
    "including using based killed said led backed called known responsible loyal".split()
)
LONGEST = 1_000
"""Code points of a span that the rule reads: spans over a whole text would cost its length each."""
_WORD = re.compile(r"[^\s,;:()\"-]+(?:-[^\s,;:()\"-]+)*|[,;:()]|--")


def head_end(text: str, start: int, end: int) -> int:
    """Return where the head word of ``text[start:end]`` ends: the last word before a comma or a modifier of the noun.

    It is the end of a span longer than LONGEST whose beginning has neither.
    """
    last = end
    for i, word in enumerate(_WORD.finditer(text, start, min(end, start + LONGEST))):
        if i and (word.group().lower() in _AFTER or not word.group()[0].isalnum()):
            break
        last = word.end()
    else:
        if end - start > LONGEST:
            return end
    if text[last - 2 : last] in ("'s", "s'") and last - start > 2 and last != end:
        return last - (2 if text[last - 2 : last] == "'s" else 1)
    return last


def head_length(surface: str) -> int:
    """Return ``head_end(surface, 0, len(surface))``, of plain words without the regular expression."""
    if surface.isalnum():
        return len(surface)
    first, *words = surface.lower().split(" ")
    if first and "" not in words and surface.replace(" ", "").isalnum() and _AFTER.isdisjoint(words):
        return len(surface)
    return head_end(surface, 0, len(surface))


_LETTERS = np.array([chr(code).isalnum() for code in range(256)])


def without_punctuation(texts: Sequence[str], doc: Ints, start: Ints, head: Ints) -> Ints:
    """Return the ends of heads without the punctuation they end in; a span of punctuation alone keeps its end.

    `doc`, `start` and `head` are columns of equal length; an end that is not above its start is left as it is.
    """
    inside = np.flatnonzero((start >= 0) & (head > start))
    if not len(inside):
        return head
    begins = np.cumsum([0, *map(len, texts)])
    # One byte a character: those beyond Latin-1 become question marks, and are looked at one by one.
    codes = np.frombuffer("".join(texts).encode("latin-1", "replace"), dtype=np.uint8)
    out = head.copy()
    last = codes[begins[doc[inside]] + head[inside] - 1]
    # For most heads one look at a table tells that they end in a letter or a digit.
    for i in inside[~_LETTERS[last]].tolist():
        text, end = texts[doc[i]], int(head[i])
        while end > start[i] and unicodedata.category(text[end - 1]).startswith("P"):
            end -= 1
        out[i] = end if end > start[i] else head[i]
    return out

"""The head of a noun phrase by rule, for predicted mentions that give none. No look at gold."""

import re

# What opens a modifier behind the head noun.
_AFTER = frozenset(
    "of in on at for from to with by against near north south east west who whom whose which that where "
    "when as along inside outside around between under over after before since during without within than "
    "including using based killed said led backed called known responsible loyal".split()
)
LONGEST = 1_000
"""No more of a span is looked at: spans over a whole text would cost its length each."""
_WORD = re.compile(r"[^\s,;:()\"-]+(?:-[^\s,;:()\"-]+)*|[,;:()]|--")


def head_end(text: str, start: int, end: int) -> int:
    """Where the head word of ``text[start:end]`` ends: the last word before a comma or a modifier behind the noun.

    It is the end of a span longer than LONGEST in whose beginning there is neither.
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
    """``head_end(surface, 0, len(surface))``, of plain words without the regular expression."""
    if surface.isalnum():
        return len(surface)
    first, *words = surface.lower().split(" ")
    if first and "" not in words and surface.replace(" ", "").isalnum() and _AFTER.isdisjoint(words):
        return len(surface)
    return head_end(surface, 0, len(surface))

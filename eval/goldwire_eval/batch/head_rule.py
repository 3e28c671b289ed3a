"""The head of a noun phrase by rule, for mentions that give none; gold is never used.

A head is compared by where it ends. Punctuation at the edge of a span belongs to no head, given or found.
"""

import re

AFTER = frozenset(
    "of in on at for from to with by against near north south east west who whom whose which that where "
    "when as along inside outside around between under over after before since during without within than "
    "including using based killed said led backed called known responsible loyal".split()
)
"""Words that begin a modifier after the head noun."""
LONGEST = 1_000
"""Code points of a span that the rule reads: spans over a whole text would cost its length each."""
_WORD = re.compile(r"[^\s,;:()\"-]+(?:-[^\s,;:()\"-]+)*|[,;:()]|--")


def head_end(text: str, start: int, end: int) -> int:
    """Return where the head word of ``text[start:end]`` ends: the last word before a comma or a modifier of the noun.

    It is the end of a span longer than LONGEST whose beginning has neither.
    """
    last = end
    for i, word in enumerate(_WORD.finditer(text, start, min(end, start + LONGEST))):
        if i and (word.group().lower() in AFTER or not word.group()[0].isalnum()):
            break
        last = word.end()
    else:
        if end - start > LONGEST:
            return end
    if text[last - 2 : last] in ("'s", "s'") and last - start > 2 and last != end:
        return last - (2 if text[last - 2 : last] == "'s" else 1)
    return last

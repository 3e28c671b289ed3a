"""The ends of the heads of many spans at once: those of plain words by tables, the rest one by one by the head rule."""

import re
import unicodedata
from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter

import numpy as np

from goldwire_eval.batch.arrays import Bools, Ints, ints, spread
from goldwire_eval.batch.head_rule import AFTER, LONGEST, head_end

_LETTERS = np.array([chr(code).isalnum() for code in range(256)])
_ROUGH = 1 << 32
_WEIGHT = np.where(_LETTERS, 0, _ROUGH)
_WEIGHT[ord(" ")] = 1
_BY_LETTER = [(letter, [word[1:] for word in words]) for letter, words in groupby(sorted(AFTER), itemgetter(0))]
# Words of one letter are an alternative of their own: with 40 alternatives the search takes twice the time.
_WORDS = "|".join(f"{letter}(?:{'|'.join(ends)})" for letter, ends in _BY_LETTER)
_MODIFIER = re.compile(f" (?:{_WORDS})(?=[ \n])")


class Heads:
    """The heads in the texts of a batch. `doc`, `start` and `end` are columns of equal length, in code points."""

    def __init__(self, texts: Sequence[str]):
        self.texts = texts
        self._begins = np.cumsum([0, *map(len, texts)])
        # One byte a character: those beyond Latin-1 become question marks, so that they are looked at one by one.
        self._codes = np.frombuffer("".join(texts).encode("latin-1", "replace"), dtype=np.uint8)

    def by_rule(self, doc: Ints, start: Ints, end: Ints) -> Ints:
        """Return where `head_rule.head_end` finds that the heads end, without the punctuation they end in."""
        # One more than the limit, so that an excess is visible.
        length = np.minimum(end - start, LONGEST + 1)
        words = self._plain_words(doc, start, length)
        doubtful = np.flatnonzero(words != 1)
        surfaces = self._surfaces(doc[doubtful], start[doubtful], length[doubtful])
        plain = words[doubtful] > 0
        plain[plain] = ~_modified([surfaces[i] for i in np.flatnonzero(plain).tolist()])
        rough = np.flatnonzero(~plain)
        surfaces = [surfaces[i] for i in rough.tolist()]
        lengths = {surface: head_end(surface, 0, len(surface)) for surface in set(surfaces)}
        length[doubtful[rough]] = ints([lengths[surface] for surface in surfaces])
        return self.without_punctuation(doc, start, np.where(length > LONGEST, end, start + length))

    def without_punctuation(self, doc: Ints, start: Ints, head: Ints) -> Ints:
        """Return the ends of heads without the punctuation they end in; a span of punctuation alone keeps its end.

        An end that is not above its start is left as it is.
        """
        inside = np.flatnonzero((start >= 0) & (head > start))
        out = head.copy()
        last = self._codes[self._begins[doc[inside]] + head[inside] - 1]
        for i in inside[~_LETTERS[last]].tolist():
            text, end = self.texts[doc[i]], int(head[i])
            while end > start[i] and unicodedata.category(text[end - 1]).startswith("P"):
                end -= 1
            out[i] = end if end > start[i] else head[i]
        return out

    def _plain_words(self, doc: Ints, start: Ints, length: Ints) -> Ints:
        """Return how many words each span has, or 0 if it has more in it than letters, digits and single spaces."""
        if not len(doc):
            return length
        first = self._begins[doc] + start
        codes = self._codes[spread(first, first + length)[1]]
        weight = _WEIGHT[codes]
        blank = codes == ord(" ")
        weight[:-1][blank[:-1] & blank[1:]] = _ROUGH
        begins = np.cumsum(length) - length
        words: Ints = np.add.reduceat(weight, begins) + 1
        words[(words >= _ROUGH) | blank[begins] | blank[begins + length - 1]] = 0
        return words

    def _surfaces(self, doc: Ints, start: Ints, length: Ints) -> list[str]:
        texts = self.texts
        places = zip(doc.tolist(), start.tolist(), (start + length).tolist(), strict=True)
        return [texts[document][begin:end] for document, begin, end in places]


def _modified(surfaces: list[str]) -> Bools:
    """Return which surfaces, of plain words, have a word behind the first that begins a modifier of the head."""
    found = np.zeros(len(surfaces), dtype=bool)
    ends = np.cumsum(ints(list(map(len, surfaces))) + 1)
    places = [match.start() for match in _MODIFIER.finditer("\n".join([*surfaces, ""]).lower())]
    found[np.searchsorted(ends, places, side="right")] = True
    return found

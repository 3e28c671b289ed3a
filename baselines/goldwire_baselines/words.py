"""Words of the baselines (text, stem, shape) and the closed word classes that rules use."""

import re
from bisect import bisect_left
from functools import lru_cache
from typing import NamedTuple

from goldwire_corpus.schema.document import Document, Span

DETERMINERS = frozenset("a an the this that these those some any no every each its his her their our my your".split())
STOPS = frozenset(
    "of in on at for from to with by against near and or but as into over under after before since during "
    "without within is are was were be been being has have had do does did will would could should may "
    "might must not who whom which that when where while if because than then so said says told".split()
)


class Word(NamedTuple):
    start: int
    end: int
    text: str
    lower: str
    shape: str

    @property
    def stem(self) -> str:
        return stem(self.text)


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """Return the Snowball stem of an English word."""
    import snowballstemmer

    return str(snowballstemmer.stemmer("english").stemWord(word.lower()))


@lru_cache(maxsize=100_000)
def shape(word: str) -> str:
    """Return the shape with runs of one character class collapsed: X.X for "U.S", Xx for "Jan", d,d for "2,000"."""
    classes = re.sub(r"[a-z]", "x", re.sub(r"[A-Z]", "X", re.sub(r"\d", "d", word)))
    return re.sub(r"(.)\1+", r"\1", classes)


def sentences(document: Document) -> list[list[Word]]:
    """Return the words of each sentence of a document."""
    starts = [token.start for token in document.tokens]
    return [
        [
            _word(document.text, token)
            for token in document.tokens[bisect_left(starts, s.start) : bisect_left(starts, s.end)]
        ]
        for s in document.sentences
    ]


def _word(text: str, token: Span) -> Word:
    form = text[token.start : token.end]
    return Word(token.start, token.end, form, form.lower(), shape(form))

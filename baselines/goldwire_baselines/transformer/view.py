"""A document as the network sees it: words with their sentence, and items as spans of words."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from goldwire_baselines.transformer.labels import labels
from goldwire_baselines.words import Word, sentences
from goldwire_corpus.schema.document import Document, Marked

Ints = NDArray[np.int64]


class Item(NamedTuple):
    """A span of words, from `first` to `last` inclusive, with its kind (a position in `Labels.kinds`)."""

    id: str
    first: int
    last: int
    kind: int


class Items(NamedTuple):
    """The items of a document: mentions, then values, then events, each in the order of the text."""

    mentions: list[Item]
    values: list[Item]
    events: list[Item]

    @property
    def all(self) -> list[Item]:
        return [*self.mentions, *self.values, *self.events]


class View:
    """The words of a document, the sentence of each word, and the first word of each sentence."""

    def __init__(self, document: Document):
        parts = [sentence for sentence in sentences(document) if sentence]
        self.document = document
        self.words: list[Word] = [word for sentence in parts for word in sentence]
        self.sentence: Ints = np.repeat(np.arange(len(parts)), [len(sentence) for sentence in parts]).astype(np.int64)
        self.bounds: Ints = np.cumsum([0, *map(len, parts)]).astype(np.int64)
        self._starts = [word.start for word in self.words]

    def item(self, id: str, start: int, end: int, kind: int) -> Item:
        """Return the item of the words that the span ``[start, end)`` touches."""
        first = max(0, bisect_right(self._starts, start) - 1)
        return Item(id, first, max(first, bisect_right(self._starts, end - 1) - 1), kind)

    def text(self, first: int, last: int) -> str:
        return self.document.text[self.words[first].start : self.words[last].end]


def in_order(items: Iterable[Item]) -> list[Item]:
    return sorted(items, key=lambda item: (item.first, item.last, item.kind))


def gold_items(view: View) -> Items:
    """Return the annotated items of a document."""
    own, d = labels(), view.document
    values: list[tuple[str, Sequence[Marked]]] = [("TIME", d.times), ("QTY", d.quantities), ("TITLE", d.titles)]
    return Items(
        in_order(view.item(m.id, m.start, m.end, own.mention(m.type, m.level)) for m in d.mentions),
        in_order(view.item(x.id, x.start, x.end, own.value(name)) for name, layer in values for x in layer),
        in_order(view.item(e.id, e.start, e.end, own.event(e.type)) for e in d.events),
    )

"""Items in the answers of a model, grounded in the text; what cannot be used is counted."""

from collections import Counter
from collections.abc import Iterable
from typing import TypeVar

import msgspec

from goldwire_corpus.schema.prediction import PredEvent, PredMention, PredQuantity, PredSpan, PredTime
from goldwire_eval.batch.head_rule import head_end
from goldwire_eval.batch.quotes import GroundingError, locate

Span = tuple[int, int]
_Spanned = TypeVar("_Spanned", bound=PredSpan)


class Items(msgspec.Struct):
    """Items of a text with offsets; fillers of arguments are ids of items."""

    mentions: list[PredMention] = []
    times: list[PredTime] = []
    quantities: list[PredQuantity] = []
    titles: list[PredSpan] = []
    events: list[PredEvent] = []

    def spanned(self) -> Iterable[PredSpan]:
        """Return all items, layer by layer."""
        return (*self.mentions, *self.times, *self.quantities, *self.titles, *self.events)

    def add(self, other: "Items", offset: int, prefix: str) -> None:
        """Add the items of a part of the text that begins at `offset`; their ids get the prefix."""
        for item in other.spanned():
            item.id = f"{prefix}{item.id}"
            item.start, item.end = (item.start or 0) + offset, (item.end or 0) + offset
        for mention in other.mentions:
            if mention.head_end is not None:
                mention.head_start = (mention.head_start or 0) + offset
                mention.head_end += offset
        for event in other.events:
            for argument in event.arguments or ():
                argument.filler = f"{prefix}{argument.filler}"
            if isinstance(event.source, str) and event.source != "AUTHOR":
                event.source = f"{prefix}{event.source}"
        for name in self.__struct_fields__:
            getattr(self, name).extend(getattr(other, name))


class Grounding:
    """The quotes of one answer in the text shown to the model.

    `counts`: `quotes` and the `ungrounded` among them, `items` and the `invalid` among them (an unknown label or a
    wrong form), `arguments` and those `unresolved` (the filler is unknown or of a wrong type).
    """

    def __init__(self, text: str):
        self.text = text
        self.counts: Counter[str] = Counter()
        self._used: Counter[tuple[str, str]] = Counter()

    def find(self, quote: str, nth: int | None, layer: str) -> Span | None:
        """Return the span of a quote, or None and count it as ungrounded.

        A quote may differ from the text in form (see `goldwire_eval.batch.quotes`). Without `nth` a quote that is given
        for the second time in one layer is its second occurrence, as long as there are as many.
        """
        self.counts["quotes"] += 1
        wanted = [nth]
        if nth is None:
            self._used[layer, quote] += 1
            wanted = [self._used[layer, quote], 1]
        for number in wanted:
            try:
                found = locate(self.text, quote, number, normalised=True)
            except GroundingError:
                continue
            return found.start, found.end
        self.counts["ungrounded"] += 1
        return None

    def place(self, item: _Spanned, layer: str) -> _Spanned | None:
        """Return the item with offsets for its quote, or None if it has none that is in the text."""
        span = self.find(item.quote or "", item.nth, layer)
        if span is None:
            return None
        item.start, item.end = span
        item.quote = item.nth = None
        return item

    def place_head(self, mention: PredMention) -> None:
        """Replace the quote of the head by offsets, by rule if it is not in the mention."""
        start, end = mention.start or 0, mention.end or 0
        quote, mention.head = mention.head, None
        try:
            mention.head_start, mention.head_end, _ = locate(self.text, quote or "", 1, (start, end), normalised=True)
        except GroundingError:
            mention.head_end = head_end(self.text, start, end)
            mention.head_start = self.text.rfind(" ", start, mention.head_end) + 1 or start
            mention.head_start = max(start, mention.head_start)

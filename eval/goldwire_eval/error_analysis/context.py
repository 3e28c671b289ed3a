"""The piece of a document that shows an error: the sentences of its spans."""

from bisect import bisect_right
from collections.abc import Iterable

import msgspec

REACH = 300
"""Code points that are shown at most on either side of a span, and of a span from either end."""
_NEAR = 2


class _Bounds(msgspec.Struct, gc=False):
    start: int
    end: int


_sentences = msgspec.json.Decoder(list[_Bounds])


class Sentences:
    """The sentences of one text: those that the document declares, else its lines."""

    def __init__(self, text: str, declared: msgspec.Raw | msgspec.UnsetType):
        self.text = text
        self.starts, self.ends = [0], [len(text)]
        found = _declared(declared, len(text)) or _lines(text)
        if found:
            self.starts, self.ends = ([getattr(s, side) for s in found] for side in ("start", "end"))

    def around(self, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
        """Return ``[start, end)`` of the pieces that show these spans, in order; adjacent pieces are merged."""
        pieces: list[tuple[int, int]] = []
        for start, end in sorted(spans):
            for low, high in self._pieces(start, end):
                if pieces and low <= pieces[-1][1] + _NEAR:
                    pieces[-1] = (pieces[-1][0], max(high, pieces[-1][1]))
                else:
                    pieces.append((low, high))
        return pieces

    def _pieces(self, start: int, end: int) -> list[tuple[int, int]]:
        first = max(bisect_right(self.starts, start) - 1, 0)
        last = max(bisect_right(self.starts, end - 1) - 1, 0)
        # A span outside all sentences is shown too.
        low, high = min(self.starts[first], start), max(self.ends[last], end)
        low, high = max(low, start - REACH), min(high, end + REACH)
        if end - start <= 2 * REACH:
            return [(low, high)]
        return [(low, start + REACH), (end - REACH, high)]


def _declared(raw: msgspec.Raw | msgspec.UnsetType, length: int) -> list[_Bounds]:
    """Return the declared sentences in order; none if they do not fit the text."""
    if isinstance(raw, msgspec.UnsetType):
        return []
    try:
        found = _sentences.decode(raw)
    except msgspec.MsgspecError:
        return []
    fits = all(0 <= s.start < s.end <= length for s in found)
    return sorted(found, key=lambda s: s.start) if fits else []


def _lines(text: str) -> list[_Bounds]:
    out, start = [], 0
    for line in text.split("\n"):
        if line.strip():
            out.append(_Bounds(start, start + len(line)))
        start += len(line) + 1
    return out

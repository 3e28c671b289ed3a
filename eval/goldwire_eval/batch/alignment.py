"""Do the spans of a submission begin and end at tokens of gold, and if not, which mistake in offsets does it look like?

Only texts and tokens of gold are used, never its labels.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Mapping

import msgspec
import numpy as np

from goldwire_eval.batch.arrays import Bools, Ints, ranks
from goldwire_eval.batch.item_columns import SPAN_LAYERS, Rows

SHARE, FEWEST = 0.1, 5
"""A warning is given where more than this share of the spans, and at least so many, are not at token boundaries."""
DOCUMENTS, EACH = 200, 100
"""Of how many documents, the first of gold, and how many spans each are compared under each hypothesis at the most."""
_WORD = re.compile(r"\w+|[^\w\s]")
_LETTERS = np.array([chr(code).isalnum() for code in range(256)])
_SPACES = np.array([chr(code).isspace() for code in range(256)])
Span = tuple[int, int]


class _Token(msgspec.Struct, gc=False):
    start: int
    end: int


_tokens = msgspec.json.Decoder(list[_Token])


class Alignment:
    """Counts the spans of all batches; `spans` are those given by offsets.

    What is counted of a document depends on it alone, not on the batch or the process that has it.
    """

    def __init__(self) -> None:
        self.spans = self.misaligned = self.compared = 0
        self.matching: Counter[str] = Counter()

    def add(self, gold: Rows, pred: Rows, numbers: Ints) -> None:
        """Add the predicted spans of a batch; row n of `gold` is document n, `numbers[n]` its number in the gold."""
        columns = [(pred.items[layer].column("start"), pred.items[layer].column("end")) for layer in SPAN_LAYERS]
        lengths = [np.repeat(np.arange(len(pred)), pred.items[layer].lengths) for layer in SPAN_LAYERS]
        start, end = (np.concatenate(side) for side in zip(*columns, strict=True))
        row = np.concatenate(lengths)
        void = np.array([r.void for r in pred], dtype=bool)
        given = np.flatnonzero((start >= 0) & (end >= 0) & ~void[row]) if len(row) else row
        if not len(given):
            return
        start, end, row = start[given], end[given], row[given]
        wrong = _inside_words([r.text for r in pred], row, start, end)
        self.spans += len(given)
        count, bad = (np.bincount(row, weights=w, minlength=len(pred)) for w in (None, wrong))
        early = numbers[[r.doc for r in pred]] < DOCUMENTS
        compared = np.flatnonzero(((bad > SHARE * count) & early)[row])
        compared = compared[ranks(row[compared]) < EACH]
        self.misaligned += int(wrong.sum()) - int(wrong[compared].sum())
        places = (column[compared].tolist() for column in (row, start, end))
        docs = {number: _Text(pred[number].text, gold[pred[number].doc].row.tokens) for number in {*row[compared]}}
        for number, a, b in zip(*places, strict=True):
            self.compared += 1
            text = docs[number]
            self.misaligned += not text.aligned(a, b)
            self.matching.update(name for name, read in HYPOTHESES.items() if text.aligned(*read(text, a, b)))

    def merge(self, other: "Alignment") -> None:
        """Add the spans of other batches."""
        self.spans += other.spans
        self.misaligned += other.misaligned
        self.compared += other.compared
        self.matching += other.matching

    def warning(self) -> str | None:
        """Return what is wrong, and which mistake it looks like; None if the spans are well aligned."""
        if self.misaligned < FEWEST or self.misaligned <= SHARE * self.spans:
            return None
        message = f"{self.misaligned} of {self.spans} spans do not begin and end at token boundaries of gold"
        # Of equally good explanations the first is the simplest.
        best = max(HYPOTHESES, key=lambda name: self.matching[name])
        if self.matching[best] <= self.compared - self.misaligned:
            return message
        return f"{message}; read as {best} {self.matching[best]} of {self.compared} would"


class _Text:
    """A text with its token boundaries and, where a hypothesis asks for them, other units of offsets."""

    def __init__(self, text: str, tokens: msgspec.Raw | msgspec.UnsetType):
        self.text = text
        self.spans = _declared(tokens, len(text)) or [match.span() for match in _WORD.finditer(text)]
        self.begins, self.ends = {start for start, _ in self.spans}, {end for _, end in self.spans}
        self._units: dict[str, list[int]] = {}

    def aligned(self, start: int, end: int) -> bool:
        return start < end and start in self.begins and end in self.ends

    def code_point(self, encoding: str, width: int, offset: int) -> int:
        """Return the code point at an offset in units of `width` bytes of an encoding, -1 if it is inside one."""
        if encoding not in self._units:
            units, total = [0], 0
            for character in self.text:
                total += len(character.encode(encoding, "surrogatepass")) // width
                units.append(total)
            self._units[encoding] = units
        units = self._units[encoding]
        at = bisect_left(units, offset)
        return at if at < len(units) and units[at] == offset else -1


def _declared(raw: msgspec.Raw | msgspec.UnsetType, length: int) -> list[Span]:
    """Return the tokens of a row; none if they are not given or do not fit the text."""
    if isinstance(raw, msgspec.UnsetType):
        return []
    try:
        found = _tokens.decode(raw)
    except msgspec.MsgspecError:
        return []
    return [(t.start, t.end) for t in found] if all(0 <= t.start < t.end <= length for t in found) else []


def _of_tokens(text: _Text, start: int, end: int) -> Span:
    if start < end <= len(text.spans):
        return text.spans[start][0], text.spans[end - 1][1]
    return -1, -1


def _of_units(encoding: str, width: int) -> Callable[[_Text, int, int], Span]:
    return lambda text, start, end: (
        text.code_point(encoding, width, start), text.code_point(encoding, width, end),
    )  # fmt: skip


HYPOTHESES: Mapping[str, Callable[[_Text, int, int], Span]] = {
    "offsets that are one too high": lambda _, start, end: (start - 1, end - 1),
    "offsets that are one too low": lambda _, start, end: (start + 1, end + 1),
    "spans whose end is inclusive": lambda _, start, end: (start, end + 1),
    "UTF-8 bytes": _of_units("utf-8", 1),
    "UTF-16 units": _of_units("utf-16-le", 2),
    "token indices": _of_tokens,
}
"""The mistakes that are tried, and how each reads a span."""


def _inside_words(texts: list[str], row: Ints, start: Ints, end: Ints) -> Bools:
    """Return the spans that cut a word, begin or end with white space, or are not in their text: a quick look."""
    # One byte a character: those beyond Latin-1 become question marks, which cut no word here.
    codes = np.frombuffer("".join(texts).encode("latin-1", "replace"), dtype=np.uint8)
    length = np.array([len(text) for text in texts], dtype=np.int64)
    begin = (np.cumsum(length) - length)[row]
    wrong: Bools = ~((start < end) & (end <= length[row]))
    fine = np.flatnonzero(~wrong)
    first, last = begin[fine] + start[fine], begin[fine] + end[fine] - 1
    before, after = np.maximum(first - 1, 0), np.minimum(last + 1, len(codes) - 1)
    begins, ends = codes[first], codes[last]
    cut = _LETTERS[begins] & _LETTERS[codes[before]] & (start[fine] > 0)
    cut |= _LETTERS[ends] & _LETTERS[codes[after]] & (end[fine] < length[row[fine]])
    wrong[fine] = cut | _SPACES[begins] | _SPACES[ends]
    return wrong

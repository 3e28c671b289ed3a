"""Files of tags: a token a line, its tag in the last column, a blank line between sentences (CoNLL-2003).

A line `-DOCSTART-` begins a document, and so does `# newdoc id = ID`, which names it. In a file without either every
sentence is a document. IOB2, BIOES and BILOU are read. Tags that are no IOB2 are repaired as conlleval does (an `I-`
that nothing precedes begins an entity), dropped as seqeval's strict mode drops them, or refused.

A file is read in blocks, each as one array of bytes, so that a million tokens cost no Python object each.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import msgspec
import numpy as np

from goldwire_corpus.incident import Incident
from goldwire_corpus.prediction import Prediction, PredMention
from goldwire_corpus.schema import Span
from goldwire_eval.columns import Bools, Ints
from goldwire_eval.formats.stream import blocks
from goldwire_eval.pairing import Line

Tell = Callable[[Incident], None]
_BLOCK = 4 << 20
_MARK = re.compile(rb"#\s*(?:newdoc\s+)?id\s*=\s*(\S.*)")
_TAG = re.compile(rb"([BIESULS])-(\S+)")
_BEGIN, _INSIDE = 0, 1
_PREFIX = {b"B": _BEGIN, b"S": _BEGIN, b"U": _BEGIN, b"I": _INSIDE, b"E": _INSIDE, b"L": _INSIDE}


@dataclass
class Tagged:
    """A document: its tokens, and its entities as (first token, last token, type)."""

    line: int
    id: str | None = None
    text: list[str] = field(default_factory=list)
    tokens: int = 0
    length: int = 0
    entities: list[tuple[int, int, str]] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)
    """Of each entity, in code points of the text: the tokens with a space or a line end between."""


def rows(path: Path, bio: str, tell: Tell) -> Iterator[Line]:
    """A file of tags by itself: the text of a document is its tokens, its id the one it is given or its number."""
    for number, document in enumerate(documents(path, bio, tell), 1):
        mentions = [
            PredMention(start=start, end=end, type=type_, head_end=end)
            for (start, end), (_, _, type_) in zip(document.spans, document.entities, strict=True)
        ]
        row = Prediction(id=document.id or str(number), text="".join(document.text), mentions=mentions)
        yield Line(str(path), document.line, row)


def against(path: Path, gold: Iterable[Line], bio: str, tell: Tell) -> Iterator[Line]:
    """Tags for the tokens of gold: documents by their id, or else in the order of gold, sentence after sentence."""
    name = str(path)
    by_id: dict[str, Line] | None = None
    waiting = iter(gold)
    open_: _Open | None = None
    for document in documents(path, bio, tell):
        if document.id is not None:
            by_id = by_id if by_id is not None else {line.row.id: line for line in gold}
            if document.id not in by_id:
                tell(Incident(name, document.line, "document-unknown", f"no document {document.id!r} in this gold"))
                continue
            open_ = _Open(by_id[document.id])
        if open_ is None:
            following = next(waiting, None)
            if following is None:
                tell(Incident(name, document.line, "tokens-left", "more tokens than the gold documents have"))
                return
            open_ = _Open(following)
        if (fault := open_.take(document)) is not None:
            tell(Incident(name, *fault))
            return
        if open_.full():
            yield Line(name, open_.line, open_.row())
            open_ = None
    if open_ is not None:
        message = f"{open_.gold.row.id} has {len(open_.tokens)} tokens, the file ends after {open_.taken} of them"
        tell(Incident(name, open_.line, "tokens-missing", message))


class _Open:
    """A gold document whose tokens are being met in the file."""

    def __init__(self, gold: Line):
        self.gold, self.taken, self.line = gold, 0, 0
        raw = gold.row.tokens
        self.tokens: list[Span] = [] if raw is msgspec.UNSET else msgspec.json.decode(raw, type=list[Span])
        self.mentions: list[PredMention] = []

    def full(self) -> bool:
        return self.taken >= len(self.tokens)

    def take(self, document: Tagged) -> tuple[int, str, str] | None:
        """The next tokens with their entities; (line, incident, message) where they are not those of gold."""
        text, id = self.gold.row.text or "", self.gold.row.id
        words = "".join(document.text).replace("\n", " ").rstrip(" ").split(" ")
        own = [text[t.start : t.end] for t in self.tokens[self.taken : self.taken + len(words)]]
        if words != own:
            place = next(
                (i for i, (a, b) in enumerate(zip(words, own, strict=False)) if a != b), min(len(words), len(own))
            )
            there = repr(own[place]) if place < len(own) else "no further token"
            message = f"{id}: token {self.taken + place + 1} is {words[place]!r} here and {there} in gold"
            return document.line, "token-differs", message
        self.line = self.line or document.line
        for first, last, type_ in document.entities:
            start, end = self.tokens[self.taken + first].start, self.tokens[self.taken + last].end
            self.mentions.append(PredMention(start=start, end=end, type=type_))
        self.taken += len(words)
        return None

    def row(self) -> Prediction:
        return Prediction(id=self.gold.row.id, mentions=self.mentions)


# ------------------------------------------------------------------ documents from blocks


def documents(path: Path, bio: str, tell: Tell) -> Iterator[Tagged]:
    """The documents of a file, put together over the blocks it is read in."""
    open_: Tagged | None = None
    marked = False
    for first_line, content in _sentences(path):
        block = _Block(content, first_line, path, bio, tell)
        begins = dict.fromkeys(range(len(block.lines) if not marked else 0))
        marks = dict(block.marks)
        if marks and not marked:
            begins = dict.fromkeys(range(min(marks)))
            marked = True
        starts = sorted(begins | marks)
        edges = [0, *(s for s in starts if s), len(block.lines)]
        for begin, end in pairwise(edges):
            if begin in begins or begin in marks or open_ is None:
                if open_ is not None and open_.tokens:
                    yield open_
                open_ = Tagged(int(block.lines[begin]) if begin < len(block.lines) else first_line, marks.get(begin))
            block.put(open_, begin, end)
    if open_ is not None and open_.tokens:
        yield open_


def _sentences(path: Path) -> Iterator[tuple[int, bytes]]:
    """Whole sentences, many at a time, with plain line ends; and the number of their first line."""
    line, held = 1, b""
    for block in blocks(path):
        held += block.replace(b"\r\n", b"\n")
        if len(held) < _BLOCK:
            continue
        cut = held.rfind(b"\n\n") + 2
        if cut > 1:
            yield line, held[:cut]
            line += held.count(b"\n", 0, cut)
            held = held[cut:]
    if held:
        yield line, held if held.endswith(b"\n") else held + b"\n"


class _Block:
    """Sentences of a file as arrays.

    `lines`: the line of each sentence. `marks`: where a document begins, by sentence, and its id. `first`: the first
    token of each sentence and, at the end, how many tokens there are. `at`: where each token begins in `text`.
    """

    def __init__(self, content: bytes, line: int, path: Path, bio: str, tell: Tell):
        self.path, self.tell = path, tell
        if b" \n" in content or b"\t\n" in content:
            content = re.sub(rb"[ \t]+\n", b"\n", content)
        self.content = content
        b = self.bytes = np.frombuffer(content, dtype=np.uint8)
        ends = np.flatnonzero(b == 10)
        starts = np.concatenate([[0], ends[:-1] + 1])
        filled = ends > starts
        number = np.arange(line, line + len(ends))
        marks = self._marks(starts, ends, filled)
        for i in marks:
            filled[i] = False
        tokens = np.flatnonzero(filled)
        # A sentence begins behind a line that is no token.
        begins = np.ones(len(tokens), dtype=bool)
        begins[1:] = np.diff(tokens) > 1
        self.first = np.append(np.flatnonzero(begins), len(tokens))
        self.lines = number[tokens][begins]
        self.marks = [(int(begins[: np.searchsorted(tokens, i)].sum()), id) for i, id in sorted(marks.items())]
        self._columns(starts[tokens], ends[tokens], number[tokens])
        sentence = np.cumsum(begins) - 1
        self._entities(sentence, number[tokens], bio)

    def _marks(self, starts: Ints, ends: Ints, filled: Bools) -> dict[int, str | None]:
        """The lines that begin a document, and the id they give."""
        found: dict[int, str | None] = {}
        first = self.bytes[starts]
        for i in np.flatnonzero(filled & ((first == ord("-")) | (first == ord("#")))).tolist():
            text = self.content[starts[i] : ends[i]]
            if text.startswith(b"-DOCSTART-"):
                found[i] = None
            elif match := _MARK.fullmatch(text):
                found[i] = match[1].decode("utf-8", "replace")
        return found

    def _columns(self, starts: Ints, ends: Ints, lines: Ints) -> None:
        """Where each token and its tag lie, and the text that the tokens make."""
        gaps = np.flatnonzero((self.bytes == 32) | (self.bytes == 9))
        gaps = np.append(gaps, len(self.bytes))
        word = np.minimum(gaps[np.searchsorted(gaps, starts)], ends)
        last = gaps[np.searchsorted(gaps, ends) - 1]
        for i in np.flatnonzero((word == ends) | (word == starts)).tolist():
            shown = self.content[starts[i] : ends[i]].decode("utf-8", "replace")
            self._fault(lines[i], "tag-columns", f"a line needs a token and a tag: {shown[:60]!r}")
        self.tag, self.tag_end = np.where(word == ends, ends, last + 1), ends
        closing = np.where(np.isin(np.arange(len(starts)), self.first[1:] - 1), 10, 32).astype(np.uint8)
        lengths = word - starts
        steps = np.zeros(len(self.bytes) + 2, dtype=np.int8)
        steps[starts] += 1
        steps[word + 1] -= 1
        kept = np.append(self.bytes, np.uint8(0))[np.cumsum(steps[:-1], dtype=np.int8).astype(bool)]
        self.at = np.concatenate([[0], np.cumsum(lengths + 1)])
        kept[self.at[1:] - 1] = closing
        try:
            self.text = kept.tobytes().decode("utf-8")
        except UnicodeDecodeError as error:
            place = int(np.searchsorted(self.at, error.start, side="right")) - 1
            self._fault(lines[place], "encoding", "not UTF-8")
            self.text = kept.tobytes().decode("utf-8", "replace")
        if len(self.text) < len(kept):
            points = np.concatenate([[0], np.cumsum((kept & 0xC0) != 0x80)])
            self.at = points[self.at]

    def _fault(self, line: int, id: str, message: str) -> None:
        self.tell(Incident(str(self.path), int(line), id, message))

    def _entities(self, sentence: Ints, lines: Ints, bio: str) -> None:
        """First and last token and type of every entity, and the tokens whose tags the policy refuses."""
        outside = (self.tag_end - self.tag == 1) & (np.append(self.bytes, 0)[self.tag] == ord("O"))
        tagged = np.flatnonzero(~outside)
        codes: dict[bytes, int] = {}
        names: list[str] = []
        prefix, type_ = np.zeros(len(tagged), dtype=np.int64), np.zeros(len(tagged), dtype=np.int64)
        seen: dict[bytes, tuple[int, int] | None] = {}
        for n, (i, a, z) in enumerate(
            zip(tagged.tolist(), self.tag[tagged].tolist(), self.tag_end[tagged].tolist(), strict=True)
        ):
            tag = self.content[a:z]
            if tag not in seen:
                match = _TAG.fullmatch(tag)
                if match is not None and match[2] not in codes:
                    codes[match[2]] = len(codes)
                    names.append(match[2].decode("utf-8", "replace"))
                seen[tag] = None if match is None else (_PREFIX[match[1]], codes[match[2]])
            read = seen[tag]
            if read is None:
                if a < z:
                    self._fault(lines[i], "tag", f"no tag of IOB2: {tag[:60].decode('utf-8', 'replace')!r}")
                read = (_BEGIN, -1)
            prefix[n], type_[n] = read
        known = type_ >= 0
        tagged, prefix, type_ = tagged[known], prefix[known], type_[known]
        follows = np.zeros(len(tagged), dtype=bool)
        follows[1:] = (
            (np.diff(tagged) == 1) & (sentence[tagged[1:]] == sentence[tagged[:-1]]) & (type_[1:] == type_[:-1])
        )
        begins = (prefix == _BEGIN) | ~follows
        first = np.flatnonzero(begins)
        last = np.append(first[1:], len(tagged)) - 1
        orphans = prefix[first] != _BEGIN
        if bio == "refuse":
            for i in tagged[first[orphans]].tolist():
                self._fault(lines[i], "tag-illegal", "an entity begins with I-")
        if bio == "drop":
            first, last = first[~orphans], last[~orphans]
        self.begin, self.end = tagged[first], tagged[last]
        self.types = [names[code] for code in type_[first].tolist()]

    def put(self, document: Tagged, begin: int, end: int) -> None:
        """Adds the sentences from `begin` to before `end` to a document."""
        low, high = int(self.first[begin]), int(self.first[end])
        if low == high:
            return
        here = self.at[low] - document.length
        some = slice(*np.searchsorted(self.begin, [low, high]).tolist())
        shift = document.tokens - low
        tokens = zip((self.begin[some] + shift).tolist(), (self.end[some] + shift).tolist(), strict=True)
        document.entities += [(a, z, type_) for (a, z), type_ in zip(tokens, self.types[some], strict=True)]
        document.spans += zip(
            (self.at[self.begin[some]] - here).tolist(), (self.at[self.end[some] + 1] - 1 - here).tolist(), strict=True
        )
        document.text.append(self.text[self.at[low] : self.at[high]])
        document.length += int(self.at[high] - self.at[low])
        document.tokens += high - low

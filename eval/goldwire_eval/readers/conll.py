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
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from goldwire_corpus.errors import ValidationError
from goldwire_corpus.schema.document import Span
from goldwire_corpus.schema.prediction import Prediction, PredMention
from goldwire_eval.batch.arrays import Bools, Ints
from goldwire_eval.batch.validation import shown
from goldwire_eval.readers.document_pairs import Line
from goldwire_eval.readers.json_decoder import narrow
from goldwire_eval.readers.stream import blocks

Tell = Callable[[ValidationError], None]
_BLOCK = 1 << 20
_MARK = re.compile(rb"#\s*(?:newdoc\s+)?id\s*=\s*(\S.*)")
_BEGIN, _INSIDE = 0, 1
_KINDS = np.full(256, -1, dtype=np.int64)
_KINDS[list(b"BSU")] = _BEGIN
_KINDS[list(b"IEL")] = _INSIDE
_CLOSING = np.zeros(256, dtype=bool)
_CLOSING[list(b"ESLU")] = True
Bytes = NDArray[np.uint8]
_PLACES = ("first", "last", "start", "end")
_MENTION: Any = narrow(PredMention, {"start", "end", "head_end"})


@dataclass(slots=True)
class Tagged:
    """A document: its text, which is its tokens with a space or a line end behind each, and its entities.

    Of each entity the first and last token, start and end in code points of the text, and the type. `lines`: where
    each sentence begins.
    """

    lines: list[int] = field(default_factory=list)
    id: str | None = None
    text: list[str] = field(default_factory=list)
    tokens: int = 0
    length: int = 0
    first: list[int] = field(default_factory=list)
    last: list[int] = field(default_factory=list)
    start: list[int] = field(default_factory=list)
    end: list[int] = field(default_factory=list)
    types: list[str] = field(default_factory=list)

    @property
    def line(self) -> int:
        return self.lines[0]

    def line_of(self, token: int) -> int:
        """Where the token stands in the file; of one too many, where the last does."""
        at = 0
        for begin, sentence in zip(self.lines, "".join(self.text).split("\n"), strict=False):
            words = sentence.count(" ") + 1
            at = begin + min(token, words - 1)
            if token < words:
                break
            token -= words
        return at


def rows(path: Path, bio: str, tell: Tell) -> Iterator[Line]:
    """A file of tags by itself: the text of a document is its tokens, its id the one it is given or its number."""
    name = str(path)
    for number, document in enumerate(documents(path, bio, tell), 1):
        mentions = [
            _MENTION(start=start, end=end, type=type_, head_end=end)
            for start, end, type_ in zip(document.start, document.end, document.types, strict=True)
        ]
        row = Prediction(id=document.id or str(number), text="".join(document.text), mentions=mentions)
        yield Line(name, document.line, row)


def against(path: Path, gold: Iterable[Line], bio: str, tell: Tell) -> Iterator[Line]:
    """Tags for the tokens of gold: documents by their id, or else in the order of gold, sentence after sentence."""
    name = str(path)
    by_id: dict[str, Line] | None = None
    waiting = iter(gold)
    open_: _Open | None = None
    for document in documents(path, bio, tell):
        if document.id is not None:
            if open_ is not None:
                tell(open_.short(name))
                open_ = None
            by_id = by_id if by_id is not None else {line.row.id: line for line in gold}
            if document.id not in by_id:
                tell(
                    ValidationError(
                        name, document.line, "document-unknown", f"no document {shown(document.id)} in this gold"
                    )
                )
                continue
            open_ = _Open(by_id[document.id])
        if open_ is None:
            following = next(waiting, None)
            if following is None:
                tell(ValidationError(name, document.line, "tokens-left", "more tokens than the gold documents have"))
                return
            open_ = _Open(following)
        if (data_error := open_.take(document)) is not None:
            tell(ValidationError(name, *data_error))
            if document.id is None:
                # Where the next document begins only its tokens could have told.
                return
            open_ = None
            continue
        if open_.full():
            yield Line(name, open_.line, open_.row())
            open_ = None
    if open_ is not None:
        tell(open_.short(name))


class _Open:
    """A gold document whose tokens are being met in the file."""

    def __init__(self, gold: Line):
        self.gold, self.taken, self.line = gold, 0, 0
        raw = gold.row.tokens
        self.tokens: list[Span] = [] if raw is msgspec.UNSET else msgspec.json.decode(raw, type=list[Span])
        self.mentions: list[PredMention] = []

    def short(self, name: str) -> ValidationError:
        message = f"{self.gold.row.id} has {len(self.tokens)} tokens, the file ends it after {self.taken} of them"
        return ValidationError(name, self.line, "tokens-missing", message)

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
            there = shown(own[place]) if place < len(own) else "no further token"
            message = f"{id}: token {self.taken + place + 1} is {shown(words[place])} here and {there} in gold"
            return document.line_of(place), "token-differs", message
        self.line = self.line or document.line
        for first, last, type_ in zip(document.first, document.last, document.types, strict=True):
            start, end = self.tokens[self.taken + first].start, self.tokens[self.taken + last].end
            self.mentions.append(_MENTION(start=start, end=end, type=type_))
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
        marks = dict(block.marks)
        # Before the first mark every sentence is a document.
        alone = range(0 if marked else min(marks, default=len(block.lines)))
        marked = marked or bool(marks)
        begins = sorted({*alone, *marks})
        edges = [*([] if begins[:1] == [0] else [0]), *begins, len(block.lines)]
        for begin, some in zip(edges, block.pieces(edges), strict=False):
            if open_ is None or begin in marks or begin in alone:
                if open_ is not None and open_.tokens:
                    yield open_
                open_ = Tagged(id=marks.get(begin))
            _append(open_, some)
    if open_ is not None and open_.tokens:
        yield open_


def _append(document: Tagged, piece: Tagged) -> None:
    """Adds what comes next in the file; a piece counts its tokens and its text from 0."""
    if not document.tokens:
        for name in ("lines", "text", "tokens", "length", "types", *_PLACES):
            setattr(document, name, getattr(piece, name))
        return
    document.lines += piece.lines
    document.text += piece.text
    for name, shift in (("first", "tokens"), ("last", "tokens"), ("start", "length"), ("end", "length")):
        getattr(document, name).extend(x + getattr(document, shift) for x in getattr(piece, name))
    document.types += piece.types
    document.tokens += piece.tokens
    document.length += piece.length


def _sentences(path: Path) -> Iterator[tuple[int, bytes]]:
    """Whole sentences, many at a time, with plain line ends; and the number of their first line."""
    line, held = 1, b""
    for block in blocks(path):
        held += block.replace(b"\r\n", b"\n") if b"\r" in block else block
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
        b, ends = _line_ends(content)
        if np.isin(b[ends - 1], (9, 32)).any():
            content = re.sub(rb"[ \t]+\n", b"\n", content)
            b, ends = _line_ends(content)
        self.content, self.bytes = content, b
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
        self.lines: list[int] = number[tokens][begins].tolist()
        before = np.searchsorted(tokens[begins], sorted(marks))
        self.marks = list(zip(before.tolist(), (id for _, id in sorted(marks.items())), strict=True))
        gaps = np.flatnonzero((b == 32) | (b == 9))
        if marks:
            apart = np.searchsorted(gaps, [(starts[i], ends[i]) for i in marks])
            gaps = np.delete(gaps, np.concatenate([np.arange(a, z) for a, z in apart]))
        self._columns(starts[tokens], ends[tokens], gaps, number[tokens])
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

    def _columns(self, starts: Ints, ends: Ints, gaps: Ints, lines: Ints) -> None:
        """Where each token and its tag lie, and the text that the tokens make. `gaps`: where columns are parted."""
        b = self.bytes
        if len(gaps) == len(starts) and ((starts < gaps) & (gaps < ends)).all():
            word = last = gaps
        else:
            gaps = np.append(gaps, len(b))
            word = np.minimum(gaps[np.searchsorted(gaps, starts)], ends)
            last = gaps[np.searchsorted(gaps, ends) - 1]
            for i in np.flatnonzero((word == ends) | (word == starts)).tolist():
                there = self.content[starts[i] : ends[i]].decode("utf-8", "replace")
                self._fault(lines[i], "tag-columns", f"a line needs a token and a tag: {shown(there)}")
            last = np.where(word == ends, ends - 1, last)
        self.tag, self.tag_end = last + 1, ends
        # From the start of a token to the gap behind it bytes are kept, from there to the next token not.
        edges = np.zeros(len(b) + 1, dtype=np.int8)
        edges[starts] = 1
        edges[word + 1] -= 1
        kept = b[np.add.accumulate(edges[:-1], dtype=np.int8).view(np.bool_)]
        self.at: Ints = np.zeros(len(starts) + 1, dtype=np.int64)
        np.cumsum(word - starts + 1, out=self.at[1:])
        kept[self.at[1:] - 1] = 32
        kept[self.at[self.first[1:]] - 1] = 10
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
        self.tell(ValidationError(str(self.path), int(line), id, message))

    def _entities(self, sentence: Ints, lines: Ints, bio: str) -> None:
        """First and last token and type of every entity; and the tags that are none or that the policy refuses."""
        b = np.append(self.bytes, np.zeros(2, dtype=np.uint8))
        tagged = np.flatnonzero((self.tag_end - self.tag != 1) | (b[self.tag] != ord("O")))
        begin, end = self.tag[tagged], self.tag_end[tagged]
        prefix, closing = _KINDS[b[begin]], _CLOSING[b[begin]]
        wrong = (prefix < 0) | (b[begin + 1] != ord("-")) | (end - begin < 3)
        for i in np.flatnonzero(wrong & (begin < end)).tolist():
            tag = self.content[begin[i] : end[i]].decode("utf-8", "replace")
            self._fault(lines[tagged[i]], "tag", f"no tag of IOB2: {shown(tag)}")
        tagged, prefix, closing = tagged[~wrong], prefix[~wrong], closing[~wrong]
        begin, end = begin[~wrong] + 2, end[~wrong]
        type_, names = _strings(self.content, self.bytes, begin, end)
        follows = np.zeros(len(tagged), dtype=bool)
        follows[1:] = (
            (np.diff(tagged) == 1) & (sentence[tagged[1:]] == sentence[tagged[:-1]]) & (type_[1:] == type_[:-1])
        )
        follows[1:] &= ~closing[:-1]
        first = np.flatnonzero((prefix == _BEGIN) | ~follows)
        last = np.append(first, len(tagged))[1:] - 1
        orphans = prefix[first] != _BEGIN
        if bio == "refuse":
            for i in tagged[first[orphans]].tolist():
                self._fault(lines[i], "tag-illegal", "an entity begins with I-")
        if bio == "drop":
            first, last = first[~orphans], last[~orphans]
        self.begin, self.end = tagged[first], tagged[last]
        self.types = [names[code] for code in type_[first].tolist()]

    def pieces(self, edges: list[int]) -> Iterator[Tagged]:
        """The sentences from each edge to before the next."""
        tokens = self.first[edges]
        places = self.at[tokens]
        entities = np.searchsorted(self.begin, tokens).tolist()
        piece = np.searchsorted(entities, np.arange(len(self.begin)), side="right") - 1
        first, last = self.begin - tokens[piece], self.end - tokens[piece]
        start, end = self.at[self.begin] - places[piece], self.at[self.end + 1] - 1 - places[piece]
        columns = [column.tolist() for column in (first, last, start, end)]
        sizes = zip(pairwise(tokens.tolist()), pairwise(places.tolist()), pairwise(entities), strict=True)
        for (edge, last), ((low, high), (a, z), (i, j)) in zip(pairwise(edges), sizes, strict=True):
            lists = {name: column[i:j] for name, column in zip(_PLACES, columns, strict=True)}
            lines = self.lines[edge:last]
            yield Tagged(lines, None, [self.text[a:z]], high - low, z - a, types=self.types[i:j], **lists)


def _line_ends(content: bytes) -> tuple[Bytes, Ints]:
    b = np.frombuffer(content, dtype=np.uint8)
    return b, np.flatnonzero(b == 10)


def _strings(content: bytes, b: Bytes, begin: Ints, end: Ints) -> tuple[Ints, list[str]]:
    """A code for each of the strings that lie from `begin` to `end`, and the string of each code."""
    width = int((end - begin).max(initial=0))
    if width > 8 or b"\0" in content:
        codes: dict[bytes, int] = {}
        found = [codes.setdefault(content[a:z], len(codes)) for a, z in zip(begin.tolist(), end.tolist(), strict=True)]
        return np.array(found, dtype=np.int64), [name.decode("utf-8", "replace") for name in codes]
    # Strings of up to eight bytes are numbers.
    at = begin[:, None] + np.arange(8)
    letters = np.where(at < end[:, None], np.append(b, np.zeros(8, dtype=np.uint8))[at], 0).astype(np.uint8)
    values, which = np.unique(letters.view(np.uint64)[:, 0], return_inverse=True)
    return which.astype(np.int64), [v.tobytes().rstrip(b"\0").decode("utf-8", "replace") for v in values]

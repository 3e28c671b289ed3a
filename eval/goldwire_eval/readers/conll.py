"""Files of tags: a token a line, its tag in the last column, a blank line between sentences (CoNLL-2003).

Columns are separated by tabs if every line has one, so that a token may hold spaces, and otherwise by spaces and tabs.
IOB2, BIOES and BILOU are read; a tag may be a bare letter (`B`; the type is `_`), have an underscore (`B_PER`) or its
letter behind (`PER-B`).

A line `-DOCSTART-` begins a document, and so does `# newdoc id = ID`, which names it. In a file without either every
sentence is a document. Comment lines before the first token of a sentence are passed over.

Under the policy `repair` an `I-` that nothing precedes begins an entity, as in conlleval; `drop` leaves out entities
that are not valid, as seqeval does in strict mode (with the scheme that the file uses); `refuse` makes them errors.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from goldwire_corpus.errors import ValidationError
from goldwire_corpus.schema.document import Span
from goldwire_corpus.schema.prediction import Prediction, PredMention
from goldwire_eval.readers.document_pairs import Line
from goldwire_eval.readers.json_decoder import narrow
from goldwire_eval.readers.stream import Section, line_blocks
from goldwire_eval.readers.tag_blocks import _PLACES, Block, Tagged, has_closing_tags
from goldwire_eval.readers.text_difference import token_message
from goldwire_eval.readers.void_rows import void_mentions

Report = Callable[[ValidationError], None]
# A block of the file has at least so many bytes; whole lines of a MiB of the file are a little less than that.
_BLOCK = 1 << 19
_MENTION: Any = narrow(PredMention, {"start": (), "end": ()})


def rows(
    path: Path, bio: str, report: Report, passed_over: Counter[str] | None = None, part: "TagPart | None" = None
) -> Iterator[Line]:
    """Yield the documents of a file by itself, or a part: the text is the tokens, the id that given or the number."""
    name = str(path)
    first = 1 if part is None else part.first
    for number, document in enumerate(documents(path, bio, report, passed_over, part), first):
        mentions = [
            _MENTION(start=start, end=end, type=type_)
            for start, end, type_ in zip(document.start, document.end, document.types, strict=True)
        ]
        id = document.id or str(number)
        row = Prediction(id=id, text="".join(document.text)[:-1], mentions=mentions)
        yield Line(name, document.line, row, lines=document.lines)
        if document.invalid:
            yield void_mentions(name, document.line, id, document.invalid)


def against(
    path: Path, gold: Iterable[Line], bio: str, report: Report, passed_over: Counter[str] | None = None
) -> Iterator[Line]:
    """Yield predictions for gold documents, whose tokens the file tags: by id, or else in the order of gold.

    Gold without token offsets has its tokens found in its text, one after the other. What follows a token that is not
    gold's is void, to the end of the document, or of the file where documents have no ids.
    """
    name = str(path)
    by_id: dict[str, Line] | None = None
    waiting = iter(gold)
    open_: _Open | None = None
    lost: str | None = None
    for document in documents(path, bio, report, passed_over):
        if document.id is not None:
            if open_ is not None:
                yield from open_.short(name, report)
                open_ = None
            lost = None
            by_id = by_id if by_id is not None else {line.row.id: line for line in gold}
            if document.id not in by_id:
                yield Line(name, document.line, Prediction(id=document.id, mentions=_spans(document.types)))
                continue
            open_ = _Open(by_id[document.id])
        if lost is not None:
            yield void_mentions(name, document.line, lost, [*document.types, *document.invalid])
            continue
        if open_ is None:
            following = next(waiting, None)
            if following is None:
                report(ValidationError(name, document.line, "tokens-left", "more tokens than the gold documents have"))
                # They count with any document of gold: all are wrong.
                lost = next(line.row.id for line in gold)
                yield void_mentions(name, document.line, lost, document.types)
                continue
            open_ = _Open(following)
        if (error := open_.take(document)) is not None:
            report(ValidationError(name, *error))
            yield void_mentions(
                name, document.line, open_.gold.row.id, [*open_.types(), *document.types, *document.invalid]
            )
            # Where the next document begins only its tokens could say.
            lost = open_.gold.row.id if document.id is None else None
            open_ = None
            continue
        if document.invalid:
            yield void_mentions(name, document.line, open_.gold.row.id, document.invalid)
        if open_.full():
            yield Line(name, open_.line, open_.row())
            open_ = None
    if open_ is not None:
        yield from open_.short(name, report)


def _spans(types: Iterable[str]) -> list[PredMention]:
    return [PredMention(start=0, end=1, type=type_) for type_ in types]


class _Open:
    """A gold document whose tokens are read from the file one after the other."""

    def __init__(self, gold: Line):
        self.gold, self.taken, self.line = gold, 0, 0
        self.text = gold.row.text or ""
        self.tokens = _token_spans(gold.row)
        self.place = 0
        self.mentions: list[PredMention] = []

    def short(self, name: str, report: Report) -> Iterator[Line]:
        """Report that the file ends the document too early; yield its entities as wrong."""
        total = len(self.tokens) if self.tokens is not None else self.taken + len(self.text[self.place :].split())
        message = f"{self.gold.row.id} has {total} tokens, the file ends it after {self.taken}"
        report(ValidationError(name, self.line, "tokens-missing", message))
        yield void_mentions(name, self.line, self.gold.row.id, self.types())

    def full(self) -> bool:
        """Return whether every token has been read."""
        return self.taken >= len(self.tokens) if self.tokens is not None else not self.text[self.place :].strip()

    def take(self, document: Tagged) -> tuple[int, str, str] | None:
        """Take the next tokens with their entities; return (line, error id, message) if they are not those of gold."""
        words = document.words()
        if self.tokens is None:
            spans, own = self._find(words)
        else:
            spans = self.tokens[self.taken : self.taken + len(words)]
            own = [self.text[t.start : t.end] for t in spans]
        if words != own:
            place = next(
                (i for i, (a, b) in enumerate(zip(words, own, strict=False)) if a != b), min(len(words), len(own))
            )
            message = token_message(
                self.gold.row.id, self.taken + place + 1, words[place], own[place] if place < len(own) else None
            )
            return document.line_of(place), "token-differs", message
        self.line = self.line or document.line
        for first, last, type_ in zip(document.first, document.last, document.types, strict=True):
            self.mentions.append(_MENTION(start=spans[first].start, end=spans[last].end, type=type_))
        self.taken += len(words)
        self.place = spans[-1].end
        return None

    def _find(self, words: list[str]) -> tuple[list[Span], list[str]]:
        """Return where words lie in the text, one after the other, and what is there, up to the first that differs."""
        spans: list[Span] = []
        own: list[str] = []
        at, size = self.place, len(self.text)
        for word in words:
            while at < size and self.text[at].isspace():
                at += 1
            if not self.text.startswith(word, at):
                return spans, own + self.text[at : at + 1000].split()[:1]
            spans.append(Span(at, at + len(word)))
            own.append(word)
            at += len(word)
        return spans, own

    def types(self) -> list[str]:
        """Return the types of the entities taken so far."""
        return [mention.type for mention in self.mentions]

    def row(self) -> Prediction:
        """Return the prediction."""
        return Prediction(id=self.gold.row.id, mentions=self.mentions)


def _token_spans(row: Prediction) -> list[Span] | None:
    """Return the token offsets of a gold row, None if it has none (or tokens as strings, as in other schemas)."""
    if row.tokens is msgspec.UNSET:
        return None
    try:
        return msgspec.json.decode(row.tokens, type=list[Span])
    except msgspec.ValidationError:
        return None


# ------------------------------------------------------------------ documents from blocks


class TagPart(NamedTuple):
    """Some documents of a file of tags: their section, the number of the first, and whether the file is `closed`."""

    section: Section
    first: int
    closed: bool


def documents(
    path: Path, bio: str, report: Report, passed_over: Counter[str] | None = None, part: TagPart | None = None
) -> Iterator[Tagged]:
    """Yield the documents of a file, or of a part of it, put together over the blocks it is read in.

    `passed_over` counts comment lines, and entities repaired or dropped.
    """
    name = str(path)
    open_: Tagged | None = None
    marked = False
    counts = Counter[str]() if passed_over is None else passed_over
    closed = is_closed(path, bio) if part is None else part.closed

    def report_line(line: int, id: str, message: str) -> None:
        report(ValidationError(name, int(line), id, message))

    line, section = (1, None) if part is None else (part.section.line, part.section)
    for content in _sentences(path, section):
        block = Block(content, line, bio, closed, report_line, counts)
        line += block.length
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


def is_closed(path: Path, bio: str) -> bool:
    """Return whether the file uses BIOES or BILOU, which matters unless tags are repaired."""
    return bio != "repair" and any(map(has_closing_tags, line_blocks(path)))


def _append(document: Tagged, piece: Tagged) -> None:
    """Add what comes next in the file; a piece counts its tokens and its text from 0."""
    document.invalid += piece.invalid
    if not document.tokens:
        for name in ("lines", "text", "tokens", "length", "types", "starts", *_PLACES):
            setattr(document, name, getattr(piece, name))
        return
    if document.starts is not None or piece.starts is not None:
        document.starts = [*document.token_starts(), *(start + document.length for start in piece.token_starts())]
    document.lines += piece.lines
    document.text += piece.text
    for name, shift in (("first", "tokens"), ("last", "tokens"), ("start", "length"), ("end", "length")):
        getattr(document, name).extend(x + getattr(document, shift) for x in getattr(piece, name))
    document.types += piece.types
    document.tokens += piece.tokens
    document.length += piece.length


def _sentences(path: Path, section: Section | None) -> Iterator[bytes]:
    """Yield whole sentences, many at a time, with plain line ends."""
    size = 0
    held: list[bytes] = []
    for block in line_blocks(path, section):
        held.append(block)
        size += len(block)
        if size < _BLOCK:
            continue
        cut = block.rfind(b"\n\n") + 2
        if cut > 1:
            yield b"".join([*held[:-1], block[:cut]])
            held = [block[cut:]]
            size = len(held[0])
    if size:
        yield b"".join(held)

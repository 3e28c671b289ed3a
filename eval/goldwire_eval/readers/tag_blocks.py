"""A block of a file of tags as arrays of bytes, so that a million tokens do not cost a Python object each.

What is read is described in `conll`, which puts documents together out of blocks.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from goldwire_eval.batch.arrays import Bools, Ints
from goldwire_eval.batch.validation import shown

Bytes = NDArray[np.uint8]
Report = Callable[[int, str, str], None]
"""Takes the line, the id and the message of an error."""
_MARK = re.compile(rb"#\s*(?:newdoc\s+)?id\s*=\s*(\S.*)|#\s*newdoc\s*")
_KEY_VALUE = re.compile(rb"#+\s*[\w.:-]+\s*=")
_TAG_LIKE = re.compile(rb"O|[BIESLU]|[A-Z][-_]\S+|\S+[-_][BIESLU]")
_CLOSED = re.compile(rb"[ \t](?:[ESLU](?:[-_]\S+)?|(?![BIESLU][-_])\S+[-_][ESLU])[ \t\r]*\n")
_BEGIN, _INSIDE = 0, 1
_KINDS = np.full(256, -1, dtype=np.int64)
_KINDS[list(b"BSU")] = _BEGIN
_KINDS[list(b"IEL")] = _INSIDE
_CLOSING = np.zeros(256, dtype=bool)
_CLOSING[list(b"ESLU")] = True
_SEPARATOR = np.zeros(256, dtype=bool)
_SEPARATOR[list(b"-_")] = True
_PLACES = ("first", "last", "start", "end")
UNTYPED = "_"
"""The type of an entity whose tags are bare letters, as seqeval names it."""


@dataclass(slots=True)
class Tagged:
    """A document: its text, which is its tokens with a space or a line end behind each, and its entities.

    Of each entity the first and last token, start and end in code points of the text, and the type. `lines`: the line
    at which each sentence begins. `starts`: where each token begins, if tokens may hold spaces. `invalid`: the tags
    that are invalid or not allowed by the policy, which count as wrong entities under a lenient policy.
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
    starts: list[int] | None = None
    invalid: list[str] = field(default_factory=list)

    @property
    def line(self) -> int:
        """The line of the first token."""
        return self.lines[0]

    def words(self) -> list[str]:
        """Return the tokens."""
        text = "".join(self.text)
        if self.starts is None:
            return text.replace("\n", " ").rstrip(" ").split(" ")
        return [text[a : z - 1] for a, z in pairwise([*self.starts, len(text)])]

    def token_starts(self) -> list[int]:
        """Return where each token begins in the text."""
        if self.starts is not None:
            return self.starts
        return list(accumulate((len(word) + 1 for word in self.words()[:-1]), initial=0))

    def line_of(self, token: int) -> int:
        """Return the line of a token; of one behind the last, the line of the last."""
        starts = self.token_starts()
        at = starts[min(token, len(starts) - 1)]
        return line_at("".join(self.text), at, self.lines, starts)


def line_at(text: str, at: int, lines: Sequence[int], starts: list[int] | None = None) -> int:
    """Return the line of the file that has the token at code point `at` of a document's text.

    `lines`: the line of the file at which each line of the text begins; every token is a line of the file.
    """
    at = min(at, len(text) - 1)
    sentence = text.count("\n", 0, at)
    begin = text.rfind("\n", 0, at) + 1
    within = text.count(" ", begin, at) if starts is None else sum(begin < s <= at for s in starts)
    return lines[min(sentence, len(lines) - 1)] + within


def has_closing_tags(lines: bytes) -> bool:
    """Return whether whole lines have a tag of BIOES or BILOU that IOB2 does not have."""
    b = np.frombuffer(lines, dtype=np.uint8)
    at = np.flatnonzero((b == ord("-")) | (b == ord("_")))
    if len(at):
        at = at[(at > 1) & (at < len(b) - 2)]
        # What `_CLOSED` finds has such a letter on one side of the separator; a look at these is much faster.
        before, behind = _CLOSING[b[at - 1]] & (b[at - 2] <= 32), _CLOSING[b[at + 1]] & (b[at + 2] <= 32)
        if not (before | behind).any():
            return False
    return _CLOSED.search(lines) is not None


class Block:
    """Sentences of a file as arrays. `content`: whole lines that end in a line feed; `line`: the number of the first.

    `length`: the number of lines. `lines`: the line of each sentence. `marks`: the first sentence and the id of each
    document. `first`: the first token of each sentence and, at the end, the number of tokens. `at`: where each token
    begins in `text`.
    `closed`: the file uses BIOES or BILOU, whose entities have a closing tag.
    """

    def __init__(self, content: bytes, line: int, bio: str, closed: bool, report: Report, passed_over: Counter[str]):
        self.report, self.passed_over = report, passed_over
        b, ends = _line_ends(content)
        if np.isin(b[ends - 1], (9, 13, 32)).any():
            content = re.sub(rb"[ \t\r]+\n", b"\n", content)
            b, ends = _line_ends(content)
        self.content, self.bytes, self.length = content, b, len(ends)
        starts = np.concatenate([[0], ends[:-1] + 1])
        filled = ends > starts
        number = np.arange(line, line + len(ends))
        marks, comments = self._special_lines(starts, ends, filled)
        special = [*marks, *comments]
        filled[special] = False
        tokens = np.flatnonzero(filled)
        # A sentence begins after a line that is not a token.
        begins = np.ones(len(tokens), dtype=bool)
        begins[1:] = np.diff(tokens) > 1
        self.first = np.append(np.flatnonzero(begins), len(tokens))
        self.lines: list[int] = number[tokens][begins].tolist()
        before = np.searchsorted(tokens[begins], sorted(marks))
        self.marks = list(zip(before.tolist(), (id for _, id in sorted(marks.items())), strict=True))
        self._columns(starts[tokens], ends[tokens], self._gaps(starts, ends, tokens, special), number[tokens])
        sentence = np.cumsum(begins) - 1
        self._entities(sentence, number[tokens], bio, closed)

    def _special_lines(self, starts: Ints, ends: Ints, filled: Bools) -> tuple[dict[int, str | None], list[int]]:
        """Return the lines that begin a document, with the id they give, and the comments before a sentence."""
        marks: dict[int, str | None] = {}
        comments: list[int] = []
        first = self.bytes[starts]
        candidates = np.flatnonzero(filled & ((first == ord("-")) | (first == ord("#")))).tolist()
        if not candidates:
            return marks, comments
        tokens = np.flatnonzero(filled & (first != ord("-")) & (first != ord("#")))
        columns = len(self.content[starts[tokens[0]] : ends[tokens[0]]].split()) if len(tokens) else 2
        passed = set[int]()
        for i in candidates:
            text = self.content[starts[i] : ends[i]]
            if text.startswith(b"-DOCSTART-"):
                marks[i] = None
            elif match := _MARK.fullmatch(text):
                marks[i] = match[1].decode("utf-8", "replace") if match[1] else None
            elif (i == 0 or not filled[i - 1] or i - 1 in passed) and _is_comment(text, columns):
                comments.append(i)
            else:
                continue
            passed.add(i)
        if comments:
            self.passed_over["comment lines passed over"] += len(comments)
        return marks, comments

    def _gaps(self, starts: Ints, ends: Ints, tokens: Ints, special: list[int]) -> Ints:
        """Return where columns are separated: at tabs if every token's line has one, otherwise at spaces too."""
        tabs = np.flatnonzero(self.bytes == 9)
        blanks = np.flatnonzero(self.bytes == 32)
        if special:
            apart = np.array([(starts[i], ends[i]) for i in special])
            tabs, blanks = (_outside(x, apart) for x in (tabs, blanks))
        # Whether a token may hold spaces.
        self.spaced = False
        if not len(tabs) or not len(blanks):
            return tabs if len(tabs) else blanks
        before = np.searchsorted(tabs, starts[tokens])
        behind = np.searchsorted(tabs, ends[tokens])
        self.spaced = bool((behind > before).all())
        return tabs if self.spaced else np.union1d(tabs, blanks)

    def _columns(self, starts: Ints, ends: Ints, gaps: Ints, lines: Ints) -> None:
        """Find each token, its tag, and the text that the tokens make. `gaps`: where columns are separated."""
        b = self.bytes
        if len(gaps) == len(starts) and ((starts < gaps) & (gaps < ends)).all() and not self.spaced:
            word = last = gaps
        else:
            gaps = np.append(gaps, len(b))
            word = np.minimum(gaps[np.searchsorted(gaps, starts)], ends)
            last = gaps[np.searchsorted(gaps, ends) - 1]
            if self.spaced:
                starts, word = _trimmed(b, starts, word)
            for i in np.flatnonzero((word == ends) | (word == starts)).tolist():
                there = self.content[starts[i] : ends[i]].decode("utf-8", "replace")
                self.report(lines[i], "tag-columns", f"expected a token and a tag, found {shown(there)}")
            last = np.where(word == ends, ends - 1, last)
        self.tag, self.tag_end = last + 1, ends
        # From the start of a token to the gap behind it bytes are kept, from there to the next token not.
        edges = np.empty(2 * len(starts) + 2, dtype=np.int64)
        edges[0], edges[-1] = 0, len(b)
        edges[1:-1:2] = starts
        edges[2:-1:2] = word + 1
        lengths = np.diff(edges)
        kept = b[np.repeat(np.arange(len(lengths)) % 2 == 1, lengths)]
        self.at: Ints = np.zeros(len(starts) + 1, dtype=np.int64)
        np.cumsum(word - starts + 1, out=self.at[1:])
        kept[self.at[1:] - 1] = 32
        kept[self.at[self.first[1:]] - 1] = 10
        try:
            self.text = kept.tobytes().decode("utf-8")
        except UnicodeDecodeError as error:
            place = int(np.searchsorted(self.at, error.start, side="right")) - 1
            self.report(lines[place], "encoding", "not UTF-8")
            self.text = kept.tobytes().decode("utf-8", "replace")
        if len(self.text) < len(kept):
            points = np.concatenate([[0], np.cumsum((kept & 0xC0) != 0x80)])
            self.at = points[self.at]

    def _entities(self, sentence: Ints, lines: Ints, bio: str, closed: bool) -> None:
        """Find the first and last token and the type of every entity; report tags that are invalid or not allowed."""
        b = np.append(self.bytes, np.zeros(2, dtype=np.uint8))
        tagged = np.flatnonzero((self.tag_end - self.tag != 1) | (b[self.tag] != ord("O")))
        begin, end = self.tag[tagged], self.tag_end[tagged]
        letter = b[begin]
        wrong = (_KINDS[letter] < 0) | ~_SEPARATOR[b[begin + 1]] | (end - begin < 3)
        low, high = begin + 2, end
        invalid: list[tuple[int, str]] = []
        if wrong.any():
            letter, low, high, wrong = _other_forms(b, begin, end, letter, low, high, wrong)
            for i in np.flatnonzero(wrong & (begin < end)).tolist():
                tag = self.content[begin[i] : end[i]].decode("utf-8", "replace")
                self.report(lines[tagged[i]], "tag", f"invalid tag {shown(tag)}; expected O, B-TYPE or I-TYPE "
                            "(IOB2, BIOES or BILOU)")  # fmt: skip
                invalid.append((int(tagged[i]), tag))
            tagged, letter, low, high = tagged[~wrong], letter[~wrong], low[~wrong], high[~wrong]
        prefix, closing = _KINDS[letter], _CLOSING[letter]
        type_, names = _strings(self.content, self.bytes, low, high)
        follows = np.zeros(len(tagged), dtype=bool)
        follows[1:] = (
            (np.diff(tagged) == 1) & (sentence[tagged[1:]] == sentence[tagged[:-1]]) & (type_[1:] == type_[:-1])
        )
        follows[1:] &= ~closing[:-1]
        first = np.flatnonzero((prefix == _BEGIN) | ~follows)
        last = np.append(first, len(tagged))[1:] - 1
        illegal = prefix[first] != _BEGIN
        if bio == "repair":
            self._note(illegal, "entities that begin with I-, read as if with B-")
        else:
            # Strict readers of BIOES and BILOU take an entity only if it is closed too.
            illegal |= closed & ~closing[last]
            if bio == "refuse":
                for i in first[illegal].tolist():
                    self.report(lines[tagged[i]], "tag-illegal", "an entity must begin with B- (or S-, U-) and, in "
                                "BIOES and BILOU, end with E- or L-")  # fmt: skip
                    invalid.append((int(tagged[i]), names[type_[i]]))
            else:
                self._note(illegal, "entities dropped whose tags are not valid in strict mode")
            first, last = first[~illegal], last[~illegal]
        self.begin, self.end = tagged[first], tagged[last]
        names = [name or UNTYPED for name in names]
        self.types = [names[code] for code in type_[first].tolist()]
        self.invalid = sorted(invalid)

    def _note(self, found: Bools, what: str) -> None:
        if count := int(found.sum()):
            self.passed_over[what] += count

    def pieces(self, edges: list[int]) -> Iterator[Tagged]:
        """Yield the sentences from each edge to before the next."""
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
            made = Tagged(lines, None, [self.text[a:z]], high - low, z - a, types=self.types[i:j], **lists)
            if self.spaced:
                made.starts = (self.at[low:high] - a).tolist()
            if self.invalid:
                made.invalid = [tag for at, tag in self.invalid if low <= at < high]
            yield made


def _is_comment(text: bytes, columns: int) -> bool:
    """Return whether a line before a sentence that begins with # is a comment; a token may be # or a hashtag."""
    if _KEY_VALUE.match(text):
        return True
    if text[1:2] not in (b" ", b"\t", b"#", b""):
        return False
    fields = text.split()
    return len(fields) != columns or not _TAG_LIKE.fullmatch(fields[-1])


def _outside(places: Ints, stretches: Ints) -> Ints:
    """Return the places that lie in none of the stretches, which are (start, end) pairs."""
    apart = np.searchsorted(places, stretches)
    return np.delete(places, np.concatenate([np.arange(a, z) for a, z in apart]))


def _trimmed(b: Bytes, starts: Ints, ends: Ints) -> tuple[Ints, Ints]:
    """Return the stretches without spaces at their edges."""
    while (space := (b[starts] == 32) & (starts < ends)).any():
        starts = starts + space
    while (space := (b[ends - 1] == 32) & (starts < ends)).any():
        ends = ends - space
    return starts, ends


def _other_forms(
    b: Bytes, begin: Ints, end: Ints, letter: Bytes, low: Ints, high: Ints, wrong: Bools
) -> tuple[Bytes, Ints, Ints, Bools]:
    """Read tags without a type (`B`) and with the letter behind (`PER-B`); return letters, types and what is left."""
    behind = b[end - 1]
    bare = wrong & (end - begin == 1) & (_KINDS[letter] >= 0)
    suffixed = wrong & (end - begin >= 3) & (_KINDS[behind] >= 0) & _SEPARATOR[b[end - 2]]
    letter = np.where(suffixed, behind, letter)
    low = np.where(bare, end, np.where(suffixed, begin, low))
    high = np.where(suffixed, end - 2, high)
    return letter, low, high, wrong & ~bare & ~suffixed


def _line_ends(content: bytes) -> tuple[Bytes, Ints]:
    b = np.frombuffer(content, dtype=np.uint8)
    return b, np.flatnonzero(b == 10)


def _strings(content: bytes, b: Bytes, begin: Ints, end: Ints) -> tuple[Ints, list[str]]:
    """Return a code for each of the strings that lie from `begin` to `end`, and the string of each code."""
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

"""CorefUD 1.0 and later (Nedoluzhko et al. 2022): CoNLL-U with `Entity` in the last column.

The line `# global.Entity = eid-etype-head-other` names the fields of an opening bracket; a closing one repeats the id
alone. The type of a mention is its `etype`, else MENTION; its head is the word that `head` numbers. A mention of
several parts (`e5[1/2]`) is taken from its first to its last word and counted. Empty nodes (`8.1`) have no words, so
that mentions which hold nothing else are left out and counted.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from re import fullmatch
from typing import TYPE_CHECKING, NamedTuple

from goldwire_corpus.errors import data_error
from goldwire_corpus.schema.prediction import Prediction, PredMention
from goldwire_eval.readers.corpora.conll2012 import UNTYPED
from goldwire_eval.readers.document_pairs import Line
from goldwire_eval.readers.stream import line_blocks

if TYPE_CHECKING:
    from goldwire_eval.readers.formats import Reading

COLUMNS = 10
_BRACKET = re.compile(r"\(([^()]+)\)|\(([^()]+)|([^()]+)\)")
_PART = re.compile(r"(.+)\[(\d+)/(\d+)\]")


class _Open(NamedTuple):
    """A mention that has begun: its fields, and the number of words before it."""

    fields: dict[str, str]
    first: int


class _Reader:
    def __init__(self, name: str, reading: "Reading"):
        self.name, self.reading = name, reading
        self.fields = ["eid", "etype", "head", "other"]
        self.id, self.line = "", 0
        self.new("", 0)

    def new(self, id: str, line: int) -> None:
        self.id, self.line = id, line
        self.text, self.space = "", ""
        self.words: list[tuple[int, int]] = []
        self.open: dict[str, list[_Open]] = defaultdict(list)
        self.parts: dict[str, _Open] = {}
        self.mentions: list[PredMention] = []
        self.joined_until = 0

    def row(self, number: int) -> Line:
        if still_open := [key for key, some in self.open.items() if some] + list(self.parts):
            message = f"entity {still_open[0]} is not closed at the end of the document"
            raise data_error(self.name, number, "corpus-format", message)
        mentions = sorted(self.mentions, key=lambda m: (m.start or 0, -(m.end or 0)))
        return Line(self.name, self.line, Prediction(id=self.id, text=self.text, mentions=mentions))

    def word(self, number: int, columns: list[str]) -> None:
        misc = dict(item.partition("=")[::2] for item in columns[9].split("|"))
        spaceless = misc.get("SpaceAfter") == "No"
        if span := fullmatch(r"(\d+)-(\d+)", columns[0]):
            # The form of several words is in the text; the words themselves stand for it.
            self._form(columns[1], spaceless)
            self.joined_until = int(span[2])
            self.joined = (len(self.text) - len(columns[1]), len(self.text))
            return
        if columns[0].isdigit():
            if int(columns[0]) <= self.joined_until:
                self.words.append(self.joined)
            else:
                self.joined_until = 0
                self._form(columns[1], spaceless)
                self.words.append((len(self.text) - len(columns[1]), len(self.text)))
        if "Entity" in misc:
            self._brackets(misc["Entity"], number, empty="." in columns[0])

    def sentence(self) -> None:
        self.joined_until = 0
        if self.text:
            self.space = "\n"

    def _form(self, form: str, spaceless: bool) -> None:
        self.text += (self.space if self.text else "") + form
        self.space = "" if spaceless else " "

    def _brackets(self, cell: str, number: int, empty: bool) -> None:
        """Open and close mentions; a word that a mention begins or ends with has been added."""
        position = 0
        for found in _BRACKET.finditer(cell):
            if found.start() != position:
                break
            position = found.end()
            whole, begins, ends = found.groups()
            first = len(self.words) - (0 if empty else 1)
            if begins or whole:
                fields = dict(zip(self.fields, (begins or whole).split("-"), strict=False))
                self.open[fields["eid"]].append(_Open(fields, first))
            if ends or whole:
                key = ends or fields["eid"]
                if not self.open[key]:
                    raise data_error(self.name, number, "corpus-format", f"entity {key} ends that has not begun")
                self._close(key, self.open[key].pop())
        if position != len(cell):
            raise data_error(self.name, number, "corpus-format", f"Entity={cell} cannot be read")

    def _close(self, key: str, mention: _Open) -> None:
        if part := _PART.fullmatch(key):
            key, this, last = part[1], int(part[2]), int(part[3])
            mention = self.parts.pop(key, mention)
            if this < last:
                self.parts[key] = mention
                return
            self.reading.passed_over["discontinuous mentions, taken from first to last word"] += 1
        words = self.words[mention.first :]
        if not words:
            self.reading.passed_over["mentions without a word (empty nodes), left out"] += 1
            return
        head = mention.fields.get("head", "")
        at = words[int(head) - 1] if head.isdigit() and 0 < int(head) <= len(words) else None
        type_ = mention.fields.get("etype") or UNTYPED
        self.mentions.append(
            PredMention(
                start=words[0][0], end=words[-1][1], type=type_, entity=key,
                head_start=None if at is None else at[0], head_end=None if at is None else at[1],
            )
        )  # fmt: skip


def read(path: Path, reading: "Reading") -> Iterator[Line]:
    """Yield the documents of a file. Raises DataError for a line that cannot be read."""
    name = str(path)
    reader = _Reader(name, reading)
    number = 0
    for block in line_blocks(path):
        for line in block.decode("utf-8").split("\n")[:-1]:
            number += 1
            if line.startswith("#"):
                if found := fullmatch(r"# global\.Entity = (\S+)", line):
                    reader.fields = found[1].split("-")
                elif found := fullmatch(r"# newdoc(?: id = (.*))?", line):
                    if reader.text:
                        yield reader.row(number)
                    reader.new(found[1] or f"{path.stem}-{number}", number)
            elif not line.strip():
                reader.sentence()
            else:
                columns = line.split("\t")
                if len(columns) != COLUMNS:
                    message = f"{len(columns)} columns; expected {COLUMNS}"
                    raise data_error(name, number, "corpus-format", message)
                if not reader.id:
                    reader.new(path.stem, number)
                reader.word(number, columns)
    if reader.text:
        yield reader.row(number)

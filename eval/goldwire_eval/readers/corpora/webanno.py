"""WebAnno TSV 3 (the format of WebAnno and INCEpTION): spans of every layer, chains, and relations between spans.

A span becomes a mention whose type is its first feature with a value, `identifier` aside, or else the name of its
layer; spans of a chain have the chain as entity. A relation goes from the span that its last column names to the span
on whose line it stands, with its first value as type, or the name of its layer. Slot features are left out.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from re import fullmatch, sub
from typing import TYPE_CHECKING, NamedTuple

from goldwire_corpus.errors import data_error
from goldwire_corpus.schema.prediction import Prediction, PredMention, PredRelation
from goldwire_eval.readers.document_pairs import Line
from goldwire_eval.readers.stream import line_blocks

if TYPE_CHECKING:
    from goldwire_eval.readers.formats import Reading

_KINDS = {"#T_SP": "span", "#T_RL": "relation", "#T_CH": "chain"}
_ESCAPED = re.compile(r"\\(->|.)")
_SPLIT = re.compile(r"(?<!\\)\|")
_NUMBERED = re.compile(r"(.*?)(?<!\\)\[(\d+)\]")
_SOURCE = re.compile(r"([\d.-]+)(?:\[(\d+)_(\d+)\])?")
_CHAINED = re.compile(r"(.*)->(\d+)-(\d+)(?:\[\d+\])?")
_PLAIN = {"t": "\t", "n": "\n", "r": "\r"}


class _Layer(NamedTuple):
    kind: str
    name: str
    features: tuple[str, ...]

    @property
    def columns(self) -> int:
        return max(1, len(self.features))


class _Cell(NamedTuple):
    """An annotation on a token: its number if it is of several tokens or stacked, and its values by feature."""

    number: str
    values: dict[str, str]


Key = tuple[str, str, str]
"""A span by its layer and either its token or its number."""


class _Relation(NamedTuple):
    type: str
    source: Key
    target: Key


class _Reader:
    def __init__(self, path: Path, reading: "Reading"):
        self.name, self.id, self.reading = str(path), path.stem, reading
        self.layers: list[_Layer] = []
        self.text = ""
        self.spans: dict[Key, PredMention] = {}
        self.relations: list[_Relation] = []

    def declare(self, line: str, number: int) -> None:
        kind, _, rest = line.partition("=")
        name, *features = rest.split("|")
        if any(feature.startswith("ROLE_") for feature in features):
            self.reading.passed_over["layers with slot features, of which the slots are left out"] += 1
        if not name:
            raise data_error(self.name, number, "corpus-format", f"a layer without a name: {line!r}")
        self.layers.append(_Layer(_KINDS[kind], name.rpartition(".")[2], tuple(features)))

    def sentence(self, text: str, number: int, columns: Sequence[str]) -> None:
        """Add the text of a sentence at the offset of its first token, whose columns are given."""
        begin, length = self._offsets(columns[1], number)[0], len(_units(self.text)) // 2
        if begin < length:
            raise data_error(self.name, number, "corpus-format", f"a sentence begins at {begin}, inside the one before")
        self.text += "\n" * (begin - length) + text

    def token(self, columns: Sequence[str], number: int) -> None:
        begin, end = self._offsets(columns[1], number)
        if _sliced(self.text, begin, end) != _plain(columns[2]):
            message = f"token {columns[2]!r} is not at {begin}-{end} of the text"
            raise data_error(self.name, number, "corpus-format", message)
        at = 3
        for layer in self.layers:
            cells = columns[at : at + layer.columns]
            at += layer.columns
            if len(cells) < layer.columns:
                raise data_error(self.name, number, "corpus-format", f"too few columns for the layer {layer.name}")
            if layer.kind == "relation":
                self._relate(layer, cells, columns[0])
            else:
                for cell in _cells(layer, cells):
                    self._span(layer, cell, columns[0], begin, end)

    def _offsets(self, cell: str, number: int) -> tuple[int, int]:
        if not (found := fullmatch(r"(\d+)-(\d+)", cell)):
            raise data_error(self.name, number, "corpus-format", f"expected offsets such as 0-6; found {cell!r}")
        return int(found[1]), int(found[2])

    def _span(self, layer: _Layer, cell: _Cell, token: str, begin: int, end: int) -> None:
        start, behind = (len(_sliced(self.text, 0, place)) for place in (begin, end))
        key: Key = (layer.name, "" if cell.number else token, cell.number)
        if (known := self.spans.get(key)) is not None:
            known.end = behind
            return
        named = [value for feature, value in cell.values.items() if feature != "identifier" and value]
        entity, type_ = None, named[0] if named else layer.name
        if layer.kind == "chain" and (found := _CHAINED.fullmatch(cell.values.get(layer.features[0], ""))):
            entity, type_ = f"chain-{found[2]}", cell.values.get(layer.features[-1]) or layer.name
        id = f"{layer.name}:{token}" + (f"[{cell.number}]" if cell.number else "")
        self.spans[key] = PredMention(id=id, start=start, end=behind, type=type_, entity=entity)

    def _relate(self, layer: _Layer, cells: Sequence[str], token: str) -> None:
        base = layer.features[-1].removeprefix("BT_").rpartition(".")[2]
        for i, source in enumerate(_SPLIT.split(cells[-1])):
            if source == "_" or not (found := _SOURCE.fullmatch(source)):
                continue
            values = [_SPLIT.split(cell) for cell in cells[:-1]]
            named = [_plain(v[i]) for v in values if i < len(v) and v[i] not in ("*", "_")]
            # The number 0 is that of a span that needs none, since it is alone on its one token.
            ends = [
                (base, place, "") if n in (None, "0") else (base, "", n)
                for place, n in ((found[1], found[2]), (token, found[3]))
            ]
            self.relations.append(_Relation(named[0] if named else layer.name, *ends))

    def row(self) -> Line:
        relations = []
        for r in self.relations:
            source, target = self.spans.get(r.source), self.spans.get(r.target)
            if source is None or target is None:
                self.reading.passed_over["relations of which an end is not a span, left out"] += 1
            else:
                relations.append(PredRelation(type=r.type, from_=source.id or "", to=target.id or ""))
        mentions = sorted(self.spans.values(), key=lambda m: (m.start or 0, -(m.end or 0)))
        return Line(self.name, 1, Prediction(id=self.id, text=self.text, mentions=mentions, relations=relations))


def _units(text: str) -> bytes:
    return text.encode("utf-16-le")


def _sliced(text: str, begin: int, end: int) -> str:
    """Return a span of a text whose offsets count UTF-16 code units, as Java does."""
    return _units(text)[2 * begin : 2 * end].decode("utf-16-le", "replace")


def _plain(cell: str) -> str:
    return _ESCAPED.sub(lambda m: _PLAIN.get(m[1], m[1]), cell)


def _cells(layer: _Layer, cells: Sequence[str]) -> Iterator[_Cell]:
    """Yield the annotations of a layer on one token; stacked ones are separated by `|` in each column."""
    columns = [_SPLIT.split(cell) for cell in cells]
    for values in zip(*columns, strict=False):
        if all(value == "_" for value in values):
            continue
        numbers = {found[2] for value in values if (found := _NUMBERED.fullmatch(value))}
        plain = [sub(r"(?<!\\)\[\d+\]$", "", value) for value in values]
        features = layer.features or (layer.name,)
        yield _Cell(
            min(numbers, default=""),
            {f: "" if v in ("*", "_") else _plain(v) for f, v in zip(features, plain, strict=False)},
        )


def read(path: Path, reading: "Reading") -> Iterator[Line]:
    """Yield the document of a file. Raises DataError for a line that cannot be read."""
    reader = _Reader(path, reading)
    number, text = 0, None
    for block in line_blocks(path):
        for line in block.decode("utf-8").split("\n")[:-1]:
            number += 1
            if line.startswith(tuple(_KINDS)):
                reader.declare(line, number)
            elif line.startswith("#Text="):
                text = (text + "\n" if text else "") + _plain(line.removeprefix("#Text="))
            elif line and not line.startswith("#"):
                columns = line.split("\t")
                if len(columns) < 3:
                    raise data_error(
                        reader.name, number, "corpus-format", f"{len(columns)} columns; expected at least 3"
                    )
                if text is not None:
                    reader.sentence(text, number, columns)
                    text = None
                reader.token(columns, number)
    if not reader.text:
        raise data_error(reader.name, 0, "corpus-format", "no sentence with #Text= and tokens")
    yield reader.row()

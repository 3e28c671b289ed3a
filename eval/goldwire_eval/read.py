"""Reading gold and predictions, row by row, with every fault as an incident."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec

from goldwire_corpus.incident import DataError, Faults, Incident, fault
from goldwire_corpus.load import read_documents
from goldwire_corpus.prediction import LAYERS, Prediction
from goldwire_corpus.schema import Document
from goldwire_eval.formats import detect, members
from goldwire_eval.formats.stream import lines
from goldwire_eval.narrow import RowDecoder
from goldwire_eval.pairing import Line
from goldwire_eval.policies import DEFAULT, Policies

Tell = Callable[[Incident], None]
LONGEST = 400


class GoldRow(Prediction, kw_only=True, forbid_unknown_fields=False):
    """A gold row: a prediction of everything, whose keys beside the layers are passed over."""


class Gold:
    """Gold to score against, read as often as it is iterated: documents in memory, or files.

    `by_itself` says that it is a file of tags, whose texts are its tokens. Raises DataError where a line does not fit
    the schema or has no text.
    """

    def __init__(
        self, lines: Callable[[Tell], Iterator[Line]], documents: Callable[[], Sequence[Document]], name: str,
        by_itself: bool = False,
    ):  # fmt: skip
        self._lines, self.documents, self.name, self.by_itself = lines, documents, name, by_itself

    @classmethod
    def of_documents(cls, documents: Sequence[Document]) -> "Gold":
        lines = [Line("gold", number, _row(document)) for number, document in enumerate(documents, 1)]
        return cls(lambda _: iter(lines), lambda: documents, "gold")

    @classmethod
    def of_files(cls, paths: Sequence[Path]) -> "Gold":
        """Files of JSON lines, or one file of tags; raises DataError where they are something else."""
        formats = {path: detect(path) for path in paths}
        if list(formats.values()) == ["conll"]:
            from goldwire_eval.formats import conll

            return cls(lambda tell: conll.rows(paths[0], "repair", tell), lambda: (), str(paths[0]), by_itself=True)
        for path, format in formats.items():
            if format not in ("jsonl", "folder"):
                raise fault(str(path), 0, "gold-format", f"gold is JSON lines or a file of tags, not {format}")
        return cls(
            lambda tell: (line for path in paths for line in json_rows(path, tell, GoldRow)),
            lambda: [document for path in paths for document in read_documents(path)],
            str(paths[0]),
        )

    def __iter__(self) -> Iterator[Line]:
        found: list[Incident] = []
        empty = True
        for line in self._lines(found.append):
            if line.row.text is None:
                found.append(Incident(line.path, line.line, "text-missing", f"{line.row.id}: gold needs its text"))
            if found:
                raise DataError(found)
            empty = False
            yield line
        if empty and not found:
            found.append(Incident(self.name, 0, "file-empty", "no document in this file"))
        if found:
            raise DataError(found)


class Predictions:
    """A submission; what is at fault in reading it is in `incidents` when it has been iterated."""

    def __init__(self, lines: Callable[[Faults], Iterator[Line]], name: str):
        self._lines, self.name = lines, name
        self.incidents = Faults()

    @classmethod
    def of_file(cls, path: Path, gold: Gold, policies: Policies = DEFAULT) -> "Predictions":
        """Any format that `formats.detect` tells; what leaves texts or tokens out takes them from gold."""
        return cls(lambda incidents: _rows(path, gold, policies, incidents), str(path))

    @classmethod
    def of_rows(cls, made: Sequence[Prediction], name: str) -> "Predictions":
        """Predictions made in this process, exactly as if they had been read from a file."""
        return cls(lambda _: (Line(name, number, row) for number, row in enumerate(made, 1)), name)

    @classmethod
    def of_documents(cls, documents: Sequence[Document], name: str) -> "Predictions":
        """Documents as if a model had made them."""
        return cls.of_rows([_row(document) for document in documents], name)

    def __iter__(self) -> Iterator[Line]:
        count, attempts = 0, False
        for line in self._lines(self.incidents):
            count += 1
            attempts = attempts or any(getattr(line.row, layer) is not None for layer in LAYERS)
            yield line
        if not self.incidents and not count:
            self.incidents.append(Incident(self.name, 0, "file-empty", "no prediction in this file"))
        elif not self.incidents and not attempts:
            self.incidents.append(Incident(self.name, 0, "layers-missing", "no prediction attempts any layer"))


def _row(document: Document) -> Prediction:
    return msgspec.json.decode(msgspec.json.encode(document), type=Prediction)


def _rows(path: Path, gold: Gold, policies: Policies, incidents: Faults) -> Iterator[Line]:
    format = detect(path)
    if format in ("jsonl", "folder"):
        yield from json_rows(path, incidents.append, Prediction)
    elif format == "conll":
        from goldwire_eval.formats import conll

        if gold.by_itself:
            yield from conll.rows(path, policies.bio, incidents.append)
        else:
            yield from conll.against(path, gold, policies.bio, incidents.append)
    elif format == "brat":
        from goldwire_eval.formats import brat

        texts = {line.row.id: line.row.text or "" for line in gold}
        yield from (Line(*found) for found in brat.read(path, texts, incidents))
    elif format == "label-studio":
        from goldwire_corpus.label_studio.export import read_export

        yield from (Line(str(path), number, row) for number, row in read_export(path))
    elif format == "docbin":
        from goldwire_eval.formats import docbin

        ids = {line.row.text or "": line.row.id for line in gold}
        yield from (Line(*found) for found in docbin.read(path, ids, incidents))


def json_rows(path: Path, tell: Tell, type_: type[Prediction]) -> Iterator[Line]:
    """The rows of a file of JSON lines, or of all such files of a folder; what is no row is told."""
    if path.is_dir():
        for member in members(path):
            yield from json_rows(member, tell, type_)
        return
    decoder = RowDecoder(type_)
    name = str(path)
    for number, line in lines(path):
        try:
            yield Line(name, number, decoder.decode(line))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, MemoryError) as error:
            id, message = _why(line, error)
            tell(Incident(name, number, id, _clipped(message)))
            if line.strip() in _OPENING or b"\0" in line:
                # Every further line would be a fault of the same kind.
                return


_OPENING = (b"{", b"[")


def _why(line: bytes, error: Exception) -> tuple[str, str]:
    """The id and the message of the incident that a line is no row."""
    if isinstance(error, RecursionError | MemoryError):
        return "json", f"nested too deeply or too large: {error}"
    if line.strip() in _OPENING:
        return "json", "JSON lines: each object stands on a line of its own, whole"
    if b"\0" in line:
        return "encoding", "null bytes: UTF-16? JSON lines are UTF-8"
    try:
        line.decode()
    except UnicodeDecodeError as place:
        return "encoding", f"not UTF-8: byte {line[place.start]:#04x} at byte {place.start} of the line"
    return "schema" if isinstance(error, msgspec.ValidationError) else "json", str(error)


def _clipped(message: str) -> str:
    """A name in it may be as long as the line."""
    return message if len(message) <= LONGEST else f"{message[:LONGEST]} ..."

"""Reading gold and predictions, line by line, with every fault as an incident."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from goldwire_corpus.incident import DataError, Incident, fault
from goldwire_corpus.load import read_documents
from goldwire_corpus.prediction import LAYERS, Prediction
from goldwire_corpus.schema import Document
from goldwire_eval.pairing import Line

Tell = Callable[[Incident], None]


class _Gold(Prediction, kw_only=True, forbid_unknown_fields=False):
    """A gold row: a prediction of everything, whose keys beside the layers are passed over."""


class Gold:
    """Gold to score against, read as often as it is iterated: documents in memory, or files.

    Raises DataError where a line does not fit the schema or has no text.
    """

    def __init__(self, lines: Callable[[Tell], Iterator[Line]], documents: Callable[[], Sequence[Document]], name: str):
        self._lines, self.documents, self.name = lines, documents, name

    @classmethod
    def of_documents(cls, documents: Sequence[Document]) -> "Gold":
        lines = [Line("gold", number, _row(document)) for number, document in enumerate(documents, 1)]
        return cls(lambda _: iter(lines), lambda: documents, "gold")

    @classmethod
    def of_files(cls, paths: Sequence[Path]) -> "Gold":
        return cls(
            lambda tell: (line for path in paths for line in rows(path, tell, _Gold)),
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

    def __init__(self, lines: Iterable[Line], name: str):
        self._lines, self.name = lines, name
        self.incidents: list[Incident] = []

    @classmethod
    def of_file(cls, path: Path) -> "Predictions":
        made = cls((), str(path))
        made._lines = rows(path, made.incidents.append, Prediction)
        return made

    @classmethod
    def of_rows(cls, made: Sequence[Prediction], name: str) -> "Predictions":
        """Predictions made in this process, exactly as if they had been read from a file."""
        return cls((Line(name, number, row) for number, row in enumerate(made, 1)), name)

    @classmethod
    def of_documents(cls, documents: Sequence[Document], name: str) -> "Predictions":
        """Documents as if a model had made them."""
        return cls.of_rows([_row(document) for document in documents], name)

    def __iter__(self) -> Iterator[Line]:
        count, attempts = 0, False
        for line in self._lines:
            count += 1
            attempts = attempts or any(getattr(line.row, layer) is not None for layer in LAYERS)
            yield line
        if not self.incidents and not count:
            self.incidents.append(Incident(self.name, 0, "file-empty", "no prediction in this file"))
        elif not self.incidents and not attempts:
            self.incidents.append(Incident(self.name, 0, "layers-missing", "no prediction attempts any layer"))


def _row(document: Document) -> Prediction:
    return msgspec.json.decode(msgspec.json.encode(document), type=Prediction)


def rows(path: Path, tell: Tell, type_: type[Prediction]) -> Iterator[Line]:
    """The rows of a file of JSON lines; what is no row is told."""
    decoder = msgspec.json.Decoder(type_)
    name = str(path)
    for number, line in _lines(path):
        try:
            yield Line(name, number, decoder.decode(line))
        except msgspec.ValidationError as error:
            tell(Incident(name, number, "schema", str(error)))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            tell(Incident(name, number, "json", str(error)))
        except (RecursionError, MemoryError) as error:
            tell(Incident(name, number, "json", f"nested too deeply or too large: {error}"))


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """The lines that are not blank, with their numbers."""
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if not line.isspace():
                    yield number, line
    except FileNotFoundError:
        raise fault(str(path), 0, "file-missing", "no such file") from None
    except OSError as error:
        raise fault(str(path), 0, "file-unreadable", str(error.strerror)) from None

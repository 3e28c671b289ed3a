"""The gold to score against: documents in memory or files in any supported format."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from goldwire_corpus.errors import DataError, ValidationError, data_error
from goldwire_corpus.load import read_documents
from goldwire_corpus.schema.document import Document
from goldwire_corpus.schema.prediction import Prediction
from goldwire_eval.readers.detect import detect
from goldwire_eval.readers.document_pairs import Line
from goldwire_eval.readers.json_lines import Tell, json_rows, row_of


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
        lines = [Line("gold", number, row_of(document)) for number, document in enumerate(documents, 1)]
        return cls(lambda _: iter(lines), lambda: documents, "gold")

    @classmethod
    def of_files(cls, paths: Sequence[Path]) -> "Gold":
        """Files of JSON lines, or one file of tags; raises DataError where they are something else."""
        formats = {path: detect(path) for path in paths}
        if list(formats.values()) == ["conll"]:
            from goldwire_eval.readers import conll

            return cls(lambda tell: conll.rows(paths[0], "repair", tell), lambda: (), str(paths[0]), by_itself=True)
        for path, format in formats.items():
            if format not in ("jsonl", "folder"):
                raise data_error(str(path), 0, "gold-format", f"gold is JSON lines or a file of tags, not {format}")
        return cls(
            lambda tell: (line for path in paths for line in json_rows(path, tell, GoldRow)),
            lambda: [document for path in paths for document in read_documents(path)],
            str(paths[0]),
        )

    def __iter__(self) -> Iterator[Line]:
        found: list[ValidationError] = []
        empty = True
        for line in self._lines(found.append):
            if line.row.text is None:
                found.append(
                    ValidationError(line.path, line.line, "text-missing", f"{line.row.id}: gold needs its text")
                )
            if found:
                raise DataError(found)
            empty = False
            yield line
        if empty and not found:
            found.append(ValidationError(self.name, 0, "file-empty", "no document in this file"))
        if found:
            raise DataError(found)


class Reference(NamedTuple):
    """The gold to score against, the name of its split, and the signature of its data."""

    gold: Gold
    split: str
    data: str

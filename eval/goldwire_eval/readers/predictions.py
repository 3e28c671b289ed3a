"""Predictions to score: a file in any supported format, or rows made in this process."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from goldwire_corpus.errors import ErrorList, ValidationError
from goldwire_corpus.schema.document import Document
from goldwire_corpus.schema.prediction import LAYERS, Prediction
from goldwire_eval.policy import DEFAULT, Policies
from goldwire_eval.readers.detect import detect
from goldwire_eval.readers.document_pairs import Line
from goldwire_eval.readers.json_lines import json_rows, row_of
from goldwire_eval.readers.reference import Gold


class Predictions:
    """A submission; what is at fault in reading it is in `incidents` when it has been iterated."""

    def __init__(self, lines: Callable[[ErrorList], Iterator[Line]], name: str):
        self._lines, self.name = lines, name
        self.errors = ErrorList()

    @classmethod
    def of_file(cls, path: Path, gold: Gold, policies: Policies = DEFAULT) -> "Predictions":
        """Any format that `formats.detect` tells; what leaves texts or tokens out takes them from gold."""
        return cls(lambda errors: _rows(path, gold, policies, errors), str(path))

    @classmethod
    def of_rows(cls, made: Sequence[Prediction], name: str) -> "Predictions":
        """Predictions made in this process, exactly as if they had been read from a file."""
        return cls(lambda _: (Line(name, number, row) for number, row in enumerate(made, 1)), name)

    @classmethod
    def of_documents(cls, documents: Sequence[Document], name: str) -> "Predictions":
        """Documents as if a model had made them."""
        return cls.of_rows([row_of(document) for document in documents], name)

    def __iter__(self) -> Iterator[Line]:
        count, attempts = 0, False
        for line in self._lines(self.errors):
            count += 1
            attempts = attempts or any(getattr(line.row, layer) is not None for layer in LAYERS)
            yield line
        if not self.errors and not count:
            self.errors.append(ValidationError(self.name, 0, "file-empty", "no prediction in this file"))
        elif not self.errors and not attempts:
            self.errors.append(ValidationError(self.name, 0, "layers-missing", "no prediction attempts any layer"))


def _rows(path: Path, gold: Gold, policies: Policies, errors: ErrorList) -> Iterator[Line]:
    format = detect(path)
    if format in ("jsonl", "folder"):
        yield from json_rows(path, errors.append, Prediction)
    elif format == "conll":
        from goldwire_eval.readers import conll

        if gold.by_itself:
            yield from conll.rows(path, policies.bio, errors.append)
        else:
            yield from conll.against(path, gold, policies.bio, errors.append)
    elif format == "brat":
        from goldwire_eval.readers import brat

        texts = {line.row.id: line.row.text or "" for line in gold}
        yield from (Line(*found) for found in brat.read(path, texts, errors))
    elif format == "label-studio":
        from goldwire_corpus.label_studio.export import read_export

        yield from (Line(str(path), number, row) for number, row in read_export(path))
    elif format == "docbin":
        from goldwire_eval.readers import docbin

        ids = {line.row.text or "": line.row.id for line in gold}
        yield from (Line(*found) for found in docbin.read(path, ids, errors))

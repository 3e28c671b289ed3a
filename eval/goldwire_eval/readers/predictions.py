"""Predictions to score: a file in any supported format, or rows made in this process."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from goldwire_corpus.errors import ErrorList, ValidationError
from goldwire_corpus.schema.document import Document
from goldwire_corpus.schema.prediction import LAYERS, Prediction
from goldwire_eval.policy import DEFAULT, Policies
from goldwire_eval.readers.document_pairs import Line
from goldwire_eval.readers.formats import Reading, read_rows
from goldwire_eval.readers.json_lines import row_of
from goldwire_eval.readers.reference import Gold
from goldwire_eval.readers.spool import Input


class Predictions:
    """A submission, read as often as it is iterated.

    After an iteration `errors` holds the errors of the input, and `passed_over` how many of each kind were passed over.
    `part`: these are some of the rows of a submission, which alone need not give anything.
    """

    def __init__(
        self, rows: Callable[[Reading], Iterator[Line]], name: str, reading: Callable[[], Reading] = Reading,
        part: bool = False,
    ):  # fmt: skip
        self._rows, self.name, self._reading, self._part = rows, name, reading, part
        self.errors = ErrorList()
        self.passed_over = Counter[str]()

    @classmethod
    def of_file(
        cls, path: Path | Input, gold: Gold, policies: Policies = DEFAULT, format: str | None = None
    ) -> "Predictions":
        """Read a file or folder in any format of `formats.FORMATS`.

        `-` is standard input. A format without texts, ids or token offsets of its own takes them from `gold`.
        """
        of = gold.under(policies)
        source = path if isinstance(path, Input) else Input(path)

        def reading() -> Reading:
            return Reading(policies, gold=of, gold_of_tags=of.of_tags)

        return cls(lambda reading: read_rows(source, reading, format), source.name, reading)

    @classmethod
    def of_rows(cls, made: Sequence[Prediction], name: str) -> "Predictions":
        """Take predictions made in this process, exactly as if they had been read from a file."""
        return cls(lambda _: (Line(name, number, row) for number, row in enumerate(made, 1)), name)

    @classmethod
    def of_documents(cls, documents: Sequence[Document], name: str) -> "Predictions":
        """Take documents as if a model had made them."""
        return cls.of_rows([row_of(document) for document in documents], name)

    def __iter__(self) -> Iterator[Line]:
        reading = self._reading()
        self.errors = reading.errors
        count, attempts = 0, False
        for line in self._rows(reading):
            count += 1
            attempts = attempts or any(getattr(line.row, layer) is not None for layer in LAYERS)
            yield line
        self.errors, self.passed_over = reading.errors, reading.passed_over
        if self._part:
            return
        if not self.errors and not count:
            self.errors.append(ValidationError(self.name, 0, "file-empty", "no predictions found"))
        elif not self.errors and not attempts:
            self.errors.append(ValidationError(self.name, 0, "layers-missing", "no prediction gives any layer"))

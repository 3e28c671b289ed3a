"""The gold to score against: documents in memory or files in any supported format."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from goldwire_corpus.errors import DataError, ValidationError, data_error
from goldwire_corpus.load import read_documents
from goldwire_corpus.schema.document import Document
from goldwire_corpus.schema.prediction import Prediction
from goldwire_eval.policy import DEFAULT, Policies
from goldwire_eval.readers.document_pairs import Line
from goldwire_eval.readers.formats import FORMATS, Reading, format_of, read_rows
from goldwire_eval.readers.json_lines import row_of
from goldwire_eval.readers.spool import Input

_JSON = ("jsonl", "folder")


class GoldRow(Prediction, kw_only=True, forbid_unknown_fields=False):
    """A gold row: a prediction of everything, whose keys beside the layers are passed over."""


class Gold:
    """Gold to score against, read as often as it is iterated: documents in memory, or files.

    `of_tags`: gold is a file of tags, whose texts are its tokens. `passed_over`: after an iteration, how many of each
    kind were passed over. Iterating raises DataError if a row is invalid or has no text.
    """

    def __init__(
        self, rows: Callable[[Reading], Iterator[Line]], documents: Callable[[], Sequence[Document]], name: str,
        of_tags: bool = False, policies: Policies = DEFAULT, passed_over: Counter[str] | None = None,
    ):  # fmt: skip
        self._rows, self.documents, self.name, self.of_tags = rows, documents, name, of_tags
        self.path: Path | None = None
        """The file or folder that is read, if it is one and can be read again."""
        # Gold is never counted as wrong: an invalid item of it is an error under every policy.
        self._policies = _strict(policies)
        self.passed_over = Counter[str]() if passed_over is None else passed_over

    @classmethod
    def of_documents(cls, documents: Sequence[Document]) -> "Gold":
        """Take documents in memory."""
        lines = [Line("gold", number, row_of(document)) for number, document in enumerate(documents, 1)]
        return cls(lambda _: iter(lines), lambda: documents, "gold")

    @classmethod
    def of_files(cls, paths: Sequence[Path | Input], policies: Policies = DEFAULT, format: str | None = None) -> "Gold":
        """Read one file or folder in any format of `formats.FORMATS`, or several of JSON Lines.

        The policies that concern reading (labels, tags) hold for gold as for predictions. Raises DataError with
        gold-format for several files of which one is not JSON Lines.
        """
        sources = [path if isinstance(path, Input) else Input(path) for path in paths]
        formats = [format or format_of(source) for source in sources]
        for source, found in zip(sources, formats, strict=True):
            if found not in _JSON and len(sources) > 1:
                message = f"several gold files must be JSON Lines; this is {FORMATS[found].title}"
                raise data_error(source.name, 0, "gold-format", message)

        def documents() -> list[Document]:
            if formats[0] not in _JSON:
                message = f"this needs gold in JSON Lines, not {FORMATS[formats[0]].title}: goldwire convert writes it"
                raise data_error(sources[0].name, 0, "gold-format", message)
            return [document for source in sources for document in read_documents(source.path)]

        def rows(reading: Reading) -> Iterator[Line]:
            for source, found in zip(sources, formats, strict=True):
                yield from read_rows(source, reading, found)

        made = cls(rows, documents, sources[0].name, formats == ["conll"], policies)
        if len(sources) == 1 and not sources[0].copied:
            made.path = sources[0].path
        return made

    def under(self, policies: Policies) -> "Gold":
        """Return the same gold, read under these policies."""
        if _strict(policies) == self._policies:
            return self
        return Gold(self._rows, self.documents, self.name, self.of_tags, policies, self.passed_over)

    def __iter__(self) -> Iterator[Line]:
        reading = Reading(self._policies, row_type=GoldRow)
        found = reading.errors
        empty = True
        for line in self._rows(reading):
            if line.row.text is None:
                beside = "; expected a .txt beside the .ann" if line.path.endswith(".ann") else ""
                message = f"{line.row.id}: gold has no text{beside}"
                found.append(ValidationError(line.path, line.line, "text-missing", message))
            if found:
                raise DataError(found)
            empty = False
            yield line
        if empty and not found:
            found.append(ValidationError(self.name, 0, "file-empty", "no documents found"))
        if found:
            raise DataError(found)
        self.passed_over.clear()
        self.passed_over.update(reading.passed_over)


def _strict(policies: Policies) -> Policies:
    return Policies(labels=policies.labels, bio=policies.bio)


class Reference(NamedTuple):
    """The gold to score against, the name of its split, and the signature of its data."""

    gold: Gold
    split: str
    data: str

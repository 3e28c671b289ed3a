"""The formats that are read, in one table, and the one function through which both sides are read.

A further format is one entry of FORMATS, with a function that yields its rows, and what tells it in `detect`.
"""

import contextlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from goldwire_corpus.errors import DataError, ErrorList, ValidationError
from goldwire_corpus.schema.prediction import Prediction
from goldwire_eval.policy import ANY, DEFAULT, Policies
from goldwire_eval.readers.detect import detect
from goldwire_eval.readers.document_pairs import Line
from goldwire_eval.readers.json_lines import json_rows
from goldwire_eval.readers.spool import Input


@dataclass
class Reading:
    """What a reader needs beside the path, and what it reports.

    `gold`: the documents that the rows are matched with, for a format that has no ids, texts or token offsets of its
    own; None if the file is read by itself. `gold_of_tags`: gold is a file of tags itself. `row_type`: the type of a
    row of JSON Lines. `errors` and `passed_over` (counts by kind of what no layer takes) are filled by the reader.
    """

    policies: Policies = DEFAULT
    gold: Iterable[Line] | None = None
    gold_of_tags: bool = False
    row_type: type[Prediction] = Prediction
    errors: ErrorList = field(default_factory=ErrorList)
    passed_over: Counter[str] = field(default_factory=Counter)

    @property
    def any_labels(self) -> bool:
        return self.policies.labels == ANY

    @property
    def lenient(self) -> bool:
        """Whether invalid items are counted as wrong; otherwise a document with an invalid item is not yielded."""
        return self.policies.invalid == "wrong"

    def report(self, error: ValidationError) -> None:
        self.errors.append(error)

    def notes(self, name: str) -> list[str]:
        """Return one line for each kind of what was passed over or changed, with its count."""
        return notes_of(name, self.passed_over)


def notes_of(name: str, passed_over: Mapping[str, int]) -> list[str]:
    """Return one line for each kind of what was passed over in the input `name`, with its count."""
    return [f"{name}: {kind}: {count:,}" for kind, count in sorted(passed_over.items())]


Reader = Callable[[Path, Reading], Iterator[Line]]


class Format(NamedTuple):
    """`title`: as in messages; `suffixes`: of the files that usually hold it, for documentation and help texts."""

    title: str
    suffixes: tuple[str, ...]
    read: Reader


def _json(path: Path, reading: Reading) -> Iterator[Line]:
    return json_rows(path, reading.report, reading.row_type, reading.lenient)


def _tags(path: Path, reading: Reading) -> Iterator[Line]:
    from goldwire_eval.readers import conll

    bio = reading.policies.bio
    if reading.gold is None or reading.gold_of_tags:
        return conll.rows(path, bio, reading.report, reading.passed_over)
    return conll.against(path, reading.gold, bio, reading.report, reading.passed_over)


def _brat(path: Path, reading: Reading) -> Iterator[Line]:
    from goldwire_eval.readers import brat

    texts = {line.row.id: line.row.text or "" for line in reading.gold or ()}
    options = brat.Options(reading.any_labels, reading.lenient)
    return brat.read(path, texts, reading.errors, options, reading.passed_over)


def _label_studio(path: Path, reading: Reading) -> Iterator[Line]:
    from goldwire_eval.readers import label_studio

    return label_studio.read(path, reading)


def _docbin(path: Path, reading: Reading) -> Iterator[Line]:
    from goldwire_eval.readers import docbin

    return docbin.read(path, reading.gold, reading.errors, reading.lenient)


def _corpus(module: str) -> Reader:
    """Return the reader of a module of `corpora`, which is imported when it reads."""

    def read(path: Path, reading: Reading) -> Iterator[Line]:
        from importlib import import_module

        reader: Reader = import_module(f"goldwire_eval.readers.corpora.{module}").read
        return reader(path, reading)

    return read


FORMATS: dict[str, Format] = {
    "jsonl": Format("JSON Lines", (".jsonl", ".ndjson"), _json),
    "folder": Format("a folder of JSON Lines files", (), _json),
    "brat": Format("a folder of brat stand-off", (".ann",), _brat),
    "conll": Format("a file of tags", (".conll", ".bio", ".iob", ".iob2", ".tags", ".tsv"), _tags),
    "label-studio": Format("a Label Studio export", (".json",), _label_studio),
    "docbin": Format("a spaCy DocBin", (".spacy",), _docbin),
    "re3d": Format("a folder of re3d", (), _corpus("re3d")),
    "muc4": Format("a folder with a MUC-4 key and its messages", (), _corpus("muc4")),
    "wikievents": Format("JSON Lines of WikiEvents", (".jsonl",), _corpus("wikievents")),
    "timeml": Format("TimeML", (".tml",), _corpus("timeml")),
    "ecb+": Format("ECB+", (".xml",), _corpus("ecb_plus")),
    "conll2012": Format("CoNLL-2012", ("_conll",), _corpus("conll2012")),
    "corefud": Format("CorefUD", (".conllu",), _corpus("corefud")),
    "webanno": Format("WebAnno TSV", (".tsv",), _corpus("webanno")),
}


def read_rows(source: Path | Input, reading: Reading, format: str | None = None) -> Iterator[Line]:
    """Yield the rows of a file or folder in any format of FORMATS, for gold and predictions alike.

    `format` is a key of FORMATS, by default the one that `detect` finds. `-` is standard input; it and any other path
    that is neither a file nor a folder (a pipe, a device) is copied to a temporary file first. Raises DataError if the
    input cannot be read at all; errors of single rows are added to `reading.errors`.
    """
    source = source if isinstance(source, Input) else Input(source)
    if not source.copied:
        yield from FORMATS[format or detect(source.path)].read(source.path, reading)
        return
    with _named(source, reading):
        for line in FORMATS[format or detect(source.path)].read(source.path, reading):
            yield line._replace(path=source.name)


def format_of(source: Input) -> str:
    """Return the key in FORMATS of an input's format. Raises DataError if it is none of them."""
    with _named(source, Reading()):
        return detect(source.path)


@contextlib.contextmanager
def _named(source: Input, reading: Reading) -> Iterator[None]:
    """Name the input, not its temporary copy, in errors that are raised or reported."""
    try:
        yield
    except DataError as error:
        raise DataError([_renamed(e, source) for e in error.errors]) from None
    finally:
        if source.copied and reading.errors:
            reading.errors[:] = [_renamed(e, source) for e in reading.errors]


def _renamed(error: ValidationError, source: Input) -> ValidationError:
    if error.path == source.name:
        return error
    copy = str(source.path)
    path = source.name if error.path == copy else error.path
    return ValidationError(path, error.line, error.id, error.message.replace(copy, source.name), error.level)

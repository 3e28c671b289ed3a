"""Any supported format written as JSON Lines, one document per line."""

import gzip
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from goldwire_corpus.atomic_write import write_atomic
from goldwire_corpus.errors import DataError, UsageError, ValidationError, in_order
from goldwire_corpus.schema.prediction import LAYERS
from goldwire_eval.policy import ANY, Policies
from goldwire_eval.readers.document_pairs import Line
from goldwire_eval.readers.formats import FORMATS, Reading, read_rows
from goldwire_eval.readers.reference import GoldRow
from goldwire_eval.readers.spool import Input

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


@dataclass
class ConvertSummary:
    """What was written: the number of documents, of the items of each layer, and notes, one line each."""

    documents: int = 0
    items: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)


def convert(
    source: Path | Input, format: str | None, out: Path, labels: str = ANY, bio: str = Policies().bio,
    documents: Path | None = None,
) -> ConvertSummary:  # fmt: skip
    """Write a file or folder in any format of `formats.FORMATS` as JSON Lines, as the scorer would read it.

    `format` is a key of FORMATS, by default the one that the content shows. `out` is compressed if its name ends in
    `.gz` or `.zst`; it is written whole or not at all. `labels` and `bio` are those of `policy.Policies`. `documents`
    is a file or folder of the same documents that gives ids and texts to a source without them; without it a document
    has the id and text that the source gives it. A row has only the layers that the source has.

    Raises DataError for invalid content, a duplicate document id, or an `out` that cannot be written; UsageError for an
    unknown format.
    """
    if format is not None and format not in FORMATS:
        raise UsageError(f"unknown format {format!r}; expected one of {', '.join(FORMATS)}")
    policies = msgspec.convert({"labels": labels, "bio": bio}, Policies)
    gold = list(read_rows(documents, Reading(policies, row_type=GoldRow))) if documents is not None else None
    reading = Reading(policies, gold=gold, row_type=GoldRow)
    summary = ConvertSummary()
    source = source if isinstance(source, Input) else Input(source)
    content = b"".join(_encoded(read_rows(source, reading, format), reading, summary))
    if reading.errors:
        raise DataError(in_order(reading.errors))
    if not summary.documents:
        raise DataError([ValidationError(source.name, 0, "file-empty", "no documents found")])
    write_atomic(out, _packed(content, out))
    summary.notes = reading.notes(source.name)
    return summary


def _encoded(rows: Iterator[Line], reading: Reading, summary: ConvertSummary) -> Iterator[bytes]:
    seen: dict[int, int] = {}
    for path, line, row, void, _ in rows:
        if void:
            continue
        if hash(row.id) in seen:
            message = f"duplicate document id {row.id!r}"
            reading.report(ValidationError(path, line, "document-duplicate", message))
        seen[hash(row.id)] = line
        summary.documents += 1
        for layer in LAYERS:
            if (items := getattr(row, layer)) is not None:
                summary.items[layer] += len(items)
        yield msgspec.json.encode(row) + b"\n"


def _packed(content: bytes, out: Path) -> bytes:
    match out.suffix.lower():
        case ".gz":
            # Without a time of writing the same input gives the same file.
            return gzip.compress(content, mtime=0)
        case ".zst":
            return bytes(zstd.compress(content))
        case _:
            return content

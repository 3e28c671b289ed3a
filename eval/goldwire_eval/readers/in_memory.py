"""Rows made in this process, dicts, Hugging Face rows or typed objects, read as the lines of a file are."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

import msgspec

from goldwire_corpus.errors import UsageError
from goldwire_corpus.schema.document import Document
from goldwire_corpus.schema.prediction import Prediction
from goldwire_eval.readers.document_pairs import Line
from goldwire_eval.readers.formats import Reading
from goldwire_eval.readers.json_decoder import RowDecoder
from goldwire_eval.readers.json_lines import decode_line, row_of


def rows_in_memory(rows: Iterable[object], name: str, reading: Reading) -> Iterator[Line]:
    """Yield the rows as lines numbered from 1; what is invalid is reported to `reading`.

    Raises UsageError for a row that is neither a mapping, a `Prediction` nor a `Document`.
    """
    decoder = RowDecoder(reading.row_type)
    for number, row in enumerate(rows, 1):
        if isinstance(row, Prediction):
            yield Line(name, number, row)
        elif isinstance(row, Document):
            yield Line(name, number, row_of(row))
        elif isinstance(row, Mapping):
            # Through JSON, so that a dict is read, and rejected, exactly as the same line of a file is.
            encoded = msgspec.json.encode(row, enc_hook=_plain)
            yield from decode_line(decoder, encoded, name, number, reading.report, reading.row_type, reading.lenient)
        else:
            raise UsageError(
                f"row {number} of {name} is a {type(row).__name__}; expected a dict, a Prediction or a Document"
            )


def _plain(value: Any) -> Any:
    """Return the JSON form of a date or of a value of numpy; raise UsageError for anything else."""
    if isinstance(value, date):
        return value.isoformat()
    if type(value).__module__ == "numpy" and hasattr(value, "tolist"):
        return value.tolist()
    raise UsageError(f"a {type(value).__name__} has no JSON form; expected str, int, float, list, dict, date or None")

"""Rows of files of JSON Lines, each line decoded by itself."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import msgspec

from goldwire_corpus.errors import ValidationError
from goldwire_corpus.schema.document import Document
from goldwire_corpus.schema.prediction import Prediction
from goldwire_eval.readers.detect import members
from goldwire_eval.readers.document_pairs import Line
from goldwire_eval.readers.json_decoder import RowDecoder
from goldwire_eval.readers.row_conversion import convert_items, convert_row, cut_days, with_near_key
from goldwire_eval.readers.stream import lines

Report = Callable[[ValidationError], None]
LONGEST = 400
_CAUGHT = (msgspec.DecodeError, UnicodeDecodeError, RecursionError, MemoryError)
_OPENING = (b"{", b"[")


def row_of(document: Document) -> Prediction:
    """Return a document as a prediction of everything."""
    return msgspec.json.decode(msgspec.json.encode(document), type=Prediction)


def json_rows(path: Path, report: Report, type_: type[Prediction], lenient: bool = False) -> Iterator[Line]:
    """Yield the rows of a file of JSON Lines, or of all such files of a folder.

    A line that is not a row is reported and left out; if `lenient`, only its invalid items are, which a void row has.
    """
    if path.is_dir():
        for member in members(path):
            yield from json_rows(member, report, type_, lenient)
        return
    yield from rows_of_lines(lines(path), str(path), report, type_, lenient)


def rows_of_lines(
    some: Iterable[tuple[int, bytes]], name: str, report: Report, type_: type[Prediction], lenient: bool
) -> Iterator[Line]:
    """Yield the rows of numbered lines of the file `name`, as `json_rows` does."""
    decoder = RowDecoder(type_)
    for number, line in some:
        yield from decode_line(decoder, line, name, number, report, type_, lenient)
        if line.strip() in _OPENING or b"\0" in line:
            # Every further line would have an error of the same kind.
            return


def decode_line(
    decoder: RowDecoder, line: bytes, name: str, number: int, report: Report, type_: type[Prediction], lenient: bool
) -> Iterator[Line]:
    """Yield the row of one line, or pass the reason why it is none to `report`."""
    try:
        row = decoder.decode(line)
        if row.records or row.event_clusters:
            cut_days(row)
        yield Line(name, number, row)
    except msgspec.ValidationError as error:
        yield from _converted(Line(name, number, Prediction(id="")), line, error, report, type_, lenient)
    except _CAUGHT as error:
        id, message = _reason(line, error)
        report(ValidationError(name, number, id, _clipped(message)))


def _converted(
    place: Line, line: bytes, error: Exception, report: Report, type_: type[Prediction], lenient: bool
) -> Iterator[Line]:
    """Yield the row of a line that does not fit the schema as it is written, if it can be read all the same."""
    try:
        yield place._replace(row=convert_row(line, type_))
    except _CAUGHT as second:
        error = second if isinstance(second, msgspec.ValidationError) else error
    else:
        return
    try:
        made = convert_items(line, type_) if lenient else None
    except _CAUGHT:
        made = None
    for message in made.errors if made is not None else [str(error)]:
        id, _ = _reason(line, error)
        report(ValidationError(place.path, place.line, id, _clipped(with_near_key(message))))
    if made is not None:
        yield place._replace(row=made.row)
        if made.void is not None:
            yield place._replace(row=made.void, void=True)


def _reason(line: bytes, error: Exception) -> tuple[str, str]:
    """Return the id and the message of the error that a line is not a row."""
    if isinstance(error, RecursionError | MemoryError):
        return "json", f"nested too deeply or too large: {error}"
    if line.strip() in _OPENING:
        return "json", "expected JSON Lines: one object per line (jq -c . FILE writes an object or array so)"
    if b"\0" in line:
        return "encoding", "null bytes, as in UTF-16; expected UTF-8"
    try:
        line.decode()
    except UnicodeDecodeError as place:
        return "encoding", f"not UTF-8: byte {line[place.start]:#04x} at byte {place.start} of the line"
    return "schema" if isinstance(error, msgspec.ValidationError) else "json", str(error)


def _clipped(message: str) -> str:
    """Return a message of bounded length: a name in it may be as long as the line."""
    return message if len(message) <= LONGEST else f"{message[:LONGEST]} ..."

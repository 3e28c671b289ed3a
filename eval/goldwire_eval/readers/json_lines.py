"""Rows of files of JSON Lines, each line decoded by itself."""

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from goldwire_corpus.errors import ValidationError
from goldwire_corpus.schema.document import Document
from goldwire_corpus.schema.prediction import Prediction
from goldwire_eval.readers.detect import members
from goldwire_eval.readers.document_pairs import Line
from goldwire_eval.readers.json_decoder import RowDecoder
from goldwire_eval.readers.stream import lines

Tell = Callable[[ValidationError], None]
LONGEST = 400


def row_of(document: Document) -> Prediction:
    return msgspec.json.decode(msgspec.json.encode(document), type=Prediction)


def json_rows(path: Path, tell: Tell, type_: type[Prediction]) -> Iterator[Line]:
    """The rows of a file of JSON lines, or of all such files of a folder; what is no row is told."""
    if path.is_dir():
        for member in members(path):
            yield from json_rows(member, tell, type_)
        return
    decoder = RowDecoder(type_)
    name = str(path)
    for number, line in lines(path):
        yield from decode_line(decoder, line, name, number, tell)
        if line.strip() in _OPENING or b"\0" in line:
            # Every further line would be an error of the same kind.
            return


def decode_line(decoder: RowDecoder, line: bytes, name: str, number: int, tell: Tell) -> Iterator[Line]:
    """Yield the row of one line, or pass the reason why it is none to `tell`."""
    try:
        yield Line(name, number, decoder.decode(line))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, MemoryError) as error:
        id, message = _why(line, error)
        tell(ValidationError(name, number, id, _clipped(message)))


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

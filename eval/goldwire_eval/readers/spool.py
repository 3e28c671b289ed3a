"""Inputs that are not regular files: standard input, pipes and devices, copied up to a bound so that all can be read.

A format is found by looking at the beginning, and some are read twice; a pipe gives its content once. A device may give
content for ever, so the copy stops at LARGEST, and before that if the content cannot be any format that is read.
"""

import sys
import tempfile
from pathlib import Path
from typing import BinaryIO

from goldwire_corpus.errors import DataError, data_error
from goldwire_eval.readers.stream import BLOCK, BOM, GZIP, LONGEST_WITHOUT_END, is_zstd, shown_size

STDIN = "-"
LARGEST = 512 << 20
"""So much is read from a pipe, a device or standard input, in bytes."""
_TEXT_CONTROLS = frozenset(b"\t\n\r\x0b\x0c\x1b")


class Input:
    """A file, a folder, or what is copied to a temporary file because it can be read only once.

    `name` is how messages call it. The copy is removed when the object is.
    """

    def __init__(self, path: Path):
        self._given = path
        self.name = "standard input" if str(path) == STDIN else str(path)
        self._copy: tempfile._TemporaryFileWrapper[bytes] | None = None

    @property
    def copied(self) -> bool:
        """Whether the content is read from a temporary copy."""
        return str(self._given) == STDIN or (
            self._given.exists() and not self._given.is_file() and not self._given.is_dir()
        )

    @property
    def path(self) -> Path:
        """Where the content is. Raises DataError with input-too-large or format-unknown if it cannot be copied."""
        if not self.copied:
            return self._given
        if self._copy is None:
            try:
                if str(self._given) == STDIN:
                    self._copy = _spool(sys.stdin.buffer, self.name)
                else:
                    with self._given.open("rb") as source:
                        self._copy = _spool(source, self.name)
            except OSError as error:
                raise data_error(self.name, 0, "file-unreadable", str(error.strerror or error)) from None
        return Path(self._copy.name)


def spool_stdin() -> Input:
    """Copy standard input to a temporary file. Errors as for `Input.path`."""
    source = Input(Path(STDIN))
    _ = source.path
    return source


def _spool(source: BinaryIO, name: str) -> "tempfile._TemporaryFileWrapper[bytes]":
    first = b""
    while len(first) < BLOCK and (block := source.read(BLOCK - len(first))):
        first += block
    suffix = _suffix(first, name)
    copy = tempfile.NamedTemporaryFile(prefix="goldwire-", suffix=suffix)  # noqa: SIM115 (lives as long as Input)
    size, ended = len(first), b"\n" in first or b"\r" in first or suffix != ""
    copy.write(first)
    while block := source.read(BLOCK):
        size += len(block)
        ended = ended or b"\n" in block or b"\r" in block
        if size > LARGEST:
            raise _too_large(name, f"gives more than {shown_size(LARGEST)}; save it to a file first")
        if not ended and size > LONGEST_WITHOUT_END:
            raise _too_large(name, f"gives more than {shown_size(LONGEST_WITHOUT_END)} without a line end")
        copy.write(block)
    copy.flush()
    return copy


def _suffix(first: bytes, name: str) -> str:
    """Return the suffix of an archive or DocBin that begins so, empty for text.

    Raises DataError if it is neither, as for a device of zeros or of random bytes.
    """
    if first.startswith(GZIP):
        return ".gz"
    if is_zstd(first[:4]):
        return ".zst"
    if first[:1] == b"\x78" and first[1:2] in b"\x01\x5e\x9c\xda":
        return ".spacy"
    sample = first.removeprefix(BOM)[:4096]
    controls = sum(byte < 32 and byte not in _TEXT_CONTROLS for byte in sample)
    if controls * 20 > len(sample):
        raise data_error(name, 0, "format-unknown", "binary content; expected text, an archive of text or a DocBin")
    return ""


def _too_large(name: str, what: str) -> DataError:
    return data_error(name, 0, "input-too-large", what)

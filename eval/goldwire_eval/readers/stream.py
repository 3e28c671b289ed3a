"""The lines of a plain, gzip or Zstandard file, in bounded memory.

A compressed file that decompresses to far more than its size suggests ("zip bomb") is refused as soon as that shows, so
that at most one block and one line are held.
"""

import gzip
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import NamedTuple, Protocol

from goldwire_corpus.errors import DataError, data_error

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LONGEST_LINE = 256 << 20
# What a compressed file may hold, in bytes: the larger of the first two, the second a multiple of its own size, but
# never more than the third. JSON lines that repeat their keys reach a ratio of 30, one label a token one of 100.
FREE, RATIO, MOST = 64 << 20, 200, 16 << 30
BLOCK = 1 << 20
# If there is no line feed in so many bytes, a carriage return ends a line.
LOOKED_AT = 1 << 20
BOM = b"\xef\xbb\xbf"
GZIP = b"\x1f\x8b"
LONGEST_WITHOUT_END = 64 << 20
"""A file of tags, or an input that is not a regular file, is refused after so many bytes without a line end."""


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class Section(NamedTuple):
    """Whole lines of a file that is not compressed: bytes ``[begin, end)``, and the number of the first line."""

    begin: int
    end: int
    line: int


def lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield each line that is not blank, with its number from 1 and without its line end (LF, CRLF or CR).

    A UTF-8 byte order mark at the start is skipped. Raises DataError with one of the ids file-missing, file-unreadable,
    suffix-differs (the suffix and the content name different archives), archive-corrupt (also if the archive is cut
    off), bomb, and line-too-long.
    """
    number, held, size = 0, list[bytes](), 0
    for block in _with_line_feeds(blocks(path)):
        *whole, rest = block.split(b"\n")
        if held and whole:
            held.append(whole[0])
            whole[0] = b"".join(held)
            held, size = [], 0
        for line in whole:
            number += 1
            if line and not line.isspace():
                yield number, line[:-1] if line[-1] == 13 else line
        held.append(rest)
        size += len(rest)
        if size > LONGEST_LINE:
            raise data_error(str(path), number + 1, "line-too-long", f"a line of more than {shown_size(LONGEST_LINE)}")
    line = b"".join(held)
    if line and not line.isspace():
        yield number + 1, line[:-1] if line[-1] == 13 else line


def line_blocks(path: Path, section: Section | None = None) -> Iterator[bytes]:
    """Yield whole lines, many at a time, each ending in a line feed alone (CRLF and CR are replaced).

    With `section` only its lines are read.
    Raises DataError as `lines` does, with line-too-long after LONGEST_WITHOUT_END bytes.
    """
    held, size = list[bytes](), 0
    for block in _with_line_feeds(blocks(path, section)):
        cut = block.rfind(b"\n") + 1
        if cut:
            whole = b"".join([*held, block[:cut]]) if held else block[:cut]
            held, size = [], 0
            yield whole.replace(b"\r\n", b"\n") if b"\r" in whole else whole
        if cut < len(block):
            held.append(block[cut:])
            size += len(block) - cut
            if size > LONGEST_WITHOUT_END:
                message = f"no line end within {shown_size(LONGEST_WITHOUT_END)}; is this a text file?"
                raise data_error(str(path), 0, "line-too-long", message)
    if held:
        yield b"".join(held).removesuffix(b"\r") + b"\n"


def _with_line_feeds(some: Iterator[bytes]) -> Iterator[bytes]:
    """Replace CR by LF if the beginning has no other line end."""
    first = b""
    for block in some:
        first += block
        if b"\n" in block or len(first) >= LOOKED_AT:
            break
    # The last byte may be the first half of a CRLF.
    carriage_returns = b"\n" not in first and b"\r" in first[:-1]
    if first:
        yield first.replace(b"\r", b"\n") if carriage_returns else first
    for block in some:
        yield block.replace(b"\r", b"\n") if carriage_returns else block


def blocks(path: Path, section: Section | None = None) -> Iterator[bytes]:
    """Yield the content, decompressed, in blocks of 1 byte to 1 MiB. Raises the errors of `lines`."""
    name, total, limit = str(path), 0, None
    begin, end = (0, sys.maxsize) if section is None else section[:2]
    try:
        with _opened(path) as file, _decompressed(file, path) as content:
            if content is not file:
                limit = allowed(path.stat().st_size)
            if begin:
                file.seek(begin)
            while block := content.read(min(BLOCK, end - begin - total)):
                text = block if begin + total else block.removeprefix(BOM)
                total += len(block)
                if limit is not None and total > limit:
                    message = f"decompresses to more than {shown_size(limit)}, too much for a file of its size"
                    raise data_error(name, 0, "bomb", message)
                if text:
                    yield text
    except FileNotFoundError:
        raise data_error(name, 0, "file-missing", "no such file") from None
    except (gzip.BadGzipFile, EOFError, zlib.error, zstd.ZstdError) as error:
        raise data_error(name, 0, "archive-corrupt", f"cannot be decompressed: {error}") from None
    except OSError as error:
        raise data_error(name, 0, "file-unreadable", str(error.strerror or error)) from None


@contextmanager
def _opened(path: Path) -> Iterator[BufferedReader]:
    """Open a file; the packages that read URLs give files of other types, and raise errors of their own."""
    if isinstance(path, Path):
        with path.open("rb") as file:
            yield file
        return
    try:
        with path.open("rb") as remote:
            yield remote if hasattr(remote, "peek") else BufferedReader(remote)
    except (OSError, EOFError, ValueError, DataError, zlib.error, zstd.ZstdError):
        raise
    except Exception as error:
        raise data_error(str(path), 0, "file-unreadable", f"{type(error).__name__}: {error}") from None


def allowed(size: int) -> int:
    """Return how many bytes a compressed file of `size` bytes may decompress to."""
    return min(max(FREE, RATIO * size), MOST)


@contextmanager
def _decompressed(file: BufferedReader, path: Path) -> Iterator[_Readable]:
    """Open the content of a file, which its first bytes show to be compressed or not; its suffix must agree."""
    start = file.peek(4)[:4]
    found = ".gz" if start[:2] == GZIP else ".zst" if is_zstd(start) else ""
    named = path.suffix.lower() if path.suffix.lower() in (".gz", ".zst") else ""
    if found != named and start:
        suffix = f"its name ends in {named}" if named else "its name has no suffix of an archive"
        how = f"compressed as {found}" if found else "not compressed"
        raise data_error(str(path), 0, "suffix-differs", f"{suffix}, its content is {how}")
    if named and not start:
        raise EOFError("empty file")
    if found == ".gz":
        with gzip.GzipFile(fileobj=file) as content:
            yield content
    elif found == ".zst":
        with zstd.ZstdFile(file) as content:
            yield content
    else:
        yield file


def is_zstd(start: bytes) -> bool:
    """Return whether content begins with a Zstandard frame, or with a skippable one, as parallel compressors write."""
    return start == b"\x28\xb5\x2f\xfd" or (start[1:] == b"\x2a\x4d\x18" and start[0] >> 4 == 5)


def shown_size(size: int) -> str:
    return f"{size / (1 << 20):,.0f} MiB"

"""Where the rows of files of JSON Lines are, and the lines of some of them: what is needed to score files in parts."""

from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np

from goldwire_eval.batch.arrays import Ints, ints
from goldwire_eval.readers.stream import BOM, GZIP, Section, is_zstd, lines


class NoPartsError(Exception):
    """Input that cannot be scored in parts; the message says why."""


class Stretch(NamedTuple):
    """Whole lines of a file, bytes ``[begin, end)``; all of it if it is compressed."""

    path: Path
    begin: int
    end: int
    compressed: bool


class _Facts(msgspec.Struct):
    """What a row says of itself that decides where it belongs."""

    id: str
    part: str | None = None
    world: str | None = None


class RowIndex(msgspec.Struct):
    """The rows of a stretch, a value of each column a row.

    `begin`, `end`: where its line is in the file, -1 if that is compressed; `line`: its number in the stretch, from 0;
    `id`: a hash of its document id; `part` and `world` as the row gives them. `lines`: how many lines the stretch has.
    """

    begin: Ints
    end: Ints
    line: Ints
    id: Ints
    part: list[str | None]
    world: list[str | None]
    lines: int


def stretches(path: Path, size: int) -> list[Stretch]:
    """Return the stretches of about `size` bytes that make up a file."""
    total = path.stat().st_size
    with path.open("rb") as file:
        start = file.read(4)
        if start[:2] == GZIP or is_zstd(start):
            return [Stretch(path, 0, total, compressed=True)]
        cuts = [0]
        for near in range(size, total, size):
            file.seek(near)
            file.readline()
            if cuts[-1] < file.tell() < total:
                cuts.append(file.tell())
    return [Stretch(path, *bounds, compressed=False) for bounds in zip(cuts, [*cuts[1:], total], strict=True)]


def index_rows(stretch: Stretch) -> RowIndex:
    """Return where the rows of a stretch are. Raises NoPartsError for a line that is not an object with an id."""
    decode = msgspec.json.Decoder(_Facts).decode
    places: list[tuple[int, int, int]] = []
    facts: list[_Facts] = []
    count = 0
    for count, begin, end, line in _compressed(stretch) if stretch.compressed else _plain(stretch):
        if line.isspace():
            continue
        try:
            facts.append(decode(line))
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise NoPartsError(f"{stretch.path} has a line that is not an object with an id") from None
        places.append((begin, end, count - 1))
    begins, ends, numbers = np.array(places, dtype=np.int64).reshape(-1, 3).T
    hashes = ints([_hash(row.id) for row in facts])
    return RowIndex(begins, ends, numbers, hashes, [row.part for row in facts], [row.world for row in facts], count)


def _plain(stretch: Stretch) -> Iterator[tuple[int, int, int, bytes]]:
    """Yield each line with its number from 1, and where it begins and ends."""
    with stretch.path.open("rb") as file:
        file.seek(stretch.begin)
        at, number = stretch.begin, 0
        while at < stretch.end and (line := file.readline()):
            skipped = len(BOM) if not at and line.startswith(BOM) else 0
            number += 1
            yield number, at + skipped, at + len(line), line[skipped:]
            at += len(line)


def _compressed(stretch: Stretch) -> Iterator[tuple[int, int, int, bytes]]:
    for number, line in lines(stretch.path):
        yield number, -1, -1, line


def _hash(id: str) -> int:
    """Return the same 64-bit number for an id in every process."""
    digest = blake2b(id.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True)


class Piece(NamedTuple):
    """Some rows of a file: sections of it, or the numbers of their lines if it is compressed."""

    path: Path
    sections: list[Section]
    numbers: frozenset[int]


def piece_lines(piece: Piece) -> Iterator[tuple[int, bytes]]:
    """Yield the lines of a piece that are not blank, with their numbers in the file."""
    if not piece.sections:
        yield from ((number, line) for number, line in lines(piece.path) if number in piece.numbers)
        return
    with piece.path.open("rb") as file:
        for section in piece.sections:
            file.seek(section.begin)
            content = file.read(section.end - section.begin)
            for number, line in enumerate(content.split(b"\n"), section.line):
                if line and not line.isspace():
                    yield number, line

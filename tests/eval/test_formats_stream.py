"""Lines of plain, gzip and Zstandard files: what is read, what is refused, and that memory stays bounded."""

import gzip
import sys
import tracemalloc
from pathlib import Path

import pytest
from conftest import ids
from hypothesis import given
from hypothesis import strategies as st

from goldwire_corpus.errors import DataError
from goldwire_eval.readers import stream
from goldwire_eval.readers.stream import allowed, blocks, lines

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PACK = {"": lambda data: data, ".gz": gzip.compress, ".zst": zstd.compress}
SKIPPED = b"\x50\x2a\x4d\x18\x04\x00\x00\x00abcd"


def _write(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("suffix", PACK)
def test_lines_with_numbers_and_without_line_ends(tmp_path: Path, suffix: str) -> None:
    path = _write(tmp_path, f"p.jsonl{suffix}", PACK[suffix](b"\xef\xbb\xbfone\r\n\n \t\r\ntwo \nthree"))
    assert list(lines(path)) == [(1, b"one"), (4, b"two "), (5, b"three")]


@pytest.mark.parametrize("suffix", PACK)
def test_line_longer_than_a_block(tmp_path: Path, suffix: str) -> None:
    long = bytes(range(11, 256)) * (3 * stream.BLOCK // 245)
    path = _write(tmp_path, f"p.jsonl{suffix}", PACK[suffix](b"a\n" + long + b"\nb\n" + long))
    assert list(lines(path)) == [(1, b"a"), (2, long), (3, b"b"), (4, long)]


@pytest.mark.parametrize("content", [b"", b"\n\r\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n"])
@pytest.mark.parametrize("suffix", PACK)
def test_blank_lines_are_skipped(tmp_path: Path, suffix: str, content: bytes) -> None:
    assert list(lines(_write(tmp_path, f"p{suffix}", PACK[suffix](content)))) == []


def test_archives_of_several_members_are_read_whole(tmp_path: Path) -> None:
    members = _write(tmp_path, "p.gz", gzip.compress(b"a\nb", mtime=0) + gzip.compress(b"c\n", mtime=0))
    frames = _write(tmp_path, "p.zst", SKIPPED + zstd.compress(b"a\nb") + SKIPPED + zstd.compress(b"c\n"))
    assert list(lines(members)) == list(lines(frames)) == [(1, b"a"), (2, b"bc")]


@pytest.mark.parametrize(
    ("name", "data", "id"),
    [
        ("p.jsonl", gzip.compress(b"{}", mtime=0), "suffix-differs"),
        ("p.jsonl", zstd.compress(b"{}"), "suffix-differs"),
        ("p.gz", zstd.compress(b"{}"), "suffix-differs"),
        ("p.zst", b"{}", "suffix-differs"),
        ("p.gz", b"", "archive-corrupt"),
        ("p.gz", gzip.compress(b"a\n" * 99, mtime=0)[:-9], "archive-corrupt"),
        ("p.gz", gzip.compress(b"a\n" * 99, mtime=0) + b"more", "archive-corrupt"),
        ("p.gz", gzip.compress(b"a\n", mtime=0).replace(b"\x4b\xe4", b"\x4b\xe5"), "archive-corrupt"),
        ("p.zst", zstd.compress(b"a\n" * 99)[:-3], "archive-corrupt"),
        ("p.zst", zstd.compress(b"a\n") + zstd.compress(b"b\n")[:-1], "archive-corrupt"),
        ("p.zst", zstd.compress(b"a\n") + b"more", "archive-corrupt"),
    ],
)
def test_wrong_or_corrupt_archive_is_an_error(tmp_path: Path, name: str, data: bytes, id: str) -> None:
    with pytest.raises(DataError) as error:
        list(lines(_write(tmp_path, name, data)))
    assert ids(error) == [id]


def test_unreadable_path_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError) as error:
        list(lines(tmp_path / "none.jsonl"))
    assert ids(error) == ["file-missing"]
    with pytest.raises(DataError) as error:
        list(lines(tmp_path))
    assert ids(error) == ["file-unreadable"]


def test_limit_of_decompression() -> None:
    assert allowed(0) == allowed(300_000) == 64 << 20
    assert allowed(1 << 20) == 200 << 20
    assert allowed(1 << 40) == 16 << 30


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_zip_bomb_is_refused_in_bounded_memory(tmp_path: Path, suffix: str) -> None:
    line = b" " * (1 << 20) + b"\n"
    pack = gzip.compress if suffix == ".gz" else zstd.compress
    path = _write(tmp_path, f"p.jsonl{suffix}", b"".join([pack(line * 10)] * 12))
    tracemalloc.start()
    with pytest.raises(DataError) as error:
        list(lines(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert ids(error) == ["bomb"]
    assert "64 MiB" in str(error.value)
    assert peak < 16 << 20


@pytest.mark.parametrize("suffix", PACK)
def test_line_without_end_is_an_error(tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "LONGEST_LINE", 3 << 20)
    path = _write(tmp_path, f"p{suffix}", PACK[suffix](b"first\n" + b"x" * (8 << 20)))
    with pytest.raises(DataError) as error:
        list(lines(path))
    assert [(i.line, i.id) for i in error.value.errors] == [(2, "line-too-long")]


@given(data=st.binary(max_size=300), size=st.integers(1, 9), suffix=st.sampled_from(list(PACK)))
def test_block_size_does_not_change_lines(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, size: int, suffix: str
) -> None:
    path = _write(tmp_path_factory.mktemp("stream"), f"p{suffix}", PACK[suffix](data or b"\n"))
    with pytest.MonkeyPatch.context() as patch:
        try:
            whole = list(lines(path))
        except DataError:
            return
        # The mark at the start is looked for in the first block.
        patch.setattr(stream, "BLOCK", size if not data.startswith(b"\xef") else size + 2)
        assert list(lines(path)) == whole
    text = (data or b"\n").removeprefix(b"\xef\xbb\xbf")
    # Without any line feed a carriage return ends a line.
    expected = text.split(b"\n") if b"\n" in text else text.split(b"\r")
    assert whole == [(i, x.removesuffix(b"\r")) for i, x in enumerate(expected, 1) if x.strip(b" \t\n\r\x0b\f")]


@given(
    data=st.binary(max_size=200),
    flips=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=4),
    suffix=st.sampled_from(list(PACK)),
)
def test_damaged_files_give_only_errors(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, flips: list[tuple[int, int]], suffix: str
) -> None:
    packed = bytearray(PACK[suffix](data))
    for place, value in flips:
        packed[place % len(packed) if packed else 0 : place % max(len(packed), 1) + 1] = bytes([value])
    path = _write(tmp_path_factory.mktemp("stream"), f"p{suffix}", bytes(packed))
    found = set()
    try:
        list(blocks(path))
    except DataError as error:
        found = {e.id for e in error.errors}
    assert found <= {"archive-corrupt", "suffix-differs"}

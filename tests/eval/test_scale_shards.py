"""Shards: listing, reading, and what is refused."""

import gzip
import json
from pathlib import Path

import fsspec
import pytest
from conftest import ids
from scale_cases import rows, write_shard

from goldwire_corpus.errors import DataError, UsageError
from goldwire_eval.scale import shard_documents
from goldwire_eval.scale.shards import Listing, list_shards, zstd


def _names(listing: Listing) -> list[str]:
    return [shard.name for shard in listing.shards]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.jsonl", "a.jsonl.gz", "sub/c.jsonl.gz", ".hidden/d.jsonl", ".e.jsonl"):
        write_shard(tmp_path / name, rows(0, 1))
    (tmp_path / "t.txt").write_text("Ana met Bo.", encoding="utf-8")
    (tmp_path / "z.jsonl.zst").write_bytes(zstd.compress(json.dumps(rows(0, 1)[0]).encode()))
    (tmp_path / "notes.md").write_text("no shard", encoding="utf-8")
    return tmp_path


def test_a_folder_is_listed_with_all_below_it(folder: Path) -> None:
    listing = list_shards(str(folder))
    assert _names(listing) == ["a.jsonl.gz", "b.jsonl", "sub/c.jsonl.gz", "t.txt", "z.jsonl.zst"]
    assert listing.root == str(folder)
    assert listing.shards[2].stem == "sub/c"


def test_patterns_files_and_relative_paths(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    assert _names(list_shards("*.jsonl.gz")) == ["a.jsonl.gz"]
    assert _names(list_shards("**/*.jsonl.gz")) == ["a.jsonl.gz", "sub/c.jsonl.gz"]
    assert _names(list_shards("sub/*")) == ["c.jsonl.gz"]
    assert _names(list_shards("b.jsonl")) == ["b.jsonl"]
    assert list_shards("b.jsonl").root == list_shards(f"file://{folder}/b.jsonl").root == str(folder)


def test_every_kind_of_shard_is_read(folder: Path) -> None:
    for shard in list_shards(str(folder)).shards:
        ((line, row),) = shard_documents.rows(shard)
        assert (line, row.id) == ((0, "t") if shard.name == "t.txt" else (1, "d0-0"))
        assert row.document().tokens


def test_a_url_is_listed_and_read() -> None:
    fs = fsspec.filesystem("memory")
    fs.pipe("/news/2024/a.jsonl", json.dumps(rows(0, 1)[0]).encode())
    (shard,) = list_shards("memory://news").shards
    assert (shard.url, shard.name) == ("memory:///news/2024/a.jsonl", "2024/a.jsonl")
    assert [row.id for _, row in shard_documents.rows(shard)] == ["d0-0"]


def test_the_state_changes_with_the_file(tmp_path: Path) -> None:
    path = write_shard(tmp_path / "a.jsonl", rows(0, 1))
    before = list_shards(str(tmp_path)).shards[0].state
    assert list_shards(str(tmp_path)).shards[0].state == before
    write_shard(path, rows(1, 1))
    assert list_shards(str(tmp_path)).shards[0].state != before


def test_given_layers_are_kept_and_others_segmented(tmp_path: Path) -> None:
    row = {"id": "x", "text": "Ana met Bo. He left.", "tokens": [{"start": 0, "end": 3}], "mentions": [1], "url": "u"}
    write_shard(tmp_path / "a.jsonl", [row])
    ((_, found),) = shard_documents.rows(list_shards(str(tmp_path)).shards[0])
    document = found.document()
    assert len(document.tokens) == 1
    assert [(s.start, s.end) for s in document.sentences] == [(0, 11), (12, 20)]
    assert document.mentions == []


@pytest.mark.parametrize(
    ("name", "content", "id", "line"),
    [
        ("a.jsonl.gz", b"plain", "archive-corrupt", 0),
        ("a.jsonl.gz", gzip.compress(b'{"id": "x", "text": "y"}\n' * 1000)[:-9], "archive-corrupt", 0),
        ("a.jsonl.zst", b"plain", "archive-corrupt", 0),
        ("a.jsonl", b'{"id": "x", "text": "y"}\n\n{"id": "y", "text"\n', "json", 3),
        ("a.jsonl", b'{"id": "x"}', "json", 1),
        ("a.jsonl", b'{"id": "", "text": "y"}', "json", 1),
        ("a.jsonl", b'{"id": "x", "text": "\xff"}', "json", 1),
        ("a.jsonl", b'{"id": "x", "text": "y"}\n{"id": "x", "text": "z"}\n', "document-duplicate", 2),
        ("a.txt", b"\xff", "file-encoding", 0),
    ],
)
def test_an_unreadable_shard_is_one_error(tmp_path: Path, name: str, content: bytes, id: str, line: int) -> None:
    (tmp_path / name).write_bytes(content)
    (shard,) = list_shards(str(tmp_path)).shards
    with pytest.raises(DataError) as error:
        list(shard_documents.rows(shard))
    (found,) = error.value.errors
    assert (found.path, found.line, found.id) == (name, line, id)


@pytest.mark.parametrize(
    ("names", "location", "id"),
    [
        ((), "missing", "shards-missing"),
        (("notes.md",), "", "shards-missing"),
        (("a.jsonl",), "*.gz", "shards-missing"),
        (("a.jsonl", "a.txt"), "", "shard-duplicate"),
    ],
)
def test_what_cannot_be_listed_is_one_error(tmp_path: Path, names: tuple[str, ...], location: str, id: str) -> None:
    for name in names:
        (tmp_path / name).touch()
    with pytest.raises(DataError) as error:
        list_shards(str(tmp_path / location))
    assert ids(error) == [id]


def test_an_unknown_protocol_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="nosuch"):
        list_shards("nosuch://bucket/x")

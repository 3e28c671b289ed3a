"""Which format a path is in."""

import gzip
import zlib
from pathlib import Path

import pytest
from conftest import CASES, ROOT, ids
from hypothesis import given
from hypothesis import strategies as st

from goldwire_corpus.errors import DataError
from goldwire_eval.readers.detect import detect, kind, members

JSON = b'{"id": "d1"}\n'


@pytest.mark.parametrize(
    ("name", "content", "format"),
    [
        ("p.jsonl", JSON, "jsonl"),
        ("p.jsonl.gz", gzip.compress(JSON), "jsonl"),
        ("p", b"\xef\xbb\xbf\r\n " + JSON, "jsonl"),
        ("p.jsonl", b"", "jsonl"),
        ("p.jsonl", b"not JSON", "jsonl"),
        ("p.json", b'\n[\n  {"id": 1}]', "label-studio"),
        ("p.json", b"[]", "label-studio"),
        ("p.json.gz", gzip.compress(b'[{"id": 1}]'), "label-studio"),
        ("p.spacy", b"", "docbin"),
        ("p", zlib.compress(b"\x80"), "docbin"),
        ("p.SPACY", b"x", "docbin"),
        ("p.conll", b"{ O\n", "conll"),
        ("p.bio.gz", gzip.compress(b"[ O\n"), "conll"),
        ("p.txt", b"\nLemre B-GPE\n", "conll"),
        ("p", b"x O\n", "conll"),
    ],
)
def test_a_file_is_what_its_suffix_or_its_first_bytes_say(
    tmp_path: Path, name: str, content: bytes, format: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert detect(path) == format


def test_a_folder_is_what_it_holds(tmp_path: Path) -> None:
    assert detect(ROOT / "corpus" / "source" / "worlds") == "brat"
    assert detect(CASES / "formats" / "brat" / "good") == "brat"
    for name in ("b.jsonl.gz", "a.JSONL", "c.ndjson.zst", ".hidden.jsonl", "notes.txt"):
        (tmp_path / name).write_bytes(b"")
    assert detect(tmp_path) == "folder"
    assert [p.name for p in members(tmp_path)] == ["a.JSONL", "b.jsonl.gz", "c.ndjson.zst"]


def test_a_folder_of_nothing_known_is_refused(tmp_path: Path) -> None:
    (tmp_path / "p.xml").write_bytes(b"")
    with pytest.raises(DataError) as error:
        detect(tmp_path)
    assert ids(error) == ["format-unknown"]


def test_what_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError) as error:
        detect(tmp_path / "none.jsonl")
    assert ids(error) == ["file-missing"]


def test_the_suffix_of_an_archive_is_left_off() -> None:
    assert [kind(Path(name)) for name in ("a.b.JSONL.GZ", "a.zst", "a", "a.spacy")] == [".jsonl", "", "", ".spacy"]


@given(st.binary(max_size=60), st.sampled_from(["p", "p.json", "p.jsonl", "p.spacy", "p.gz", "p.bio.zst"]))
def test_any_file_has_a_format_or_an_incident(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, name: str
) -> None:
    path = tmp_path_factory.mktemp("detect") / name
    path.write_bytes(content)
    try:
        found = detect(path)
    except DataError:
        found = "refused"
    assert found in {"jsonl", "docbin", "conll", "label-studio", "refused"}

"""Which format a path is in."""

import gzip
import json
import shutil
import subprocess
import zlib
from pathlib import Path

import pytest
from conftest import CASES, ROOT, ids
from hypothesis import given
from hypothesis import strategies as st

from goldwire_corpus.errors import DataError
from goldwire_eval.readers.detect import detect, kind, members
from goldwire_eval.readers.formats import FORMATS

JSON = b'{"id": "d1"}\n'


@pytest.mark.parametrize(
    ("name", "content", "format"),
    [
        ("p.jsonl", JSON, "jsonl"),
        ("p.jsonl.gz", gzip.compress(JSON, mtime=0), "jsonl"),
        ("p", b"\xef\xbb\xbf\r\n " + JSON, "jsonl"),
        ("p.jsonl", b"", "jsonl"),
        ("p.jsonl", b"not JSON", "jsonl"),
        ("p.json", b'\n[\n  {"id": 1}]', "label-studio"),
        ("p.json", b"[]", "label-studio"),
        ("p.json.gz", gzip.compress(b'[{"id": 1}]', mtime=0), "label-studio"),
        ("p.spacy", b"", "docbin"),
        ("p", zlib.compress(b"\x80"), "docbin"),
        ("p.SPACY", b"x", "docbin"),
        ("p.conll", b"{ O\n", "conll"),
        ("p.bio.gz", gzip.compress(b"[ O\n", mtime=0), "conll"),
        ("p.txt", b"\nLemre B-GPE\n", "conll"),
        ("p", b"x O\n", "conll"),
    ],
)
def test_format_of_a_file(tmp_path: Path, name: str, content: bytes, format: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert detect(path) == format


def test_format_of_a_folder(tmp_path: Path) -> None:
    assert detect(ROOT / "corpus" / "source" / "worlds") == "brat"
    assert detect(CASES / "formats" / "brat" / "good") == "brat"
    for name in ("b.jsonl.gz", "a.JSONL", "c.ndjson.zst", ".hidden.jsonl", "notes.txt"):
        (tmp_path / name).write_bytes(b"")
    assert detect(tmp_path) == "folder"
    assert [p.name for p in members(tmp_path)] == ["a.JSONL", "b.jsonl.gz", "c.ndjson.zst"]


def test_folder_without_a_known_format_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "p.xml").write_bytes(b"")
    with pytest.raises(DataError) as error:
        detect(tmp_path)
    assert ids(error) == ["format-unknown"]


def test_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError) as error:
        detect(tmp_path / "none.jsonl")
    assert ids(error) == ["file-missing"]


ROW = {"id": "d", "text": "x", "mentions": []}


@pytest.mark.parametrize("suffix", ["", ".tsv", ".conll", ".jsonl", ".json", ".txt"])
@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"#FORMAT=WebAnno TSV 2.0\n\n#text=I like it\n1-1\tI\t_\n", "another version of WebAnno TSV"),
        (
            b"# newdoc id = d1\n# text = Mara left\n1\tMara\tMara\tPROPN\t_\t_\t2\tnsubj\t_\tEntity=(e1)\n"
            b"2\tleft\tleave\tVERB\t_\t_\t0\troot\t_\t_\n\n",
            "CoNLL-U",
        ),
        (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
        (b"PAR1\x15\x04\x15", "Parquet"),
        (b"ARROW1\0\0", "Arrow"),
        (b"\xff\xff\xff\xff\x10\x02\0\0", "an Arrow stream"),
        (b"\x80\x04\x95\x1a\0\0\0\0\0\0\0}\x94.", "a Python pickle"),
        (b"\x80\x03}q\0.", "a Python pickle"),
        (b"PK\x03\x04\x14\0", "a ZIP archive"),
        (b"<?xml version='1.0'?>\n<corpus>", "XML or HTML"),
        (b"<!DOCTYPE html>\n<html>", "XML or HTML"),
        (b"doc1\t0\t9\tPER\ndoc1\t12\t17\tLOC\n", "a table of spans"),
        (b"doc_id,start,end,type\nd1,0,9,PER\n", "a table of spans"),
        (json.dumps([ROW, ROW]).encode(), "a JSON array of rows"),
        (json.dumps(ROW, indent=2).encode(), "one JSON object over several lines"),
        (json.dumps([{"id": 0, "paragraphs": []}]).encode(), "spaCy's JSON"),
        (json.dumps([{"text": "x", "ents": [], "title": None}]).encode(), "spaCy's JSON"),
        (b'{"id": 1, "text": "Mara left", "label": [[0, 4, "PER"]]}\n', "doccano's JSON Lines"),
        (b'{"id": 1, "text": "Mara left", "labels": [[0, 4, "PER"]], "Comments": []}\n', "doccano's JSON Lines"),
        (b'{"text": "Mara left", "entities": [[0, 4, "PER"]]}\n', "doccano's JSON Lines"),
        (b'{"text": "Mara", "spans": [{"start": 0, "end": 4, "label": "PER"}], "answer": "accept"}\n', "Prodigy"),
        (b'{"text": "Mara", "_input_hash": 1, "_task_hash": 2, "spans": []}\n', "Prodigy's JSON Lines"),
        (b"Mara B-PER NNP\nleft O VBD\n\nOslo B-LOC NNP\n", "a file of tags with the tags in column 2 of 3"),
        (b"TOKEN\tNE\tMISC\nMara\tB-pers\t_\nleft\tO\t_\n", "a file of tags with the tags in column 2 of 3"),
        (b"# sent_id = 1\n1\tMara\tB-PER\t-\t-\n2\tleft\tO\t-\t-\n", "a file of tags with the tags in column 3 of 5"),
        (b'[\n{"id": "d", "text": "' + b"x" * 70_000 + b'", "mentions": []}]', "a JSON array of rows"),
        (b'[{"id": "d", "mentions": [], "text": "' + b"x" * 70_000 + b'"}]', "a JSON array of rows"),
        (b'{"id": "0", "tokens": ["Mara"], "ner_tags": [1]}\n', "rows of tokens and tags"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_unsupported_format_is_named(tmp_path: Path, content: bytes, name: str, suffix: str) -> None:
    path = tmp_path / f"p{suffix}"
    path.write_bytes(content)
    with pytest.raises(DataError) as error:
        detect(path)
    assert ids(error) == ["format-unknown"]
    (message,) = str(error.value).splitlines()
    assert f"this is {name}" in message
    assert "which is not read; " in message


@pytest.mark.parametrize(
    ("name", "content", "format"),
    [
        ("p.conll", b"# text = x\nMara\tNNP\tI-NP\tB-PER\nleft\tVBD\tI-VP\tO\n", "conll"),
        ("p.conll", b"1\t5\tO\n2\t7\tB-NUM\n", "conll"),
        ("p.tsv", b"Mara\t0\t4\tB-PER\nleft\t5\t9\tO\n", "conll"),
        ("p.conll", b"1\tMara\t_\t_\t_\t_\t_\t_\t_\tB-PER\n2\tleft\t_\t_\t_\t_\t_\t_\t_\tO\n", "conll"),
        ("p.conll", b"EU NNP B-NP B-ORG\nrejects VBZ B-VP O\n", "conll"),
        ("p.conll", b"Mara NNP X-PER\nleft VBD O\n", "conll"),
        ("p.txt", b"< O\nb O\n", "conll"),
        ("p.conll", b"P O\nK B-X\n", "conll"),
        ("p.jsonl", b'{"id": "d", "entities": [{"id": "e"}], "text": "x"}\n', "jsonl"),
        ("p.jsonl", b'{"id": "d", "tokens": ["x"], "tags": ["O"], "mentions": []}\n', "jsonl"),
        ("p.jsonl", b'{"id": "d", "spans": 1}\n', "jsonl"),
        ("p.json", b'[{"id": 1, "data": {"text": "x"}, "annotations": []}]', "label-studio"),
    ],
)
def test_supported_content_is_recognised(tmp_path: Path, name: str, content: bytes, format: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert detect(path) == format


@pytest.mark.parametrize(
    "content",
    ["Mara B-PER NNP\nleft O VBD\n\nOslo B-LOC NNP\n",
     "# sent_id = 1\n1\tMara\tB-PER\t-\t-\n2\tleft\tO\t-\t-\n\n1\tOslo\tB-LOC\t-\t-\n"],
)  # fmt: skip
def test_the_advice_for_tags_in_another_column_works(tmp_path: Path, content: str) -> None:
    if shutil.which("awk") is None:
        pytest.skip("no awk")
    (tmp_path / "FILE").write_text(content, encoding="utf-8")
    with pytest.raises(DataError) as error:
        detect(tmp_path / "FILE")
    command = error.value.errors[0].message.partition("write the tag last: ")[2]
    subprocess.run(command, shell=True, check=True, cwd=tmp_path)
    assert (tmp_path / "OUT.conll").read_text(encoding="utf-8") == "Mara\tB-PER\nleft\tO\n\nOslo\tB-LOC\n"
    assert detect(tmp_path / "OUT.conll") == "conll"


def test_files_of_a_bionlp_task_are_named(tmp_path: Path) -> None:
    for name in ("d.a1", "d.a2", "d.txt"):
        (tmp_path / name).write_bytes(b"")
    with pytest.raises(DataError) as error:
        detect(tmp_path)
    assert "cat ID.a1 ID.a2 > ID.ann" in str(error.value)


def test_a_single_brat_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "d.ann").write_text("T1\tPER 0 4\tMara\n", encoding="utf-8")
    with pytest.raises(DataError) as error:
        detect(tmp_path / "d.ann")
    assert ids(error) == ["format-unknown"]
    assert f"give its folder, {tmp_path}" in str(error.value)


def test_utf_16_is_named(tmp_path: Path) -> None:
    path = tmp_path / "p.conll"
    path.write_text("Mara B-PER\n", encoding="utf-16")
    with pytest.raises(DataError) as error:
        detect(path)
    assert ids(error) == ["encoding"]
    assert "save it as UTF-8" in str(error.value)


def test_archive_suffix_is_ignored() -> None:
    assert [kind(Path(name)) for name in ("a.b.JSONL.GZ", "a.zst", "a", "a.spacy")] == [".jsonl", "", "", ".spacy"]


@given(st.binary(max_size=60), st.sampled_from(["p", "p.json", "p.jsonl", "p.spacy", "p.gz", "p.bio.zst"]))
def test_any_file_has_a_format_or_an_error(tmp_path_factory: pytest.TempPathFactory, content: bytes, name: str) -> None:
    path = tmp_path_factory.mktemp("detect") / name
    path.write_bytes(content)
    try:
        found = detect(path)
    except DataError:
        found = "refused"
    assert found == "refused" or found in FORMATS

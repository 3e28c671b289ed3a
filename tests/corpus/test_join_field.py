"""Joining of documents of re3d: other line breaks and quotes, changed and missing texts, partial joins."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ids, run

from goldwire_corpus.errors import DataError
from goldwire_corpus.join.canonical_text import canonical_lines, letters, spaced
from goldwire_corpus.join.field import join
from goldwire_corpus.load import DATA
from goldwire_corpus.parts import FIELD
from goldwire_corpus.source.files import read_facts, source_root
from goldwire_corpus.source.segment import segment

SOURCES = ("CENTCOM", "UK Government", "US State Department")


@pytest.fixture
def clone(real: Path, tmp_path: Path) -> Path:
    """Return a copy of the sources of re3d that a test may change."""
    for source in SOURCES:
        shutil.copytree(real / "re3d" / source, tmp_path / "re3d" / source)
    return tmp_path / "re3d"


def _change(clone: Path, source: str, change: Callable[[str], str]) -> None:
    """Apply `change` to the text of every document of a source."""
    path = clone / source / "documents.json"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    lines = [json.dumps(row | {"text": change(row["text"])}) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_canonical_form_of_a_text_without_hard_wraps() -> None:
    text = "Head\u200e of\u00a0day\nThey said \u201cyes\u201d \u2013 then   left.\n\n\n- A list\n"
    form = canonical_lines(text)
    assert form == 'Head of day\n\nThey said "yes" - then left.\n\n- A list'
    assert canonical_lines(form) == form
    assert spaced(letters(text), segment(form).tokens) == form


def test_join_has_all_documents(real: Path) -> None:
    joined = join(real / "re3d", partial=False)
    assert len(joined) == len(read_facts(DATA, FIELD)) >= 40
    assert not any(one.left_out for one in joined)
    assert sum(len(one.document.tokens) for one in joined) >= 7000
    assert sum(len(one.document.events) for one in joined) >= 600
    for one in joined:
        text = one.document.text
        assert all(text[t.start : t.end].strip() == text[t.start : t.end] for t in one.document.tokens)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda text: text.replace("\n\n", "\n"), id="single line breaks"),
        pytest.param(lambda text: text.replace("\n", "\r\n"), id="CRLF"),
        pytest.param(lambda text: text.replace("\u00a0", " ").replace("  ", " "), id="spaces"),
        pytest.param(
            lambda text: text.replace("\u2019", "'").replace("\u201c", '"').replace("\u201d", '"'), id="quotes"
        ),
        pytest.param(lambda text: text.replace("\u200e", ""), id="direction marks"),
    ],
)
def test_repaired_texts_join(real: Path, clone: Path, change: Callable[[str], str]) -> None:
    for source in SOURCES:
        _change(clone, source, change)
    assert [one.document for one in join(clone, partial=False)] == [
        one.document for one in join(real / "re3d", partial=False)
    ]


def test_changed_documents_are_named_and_nothing_is_written(clone: Path, tmp_path: Path) -> None:
    _change(clone, "CENTCOM", lambda text: text + " One more sentence of another hand.")
    result = run("corpus", "join", "--part", "field", clone, "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert "re3d-differs" in result.stderr
    assert "--partial" in result.stderr
    assert not (tmp_path / "out").exists()


def test_partial_join_keeps_matching_paragraphs(real: Path, clone: Path, tmp_path: Path) -> None:
    _change(clone, "CENTCOM", lambda text: text.replace("Coalition", "coalition"))
    whole = {one.document.id: one.document for one in join(real / "re3d", partial=False)}
    parts = {one.document.id: one for one in join(clone, partial=True)}
    changed = [one for one in parts.values() if one.left_out]
    assert changed
    for one in changed:
        gold = whole[one.document.id]
        surfaces = {m.id: gold.text[m.start : m.end] for m in gold.mentions}
        assert all(one.document.text[m.start : m.end] == surfaces[m.id] for m in one.document.mentions)
        assert len(one.document.events) < len(gold.events)
    result = run("corpus", "join", "--part", "field", clone, "--out", tmp_path / "out", "--partial")
    assert result.exit_code == 0
    assert "left out paragraphs" in result.stdout
    gold_file = tmp_path / "out" / "data" / "documents" / "field.jsonl"
    assert "-partial#" in json.loads(run("score", gold_file, "--gold", gold_file, "--json", "-").stdout)["signature"]
    # A partial join is not the split field.
    assert run("score", gold_file, "--split", "field", "--field", tmp_path / "out").exit_code == 1


def test_missing_source_document_or_folder(clone: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError) as error:
        join(tmp_path / "none", partial=False)
    assert ids(error) == ["re3d-other"]
    path = clone / "UK Government" / "documents.json"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[1:]), encoding="utf-8")
    with pytest.raises(DataError) as error:
        join(clone, partial=False)
    assert ids(error) == ["re3d-missing"]
    path.write_text(lines[0] + lines[1][:100] + "\n", encoding="utf-8")
    with pytest.raises(DataError) as error:
        join(clone, partial=False)
    assert ids(error) == ["json"]
    assert error.value.errors[0].line == 2
    path.unlink()
    with pytest.raises(DataError) as error:
        join(clone, partial=False)
    assert ids(error) == ["re3d-source-missing"]


def test_joined_part_loads_and_scores(real: Path, tmp_path: Path) -> None:
    from datasets import load_dataset

    out = tmp_path / "field"
    assert run("corpus", "join", "--part", "field", real / "re3d", "--out", out).exit_code == 0
    rows = load_dataset(str(out), cache_dir=str(tmp_path / "cache"))["field"]
    assert len(rows) == len(read_facts(DATA, FIELD))
    assert rows[0]["published"] is None
    gold = out / "data" / "documents" / "field.jsonl"
    for copy in (out, real / "re3d"):
        figures = json.loads(run("score", gold, "--split", "field", "--field", copy, "--json", "-").stdout)
        assert {m["f1"] for m in figures["metrics"].values() if m["f1"] is not None} == {1.0}
        assert figures["documents"] == len(rows)


@pytest.mark.slow
def test_a_baseline_runs_without_publication_dates(real: Path) -> None:
    result = run("run", "rules", "--split", "field", "--field", real / "re3d", "--json", "-")
    assert result.exit_code == 0
    assert 0 < json.loads(result.stdout)["metrics"]["ner"]["f1"] < 1


def test_stand_off_has_no_text() -> None:
    for path in (source_root() / FIELD).glob("*.ann"):
        for line in path.read_text(encoding="utf-8").splitlines():
            assert not line.startswith("T") or line.endswith("\t"), path

"""Checks of the whole corpus, on copies of the source with one change."""

import shutil
from pathlib import Path

import pytest
from conftest import CASES, run

from goldwire_corpus.errors import errors_only
from goldwire_corpus.schema.knowledge_base import Entry
from goldwire_corpus.source.files import source_root
from goldwire_corpus.validation.corpus import check_corpus
from goldwire_corpus.validation.worlds import shared_names


@pytest.fixture
def whole_source(tmp_path: Path) -> Path:
    copy = tmp_path / "source"
    shutil.copytree(source_root(), copy)
    return copy


def _found(whole_source: Path) -> list[str]:
    return sorted({error.id for error in errors_only(check_corpus(whole_source))})


def _edit(path: Path, old: str, new: str) -> None:
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new, 1), encoding="utf-8")


def test_small_corpus_is_valid() -> None:
    assert check_corpus(CASES / "corpus" / "good" / "corpus" / "source") == []


# A changed text also shifts its annotations and tokens.
SHIFTED = {"span-text", "segmentation"}


@pytest.mark.parametrize("case", sorted((CASES / "invalid" / "corpus").iterdir()), ids=lambda p: p.name)
def test_invalid_corpus_is_an_error(case: Path, tmp_path: Path) -> None:
    """Each case is the small corpus with some files replaced, and its name is the id of its only error."""
    shutil.copytree(CASES / "corpus" / "good", tmp_path, dirs_exist_ok=True)
    shutil.copytree(case, tmp_path, dirs_exist_ok=True)
    found = {error.id for error in errors_only(check_corpus(tmp_path / "corpus" / "source"))}
    assert case.name in found
    assert found - SHIFTED == {case.name}


def test_world_without_motifs_is_a_warning(tmp_path: Path) -> None:
    shutil.copytree(CASES / "corpus" / "good", tmp_path, dirs_exist_ok=True)
    motifs = tmp_path / "corpus" / "source" / "motifs.jsonl"
    motifs.write_text(motifs.read_text().splitlines()[0] + "\n")
    assert [(e.id, e.level) for e in check_corpus(tmp_path / "corpus" / "source")] == [("motifs-missing", "warning")]


@pytest.mark.parametrize(
    ("first", "second", "shared"),
    [
        ("Upper Mezd", "Upper Skaad", False), ("Col. Adrun", "Col. Selk", False), ("Quelo Bay", "Old Quelo", True),
        ("the mayor", "the mayor", False),
    ],
)  # fmt: skip
def test_shared_names_of_two_worlds(first: str, second: str, shared: bool, tmp_path: Path) -> None:
    kbs = {world: {world: Entry(world, "entity", "GPE", name)} for world, name in (("a", first), ("b", second))}
    assert [e.id for e in shared_names(kbs, [], tmp_path)] == ["name-shared"] * shared


def test_run_of_words_within_a_world_is_allowed(tmp_path: Path) -> None:
    shutil.copytree(CASES / "corpus" / "good", tmp_path, dirs_exist_ok=True)
    worlds = tmp_path / "corpus" / "source" / "worlds"
    first, second = (worlds / f"quelo-0{n}.txt" for n in (1, 2))
    sentence = first.read_text().split(". ")[0]
    second.write_text(f"{second.read_text().rstrip()} {sentence}.\n")
    assert {error.id for error in errors_only(check_corpus(tmp_path / "corpus" / "source"))} == {"segmentation"}


def test_motifs_of_one_split_may_be_shared(tmp_path: Path) -> None:
    shutil.copytree(CASES / "corpus" / "good", tmp_path, dirs_exist_ok=True)
    shutil.copytree(CASES / "invalid" / "corpus" / "motif-shared", tmp_path, dirs_exist_ok=True)
    facts = tmp_path / "corpus" / "source" / "worlds" / "documents.jsonl"
    facts.write_text(facts.read_text().replace('"train"', '"test"'))
    assert check_corpus(tmp_path / "corpus" / "source") == []


def test_source_is_valid() -> None:
    result = run("corpus", "check")
    assert result.exit_code == 0
    assert result.output == ""


def test_trailing_space_is_an_error(whole_source: Path) -> None:
    path = whole_source / "worlds" / "tsoumar-06.txt"
    path.write_text(path.read_text(encoding="utf-8").rstrip("\n") + " \n", encoding="utf-8")
    assert _found(whole_source) == ["text-space"]


def test_curly_quotes_are_an_error(whole_source: Path) -> None:
    path = whole_source / "retold" / "retold-01.txt"
    path.write_text(path.read_text(encoding="utf-8").rstrip("\n") + " \u2019\n", encoding="utf-8")
    assert "text-characters" in _found(whole_source)


def test_shifted_text_is_an_error(whole_source: Path) -> None:
    path = whole_source / "worlds" / "tsoumar-06.txt"
    path.write_text("X" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert "span-text" in _found(whole_source)


def test_missing_token_is_an_error(whole_source: Path) -> None:
    path = whole_source / "worlds" / "tsoumar-06.tok"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([lines[0].partition(" ")[2], *lines[1:]]) + "\n", encoding="utf-8")
    assert "segmentation" in _found(whole_source)


def test_truncated_stand_off_is_an_error(whole_source: Path) -> None:
    path = whole_source / "worlds" / "tsoumar-06.ann"
    path.write_text(path.read_text(encoding="utf-8")[:-4], encoding="utf-8")
    assert "line-truncated" in _found(whole_source)


def test_order_that_is_not_canonical_is_an_error(whole_source: Path) -> None:
    path = whole_source / "worlds" / "tsoumar-06.ann"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([*lines[1:], lines[0]]), encoding="utf-8")
    assert _found(whole_source) == ["form"]


def test_world_in_two_splits_is_an_error(whole_source: Path) -> None:
    _edit(whole_source / "worlds" / "documents.jsonl", '"split":"train"', '"split":"test"')
    assert "world-split" in _found(whole_source)


def test_duplicate_document_is_an_error(whole_source: Path) -> None:
    path = whole_source / "retold" / "documents.jsonl"
    content = path.read_text(encoding="utf-8")
    path.write_text(content + content.splitlines()[0] + "\n", encoding="utf-8")
    assert "document-duplicate" in _found(whole_source)


def test_missing_text_is_an_error(whole_source: Path) -> None:
    (whole_source / "retold" / "retold-01.txt").unlink()
    assert _found(whole_source) == ["file-missing"]


def test_shared_run_of_words_is_an_error(whole_source: Path) -> None:
    sentence = (whole_source / "worlds" / "tsoumar-01.txt").read_text(encoding="utf-8")[:200]
    path = whole_source / "worlds" / "keldura-01.txt"
    path.write_text(path.read_text(encoding="utf-8").rstrip("\n") + "\n\n" + sentence.strip() + "\n", encoding="utf-8")
    assert "run-shared" in _found(whole_source)


def test_unknown_type_in_the_knowledge_base_is_an_error(whole_source: Path) -> None:
    _edit(whole_source / "kb" / "tsoumar.jsonl", '"type":"GPE"', '"type":"TOWN"')
    assert "kb-entry" in _found(whole_source)


def test_warnings_do_not_fail() -> None:
    result = run("corpus", "check", "--warnings")
    assert result.exit_code == 0

"""Joining of the AP story: other editions, a changed word, another text, partial joins."""

import json
import re
from pathlib import Path

import pytest
from conftest import ROOT, ids, run

from goldwire_corpus.errors import DataError
from goldwire_corpus.join.canonical_text import canonical
from goldwire_corpus.join.wire import join
from goldwire_corpus.source.files import source_root


@pytest.fixture
def story(article: Path) -> str:
    return article.read_text(encoding="utf-8")


def _join(tmp_path: Path, text: str, partial: bool = False):  # type: ignore[no-untyped-def]
    path = tmp_path / "edition.txt"
    path.write_text(text, encoding="utf-8")
    return join(path, partial)


def test_canonical_form_of_a_page() -> None:
    page = (
        "Tuesday  \n\nReturn to Menu - Page 1 2 3\nHeadline of the Day 01/28\n\n   A summary that is repeated.\n\n"
        "   LEMRE (AP) -- A summary that\nis repeated. "
        "\u201cYes,\u201d he said \u2014 \u2018no\u2019 \u2026\u00a0then left.\n\n"
        "   The end.\n\nCopyright X. All rights reserved.\nPowered by Y"
    )
    assert (
        canonical(page)
        == "LEMRE (AP) -- A summary that is repeated. \"Yes,\" he said -- 'no' ... then left.\n\nThe end."
    )


def test_canonical_form_is_a_fixed_point(story: str) -> None:
    once = canonical(story)
    assert canonical(once) == once


def test_join_has_all_gold_of_the_story(article: Path) -> None:
    joined = join(article, partial=False)
    document = joined.document
    assert joined.left_out == []
    assert len(document.events) >= 100
    assert len(document.mentions) >= 250
    trigger = {document.text[e.start : e.end] for e in document.events}
    assert {"killed", "stole", "ambush"} <= trigger
    assert all(entity.name for entity in document.entities)


@pytest.mark.parametrize("edition", ["wraps", "typographic", "bare", "crlf", "one line a paragraph"])
def test_other_editions_join(tmp_path: Path, story: str, edition: str) -> None:
    body = canonical(story)
    if edition == "wraps":
        text = re.sub(r"(.{40}\S*) ", r"\1\n", body)
    elif edition == "typographic":
        text = re.sub(r'(^|[\s(])"', "\\1\u201c", body).replace('"', "\u201d").replace("'", "\u2019")
        text = text.replace(" -- ", "\u2014").replace("Jan. ", "Jan.\u00a0")
    elif edition == "bare":
        text = body
    elif edition == "crlf":
        text = story.replace("\n", "\r\n")
    else:
        text = "\n\n".join(["Another Headline", "By A. WRITER", *body.split("\n\n"), "Copyright 2020 Someone."])
    assert _join(tmp_path, text).document.text == body


def test_changed_word_is_reported_and_nothing_written(tmp_path: Path, story: str) -> None:
    changed = tmp_path / "changed.txt"
    changed.write_text(story.replace("2,000 cattle", "3,000 cattle"), encoding="utf-8")
    out = tmp_path / "out"
    result = run("corpus", "join", changed, "--out", out)
    assert result.exit_code == 1
    number = 1 + next(i for i, p in enumerate(canonical(story).split("\n\n")) if "2,000 cattle" in p)
    assert f"paragraph {number} differs" in result.stderr
    assert not out.exists()


def test_join_of_another_story_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError) as error:
        _join(tmp_path, "LEMRE (AP) -- Quite another story, of which no paragraph is the one that was annotated here.")
    assert ids(error) == ["story-other"]
    with pytest.raises(DataError):
        _join(tmp_path, "x", partial=True)


def test_join_of_a_missing_or_empty_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError) as error:
        join(tmp_path / "none.txt", partial=False)
    assert ids(error) == ["file-missing"]
    with pytest.raises(DataError) as error:
        _join(tmp_path, "")
    assert ids(error) == ["story-other"]


def test_partial_join_keeps_matching_paragraphs(tmp_path: Path, story: str, article: Path) -> None:
    whole = join(article, partial=False).document
    text = story.replace("2,000 cattle", "3,000 cattle")
    part = _join(tmp_path, text, partial=True)
    assert part.left_out
    kept = {part.document.text[e.start : e.end] for e in part.document.events}
    assert kept <= {whole.text[e.start : e.end] for e in whole.events}
    assert "stole" not in kept
    for layer in ("mentions", "times", "events"):
        assert 0 < len(getattr(part.document, layer)) < len(getattr(whole, layer))
    surfaces = {m.id: whole.text[m.start : m.end] for m in whole.mentions}
    assert all(part.document.text[m.start : m.end] == surfaces[m.id] for m in part.document.mentions)


def test_partial_join_is_marked_in_data_and_score(tmp_path: Path, story: str) -> None:
    changed = tmp_path / "changed.txt"
    changed.write_text(story.replace("2,000 cattle", "3,000 cattle"), encoding="utf-8")
    out = tmp_path / "out"
    assert run("corpus", "join", changed, "--out", out, "--partial").exit_code == 0
    gold = out / "data" / "documents" / "wire.jsonl"
    figures = json.loads(run("score", gold, "--gold", gold, "--json", "-").stdout)
    assert "-partial#" in figures["signature"]
    assert {m["f1"] for m in figures["metrics"].values()} == {1.0}


def test_baseline_runs_on_the_story(article: Path) -> None:
    result = run("run", "rules", "--split", "wire", "--article", article, "--json", "-")
    assert result.exit_code == 0
    figures = json.loads(result.stdout)
    assert figures["documents"] == 1
    assert 0 < figures["metrics"]["trigger.cls"]["f1"] < 1


def test_stand_off_has_no_text_of_the_story() -> None:
    for path in (source_root() / "wire").glob("*.ann"):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("T"):
                assert line.endswith("\t"), "a span of the wire part must be stored without its surface"


@pytest.mark.slow
def test_no_file_shares_eight_words_with_the_story(story: str) -> None:
    def runs(text: str) -> set[tuple[str, ...]]:
        words = re.findall(r"[a-z0-9']+", text.lower())
        return {tuple(words[i : i + 8]) for i in range(len(words) - 7)}

    story_runs = runs(story)
    kinds = {".py", ".md", ".txt", ".jsonl", ".json", ".ann", ".toml", ".cff", ".css", ".js"}
    folders = [ROOT / name for name in ("annotation", "baselines", "corpus", "eval", "tests")]
    files = [*ROOT.glob("*.*"), *(path for folder in folders for path in folder.rglob("*") if path.is_file())]
    read = [path for path in files if path.suffix in kinds]
    assert len(read) > 100
    for path in read:
        assert not story_runs & runs(path.read_text(encoding="utf-8", errors="replace")), path

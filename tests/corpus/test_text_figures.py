"""Statistics of style, with expected values by hand, and their table with real texts."""

import json
from pathlib import Path

import pytest
from conftest import document, run

from goldwire_corpus.errors import DataError
from goldwire_corpus.release.text_figures import (
    STRETCH,
    TextFigures,
    figures_table,
    measure,
    measure_texts,
    read_real_figures,
)
from goldwire_corpus.schema.document import Argument, Event, Mention
from goldwire_corpus.source.files import source_root

# Eleven tokens: The king fled . | He said : " Never " .
TEXT = 'The king fled. He said: "Never".'


def test_figures_of_a_small_document() -> None:
    mentions = [
        Mention("m1", 0, 8, 4, 8, "PER", "NOM", "nil:king"), Mention("m2", 15, 17, 15, 17, "PER", "PRO", "nil:king"),
    ]  # fmt: skip
    fled = Event("e1", 9, 13, "Flee", "ACTUAL", "positive", None, None, "AUTHOR", "asserts", "nil:f",
                 [Argument("Person", "m1"), Argument("Person", "m2")])  # fmt: skip
    found = measure([document(TEXT, mentions=mentions, events=[fled])])
    tokens = 11
    assert found == TextFigures(
        documents=1,
        tokens=tokens,
        sentence_mean=5.5,
        sentence_spread=1.5,
        type_token_ratio=None,
        said=round(1000 / tokens, 1),
        quoted=round(1000 / tokens, 1),
        mentions=round(2000 / tokens, 1),
        pronouns=round(1000 / tokens, 1),
        named=0.0,
        events=round(1000 / tokens, 1),
        far_arguments=round(1000 / tokens, 1),
    )


def test_type_token_ratio_does_not_depend_on_length() -> None:
    """A longer text of the same words has the same ratio."""
    stretch = " ".join(f"word{n % 100}" for n in range(STRETCH))
    assert measure_texts([stretch]).type_token_ratio == 0.1
    assert measure_texts([stretch, stretch]).type_token_ratio == 0.1


def test_figures_without_text_are_an_error() -> None:
    with pytest.raises(DataError):
        measure_texts([])


def test_table_marks_figures_outside_the_range() -> None:
    def figures(said: float, mentions: float | None = None) -> TextFigures:
        return TextFigures(1, 100, 20.0, 9.0, 0.4, said, 0.0, mentions)

    table = figures_table({"train": figures(2.0, 200.0), "test": figures(4.0)}, {"x": figures(3.0), "y": figures(5.0)})
    rows = {line.split(" | ")[0].strip("| "): line for line in table.splitlines()}
    assert rows['"said"'] == '| "said" | 2 * | 4 | 3 to 5 | 3 | 5 |'
    assert rows["mentions"] == "| mentions | 200 | - |  | - | - |"


def test_command_stores_figures_and_no_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from goldwire_corpus.source import files

    folder = tmp_path / "real" / "re3d" / "UK Government"
    folder.mkdir(parents=True)
    (folder / "documents.json").write_text(json.dumps({"text": TEXT}) + "\n")
    monkeypatch.setattr(files, "source_root", lambda: tmp_path)
    monkeypatch.delenv("GOLDWIRE_ARTICLE", raising=False)
    result = run("corpus", "measure", "--real", tmp_path / "real")
    assert result.exit_code == 0, result.stderr
    stored = tmp_path / "real_text_figures.json"
    assert list(read_real_figures(stored)) == ["re3d: UK Government"]
    assert read_real_figures(stored)["re3d: UK Government"].tokens == 11
    assert "king" not in stored.read_text()


def test_command_without_real_texts_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GOLDWIRE_ARTICLE", raising=False)
    result = run("corpus", "measure", "--real", tmp_path)
    assert (result.exit_code, "[text-missing]" in result.stderr) == (1, True)


def test_stored_figures_are_current(article: Path, real: Path) -> None:
    from goldwire_corpus.join.copies import joined_documents
    from goldwire_corpus.parts import Copies
    from goldwire_corpus.release.text_figures import real_figures

    copies = Copies(article, real / "re3d")
    annotated = {"AP story": joined_documents("wire", copies), "field": joined_documents("field", copies)}
    assert real_figures(annotated, real) == read_real_figures(source_root() / "real_text_figures.json")

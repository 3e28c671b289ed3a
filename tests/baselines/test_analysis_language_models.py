"""The analysis section of the answers of language models, on small statistics."""

import json
from pathlib import Path
from typing import Any

import language_models
import pytest

from goldwire_baselines.leaderboard.board import LEADS
from goldwire_corpus.errors import DataError


def _statistics(path: Path, **changes: Any) -> Path:
    part = {
        "answers": 4, "quotes": 20, "completion_tokens": 600, "parse_rate": 0.75, "readable_rate": 1.0,
        "ungrounded_rate": 0.15, "shares": {"omissions": 0.6, "inventions": 0.25}, "f1": {LEADS[0]: 0.208},
    }  # fmt: skip
    settings = {"model": "stub-1b", "layout": "compact", "max_tokens": 900, "timeout": 5.0}
    path.write_text(json.dumps({"settings": settings, "parts": {"test": {**part, **changes}}}), encoding="utf-8")
    return path


def test_row_has_rates_shares_tokens_and_f1(tmp_path: Path) -> None:
    measured = tmp_path / "measured.json"
    language_models.add("llm", _statistics(tmp_path / "one.json"), measured)
    page = language_models.render(language_models.load(measured))
    # 600 tokens of 4 answers are 150 each; metrics without a figure have a dash.
    dashes = " | -" * (len(LEADS) - 1)
    assert f"| llm | test | 4 | 75.0 | 100.0 | 20 | 15.0 | 60.0 | 25.0 | 150 | 20.8{dashes} |" in page
    assert "- llm is stub-1b: layout compact, max_tokens 900." in page


def test_second_run_of_a_model_replaces_the_first(tmp_path: Path) -> None:
    measured = tmp_path / "measured.json"
    for name, answers in (("b", 4), ("a", 2), ("b", 8)):
        language_models.add(name, _statistics(tmp_path / "one.json", answers=answers), measured)
    assert {name: found.parts["test"].answers for name, found in language_models.load(measured).items()} == {
        "a": 2,
        "b": 8,
    }


def test_page_says_so_without_models(tmp_path: Path) -> None:
    assert "No model has been run yet." in language_models.render(language_models.load(tmp_path / "none.json"))


def test_other_file_is_refused_and_the_stored_ones_kept(tmp_path: Path) -> None:
    measured = tmp_path / "measured.json"
    language_models.add("llm", _statistics(tmp_path / "one.json"), measured)
    before = measured.read_bytes()
    (tmp_path / "two.json").write_text("{}", encoding="utf-8")
    with pytest.raises(DataError, match="expected statistics of a run"):
        language_models.add("llm", tmp_path / "two.json", measured)
    assert measured.read_bytes() == before

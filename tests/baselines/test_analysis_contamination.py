"""The analysis section of the probe for contamination, on small results."""

import json
from pathlib import Path
from typing import Any

import contamination
import msgspec
import pytest
from conftest import ids

from goldwire_corpus.errors import DataError


def _row(**changes: Any) -> dict[str, Any]:
    row = {
        "documents": 4, "answered": 3, "records": 5, "f1": 0.0215, "interval": [0.01, 0.04], "chance": 0.02,
        "chance_95": 0.033, "p": 0.4, "possible": 0.41,
    }  # fmt: skip
    return {**row, **changes}


def _result(path: Path, name: str = "llm", **fields: Any) -> Path:
    content = {"name": name, "model": "stub-1b", "settings": {"records": 3}, "parts": {"test": _row()}, **fields}
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def _load(measured: Path, recorded: Any = None) -> str:
    return contamination.render(contamination.load(measured), recorded or {})


def test_row_has_chance_and_both_figures_with_the_text(tmp_path: Path) -> None:
    measured = tmp_path / "measured.json"
    asked = {"parts": {"test": _row(f1=0.15)}}
    contamination.add(_result(tmp_path / "one.json", with_text=asked), measured)
    page = _load(measured, {"llm": {"test": 0.12}})
    row = "| llm | test | 4 | 3 (5) | 2.1 (1.0 to 4.0) | 2.0 | 3.3 | 0.400 | 41.0 | 15.0 | 12.0 |"
    assert row in page
    assert "llm is stub-1b." in page


def test_figures_that_are_undefined_are_dashes(tmp_path: Path) -> None:
    measured = tmp_path / "measured.json"
    nothing = _row(interval=None, chance=None, chance_95=None, p=None)
    contamination.add(_result(tmp_path / "one.json", parts={"wire": nothing}), measured)
    assert "| llm | wire | 4 | 3 (5) | 2.1 | - | - | - | 41.0 | - | - |" in _load(measured)


def test_result_replaces_that_of_the_same_name(tmp_path: Path) -> None:
    measured = tmp_path / "measured.json"
    contamination.add(_result(tmp_path / "one.json"), measured)
    contamination.add(_result(tmp_path / "two.json", name="big"), measured)
    contamination.add(_result(tmp_path / "three.json", model="stub-7b"), measured)
    assert [(one.name, one.model) for one in contamination.load(measured)] == [("big", "stub-1b"), ("llm", "stub-7b")]


def test_file_that_is_not_a_result_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    path.write_text('{"settings": {}}', encoding="utf-8")
    with pytest.raises(DataError) as error:
        contamination.add(path, tmp_path / "measured.json")
    assert ids(error) == ["record-format"]
    assert not (tmp_path / "measured.json").exists()


def test_section_without_results_says_so() -> None:
    assert "No model has been asked yet." in contamination.render([], {})


def test_section_renders_what_is_stored() -> None:
    page = contamination.section()
    assert page.startswith("### ")
    for one in contamination.load():
        assert f"| {one.name} | " in page
        assert msgspec.to_builtins(one)["parts"]

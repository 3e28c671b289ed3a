"""`goldwire corpus edit` on a copy of the source, with a script as editor."""

import shutil
from pathlib import Path

import pytest
from conftest import ROOT, run


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    copy = tmp_path / "source"
    shutil.copytree(ROOT / "corpus" / "source", copy)
    for module in ("source.files", "edit"):
        monkeypatch.setattr(f"goldwire_corpus.{module}.source_root", lambda: copy)
    return copy


def _edit(monkeypatch: pytest.MonkeyPatch, folder: Path, command: str, doc: str = "tsoumar-06") -> tuple[int, str]:
    editor = folder / "editor.sh"
    editor.write_text(f'#!/bin/sh\n{command} "$1"\n', encoding="utf-8")
    editor.chmod(0o755)
    monkeypatch.setenv("EDITOR", str(editor))
    monkeypatch.delenv("VISUAL", raising=False)
    result = run("corpus", "edit", doc)
    return result.exit_code, result.output + result.stderr


def test_corrected_label_is_one_changed_line(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, output = _edit(monkeypatch, tmp_path, "sed -i 's/Modifier T13 at-least/Modifier T13 about/'")
    assert code == 0, output
    assert "2 lines changed" in output  # one line removed, one added
    path = source / "worlds" / "tsoumar-06.ann"
    assert "A133\tModifier T13 about\n" in path.read_text(encoding="utf-8")


def test_edit_sorts_lines(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = source / "worlds" / "tsoumar-06.ann"
    before = path.read_bytes()
    code, output = _edit(monkeypatch, tmp_path, 'sort -o "$1"')
    assert code == 0, output
    assert "0 lines changed" in output
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("command", "error_id"),
    [
        ("sed -i 's/Modifier T13 at-least/Modifier T13 most/'", "modifier-unknown"),
        ("sed -i 's/^T1\tGPE 0 6\tKELBUZ/T1\tGPE 0 5\tKELBUZ/'", "span-text"),
        ("sed -i '1d'", "link-dangling"),
    ],
)
def test_edit_reports_errors_and_keeps_the_file(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, error_id: str
) -> None:
    code, output = _edit(monkeypatch, tmp_path, command)
    assert code == 1
    assert f"[{error_id}]" in output
    assert (source / "worlds" / "tsoumar-06.ann").read_bytes() != (
        ROOT / "corpus" / "source" / "worlds" / "tsoumar-06.ann"
    ).read_bytes()


def test_edit_of_an_unknown_document_is_an_error(source: Path) -> None:
    assert "document-unknown" in run("corpus", "edit", "nowhere-01").stderr

import json
from pathlib import Path

import pytest
from conftest import ROOT, ids, run

from goldwire_annotation.audit import audit_table
from goldwire_annotation.passes import annotated
from goldwire_corpus.errors import DataError

VERDICT = {"doc": "retold-01", "layer": "trigger", "description": "", "correct": None, "reason": ""}


def _verdicts(folder: Path, rows: list[dict[str, str]]) -> Path:
    lines = [json.dumps(VERDICT | row) + "\n" for row in rows]
    (folder / "retold-01.jsonl").write_text("".join(lines), encoding="utf-8")
    return folder


def test_verdicts_are_counted_by_layer_and_decision(tmp_path: Path) -> None:
    rows = [
        {"verdict": "A", "decision": "corrected"}, {"verdict": "E", "decision": "kept"},
        {"verdict": "E", "decision": "corrected"}, {"verdict": "G"}, {"verdict": "G", "layer": "anchor"},
    ]  # fmt: skip
    table = run("annotate", "audit", _verdicts(tmp_path, rows)).stdout.splitlines()
    assert table[0].startswith("| | retold, 1 documents: wrong of labels |")
    d = annotated("retold-01", None)
    anchors = sum(bool(c.earliest or c.latest) for c in d.event_clusters)
    assert [line for line in table if line.startswith(("| trigger", "| anchor"))] == [
        f"| trigger | 1 of {len(d.events)} ({100 / len(d.events):.1f} %) | 1 | 1 | 1 |",
        f"| anchor | 0 of {anchors} (0.0 %) | 0 | 0 | 1 |",
    ]


def test_pairs_are_counted_apart(tmp_path: Path) -> None:
    _verdicts(tmp_path, [{"verdict": "G"}])
    (tmp_path / "pairs").mkdir()
    _verdicts(tmp_path / "pairs", [{"verdict": "A", "decision": "corrected", "layer": "relation"}])
    table = audit_table(tmp_path).splitlines()
    judged = (ROOT / "annotation" / "pairs" / "gold" / "retold-01.jsonl").read_text(encoding="utf-8").splitlines()
    assert table[0].startswith("| | retold, 1 documents")
    assert table[-1] == f"| relation | 1 of {len(judged)} ({100 / len(judged):.1f} %) | 0 | 0 | 0 |"


def test_unknown_verdict_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError) as raised:
        audit_table(_verdicts(tmp_path, [{"verdict": "B"}]))
    assert "retold-01.jsonl:1" in str(raised.value)


def test_folder_without_verdicts_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError) as raised:
        audit_table(tmp_path)
    assert ids(raised) == ["verdicts-missing"]

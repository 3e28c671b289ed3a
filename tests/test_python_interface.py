"""Python interface: the same figures and signature as the command, from all kinds of sources."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import goldwire as gw
import pytest
from conftest import run

from goldwire_corpus.load import DATA
from goldwire_corpus.schema.prediction import Prediction, PredMention

GOLD = DATA / "documents" / "test.jsonl"


def _rows() -> list[dict[str, Any]]:
    """Return predictions in which every second mention has a wrong type."""
    rows = []
    for line in GOLD.read_text(encoding="utf-8").splitlines():
        document = json.loads(line)
        keys = ("start", "end", "type", "level", "entity")
        mentions = [{key: m[key] for key in keys} for m in document["mentions"]]
        for mention in mentions[::2]:
            mention["type"] = "COM"
        rows.append({"id": document["id"], "mentions": mentions})
    return rows


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("interface") / "my.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in _rows()), encoding="utf-8")
    return path


def test_same_figures_as_the_command(path: Path) -> None:
    printed = json.loads(run("score", path, "--split", "test", "--json", "-").stdout)
    assert gw.score(path, split="test").to_dict() == printed


def test_dicts_objects_and_dataset_rows_score_as_the_file(path: Path) -> None:
    from datasets import Dataset

    expected = gw.score(path, split="test").to_dict()["metrics"]
    objects = [Prediction(id=r["id"], mentions=[PredMention(**m) for m in r["mentions"]]) for r in _rows()]
    for source in (_rows(), objects, Dataset.from_list(_rows())):
        assert gw.score(source, split="test").to_dict()["metrics"] == expected


def test_rows_of_the_corpus_are_gold_and_predictions() -> None:
    rows = gw.load("documents", split="test")
    scores = gw.score(rows, gold=rows)
    assert {name for name, score in scores.items() if score.f1 not in (1, None)} == set()
    assert scores["mention.exact"].tp == sum(len(row["mentions"]) for row in rows)


def test_rows_written_by_a_dataset_are_read(tmp_path: Path) -> None:
    rows = gw.load("documents", split="test").map(lambda row: {"titles": row["titles"]})
    rows.to_json(tmp_path / "mapped.jsonl")
    assert gw.score(tmp_path / "mapped.jsonl", split="test")["ner"].f1 == 1


def test_score_has_named_figures(path: Path) -> None:
    score = gw.score(path, split="test", metrics="mention.exact")["mention.exact"]
    total = sum(len(row["mentions"]) for row in _rows())
    assert score.tp is not None
    assert score.fp is not None
    assert score.tp + score.fp == total
    assert score.precision == score.tp / total
    assert score.interval is not None
    assert score.interval[0] <= (score.f1 or 0) <= score.interval[1]
    assert "mention.exact" in repr(score)


def test_scores_export(path: Path, tmp_path: Path) -> None:
    scores = gw.score(path, split="test")
    frame = scores.to_dataframe(by="document")
    assert set(frame["document"]) == {row["id"] for row in _rows()}
    scores.to_json(tmp_path / "scores.json")
    assert json.loads((tmp_path / "scores.json").read_bytes()) == scores.to_dict()
    scores.to_html(tmp_path / "scores.html")
    assert "mention.exact" in (tmp_path / "scores.html").read_text(encoding="utf-8")
    assert scores.signature in repr(scores)
    assert scores._repr_html_().count("<tr>") == len(scores) + 1


def test_compare_and_validate(path: Path) -> None:
    result = gw.compare(path, GOLD, split="test")
    assert result["mention.exact"].difference == pytest.approx(1 - (result["mention.exact"].first or 0))
    errors = gw.validate([{"id": "tarqueny-04", "mentions": [{"quote": "Nowhere", "type": "PERSON"}]}])
    assert [(e.id, e.path, e.line) for e in errors] == [("type-unknown", "predictions", 1)]
    assert gw.validate(path) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"split": "tets"}, "did you mean 'test'?"),
        ({"metrics": "mention.exakt"}, "did you mean mention.exact or"),
        ({"labels": "ACE"}, "unknown label set 'ACE'; expected one of goldwire"),
        ({"profile": "x"}, "unknown profile 'x'"),
        ({"quotes": "fuzzy"}, "invalid policy"),
        ({"split": "test", "gold": GOLD}, "exclude each other"),
    ],
)
def test_unknown_arguments_raise_a_usage_error(path: Path, arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(gw.UsageError) as error:
        gw.score(path, **arguments)
    assert message in str(error.value)


def test_row_of_another_type_raises_a_usage_error() -> None:
    with pytest.raises(gw.UsageError, match="row 1 of predictions is a int; expected a dict"):
        gw.score([1])  # type: ignore[list-item]


def test_import_is_light() -> None:
    script = "import sys, goldwire; print([m for m in ('numpy', 'datasets', 'rich', 'click') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout == "[]\n"
    assert set(gw.__all__) <= set(dir(gw))

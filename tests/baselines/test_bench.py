"""`goldwire bench`, its stored results, and the tables of the READMEs."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

from goldwire_baselines.leaderboard import BASELINES, readme_tables
from goldwire_corpus.load import data_signature

STORED: dict[str, Any] = json.loads((ROOT / "baselines" / "results.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def fresh() -> dict[str, Any]:
    """Run the command as a user does, in a process of its own.

    The last bits of a regression's sums depend on where its arrays lie in memory, so on the tests run before it.
    """
    command = [str(Path(sys.executable).parent / "goldwire"), "bench", "--json", "-"]
    return dict(json.loads(subprocess.run(command, capture_output=True, check=True).stdout))


@pytest.mark.slow
def test_stored_results_are_current(fresh: dict[str, Any]) -> None:
    """Results of rules are equal; other processors may change a few labels of regressions."""
    assert list(fresh) == list(STORED) == list(BASELINES)
    assert fresh["rules"] == STORED["rules"]
    for name, metric in STORED["linear"]["metrics"].items():
        assert fresh["linear"]["metrics"][name]["f1"] == pytest.approx(metric["f1"], abs=0.02)


def test_readmes_have_the_stored_results() -> None:
    for path, tables in readme_tables(STORED).items():
        page = (ROOT / path).read_text(encoding="utf-8")
        for name, table in tables.items():
            assert f"<!-- {name} -->\n{table}<!-- /{name} -->" in page, f"{path}: run `goldwire bench --update`"


@pytest.mark.slow
def test_results_have_the_signature_of_the_data(fresh: dict[str, Any]) -> None:
    assert f"|data:{data_signature()}|" in fresh["rules"]["signature"]


@pytest.mark.slow
@pytest.mark.parametrize("name", BASELINES)
def test_baseline_attempts_every_layer(fresh: dict[str, Any], name: str) -> None:
    metrics = fresh[name]["metrics"]
    for metric in (
        "ner",
        "mention.head",
        "time.span",
        "quantity.span",
        "trigger.cls",
        "argument.cls@entity",
        "record.ceaf",
    ):
        assert metrics[metric]["f1"] > 0.03, metric
        low, high = metrics[metric]["interval"]
        assert low <= metrics[metric]["f1"] <= high
    assert not fresh[name]["validation_errors"]
    assert not fresh[name]["missing"]


@pytest.mark.parametrize("name", BASELINES)
def test_baseline_without_training_finds_no_events(name: str) -> None:
    from conftest import document

    from goldwire_eval.extractor import create

    extractor = create(name)
    extractor.fit([])
    prediction = extractor.predict(document("Two guards were killed at Lemre on Monday, March 11."))
    assert prediction.events == []
    assert [t.value for t in prediction.times or ()]


def test_leaderboard_has_dashes_for_missing_layers() -> None:
    from goldwire_baselines.leaderboard import leaderboard

    part = {"metrics": {"ner": {"f1": 0.5, "interval": None}}, "documents": 10, "split": "test", "signature": "s"}
    lines = list(leaderboard({"part": part}))
    assert next(line for line in lines if line.startswith("ner")).split() == ["ner", "50.0"]
    assert next(line for line in lines if line.startswith("time.value")).split() == ["time.value", "-"]

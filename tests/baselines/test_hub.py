"""Exports for the Hugging Face Hub, read back by its own library."""

from pathlib import Path

import pytest
import yaml
from conftest import run
from records import held_out, predictions

from goldwire_baselines.leaderboard import hub
from goldwire_baselines.leaderboard.folder import make_record
from goldwire_baselines.leaderboard.record import HELD_OUT, Record, encode
from goldwire_eval.metrics.registry import HEADLINE


@pytest.fixture(scope="module")
def record() -> Record:
    runs = {seed: {HELD_OUT: predictions(leave)} for seed, leave in enumerate((3, 4))}
    return make_record("mine", runs, held_out(), description="a test", url="https://example.org/mine")


def test_eval_results_are_read_by_the_hub_library(record: Record) -> None:
    hub_library = pytest.importorskip("huggingface_hub", minversion="1.3")
    entries = hub_library.parse_eval_result_entries(yaml.safe_load(hub.eval_results(record, "org/goldwire", "abc123")))
    assert entries
    by_task = {entry.task_id: entry for entry in entries}
    assert by_task.keys() <= {hub.task_id(metric) for metric in HEADLINE}
    entry = by_task["trigger_cls"]
    f1 = record.mean[HELD_OUT]["trigger.cls"].f1
    assert f1 is not None
    assert entry.value == pytest.approx(100 * f1, abs=0.006)
    assert (entry.dataset_id, entry.dataset_revision) == ("org/goldwire", "abc123")
    assert (entry.source_url, entry.source_name) == ("https://example.org/mine", "mine")
    assert "95 % interval" in entry.notes
    assert "mean of 2 seeds" in entry.notes
    # What the library writes of its entries is what was written.
    assert hub_library.eval_result_entries_to_yaml(entries) == yaml.safe_load(
        hub.eval_results(record, "org/goldwire", "abc123")
    )


def test_model_index_is_read_by_model_cards(record: Record) -> None:
    from huggingface_hub import ModelCard

    card = ModelCard(f"---\n{hub.model_index(record, 'org/goldwire')}---\n# A model\n")
    assert card.data.model_name == "mine"
    results = {result.metric_name: result for result in card.data.eval_results}
    assert len(results) == len(yaml.safe_load(hub.eval_results(record, "org/goldwire")))
    one = results["F1 ner"]
    assert (one.dataset_type, one.dataset_split, one.metric_type) == ("org/goldwire", HELD_OUT, "f1")
    assert one.metric_value == pytest.approx(100 * (record.mean[HELD_OUT]["ner"].f1 or 0), abs=0.006)
    assert one.metric_args == {"signature": record.signatures[HELD_OUT]}
    # A round trip through the card's own YAML keeps all of them.
    assert len(ModelCard(str(card)).data.eval_results) == len(results)


def test_command(record: Record, tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    path.write_bytes(encode(record))
    export = ("leaderboard", "export", path, "--dataset", "org/goldwire")
    out = tmp_path / ".eval_results" / "goldwire.yaml"
    assert run(*export, "--format", "eval-results", "--out", out).exit_code == 0
    assert out.read_text(encoding="utf-8") == hub.eval_results(record, "org/goldwire")
    printed = run(*export, "--format", "model-index", "--part", "retold").stdout
    assert printed == hub.model_index(record, "org/goldwire", part="retold")
    result = run(*export, "--format", "model-index", "--part", "wire")
    assert result.exit_code == 2
    assert "has no part 'wire'" in result.stderr

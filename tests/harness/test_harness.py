"""The tasks of lm-evaluation-harness and Inspect, each run as a user runs it on an endpoint that answers from a table.

What a harness reports must be what `goldwire score --lenient` reports of the same answers.
"""

import json
import math
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import goldwire as gw
import pytest
import yaml
from conftest import ROOT, run
from goldwire.harness import answer_figures
from goldwire.harness.answer_figures import METRICS, PARSE_RATE, figures, prompt_rows
from stub_endpoint import endpoint

BIN = Path(sys.executable).parent
SPLIT = "validation"


def _answers() -> dict[str, str]:
    """Return answers by document id: parts of gold, bare, fenced and talked about, with mistakes; some unreadable."""
    found = {}
    for number, row in enumerate(prompt_rows(SPLIT)):
        gold = json.loads(row["target"])
        for layer in ("mentions", "events"):
            gold[layer] = [x for i, x in enumerate(gold[layer]) if (i + number) % 4]
        ids = {x["id"] for layer in ("mentions", "times", "quantities", "titles", "events") for x in gold[layer]}
        for event in gold["events"]:
            event["arguments"] = [a for a in event["arguments"] if a["filler"] in ids]
            event["source"] = event["source"] if event["source"] in ids else "AUTHOR"
        gold["times"].append({"id": "extra", "quote": "the day of no such words", "type": "DATE", "value": "2020"})
        plain = json.dumps(gold)
        ways = (plain, f"Here it is:\n```json\n{plain}\n```\nAnything else?", f"{plain}\n\nDone.", "I cannot do that.")
        found[row["id"]] = ways[number % 4]
    return found


ANSWERS = _answers()


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, float]:
    """Return what the command reports of the answers, read as the README says."""
    path = tmp_path_factory.mktemp("answers") / "answers.jsonl"
    with pytest.warns(UserWarning, match="6 of 24 answers"):
        rows = gw.read_answers(ANSWERS)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    printed = run("score", path, "--split", SPLIT, "--lenient", "--metrics", ",".join(METRICS), "--json", "-").stdout
    metrics = json.loads(printed)["metrics"]
    assert 0.5 < metrics["mention.exact"]["f1"] < 1
    return {PARSE_RATE: 18 / 24, **{name: metrics[name]["f1"] for name in METRICS}}


@pytest.fixture(scope="module")
def served() -> Iterator[Any]:
    with endpoint({row["prompt"]: ANSWERS[row["id"]] for row in prompt_rows(SPLIT)}) as address_and_requests:
        yield address_and_requests


def _environment(**more: str) -> dict[str, str]:
    return {**os.environ, "HF_HUB_OFFLINE": "1", "NO_COLOR": "1", **more}


def test_figures_are_those_of_the_command(expected: dict[str, float]) -> None:
    with pytest.warns(UserWarning, match="6 of 24 answers"):
        assert figures(ANSWERS) == expected


def test_figures_of_some_documents_have_the_gold_of_these() -> None:
    some = dict(list(ANSWERS.items())[:3])
    gold = [d for d in gw.load("documents", split=SPLIT) if d["id"] in some]
    scores = gw.score(gw.read_answers(some), gold=gold, lenient=True, metrics="mention.exact")
    assert figures(some)["mention.exact"] == scores["mention.exact"].f1


def test_layers_that_no_answer_gives_are_undefined() -> None:
    found = figures({"haldmark-01": '{"mentions": []}'})
    assert found["mention.exact"] == 0
    assert math.isnan(found["trigger.cls"])


def test_answers_without_json_score_zero() -> None:
    with pytest.warns(UserWarning, match="1 of 1 answers"):
        found = figures({"haldmark-01": "No."})
    assert {found[name] for name in ("ner", "trigger.head", "argument.attached.cls@entity", PARSE_RATE)} == {0}


@pytest.mark.parametrize("answers", [{}, {"nowhere-01": "{}"}])
def test_answers_to_nothing_are_an_error(answers: dict[str, str]) -> None:
    with pytest.raises(gw.UsageError, match=r"no answers to score|unknown document 'nowhere-01'"):
        figures(answers)


def test_metrics_of_the_task_file_are_those_of_the_code() -> None:
    class Loader(yaml.SafeLoader):
        pass

    Loader.add_constructor("!function", lambda loader, node: loader.construct_scalar(node))  # type: ignore[arg-type]
    path = Path(answer_figures.__file__).with_name("goldwire.yaml")
    task = yaml.load(path.read_text(encoding="utf-8"), Loader)
    assert [m["metric"] for m in task["metric_list"]] == [PARSE_RATE, *METRICS]


def test_block_of_the_page_runs(capsys: pytest.CaptureFixture[str]) -> None:
    page = (ROOT / "docs" / "harness.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```python\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    exec(block, {})
    assert capsys.readouterr().out == "1.0\n"


@pytest.mark.slow
def test_lm_evaluation_harness(served: Any, expected: dict[str, float], tmp_path: Path) -> None:
    address, requests = served
    before = len(requests)
    folder = subprocess.run([sys.executable, "-m", "goldwire.harness"], capture_output=True, text=True, check=True)
    command = [
        str(BIN / "lm_eval"), "--model", "local-chat-completions", "--tasks", "goldwire", "--apply_chat_template",
        "--model_args", f"model=stub,base_url={address}/chat/completions,num_concurrent=2",
        "--include_path", folder.stdout.strip(), "--metadata", json.dumps({"split": SPLIT}),
        "--output_path", str(tmp_path),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=_environment())
    assert done.returncode == 0, done.stderr[-3000:]
    (path,) = tmp_path.rglob("results_*.json")
    results = json.loads(path.read_text(encoding="utf-8"))["results"]["goldwire"]
    assert {name: results[f"{name},none"] for name in expected} == pytest.approx(expected, abs=1e-12)
    asked = [request["messages"][-1]["content"] for request in requests[before:]]
    assert sorted(p.strip() for p in asked) == sorted(row["prompt"].strip() for row in prompt_rows(SPLIT))


@pytest.mark.slow
def test_lm_evaluation_harness_with_its_dummy_model(tmp_path: Path) -> None:
    """A model that answers "lol" to each of three documents."""
    command = [
        str(BIN / "lm_eval"), "--model", "dummy", "--tasks", "goldwire", "--limit", "3", "--num_fewshot", "1",
        "--include_path", str(ROOT / "eval" / "goldwire" / "harness"), "--output_path", str(tmp_path), "--log_samples",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=_environment())
    assert done.returncode == 0, done.stderr[-3000:]
    (path,) = tmp_path.rglob("results_*.json")
    results = json.loads(path.read_text(encoding="utf-8"))["results"]["goldwire"]
    assert {results[f"{name},none"] for name in (PARSE_RATE, *METRICS)} == {0}
    (path,) = tmp_path.rglob("samples_*.jsonl")
    samples = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert len(samples) == 3
    # The example is a document of train with its target.
    example = samples[0]["arguments"]["gen_args_0"]["arg_0"].partition("\n\nExtract the annotations")[0]
    assert any(row["target"] in example for row in prompt_rows("train"))


@pytest.mark.slow
def test_inspect(served: Any, expected: dict[str, float], tmp_path: Path) -> None:
    address, _ = served
    command = [
        str(BIN / "inspect"), "eval", "goldwire/extraction", "--model", "openai-api/stub/stub", "-T", f"split={SPLIT}",
        "--log-dir", str(tmp_path), "--log-format", "json", "--display", "plain",
    ]  # fmt: skip
    environment = _environment(STUB_API_KEY="none", STUB_BASE_URL=address)
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=tmp_path)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    (path,) = tmp_path.glob("*.json")
    log = json.loads(path.read_text(encoding="utf-8"))
    assert log["status"] == "success"
    (score,) = log["results"]["scores"]
    assert {name: m["value"] for name, m in score["metrics"].items()} == pytest.approx(expected, abs=1e-12)
    assert [s["scores"]["answers"]["value"] for s in log["samples"]].count(True) == 18

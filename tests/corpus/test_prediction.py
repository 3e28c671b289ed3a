"""JSON Schema of a prediction, tested with the package jsonschema."""

import json
from typing import Any

import pytest
from conftest import run
from jsonschema import Draft202012Validator

from goldwire_corpus.load import DATA

SCHEMA = json.loads(run("corpus", "schema").output)


def _errors(row: dict[str, Any]) -> list[str]:
    return [error.json_path for error in Draft202012Validator(SCHEMA).iter_errors(row)]


def test_json_schema_is_valid() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("split", ["train", "validation", "test", "retold"])
def test_gold_is_a_valid_prediction(split: str) -> None:
    for line in (DATA / "documents" / f"{split}.jsonl").read_text(encoding="utf-8").splitlines():
        assert _errors(json.loads(line)) == []


def test_target_of_a_prompt_is_a_valid_prediction() -> None:
    for line in (DATA / "prompts" / "test.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        assert _errors({"id": row["document"], **json.loads(row["target"])}) == []


@pytest.mark.parametrize(
    "row",
    [
        {"mentions": []},
        {"id": "d", "mentionz": []},
        {"id": "d", "mentions": [{"start": 0, "end": 2, "type": "CITY"}]},
        {"id": "d", "mentions": [{"start": -1, "end": 2, "type": "PER"}]},
        {"id": "d", "events": [{"quote": "x", "type": "Die", "realis": "SURE"}]},
        {"id": "d", "events": [{"quote": "x", "type": "Die", "arguments": [{"role": "Who", "filler": "m"}]}]},
        {"id": "d", "events": [{"quote": "x", "type": "Die",
                                "arguments": [{"role": "Count", "filler": "q", "scope": "most"}]}]},
        {"id": "d", "times": [{"quote": "x", "type": "DAY"}]},
    ],
)  # fmt: skip
def test_schema_rejects_invalid_predictions(row: dict[str, Any]) -> None:
    assert _errors(row)

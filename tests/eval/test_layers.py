"""Layers that gold lacks are not scored and are named; gold without any layer is an error."""

import json
from pathlib import Path
from typing import Any

import pytest

from goldwire_corpus.errors import DataError
from goldwire_eval.policy import Policies
from goldwire_eval.readers.reference import Gold
from goldwire_eval.scored import Scored
from goldwire_eval.scorer import score_file

TEXT = "Oda met Ila in Lemre."
ODA = {"start": 0, "end": 3, "type": "PER"}


def scored(folder: Path, gold: dict[str, Any], pred: dict[str, Any], labels: str = "goldwire") -> Scored:
    for name, row in (("gold", {"text": TEXT, **gold}), ("pred", pred)):
        (folder / f"{name}.jsonl").write_text(json.dumps({"id": "d1", **row}) + "\n", encoding="utf-8")
    return score_file(folder / "pred.jsonl", Gold.of_files([folder / "gold.jsonl"]), Policies(labels=labels))


def test_layer_that_gold_lacks_is_not_scored(tmp_path: Path) -> None:
    pred = {
        "mentions": [{**ODA, "entity": "a"}],
        "events": [{"start": 4, "end": 7, "type": "Meet", "realis": "ACTUAL", "arguments": []}],
    }
    found = scored(tmp_path, {"mentions": [ODA]}, pred)
    assert found.metrics == ["ner", "mention.exact", "mention.untyped", "mention.head", "mention.partial"]
    assert found.not_scored == {
        "coref": "no gold mention has `entity`",
        "events": "no gold document has `events`",
        "arguments": "no gold document has `events`",
        "realis": "no gold document has `events`",
    }
    assert found.notes == [
        "not scored: coref (no gold mention has `entity`); events, arguments, realis (no gold document has `events`)"
    ]
    # A spurious event would be an error of a layer that is not scored.
    assert sum(found.errors.counts(found.attempted).values()) == 0


def test_attribute_that_no_gold_event_has_is_not_scored(tmp_path: Path) -> None:
    event = {"start": 4, "end": 7, "type": "Meet"}
    pred = {"events": [{**event, "realis": "ACTUAL", "polarity": "positive"}]}
    found = scored(tmp_path, {"events": [{**event, "polarity": "positive"}]}, pred)
    assert "trigger.realis" not in found.metrics
    assert "trigger.polarity" in found.metrics
    assert found.not_scored["realis"] == "no gold event has `realis`"
    assert found.not_scored["attributes"] == "no gold event has both `realis` and `polarity`"


def test_empty_layer_of_gold_is_scored(tmp_path: Path) -> None:
    found = scored(tmp_path, {"mentions": []}, {"mentions": [{**ODA, "entity": "a"}]})
    assert found.total("mention.exact") == (0, 1, 0)
    assert "coref.b3" in found.metrics
    assert found.not_scored == {}
    assert found.notes == []


def test_gold_with_empty_lists_of_clusters_has_links(tmp_path: Path) -> None:
    pred = {"mentions": [{**ODA, "entity": "a"}], "entities": [{"id": "a", "link": "Q1"}]}
    assert "link" in scored(tmp_path, {"mentions": [ODA], "entities": []}, pred).metrics
    assert "link" not in scored(tmp_path, {"mentions": [ODA]}, pred).metrics


def test_layers_that_the_submission_lacks_are_not_named(tmp_path: Path) -> None:
    assert scored(tmp_path, {"mentions": [ODA]}, {"mentions": [ODA]}).not_scored == {}


@pytest.mark.parametrize(
    ("key", "tool"),
    [("spans", "Prodigy"), ("ner", "DyGIE"), ("ner_tags", "Hugging Face")],
)
def test_gold_without_layers_is_an_error_that_names_keys_of_other_tools(tmp_path: Path, key: str, tool: str) -> None:
    with pytest.raises(DataError) as error:
        scored(tmp_path, {key: {"PER": "Oda"}}, {"mentions": [ODA]})
    (found,) = error.value.errors
    assert (found.id, found.path) == ("layers-missing", str(tmp_path / "gold.jsonl"))
    assert f"found `{key}` ({tool}), which is not read" in found.message


def test_gold_without_layers_or_foreign_keys_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"such as `mentions` or `events`$"):
        scored(tmp_path, {}, {"mentions": [ODA]})


def test_ner_without_levels_is_noted_where_gold_has_other_levels(tmp_path: Path) -> None:
    gold = {"mentions": [{**ODA, "level": "NAM"}, {"start": 8, "end": 11, "type": "PER", "level": "NOM"}]}
    note = "ner: no predicted mention has a level, so that all count as names (NAM)"
    assert scored(tmp_path, gold, {"mentions": [ODA]}).notes == [note]
    assert scored(tmp_path, gold, {"mentions": [{**ODA, "level": "NAM"}]}).notes == []
    assert scored(tmp_path, {"mentions": [{**ODA, "level": "NAM"}]}, {"mentions": [ODA]}).notes == []

"""Rows of JSON Lines as other software rewrites them, unknown keys, and invalid items."""

import json
from pathlib import Path
from typing import Any

import pytest

from goldwire_corpus.load import DATA, load
from goldwire_eval.metrics.prf import Counts
from goldwire_eval.policy import Policies
from goldwire_eval.readers.reference import Gold
from goldwire_eval.scored import Scored
from goldwire_eval.scorer import score_file

TEXT = "Mara left Oslo."
MENTION = {"start": 0, "end": 4, "type": "PER"}
RECORD = {"type": "Attack", "earliest": "2025-06-04", "latest": "2025-06-04"}
LENIENT = Policies(invalid="wrong")
GOLD = {"id": "d", "text": TEXT, "published": "2025-06-04", "mentions": [MENTION], "records": [RECORD]}


def scored(
    tmp_path: Path,
    *rows: dict[str, Any],
    gold: dict[str, Any] = GOLD,
    policies: Policies = Policies(invalid="wrong"),  # noqa: B008
) -> Scored:
    for name, some in (("gold", [gold]), ("pred", rows)):
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in some), encoding="utf-8")
    return score_file(tmp_path / "pred.jsonl", Gold.of_files([tmp_path / "gold.jsonl"]), policies)


@pytest.mark.parametrize(
    "day", [1748995200000, 1748995200000.0, "2025-06-04T00:00:00.000", "2025-06-04 00:00:00", "2025-06-04T00:00:00Z",
            "2025-06-04T00:00:00+00:00", "2025-06-04", None]
)  # fmt: skip
@pytest.mark.parametrize("side", ["gold", "pred"])
def test_days_of_publication_in_any_form(tmp_path: Path, day: Any, side: str) -> None:
    changed = {**GOLD, "published": day}
    result = scored(tmp_path, changed if side == "pred" else GOLD, gold=changed if side == "gold" else GOLD)
    assert result.validation_errors == []
    assert result.total("mention.exact") == Counts(1, 0, 0)


@pytest.mark.parametrize("day", [1748995200000, "2025-06-04T00:00:00.000", "2025-06-04 00:00:00"])
def test_days_that_are_scored_in_any_form(tmp_path: Path, day: Any) -> None:
    """Milliseconds since 1970, or an ISO date and time: 1748995200 s is 2025-06-04T00:00:00Z."""
    changed = {**GOLD, "records": [{**RECORD, "earliest": day, "latest": day}]}
    assert scored(tmp_path, changed).total("record.date").f1 == 1
    other = {**GOLD, "records": [{**RECORD, "earliest": 1749081600000, "latest": 1749081600000}]}
    assert scored(tmp_path, other).total("record.date").f1 == 0


def test_nulls_in_every_field(tmp_path: Path) -> None:
    names = ("id", "quote", "nth", "level", "head", "head_start", "head_end", "entity")
    row = {
        "id": "d", "text": TEXT, "tokens": None, "sentences": None, "title": None, "canary": None, "events": None,
        "times": [], "mentions": [{**MENTION, **dict.fromkeys(names)}],
        "records": [{**RECORD, **dict.fromkeys(("actors", "targets", "instrument", "sources", "killed_min"))}],
    }  # fmt: skip
    result = scored(tmp_path, row, gold=GOLD)
    assert result.validation_errors == []
    assert result.total("mention.exact") == Counts(1, 0, 0)


def test_whole_numbers_written_as_floats(tmp_path: Path) -> None:
    row = {"id": "d", "mentions": [{"start": 0.0, "end": 4.0, "type": "PER"}]}
    assert scored(tmp_path, row).total("mention.exact") == Counts(1, 0, 0)


def test_columns_of_our_configurations_are_passed_over(tmp_path: Path) -> None:
    row = {"id": "d", "document": "d", "tokens": ["Mara"], "tags": ["B-PER"], "prompt": "p", "target": "t",
           "mentions": [MENTION]}  # fmt: skip
    result = scored(tmp_path, row)
    assert result.validation_errors == []
    assert result.total("mention.exact") == Counts(1, 0, 0)


def test_rows_that_went_through_datasets(tmp_path: Path) -> None:
    """The documents of the test split, through `map` and `to_json`, as gold and as predictions."""
    split = load("documents", "test").map(lambda row: {"mentions": row["mentions"]})
    split.to_json(tmp_path / "rows.jsonl")
    gold = Gold.of_files([DATA / "documents" / "test.jsonl"])
    for side in (gold, Gold.of_files([tmp_path / "rows.jsonl"])):
        result = score_file(tmp_path / "rows.jsonl", side)
        assert {name for name in result.metrics if float(result.figures(name).f1) != 1} == set()
        assert {"mention.exact", "record.date"} & set(result.metrics)


@pytest.mark.parametrize(
    ("row", "end"),
    [
        ({"id": "d", "mention": [MENTION]}, "unknown field `mention`; did you mean `mentions`?"),
        ({"id": "d", "mentions": [{**MENTION, "lvl": "NAM"}]}, "did you mean `level`?"),
        ({"id": "d", "events": [{"start": 0, "end": 4, "type": "Attack", "args": []}]}, "did you mean `arguments`?"),
        ({"id": "d", "mentions": [], "zzz": 1}, "expected one of id, mentions, entities,"),
    ],
)
def test_an_unknown_key_is_an_error_with_the_nearest_key(tmp_path: Path, row: dict[str, Any], end: str) -> None:
    (error,) = scored(tmp_path, row).validation_errors
    assert (error.line, error.id) == (1, "schema")
    assert end in error.message


def test_an_invalid_item_costs_that_item(tmp_path: Path) -> None:
    gold = {**GOLD, "mentions": [MENTION, {"start": 10, "end": 14, "type": "GPE"}]}
    row = {"id": "d", "mentions": [MENTION, {"start": "ten", "end": 14, "type": "GPE"}], "titles": [{"beginning": 0}]}
    result = scored(tmp_path, row, gold=gold)
    assert [(e.id, e.message) for e in result.validation_errors] == [
        ("schema", "Expected `int | null`, got `str` - at `$.mentions[1].start`"),
        ("schema", "Object contains unknown field `beginning` - at `$.titles[0]`; expected one of id, start, end, "
                   "quote, nth"),
    ]  # fmt: skip
    assert result.total("mention.exact") == Counts(1, 1, 1)
    assert result.missing == []
    with pytest.raises(Exception, match="schema"):
        scored(tmp_path, row, gold=gold, policies=Policies())

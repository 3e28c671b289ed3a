"""The public result objects: figures, groups, files and data frames, with expected values by hand."""

import builtins
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from conftest import document
from scoring import gold, span

from goldwire_corpus.errors import DataError, UsageError
from goldwire_corpus.schema.prediction import Prediction
from goldwire_eval.comparison import compare
from goldwire_eval.policy import Policies
from goldwire_eval.readers.predictions import Predictions
from goldwire_eval.readers.reference import Gold, Reference
from goldwire_eval.results import Scores, evaluate

# Of five gold mentions two are right, one has the wrong type: tp 2, fp 1, fn 3.
MENTIONS = [
    {**span("Rebels"), "type": "PER"}, {**span("Lemre"), "type": "GPE"}, {**span("Oda"), "type": "ORG"},
]  # fmt: skip


def scores(mentions: list[dict[str, Any]], copies: int = 1, worlds: int = 2, **policies: str) -> Scores:
    """Score one prediction on `copies` documents of some worlds and two genres."""
    of = [
        msgspec.structs.replace(gold(), id=f"d{i}", world=f"w{i % worlds}", genre="brief" if i else "speech")
        for i in range(copies)
    ]
    made = [msgspec.convert({"id": d.id, "mentions": mentions}, Prediction) for d in of]
    reference = Reference(Gold.of_documents(of), "mine", "data")
    return evaluate(lambda: Predictions.of_rows(made, "made.jsonl"), reference, Policies(**policies), name="made.jsonl")


@pytest.mark.parametrize(
    ("parts", "resampled", "units", "printed"),
    [
        (["field"] * 12, "documents", 12, "12 documents\n"),
        (
            ["worlds"] * 12 + ["field"] * 12,
            "worlds and documents",
            14,
            "24 documents, 14 units (worlds and documents)\n",
        ),
        (
            ["worlds"] * 3 + ["field"] * 2,
            "worlds and documents",
            4,
            "5 documents, 4 units (worlds and documents) are too",
        ),
        (["worlds"] * 12, "worlds", 2, "12 documents, 2 worlds are too few"),
        (["field"], "documents", 1, "no interval: 1 document is too few"),
    ],
)
def test_units_are_named_by_the_data(parts: list[str], resampled: str, units: int, printed: str) -> None:
    """Documents of the part field report different events, so that each is a unit, whatever their world."""
    of = [msgspec.structs.replace(gold(), id=f"d{i}", part=part, world=f"w{i % 2}") for i, part in enumerate(parts)]
    made = [msgspec.convert({"id": d.id, "mentions": MENTIONS}, Prediction) for d in of]
    reference = Reference(Gold.of_documents(of), "mine", "data")
    found = evaluate(lambda: Predictions.of_rows(made, "made.jsonl"), reference)
    assert (found.to_dict()["resampled"], found.to_dict()["units"]) == (resampled, units)
    assert printed in repr(found)


def test_score_has_counts_and_figures() -> None:
    score = scores(MENTIONS)["mention.exact"]
    assert (score.tp, score.fp, score.fn) == (2, 1, 3)
    assert (score.precision, score.recall, score.f1) == (2 / 3, 2 / 5, 0.5)
    assert score.interval is None
    assert score.kind == "counts"
    assert repr(score) == "mention.exact: F1 50.0, precision 66.7, recall 40.0, tp 2, fp 1, fn 3"


def test_interval_is_given_for_ten_worlds() -> None:
    # Ten worlds with the same counts resample to the same figure.
    score = scores(MENTIONS, copies=20, worlds=10)["mention.exact"]
    assert score.interval == (0.5, 0.5)
    assert "F1 50.0 [50.0, 50.0]" in repr(score)


def test_interval_is_given_for_ten_documents_of_two_worlds_on_demand() -> None:
    by_world, by_document = scores(MENTIONS, copies=10), scores(MENTIONS, copies=10, resample="documents")
    assert (by_world["mention.exact"].interval, by_document["mention.exact"].interval) == (None, (0.5, 0.5))
    assert "no interval: 10 documents, 2 worlds are too few to resample (at least 10)" in repr(by_world)
    assert "|resample:documents|" in by_document.signature
    assert [(found.to_dict()["resampled"], found.to_dict()["units"]) for found in (by_world, by_document)] == [
        ("worlds", 2), ("documents", 10),
    ]  # fmt: skip


def test_scores_is_a_mapping_of_the_scored_metrics() -> None:
    found = scores(MENTIONS)
    assert list(found) == ["ner", "mention.exact", "mention.untyped", "mention.head", "mention.partial"]
    assert found.documents == 1
    assert found.missing == []
    assert found.validation_errors == []
    assert found.signature.startswith("goldwire|data:data|split:mine|labels:goldwire|")
    with pytest.raises(KeyError, match="was not scored"):
        found["coref.muc"]
    with pytest.raises(KeyError, match=r"unknown metric 'mention\.exakt'"):
        found["mention.exakt"]


def test_invalid_items_are_listed() -> None:
    found = scores([*MENTIONS, {**span("nobody"), "type": "PER"}], invalid="wrong")
    assert [error.id for error in found.validation_errors] == ["quote-missing"]
    assert found["mention.exact"].fp == 2


def test_repr_is_the_table_and_the_signature() -> None:
    found = scores(MENTIONS)
    lines = repr(found).splitlines()
    assert lines[0].split() == ["metric", "prec", "rec", "F1", "95", "%", "interval", "gold", "pred"]
    assert ["mention.exact", "66.7", "40.0", "50.0", "5", "3"] in [line.split() for line in lines]
    assert lines[-1] == found.signature


def test_notebook_table_escapes_what_it_shows() -> None:
    found = scores(MENTIONS)
    found.scored.notes.append("<script>")
    assert "&lt;script&gt;" in found._repr_html_()
    assert "<th scope='row'>mention.exact</th><td>66.7</td><td>40.0</td><td>50.0</td>" in found._repr_html_()


def test_json_has_documents_on_request(tmp_path: Path) -> None:
    found = scores(MENTIONS, copies=2)
    found.to_json(tmp_path / "all.json", documents=True)
    written = json.loads((tmp_path / "all.json").read_bytes())
    assert written["by"]["document"]["d1"]["mention.exact"]["fn"] == 3
    assert written["by"]["world"]["w0"]["mention.exact"]["tp"] == 2
    assert "document" not in found.to_dict()["by"]


def test_html_report_is_written(tmp_path: Path) -> None:
    scores(MENTIONS).to_html(tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert "made.jsonl" in page


def test_data_frame_of_metrics() -> None:
    frame = scores(MENTIONS).to_dataframe()
    row = frame[frame.metric == "mention.exact"].iloc[0]
    assert (row.tp, row.fp, row.fn, row.f1) == (2, 1, 3, 0.5)
    assert list(frame.columns) == [
        "metric", "precision", "recall", "f1", "low", "high", "tp", "fp", "fn", "kind",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("by", "group", "counts"),
    [
        ("document", "d2", (2, 1, 3)), ("world", "w0", (4, 2, 6)), ("genre", "speech", (2, 1, 3)),
        ("part", "worlds", (6, 3, 9)), ("type", "GPE", (3, 0, 3)),
    ],
)  # fmt: skip
def test_data_frame_by_group(by: Any, group: str, counts: tuple[int, int, int]) -> None:
    frame = scores(MENTIONS, copies=3).to_dataframe(by)
    row = frame[(frame.metric == "mention.exact") & (frame[by] == group)].iloc[0]
    assert (row.tp, row.fp, row.fn) == counts


def test_unknown_group_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="unknown group 'day'; expected one of type, genre"):
        scores(MENTIONS).to_dataframe("day")  # type: ignore[arg-type]


def test_data_frame_without_pandas_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **named: Any) -> Any:
        if name == "pandas":
            raise ImportError(name)
        return real(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(UsageError, match="pip install pandas"):
        scores(MENTIONS).to_dataframe()


def test_figures_across_documents_are_given_by_world() -> None:
    text = "Oda met Ila."
    rows = {
        "mentions": [{"start": 0, "end": 3, "type": "PER", "entity": "a"}],
        "entities": [{"id": "a", "link": "Q1"}],
    }
    of = [document(text, id=f"d{i}", world="w") for i in range(2)]
    lines = [msgspec.convert({"id": d.id, "text": text, "world": "w", **rows}, Prediction) for d in of]
    from goldwire_eval.readers.document_pairs import Line

    gold_lines = [Line("gold", i, line) for i, line in enumerate(lines, 1)]
    reference = Reference(Gold(lambda _: iter(gold_lines), list, "gold"), "mine", "data")
    found = evaluate(lambda: Predictions.of_rows(lines, "made"), reference)
    frame = found.to_dataframe("world")
    row = frame[(frame.metric == "cross.entity.b3") & (frame.world == "w")].iloc[0]
    assert row.f1 == 1.0
    assert row.kind == "fractions"


def test_comparison_of_two_submissions() -> None:
    first, second = scores(MENTIONS, copies=4), scores(MENTIONS[:2], copies=4)
    found = compare(first, second, ["mention.exact"])
    # B has 2 of 2 right of 5: F1 4/7.
    assert (found["mention.exact"].first, found["mention.exact"].second) == (0.5, 4 / 7)
    assert found["mention.exact"].interval is None
    assert found.to_dict()["documents"] == 4
    assert list(found.to_dataframe().metric) == ["mention.exact"]
    assert repr(found).splitlines()[-1] == first.signature


def test_comparison_needs_a_shared_layer_and_two_documents() -> None:
    with pytest.raises(DataError, match=r"at least 2 units; found 1 document$"):
        compare(scores(MENTIONS), scores(MENTIONS))
    with pytest.raises(DataError, match="found 3 documents of 1 world; --resample documents"):
        compare(*[scores(MENTIONS, copies=3, worlds=1)] * 2)
    with pytest.raises(UsageError, match="signatures differ"):
        compare(scores(MENTIONS, copies=2), scores(MENTIONS, copies=2, undefined="zero"))
    with pytest.raises(DataError, match="nothing-shared"):
        compare(scores(MENTIONS, copies=2), scores(MENTIONS, copies=2), ["time.value"])

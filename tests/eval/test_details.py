"""What the report keeps of errors, and the object of the page: on small documents, counted by hand."""

from typing import Any

import msgspec
from conftest import document
from scoring import TEXT, gold, span

from goldwire_corpus.schema.document import Document, Entity, Mention
from goldwire_corpus.schema.prediction import Prediction
from goldwire_eval.error_analysis.context import REACH, Sentences
from goldwire_eval.error_analysis.examples import Details, Error, rounded
from goldwire_eval.policy import Policies
from goldwire_eval.readers.predictions import Predictions
from goldwire_eval.readers.reference import Gold
from goldwire_eval.reporting.html.confusion import confusion
from goldwire_eval.reporting.html.data import Run, build
from goldwire_eval.results import summarise
from goldwire_eval.scorer import score

LEMRE = {**span("Lemre"), "type": "GPE"}


def _run(predictions: list[dict[str, Any]], documents: list[Document] | None = None, limit: int = 100) -> Run:
    made = [msgspec.convert({"id": "d1", **p}, Prediction) for p in predictions]
    details = Details(limit)
    scored = score(
        Predictions.of_rows(made, "x"), Gold.of_documents(documents or [gold()]), Policies(invalid="wrong"),
        details=details,
    )  # fmt: skip
    return Run("x", scored, summarise(scored, "test", "none"), details)


def _errors(predictions: list[dict[str, Any]], need: str) -> list[Error]:
    return _run(predictions).details.errors[need]


def _said(run: Run, error: Error) -> list[str]:
    return [run.details.contexts[i].text for i in error.contexts]


def test_an_error_of_type_keeps_both_labels_and_its_sentence() -> None:
    run = _run([{"mentions": [{**LEMRE, "type": "ORG"}]}])
    (error,) = (e for e in run.details.errors["mentions"] if e.error == "type")
    assert error.gold is not None
    assert error.pred is not None
    assert (error.gold.label, error.pred.label) == ("GPE", "ORG")
    assert TEXT[error.gold.start : error.gold.end] == TEXT[error.pred.start : error.pred.end] == "Lemre"
    assert _said(run, error) == [TEXT]


def test_a_context_shows_all_mentions_of_both_sides() -> None:
    run = _run([{"mentions": [LEMRE]}])
    (context,) = run.details.contexts
    assert [TEXT[a:b] for a, b, _ in context.gold["mention"]] == ["Rebels", "two guards", "Lemre", "Lemre", "Oda"]
    assert [(TEXT[a:b], label) for a, b, label in context.pred["mention"]] == [("Lemre", "GPE")]


def test_an_argument_keeps_its_event_and_that_of_the_other_side() -> None:
    event = {**span("shot"), "type": "Attack", "arguments": [{"role": "Attacker", "filler": span("Oda")}]}
    run = _run([{"events": [event]}])
    (error,) = (e for e in run.details.errors["arguments"] if e.error == "spurious")
    assert error.gold is None
    assert error.gold_event is not None
    assert error.pred_event is not None
    there, here = run.details.frames[error.gold_event], run.details.frames[error.pred_event]
    assert (here.label, TEXT[here.start : here.end], len(here.arguments)) == ("Attack", "shot", 1)
    assert [label for _, _, label in there.arguments] == ["Attacker", "Target", "Place", "Time"]


def test_ungrounded_item_keeps_its_quote() -> None:
    (error,) = (e for e in _errors([{"mentions": [{"quote": "Vale", "type": "GPE"}]}], "mentions") if e.pred)
    assert error.pred is not None
    assert (error.error, error.pred.start, error.pred.note, error.contexts) == ("ungrounded", -1, "Vale (GPE)", [])


def test_realis_errors_need_realis_to_be_attempted() -> None:
    said = {**span("shot"), "type": "Attack", "realis": "OTHER"}
    (error,) = _errors([{"events": [said]}], "realis")
    assert error.gold is not None
    assert error.pred is not None
    assert (error.gold.note, error.pred.note) == ("ACTUAL", "OTHER")
    del said["realis"]
    assert "realis" not in {e["error"] for e in build([_run([{"events": [said]}])])["errors"]["list"]}


def test_layer_not_attempted_has_no_errors() -> None:
    made = build([_run([{"mentions": []}])])
    assert {e["layer"] for e in made["errors"]["list"]} == {"mention"}
    assert [c["layer"] for c in made["classes"]] == ["mention"]
    assert [c["layer"] for c in made["confusion"]] == ["mention"]


def test_errors_beyond_the_limit_are_counted_as_left_out() -> None:
    made = build([_run([{"mentions": []}], [gold(), gold(id="d2")], limit=3)])["errors"]
    assert (made["total"], made["left_out"], len(made["list"])) == (10, 7, 3)
    assert {made["documents"][e["document"]]["id"] for e in made["list"]} == {"d1"}


def test_the_matrix_of_entity_types_adds_up_to_both_sides() -> None:
    """Gold: PER Rebels, two guards, Oda; GPE Lemre twice."""
    mentions = [
        {**span("Rebels"), "type": "ORG"},  # another type
        {**span("guards"), "type": "PER"},  # another span
        LEMRE, LEMRE,  # right, and once more
        {**span("Monday"), "type": "ORG"},  # nothing there
    ]  # fmt: skip
    run = _run([{"mentions": mentions}])
    found = confusion(run.details, "mention", run.scored.attempted)
    assert found is not None
    assert found["labels"] == ["PER", "GPE", "ORG"]
    assert found["rows"] == ["PER", "GPE", "ORG", "misplaced", "spurious"]
    assert found["columns"] == ["PER", "GPE", "ORG", "misplaced", "missed"]
    assert found["cells"] == [
        [0, 0, 1, 1, 1],
        [0, 1, 0, 0, 1],
        [0, 0, 0, 0, 0],
        [1, 0, 0, 0, 0],
        [0, 1, 1, 0, 0],
    ]


def test_the_matrix_of_roles_compares_under_one_event() -> None:
    """Gold of shot: Attacker Rebels, Target two guards, Place Lemre, Time Monday; of two more events three roles."""
    event = {
        **span("shot"), "type": "Attack",
        "arguments": [
            {"role": "Target", "filler": span("Rebels")},  # another role
            {"role": "Target", "filler": span("guards")},  # another mention
            {"role": "Place", "filler": span("Lemre")},
        ],
    }  # fmt: skip
    run = _run([{"events": [event]}])
    found = confusion(run.details, "argument", run.scored.attempted)
    assert found is not None
    cells = {
        (row, column): found["cells"][i][j]
        for i, row in enumerate(found["rows"])
        for j, column in enumerate(found["columns"])
        if found["cells"][i][j]
    }
    assert cells == {
        ("Attacker", "Target"): 1, ("Target", "misplaced"): 1, ("misplaced", "Target"): 1, ("Place", "Place"): 1,
        ("Place", "missed"): 1, ("Target", "missed"): 1, ("Time", "missed"): 1, ("Victim", "missed"): 1,
    }  # fmt: skip


def test_counts_by_length_add_up() -> None:
    documents = []
    for number, words in enumerate((3, 3, 3, 50, 60, 140)):
        text = " ".join(["Oda"] * words)
        mentions = [Mention("m1", 0, 3, 0, 3, "PER", "NAM", "oda")]
        documents.append(
            document(text, id=f"n{number}", mentions=mentions, entities=[Entity("oda", "PER", "Oda", "NIL")])
        )
    right = {"start": 0, "end": 3, "type": "PER"}
    found = [{"id": f"n{number}", "mentions": [right] if number < 4 else []} for number in range(6)]
    (run,) = build([_run(found, documents)])["runs"]
    found = [(b["low"], b["high"], b["documents"], b["f1"]["Mentions"]) for b in run["lengths"]]
    # Three parts of two documents each; the third document stays with those of its length.
    assert found == [(3, 3, 3, 1.0), (50, 50, 1, 1.0), (60, 140, 2, 0.0)]


def test_lengths_are_rounded_to_two_digits() -> None:
    assert [rounded(n) for n in (0, 7, 99, 101, 119, 5678)] == [0, 7, 99, 100, 110, 5600]


def test_a_second_prediction_of_a_document_is_an_error_of_its_own() -> None:
    made = build([_run([{"mentions": [LEMRE]}, {"mentions": [LEMRE]}])])
    assert [e["error"] for e in made["errors"]["list"]].count("ungrounded") == 1
    assert sum(b["documents"] for b in made["runs"][0]["lengths"]) == 1


def test_a_context_is_the_sentence_the_lines_or_a_reach_around_the_span() -> None:
    text = "One here.\nTwo there. Three."
    declared = msgspec.Raw(b'[{"start":0,"end":9},{"start":10,"end":20},{"start":21,"end":27}]')
    shown = [text[a:b] for a, b in Sentences(text, declared).around([(14, 19)])]
    assert shown == ["Two there."]
    assert [text[a:b] for a, b in Sentences(text, msgspec.UNSET).around([(14, 19)])] == ["Two there. Three."]
    # Sentences that touch are one piece, others stay apart.
    assert Sentences(text, declared).around([(14, 19), (22, 24)]) == [(10, 27)]
    assert Sentences(text, declared).around([(0, 3), (22, 24)]) == [(0, 9), (21, 27)]
    assert Sentences(text, msgspec.Raw(b'[{"start":5,"end":900}]')).around([(0, 3)]) == [(0, 9)]
    long = "x" * 5000
    assert Sentences(long, msgspec.UNSET).around([(2000, 2001)]) == [(2000 - REACH, 2001 + REACH)]
    assert Sentences(long, msgspec.UNSET).around([(0, 5000)]) == [(0, REACH), (5000 - REACH, 5000)]

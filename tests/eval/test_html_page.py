"""The data and the HTML of the report, without a browser."""

import re
from pathlib import Path
from typing import Any

import msgspec
from scoring import gold, span

from goldwire_corpus.display.templates import environment, script_hash
from goldwire_corpus.schema.prediction import Prediction
from goldwire_eval.error_analysis.examples import Details
from goldwire_eval.policy import Policies
from goldwire_eval.readers.predictions import Predictions
from goldwire_eval.readers.reference import Gold
from goldwire_eval.reporting.html.data import Run, build
from goldwire_eval.reporting.html.page import render
from goldwire_eval.reporting.html.write import run_names
from goldwire_eval.results import summarise
from goldwire_eval.scorer import score


def _run(prediction: dict[str, Any], name: str = "x") -> Run:
    row = msgspec.convert({"id": "d1", **prediction}, Prediction)
    details = Details()
    policies = Policies(invalid="wrong")
    scored = score(Predictions.of_rows([row], "x"), Gold.of_documents([gold()]), policies, details=details)
    return Run(name, scored, summarise(scored, "test", "none"), details)


def _section(page: str, id: str) -> str:
    found = re.search(rf'<section id="{id}">.*?</section>', page, re.DOTALL)
    return found.group() if found else ""


def test_embedded_json_cannot_end_its_element() -> None:
    values = {"text": "</script><!--&'\"\u2028"}
    template = "<script>{{ values|tojson }}</script><p data-x='{{ values|tojson }}'>"
    made = environment("goldwire_eval.reporting.html").from_string(template).render(values=values)
    script, attribute = made.removeprefix("<script>").split("</script><p data-x='")
    assert not set(script) & set("<>&'")
    assert attribute == f"{script}'>"
    assert msgspec.json.decode(script) == values


def test_script_hash() -> None:
    """The expected value is the example of the W3C specification Content Security Policy, for hashes of scripts."""
    assert script_hash("alert('Hello, world.');") == "sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng="


def test_validation_errors_are_grouped_by_id() -> None:
    run = _run({"mentions": [{**span("Lemre"), "type": "GPE"}]})
    errors = [{"path": "x", "line": n, "id": "label-unknown", "message": f"<b>{n}", "level": "error"} for n in range(7)]
    errors += [{"path": "x", "line": 9, "id": "span-range", "message": "empty span", "level": "error"}]
    run.summary = {**run.summary, "validation_errors": [errors[-1], *errors[:-1]]}
    data = build([run])
    assert data["validation_errors"]["total"] == 8
    groups = [(g["id"], g["count"], len(g["examples"])) for g in data["validation_errors"]["groups"]]
    assert groups == [("label-unknown", 7, 5), ("span-range", 1, 1)]
    section = _section(render(data), "validation-errors")
    assert section.count("&lt;b&gt;") == 5
    assert "and 2 more" in section


def test_figures_by_world_and_document_are_shown_if_the_summary_has_them() -> None:
    run = _run({"mentions": [{**span("Lemre"), "type": "GPE"}]})
    assert not _section(render(build([run])), "documents")
    # One of five mentions is found: precision 1, recall 0.2, F1 1/3.
    row = {"mention.exact": {"tp": 1.0, "fp": 0.0, "fn": 4.0, "precision": 1.0, "recall": 0.2, "f1": 1 / 3}}
    run.summary = {**run.summary, "by": {**run.summary["by"], "world": {"w": row}, "document": {"d1": row, "d2": {}}}}
    page = render(build([run]))
    assert re.findall(r'<th scope="row">(.*?)</th>', _section(page, "worlds")) == ["w"]
    documents = _section(page, "documents")
    assert re.findall(r'<th scope="row">(.*?)</th>', documents) == ["d1", "d2"]
    assert re.findall(r"<td[^>]*>(.*?)</td>", documents) == ["33.3", "\u2013"]


def test_notes_of_the_scorer_are_shown() -> None:
    run = _run({"mentions": []})
    run.summary = {**run.summary, "notes": ["not scored under <any>: DATE 3"]}
    assert "not scored under &lt;any&gt;: DATE 3" in _section(render(build([run])), "about")


def test_page_of_a_submission_without_errors() -> None:
    mentions = [
        {"start": m.start, "end": m.end, "head_start": m.head_start, "head_end": m.head_end, "type": m.type}
        for m in gold().mentions
    ]
    page = render(build([_run({"mentions": mentions})]))
    assert "No errors." in _section(page, "classes")
    assert not _section(page, "validation-errors")


def test_page_of_a_submission_without_mentions_events_and_arguments() -> None:
    page = render(build([_run({"times": [{**span("Monday"), "type": "DATE", "value": "2024-03-11"}]})]))
    assert "time.value" in _section(page, "scores")
    assert "#errors" not in page.partition("<script")[0].partition("</style>")[2]


def test_runs_of_one_file_name_have_their_paths() -> None:
    assert run_names([Path("a/x.jsonl"), Path("b/y.jsonl")]) == ["x.jsonl", "y.jsonl"]
    assert run_names([Path("a/x.jsonl"), Path("b/x.jsonl")]) == [str(Path("a/x.jsonl")), str(Path("b/x.jsonl"))]

"""brat folders of other schemes: what is passed over, spans that a line end splits, and invalid lines."""

from collections import Counter
from pathlib import Path

import pytest

from goldwire_corpus.errors import ValidationError
from goldwire_corpus.schema.prediction import Prediction
from goldwire_eval.metrics.prf import Counts
from goldwire_eval.policy import Policies
from goldwire_eval.readers.brat import Options, read
from goldwire_eval.readers.document_pairs import Line
from goldwire_eval.readers.reference import Gold
from goldwire_eval.scorer import score_file

TEXT = "Mara Koss owns Acme."
PERSON, ORG = "T1|Person 0 9|Mara Koss\n", "T2|Org 15 19|Acme\n"
ANY, LENIENT = Options(any_labels=True), Options(lenient=True)


def results(
    folder: Path, content: str, options: Options, text: str = TEXT
) -> tuple[list[Line], list[ValidationError], Counter[str]]:
    (folder / "d.ann").write_text(content.replace("|", "\t"), encoding="utf-8")
    (folder / "d.txt").write_bytes(text.encode())
    errors: list[ValidationError] = []
    passed_over = Counter[str]()
    return list(read(folder, {}, errors, options, passed_over)), errors, passed_over


def mentions(row: Prediction) -> list[tuple[int | None, int | None, str]]:
    return [(m.start, m.end, m.type) for m in row.mentions or []]


@pytest.mark.parametrize(
    ("line", "note"),
    [
        ("A1|Confidence T1 High\n", "attributes 'Confidence' passed over"),
        ("M1|Speculation T1\n", "attributes 'Speculation' passed over"),
        ("A1|Negation T1\n", "attributes 'Negation' passed over"),
        ("A1|Level R1 x\n", "attributes 'Level' passed over"),
        ("A1|Realis T1 x\n", "attributes 'Realis' passed over"),
        ("R1|Owns Arg1:T1 Arg2:T2\n", "relations 'Owns' that are not between events passed over"),
        ("*|Alias T1 T2\n", "groups 'Alias' passed over"),
        ("*|Equiv T1 T9\n", "coreference of items of several layers passed over"),
        ("N1|Reference T9 Wikipedia:1|Acme\n", "references (N) of unknown items passed over"),
        ("N1|Normalised T1 x\n", "normalisations 'Normalised' passed over"),
        ("N1|Reference T2 Wikipedia:1|Acme\nN2|Reference T2 DBpedia:Acme|Acme\n",
         "second references (N) of an item passed over"),
    ],
)  # fmt: skip
def test_lines_of_another_scheme_are_passed_over_under_any_labels(tmp_path: Path, line: str, note: str) -> None:
    ((found,), errors, passed_over) = results(tmp_path, PERSON + ORG + line, ANY)
    assert errors == []
    assert mentions(found.row) == [(0, 9, "Person"), (15, 19, "Org")]
    assert passed_over == {note: 1}
    assert (found.row.relations, found.row.events) == (None, None)


@pytest.mark.parametrize(
    "line",
    ["#1|AnnotatorNotes T1|a remark\n", "#2|a remark in free form\n", "#|nothing\n", "#3|Note\n", "*|Equiv T1 T1\n"],
)
def test_notes_are_comments_under_our_labels_too(tmp_path: Path, line: str) -> None:
    ((found,), errors, passed_over) = results(tmp_path, PERSON + line, Options())
    assert (errors, passed_over, len(found.row.mentions or [])) == ([], {}, 1)


@pytest.mark.parametrize(
    ("line", "error_id"),
    [
        ("A1|Confidence T1 High\n", "label-unknown"),
        ("R1|Owns Arg1:T1 Arg2:T2\n", "link-dangling"),
        ("*|Alias T1 T2\n", "line-format"),
        ("N1|Reference T2 a:1|A\nN2|Reference T2 b:1|A\n", "label-duplicate"),
    ],
)
def test_lines_of_another_scheme_are_errors_under_our_labels(tmp_path: Path, line: str, error_id: str) -> None:
    found, errors, _ = results(tmp_path, PERSON + ORG + line, Options())
    assert (found, [e.id for e in errors]) == ([], [error_id])


def test_coreference_and_events_of_any_scheme_are_read(tmp_path: Path) -> None:
    content = PERSON + ORG + "T3|Own 10 14|owns\nE1|Own:T3 Agent:T1 Theme:T2\n*|Equiv T1 T2\nA1|Certain E1 yes\n"
    ((found,), errors, passed_over) = results(tmp_path, content, ANY)
    assert (errors, passed_over) == ([], {"attributes 'Certain' passed over": 1})
    assert [m.entity for m in found.row.mentions or []] == ["T1", "T1"]
    assert [[(a.role, a.filler) for a in e.arguments or []] for e in found.row.events or []] == [
        [("Agent", "T1"), ("Theme", "T2")]
    ]


# ------------------------------------------------------------------ spans of several parts


@pytest.mark.parametrize(
    ("text", "offsets"),
    [("Mara\nKoss left.", "0 4;5 9"), ("Mara\r\nKoss left.", "0 4;6 10"), ("Mara \n  Koss left.", "0 4;8 12"),
     ("Ma\nra\nKoss left.", "0 2;3 5;6 10"), ("MaraKoss left.", "0 4;4 8")],
)  # fmt: skip
def test_a_span_that_a_line_end_splits_is_one_span(tmp_path: Path, text: str, offsets: str) -> None:
    ((found,), errors, _) = results(tmp_path, f"T1|Person {offsets}\n", ANY, text)
    assert errors == []
    assert mentions(found.row) == [(0, int(offsets.split()[-1]), "Person")]


def test_a_split_span_has_the_text_that_brat_writes(tmp_path: Path) -> None:
    ((found,), errors, _) = results(tmp_path, "T1|Person 0 4;5 9|Mara Koss\n", ANY, "Mara\nKoss left.")
    assert (errors, mentions(found.row)) == ([], [(0, 9, "Person")])
    ((found,), errors, _) = results(tmp_path, "T1|Person 0 4;8 12|Mara Koss|\n", ANY, "Mara \n  Koss left.")
    assert (errors, mentions(found.row)) == ([], [(0, 12, "Person")])
    _, errors, _ = results(tmp_path, "T1|Person 0 4;5 9|Mara Koes\n", ANY, "Mara\nKoss left.")
    assert [e.id for e in errors] == ["span-text"]


@pytest.mark.parametrize(
    ("text", "offsets"),
    [("Mara von Koss left.", "0 4;9 13"), ("Mara Koss left.", "0 4;5 9"), ("Mara\nKoss", "5 9;0 4")],
)
def test_a_discontinuous_span_is_an_error_and_counts_as_wrong(tmp_path: Path, text: str, offsets: str) -> None:
    content = f"T1|Person {offsets}\n" + "T2|Person 0 4\n"
    found, errors, _ = results(tmp_path, content, ANY, text)
    assert (found, [(e.line, e.id) for e in errors]) == ([], [(1, "span-discontinuous")])
    (good, void), errors, _ = results(tmp_path, content, Options(True, True), text)
    assert (mentions(good.row), mentions(void.row), void.void) == ([(0, 4, "Person")], [(0, 1, "Person")], True)


# ------------------------------------------------------------------ lenient


@pytest.mark.parametrize(
    ("line", "layer", "type_"),
    [
        ("T2|GPE 15 99|Acme\n", "mentions", "GPE"),
        ("T2|GPE 19 15|Acme\n", "mentions", "GPE"),
        ("T2|GPE fifteen 19|Acme\n", "mentions", "GPE"),
        ("T2|GPE 15 19|Other\n", "mentions", "GPE"),
        ("T1|GPE 15 19|Acme\n", "mentions", "GPE"),
        ("T2|Attack 15 99|Acme\n", "events", "Attack"),
        ("T2|Attack 15 99|Acme\nE1|Attack:T2 Target:T1\n", "events", "Attack"),
        ("E1|Attack:T9 Target:T1\n", "events", "Attack"),
        ("T2|Die 15 19|Acme\nE1|Attack:T2 Target:T1\n", "events", "Attack"),
    ],
)
def test_one_invalid_line_costs_one_item(tmp_path: Path, line: str, layer: str, type_: str) -> None:
    content = "T1|PER 0 9|Mara Koss\n" + line
    found, errors, _ = results(tmp_path, content, Options())
    assert found == []
    assert errors != []
    (good, void), _, _ = results(tmp_path, content, LENIENT)
    assert (mentions(good.row), good.row.events or []) == ([(0, 9, "PER")], [])
    assert [item.type for item in getattr(void.row, layer)] == [type_]
    assert sum(len(getattr(void.row, name) or []) for name in ("mentions", "events")) == 1


def test_an_argument_that_names_no_item_counts_as_wrong_once(tmp_path: Path) -> None:
    (tmp_path / "gold").mkdir()
    (tmp_path / "pred").mkdir()
    content = "T1|PER 0 9|Mara Koss\nT3|Attack 10 14|owns\nE1|Attack:T3 Attacker:{}\n"
    for name, filler in (("gold", "T1"), ("pred", "T9")):
        results(tmp_path / name, content.format(filler), Options())
    scored = score_file(tmp_path / "pred", Gold.of_files([tmp_path / "gold"]), Policies(invalid="wrong"))
    assert [e.id for e in scored.validation_errors] == ["link-dangling"]
    assert scored.total("argument.cls@exact") == Counts(0, 1, 1)
    assert scored.total("trigger.cls") == Counts(1, 0, 0)


def test_an_invalid_relation_counts_as_wrong(tmp_path: Path) -> None:
    (_, void), errors, _ = results(tmp_path, "T1|PER 0 9|Mara Koss\nR1|CAUSES Arg1:T1 Arg2:T1\n", LENIENT)
    assert [r.type for r in void.row.relations or []] == ["CAUSES"]
    assert [e.id for e in errors] == ["link-dangling"]


def test_an_invalid_line_stays_in_the_denominator(tmp_path: Path) -> None:
    (tmp_path / "gold").mkdir()
    (tmp_path / "pred").mkdir()
    for name, line in (("gold", "T2|GPE 15 19|Acme\n"), ("pred", "T2|GPE 15 99|Acme\n")):
        results(tmp_path / name, "T1|PER 0 9|Mara Koss\n" + line, Options())
    scored = score_file(tmp_path / "pred", Gold.of_files([tmp_path / "gold"]), Policies(invalid="wrong"))
    assert scored.total("mention.exact") == Counts(1, 1, 1)
    assert [e.id for e in scored.validation_errors] == ["span-range"]
    assert scored.missing == []


def test_an_unreadable_file_is_missing(tmp_path: Path) -> None:
    (tmp_path / "e.ann").mkdir()
    found, errors, _ = results(tmp_path, PERSON, Options(True, True))
    assert [line.row.id for line in found] == ["d"]
    assert [e.id for e in errors] == ["file-unreadable"]

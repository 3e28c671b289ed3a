"""Checks of a document, each with a valid document that is changed in one place."""

from typing import Any

import msgspec
import pytest
from conftest import document

from goldwire_corpus.schema.document import (
    Argument,
    Document,
    Entity,
    Event,
    EventCluster,
    Mention,
    Quantity,
    Relation,
    Time,
    Title,
)
from goldwire_corpus.schema.knowledge_base import Entry
from goldwire_corpus.validation.document import check_document

TEXT = "Two guards were shot dead at Lemre on Monday."
KB = {
    "w:lemre": Entry("w:lemre", "entity", "GPE", "Lemre", "a town"),
    "w:ev": Entry("w:ev", "event", "Attack", "shooting", "a shooting"),
}
GUARDS = Mention("m1", 0, 10, 4, 10, "PER", "NOM", "nil:guards")
LEMRE = Mention("m2", 29, 34, 29, 34, "GPE", "NAM", "w:lemre")
SHOT = Event("e1", 16, 20, "Attack", "ACTUAL", "positive", "shooting", None, "AUTHOR", "asserts", "w:ev",
             [Argument("Target", "m1"), Argument("Place", "m2"), Argument("Time", "t1")])  # fmt: skip
DEAD = Event("e2", 21, 25, "Die", "ACTUAL", "positive", None, None, "m1", "asserts", "nil:deaths",
             [Argument("Victim", "m1"), Argument("Count", "q1", "total")])  # fmt: skip
LAYERS: dict[str, Any] = {
    "mentions": [GUARDS, LEMRE],
    "entities": [Entity("nil:guards", "PER", "Two guards", "NIL"), Entity("w:lemre", "GPE", "Lemre", "w:lemre")],
    "times": [Time("t1", 38, 44, "DATE", "2024-03-11")],
    "quantities": [Quantity("q1", 0, 3, 2, 2, "exact", "guard")],
    "events": [SHOT, DEAD],
    "event_clusters": [
        EventCluster("w:ev", "Attack", "w:ev", "2024-03-11", "2024-03-11"),
        EventCluster("nil:deaths", "Die", "NIL", "2024-03-11", "2024-03-11"),
    ],
    "relations": [Relation("CAUSES", "w:ev", "nil:deaths")],
}


def _document(**changes: Any) -> Document:
    return document(TEXT, **{**LAYERS, **changes})


def _with(struct: Any, **changes: Any) -> Any:
    return msgspec.structs.replace(struct, **changes)


def _arguments(*pairs: tuple[str, str]) -> dict[str, Any]:
    return {"events": [_with(SHOT, arguments=[Argument(*pair) for pair in pairs]), DEAD]}


def _time(type_: str, value: str) -> dict[str, Any]:
    return {"times": [Time("t1", 38, 44, type_, value)]}


def _cluster(earliest: str | None, latest: str | None) -> dict[str, Any]:
    return {"event_clusters": [EventCluster("w:ev", "Attack", "w:ev", earliest, latest), LAYERS["event_clusters"][1]]}


CASES: list[tuple[str, dict[str, Any]]] = [
    ("span-range", {"times": [Time("t1", 38, 99, "DATE", "2024-03-11")]}),
    ("span-range", {"times": [Time("t1", -6, 44, "DATE", "2024-03-11")]}),
    ("span-range", {"times": [Time("t1", 44, 38, "DATE", "2024-03-11")]}),
    ("span-token", {"mentions": [GUARDS, _with(LEMRE, end=33, head_end=33)]}),
    ("span-space", {"mentions": [GUARDS, _with(LEMRE, start=28)]}),
    ("head-outside", {"mentions": [_with(GUARDS, head_start=16, head_end=20), LEMRE]}),
    ("type-unknown", {"mentions": [_with(GUARDS, type="HUMAN"), LEMRE]}),
    ("type-unknown", {"events": [_with(SHOT, type="Shoot"), DEAD]}),
    ("level-unknown", {"mentions": [_with(GUARDS, level="NOMINAL"), LEMRE]}),
    ("realis-unknown", {"events": [_with(SHOT, realis="REAL"), DEAD]}),
    ("polarity-unknown", {"events": [_with(SHOT, polarity="none"), DEAD]}),
    ("means-unknown", {"events": [_with(SHOT, means="gas"), DEAD]}),
    ("stance-unknown", {"events": [_with(SHOT, stance="hopes"), DEAD]}),
    ("timex-type", _time("DAY", "2024-03-11")),
    ("timex-value", _time("DATE", "11 March")),
    ("timex-value", _time("DATE", "2024-02-30")),
    ("timex-value", _time("DURATION", "2024-03-11")),
    ("modifier-unknown", {"quantities": [Quantity("q1", 0, 3, 2, 2, "circa", "guard")]}),
    ("quantity-bounds", {"quantities": [Quantity("q1", 0, 3, 3, 2, "exact", "guard")]}),
    ("quantity-bounds", {"quantities": [Quantity("q1", 0, 3, None, None, "exact", "guard")]}),
    ("quantity-unit", {"quantities": [Quantity("q1", 0, 3, 2, 2, "exact", "two words")]}),
    ("role-not-listed", _arguments(("Victim", "m1"))),
    ("role-filler", _arguments(("Place", "m1"))),
    ("role-self", {"events": [_with(SHOT, type="State", means=None, cluster="nil:said",
                                    arguments=[Argument("Topic-Event", "e1")]), DEAD],
                   "event_clusters": [EventCluster("nil:said", "State", "NIL", None, "2024-03-11"),
                                      LAYERS["event_clusters"][1]],
                   "relations": []}),
    ("source-type", {"events": [_with(SHOT, source="t1"), DEAD]}),
    ("link-dangling", _arguments(("Target", "m9"))),
    ("link-dangling", {"events": [_with(SHOT, source="m9"), DEAD]}),
    ("link-dangling", {"relations": [Relation("CAUSES", "w:ev", "nil:nothing")]}),
    ("cluster-mixed", {"mentions": [GUARDS, _with(LEMRE, entity="nil:guards")]}),
    ("cluster-mixed", {"events": [SHOT, _with(DEAD, cluster="w:ev")], "relations": []}),
    ("kb-unknown", {"mentions": [GUARDS, _with(LEMRE, entity="w:vale")],
                    "entities": [LAYERS["entities"][0], Entity("w:vale", "GPE", "Vale", "w:vale")]}),
    ("kb-type", {"mentions": [GUARDS, _with(LEMRE, type="LOC")]}),
    ("duplicate", {"mentions": [GUARDS, LEMRE, _with(LEMRE, id="m3")]}),
    ("duplicate", {"events": [SHOT, DEAD, _with(DEAD, id="e3")]}),
    ("duplicate", _arguments(("Target", "m1"), ("Target", "m1"))),
    ("anchor-missing", _cluster("2024-03-11", None)),
    ("anchor-order", _cluster("2024-03-12", "2024-03-11")),
    ("anchor-future", _cluster("2024-03-11", "2024-03-13")),
    ("relation-self", {"relations": [Relation("CAUSES", "w:ev", "w:ev")]}),
    ("relation-twice", {"relations": [Relation("BEFORE", "w:ev", "nil:deaths"),
                                      Relation("INCLUDES", "nil:deaths", "w:ev")]}),
    ("relation-anchor", {**_cluster("2024-03-12", "2024-03-12"),
                         "relations": [Relation("BEFORE", "w:ev", "nil:deaths")]}),
]  # fmt: skip


def test_valid_document_has_no_errors() -> None:
    assert check_document(_document(), KB, "x.ann", {}) == []


@pytest.mark.parametrize(("error_id", "changes"), CASES, ids=[f"{i}-{name}" for i, (name, _) in enumerate(CASES)])
def test_each_check_reports_its_error(error_id: str, changes: dict[str, Any]) -> None:
    found = check_document(_document(**changes), KB, "x.ann", {"e1": 7, "m1": 3})
    assert {i.id for i in found} == {error_id}
    assert found[0].path == "x.ann"


def test_error_has_the_line_of_its_annotation() -> None:
    found = check_document(_document(**_arguments(("Victim", "m1"))), KB, "x.ann", {"e1": 7})
    assert (found[0].line, str(found[0])) == (
        7,
        "x.ann:7: error [role-not-listed] e1: Attack has no role Victim; expected one of Attacker, Target, Instrument, "
        "Count, Time, Place, Duration",
    )


def test_split_combining_sequence_is_an_error() -> None:
    text = "Cafe\u0301 burnt."
    cut = [Mention("m1", 0, 4, 0, 4, "FAC", "NAM", "nil:cafe")]
    combining = document(text, mentions=cut, entities=[Entity("nil:cafe", "FAC", "Cafe", "NIL")])
    assert [text[t.start : t.end] for t in combining.tokens] == ["Cafe\u0301", "burnt", "."]
    assert {i.id for i in check_document(combining, KB, "x.ann", {})} == {"span-combining"}


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        ("DATE", "2024"), ("DATE", "2024-03"), ("DATE", "2024-W10"), ("DATE", "2024-SP"), ("DATE", "2024-H1"),
        ("DATE", "PAST_REF"), ("TIME", "2024-03-11TNI"), ("TIME", "2024-03-11T04:00"), ("TIME", "XXXX-XX-XXTEV"),
        ("DURATION", "P2W"), ("DURATION", "PXM"), ("DURATION", "PT6H"), ("SET", "P1W"),
    ],
)  # fmt: skip
def test_timex_values_of_the_guidelines_are_valid(type_: str, value: str) -> None:
    assert check_document(_document(**_time(type_, value)), KB, "x.ann", {}) == []


def test_titles_are_checked_as_spans() -> None:
    found = check_document(_document(titles=[Title("p1", 1, 3)]), KB, "x.ann", {})
    assert [i.id for i in found] == ["span-token"]

import json
from typing import Any

import msgspec
import pytest
from conftest import document, ids

from goldwire_annotation.draft import place
from goldwire_annotation.statements import disagreements
from goldwire_corpus.errors import DataError
from goldwire_corpus.source.brat import decode, encode

TEXT = "The guards fled. Gunmen shot two guards, and the guards died."
LINES: list[dict[str, Any]] = [
    {"mention": "m1", "s": 1, "quote": "The guards", "head": "guards", "type": "PER", "level": "NOM", "entity": "g"},
    {"mention": "m2", "s": 2, "quote": "Gunmen", "type": "PER", "level": "NOM", "entity": "gunmen"},
    {"mention": "m3", "s": 2, "quote": "two guards", "head": "guards", "type": "PER", "level": "NOM", "entity": "g"},
    {"quantity": "q1", "s": 2, "quote": "two", "min": 2, "max": 2, "unit": "guard"},
    {"event": "e1", "s": 1, "quote": "fled", "type": "Flee", "cluster": "flight", "args": [["Person", "m1"]]},
    {"event": "e2", "s": 2, "quote": "shot", "type": "Attack", "means": "shooting", "cluster": "shots",
     "args": [["Attacker", "m2"], ["Target", "m3"]]},
    {"event": "e3", "s": 2, "quote": "died", "type": "Die", "cluster": "deaths",
     "args": [["Victim", "m3"], ["Count", "q1"]]},
    {"anchor": "flight", "earliest": None, "latest": "2024-03-12"},
    {"anchor": "shots", "earliest": None, "latest": "2024-03-12"},
    {"anchor": "deaths", "earliest": None, "latest": "2024-03-12"},
    {"relation": "CAUSES", "from": "shots", "to": "deaths"},
]  # fmt: skip


def _place(lines: list[dict[str, Any]]) -> Any:
    return place("".join(json.dumps(line) + "\n" for line in lines), document(TEXT), "draft.jsonl")


def test_draft_is_placed_and_numbered() -> None:
    annotations = _place(LINES)
    assert [(m.id, TEXT[m.start : m.end]) for m in annotations.mentions] == [
        ("T1", "The guards"), ("T3", "Gunmen"), ("T5", "two guards"),
    ]  # fmt: skip
    assert [TEXT[m.head_start : m.head_end] for m in annotations.mentions] == ["guards", "Gunmen", "guards"]
    assert [(e.id, e.type) for e in annotations.events] == [("E2", "Flee"), ("E4", "Attack"), ("E7", "Die")]
    assert annotations.events[2].arguments[1].filler == annotations.quantities[0].id
    assert [(e.id, e.name, e.link) for e in annotations.entities] == [
        ("nil:g", "guards", "NIL"),
        ("nil:gunmen", "Gunmen", "NIL"),
    ]
    assert annotations.relations[0].from_ == "nil:shots"
    standoff = encode(annotations, TEXT)
    assert encode(decode(standoff, "x.ann", TEXT), TEXT) == standoff


@pytest.mark.parametrize(
    ("number", "change", "error_id"),
    [
        (0, {"quote": "A guard"}, "quote-missing"),
        (2, {"quote": "guards", "head": None}, "quote-ambiguous"),
        (2, {"quote": "guards", "head": None, "nth": 3}, "quote-nth"),
        (0, {"s": 9}, "sentence-unknown"),
        (0, {"head": "men"}, "quote-missing"),
        (0, {"type": "HUMAN"}, "type-unknown"),
        (1, {"mention": "m1"}, "id-duplicate"),
        (4, {"args": [["Victim", "m1"]]}, "role-not-listed"),
        (4, {"args": [["Person", "m77"]]}, "link-dangling"),
        (10, {"to": "nothing"}, "link-dangling"),
        (7, {"latest": None}, "anchor-missing"),
        (3, {"quote": "tw"}, "span-token"),
        (0, {"entity": ""}, "key-missing"),
        (4, {"cluster": ""}, "key-missing"),
        (3, {"colour": "red"}, "draft-format"),
        (3, {"event": "e9"}, "draft-format"),
        (6, {"args": [["Count", "q1", "most"]]}, "draft-format"),
        (6, {"args": [["Victim", "m3", "part"]]}, "draft-format"),
        (6, {"args": [["Victim"]]}, "draft-format"),
    ],
)  # fmt: skip
def test_invalid_draft_lines(number: int, change: dict[str, Any], error_id: str) -> None:
    lines = [{**line, **(change if i == number else {})} for i, line in enumerate(LINES)]
    with pytest.raises(DataError) as error:
        _place(lines)
    assert error_id in ids(error)
    named = next(i for i in error.value.errors if i.id == error_id)
    if error_id not in ("link-dangling", "anchor-missing"):
        assert named.line == number + 1


@pytest.mark.parametrize(("given", "scope"), [(["Count", "q1"], "total"), (["Count", "q1", "part"], "part")])
def test_scope_of_a_count(given: list[str], scope: str) -> None:
    annotations = _place([{**line, **({"args": [given]} if line.get("event") == "e3" else {})} for line in LINES])
    assert [(a.role, a.scope) for a in annotations.events[2].arguments] == [("Count", scope)]
    assert [a.scope for a in annotations.events[1].arguments] == [None, None]


@pytest.mark.parametrize(("key", "entity"), [("w:gunmen", "nil:w:gunmen"), ("the gunmen", "nil:the-gunmen")])
def test_keys_are_ids_outside_the_knowledge_base(key: str, entity: str) -> None:
    annotations = _place([{**line, **({"entity": key} if line.get("mention") == "m2" else {})} for line in LINES])
    assert annotations.mentions[1].entity == entity
    assert {e.link for e in annotations.entities} == {"NIL"}


def test_invalid_json_is_a_draft_error() -> None:
    with pytest.raises(DataError) as error:
        place('{"mention": "m1"', document(TEXT), "draft.jsonl")
    assert [(i.id, i.line) for i in error.value.errors] == [("draft-format", 1)]


def test_two_events_on_one_trigger_are_different_topics() -> None:
    def passed(topic: str) -> Any:
        lines = [
            {"event": "e1", "s": 2, "quote": "shot", "type": "Attack", "cluster": "shots"},
            {"event": "e2", "s": 2, "quote": "shot", "type": "Injure", "cluster": "wounds"},
            {"event": "e3", "s": 1, "quote": "fled", "type": "State", "cluster": "x", "args": [["Topic-Event", topic]]},
            *({"anchor": key, "earliest": None, "latest": "2024-03-12"} for key in ("shots", "wounds", "x")),
        ]
        return msgspec.structs.replace(document(TEXT), **msgspec.structs.asdict(_place(lines)))

    assert list(disagreements(passed("e1"), passed("e1"))) == []
    assert [line[0] for line in disagreements(passed("e1"), passed("e2"))] == ["A", "B"]

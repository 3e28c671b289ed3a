"""Conversion to and from Label Studio, and the validator; test_studio.py uses a real server."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, ids

from goldwire_corpus.errors import DataError
from goldwire_corpus.label_studio.decode import complete, decode
from goldwire_corpus.label_studio.encode import as_prediction, encode
from goldwire_corpus.label_studio.export import read_tasks, sha256
from goldwire_corpus.source import brat
from goldwire_corpus.source.files import read_kb, read_text

SOURCE = ROOT / "corpus" / "source"
TEXT = "Gunmen shot two guards, and the guards died of it."
Item = dict[str, Any]


def span(id: str, start: int, end: int, label: str) -> Item:
    value = {"start": start, "end": end, "text": TEXT[start:end], "labels": [label]}
    return {"id": id, "from_name": "mark", "to_name": "text", "type": "labels", "value": value}


def field(id: str, name: str, value: str, kind: str = "textarea") -> Item:
    key = {"textarea": "text", "choices": "choices"}[kind]
    return {"id": id, "from_name": name, "to_name": "text", "type": kind, "value": {key: [value]}}


def link(source: str, target: str, *labels: str, direction: str = "right") -> Item:
    return {"type": "relation", "from_id": source, "to_id": target, "direction": direction, "labels": list(labels)}


GUNMEN, GUARDS, THEM = (
    span("m1", 0, 6, "PER"), span("m2", 12, 22, "PER"), span("m3", 28, 38, "PER"),
)  # fmt: skip
SHOT, DIED = span("e1", 7, 11, "Attack"), span("e2", 39, 43, "Die")
NUMBER = span("q1", 12, 15, "QTY")
DRAWN: list[Item] = [
    GUNMEN, GUARDS, THEM, SHOT, DIED, NUMBER,
    field("m1", "level", "NOM", "choices"), field("m2", "level", "NOM", "choices"),
    field("m3", "level", "NOM", "choices"),
    field("m2", "head", "guards"), field("m3", "head", "guards"), field("m2", "key", "guards"),
    field("q1", "min", "2"), field("q1", "max", " 2 "), field("q1", "unit", "guard"),
    field("e1", "means", "shooting", "choices"), field("e1", "latest", "2024-03-12"),
    link("e1", "m1", "Attacker", "Source"), link("e1", "m2", "Target"), link("m3", "m2", "Coref"),
    link("e2", "m3", "Victim"), link("e2", "q1", "Count"), link("e1", "e2", "CAUSES", "BEFORE"),
]  # fmt: skip


def invalid(result: Any) -> list[str]:
    with pytest.raises(DataError) as error:
        decode(result, "d1", TEXT, "export.json")
    assert all(found.path == "export.json" and "d1" in found.message for found in error.value.errors)
    return ids(error)


@pytest.mark.parametrize("path", sorted(SOURCE.glob("*/*.ann")), ids=lambda p: p.stem)
def test_label_studio_round_trip(path: Path) -> None:
    texts = path.with_suffix(".txt")
    text = read_text(texts).removesuffix("\n") if texts.exists() else " " * 20_000
    annotations = brat.decode(read_text(path), str(path), text if texts.exists() else None)
    world = {"worlds": path.stem.rpartition("-")[0], "field": "field"}.get(path.parent.name, "real")
    names = {entry.id: entry.name for entry in read_kb(SOURCE, world).values()}
    sent = json.loads(json.dumps(encode(as_prediction(path.stem, annotations), text)))
    assert complete(decode(sent, path.stem, text, "x"), names, "x") == annotations


def test_one_link_has_all_labels_of_its_pair() -> None:
    """The interface drops a second link of two regions, but each gold document has pairs with several labels."""
    path = SOURCE / "worlds" / "keldura-03.ann"
    text = read_text(path.with_suffix(".txt")).removesuffix("\n")
    gold = brat.decode(read_text(path), "x", text)
    links = [item for item in encode(as_prediction("d", gold), text) if item["type"] == "relation"]
    pairs = [(item["from_id"], item["to_id"]) for item in links]
    assert len(pairs) == len(set(pairs))

    first = {event.cluster: event.id for event in reversed(gold.events)}
    labels = Counter((first[r.from_], first[r.to]) for r in gold.relations)
    for event in gold.events:
        labels.update((event.id, a.filler) for a in event.arguments)
        labels.update((event.id, a.filler) for a in event.arguments if a.scope not in (None, "total"))
        labels[event.id, event.source] += 1
    several = {pair: number for pair, number in labels.items() if number > 1}
    assert several
    assert {pair: len(item["labels"]) for pair, item in zip(pairs, links, strict=True) if pair in several} == several


def test_decoding_of_regions_and_links() -> None:
    prediction = decode(DRAWN, "d1", TEXT, "export.json")
    assert [(m.id, m.type, m.level, m.entity, TEXT[m.head_start : m.head_end]) for m in prediction.mentions or []] == [
        ("T1", "PER", "NOM", "nil:T1", "Gunmen"),
        ("T3", "PER", "NOM", "nil:guards", "guards"),
        ("T5", "PER", "NOM", "nil:guards", "guards"),
    ]
    assert [(q.id, q.min, q.max, q.modifier, q.unit) for q in prediction.quantities or []] == [
        ("T4", 2, 2, "exact", "guard")
    ]
    shot, died = prediction.events or []
    assert (shot.id, shot.type, shot.means, shot.realis, shot.source) == ("E2", "Attack", "shooting", "ACTUAL", "T1")
    assert [(a.role, a.filler) for a in shot.arguments or []] == [("Attacker", "T1"), ("Target", "T3")]
    assert [(a.role, a.filler) for a in died.arguments or []] == [("Victim", "T5"), ("Count", "T4")]
    assert (died.means, died.source, died.cluster) == (None, "AUTHOR", "nil:E6")
    assert [(c.id, c.latest) for c in prediction.event_clusters or []] == [("nil:E2", "2024-03-12"), ("nil:E6", None)]
    assert [(r.type, r.from_, r.to) for r in prediction.relations or []] == [
        ("BEFORE", "nil:E2", "nil:E6"), ("CAUSES", "nil:E2", "nil:E6"),
    ]  # fmt: skip
    assert decode(encode(prediction, TEXT), "d1", TEXT, "x") == prediction


def test_link_of_direction_left_is_reversed() -> None:
    turned = [x if x.get("from_id") != "e2" or x["to_id"] != "m3" else link("m3", "e2", "Victim", direction="left")
              for x in DRAWN]  # fmt: skip
    died = (decode(turned, "d1", TEXT, "x").events or [])[1]
    assert {(a.role, a.filler) for a in died.arguments or []} == {("Victim", "T5"), ("Count", "T4")}


@pytest.mark.parametrize("level", ["NAM", None])
def test_missing_values_are_reported(level: str | None) -> None:
    items = [GUNMEN, NUMBER, *([field("m1", "level", level, "choices")] if level else [])]
    with pytest.raises(DataError) as error:
        complete(decode(items, "d1", TEXT, "x"), {}, "x")
    assert ids(error) == ["label-missing"] * (1 if level else 2)


@pytest.mark.parametrize(
    ("head", "place"),
    [("guards", 16), ("two", 12), ("d", 20), ("guard #1", 16), (" two ", 12), ("guards #2", None), ("men", None)],
)
def test_heads_are_quotes(head: str, place: int | None) -> None:
    items = [GUARDS, field("m2", "head", head)]
    if place is None:
        assert invalid(items) == ["quote-missing"]
    else:
        assert (decode(items, "d1", TEXT, "x").mentions or [])[0].head_start == place


def test_ambiguous_head_needs_a_number() -> None:
    whole = span("m1", 12, 38, "PER")
    assert invalid([whole, field("m1", "head", "guards")]) == ["quote-ambiguous"]
    second = (decode([whole, field("m1", "head", "guards #2")], "d1", TEXT, "x").mentions or [])[0]
    assert (second.head_start, second.head_end) == (32, 38)
    assert decode(encode(decode([whole, field("m1", "head", "guards #2")], "d1", TEXT, "x"), TEXT), "d1", TEXT, "x")


def _with(item: Item, **value: Any) -> Item:
    return {**item, "value": {**item["value"], **value}}


@pytest.mark.parametrize(
    ("error_id", "items"),
    [
        ("result-format", "nothing"),
        ("result-format", ["nothing"]),
        ("result-format", [{"from_name": "mark", "value": {}}]),
        ("span-range", [_with(GUNMEN, end=len(TEXT) + 1)]),
        ("span-range", [_with(GUNMEN, start=6, end=0)]),
        ("span-range", [_with(GUNMEN, start=-3)]),
        ("span-range", [_with(GUNMEN, start=6)]),
        ("span-format", [_with(GUNMEN, end=6.0)]),
        ("span-format", [_with(GUNMEN, start=False)]),
        ("span-format", [_with(GUNMEN, start="0")]),
        ("span-text", [_with(GUNMEN, text="gunmen")]),
        ("type-unknown", [_with(GUNMEN, labels=["HUMAN"])]),
        ("label-single", [_with(GUNMEN, labels=[])]),
        ("label-single", [_with(GUNMEN, labels=["PER", "ORG"])]),
        ("id-duplicate", [GUNMEN, _with(GUARDS) | {"id": "m1"}]),
        ("control-unknown", [GUNMEN, field("m1", "colour", "red")]),
        ("control-unknown", [GUNMEN | {"to_name": "kb"}]),
        ("attribute-orphan", [field("m1", "level", "NAM", "choices")]),
        ("attribute-elsewhere", [SHOT, field("e1", "level", "NAM", "choices")]),
        ("attribute-elsewhere", [DIED, field("e2", "means", "shooting", "choices")]),
        ("attribute-duplicate", [GUNMEN, field("m1", "key", "a"), field("m1", "key", "b")]),
        ("attribute-value", [GUNMEN, field("m1", "level", "BIG", "choices")]),
        ("attribute-value", [GUNMEN, _with(field("m1", "key", "a"), text=["a", "b"])]),
        ("attribute-value", [GUNMEN, _with(field("m1", "key", "a"), text="a")]),
        ("attribute-span", [GUNMEN, _with(field("m1", "key", "a"), start=0, end=5)]),
        ("link-dangling", [SHOT, link("e1", "m1", "Attacker")]),
        ("link-unlabelled", [SHOT, GUNMEN, {"type": "relation", "from_id": "e1", "to_id": "m1", "direction": "right"}]),
        ("link-unlabelled", [SHOT, GUNMEN, link("e1", "m1")]),
        ("link-unknown", [SHOT, GUNMEN, link("e1", "m1", "Shooter")]),
        ("link-duplicate", [SHOT, GUNMEN, link("e1", "m1", "Attacker"), link("e1", "m1", "Source")]),
        ("link-self", [SHOT, link("e1", "e1", "Coref")]),
        ("link-direction", [SHOT, GUNMEN, link("e1", "m1", "Attacker", direction="up")]),
        ("link-direction", [SHOT, GUNMEN, link("e1", "m1", "Attacker", direction="bi")]),
        ("link-ends", [SHOT, GUNMEN, link("m1", "e1", "Attacker")]),
        ("link-ends", [SHOT, GUNMEN, link("m1", "e1", "Coref")]),
        ("link-ends", [SHOT, NUMBER, link("e1", "q1", "Source")]),
        ("link-ends", [SHOT, GUNMEN, link("e1", "m1", "BEFORE")]),
        ("source-several", [SHOT, GUNMEN, GUARDS, link("e1", "m1", "Source"), link("e1", "m2", "Source")]),
        ("coref-conflict", [GUARDS, THEM, field("m2", "key", "a"), field("m3", "key", "b"), link("m3", "m2", "Coref")]),
        ("key-format", [GUNMEN, field("m1", "key", "the gunmen")]),
        ("anchor-conflict", [
            SHOT, DIED, field("e1", "cluster", "a"), field("e2", "cluster", "a"),
            field("e1", "latest", "2024-03-12"), field("e2", "latest", "2024-03-11"),
        ]),
        ("quantity-bounds", [NUMBER, field("q1", "min", "two")]),
        ("quantity-bounds", [NUMBER, field("q1", "max", "inf")]),
    ],
)  # fmt: skip
def test_validator_reports_errors_that_server_and_sdk_accept(error_id: str, items: Any) -> None:
    assert error_id in invalid(items)


def test_exported_texts_are_compared_without_white_space() -> None:
    """Exports write line ends and runs of spaces in several ways."""
    text = "Gunmen  shot\ntwo"
    item = {**GUNMEN, "value": {"start": 0, "end": 16, "text": "Gunmen shot\\ntwo", "labels": ["PER"]}}
    assert len(decode([item], "d1", text, "x").mentions or []) == 1


# ------------------------------------------------------------------ tasks


def _tasks(**data: Any) -> str:
    facts = {"id": "d1", "text": TEXT, "sha256": sha256(TEXT)}
    return json.dumps([{"id": 1, "data": {**facts, **data}, "annotations": []}])


@pytest.mark.parametrize(
    ("error_id", "content"),
    [
        ("text-edited", _tasks(text="Another text.")),
        ("task-format", _tasks(id=None)),
        ("export-format", json.dumps([{"id": 1, "text": TEXT, "entity": []}])),
        ("json", "id,text\n"),
    ],
)
def test_invalid_tasks_are_errors(error_id: str, content: str) -> None:
    with pytest.raises(DataError) as error:
        read_tasks(content, "export.json")
    assert ids(error) == [error_id]


def test_unchanged_tasks_are_read() -> None:
    (task,) = read_tasks(_tasks(), "export.json")
    assert (task.doc, task.text) == ("d1", TEXT)

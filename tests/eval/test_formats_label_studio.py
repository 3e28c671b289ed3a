"""Label Studio exports: of our interface, of any other, and with invalid regions."""

import json
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from conftest import ids

from goldwire_corpus.errors import DataError
from goldwire_corpus.label_studio.export import sha256
from goldwire_corpus.schema.prediction import Prediction
from goldwire_eval.policy import DEFAULT, Policies
from goldwire_eval.readers.document_pairs import Line
from goldwire_eval.readers.formats import Reading
from goldwire_eval.readers.label_studio import read

TEXT = "Gunmen shot two guards, and the guards died of it."
Item = dict[str, Any]
ANY = Policies(labels="any")
LENIENT = Policies(invalid="wrong")


def region(
    id: str, start: int, end: int, label: str, control: str = "mark", to: str = "text", type: str = "labels"
) -> Item:
    value = {"start": start, "end": end, "text": TEXT[start:end], type: [label]}
    return {"id": id, "from_name": control, "to_name": to, "type": type, "value": value}


def said(id: str, name: str, value: str, kind: str = "textarea") -> Item:
    key = {"textarea": "text", "choices": "choices"}[kind]
    return {"id": id, "from_name": name, "to_name": "text", "type": kind, "value": {key: [value]}}


def link(source: str, target: str, *labels: str) -> Item:
    return {"type": "relation", "from_id": source, "to_id": target, "direction": "right", "labels": list(labels)}


GUNMEN, GUARDS = region("m1", 0, 6, "PER"), region("m2", 12, 22, "PER")
SHOT = region("e1", 7, 11, "Attack")


def task(number: int, *annotations: Item, **data: Any) -> Item:
    facts = {"id": f"d{number}", "text": TEXT, "sha256": sha256(TEXT)}
    return {"id": number, "data": {**facts, **data}, "annotations": list(annotations), "predictions": []}


def export(folder: Path, *tasks: Item) -> Path:
    path = folder / "export.json"
    path.write_text(json.dumps(list(tasks)), encoding="utf-8")
    return path


def results(path: Path, policies: Policies = DEFAULT, gold: Iterable[Line] | None = ()) -> tuple[list[Line], Reading]:
    reading = Reading(policies, gold=gold)
    return list(read(path, reading)), reading


def test_an_export_is_read_as_predictions(tmp_path: Path) -> None:
    skipped = {"id": 3, "result": [], "was_cancelled": True, "completed_by": 2}
    drawn = [GUNMEN, GUARDS, SHOT, link("e1", "m1", "Attacker")]
    path = export(tmp_path, task(1, {"id": 2, "result": drawn, "completed_by": {"id": 1}}, skipped), task(2))
    (line,), reading = results(path)
    prediction = line.row
    assert (reading.errors, line.line, prediction.id, prediction.text) == ([], 1, "d1", TEXT)
    assert [(e.type, e.cluster) for e in prediction.events or []] == [("Attack", "nil:E2")]
    # Nobody marked a title or a time in the whole file: not attempted.
    assert prediction.titles is None
    assert prediction.times is None
    msgspec.json.decode(msgspec.json.encode(prediction), type=Prediction)


def test_heads_are_not_given_unless_a_region_of_the_file_gives_one(tmp_path: Path) -> None:
    (line,), _ = results(export(tmp_path, task(1, {"result": [GUNMEN, GUARDS]})))
    assert [m.head_end for m in line.row.mentions or []] == [None, None]
    (line,), _ = results(export(tmp_path, task(1, {"result": [GUNMEN, GUARDS, said("m2", "head", "guards")]})))
    assert [(m.head_start, m.head_end) for m in line.row.mentions or []] == [(0, 6), (16, 22)]


@pytest.mark.parametrize(
    ("error_id", "item"),
    [
        ("annotation-several", task(1, {"result": [], "completed_by": 1}, {"result": [], "completed_by": 2})),
        ("text-edited", task(1, {"result": []}, sha256=sha256("Another text."))),
        ("task-format", task(1, {"result": []}, text=None)),
        ("document-unknown", task(1, {"result": []}, id=None)),
        ("span-range", task(1, {"result": [region("m1", 12, 99, "PER")]})),
        ("type-unknown", task(1, {"result": [region("m1", 0, 6, "Person")]})),
        ("control-unknown", task(1, {"result": [region("m1", 0, 6, "PER", control="label")]})),
    ],
)
def test_each_error_has_its_id_and_task(error_id: str, item: Item, tmp_path: Path) -> None:
    found, reading = results(export(tmp_path, task(2, {"result": []}), item))
    assert [(e.id, e.line) for e in reading.errors] == [(error_id, 2)]
    assert [line.row.id for line in found] == ["d2"]


def test_content_that_is_not_an_export(tmp_path: Path) -> None:
    for content, error_id in (("id,text\n", "json"), (json.dumps([{"id": 1, "text": TEXT}]), "export-format")):
        path = tmp_path / "export.json"
        path.write_text(content, encoding="utf-8")
        with pytest.raises(DataError) as error:
            results(path)
        assert ids(error) == [error_id]


def test_lenient_reading_keeps_valid_regions_and_counts_invalid_ones(tmp_path: Path) -> None:
    drawn = [GUNMEN, region("m2", 12, 99, "ORG"), region("e1", 7, 700, "Attack"), link("e1", "m1", "Attacker")]
    (good, void), reading = results(export(tmp_path, task(1, {"result": drawn})), LENIENT)
    assert [(m.start, m.end) for m in good.row.mentions or []] == [(0, 6)]
    assert void.void
    assert [m.type for m in void.row.mentions or []] == ["ORG"]
    assert [e.type for e in void.row.events or []] == ["Attack"]
    assert [e.id for e in reading.errors] == ["span-range", "span-range", "link-dangling"]


# ------------------------------------------------------------------ any labels


@pytest.mark.parametrize(("control", "to", "type"), [("mark", "text", "labels"), ("label", "t", "labels"),
                                                     ("ner", "doc", "hypertextlabels")])  # fmt: skip
def test_any_interface_is_read_under_any_labels(tmp_path: Path, control: str, to: str, type: str) -> None:
    drawn = [region("m1", 0, 6, "Person", control, to, type)]
    (line,), reading = results(export(tmp_path, task(1, {"result": drawn})), ANY)
    assert reading.errors == []
    assert [(m.start, m.end, m.type, m.entity) for m in line.row.mentions or []] == [(0, 6, "Person", None)]
    assert line.row.entities is None


def test_what_another_interface_has_beside_spans_is_passed_over_and_counted(tmp_path: Path) -> None:
    drawn = [
        region("m1", 0, 6, "Person", "label"), region("m2", 12, 22, "Person", "label"),
        said("m1", "sentiment", "good", "choices"), link("m1", "m2", "knows"), link("m2", "m1"),
    ]  # fmt: skip
    (line,), reading = results(export(tmp_path, task(1, {"result": drawn})), ANY)
    assert (reading.errors, len(line.row.mentions or [])) == ([], 2)
    assert reading.notes("e") == [
        "e: links 'knows' passed over: 1",
        "e: links without a label passed over: 1",
        "e: values of control 'sentiment' passed over: 1",
    ]


def test_ids_are_those_of_the_data_or_of_the_text_or_of_the_task(tmp_path: Path) -> None:
    def read_ids(gold: Iterable[Line] | None, *tasks: Item) -> list[str]:
        return [line.row.id for line in results(export(tmp_path, *tasks), ANY, gold)[0]]

    gold = [Line("g", 1, Prediction(id="x", text=TEXT))]
    annotation = {"result": [GUNMEN]}
    assert read_ids(gold, task(1, annotation, id=77)) == ["77"]
    assert read_ids(gold, task(1, annotation, id=None, doc_id="y")) == ["y"]
    assert read_ids(gold, task(1, annotation, id=None)) == ["x"]
    assert read_ids(None, task(5, annotation, id=None)) == ["5"]


def test_the_text_may_have_another_name_under_any_labels(tmp_path: Path) -> None:
    path = export(tmp_path, task(1, {"result": [GUNMEN]}, text=None, sha256=None, content=TEXT))
    assert [line.row.text for line in results(path, ANY)[0]] == [TEXT]


# ------------------------------------------------------------------ damaged exports

VALUES: list[Any] = [
    None, 0, -1, 9**20, 1.5, True, "", "x", "m1", "labels", "relation", [], ["PER"], ["x", 1], {}, {"start": 0},
    ["Coref"],
]  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the paths of all values within a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(p for key, x in inner for p in places(x, (*path, key)))]


@pytest.mark.parametrize("seed", range(20))
def test_damaged_exports_are_scored_or_rejected(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    drawn = [
        GUNMEN,
        GUARDS,
        SHOT,
        link("e1", "m1", "Attacker"),
        link("m2", "m1", "Coref"),
        said("m2", "head", "guards"),
    ]
    gold = [Line("g", 1, Prediction(id="d1", text=TEXT))]
    for _ in range(10):
        tasks = json.loads(json.dumps([task(1, {"result": drawn})]))
        *parents, key = rng.choice([path for path in places(tasks) if path])
        place = tasks
        for parent in parents:
            place = place[parent]
        place[key] = rng.choice(VALUES)
        for policies in (DEFAULT, ANY, LENIENT):
            try:
                found, reading = results(export(tmp_path, *tasks), policies, gold)
            except DataError:
                continue
            assert all(isinstance(line.row, Prediction) for line in found)
            assert found or reading.errors or not tasks[0]["annotations"]

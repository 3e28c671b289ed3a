"""The measurements of the analysis: learning curves, and gold and predicted input; figures worked by hand."""

from collections import Counter
from importlib.metadata import version
from pathlib import Path
from typing import Any

import charts
import curves
import layers
import msgspec
import pytest
import stored
from records import predictions

from goldwire_baselines.embedded import EMBEDDED
from goldwire_baselines.leaderboard.measure import has_avx2
from goldwire_baselines.leaderboard.recording import data
from goldwire_corpus.errors import DataError, UsageError
from goldwire_corpus.load import documents


def _measured(name: str) -> dict[str, Any]:
    """Return stored measurements; skip the test if gold has changed since, which does not make them wrong."""
    found = stored.read_measured(name)
    if found["data"] != msgspec.to_builtins(data()):
        pytest.skip(f"measured/{name}.json was measured on data {found['data']['version']}")
    return found


def test_systems_that_changed_after_the_measurement_are_named() -> None:
    record, measured = stored.records()[0], {"data": {"version": "1", "digest": "0123456789"}}
    f1 = {metric: figures.f1 for metric, figures in record.runs[-1].parts["test"].metrics.items()}
    measured_on = "- Measured on data 1#01234567."
    assert stored.origin(measured, {record.name: f1}) == [measured_on]
    first, second = stored.origin(measured, {record.name: f1 | {"ner": 0.5}, "removed": {}})
    assert first == measured_on
    assert second.endswith(f"measured here: {record.name}, removed.")


def test_a_measurement_that_is_missing_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored, "HERE", tmp_path)
    with pytest.raises(DataError, match="--measure curves"):
        curves.section()


# ---------------------------------------------------------------- curves


def test_samples_are_nested_and_spread() -> None:
    train = documents("train")
    number = Counter(document.world for document in train)
    for draw in range(curves.DRAWS):
        before: set[str] = set()
        for size in (1, 13, 26, 52, len(train)):
            found = curves.sample(train, "documents", size, draw)
            ids = {document.id for document in found}
            assert len(ids) == size
            assert ids >= before
            before = ids
            worlds = Counter(document.world for document in found)
            most = max(worlds.values())
            assert all(most - worlds[world] <= 1 or worlds[world] == number[world] for world in number)
        for size in curves.WORLDS:
            whole, matched = (curves.sample(train, kind, size, draw) for kind in ("worlds", "matched"))
            assert len({document.world for document in whole}) == size
            assert len(whole) == sum(number[world] for world in {document.world for document in whole}) == len(matched)
    assert curves.sample(train, "worlds", 4, 0) != curves.sample(train, "worlds", 4, 1)


def test_stored_samples_can_be_drawn_again() -> None:
    train, rows = documents("train"), _measured("curves")["rows"]
    for system in EMBEDDED:
        found = [row for row in rows if row["system"] == system]
        assert [(row["kind"], row["size"], row["draw"]) for row in found] == list(curves.grid(train))
        for row in found:
            chosen = curves.sample(train, row["kind"], row["size"], row["draw"])
            assert (curves.digest(chosen), len(chosen)) == (row["sample"], row["documents"])


@pytest.mark.slow
@pytest.mark.parametrize("system", ["rules", "linear"])
def test_a_stored_draw_can_be_measured_again(system: str) -> None:
    """Equal in every figure, with the libraries of the measurement on a processor whose kernel can be fixed."""
    measured = _measured("curves")
    (row,) = [r for r in measured["rows"] if (r["system"], r["kind"], r["size"], r["draw"]) == (system, "worlds", 1, 0)]
    (again,) = curves.measured_rows(system, [("worlds", 1, 0)])
    if measured["libraries"] == {library: version(library) for library in measured["libraries"]} and has_avx2():
        assert again == row
    assert again["f1"] == pytest.approx(row["f1"], abs=0.02)


def test_section_of_tiny_curves(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Four documents of two worlds, two draws, one metric."""
    f1 = {
        "documents": {1: (0.2, 0.3), 2: (0.4, 0.5)}, "worlds": {1: (0.3, 0.5)}, "matched": {1: (0.4, 0.45)},
        "all": {4: (0.6,)},
    }  # fmt: skip
    rows = [
        {"system": "s", "kind": kind, "size": size, "draw": draw, "documents": 4 if kind == "all" else 2,
         "worlds": 2 if kind == "all" else 1, "tokens": 60 if kind == "matched" else 50, "f1": {"ner": value}}
        for kind, sizes in f1.items()
        for size, values in sizes.items()
        for draw, value in enumerate(values)
    ]  # fmt: skip
    monkeypatch.setattr(curves, "METRICS", ("ner",))
    measured = {"data": {"version": "1", "digest": "0123456789"}, "rows": rows}
    monkeypatch.setattr(curves, "read_measured", lambda name: measured)
    text = curves.section()
    assert "- From 2 documents to 4, F1 changes by +15.0 (s) points" in text
    # Draws: 40 - 30 and 45 - 50.
    assert "| s | ner | +2.5 (-5.0 to +10.0) |" in text
    assert "changes F1 by +2.5 points; it is better in 1 of 1 pairs" in text
    assert "| s | ner | 25.0 (20.0 to 30.0) | 45.0 (40.0 to 50.0) | 60.0 |" in text
    assert "| s | ner | 40.0 (30.0 to 50.0) | 60.0 |" in text
    assert "Documents in the draws: 2, 2 (1 world)." in text
    # From 1 document to 4, that is two doublings, F1 gains 60 - 25; 1.2 is 0.263 of a doubling.
    assert "on the left: 1.20 (1 world; +4.6 points)." in text
    curves.plot(tmp_path / "curves.svg")
    assert '["s, ner", [[1.0, 40.0], [2.0, 60.0]]]' in str(charts.described(tmp_path / "curves.svg"))


# ---------------------------------------------------------------- layers


def test_section_of_tiny_layers(monkeypatch: pytest.MonkeyPatch) -> None:
    metrics = ("trigger.cls", "argument.attached.cls@entity")
    f1 = {
        "a": {"": (0.5, 0.2), "mentions": (0.52, 0.3), "triggers": (1.0, 0.5), "mentions,triggers": (1.0, 0.7)},
        "b": {"": (0.6, 0.4), "mentions": (0.6, 0.5), "triggers": (1.0, 0.6)},
    }
    rows = [
        {"system": system, "given": given.split(",") if given else [], "f1": dict(zip(metrics, values, strict=True))}
        for system, found in f1.items()
        for given, values in found.items()
    ]
    measured = {"data": {"version": "1", "digest": "0123456789"}, "rows": rows}
    monkeypatch.setattr(layers, "read_measured", lambda name: measured)
    text = layers.section()
    assert "| trigger.cls | a | 50.0 | 52.0 | gold | gold | gold |" in text
    assert "| argument.attached.cls@entity | a | 20.0 | 30.0 | 50.0 | 70.0 | - |" in text
    assert "| argument.attached.cls@entity | b | 40.0 | 50.0 | 60.0 | - | - |" in text
    assert "- `trigger.cls`: +1.0 with gold mentions.\n" in text
    # Mentions: 10 and 10; triggers: 30 and 20; both: 50 of one system.
    assert "+10.0 with gold mentions, +25.0 with gold triggers, +50.0 with gold mentions and triggers; errors" in text
    assert "errors in triggers cost more than those in mentions." in text


@pytest.mark.slow
def test_a_system_is_added_from_its_predictions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored, "HERE", tmp_path)
    rows = predictions(2)
    assert len(rows) > len(documents("test"))
    paths = [tmp_path / "text.jsonl", tmp_path / "given.jsonl"]
    for path, given in zip(paths, (None, ["mentions"]), strict=True):
        lines = [msgspec.json.encode(msgspec.structs.replace(row, given=given)) + b"\n" for row in rows]
        path.write_bytes(b"".join(lines))
    for _ in range(2):
        layers.add("mine", paths)
        found = stored.read_measured("layers")["rows"]
        assert [(row["system"], row["given"]) for row in found] == [("mine", []), ("mine", ["mentions"])]
    assert 0.3 < found[0]["f1"]["trigger.cls"] < 0.8
    assert "record.ceaf" not in found[0]["f1"]
    with pytest.raises(UsageError, match="one of them without; found mentions"):
        layers.add("mine", paths[1:])

"""Stored predictions: the same scores without a string of the text, and files that cannot be read."""

import gzip
from pathlib import Path

import msgspec
import pytest
from conftest import document, ids

from goldwire_baselines.leaderboard import stored_predictions as stored
from goldwire_baselines.leaderboard.record import HELD_OUT
from goldwire_corpus.errors import DataError
from goldwire_corpus.load import documents
from goldwire_corpus.schema.document import Document
from goldwire_corpus.schema.prediction import Prediction
from goldwire_eval.readers.json_lines import row_of
from goldwire_eval.results import summarise
from goldwire_eval.scorer import score_documents

TEXT = "Rebels of the Orda Front shelled Lemre on Monday. The shelling killed Two guards."


def _prediction() -> Prediction:
    return msgspec.convert(
        {
            "id": "d1",
            "mentions": [
                {"id": "Orda", "quote": "the Orda Front", "head": "Orda Front", "type": "ORG", "entity": "orda front"},
                {"id": "Lemre", "quote": "Lemre", "type": "GPE", "entity": "lemre"},
            ],
            "entities": [{"id": "lemre", "type": "Lemre town", "name": "Lemre", "link": "real:lemre"}],
            "times": [{"quote": "Monday", "type": "DATE", "value": "on Monday"}],
            "quantities": [{"quote": "Two", "min": 2, "max": 2, "unit": "guards"}],
            "events": [
                {"id": "shelled Lemre", "quote": "shelled", "type": "Attack", "cluster": "the attack",
                 "source": "Orda", "arguments": [{"role": "Place", "filler": "Lemre"},
                                                {"role": "Attacker", "filler": {"quote": "Rebels"}}]},
            ],
            "event_clusters": [{"id": "the attack", "type": "Attack", "earliest": "Monday"}],
            "relations": [{"type": "CAUSES", "from": "the attack", "to": "the deaths"}],
            "records": [
                {"type": "Attack", "cluster": "the attack", "place": "LEMRE", "actors": ["orda front", "The Front"],
                 "sources": ["AUTHOR"], "tolls": [{"source": "the Orda front", "killed_min": 2}]},
            ],
        },
        Prediction,
    )  # fmt: skip


def test_no_string_of_the_text_is_kept() -> None:
    gold = document(TEXT)
    (found,) = stored.without_text([_prediction()], {"d1": gold}, "x")
    assert msgspec.to_builtins(found) == {
        "id": "d1",
        "mentions": [
            {"id": "i2", "start": 10, "end": 24, "head_start": 14, "head_end": 24, "type": "ORG", "entity": "i1"},
            {"id": "i4", "start": 33, "end": 38, "type": "GPE", "entity": "i3"},
        ],
        "entities": [{"id": "i3", "link": "?"}],
        "times": [{"start": 42, "end": 48, "type": "DATE", "value": "?"}],
        "quantities": [{"start": 70, "end": 73, "min": 2.0, "max": 2.0}],
        "events": [
            {"id": "i6", "start": 25, "end": 32, "type": "Attack", "cluster": "i5", "source": "i2",
             "arguments": [{"role": "Place", "filler": "i4"}, {"role": "Attacker", "filler": {"start": 0, "end": 6}}]},
        ],
        "event_clusters": [{"id": "i5", "type": "Attack", "earliest": "?"}],
        "relations": [{"type": "CAUSES", "from": "i5", "to": "i7"}],
        "records": [
            {"type": "Attack", "cluster": "i5", "place": "@33:38", "actors": ["@14:24", "?1"], "sources": ["AUTHOR"],
             "tolls": [{"source": "@10:24", "killed_min": 2}]},
        ],
    }  # fmt: skip


def test_names_are_restored_from_the_text() -> None:
    gold = {"d1": document(TEXT)}
    (record,) = stored.with_text(stored.without_text([_prediction()], gold, "x"), gold)[0].records or []
    assert (record.place, record.actors, record.tolls[0].source) == ("Lemre", ["Orda Front", "?1"], "the Orda Front")


def _metrics(rows: list[Prediction], gold: list[Document]) -> object:
    summary = summarise(score_documents(rows, gold, "x"), "test", "x")
    return summary["metrics"], summary["errors"]


@pytest.mark.parametrize("split", ["validation", "retold"])
def test_scores_are_the_same_without_text(split: str) -> None:
    """Predictions: gold itself with some labels and names changed, so that every layer and metric is attempted."""
    gold = documents(split)
    by_id = {d.id: d for d in gold}
    rows = [row_of(d) for d in gold]
    for row in rows:
        for mention in (row.mentions or [])[::3]:
            mention.type = "ORG"
        for record in (row.records or [])[::2]:
            record.actors = [*record.actors, "an actor that no text names"]
            record.place = (record.place or "x").upper()
        row.mentions, row.events = (row.mentions or [])[::-1], row.events
    kept = stored.without_text(rows, by_id, "x")
    assert _metrics(stored.with_text(kept, by_id), gold) == _metrics(rows, gold)


def test_a_quote_that_is_not_in_the_text() -> None:
    row = msgspec.convert({"id": "d1", "mentions": [{"quote": "Selva", "type": "GPE"}]}, Prediction)
    with pytest.raises(DataError, match="d1: 'Selva' is not in the text") as error:
        stored.without_text([row], {"d1": document(TEXT)}, "x")
    assert ids(error) == ["quote-missing"]


def test_files(tmp_path: Path) -> None:
    path = stored.path_of(tmp_path, "mine", 2, "wire")
    assert path.name == "mine.2.wire.jsonl.gz"
    assert stored.path_of(tmp_path, "mine", None, HELD_OUT).name == "mine.jsonl.gz"
    stored.write(path, [_prediction()])
    assert stored.read(path) == [_prediction()]
    assert path.read_bytes()[4:8] == bytes(4), "the header of the file holds a time"


def test_file_of_the_same_content_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl.gz"
    stored.write(path, [_prediction()])
    other = gzip.compress(gzip.decompress(path.read_bytes()), 1, mtime=5)
    path.write_bytes(other)
    stored.write(path, [_prediction()])
    assert path.read_bytes() == other


@pytest.mark.parametrize(
    ("content", "id"),
    [
        (b"no gzip", "archive-corrupt"),
        (gzip.compress(b'{"id": "d1"}' * 99)[:-12], "archive-corrupt"),
        (gzip.compress(b'{"id": "d1", "mentions": 3}\n'), "prediction"),
        (None, "file-missing"),
    ],
)
def test_files_that_cannot_be_read(content: bytes | None, id: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl.gz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DataError) as error:
        stored.read(path)
    assert ids(error) == [id]

"""The probe for contamination: a model that knows nothing is at chance, one that has memorised gold is detected."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from chat_server import ChatServer, chat_server, completion
from conftest import document

from goldwire_baselines.llm.contamination import RESULT, main
from goldwire_baselines.llm.memory_probe import (
    Hint,
    Known,
    as_given,
    hint_of,
    instructions,
    known,
    moved,
    question,
    read,
    schema,
)
from goldwire_corpus.errors import DataError, UsageError
from goldwire_corpus.load import documents
from goldwire_corpus.schema.document import Document, Entity, Mention, Record
from goldwire_corpus.schema.prediction import Prediction, PredRecord

PARTS = {split: documents(split) for split in ("test", "retold")}
ALL = [d for some in PARTS.values() for d in some]
QUESTIONS = {part: {question(hint_of(d)) for d in some} for part, some in PARTS.items()}
"""The questions about each part; a few documents of one day, place and genre share theirs."""


def _record(number: int, day: str, place: str, killed: int, type_: str = "Attack") -> Record:
    return Record(f"r{number}", "c", type_, day, day, place, ["Rebels"], [], killed, killed, None, None, [], [])


def _documents(number: int = 12) -> list[Document]:
    """Return documents of as many worlds, each with one attack in its own place on the day before publication."""
    found = []
    for n in range(number):
        text = f"Place{n:02} burned. Place{n:02} fell."
        places = [Mention(f"m{at}", at, at + 7, at, at + 7, "GPE", "NAM", "x") for at in (0, 16)]
        found.append(document(
            text, id=f"d{n}", world=f"w{n}", published=f"2024-03-{n + 10}", mentions=places,
            entities=[Entity("x", "GPE", f"Place{n:02}", "NIL")],
            records=[_record(1, f"2024-03-{n + 9:02}", f"Place{n:02}", n + 1)],
        ))  # fmt: skip
    return found


def _known(answer: Any, docs: Sequence[Document], most: int = 3) -> Known:
    return known({"all": docs}, {d.id: answer(d) for d in docs}, most)["all"]


def test_hint_is_day_and_most_named_place() -> None:
    (doc,) = _documents(1)
    assert hint_of(doc) == Hint("brief", "2024-03-10", "Place00")
    shown = "A news story (brief) published on 2024-03-10. The place it names most often is Place00."
    assert question(hint_of(doc)) == shown
    assert hint_of(document("Calm.", published=None)) == Hint("brief", None, None)
    assert question(Hint("", None, None)) == "A news story of an unknown day."


def test_record_is_moved_to_another_hint() -> None:
    given = PredRecord(type="Attack", earliest="2024-02-28", latest="2024-02-28", place="oru", actors=["Oru", "Rebels"])
    found = moved(given, Hint("brief", "2024-03-01", "Oru"), Hint("story", "2023-03-01", "Lemre"))
    # 2024 is a leap year: two days before the first of March is the 28th, in 2023 the 27th.
    assert (found.earliest, found.latest) == ("2023-02-27", "2023-02-27")
    assert (found.place, found.actors) == ("Lemre", ["Lemre", "Rebels"])
    assert moved(given, Hint("", None, None), Hint("", "2023-03-01", "Lemre")) == given


def test_same_guess_for_all_is_exactly_at_chance() -> None:
    docs = _documents()

    def guess(d: Document) -> list[PredRecord]:
        hint = hint_of(d)
        return [PredRecord(type="Attack", earliest=hint.published, latest=hint.published, place=hint.place)]

    # One of the four slots that either fills agrees: place, not date, killed and actors.
    found = _known(guess, docs)
    assert (found.f1, found.chance, found.chance_95, found.p) == (0.25, 0.25, 0.25, 1.0)
    assert (found.documents, found.answered, found.records, found.possible) == (12, 12, 12, 1.0)


def test_memorised_records_are_detected() -> None:
    docs = _documents()
    found = _known(lambda d: read({"records": [as_given(d, 0)]}), docs)
    # Moved to another document a record keeps day, place and actors, and has another toll: 3 of 4.
    assert (found.f1, found.chance, found.chance_95, found.p) == (1.0, 0.75, 0.75, 0.001)


def test_empty_answers_are_at_chance() -> None:
    found = _known(lambda d: [], _documents())
    assert (found.f1, found.answered, found.chance, found.p) == (0.0, 0, 0.0, 1.0)


def test_chance_needs_another_world() -> None:
    docs = [document("Calm.", id=f"d{n}", world="w", records=[_record(1, "2024-03-11", "Oru", 1)]) for n in range(3)]
    found = _known(lambda d: [], docs)
    assert (found.chance, found.chance_95, found.p) == (None, None, None)


def test_possible_is_what_an_answer_can_hold() -> None:
    two = [_record(1, "2024-03-11", "Oru", 1), _record(2, "2024-03-11", "Lemre", 2)]
    doc = document("Calm.", records=two)
    assert _known(lambda d: [], [doc], most=2).possible == 1.0
    # One of two records: precision 1, recall 1/2.
    assert _known(lambda d: [], [doc], most=1).possible == pytest.approx(2 / 3, abs=1e-6)


def test_answer_is_read_leniently() -> None:
    raw = [
        {"type": "Attack", "date": "2024-03-11", "place": " Oru ", "killed": 2, "wounded": -1, "actors": ["Rebels", 3]},
        {"type": "Attack", "date": "last week", "place": None, "killed": True, "actors": "Rebels"},
        {"type": "Party"}, "Attack",
    ]  # fmt: skip
    assert read({"records": raw}) == [
        PredRecord(type="Attack", earliest="2024-03-11", latest="2024-03-11", place="Oru", killed_min=2, killed_max=2,
                   actors=["Rebels"]),
        PredRecord(type="Attack"),
    ]  # fmt: skip
    assert read({"records": None}) == []


def test_answers_of_the_schema_can_be_read() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    answers = [{"records": [as_given(d, n) for n in range(min(3, len(d.records)))]} for d in ALL]
    for answer in answers:
        for record in answer["records"]:
            record["actors"] = record["actors"][:3]
        jsonschema.validate(answer, schema(3))
        assert len(read(answer)) == len(answer["records"])
    assert all(f'"{key}"' in instructions(3) for key in schema(3)["properties"]["records"]["items"]["properties"])


# ---------------------------------------------------------------- the command, against a server


def _memorised(request: dict[str, Any]) -> Any:
    """Answer with the first gold records of the document that the question is about."""
    asked = request["messages"][-1]["content"]
    doc = next(d for d in ALL if asked.startswith(question(hint_of(d))))
    return completion(json.dumps({"records": [as_given(doc, n) for n in range(min(3, len(doc.records)))]}))


def _guess(request: dict[str, Any]) -> Any:
    """Answer every question alike: an attack on the day of publication that killed three."""
    day = request["messages"][-1]["content"].partition("published on ")[2][:10]
    record = {"type": "Attack", "date": day, "place": None, "killed": 3, "wounded": None, "actors": []}
    return completion(json.dumps({"records": [record]}))


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[ChatServer]:
    with chat_server(_guess) as running:
        for name in [name for name in os.environ if name.startswith("GOLDWIRE_LLM_")]:
            monkeypatch.delenv(name)
        monkeypatch.setenv("GOLDWIRE_LLM_URL", running.url)
        monkeypatch.setenv("GOLDWIRE_LLM_MODEL", "stub")
        monkeypatch.setenv("GOLDWIRE_LLM_CACHE", str(tmp_path / "cache"))
        monkeypatch.setenv("GOLDWIRE_LLM_WORKERS", "2")
        yield running


def _run(*arguments: str | Path) -> None:
    main([str(a) for a in arguments], standalone_mode=False)


def _result(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / RESULT).read_text(encoding="utf-8"))
    return found


@pytest.mark.slow
def test_model_that_knows_nothing_is_at_chance(server: ChatServer, tmp_path: Path) -> None:
    _run(tmp_path)
    result = _result(tmp_path)
    assert (result["name"], result["model"], result["answers"]["complete"]) == (
        "llm",
        "stub",
        sum(map(len, QUESTIONS.values())),
    )
    for part, rows in PARTS.items():
        row = result["parts"][part]
        assert row["documents"] == row["answered"] == len(rows)
        assert row["f1"] < 0.1
        assert row["chance"] == pytest.approx(row["f1"], abs=0.01)
        assert row["p"] > 0.3


@pytest.mark.slow
def test_model_that_has_memorised_gold_is_detected(server: ChatServer, tmp_path: Path) -> None:
    server.answer = _memorised
    _run(tmp_path, "--split", "test+retold")
    for row in _result(tmp_path)["parts"].values():
        assert row["f1"] > 0.7 * row["possible"]
        assert row["f1"] > 2 * row["chance_95"]
        assert row["p"] == 0.001


def test_model_never_gets_the_text_unless_asked_to(server: ChatServer, tmp_path: Path) -> None:
    _run(tmp_path, "--split", "retold", "--records", "2")
    assert len(server.requests) == len(QUESTIONS["retold"])
    for request in server.requests:
        shown = "".join(message["content"] for message in request["messages"])
        assert not any(d.text[:60] in shown or d.title in shown for d in ALL)
        assert request["max_tokens"] <= 150
        assert len(shown) < 1200
    _run(tmp_path, "--split", "retold", "--records", "2", "--with-text")
    later = server.requests[len(QUESTIONS["retold"]) :]
    # What was asked without the text is in the cache.
    assert len(later) == len(PARTS["retold"])
    assert all(any(d.text in request["messages"][-1]["content"] for d in PARTS["retold"]) for request in later)
    assert _result(tmp_path)["with_text"]["parts"]["retold"]["documents"] == len(PARTS["retold"])


def test_broken_answers_are_counted(server: ChatServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    replies = iter(
        [
            '{"records": [{"type": "Attack", "killed": 3',
            "I do not know this story.",
            '{"records": [{"type": "Party"}, {"type": "Attack"}, 7]}',
        ]
    )
    server.answer = lambda _: completion(next(replies, '{"records": []}'))
    _run(tmp_path, "--split", "retold")
    counts = _result(tmp_path)["answers"]
    assert (counts["truncated"], counts["unreadable"], counts["complete"]) == (1, 1, len(QUESTIONS["retold"]) - 2)
    assert capsys.readouterr().out.endswith("1 unreadable answer left out\n2 invalid records left out\n")


def test_interrupted_run_goes_on_with_the_cache(server: ChatServer, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("GOLDWIRE_LLM_RETRIES", "0")
    monkeypatch.setenv("GOLDWIRE_LLM_WORKERS", "1")
    good = _guess({"messages": [{"content": "published on 2024-03-11"}]})
    server.script(good, good, good._replace(status=500), good)
    with pytest.raises(DataError):
        _run(tmp_path, "--split", "retold")
    assert not (tmp_path / RESULT).exists()
    _run(tmp_path, "--split", "retold")
    # Each question once, and again the one that failed.
    assert len(server.requests) == len(QUESTIONS["retold"]) + 1


class Memory:
    """An extractor that has memorised the records of test and ignores its text."""

    def fit(self, documents: Sequence[Document]) -> None:
        self.records = {d.id: [as_given(d, n) for n in range(len(d.records))] for d in PARTS["test"]}

    def predict(self, document: Document) -> Prediction:
        return Prediction(id=document.id, records=read({"records": self.records[document.id]}))


@pytest.mark.slow
def test_extractor_that_has_memorised_gold_is_detected(tmp_path: Path) -> None:
    _run(tmp_path, "--split", "test", "--model", f"{__name__}:Memory", "--name", "memory")
    row = _result(tmp_path)["parts"]["test"]
    assert row["f1"] > 0.6
    assert row["f1"] > 10 * row["chance_95"]
    assert row["p"] == 0.001


@pytest.mark.slow
def test_baseline_knows_nothing_of_the_held_out_worlds(tmp_path: Path) -> None:
    _run(tmp_path, "--split", "test", "--model", "rules")
    row = _result(tmp_path)["parts"]["test"]
    assert row["f1"] < 0.01


def test_text_is_not_for_an_extractor(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--with-text is for an endpoint"):
        _run(tmp_path, "--model", "rules", "--with-text")


def test_command_reports_errors_without_a_trace(tmp_path: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GOLDWIRE_LLM_")}
    command = [sys.executable, "-m", "goldwire_baselines.llm.contamination", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert done.returncode == 2
    assert done.stderr.startswith("Error: GOLDWIRE_LLM_URL is not set")
    assert "Traceback" not in done.stderr

"""The baseline `llm` against a stub endpoint on loopback: answers, errors, retries, and resumed runs."""

import json
import os
import random
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import goldwire as gw
import msgspec
import pytest
from chat_server import ChatServer, Reply, chat_server, completion, error
from conftest import document, ids

from goldwire_baselines.llm.baseline import Baseline
from goldwire_baselines.llm.cache import Answer, Cache
from goldwire_baselines.llm.endpoint import Endpoint
from goldwire_baselines.llm.excerpts import excerpts
from goldwire_baselines.llm.layouts import LAYOUTS
from goldwire_baselines.llm.parsing import parse
from goldwire_baselines.llm.settings import Settings, from_environment
from goldwire_baselines.llm.shots import choose
from goldwire_baselines.llm.statistics import error_shares
from goldwire_corpus.errors import DataError, UsageError
from goldwire_corpus.load import documents
from goldwire_corpus.release.prompts import instructions, prompt, target
from goldwire_corpus.schema.document import Document

TEXT = "A bomb killed two guards in Lemre on Monday.\n\nThe army blamed Tamek Ravok. Guards fled Lemre."
FULL = {
    "mentions": [
        {"id": "a", "quote": "two guards", "nth": 1, "head": "guards", "type": "PER", "level": "NOM", "entity": "x"},
        {"id": "b", "quote": "Lemre", "nth": 2, "type": "GPE", "level": "NAM", "entity": "y"},
    ],
    "times": [{"id": "t", "quote": "Monday", "nth": 1, "type": "DATE", "value": "2024-03-11"}],
    "quantities": [{"id": "q", "quote": "two", "nth": 1, "min": 2, "max": 2, "modifier": "exact", "unit": "guard"}],
    "titles": [],
    "events": [
        {"id": "e", "quote": "killed", "nth": 1, "type": "Die", "realis": "ACTUAL", "polarity": "positive",
         "source": "AUTHOR", "cluster": "c",
         "arguments": [{"role": "Victim", "filler": "a"}, {"role": "Count", "filler": "q", "scope": "total"}]},
    ],
}  # fmt: skip
COMPACT = {
    "mentions": {"PER": ["two guards", "Tamek Ravok"], "GPE": ["Lemre"], "WEA": ["A bomb"], "ORG": ["The army"]},
    "events": [
        {"type": "Die", "trigger": "killed", "Victim": "two guards", "Place": "Lemre", "Time": "Monday"},
        {"type": "Accuse", "trigger": "blamed", "Speaker": "The army", "Topic-Event": "killed"},
    ],
}


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with chat_server(lambda _: completion(json.dumps(FULL))) as running:
        yield running


def baseline(server: ChatServer, folder: Path, pause: float = 0.001, **settings: Any) -> Baseline:
    made = Settings(url=server.url, model="stub", cache=folder / "cache", **settings)
    return Baseline(made, Endpoint(made, pause))


def surfaces(doc: Document, items: Any) -> list[str]:
    return [doc.text[item.start : item.end] for item in items]


def test_full_layout_is_grounded_and_assembled(server: ChatServer, tmp_path: Path) -> None:
    doc = document(TEXT)
    model = baseline(server, tmp_path, input_price=1.0, output_price=10.0)
    prediction = model.predict(doc)
    assert surfaces(doc, prediction.mentions) == ["two guards", "Lemre"]
    assert [m.start for m in prediction.mentions or ()] == [14, TEXT.rindex("Lemre")]
    (event,) = prediction.events or ()
    assert {(a.role, a.scope) for a in event.arguments or ()} == {("Victim", None), ("Count", "total")}
    (record,) = prediction.records or ()
    assert (record.type, record.killed_min) == ("Die", 2)
    assert gw.validate([prediction], gold=[doc]) == []
    figures = model.statistics()
    assert (figures["documents"], figures["complete"], figures["parse_rate"]) == (1, 1, 1.0)
    assert (figures["prompt_tokens"], figures["completion_tokens"]) == (100, 20)
    assert figures["cost"] == pytest.approx((100 * 1.0 + 20 * 10.0) / 1_000_000)


def test_prompt_is_that_of_the_corpus_with_the_document_last(server: ChatServer, tmp_path: Path) -> None:
    doc = document(TEXT)
    model = baseline(server, tmp_path, shots=2)
    train = documents("train")
    model.fit(train)
    model.predict(doc)
    (request,) = server.requests
    contents = [message["content"] for message in request["messages"]]
    assert [message["role"] for message in request["messages"]] == ["system"] + ["user", "assistant"] * 2 + ["user"]
    assert f"{contents[0]}\n{contents[-1]}" == prompt(doc)
    assert contents[0] == instructions()
    paragraphs = {e.document.text: e.document for d in train for e in excerpts(d, "paragraph")}
    for shown, gold in zip(contents[1:-1:2], contents[2:-1:2], strict=True):
        assert gold == target(paragraphs[shown.partition("Text:\n")[2].removesuffix("\n")])
    assert request["response_format"]["type"] == "json_schema"


def test_paragraphs_are_asked_one_by_one(server: ChatServer, tmp_path: Path) -> None:
    server.answer = lambda request: completion(json.dumps(COMPACT))
    doc = document(TEXT)
    prediction = baseline(server, tmp_path, mode="paragraph", layout="compact", workers=2).predict(doc)
    assert len(server.requests) == 2
    shown = {request["messages"][-1]["content"].partition("Text:\n")[2].strip() for request in server.requests}
    assert shown == {*TEXT.split("\n\n")}
    found = [(doc.text[m.start or 0 : m.end], m.type) for m in prediction.mentions or ()]
    assert sorted(found) == [
        ("A bomb", "WEA"), ("Lemre", "GPE"), ("Lemre", "GPE"), ("Tamek Ravok", "PER"), ("The army", "ORG"),
        ("two guards", "PER"),
    ]  # fmt: skip
    assert gw.validate([prediction], gold=[doc]) == []


def test_compact_layout_resolves_fillers(server: ChatServer, tmp_path: Path) -> None:
    server.answer = lambda request: completion(json.dumps(COMPACT))
    doc = document(TEXT)
    model = baseline(server, tmp_path, layout="compact")
    prediction = model.predict(doc)
    items = {x.id: x for layer in (prediction.mentions, prediction.times, prediction.events) for x in layer or ()}
    killed, blamed = prediction.events or ()
    named = {
        (a.role, doc.text[items[str(a.filler)].start or 0 : items[str(a.filler)].end])
        for e in (killed, blamed)
        for a in e.arguments or ()
    }
    assert named == {
        ("Victim", "two guards"), ("Place", "Lemre"), ("Time", "Monday"), ("Speaker", "The army"),
        ("Topic-Event", "killed"),
    }  # fmt: skip
    levels = {doc.text[m.start or 0 : m.end]: m.level for m in prediction.mentions or ()}
    assert (levels["Lemre"], levels["two guards"], levels["The army"]) == ("NAM", "NOM", "NOM")
    assert model.statistics()["unresolved"] == 0


@pytest.mark.parametrize("name", LAYOUTS)
@pytest.mark.parametrize("mode", ["document", "paragraph"])
def test_gold_as_an_answer_is_read_without_loss(name: str, mode: str, tmp_path: Path) -> None:
    """The layout `full` loses what crosses a paragraph; `compact` what its short form cannot hold."""
    rows = documents("train")[:4]
    texts = {e.document.text: e.document for d in rows for e in excerpts(d, mode)}

    def gold(request: dict[str, Any]) -> Reply:
        shown = request["messages"][-1]["content"].partition("Text:\n")[2].removesuffix("\n")
        return completion(LAYOUTS[name].target(texts[shown]))

    with chat_server(gold) as running:
        model = baseline(running, tmp_path, layout=name, mode=mode)
        scores = gw.score([model.predict(d) for d in rows], gold=rows)
    figures = model.statistics()
    assert (figures["ungrounded"], figures["invalid"]) == (0, 0)
    # Assembly shares arguments within event clusters, so a few of them are added.
    least = {"full": (1.0, 1.0, 0.8 if mode == "paragraph" else 0.98), "compact": (0.75, 0.9, 0.6)}[name]
    for metric, lowest in zip(("mention.exact", "trigger.cls", "argument.cls@exact"), least, strict=True):
        assert (scores[metric].f1 or 0) >= lowest, metric


@pytest.mark.parametrize("name", LAYOUTS)
def test_schema_accepts_gold_and_rejects_other_labels(name: str) -> None:
    import jsonschema

    layout = LAYOUTS[name]
    validator = jsonschema.Draft202012Validator(layout.schema(0))
    for doc in documents("validation")[:3]:
        validator.validate(json.loads(layout.target(doc)))
        assert not jsonschema.Draft202012Validator(layout.schema(3)).is_valid(json.loads(layout.target(doc)))
    assert not validator.is_valid({**json.loads(layout.target(document(TEXT))), "events": [{"type": "Explode"}]})


def test_what_is_not_in_the_text_is_dropped_and_counted(server: ChatServer, tmp_path: Path) -> None:
    answer = {
        "mentions": [
            {"quote": "three guards", "type": "PER"}, {"quote": "Lemre", "nth": 9, "type": "GPE"},
            {"quote": "two guards", "type": "PERSON"}, {"quote": "“two  Guards”", "type": "PER"}, "Lemre", None,
            {"quote": "Lemre", "type": "GPE"}, {"quote": "Lemre", "type": "GPE"},
        ],
        "events": [
            {"quote": "killed", "type": "Die", "arguments": [{"role": "Victim", "filler": "nobody"},
                                                             {"role": "Mood", "filler": "m"}]},
            {"quote": "killed", "type": "Explode"},
        ],
        "times": "Monday",
    }  # fmt: skip
    server.script(completion(f"Sure!\n```json\n{json.dumps(answer)}\n```"))
    doc = document(TEXT)
    model = baseline(server, tmp_path)
    prediction = model.predict(doc)
    assert surfaces(doc, prediction.mentions) == ["Lemre", "Lemre"]
    assert [m.start for m in prediction.mentions or ()] == [TEXT.index("Lemre"), TEXT.rindex("Lemre")]
    figures = model.statistics()
    expected = {"items": 10, "invalid": 4, "quotes": 6, "ungrounded": 3, "arguments": 2, "unresolved": 2}
    assert {name: figures[name] for name in expected} == expected
    assert figures["ungrounded_rate"] == 3 / 6
    assert gw.validate([prediction], gold=[doc]) == []


@pytest.mark.parametrize(
    ("layout", "answer"),
    [
        (
            "full",
            {
                "mentions": [{"id": "1", "quote": "Lemre", "nth": 1, "type": "GPE"}] * 2,
                "titles": [{"id": "1", "quote": "guards", "nth": 1}, {"quote": "army"}, {"quote": "army"}],
                "events": [{"id": "1", "quote": "killed", "type": "Die"}] * 2,
            },
        ),
        (
            "compact",
            {
                "mentions": {"GPE": ["Lemre"] * 3, "LOC": ["Lemre"], "TITLE": ["guards", "guards in Lemre", "guards"]},
                "events": [
                    {"type": "Die", "trigger": word, "Victim": "guards"} for word in ("kill", "killed", "killed")
                ],
            },
        ),
    ],
)
def test_repeated_items_have_ids_of_their_own(
    server: ChatServer, tmp_path: Path, layout: str, answer: dict[str, Any]
) -> None:
    server.script(completion(json.dumps(answer)))
    doc = document(TEXT)
    assert gw.validate([baseline(server, tmp_path, layout=layout).predict(doc)], gold=[doc]) == []


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (completion(json.dumps(FULL)[:-40], "length"), "truncated"),
        (completion("I cannot help with that."), "unparsed"),
        (completion(""), "unparsed"),
        (completion('{"mentions'), "unparsed"),
        (completion("<html><body>busy</body></html>"), "unparsed"),
        (completion(None, refusal="I cannot describe violence."), "refused"),
        (completion(None, "content_filter"), "refused"),
    ],
)
def test_unusable_answers_are_counted(server: ChatServer, tmp_path: Path, reply: Reply, outcome: str) -> None:
    server.script(reply)
    model = baseline(server, tmp_path)
    prediction = model.predict(document(TEXT))
    figures = model.statistics()
    assert (figures["answers"], figures[outcome], figures["complete"], figures["parse_rate"]) == (1, 1, 0, 0.0)
    assert figures["readable_rate"] == (1.0 if outcome == "truncated" else 0.0)
    assert len(prediction.mentions or ()) == (2 if outcome == "truncated" else 0)


def _damaged(value: Any, chance: random.Random, words: list[str]) -> Any:
    """Return a JSON value with keys left out, elements repeated and strings replaced."""
    if isinstance(value, dict):
        return {key: _damaged(item, chance, words) for key, item in value.items() if chance.random() > 0.03}
    if isinstance(value, list):
        return [_damaged(item, chance, words) for item in value for _ in range(chance.choice([1, 1, 1, 2]))]
    return chance.choice([*words, "", "1", None, 3]) if isinstance(value, str) and chance.random() < 0.1 else value


@pytest.mark.slow
@pytest.mark.parametrize("name", LAYOUTS)
def test_damaged_answers_give_valid_predictions(name: str, tmp_path: Path) -> None:
    chance, layout, rows = random.Random(1), LAYOUTS[name], documents("validation")
    answers: list[str] = []
    for doc in rows:
        damaged = _damaged(json.loads(layout.target(doc)), chance, doc.text.split())
        answers.append(json.dumps(damaged)[: chance.choice([500, 2_000, 1_000_000])])
    with chat_server(lambda _: completion(answers[0])) as running:
        running.script(*map(completion, answers))
        model = baseline(running, tmp_path, layout=name)
        predictions = [model.predict(doc) for doc in rows]
    assert gw.validate(predictions, gold=rows) == []
    assert model.statistics()["answers"] == len(rows)


def test_broken_off_answer_is_read_up_to_there() -> None:
    assert parse('{"mentions": [{"quote": "a"}, {"quo', ["mentions"]) == ({"mentions": [{"quote": "a"}, {}]}, False)
    assert parse('{"note": {"mentions": []}', ["mentions"]) == ({"mentions": []}, True)
    assert parse("no object", ["mentions"]) == (None, False)


@pytest.mark.parametrize(
    "reply",
    [
        error(500, "overloaded"),
        error(503, "loading model"),
        error(429, "rate limit"),
        Reply("<html><body>Bad gateway</body></html>", 502, "text/html"),
        Reply("<html><body>Sign in</body></html>", 200, "text/html"),
        Reply('{"id": "1", "object": "chat.comple'),
        Reply('{"choices": []}'),
        Reply("null"),
        Reply('"text"'),
    ],
)
def test_failures_that_may_pass_are_retried(server: ChatServer, tmp_path: Path, reply: Reply) -> None:
    server.script(reply, reply, completion(json.dumps(FULL)))
    model = baseline(server, tmp_path)
    assert len(model.predict(document(TEXT)).mentions or ()) == 2
    assert model.statistics()["retries"] == 2


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        (error(500, "overloaded"), "HTTP 500"),
        (Reply("<html><body>Sign in</body></html>", 200, "text/html"), "not a chat completion: <html>"),
        (Reply('{"id": "1", "object": "chat.comple'), "not valid JSON"),
        (Reply("{}", delay=0.4), "no answer within 0.1 s"),
    ],
)
def test_failures_that_remain_end_the_run(server: ChatServer, tmp_path: Path, reply: Reply, message: str) -> None:
    server.script(reply)
    with pytest.raises(DataError, match=message) as caught:
        baseline(server, tmp_path, retries=2, timeout=0.1).predict(document(TEXT))
    assert ids(caught) == ["endpoint-failed"]
    assert "3 requests failed" in str(caught.value)
    assert len(server.requests) == 3


def test_endpoint_that_is_down(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings = Settings(url=f"http://127.0.0.1:{free.getsockname()[1]}/v1", model="stub", cache=tmp_path, retries=1)
    with pytest.raises(DataError, match="no connection"):
        Baseline(settings, Endpoint(settings, 0.001)).predict(document(TEXT))


def test_unknown_model_and_rejected_key(server: ChatServer, tmp_path: Path) -> None:
    server.script(error(404, "The model `stubb` does not exist"))
    with pytest.raises(UsageError, match=r"unknown model 'stub' or path; the endpoint offers stub"):
        baseline(server, tmp_path).predict(document(TEXT))
    server.script(error(401, "Incorrect API key"))
    with pytest.raises(UsageError, match="OPENAI_API_KEY is rejected"):
        baseline(server, tmp_path).predict(document(TEXT))
    server.script(error(400, "context length exceeded"))
    with pytest.raises(UsageError, match=r"HTTP 400: .*context length exceeded"):
        baseline(server, tmp_path).predict(document(TEXT))
    assert len(server.requests) == 3


def test_server_without_schema_decoding(server: ChatServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def answer(request: dict[str, Any]) -> Reply:
        if "response_format" in request:
            return error(400, "response_format json_schema is not supported")
        return completion(json.dumps(FULL))

    server.answer = answer
    model = baseline(server, tmp_path)
    for text in (TEXT, f"{TEXT} More."):
        assert model.predict(document(text)).mentions
    assert len(server.requests) == 3, "the schema must be tried once"
    assert capsys.readouterr().err.count("no JSON-schema decoding") == 1
    assert (model.statistics()["unconstrained"], model.statistics()["retries"]) == (2, 0)


def test_second_run_goes_on_where_the_first_stopped(
    server: ChatServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [document(f"{TEXT} Number {i}.", id=f"d{i}") for i in range(4)]
    good = completion(json.dumps(FULL))
    server.script(good, good, error(500, "overloaded"))
    with pytest.raises(DataError):
        baseline(server, tmp_path, retries=0).prepare(rows)
    asked = len(server.requests)
    server.script(good)
    model = baseline(server, tmp_path)
    model.prepare(rows)
    assert "2 of 4 answers are cached" in capsys.readouterr().err
    assert len(server.requests) == asked + 2
    predictions = [model.predict(d) for d in rows]
    assert len(server.requests) == asked + 2
    assert all(len(p.mentions or ()) == 2 for p in predictions)
    stored = json.loads((model.cache.folder / "statistics.json").read_text(encoding="utf-8"))
    assert (stored["documents"], stored["settings"]["model"]) == (4, "stub")
    assert "key" not in stored["settings"]


def test_cached_answers_of_another_prompt_are_ignored(
    server: ChatServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    doc = document(TEXT)
    baseline(server, tmp_path).predict(doc)
    for other in ({"max_tokens": 99}, {"temperature": 0.5}, {"layout": "compact"}, {"decoding": "plain"}):
        asked = len(server.requests)
        baseline(server, tmp_path, **other).prepare([doc])
        assert len(server.requests) == asked + 1, other
        assert "answers to other prompts are ignored" in capsys.readouterr().err


def test_damaged_and_foreign_cache_files_are_requested_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cache = Cache(tmp_path, "prompt")
    cache.put("one", Answer(text="1"))
    cache.put("two", Answer(text="2"))
    first, second = (cache._path(p) for p in sorted_paths(cache, "one", "two"))
    second.write_bytes(first.read_bytes())
    assert cache.get("two") is None
    assert "answer to another request" in capsys.readouterr().err
    first.write_text('{"request": "', encoding="utf-8")
    assert cache.get("one") is None
    assert "unreadable answer" in capsys.readouterr().err
    cache.put("one", Answer(text="3"))
    assert cache.get("one") == Answer(text="3")


def sorted_paths(cache: Cache, *requests: str) -> list[str]:
    from goldwire_baselines.llm.cache import digest

    return [digest(request) for request in requests]


def test_examples_come_from_train_and_differ() -> None:
    train = documents("train")
    chosen = choose(train, 3, LAYOUTS["compact"])
    assert len({e.document.text for e in chosen}) == 3
    assert all(any(e.document.text in d.text for d in train) for e in chosen)
    assert choose(train, 0, LAYOUTS["full"]) == []
    assert choose([], 2, LAYOUTS["full"]) == []


def test_settings_from_the_environment() -> None:
    given = {"GOLDWIRE_LLM_URL": "http://x/v1", "GOLDWIRE_LLM_MODEL": "m", "GOLDWIRE_LLM_SHOTS": "2"}
    found = from_environment({**given, "OPENAI_API_KEY": "secret", "GOLDWIRE_LLM_TIMEOUT": "1.5"})
    assert (found.url, found.model, found.shots, found.timeout, found.key) == ("http://x/v1", "m", 2, 1.5, "secret")
    for wrong, message in (
        ({"GOLDWIRE_LLM_MODE": "page"}, "GOLDWIRE_LLM_MODE: Invalid enum value 'page'"),
        ({"GOLDWIRE_LLM_SHOTS": "few"}, "GOLDWIRE_LLM_SHOTS: Expected `int`"),
        ({"GOLDWIRE_LLM_WORKERS": "0"}, "GOLDWIRE_LLM_WORKERS"),
        ({"GOLDWIRE_LLM_MODEl": "m"}, "unknown setting GOLDWIRE_LLM_MODEl"),
        ({"GOLDWIRE_LLM_MODEL": ""}, "GOLDWIRE_LLM_MODEL is not set"),
    ):
        with pytest.raises(UsageError, match=message):
            from_environment({**given, **wrong})


def test_shares_of_omissions_and_inventions() -> None:
    errors = {"missed": 5, "spurious": 2, "ungrounded": 0, "boundary": 1}
    assert error_shares(errors, 2) == {"omissions": 5 / 10, "inventions": 4 / 10}


@pytest.mark.slow
def test_command_line(server: ChatServer, tmp_path: Path) -> None:
    """The module writes a folder; `goldwire run llm` scores from the same answers without a further request."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith("GOLDWIRE_LLM_")}
    python = [sys.executable, "-m", "goldwire_baselines.llm", str(tmp_path / "out"), "--split", "retold", "--limit=2"]
    missing = subprocess.run(python, env=variables, capture_output=True, text=True, check=False)
    assert missing.returncode == 2
    assert missing.stderr.strip().startswith("Error: GOLDWIRE_LLM_URL is not set")
    variables |= {"GOLDWIRE_LLM_URL": server.url, "GOLDWIRE_LLM_MODEL": "stub",
                  "GOLDWIRE_LLM_CACHE": str(tmp_path / "cache"), "GOLDWIRE_LLM_WORKERS": "2"}  # fmt: skip
    done = subprocess.run(python, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert len(server.requests) == 2
    lines = (tmp_path / "out" / "retold" / "predictions.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["id"] for line in lines] == [d.id for d in documents("retold")[:2]]
    figures = json.loads((tmp_path / "out" / "statistics.json").read_text(encoding="utf-8"))["parts"]["retold"]
    assert (figures["documents"], figures["parse_rate"]) == (2, 1.0)
    assert 0 < figures["shares"]["omissions"] <= 1
    command = [str(Path(sys.executable).parent / "goldwire"), "run", "llm", "--split", "retold", "--metrics", "ner"]
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "2 of 15 answers are cached" in done.stderr
    assert len(server.requests) == 15


def test_predictions_of_texts_not_shipped_have_no_words(server: ChatServer, tmp_path: Path) -> None:
    from goldwire_baselines.llm.record import record

    doc = document(TEXT)
    record(baseline(server, tmp_path), [], {"wire": [doc]}, tmp_path / "out")
    (line,) = (tmp_path / "out" / "wire" / "predictions.jsonl").read_text(encoding="utf-8").splitlines()
    assert not {"guards", "guard", "lemre", "killed"} & {*line.lower().replace('"', " ").replace(":", " ").split()}
    prediction = msgspec.json.decode(line)
    entities = [m["entity"] for m in prediction["mentions"]]
    assert len({*entities}) == 2
    assert all(re.fullmatch(r"i\d+", entity) for entity in entities)
    # A name is stored as a span of the text.
    (record_of,) = prediction["records"]
    names = [record_of.get("place"), *record_of.get("actors", ()), *record_of.get("targets", ())]
    assert [name for name in names if name]
    assert all(re.fullmatch(r"@\d+:\d+", name) for name in names if name)


@pytest.mark.slow
def test_llama_cpp_server(tmp_path: Path) -> None:
    """A real model behind a real llama.cpp server follows the schema, and its quotes are grounded."""
    model = os.environ.get("GOLDWIRE_GGUF")
    if not model:
        pytest.skip("GOLDWIRE_GGUF is not set; expected the path of an instruction-following model in GGUF format")
    pytest.importorskip("xllamacpp", reason="needs the llama.cpp server of the package xllamacpp")
    script = (
        "import sys, time, xllamacpp as x; p = x.CommonParams(); p.model.path = sys.argv[1]; p.n_ctx = 4096\n"
        "p.n_parallel = 1; p.warmup = False; s = x.Server(p); print(s.listening_address, flush=True); time.sleep(3600)"
    )
    process = subprocess.Popen([sys.executable, "-c", script, model], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                               text=True)  # fmt: skip
    try:
        assert process.stdout is not None
        url = next(line.strip() for line in process.stdout if line.startswith("http"))
        settings = Settings(url=f"{url}/v1", model=Path(model).stem, layout="compact", max_tokens=200, timeout=1800,
                            cache=tmp_path)  # fmt: skip
        doc = document("A bomb killed two guards in Lemre on Monday.")
        extractor = Baseline(settings)
        prediction = extractor.predict(doc)
    finally:
        process.kill()
        process.wait()
    assert {doc.text[m.start or 0 : m.end] for m in prediction.mentions or ()} & {"two guards", "guards", "Lemre"}
    figures = extractor.statistics()
    assert (figures["unconstrained"], figures["invalid"], figures["unparsed"]) == (0, 0, 0)
    assert figures["prompt_tokens"] > 100

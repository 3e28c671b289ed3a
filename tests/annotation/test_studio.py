"""Label Studio client, pushing and pulling, tested with a real server."""

import contextlib
import os
import threading
import time
import urllib.request
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest
from conftest import ROOT, document, ids, run
from serving import Served, serving

from goldwire_annotation.studio import Studio
from goldwire_annotation.tasks import make_task
from goldwire_corpus.errors import DataError
from goldwire_corpus.label_studio.decode import decode
from goldwire_corpus.label_studio.encode import as_prediction, encode
from goldwire_corpus.schema.prediction import PredArgument, PredEvent, Prediction, PredMention
from goldwire_corpus.source import brat

SOURCE = ROOT / "corpus" / "source"
TEN = [
    "keldura-01", "keldura-03", "keldura-06", "orvelim-01", "orvelim-02", "tsoumar-01", "tsoumar-03", "tsoumar-06",
    "retold-01", "retold-04",
]  # fmt: skip
HOSTILE = {
    "crlf": "First line.\r\nGunmen shot\r\n\r\ntwo guards.\rDone.",
    "tabs-and-spaces": "\tGunmen  shot \t two   guards .  ",
    "emoji": "\U0001f469\u200d\U0001f469\u200d\U0001f467 \U0001f1ee\U0001f1f6 \U0001f469\U0001f3fd shot two guards.",
    "combining": "Re\u0301sume\u0301 of Z\u0323\u0304ahi: gunmen shot two guards\u0301.",
    "nbsp": "Gunmen\u00a0shot two\u202fguards\u2009;\ufeff ok.",
    "rtl": "\u0642\u062a\u0644 \u0645\u0633\u0644\u062d \u202eGunmen\u202c shot \u05e9\u05dc\u05d5\u05dd two guards.",
    "markup": "<b>Gunmen</b> &amp; </script><script>alert(1)</script> shot \\n \\\\ \"two\" 'guards' {{$text}} $text.",
    "line-separators": "Gunmen\u2028shot\u2029two\u0085guards\x0b.\x0c",
}


def _gold(served: Served, title: str, docs: list[str], *more: str) -> None:
    """Push gold of the source as a pre-annotation called `gold`."""
    for part in ("worlds", "retold"):
        present = [doc for doc in docs if (SOURCE / part / f"{doc}.ann").exists()]
        if present:
            result = run(
                "annotate", "push", *present, *served.options(title), "--from", SOURCE / part, "--name", "gold"
            )
            assert result.exit_code == 0, result.stderr


def _accept(served: Served, title: str, doc: str, version: str = "gold") -> None:
    """Submit a pre-annotation unchanged."""
    number, result = served.result(title, doc, version)
    served.submit(title, doc, result, parent_prediction=number)


def _everything(text: str) -> Prediction:
    """Return a prediction with each run of non-space as a mention and as an event with that mention as argument."""
    mentions, events = [], []
    stops = [i for i in range(len(text) + 1) if i in (0, len(text)) or text[i - 1].isspace() != text[i].isspace()]
    for n, (start, end) in enumerate(pairwise(stops), 1):
        if text[start].isspace():
            continue
        mentions.append(PredMention(id=f"T{2 * n}", start=start, end=end, type="PER", level="NAM", entity=f"nil:{n}",
                                    head_start=end - 1, head_end=end))  # fmt: skip
        events.append(PredEvent(id=f"E{2 * n + 1}", start=start, end=end, type="Die", cluster=f"nil:e{n}",
                                arguments=[PredArgument(role="Victim", filler=f"T{2 * n}")]))  # fmt: skip
    return Prediction(id="d1", mentions=mentions, events=events)


def test_label_studio_round_trip(label_studio: Served, tmp_path: Path) -> None:
    _gold(label_studio, "Ten of gold", TEN)
    for doc in TEN:
        _accept(label_studio, "Ten of gold", doc)
    result = run("annotate", "pull", *label_studio.options("Ten of gold"), "--out", tmp_path)
    assert result.exit_code == 0, result.stderr
    assert sorted(path.stem for path in tmp_path.glob("*.ann")) == sorted(TEN)
    for path in tmp_path.glob("*.ann"):
        (source,) = SOURCE.glob(f"*/{path.name}")
        assert path.read_bytes() == source.read_bytes(), path.name


def test_joined_story_round_trip(label_studio: Served, tmp_path: Path, article: Path) -> None:
    where = [*label_studio.options("The story"), "--article", article]
    result = run("annotate", "push", "wire-01", *where, "--from", SOURCE / "wire", "--name", "gold")
    assert result.exit_code == 0, result.stderr
    _accept(label_studio, "The story", "wire-01")
    result = run("annotate", "pull", *where, "--out", tmp_path)
    assert result.exit_code == 0, result.stderr
    assert (tmp_path / "wire-01.ann").read_bytes() == (SOURCE / "wire" / "wire-01.ann").read_bytes()


def test_hostile_texts_round_trip(label_studio: Served) -> None:
    studio = label_studio.studio
    project = studio.project("Hostile", create=True)
    sent = {name: (text, _everything(text)) for name, text in HOSTILE.items()}
    rows = [make_task(msgspec.structs.replace(document("x"), id=name, text=text), {}, {"all": everything})
            for name, (text, everything) in sent.items()]  # fmt: skip
    assert studio.push(project, rows).sent == len(HOSTILE)
    for name in HOSTILE:
        _accept(label_studio, "Hostile", name, "all")
    tasks = {task.doc: task for task in studio.tasks(project)}
    for name, (text, everything) in sent.items():
        assert tasks[name].text == text
        back = decode(tasks[name].annotations[0].result, name, text, "x")
        assert [(m.start, m.end, m.head_start, m.entity) for m in back.mentions or []] == [
            (m.start, m.end, m.head_start, m.entity) for m in everything.mentions or []
        ]
        assert [(e.start, e.end, e.arguments) for e in back.events or []] == [
            (e.start, e.end, e.arguments) for e in everything.events or []
        ]


def _processor_seconds(served: Served) -> float:
    """Return the processor seconds of this process and of the server, which other load does not change."""
    fields = Path(f"/proc/{served.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return time.process_time() + (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_processor_time_is_linear_in_the_number_of_tasks(label_studio: Served) -> None:
    """Compare 1,000 with 100 tasks in one run, because absolute times depend on the machine."""
    text = "Gunmen shot two guards near the bridge at Kesh on Tuesday, the army said. " * 5
    short = _everything(text[:38])  # seven mentions and seven events: 49 regions' values and links
    seconds: dict[int, tuple[float, float]] = {}
    for count in (100, 1000):
        rows = [make_task(msgspec.structs.replace(document("x"), id=f"d{n}", text=text), {}, {"all": short})
                for n in range(count)]  # fmt: skip
        project = label_studio.studio.project(f"{count} tasks", create=True)
        start = _processor_seconds(label_studio)
        assert label_studio.studio.push(project, rows).sent == count
        pushed = _processor_seconds(label_studio)
        tasks = label_studio.studio.tasks(project)
        seconds[count] = pushed - start, _processor_seconds(label_studio) - pushed
        assert len({task.doc for task in tasks}) == count
    for few, many in zip(*seconds.values(), strict=True):
        assert many < 20 * few, seconds


def test_repeated_push_sends_only_missing_documents(label_studio: Served) -> None:
    _gold(label_studio, "Twice", ["tsoumar-06"])
    where = label_studio.options("Twice")
    result = run("annotate", "push", "tsoumar-06", "tsoumar-05", *where)
    assert result.exit_code == 0, result.stderr
    assert "1 document sent, 1 already present" in result.output
    project = label_studio.studio.project("Twice")
    assert sorted(task.doc for task in label_studio.studio.tasks(project)) == ["tsoumar-05", "tsoumar-06"]


def test_repeated_push_sends_missing_pre_annotations(label_studio: Served) -> None:
    assert run("annotate", "push", "tsoumar-06", *label_studio.options("Completed")).exit_code == 0
    _gold(label_studio, "Completed", ["tsoumar-06"])
    number, result = label_studio.result("Completed", "tsoumar-06", "gold")
    assert number
    assert len(result) > 100
    _gold(label_studio, "Completed", ["tsoumar-06"])
    assert len(label_studio.studio.tasks(label_studio.studio.project("Completed"))[0].predictions) == 1


def _fetch_forever(served: Served, project: int) -> None:
    while True:
        served.studio.tasks(project)


@pytest.mark.server
def test_repeated_run_completes_one_whose_server_died(tmp_path: Path) -> None:
    text = "Gunmen shot two guards near the bridge at Kesh on Tuesday, the army said. "
    rows = [make_task(msgspec.structs.replace(document("x"), id=f"d{n}", text=text), {}, {"all": _everything(text)})
            for n in range(400)]  # fmt: skip
    with serving(tmp_path / "data") as served:
        project = served.studio.project("Dying", create=True)

        def kill_in_the_next_batch(count: int) -> None:
            if count:
                threading.Timer(0.3, served.process.kill).start()

        with pytest.raises(DataError) as error:
            served.studio.push(project, rows, kill_in_the_next_batch)
        assert ids(error)[0] in ("server-lost", "server-unreachable")
        assert "of 400" in str(error.value)
        result = run("annotate", "pull", *served.options("Dying"), "--out", tmp_path / "out.jsonl")
        assert result.exit_code == 1
        assert "server-unreachable" in result.stderr
        assert not (tmp_path / "out.jsonl").exists()
    with serving(tmp_path / "data") as served:
        before = served.studio.tasks(project)
        assert 100 <= len(before) < 400
        pushed = served.studio.push(project, rows)
        assert (pushed.sent, pushed.present) == (400 - len(before), len(before))
        tasks = served.studio.tasks(project)
        assert sorted(task.doc for task in tasks) == sorted(row["data"]["id"] for row in rows)
        assert all(len(task.predictions) == 1 for task in tasks)
        _accept(served, "Dying", "d7", "all")
        threading.Timer(0.05, served.process.kill).start()
        with pytest.raises(DataError) as error:
            _fetch_forever(served, project)
        assert ids(error)[0] in ("server-lost", "server-unreachable")
    with serving(tmp_path / "data") as served:
        result = run("annotate", "pull", *served.options("Dying"), "--out", tmp_path / "out.jsonl")
        assert result.exit_code == 0, result.stderr
        assert len((tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()) == 1


# ------------------------------------------------------------------ errors


def test_wrong_token_is_an_error(label_studio: Served) -> None:
    with pytest.raises(DataError) as error:
        Studio(label_studio.access.url, "0" * 40)
    assert ids(error) == ["token-refused"]


def test_missing_token_is_an_error(label_studio: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LABEL_STUDIO_API_KEY", raising=False)
    result = run("annotate", "push", "--url", label_studio.access.url, "--project", "None")
    assert result.exit_code == 1
    assert "token-missing" in result.stderr


def test_project_with_another_configuration_is_an_error(label_studio: Served, tmp_path: Path) -> None:
    other = '<View><Text name="text" value="$text"/><Labels name="e" toName="text"><Label value="A"/></Labels></View>'
    label_studio.studio.client.projects.create(title="Another one", label_config=other)
    for command in (["push", "tsoumar-06"], ["pull", "--out", tmp_path]):
        result = run("annotate", *command, *label_studio.options("Another one"))
        assert result.exit_code == 1
        assert "project-config" in result.stderr


def test_missing_project_is_an_error(label_studio: Served, tmp_path: Path) -> None:
    result = run("annotate", "pull", *label_studio.options("Nowhere"), "--out", tmp_path)
    assert result.exit_code == 1
    assert "project-missing" in result.stderr


def test_invalid_project_title_is_an_error(label_studio: Served) -> None:
    result = run("annotate", "push", "tsoumar-06", *label_studio.options("x"))
    assert result.exit_code == 1
    assert "server-refused" in result.stderr
    assert "at least 3 characters" in result.stderr


def test_edited_text_of_a_task_is_an_error(label_studio: Served, tmp_path: Path) -> None:
    _gold(label_studio, "Edited", ["tsoumar-06"])
    _accept(label_studio, "Edited", "tsoumar-06")
    project = label_studio.studio.project("Edited")
    (task,) = label_studio.studio.tasks(project)
    label_studio.studio.client.tasks.update(id=str(task.id), data=task.data | {"text": task.text + " More."})
    for command in (["push", "tsoumar-06"], ["pull", "--out", tmp_path]):
        result = run("annotate", *command, *label_studio.options("Edited"))
        assert result.exit_code == 1
        assert "text-edited" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_changed_text_of_the_source_is_an_error(label_studio: Served, tmp_path: Path) -> None:
    project = label_studio.studio.project("Since changed", create=True)
    other = msgspec.structs.replace(document("Another text."), id="tsoumar-06")
    label_studio.studio.push(project, [make_task(other, {}, {})])
    label_studio.submit("Since changed", "tsoumar-06", [])
    for command in (["push", "tsoumar-06"], ["pull", "--out", tmp_path]):
        result = run("annotate", *command, *label_studio.options("Since changed"))
        assert result.exit_code == 1
        assert "text-edited" in result.stderr


def test_annotation_without_its_pre_annotation_is_reported(label_studio: Served, tmp_path: Path) -> None:
    docs = ["tsoumar-05", "tsoumar-06"]
    _gold(label_studio, "Flags", docs)
    label_studio.submit("Flags", "tsoumar-06", label_studio.result("Flags", "tsoumar-06", "gold")[1])
    result = run("annotate", "pull", *label_studio.options("Flags"), "--out", tmp_path)
    assert result.exit_code == 0
    assert "warning [annotation-detached] tsoumar-06" in result.stderr
    label_studio.submit("Flags", "tsoumar-05", [])
    result = run("annotate", "pull", *label_studio.options("Flags"), "--out", tmp_path)
    assert result.exit_code == 1
    assert "error [annotation-empty] tsoumar-05" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["tsoumar-06.ann"]


def test_several_annotations_of_a_task_need_an_annotator(label_studio: Served, tmp_path: Path) -> None:
    _gold(label_studio, "Two in one", ["tsoumar-06"])
    for _ in range(2):
        _accept(label_studio, "Two in one", "tsoumar-06")
    result = run("annotate", "pull", *label_studio.options("Two in one"), "--out", tmp_path)
    assert result.exit_code == 1
    assert "annotation-several" in result.stderr
    for by, error_id in (
        (label_studio.access.email, "annotation-several"),
        ("nobody@example.org", "annotator-unknown"),
    ):
        result = run("annotate", "pull", *label_studio.options("Two in one"), "--out", tmp_path, "--by", by)
        assert result.exit_code == 1
        assert error_id in result.stderr


def test_draft_that_is_not_submitted_is_a_warning(label_studio: Served, tmp_path: Path) -> None:
    _gold(label_studio, "Begun", ["tsoumar-06"])
    studio = label_studio.studio
    (task,) = studio.tasks(studio.project("Begun"))
    body = msgspec.json.encode({"result": [], "lead_time": 1, "project": studio.project("Begun")})
    headers = {"Authorization": f"Token {label_studio.access.token}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{studio.url}/api/tasks/{task.id}/drafts", body, headers)
    urllib.request.urlopen(request).close()
    result = run("annotate", "pull", *label_studio.options("Begun"), "--out", tmp_path)
    assert result.exit_code == 0
    assert "warning [annotation-draft] tsoumar-06" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_personal_access_token_is_accepted(label_studio: Served) -> None:
    """Users create personal access tokens; `serve` creates a legacy token."""
    headers = {"Authorization": f"Token {label_studio.access.token}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{label_studio.access.url}/api/token/", b"{}", headers)
    with urllib.request.urlopen(request) as response:
        token = msgspec.json.decode(response.read())["token"]
    assert token.count(".") == 2
    assert Studio(label_studio.access.url, token).project("By token", create=True)


def test_incomplete_annotation_is_pulled_only_as_a_prediction(label_studio: Served, tmp_path: Path) -> None:
    assert run("annotate", "push", "tsoumar-06", *label_studio.options("Incomplete")).exit_code == 0
    region: dict[str, Any] = {
        "id": "drawn", "from_name": "mark", "to_name": "text", "type": "labels",
        "value": {"start": 0, "end": 6, "labels": ["GPE"]},
    }  # fmt: skip
    label_studio.submit("Incomplete", "tsoumar-06", [region])
    where = label_studio.options("Incomplete")
    result = run("annotate", "pull", *where, "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert "label-missing" in result.stderr
    assert run("annotate", "pull", *where, "--out", tmp_path / "out.jsonl").exit_code == 0
    prediction = msgspec.json.decode((tmp_path / "out.jsonl").read_bytes(), type=Prediction)
    assert [(m.id, m.start, m.end, m.type, m.level) for m in prediction.mentions or []] == [("T1", 0, 6, "GPE", None)]


# ------------------------------------------------------------------ from two passes to gold


def test_two_passes_and_adjudication(label_studio: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each annotator has their own server; the passes differ in one level and one argument."""
    doc, gold = "tsoumar-06", brat.decode((SOURCE / "worlds" / "tsoumar-06.ann").read_text(encoding="utf-8"), "x")
    passes = {"a": tmp_path / "a", "b": tmp_path / "b"}
    for name, folder in passes.items():
        with contextlib.nullcontext(label_studio) if name == "a" else serving(tmp_path / "server-b") as served:
            assert run("annotate", "push", doc, *served.options("Blind pass")).exit_code == 0
            marked = as_prediction(doc, gold)
            assert marked.mentions is not None
            assert marked.events is not None
            if name == "b":
                marked.mentions[0].level = "NOM"
                assert marked.events[1].arguments is not None
                del marked.events[1].arguments[-1]
            text = (SOURCE / "worlds" / f"{doc}.txt").read_text(encoding="utf-8").removesuffix("\n")
            served.submit("Blind pass", doc, encode(marked, text))
            result = run("annotate", "pull", *served.options("Blind pass"), "--out", folder)
            assert result.exit_code == 0, result.stderr
    listed = run("annotate", "agree", passes["a"], passes["b"], "--list")
    assert listed.exit_code == 0, listed.stderr
    assert len(listed.output.splitlines()) == 4  # the document's line, two levels, one argument

    where = label_studio.options("Adjudication")
    assert run("annotate", "adjudicate", passes["a"], passes["b"], *where).exit_code == 0
    number, result_b = label_studio.result("Adjudication", doc, "b")
    _, result_a = label_studio.result("Adjudication", doc, "a")
    span = result_a[0]["value"]
    note = {"id": result_a[0]["id"], "from_name": "note", "to_name": "text", "type": "textarea",
            "value": {"start": span["start"], "end": span["end"], "text": ["a dateline is a name (2)"]}}  # fmt: skip
    label_studio.submit("Adjudication", doc, [*result_a, note], parent_prediction=number)

    checkout = tmp_path / "checkout"
    (checkout / "corpus").mkdir(parents=True)
    (checkout / "corpus" / "source").symlink_to(SOURCE)
    monkeypatch.setattr("goldwire_annotation.pulling.source_root", lambda: tmp_path / "checkout" / "other" / "source")
    result = run("annotate", "pull", *where, "--gold")
    assert result.exit_code == 0, result.stderr
    written = tmp_path / "checkout" / "other" / "source" / "worlds" / f"{doc}.ann"
    assert written.read_bytes() == (SOURCE / "worlds" / f"{doc}.ann").read_bytes()
    log = (checkout / "annotation" / "decisions" / f"{doc}.jsonl").read_text(encoding="utf-8")
    rows = [msgspec.json.decode(line) for line in log.splitlines()]
    assert rows[0] == {
        "sentence": 1, "item": "KELBUZ mention", "a": "GPE NAM", "b": "GPE NOM", "gold": "GPE NAM",
        "reason": "a dateline is a name (2)",
    }  # fmt: skip
    assert len(rows) == 2
    assert rows[1]["b"] == "none"
    assert rows[1]["a"] == rows[1]["gold"]
    assert result_b != result_a
    # Pulling again must not repeat decisions in the log.
    assert run("annotate", "pull", *where, "--gold").exit_code == 0
    assert (checkout / "annotation" / "decisions" / f"{doc}.jsonl").read_text(encoding="utf-8") == log

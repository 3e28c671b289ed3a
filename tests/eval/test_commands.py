"""`goldwire score`, `validate`, `compare` and `run` as a user meets them: figures, errors, exit status."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import run

from goldwire_corpus.load import DATA, documents

# Whole commands are run.
pytestmark = pytest.mark.slow


def _gold_lines() -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / "documents" / "test.jsonl").read_text(encoding="utf-8").splitlines()]


def _own_worlds(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Remove the worlds, so that each document is a unit of resampling."""
    for row in rows:
        row["world"] = ""
    return rows


def _halved() -> list[dict[str, Any]]:
    """A prediction right in all it says, that misses every other mention and event and all arguments."""
    rows = _gold_lines()
    for row in rows:
        row["mentions"] = row["mentions"][::2]
        row["events"] = [{**event, "arguments": [], "source": "AUTHOR"} for event in row["events"][::2]]
    return rows


def _write(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.mark.parametrize("split", ["train", "validation", "test", "retold"])
def test_gold_scores_a_hundred_against_itself(split: str) -> None:
    result = run("score", DATA / "documents" / f"{split}.jsonl", "--split", split, "--json", "-")
    figures = json.loads(result.stdout)
    assert result.exit_code == 0
    assert {m["f1"] for m in figures["metrics"].values()} == {1.0}
    assert figures["missing"] == figures["validation_errors"] == []


def test_the_json_has_the_documented_shape(tmp_path: Path) -> None:
    rows = _halved()
    figures = json.loads(run("score", _write(tmp_path / "p.jsonl", rows), "--json", "-").stdout)
    assert list(figures) == [
        "version", "signature", "split", "documents", "resampled", "units", "missing", "not_scored", "left_out",
        "notes", "validation_errors", "metrics", "by", "errors",
    ]  # fmt: skip
    assert set(figures["by"]) == {"type", "genre", "part", "world"}
    metric = figures["metrics"]["mention.exact"]
    assert list(metric) == ["tp", "fp", "fn", "precision", "recall", "f1", "interval"]
    assert metric["precision"] == 1
    assert figures["errors"]["missed"] >= metric["fn"]
    assert figures["signature"].startswith("goldwire|data:")
    assert figures["signature"].rpartition("|")[2] == f"version:{figures['version']}"


def test_parts_add_up_to_the_whole(tmp_path: Path) -> None:
    rows = _halved()
    figures = json.loads(run("score", _write(tmp_path / "p.jsonl", rows), "--json", "-").stdout)
    for group in ("genre", "part"):
        for name, whole in figures["metrics"].items():
            # Documents of one world are read together, so that a world has no share of its own in a genre.
            if name.startswith("cross."):
                continue
            parts = [figures["by"][group][value][name] for value in figures["by"][group]]
            for key in whole.keys() - {"precision", "recall", "f1", "interval"}:
                assert sum(p[key] for p in parts) == pytest.approx(whole[key])
    for key in ("tp", "fp", "fn"):
        by_type = [m["trigger.cls"][key] for m in figures["by"]["type"].values() if "trigger.cls" in m]
        assert sum(by_type) == figures["metrics"]["trigger.cls"][key]


@pytest.mark.parametrize("split", ["train", "validation", "test", "retold"])
def test_the_targets_of_the_prompts_are_perfect_answers(tmp_path: Path, split: str) -> None:
    """They quote all; they cannot express records, nor a head whose words occur twice in its mention."""
    lines = (DATA / "prompts" / f"{split}.jsonl").read_text(encoding="utf-8").splitlines()
    quoted = [{"id": row["document"], **json.loads(row["target"])} for row in map(json.loads, lines)]
    path = _write(tmp_path / "p.jsonl", quoted)
    metrics = json.loads(run("score", path, "--split", split, "--json", "-").stdout)["metrics"]
    for name, metric in metrics.items():
        assert metric["f1"] == (1 if "head" not in name else pytest.approx(1, abs=0.01)), name
    assert "record.ceaf" not in metrics


def _first(**changes: Any) -> dict[str, Any]:
    return {"id": _gold_lines()[0]["id"], **changes}


@pytest.mark.parametrize(
    ("error_id", "row"),
    [
        ("document-unknown", {"id": "nowhere-01", "mentions": []}),
        ("schema", {"mentions": []}),
        ("schema", {"id": "x", "mentionz": []}),
        ("schema", _first(mentions=[{"start": -1, "end": 2, "type": "PER"}])),
        ("schema", _first(mentions=[{"start": 0.5, "end": 2, "type": "PER"}])),
        ("schema", _first(mentions=[{"start": 0, "end": 2}])),
        ("span-range", _first(mentions=[{"start": 0, "end": 10**6, "type": "PER"}])),
        ("span-range", _first(mentions=[{"start": 5, "end": 5, "type": "PER"}])),
        ("span-range", _first(mentions=[{"start": 9, "end": 2, "type": "PER"}])),
        ("head-outside", _first(mentions=[{"start": 0, "end": 2, "head_start": 3, "head_end": 5, "type": "PER"}])),
        ("head-outside", _first(mentions=[{"start": 0, "end": 2, "head_end": 5, "type": "PER"}])),
        ("span-missing", _first(mentions=[{"type": "PER"}])),
        ("span-missing", _first(mentions=[{"start": 3, "type": "PER"}])),
        ("span-quote", _first(mentions=[{"start": 0, "end": 2, "quote": "zz", "type": "PER"}])),
        ("quote-missing", _first(mentions=[{"quote": "Atlantis", "type": "GPE"}])),
        ("quote-ambiguous", _first(mentions=[{"quote": "the", "type": "GPE"}])),
        ("quote-nth", _first(mentions=[{"quote": "the", "nth": 999, "type": "GPE"}])),
        ("type-unknown", _first(mentions=[{"start": 0, "end": 2, "type": "CITY"}])),
        ("level-unknown", _first(mentions=[{"start": 0, "end": 2, "type": "PER", "level": "XXX"}])),
        ("type-unknown", _first(events=[{"start": 0, "end": 2, "type": "Explode"}])),
        ("realis-unknown", _first(events=[{"start": 0, "end": 2, "type": "Attack", "realis": "MAYBE"}])),
        ("role-not-listed", _first(events=[{"start": 0, "end": 2, "type": "Die",
                                            "arguments": [{"role": "Speaker", "filler": {"start": 0, "end": 2}}]}])),
        ("link-dangling", _first(events=[{"start": 0, "end": 2, "type": "Die",
                                          "arguments": [{"role": "Victim", "filler": "m99"}]}])),
        ("id-duplicate", _first(mentions=[{"id": "a", "start": 0, "end": 2, "type": "PER"},
                                          {"id": "a", "start": 3, "end": 5, "type": "PER"}])),
        ("text-differs", _first(text="Another text.", mentions=[])),
        ("span-nth", _first(mentions=[{"start": 0, "end": 2, "nth": 3, "type": "PER"}])),
        ("link-dangling", _first(events=[{"start": 0, "end": 2, "type": "Die", "source": "m99"}])),
        ("quote-missing", _first(events=[{"start": 0, "end": 2, "type": "Die", "source": {"quote": "Atlantis"}}])),
        ("role-self", _first(events=[{"id": "e", "start": 0, "end": 2, "type": "State",
                                      "arguments": [{"role": "Topic-Event", "filler": "e"}]}])),
        ("quantity-bounds", _first(quantities=[{"start": 0, "end": 2, "min": 9, "max": 1}])),
        ("date-format", _first(records=[{"type": "Attack", "earliest": "yesterday"}])),
        ("toll-bounds", _first(records=[{"type": "Attack", "killed_min": 9, "killed_max": 1}])),
        ("toll-bounds", _first(records=[{"type": "Attack", "wounded_min": -1}])),
        ("layers-missing", _first()),
    ],
)  # fmt: skip
def test_each_error_is_reported_with_its_line_and_nothing_is_scored(
    tmp_path: Path, error_id: str, row: dict[str, Any]
) -> None:
    path = _write(tmp_path / "p.jsonl", [_first(mentions=[]) if error_id != "x" else row, row][1:])
    place = str(path) if error_id == "layers-missing" else f"{path}:1"
    for command in ("score", "validate"):
        result = run(command, path)
        assert result.exit_code == 1
        assert f"{place}: error [{error_id}]" in result.output + result.stderr
        assert "F1" not in result.output
    assert run("score", path, "--lenient").exit_code == 0


@pytest.mark.parametrize(
    ("error_id", "content"),
    [
        ("json", '{"id": "tarqueny-04", "mentions": ['),
        ("encoding", "\x00\x01"),
        ("json", '{"id": "tarqueny-04", "records": [{"type": "Attack", "killed_min": NaN}]}'),
        ("json", '{"id": "\\ud800"}'),
        ("json", '{"id": "tarqueny-04", "tokens": ' + "[" * 100_000),
        ("file-empty", ""),
        ("file-empty", "\n\n"),
    ],
    ids=["truncated", "binary", "nan", "lone surrogate", "nesting bomb", "empty", "blank"],
)
def test_a_file_that_is_not_json_lines(tmp_path: Path, error_id: str, content: str) -> None:
    path = tmp_path / "p.jsonl"
    path.write_text(content, encoding="utf-8")
    result = run("score", path)
    assert result.exit_code == 1
    assert f"[{error_id}]" in result.stderr


def test_an_object_over_many_lines_is_one_error(tmp_path: Path) -> None:
    path = tmp_path / "p.jsonl"
    path.write_text(json.dumps(_first(mentions=[]), indent=1), encoding="utf-8")
    result = run("score", path)
    assert result.exit_code == 1
    assert "[format-unknown] this is one JSON object over several lines" in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_another_encoding_is_reported(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "p.jsonl"
    path.write_text('{"id": "tarqueny-04", "mentions": [{"quote": "\u00e9", "type": "PER"}]}\n' * 3, encoding=encoding)
    result = run("score", path)
    assert result.exit_code == 1
    assert f"{path}:1: error [encoding]" in result.stderr
    assert "[json]" not in result.stderr


def test_errors_are_in_order_and_suggest_labels(tmp_path: Path) -> None:
    wrong = [{"quote": "killed", "type": "Attack", "arguments": [{"role": "Agnet", "filler": {"start": 0, "end": 1}}]}]
    path = _write(
        tmp_path / "p.jsonl", [_first(mentions=[{"start": 0, "end": 1, "type": "person"}] * 11, events=wrong)]
    )
    told = run("validate", path).output.splitlines()
    found = [line.partition("mentions[")[2].partition("]")[0] for line in told if "type-unknown" in line]
    assert found == [str(i) for i in range(11)]
    assert f"{path}:1: error [type-unknown] mentions[0].type: unknown type 'person'; did you mean 'PER'?" in told
    assert any("'Attack' has no role 'Agnet'; expected one of Attacker, Target" in line for line in told)


def test_lenient_counts_invalid_items(tmp_path: Path) -> None:
    path = _write(tmp_path / "p.jsonl", [_first(mentions=[{"quote": "Nowhere at all", "type": "GPE"}])])
    assert "invalid items, counted as errors: quote-missing 1" in run("score", path, "--lenient").output


def test_errors_of_ner_are_those_of_names(tmp_path: Path) -> None:
    rows = [{"id": d.id, "mentions": [{"start": m.start, "end": m.end, "type": m.type} for m in d.mentions
             if m.level == "NAM"]} for d in documents("test")]  # fmt: skip
    rows[0]["mentions"].pop()
    path = _write(tmp_path / "p.jsonl", rows)
    names = run("score", path, "--split", "test", "--metrics", "ner").output
    assert "errors: missed 1\n" in names
    others = sum(m.level != "NAM" for d in documents("test") for m in d.mentions)
    both = run("score", path, "--split", "test", "--metrics", "ner, mention.exact").output
    assert f"errors: missed {others + 1}\n" in both


def test_a_document_given_twice(tmp_path: Path) -> None:
    path = _write(tmp_path / "p.jsonl", [_first(mentions=[]), _first(mentions=[])])
    result = run("score", path)
    assert result.exit_code == 1
    assert f"{path}:2: error [document-duplicate]" in result.stderr


def test_an_incident_stays_one_line_whatever_the_data_hold(tmp_path: Path) -> None:
    path = _write(tmp_path / "p.jsonl", [_first(events=[{"start": 0, "end": 2, "type": "\x1b[2J\n/x:1: ok"}])])
    output = run("validate", path).output
    assert "\x1b" not in output
    assert len(output.splitlines()) == 1 + output.count("note: ")


def test_a_line_separator_inside_a_text_does_not_part_lines(tmp_path: Path) -> None:
    import msgspec
    from conftest import document

    gold = tmp_path / "gold.jsonl"
    gold.write_bytes(b"\n" + msgspec.json.encode(document("Lemre\u2028 burnt.")) + b"\n\n")
    path = _write(tmp_path / "p.jsonl", [{"id": "d1", "mentions": [{"start": 0, "end": 5, "type": "GPE"}]}])
    assert run("score", path, "--gold", gold).exit_code == 0


def test_the_signature_of_a_gold_file_is_of_its_own_bytes(tmp_path: Path) -> None:
    import shutil

    build = tmp_path / "build"
    (build / "documents").mkdir(parents=True)
    shutil.copy(DATA / "manifest.json", build)
    gold = build / "documents" / "test.jsonl"
    shutil.copy(DATA / "documents" / "test.jsonl", gold)
    same = json.loads(run("score", gold, "--gold", gold, "--json", "-").stdout)["signature"]
    assert same == json.loads(run("score", gold, "--split", "test", "--json", "-").stdout)["signature"]
    _write(gold, _gold_lines()[:2])
    other = json.loads(run("score", gold, "--gold", gold, "--json", "-").stdout)["signature"]
    assert "|data:file#" in other


def test_figures_can_be_written_to_a_device_but_not_to_a_folder(tmp_path: Path) -> None:
    gold = DATA / "documents" / "test.jsonl"
    assert run("score", gold, "--json", "/dev/null").exit_code == 0
    assert not Path("/dev/null").is_file()
    result = run("score", gold, "--json", tmp_path)
    assert result.exit_code == 1
    assert "[file-unwritable]" in result.stderr


def test_comparing_what_shares_no_layer(tmp_path: Path) -> None:
    one = _write(tmp_path / "a.jsonl", [_first(mentions=[])])
    two = _write(tmp_path / "b.jsonl", [_first(times=[])])
    result = run("compare", one, two)
    assert result.exit_code == 1
    assert "[nothing-shared]" in result.stderr


def test_a_missing_file() -> None:
    result = run("score", "nowhere.jsonl")
    assert result.exit_code == 1
    assert "[file-missing]" in result.stderr


def test_an_offset_inside_a_combining_sequence(tmp_path: Path) -> None:
    import msgspec
    from conftest import document

    gold = tmp_path / "gold.jsonl"
    gold.write_bytes(msgspec.json.encode(document("Cafe\u0301 in Lemre burnt.")) + b"\n")
    for start, end in ((0, 4), (4, 5)):
        path = _write(tmp_path / "p.jsonl", [{"id": "d1", "mentions": [{"start": start, "end": end, "type": "FAC"}]}])
        result = run("score", path, "--gold", gold)
        assert result.exit_code == 1
        assert "[span-combining]" in result.stderr
    path = _write(tmp_path / "p.jsonl", [{"id": "d1", "mentions": [{"start": 0, "end": 5, "type": "FAC"}]}])
    assert run("score", path, "--gold", gold).exit_code == 0


@pytest.mark.parametrize(
    ("error_id", "changes"),
    [
        ("span-range", {"times": [{"id": "t9", "start": 5, "end": 10**6, "type": "DATE", "value": "2024"}]}),
        ("link-dangling", {"entities": []}),
        ("link-dangling", {"event_clusters": []}),
        ("link-dangling", {"mentions": [], "entities": []}),
        ("schema", {"mentions": "none"}),
    ],
)
def test_a_gold_file_of_ones_own_is_checked(tmp_path: Path, error_id: str, changes: dict[str, Any]) -> None:
    rows = _gold_lines()
    gold = _write(tmp_path / "gold.jsonl", [rows[0], {**rows[1], **changes}])
    result = run("score", _write(tmp_path / "p.jsonl", rows[:1]), "--gold", gold)
    assert result.exit_code == 1
    assert f"{gold}:2: error [{error_id}]" in result.stderr
    alone = _write(tmp_path / "alone.jsonl", [{**rows[1], **changes}])
    result = run("score", _write(tmp_path / "p.jsonl", rows[1:2]), "--gold", alone)
    assert f"{alone}:1: error [{error_id}]" in result.stderr


def test_an_empty_gold_file(tmp_path: Path) -> None:
    gold = _write(tmp_path / "gold.jsonl", [])
    assert "[file-empty]" in run("score", DATA / "documents" / "test.jsonl", "--gold", gold).stderr


def test_gold_is_valid() -> None:
    result = run("validate", DATA / "documents" / "test.jsonl")
    assert result.exit_code == 0
    assert f"valid, {len(_gold_lines())} predictions" in result.output


def test_missing_documents_are_named(tmp_path: Path) -> None:
    rows = _gold_lines()
    path = _write(tmp_path / "p.jsonl", rows[1:])
    figures = json.loads(run("score", path, "--split", "test", "--json", "-").stdout)
    assert figures["missing"] == [rows[0]["id"]]
    assert figures["metrics"]["mention.exact"]["fn"] == len(rows[0]["mentions"])
    assert rows[0]["id"] in run("validate", path, "--split", "test").output


def test_too_few_documents_give_no_interval_and_say_so(tmp_path: Path) -> None:
    few = _write(tmp_path / "few.jsonl", _own_worlds(_gold_lines()[:3]))
    assert "no interval: 3 documents are too few" in run("score", few, "--gold", few).output


def test_compare_a_file_with_itself_and_with_a_worse_one(tmp_path: Path) -> None:
    gold = _write(tmp_path / "gold.jsonl", _own_worlds(_gold_lines()[:6]))
    worse = _write(tmp_path / "worse.jsonl", _halved()[:6])
    same = json.loads(run("compare", gold, gold, "--gold", gold, "--json", "-").stdout)["metrics"]["mention.exact"]
    assert (same["difference"], same["p"]) == (0, 1)
    differs = json.loads(run("compare", gold, worse, "--gold", gold, "--json", "-").stdout)["metrics"]["mention.exact"]
    assert differs["difference"] == pytest.approx(-1 / 3, abs=0.02)
    assert differs["interval"] is None
    table = run("compare", gold, worse, "--gold", gold).output
    assert "no interval: 6 documents are too few" in table
    assert "at least 0.0312" in table
    rows = [line for line in table.splitlines() if line.startswith(("metric", "ner", "argument"))]
    assert max(map(len, rows)) <= 80


def test_a_comparison_shows_one_figure_a_layer_and_all_on_demand(tmp_path: Path) -> None:
    from goldwire_eval.metrics.registry import HEADLINE, METRICS, UNITS

    gold = DATA / "documents" / "test.jsonl"
    assert set(HEADLINE) <= set(METRICS)
    assert list(json.loads(run("compare", gold, gold, "--json", "-").stdout)["metrics"]) == list(HEADLINE)
    assert list(json.loads(run("compare", gold, gold, "--all", "--json", "-").stdout)["metrics"]) == [
        # Relations of any type are compared only where any label is.
        name
        for name in METRICS
        if UNITS[name] == "document" and name != "relation.exact"
    ]


def test_layers_of_one_side_alone_are_named(tmp_path: Path) -> None:
    one = _write(tmp_path / "a.jsonl", [_first(mentions=[])])
    two = _write(tmp_path / "b.jsonl", [_first(mentions=[], times=[])])
    assert "b.jsonl: not compared, attempted by this file only: time.value" in run("compare", one, two).stderr


def test_compare_over_ten_documents_gives_intervals(tmp_path: Path) -> None:
    rows = _own_worlds(_gold_lines()[:10])
    better = _write(tmp_path / "better.jsonl", rows)
    for row in rows:
        row["times"] = row["times"] and [dict(row["times"][0], value="2000"), *row["times"][1:]]
    worse = _write(tmp_path / "worse.jsonl", rows)
    metrics = json.loads(run("compare", worse, better, "--gold", better, "--json", "-").stdout)["metrics"]
    assert metrics["time.value"]["interval"][0] > 0
    # One of two systems is worse on each of ten documents: of 1,024 swaps two are as far apart.
    assert metrics["time.value"]["p"] == pytest.approx(2 / 1024, abs=0.0015)
    assert metrics["ner"]["difference"] == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("run", "nosuch"), "unknown model 'nosuch'; expected one of crf, "),
        (("run", "json:JSONDecoder"), "lacks fit or predict"),
        (("run", "rules", "--split", "wire"), "--article"),
        (("score", "x.jsonl", "--split", "dev"), "unknown split 'dev'"),
        (("score", "x.jsonl", "--split", "retold", "--gold", "y.jsonl"), "give one"),
    ],
)
def test_usage_errors_exit_with_two(arguments: tuple[str, ...], message: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in result.output + result.stderr


class Silent:
    """An extractor that finds nothing, and that sees no gold."""

    def fit(self, documents: Any) -> None:
        assert documents

    def predict(self, document: Any) -> Any:
        from goldwire_corpus.schema.prediction import Prediction

        assert not document.mentions
        assert not document.events
        assert not document.records
        return Prediction(id=document.id, mentions=[], events=[])


class Mapping(Silent):
    def predict(self, document: Any) -> Any:
        return {"id": document.id, "mentions": []}


class Nothing(Silent):
    def predict(self, document: Any) -> Any:
        return None


def test_a_model_may_return_a_mapping_and_nothing_else() -> None:
    assert run("run", "test_commands:Mapping").exit_code == 0
    result = run("run", "test_commands:Nothing")
    assert result.exit_code == 1
    assert "predict must return a Prediction or a mapping" in result.stderr


class Numpy(Silent):
    def predict(self, document: Any) -> Any:
        return {"id": document.id, "mentions": [{"start": np.int64(0), "end": np.int32(5), "type": "PER"}]}


class Text(Silent):
    def predict(self, document: Any) -> Any:
        from goldwire_corpus.schema.prediction import Prediction, PredMention

        return Prediction(id=document.id, mentions=[PredMention(start="0", end=5, type="PER")])  # type: ignore[arg-type]


class NoNumber(Silent):
    def predict(self, document: Any) -> Any:
        return {"id": document.id, "quantities": [{"start": 0, "end": 1, "min": float("nan")}]}


class Failing(Silent):
    def predict(self, document: Any) -> Any:
        return {}[document.id]


class Wanting(Silent):
    def __init__(self, size: int) -> None:
        raise AssertionError


def test_a_model_is_held_to_the_schema_as_a_file_is(tmp_path: Path) -> None:
    out = tmp_path / "pred.jsonl"
    assert run("run", "test_commands:Numpy", "--out", out).exit_code == 0
    assert run("validate", out).exit_code == 0
    result = run("run", "test_commands:Text")
    assert result.exit_code == 1
    assert "[prediction] haldmark-01:" in result.stderr
    assert "$.mentions[0].start" in result.stderr
    assert "[prediction] haldmark-01:" in run("run", "test_commands:NoNumber").stderr


def test_the_error_of_a_model_is_shown_with_its_own_trace() -> None:
    result = run("run", "test_commands:Failing")
    assert result.exit_code == 1
    assert "error [model] predict failed on haldmark-01: KeyError: 'haldmark-01'" in result.stderr
    assert "in predict" in result.output
    assert "extractor.py" not in result.output
    result = run("run", "test_commands:Wanting")
    assert result.exit_code == 1
    assert "error [model] cannot be made: TypeError" in result.stderr


def test_run_a_model_of_ones_own(tmp_path: Path) -> None:
    out = tmp_path / "pred.jsonl"
    result = run("run", "test_commands:Silent", "--split", "test", "--out", out, "--json", "-")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["metrics"]["trigger.id"]["f1"] == 0
    assert len(out.read_text().splitlines()) == len(documents("test"))

"""Files scored in parts have the figures of one process, to the last digit; what cannot be cut is scored in one."""

import gzip
import json
import random
import subprocess
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import goldwire as gw
import msgspec
import pytest
from generate import Maker

from goldwire_corpus.load import documents
from goldwire_eval.scale import row_index, score_parts, tag_index

# Worker processes are started.
pytestmark = pytest.mark.slow

FIGURES = ("metrics", "by", "errors", "notes", "missing", "not_scored", "left_out", "documents", "units", "resampled",
           "signature", "validation_errors")  # fmt: skip
Rows = Sequence[Any]


def write(path: Path, rows: Rows) -> Path:
    content = b"".join(msgspec.json.encode(row) + b"\n" for row in rows)
    path.write_bytes(gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)
    return path


def figures(pred: Path, gold: Path, **options: Any) -> dict[str, Any]:
    summary = gw.score(pred, gold=gold, **options).to_dict()
    return {name: summary[name] for name in FIGURES}


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut these small files into many parts and stretches."""
    monkeypatch.setattr(score_parts, "PART", 1 << 12)
    monkeypatch.setattr(tag_index, "_STRETCH", 100)


def same(pred: Path, gold: Path, **options: Any) -> dict[str, Any]:
    """Score in one process and in parts; return the figures, which must be equal."""
    whole = figures(pred, gold, **options)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert figures(pred, gold, jobs=1, **options) == whole
    return whole


@pytest.fixture(scope="module")
def made() -> tuple[Rows, Rows]:
    return Maker(11).corpus(300)


def half(rows: Rows) -> list[dict[str, Any]]:
    """Return gold rows as predictions, without every third item of each layer."""
    out = []
    for row in msgspec.to_builtins(rows):
        for layer in ("mentions", "times", "titles", "relations"):
            row[layer] = [item for i, item in enumerate(row[layer]) if i % 3]
        kept = {item["id"] for layer in ("mentions", "times", "titles", "quantities") for item in row[layer]}
        kept |= {event["id"] for event in row["events"]}
        for event in row["events"]:
            event["arguments"] = [a for a in event["arguments"] if a["filler"] in kept]
            event["source"] = event["source"] if event["source"] in kept else "AUTHOR"
        out.append({key: row[key] for key in ("id", "mentions", "entities", "times", "quantities", "titles", "events",
                                              "event_clusters", "relations", "records")})  # fmt: skip
    return out


def test_documents_of_worlds_with_metrics_across_them(tmp_path: Path) -> None:
    rows = [d for split in ("test", "retold") for d in documents(split)]
    whole = same(write(tmp_path / "p.jsonl", half(rows)), write(tmp_path / "g.jsonl", rows))
    assert 0 < whole["metrics"]["cross.entity.b3"]["f1"] < 1
    assert whole["resampled"] == "worlds"


@pytest.mark.parametrize("order", ["same", "reversed", "mixed"])
@pytest.mark.parametrize("suffix", ["jsonl", "jsonl.gz"])
def test_files_in_any_order(tmp_path: Path, made: tuple[Rows, Rows], order: str, suffix: str) -> None:
    gold, pred = made[0], list(made[1])
    if order == "reversed":
        pred.reverse()
    if order == "mixed":
        random.Random(3).shuffle(pred)
    same(write(tmp_path / f"p.{suffix}", pred), write(tmp_path / f"g.{suffix}", gold), lenient=True)


def test_parts_that_a_worker_adds_up(tmp_path: Path, made: tuple[Rows, Rows], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(score_parts, "TASKS", 3)
    same(write(tmp_path / "p.jsonl", made[1]), write(tmp_path / "g.jsonl", made[0]), lenient=True)


def test_invalid_gold_is_reported_once(tmp_path: Path, made: tuple[Rows, Rows]) -> None:
    gold, pred = write(tmp_path / "g.jsonl", [*made[0], {"id": "last"}]), write(tmp_path / "p.jsonl", made[1])
    with (
        pytest.warns(UserWarning, match="scored in one process: .*gold has no text"),
        pytest.raises(gw.DataError) as one,
    ):
        gw.score(pred, gold=gold, lenient=True, jobs=1)
    assert [error.id for error in one.value.errors] == ["text-missing"]


def test_folders_that_are_cut_elsewhere(tmp_path: Path, made: tuple[Rows, Rows]) -> None:
    for name, rows, sizes in (("g", made[0], (90, 200, 10)), ("p", made[1], (10, 10, 280))):
        (tmp_path / name).mkdir()
        begin = 0
        for i, size in enumerate(sizes):
            write(tmp_path / name / f"{i}.jsonl{'.gz' if i == 1 else ''}", rows[begin : begin + size])
            begin += size
    same(tmp_path / "p", tmp_path / "g", lenient=True, resample="documents")


def test_invalid_predictions_have_the_same_errors(tmp_path: Path, made: tuple[Rows, Rows]) -> None:
    gold = write(tmp_path / "g.jsonl", made[0])
    rows = [{"id": row["id"], "mentions": [{"start": 0, "end": 9_999, "type": "PER"}]} for row in made[0][:40]]
    rows[7]["mentions"][0]["type"] = "NOBODY"
    pred = write(tmp_path / "p.jsonl", rows)
    errors = []
    for options in ({}, {"jobs": 1}):
        with pytest.raises(gw.DataError) as caught:
            gw.score(pred, gold=gold, **options)
        errors.append(caught.value.errors)
    assert errors[0] == errors[1]
    assert [error.line for error in errors[0] if error.id == "type-unknown"] == [8]
    assert len(same(pred, gold, lenient=True)["validation_errors"]) == 40


def test_missing_documents_and_lines_that_are_blank(tmp_path: Path, made: tuple[Rows, Rows]) -> None:
    gold = write(tmp_path / "g.jsonl", made[0])
    pred = write(tmp_path / "p.jsonl", made[1][::2])
    for path in (gold, pred):
        path.write_bytes(b"\xef\xbb\xbf\n" + path.read_bytes().replace(b"\n", b"\r\n\r\n"))
    assert len(same(pred, gold, lenient=True)["missing"]) == len(made[0]) - len(made[1][::2])


TAGS = "\n".join(
    f"{mark}\n\nOda B-PER\nsaw O\n\nin O\n{word} {tag}\n"
    for mark, word, tag in zip(
        ["-DOCSTART- O", "# newdoc id = a b", "# newdoc", "-DOCSTART-"] * 20, ["Lemre", "Neva"] * 40,
        ["B-LOC", "I-LOC", "O", "B-PER", "I-PER"] * 16, strict=True,
    )
)  # fmt: skip


@pytest.mark.parametrize("profile", [None, "seqeval-strict"])
def test_files_of_tags(tmp_path: Path, profile: str | None) -> None:
    text = "".join(
        f"{line} {i}\n" if line == "# newdoc id = a b" else f"{line}\n" for i, line in enumerate(TAGS.split("\n"))
    )
    (tmp_path / "g.conll").write_text(text, encoding="utf-8")
    (tmp_path / "p.conll").write_text(text.replace("B-LOC", "B-PER").replace("saw O", "saw I-PER"), encoding="utf-8")
    whole = same(tmp_path / "p.conll", tmp_path / "g.conll", labels="any", metrics="ner", profile=profile)
    assert whole["documents"] == 80
    assert whole["metrics"]["ner"]["tp"] >= 16


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda rows: [*rows, rows[3]], "a document is there twice"),
        (lambda rows: [*rows, {"id": "other", "mentions": []}], "gold has not"),
        (lambda rows: [], "no prediction"),
        (lambda rows: [*rows, {"mentions": []}], "not an object with an id"),
    ],
)
def test_what_one_process_must_report_is_left_to_it(
    tmp_path: Path, made: tuple[Rows, Rows], change: Any, reason: str
) -> None:
    gold, pred = write(tmp_path / "g.jsonl", made[0]), write(tmp_path / "p.jsonl", change(list(made[1])))

    def answer(**options: Any) -> object:
        try:
            return figures(pred, gold, lenient=True, **options)
        except gw.DataError as error:
            return error.errors

    with pytest.warns(UserWarning, match=reason):
        found = answer(jobs=1)
    assert found == answer()


def test_other_formats_are_scored_in_one_process(tmp_path: Path) -> None:
    (tmp_path / "g.conll").write_text("Oda B-PER\n\nran O\n", encoding="utf-8")
    with pytest.warns(UserWarning, match="does not begin with the mark of a document"):
        gw.score(tmp_path / "g.conll", gold=tmp_path / "g.conll", labels="any", jobs=1)
    with pytest.warns(UserWarning, match="a file or a folder each"):
        gw.score([{"id": "retold-01", "mentions": []}], "retold", jobs=1)


@pytest.mark.parametrize("options", [{}, {"jobs": 1}])
def test_urls_are_read_by_fsspec(tmp_path: Path, made: tuple[Rows, Rows], options: dict[str, Any]) -> None:
    gold, pred = write(tmp_path / "g.jsonl", made[0]), write(tmp_path / "p.jsonl.gz", made[1])
    local = figures(pred, gold, lenient=True)
    found = gw.score(f"file://{pred}", gold=f"file://{gold}", lenient=True, **options).to_dict()
    assert found["metrics"] == local["metrics"]
    assert found["signature"] == local["signature"]


def test_a_bucket_in_memory_is_scored_as_files_are(tmp_path: Path, made: tuple[Rows, Rows]) -> None:
    import fsspec

    gold, pred = write(tmp_path / "g.jsonl", made[0]), write(tmp_path / "p.jsonl", made[1])
    memory = fsspec.filesystem("memory")
    for path in (gold, pred):
        memory.pipe(f"/bucket/{path.name}", path.read_bytes())
    found = gw.score("memory://bucket/p.jsonl", gold="memory://bucket/g.jsonl", lenient=True, jobs=1).to_dict()
    assert found["metrics"] == figures(pred, gold, lenient=True)["metrics"]


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("nowhere://a/b.jsonl", "nowhere:"), ("file:///no/such.jsonl", "no such file"),
    ],
)  # fmt: skip
def test_urls_that_cannot_be_read(tmp_path: Path, made: tuple[Rows, Rows], url: str, message: str) -> None:
    from click.testing import CliRunner
    from goldwire.commands.score import score as command

    gold = str(write(tmp_path / "g.jsonl", made[0]))
    error = CliRunner().invoke(command, [url, "--gold", gold]).exception
    assert isinstance(error, gw.DataError | gw.UsageError)
    assert message in str(error)


def test_hashes_of_ids_are_the_same_in_every_process() -> None:
    code = "from goldwire_eval.scale.row_index import _hash; print(_hash('tsoumar-04'))"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout
    assert int(other) == row_index._hash("tsoumar-04")


@pytest.mark.parametrize("how", [["--jobs", "2"], ["--dask"]])
def test_processes_give_the_figures_of_one(tmp_path: Path, made: tuple[Rows, Rows], how: list[str]) -> None:
    gold, pred = write(tmp_path / "g.jsonl", made[0]), write(tmp_path / "p.jsonl", made[1])
    command = [str(Path(sys.executable).parent / "goldwire"), "score", str(pred), "--gold", str(gold), "--lenient",
               "--json", "-"]  # fmt: skip
    one, several = (
        subprocess.run([*command, *options], capture_output=True, check=True).stdout for options in ([], how)
    )
    assert json.loads(several) == json.loads(one)


def test_large_files_are_said_to_have_another_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from click.testing import CliRunner
    from goldwire.commands import score as command

    monkeypatch.setattr(command, "LARGE", 10)
    (tmp_path / "g.conll").write_text("-DOCSTART- O\n\nOda B-PER\n", encoding="utf-8")
    path = str(tmp_path / "g.conll")
    result = CliRunner().invoke(command.score, [path, "--gold", path, "--labels", "any"])
    assert "--jobs N takes N processes" in result.output

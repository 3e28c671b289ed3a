"""`goldwire run MODEL --docs` in one process: outputs, resumption, failures, and what is refused."""

import gzip
import json
from pathlib import Path

import fsspec
import pytest
from conftest import run
from scale_cases import failed, outputs, predictions, rows, write_shard, write_shards

from goldwire_eval.scale import duplicate_ids, shard_run


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    return write_shards(tmp_path / "docs", 3, 4)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def _run(model: str, docs: Path | str, out: Path | str, *more: str) -> tuple[int, str]:
    result = run("run", f"scale_models:{model}", "--docs", docs, "--out", out, *more)
    return result.exit_code, result.output + result.stderr


def test_shards_in_shards_out(docs: Path, out: Path) -> None:
    assert _run("Capitals", docs, out) == (0, f"3 shards, 12 documents: {out}\n")
    assert sorted(outputs(out)) == ["part-00.jsonl.gz", "part-01.jsonl.gz", "part-02.jsonl.gz"]
    found = predictions(out / "part-01.jsonl.gz")
    assert [row["id"] for row in found] == ["d1-0", "d1-1", "d1-2", "d1-3"]
    assert found[0]["mentions"] == [{"start": s, "end": e, "type": "PER"} for s, e in ((0, 3), (8, 10), (14, 18))]
    assert not (out / "manifest" / "partial").exists()


def test_the_predictions_are_those_of_the_split(tmp_path: Path, out: Path) -> None:
    from goldwire_corpus.load import DATA

    text = (DATA / "documents" / "validation.jsonl").read_text(encoding="utf-8")
    write_shard(tmp_path / "docs" / "a.jsonl", [json.loads(line) for line in text.splitlines()])
    assert _run("Capitals", tmp_path / "docs", out)[0] == 0
    single = tmp_path / "single.jsonl"
    assert run("run", "scale_models:Capitals", "--split", "validation", "--out", single).exit_code == 0
    assert gzip.decompress((out / "a.jsonl.gz").read_bytes()) == single.read_bytes()


def test_plain_texts_and_folders_keep_their_names(tmp_path: Path, out: Path) -> None:
    for name in ("a.txt", "sub/b.txt"):
        (tmp_path / "docs" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "docs" / name).write_text("Ana left.\n", encoding="utf-8")
    assert _run("Capitals", tmp_path / "docs", out)[0] == 0
    assert predictions(out / "sub" / "b.jsonl.gz") == [
        {"id": "sub/b", "mentions": [{"start": 0, "end": 3, "type": "PER"}]}
    ]


def test_urls_are_read_and_written(docs: Path, out: Path) -> None:
    fs = fsspec.filesystem("memory")
    fs.put(str(docs), "/scale-in", recursive=True)
    where = ("memory://scale-in/*.jsonl.gz", "memory://scale-out/x")
    assert _run("Capitals", *where)[0] == 0
    assert "(3 done before)" in _run("Capitals", *where)[1]
    assert _run("Capitals", docs, out)[0] == 0
    assert {name: fs.cat(f"/scale-out/x/{name}") for name in outputs(out)} == outputs(out)


def test_what_is_done_is_not_done_again(docs: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _run("Capitals", docs, out)[0] == 0
    before, times = outputs(out), {p: p.stat().st_mtime_ns for p in out.glob("*.gz")}
    (out / "part-01.jsonl.gz").unlink()
    (out / "part-02.jsonl.gz").write_bytes(before["part-02.jsonl.gz"][:-5])
    monkeypatch.setenv("SCALE_FITS", str(out.parent))
    files = set(out.parent.iterdir())
    assert _run("Capitals", docs, out) == (0, f"3 shards (1 done before), 12 documents: {out}\n")
    assert outputs(out) == before
    assert (out / "part-00.jsonl.gz").stat().st_mtime_ns == times[out / "part-00.jsonl.gz"]
    assert set(out.parent.iterdir()) == files, "the model was fitted again"


def test_a_shard_that_changed_is_done_again(docs: Path, out: Path) -> None:
    assert _run("Capitals", docs, out)[0] == 0
    write_shard(docs / "part-01.jsonl.gz", rows(7, 2))
    assert _run("Capitals", docs, out) == (0, f"3 shards (2 done before), 10 documents: {out}\n")
    assert [row["id"] for row in predictions(out / "part-01.jsonl.gz")] == ["d7-0", "d7-1"]


def test_one_shard_is_singular(tmp_path: Path, out: Path) -> None:
    write_shard(tmp_path / "docs" / "a.jsonl", [{"id": "bad-1", "text": "No."}])
    status, output = _run("Failing", tmp_path / "docs", out)
    assert (status, output.splitlines()[0]) == (1, f"1 shard, 1 document: {out}")
    assert "1 document and 0 shards failed" in output


def test_a_document_on_which_the_model_fails_is_listed(tmp_path: Path, out: Path) -> None:
    docs = tmp_path / "docs"
    write_shard(docs / "a.jsonl", [*rows(0, 2), {"id": "bad-1", "text": "No."}, {"id": "x", "text": "Yes."}])
    write_shard(docs / "b.jsonl", [{"id": "y", "text": "Y", "tokens": [{"start": 0, "end": 9}]}])
    status, output = _run("Failing", docs, out)
    assert status == 1
    assert "a.jsonl:3: error [model] bad-1: predict failed: KeyError: <object object at 0x...>" in output
    assert "2 documents and 0 shards failed" in output
    assert [row["id"] for row in predictions(out / "a.jsonl.gz")] == ["d0-0", "d0-1", "x"]
    assert [(row["id"], row["shard"], row["line"]) for row in failed(out)] == [
        ("bad-1", "a.jsonl", 3), ("y", "b.jsonl", 1),
    ]  # fmt: skip
    before = outputs(out)
    status, output = _run("Failing", docs, out)
    assert (status, outputs(out)) == (1, before)
    assert "2 shards (2 done before)" in output


def test_a_prediction_of_another_document_is_a_failure(docs: Path, out: Path) -> None:
    assert _run("Renaming", docs, out)[0] == 1
    assert failed(out)[0]["error"] == "predict returned a prediction of 'other'"


def test_an_unreadable_shard_leaves_no_output_and_the_rest_goes_on(docs: Path, out: Path) -> None:
    assert _run("Capitals", docs, out)[0] == 0
    before = outputs(out)
    good = (docs / "part-00.jsonl.gz").read_bytes()
    (docs / "part-00.jsonl.gz").write_bytes(good[:-9])
    write_shard(docs / "part-03.jsonl", [{"id": "z", "text": "Z"}, ["no document"]])
    status, output = _run("Capitals", docs, out)
    assert status == 1
    assert "part-00.jsonl.gz: error [archive-corrupt]" in output
    assert "part-03.jsonl:2: error [json]" in output
    assert "0 documents and 2 shards failed" in output
    assert sorted(outputs(out)) == ["failed.jsonl", "part-01.jsonl.gz", "part-02.jsonl.gz"]
    assert [(row["id"], row["shard"], row["line"]) for row in failed(out)] == [
        (None, "part-00.jsonl.gz", 0), (None, "part-03.jsonl", 2),
    ]  # fmt: skip
    (docs / "part-00.jsonl.gz").write_bytes(good)
    (docs / "part-03.jsonl").unlink()
    assert _run("Capitals", docs, out)[0] == 0
    assert outputs(out) == before


@pytest.mark.parametrize("at_once", [5, 20_000_000])
def test_one_document_in_two_shards_names_both(
    docs: Path, out: Path, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duplicate_ids, "AT_ONCE", at_once)
    write_shard(docs / "part-09.jsonl", [{"id": "new", "text": "N"}, *rows(1, 2)])
    for expected in ("4 shards, ", "4 shards (4 done before), "):
        status, output = _run("Capitals", docs, out)
        assert (status, expected in output) == (1, True)
        message = "document id 'd1-0' and 1 more also occurs in part-01.jsonl.gz"
        assert f"part-09.jsonl: error [document-duplicate] {message}" in output


def test_equal_hashes_of_different_ids_are_not_reported(docs: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (shard_run, duplicate_ids):
        monkeypatch.setattr(module, "hash_of", lambda name: name[-1:].encode() * shard_run.HASH)
    assert _run("Capitals", docs, out)[0] == 0


@pytest.mark.parametrize("other", ["model", "documents", "version"])
def test_outputs_of_something_else_are_refused(
    docs: Path, out: Path, other: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _run("Capitals", docs, out)[0] == 0
    before = outputs(out)
    if other == "version":
        monkeypatch.setattr(shard_run, "__version__", "9.0")
    model = "Failing" if other == "model" else "Capitals"
    documents = write_shards(docs.parent / "docs2", 1, 1) if other == "documents" else docs
    status, output = _run(model, documents, out)
    assert status == 1
    assert "error [output-other] made by another run: " in output
    assert outputs(out) == before


def test_a_folder_of_other_files_is_refused(docs: Path, out: Path) -> None:
    out.mkdir()
    (out / "part-00.jsonl.gz").write_text("mine")
    status, output = _run("Capitals", docs, out)
    assert (status, "[output-other] expected an empty folder" in output) == (1, True)
    assert [p.name for p in out.iterdir()] == ["part-00.jsonl.gz"]


@pytest.mark.parametrize("place", ["", "below"])
def test_outputs_among_the_documents_are_refused(docs: Path, place: str) -> None:
    status, output = _run("Capitals", docs, docs / place)
    assert (status, "would be among the documents" in output) == (1, True)
    assert not (docs / "manifest").exists()


@pytest.mark.parametrize(
    ("place", "id"),
    [
        ("/proc/out", "file-unwritable"),
        ("docs/part-00.jsonl.gz", "file-"),
        ("docs/part-00.jsonl.gz/out", "file-"),
    ],
)
def test_a_folder_that_cannot_be_written_is_one_error(docs: Path, tmp_path: Path, place: str, id: str) -> None:
    status, output = _run("Capitals", docs / "part-01.jsonl.gz", tmp_path / place)
    assert (status, output.count("error ["), f"[{id}" in output) == (1, 1, True)


def test_a_full_disk_leaves_nothing_half_written(docs: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: gzip.GzipFile, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    assert _run("Capitals", docs / "part-00.jsonl.gz", out)[0] == 0
    monkeypatch.setattr(gzip.GzipFile, "write", full)
    status, output = _run("Capitals", docs, out)
    assert (status, "cannot be written: No space left on device" in output) == (1, True)
    assert sorted(outputs(out)) == ["part-00.jsonl.gz"]
    assert not (out / "manifest" / "partial").exists()


def test_a_model_that_cannot_be_pickled_is_fitted_in_each_process(
    docs: Path, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fits = tmp_path / "fits"
    fits.mkdir()
    monkeypatch.setenv("SCALE_FITS", str(fits))
    assert _run("Locked", docs, out)[0] == 0
    assert len(list(fits.iterdir())) == 1
    assert not (out / "manifest" / "model.pickle").exists()


def test_a_model_that_cannot_be_fitted_is_one_error(docs: Path, out: Path) -> None:
    status, output = _run("Unfit", docs, out)
    assert status == 1
    assert "error [model] fit failed: RuntimeError: no such weights" in output
    assert outputs(out) == {}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("rules", "--jobs", "2"), "--jobs and --dask need --docs"),
        (("rules", "--docs", "DOCS"), "--docs needs --out"),
        (("rules", "--docs", "DOCS", "--out", "OUT", "--split", "test"), "--split and --docs exclude each other"),
        (("rules", "--docs", "DOCS", "--out", "OUT", "--labels", "any"), "--labels and --docs exclude each other"),
        (("rules", "--docs", "DOCS", "--out", "OUT", "--jobs", "0"), "0 is not in the range x>=1"),
        (("rules", "--docs", "DOCS", "--out", "OUT", "--jobs", "2", "--dask"), "--jobs and --dask exclude each other"),
        (("nosuch", "--docs", "DOCS", "--out", "OUT"), "unknown model 'nosuch'"),
        (("rules", "--docs", "nosuch://y", "--out", "OUT"), "Protocol not known: nosuch"),
        (("rules", "--docs", "DOCS", "--out", "nosuch://y"), "Protocol not known: nosuch"),
    ],
)
def test_usage_errors(docs: Path, out: Path, arguments: tuple[str, ...], message: str) -> None:
    result = run("run", *({"DOCS": str(docs), "OUT": str(out)}.get(a, a) for a in arguments))
    assert (result.exit_code, message in result.output + result.stderr) == (2, True)
    assert not out.exists()

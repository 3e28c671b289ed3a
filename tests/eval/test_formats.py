"""Gold written in any format that `goldwire score` reads scores 100."""

import gzip
import json
import shutil
from pathlib import Path

import msgspec
import pytest
from conftest import ROOT, run

from goldwire_corpus.load import DATA, documents

TEST = DATA / "documents" / "test.jsonl"


def _zstd(data: bytes) -> bytes:
    import sys

    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    return bytes(zstd.compress(data))


def _folder(tmp_path: Path) -> Path:
    lines = TEST.read_bytes().splitlines(keepends=True)
    (tmp_path / "b.jsonl").write_bytes(b"".join(lines[:2]))
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(b"".join(lines[2:])))
    return tmp_path


def _brat(tmp_path: Path) -> Path:
    for document in documents("test"):
        for suffix in (".ann", ".txt"):
            shutil.copy(ROOT / "corpus" / "source" / "worlds" / f"{document.id}{suffix}", tmp_path)
    return tmp_path


def _docbin(tmp_path: Path) -> Path:
    import spacy
    from spacy.tokens import DocBin, Span

    blank, docs = spacy.blank("en"), DocBin(store_user_data=True)
    for document in documents("test"):
        doc = blank(document.text)
        named = [doc.char_span(m.start, m.end, m.type, alignment_mode="expand") for m in document.mentions]
        doc.spans["mentions"] = [span for span in named if isinstance(span, Span)]
        docs.add(doc)
    docs.to_disk(tmp_path / "gold.spacy")
    return tmp_path / "gold.spacy"


def _label_studio(tmp_path: Path) -> Path:
    """What a server exports of gold that was annotated in it, as far as a reader looks."""
    from goldwire_annotation.tasks import make_task
    from goldwire_corpus.schema.prediction import Prediction

    lines = TEST.read_bytes().splitlines()
    gold = [msgspec.json.decode(line, type=Prediction) for line in lines]
    tasks = [make_task(d, {}, {"gold": p}) for d, p in zip(documents("test"), gold, strict=True)]
    exported = [
        {"id": n, "data": t["data"], "annotations": [{"id": n, "result": t["predictions"][0]["result"]}]}
        for n, t in enumerate(tasks, 1)
    ]
    (tmp_path / "export.json").write_text(json.dumps(exported), encoding="utf-8")
    return tmp_path / "export.json"


def test_label_studio_export_of_gold_scores_100(tmp_path: Path) -> None:
    metrics = _metrics(_label_studio(tmp_path))
    assert {name for name, m in metrics.items() if m["f1"] != 1} == set()
    assert {"mention.exact", "argument.attached.cls@entity", "coref.conll", "relation.temporal"} <= set(metrics)


@pytest.mark.parametrize("name", ["gold.jsonl.gz", "gold.jsonl.zst"])
def test_compressed_files_score_as_plain_ones(tmp_path: Path, name: str) -> None:
    packed = gzip.compress(TEST.read_bytes()) if name.endswith(".gz") else _zstd(TEST.read_bytes())
    (tmp_path / name).write_bytes(packed)
    assert _f1(tmp_path / name) == {1.0}


def test_folder_of_json_lines(tmp_path: Path) -> None:
    assert _f1(_folder(tmp_path)) == {1.0}


def test_gold_as_folder_of_json_lines(tmp_path: Path) -> None:
    (tmp_path / "gold").mkdir()
    result = run("score", TEST, "--gold", _folder(tmp_path / "gold"), "--json", "-")
    assert result.exit_code == 0, result.stderr
    figures = json.loads(result.stdout)
    assert {m["f1"] for m in figures["metrics"].values()} == {1.0}
    assert "|data:file#" in f"|{figures['signature']}".replace("goldwire|", "", 1)


def test_brat_folder_of_gold_scores_100(tmp_path: Path) -> None:
    assert _f1(_brat(tmp_path)) == {1.0}


def test_docbin_documents_are_matched_by_text(tmp_path: Path) -> None:
    """Its tokens are spaCy's own, so that a few mentions end elsewhere."""
    metrics = _metrics(_docbin(tmp_path))
    assert metrics["mention.exact"]["recall"] > 0.97
    assert "trigger.id" not in metrics


def _metrics(path: Path) -> dict[str, dict[str, float]]:
    result = run("score", path, "--split", "test", "--json", "-")
    assert result.exit_code == 0, result.stderr
    found: dict[str, dict[str, float]] = json.loads(result.stdout)["metrics"]
    return found


def _f1(path: Path) -> set[float]:
    return {m["f1"] for m in _metrics(path).values()}

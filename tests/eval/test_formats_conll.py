"""Files of tags: by themselves, and for the tokens of gold."""

import json
import random
from pathlib import Path

import pytest
from conftest import run

from goldwire_corpus.errors import ValidationError
from goldwire_corpus.load import DATA
from goldwire_eval.readers import conll
from goldwire_eval.readers.predictions import Predictions
from goldwire_eval.readers.reference import Gold
from goldwire_eval.scorer import score


def _read(
    tmp_path: Path, content: str | bytes, bio: str = "repair"
) -> tuple[list[conll.Tagged], list[ValidationError]]:
    path = tmp_path / "x.conll"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    errors: list[ValidationError] = []
    return list(conll.documents(path, bio, errors.append)), errors


def _entities(document: conll.Tagged) -> list[tuple[str, str]]:
    text = "".join(document.text)
    return [(text[a:z], t) for a, z, t in zip(document.start, document.end, document.types, strict=True)]


def test_sentences_are_documents_without_document_marks(tmp_path: Path) -> None:
    found, errors = _read(tmp_path, "Oda B-PER\nLem I-PER\nfled O\n\nShe O\n")
    assert errors == []
    assert [("".join(d.text), d.line, _entities(d)) for d in found] == [
        ("Oda Lem fled\n", 1, [("Oda Lem", "PER")]), ("She\n", 5, []),
    ]  # fmt: skip


def test_document_marks_and_ids(tmp_path: Path) -> None:
    content = "-DOCSTART- -X- O O\n\nOda NNP B-NP B-PER\n\nran VB O O\n\n# newdoc id = two\nLem NNP B-NP B-LOC\n"
    found, errors = _read(tmp_path, content)
    assert errors == []
    assert [(d.id, "".join(d.text), d.line) for d in found] == [(None, "Oda\nran\n", 3), ("two", "Lem\n", 8)]


@pytest.mark.parametrize(
    ("tags", "bio", "expected"),
    [
        (["B-A", "I-A", "B-A"], "repair", [(0, 1, "A"), (2, 2, "A")]),
        (["I-A", "I-A", "O"], "repair", [(0, 1, "A")]),
        (["I-A", "I-A", "O"], "drop", []),
        (["B-A", "I-B", "I-B"], "repair", [(0, 0, "A"), (1, 2, "B")]),
        (["B-A", "I-B", "I-B"], "drop", [(0, 0, "A")]),
        # BIOES and BILOU.
        (["B-A", "I-A", "E-A", "S-A"], "drop", [(0, 2, "A"), (3, 3, "A")]),
        (["B-A", "L-A", "U-A"], "drop", [(0, 1, "A"), (2, 2, "A")]),
        # What E or S closes nothing goes on with.
        (["B-A", "E-A", "I-A"], "repair", [(0, 1, "A"), (2, 2, "A")]),
        (["S-A", "I-A"], "drop", [(0, 0, "A")]),
        (["B-A\0", "B-A"], "repair", [(0, 0, "A\0"), (1, 1, "A")]),
    ],
)
def test_entities_of_tags(tmp_path: Path, tags: list[str], bio: str, expected: list[tuple[int, int, str]]) -> None:
    (found,), errors = _read(tmp_path, "".join(f"w {tag}\n" for tag in tags), bio)
    assert errors == []
    assert list(zip(found.first, found.last, found.types, strict=True)) == expected


@pytest.mark.parametrize(
    ("content", "error_id", "line"),
    [
        ("Oda B-PER\nLem\n", "tag-columns", 2),
        ("Oda B-PER\nLem X-PER\n", "tag", 2),
        ("Oda PER\n", "tag", 1),
        ("Oda B-\n", "tag", 1),
        (b"\xff\xfe O\n", "encoding", 1),
    ],
)
def test_each_error_has_its_line(tmp_path: Path, content: str | bytes, error_id: str, line: int) -> None:
    _, errors = _read(tmp_path, content)
    assert (error_id, line) in [(i.id, i.line) for i in errors]


def test_line_ends_tabs_and_other_scripts(tmp_path: Path) -> None:
    found, errors = _read(tmp_path, "\ufeffÖda\tB-PER\r\n\U0001f600\tO\r\n\r\nعدن \tB-LOC \r\n")
    assert errors == []
    assert [_entities(d) for d in found] == [[("Öda", "PER")], [("عدن", "LOC")]]


def test_block_size_makes_no_difference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(4)
    tags = ["O", "O", "B-A", "I-A", "I-LONGERTYPE"]
    lines: list[str] = []
    for _ in range(300):
        lines += ["-DOCSTART- O\n", "\n"] if rng.random() < 0.1 else []
        lines += [f"w{rng.randrange(99)} {rng.choice(tags)}\n" for _ in range(rng.randint(1, 9))]
        lines += ["\n"]
    whole, _ = _read(tmp_path, "".join(lines))
    monkeypatch.setattr(conll, "_BLOCK", 64)
    monkeypatch.setattr("goldwire_eval.readers.stream.BLOCK", 50)
    pieces, _ = _read(tmp_path, "".join(lines))
    assert len(whole) > 10
    for document in (*whole, *pieces):
        document.text = ["".join(document.text)]
    assert pieces == whole


def _sentences(split: str) -> str:
    import json

    rows = [json.loads(line) for line in (DATA / "ner" / f"{split}.jsonl").read_text(encoding="utf-8").splitlines()]
    return "".join(
        "".join(f"{t} {tag}\n" for t, tag in zip(row["tokens"], row["tags"], strict=True)) + "\n" for row in rows
    )


@pytest.mark.parametrize("split", ["test", "retold"])
def test_tags_of_the_ner_configuration_score_100(tmp_path: Path, split: str) -> None:
    path = tmp_path / "gold.conll"
    path.write_text(_sentences(split), encoding="utf-8")
    gold = Gold.of_files([DATA / "documents" / f"{split}.jsonl"])
    assert score(Predictions.of_file(path, gold), gold).total("ner").f1 == 1
    assert run("score", path, "--split", split, "--metrics", "ner").exit_code == 0


@pytest.mark.parametrize(
    ("change", "error_id"),
    [
        (lambda s: "Wrong O\n" + s, "token-differs"),
        (lambda s: s + "More O\n", "tokens-left"),
        (lambda s: s[: len(s) // 2].rpartition("\n")[0] + "\n", "tokens-missing"),
    ],
)
def test_tokens_must_equal_gold_tokens(tmp_path: Path, change: object, error_id: str) -> None:
    path = tmp_path / "p.conll"
    path.write_text(change(_sentences("test")), encoding="utf-8")  # type: ignore[operator]
    result = run("score", path, "--split", "test")
    assert result.exit_code == 1
    assert f"[{error_id}]" in result.stderr


def test_with_ids_an_error_costs_only_its_document(tmp_path: Path) -> None:
    """The second of three documents: a wrong token in its second sentence, or its end cut off."""
    gold, pred = tmp_path / "gold.jsonl", tmp_path / "pred.conll"
    words = ["Oda", "ran", ".", "She", "fled", "."]
    text = " ".join(words)
    starts = [sum(len(w) + 1 for w in words[:i]) for i in range(len(words))]
    tokens = [{"start": s, "end": s + len(w)} for s, w in zip(starts, words, strict=True)]
    mentions = [{"start": 0, "end": 3, "type": "PER"}]
    rows = [{"id": f"d{n}", "text": text, "tokens": tokens, "mentions": mentions} for n in (1, 2, 3)]
    gold.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")

    def tagged(n: int, words: list[str]) -> str:
        lines = [f"{w} {'B-PER' if w == 'Oda' else 'O'}\n" for w in words]
        return f"# newdoc id = d{n}\n" + "".join([*lines[:3], "\n", *lines[3:], "\n"])

    for second, message in (
        ([*words[:4], "hid", "."], "pred.conll:16: error [token-differs] d2: token 5 is 'hid' here and 'fled' in gold"),
        (words[:4], "pred.conll:11: error [tokens-missing] d2 has 6 tokens, the file ends it after 4"),
    ):
        pred.write_text(tagged(1, words) + tagged(2, second) + tagged(3, words), encoding="utf-8")
        assert message in run("score", pred, "--gold", gold).stderr
        figures = json.loads(run("score", pred, "--gold", gold, "--lenient", "--json", "-").stdout)
        # Its entity counts as wrong, so it is not missing.
        assert figures["missing"] == []
        assert (figures["metrics"]["ner"]["tp"], figures["metrics"]["ner"]["fp"]) == (2, 1)


def test_tags_against_tags(tmp_path: Path) -> None:
    gold, pred = tmp_path / "gold.conll", tmp_path / "pred.conll"
    gold.write_text("-DOCSTART- O\n\nOda B-X\nran O\n", encoding="utf-8")
    pred.write_text("-DOCSTART- O\n\nOda B-X\nran B-Y\n", encoding="utf-8")
    result = run("score", pred, "--gold", gold, "--labels", "any", "--json", "-")
    assert '"tp": 1.0' in result.stdout
    assert '"fp": 1.0' in result.stdout
    pred.write_text("-DOCSTART- O\n\nOda B-X\nfled O\n", encoding="utf-8")
    result = run("score", pred, "--gold", gold, "--labels", "any")
    assert result.exit_code == 1
    assert "pred.conll:4: error [token-differs] 1: token 2 is 'fled' here and 'ran' in gold" in result.stderr

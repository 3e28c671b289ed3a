"""Inputs that are not regular files, inputs without end, and files of unknown documents, in bounded time and memory."""

import io
import json
import os
import sys
import threading
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from conftest import ids

from goldwire_corpus.errors import DataError
from goldwire_corpus.schema.prediction import Prediction
from goldwire_eval.metrics.prf import Counts
from goldwire_eval.policy import Policies
from goldwire_eval.readers import spool, stream
from goldwire_eval.readers.document_pairs import MOST_UNKNOWN, Line, Pairing
from goldwire_eval.readers.formats import Reading, read_rows
from goldwire_eval.readers.predictions import Predictions
from goldwire_eval.readers.reference import Gold
from goldwire_eval.readers.spool import Input, spool_stdin
from goldwire_eval.scorer import score_file

ROW = '{"id": "d", "text": "Mara left.", "mentions": [{"start": 0, "end": 4, "type": "PER"}]}\n'


def pipe(folder: Path, content: bytes, times: int = 1) -> Path:
    """A named pipe into which the content is written again and again."""
    path = folder / "pipe"
    os.mkfifo(path)

    def write() -> None:
        try:
            with path.open("wb") as file:
                for _ in range(times):
                    file.write(content)
        except BrokenPipeError:
            pass

    threading.Thread(target=write, daemon=True).start()
    return path


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/urandom"])
def test_devices_of_binary_content_are_refused(device: str) -> None:
    if not Path(device).exists():
        pytest.skip(f"no {device}")
    with pytest.raises(DataError) as error:
        Gold.of_files([Path(device)])
    assert [(e.path, e.id) for e in error.value.errors] == [(device, "format-unknown")]


@pytest.mark.parametrize(("content", "what"), [(b"abc", "without a line end"), (b"abc O\n", "save it to a file")])
def test_a_pipe_without_end_is_refused(
    tmp_path: Path, content: bytes, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool, "LARGEST", 8 << 20)
    monkeypatch.setattr(spool, "LONGEST_WITHOUT_END", 4 << 20)
    path = pipe(tmp_path, content * 100_000, times=10**9)
    with pytest.raises(DataError) as error:
        list(read_rows(path, Reading()))
    assert [(e.path, e.id) for e in error.value.errors] == [(str(path), "input-too-large")]
    assert what in str(error.value)


def test_a_pipe_is_read_as_a_file_is(tmp_path: Path) -> None:
    (tmp_path / "gold.jsonl").write_text(ROW, encoding="utf-8")
    gold = Gold.of_files([tmp_path / "gold.jsonl"])
    assert score_file(pipe(tmp_path, ROW.encode()), gold).total("mention.exact") == Counts(1, 0, 0)


def test_errors_in_a_pipe_name_the_pipe(tmp_path: Path) -> None:
    path, reading = pipe(tmp_path, b'{"id": 1}\n{"id": "d", "mentions": []}\n'), Reading()
    assert [(line.path, line.line) for line in read_rows(path, reading)] == [(str(path), 2)]
    assert [(e.path, e.line, e.id) for e in reading.errors] == [(str(path), 1, "schema")]


def test_gold_in_a_pipe_is_read_as_often_as_needed(tmp_path: Path) -> None:
    gold = Gold.of_files([pipe(tmp_path, ROW.encode())])
    assert [line.row.id for _ in range(3) for line in gold] == ["d"] * 3


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(ROW.encode())))
    source = spool_stdin()
    assert (source.name, source.path.read_text(encoding="utf-8")) == ("standard input", ROW)
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"Mara B-PER\n")))
    assert [(line.path, line.row.text) for line in read_rows(Path("-"), Reading())] == [("standard input", "Mara")]


@pytest.mark.parametrize("content", [b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"\x78\x9c"])
def test_archives_and_docbins_keep_their_suffix(tmp_path: Path, content: bytes) -> None:
    suffixes = {b"\x1f": ".gz", b"\x28": ".zst", b"\x78": ".spacy"}
    assert Input(pipe(tmp_path, content + b"\0" * 99)).path.suffix == suffixes[content[:1]]


def test_the_copy_is_removed(tmp_path: Path) -> None:
    source = Input(pipe(tmp_path, ROW.encode()))
    copy = source.path
    assert copy.exists()
    del source
    assert not copy.exists()


def test_a_file_of_tags_without_line_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "LONGEST_WITHOUT_END", 4 << 20)
    with (tmp_path / "x.conll").open("wb") as file:
        file.truncate(64 << 20)
    with pytest.raises(DataError) as error:
        list(read_rows(tmp_path / "x.conll", Reading()))
    assert ids(error) == ["line-too-long"]


# ------------------------------------------------------------------ unknown documents


def unknown(count: int) -> Iterator[Line]:
    for number in range(count):
        yield Line("p", number + 1, Prediction(id=f"x{number}", mentions=[]))


def test_many_unknown_documents_are_one_error_in_bounded_memory() -> None:
    gold = [Line("g", 1, Prediction(id="d", text="x"))]
    tracemalloc.start()
    pairing = Pairing(gold, unknown(50_000))
    pairs = list(pairing.pairs())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [(pair.gold.row.id, pair.pred) for pair in pairs] == [("d", None)]
    (error,) = pairing.errors
    assert (error.path, error.line, error.id) == ("p", 1, "document-unknown")
    assert error.message.startswith("50,000 documents are not among the 1 of gold: 'x0' (line 1), 'x1' (line 2), ")
    # A row takes some 500 bytes.
    assert peak < 2 << 20


def test_few_unknown_documents_have_an_error_each() -> None:
    pairing = Pairing([Line("g", 1, Prediction(id="d", text="x"))], unknown(MOST_UNKNOWN))
    list(pairing.pairs())
    assert [(e.line, e.id) for e in pairing.errors] == [(n + 1, "document-unknown") for n in range(MOST_UNKNOWN)]


def test_unknown_documents_are_counted_as_wrong_if_lenient(tmp_path: Path) -> None:
    rows = [json.loads(ROW), *({**json.loads(ROW), "id": f"x{n}"} for n in range(MOST_UNKNOWN + 1))]
    (tmp_path / "gold.jsonl").write_text(ROW, encoding="utf-8")
    (tmp_path / "pred.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    scored = score_file(tmp_path / "pred.jsonl", Gold.of_files([tmp_path / "gold.jsonl"]), Policies(invalid="wrong"))
    assert scored.total("mention.exact") == Counts(1, MOST_UNKNOWN + 1, 0)
    assert [e.id for e in scored.validation_errors] == ["document-unknown"]


@pytest.mark.parametrize(
    ("own", "other", "end"),
    [
        ("news-01", "news-1", "; did you mean 'news-01'?"),
        ("News-01", "news-01", "; did you mean 'News-01'?"),
        ("caf\u00e9", "cafe\u0301", "which is the same in Unicode form NFC: normalise both"),
        ("d", "xyz", "unknown document id 'xyz'"),
    ],
)
def test_an_unknown_id_is_reported_with_the_nearest_that_is_missing(own: str, other: str, end: str) -> None:
    gold = [Line("g", n, Prediction(id=id, text="x")) for n, id in enumerate(("zz", own), 1)]
    pred = [Line("p", n, Prediction(id=id, mentions=[])) for n, id in enumerate(("zz", other), 1)]
    pairing = Pairing(gold, pred)
    list(pairing.pairs())
    (error,) = pairing.errors
    assert (error.line, error.id) == (2, "document-unknown")
    assert error.message.endswith(end)


# ------------------------------------------------------------------ texts that differ


@pytest.mark.parametrize(
    ("text", "own", "end"),
    [
        ("cafe\u0301 x", "caf\u00e9 x", "from code point 3 on: they are equal after Unicode normalisation (here NFD); "
                                        "normalise both texts to one form"),
        ("M\u0430ra", "Mara", "from code point 1 on (U+0430 CYRILLIC SMALL LETTER A here, "
                              "U+0061 LATIN SMALL LETTER A in gold, which look alike)"),
        ("\u2019s", "'s", "(U+2019 RIGHT SINGLE QUOTATION MARK here, U+0027 APOSTROPHE in gold, which look alike)"),
        ("a\r\nb", "a\nb", "from code point 1 on: they differ in line ends only"),
        (" a", "a", "from code point 0 on: they differ in white space at the ends only"),
        ("a  b", "a b", "from code point 2 on: they differ in white space only"),
        ("Mara", "Maro", "the text differs from the document's from code point 3 on"),
        ("Mara", "Mara left", "the text differs from the document's from code point 4 on"),
    ],
)  # fmt: skip
def test_how_texts_differ_is_said(tmp_path: Path, text: str, own: str, end: str) -> None:
    for name, some in (("gold", own), ("pred", text)):
        row = {"id": "d", "text": some, "mentions": []}
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    gold = Gold.of_files([tmp_path / "gold.jsonl"])
    with pytest.raises(DataError) as error:
        score_file(tmp_path / "pred.jsonl", gold)
    assert ids(error) == ["text-differs"]
    assert error.value.errors[0].message.endswith(end)


def test_kinds_of_white_space_do_not_differ(tmp_path: Path) -> None:
    for name, some in (("gold", "Mara\nleft. "), ("pred", "Mara\u00a0left.")):
        row = {"id": "d", "text": some, "mentions": [{"start": 0, "end": 4, "type": "PER"}]}
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    gold = Gold.of_files([tmp_path / "gold.jsonl"])
    assert score_file(tmp_path / "pred.jsonl", gold).total("mention.exact") == Counts(1, 0, 0)


def test_predictions_may_be_read_again(tmp_path: Path) -> None:
    (tmp_path / "p.jsonl").write_text('{"id": 1}\n' + ROW, encoding="utf-8")
    gold = Gold.of_documents([])
    predictions = Predictions.of_file(tmp_path / "p.jsonl", gold)
    for _ in range(2):
        assert [line.row.id for line in predictions] == ["d"]
        assert len(predictions.errors) == 1

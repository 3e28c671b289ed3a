"""DocBin, written here by spaCy itself."""

import gc
import struct
import sys
import unicodedata
import zlib
from pathlib import Path
from typing import Any

import msgspec
import pytest
from conftest import ids
from hypothesis import given, settings
from hypothesis import strategies as st

from goldwire_corpus.errors import DataError, ValidationError
from goldwire_corpus.schema.prediction import Prediction
from goldwire_eval.readers import docbin
from goldwire_eval.readers.docbin import read
from goldwire_eval.readers.document_pairs import Line

spacy = pytest.importorskip("spacy")

from spacy.tokens import Doc, DocBin, Span  # noqa: E402

#       0         1         2         3         4
#       0123456789012345678901234567890123456789012
TEXT = "𐀀unmen hit Żelmë. Its mayor fled, Oda said."
#       0      1   2    34   5     6   78   9   10
NLP = spacy.blank("en")


def _span(doc: Doc, start: int, end: int, label: str, kb_id: str = "") -> Span:
    return Span(doc, start, end, label=label, kb_id=kb_id)


def _doc(ents: list[Any] = [], id: str | None = "d1", text: str = TEXT, **groups: list[Any]) -> Doc:  # noqa: B006
    """A document with entities and span groups, each span (first token, end token, label, kb_id)."""
    doc = NLP(text)
    if id is not None:
        doc.user_data["id"] = id
    doc.ents = [_span(doc, *span) for span in ents]
    for name, spans in groups.items():
        doc.spans[name] = [_span(doc, *span) for span in spans]
    return doc


def _write(folder: Path, *docs: Doc, user_data: bool = True) -> Path:
    path = folder / "p.spacy"
    DocBin(docs=docs, store_user_data=user_data).to_disk(path)
    return path


def _read(path: Path, by_text: dict[str, str] | None = None) -> tuple[list[Prediction], list[ValidationError]]:
    """The predictions, matched with gold documents whose ids are given by text, and the errors."""
    errors: list[ValidationError] = []
    gold = [Line("gold", 1, Prediction(id=id, text=text)) for text, id in (by_text or {}).items()]
    return [line.row for line in read(path, gold, errors)], errors


def _mentions(prediction: Prediction) -> list[tuple[Any, ...]]:
    return [(m.start, m.end, m.type, m.level, m.entity) for m in prediction.mentions or ()]


def test_entities_are_named_mentions_in_code_points(tmp_path: Path) -> None:
    (one,), errors = _read(_write(tmp_path, _doc([(0, 1, "PER"), (2, 3, "GPE")])))
    assert errors == []
    assert (one.id, one.text, one.entities, one.events) == ("d1", TEXT, None, None)
    assert _mentions(one) == [(0, 6, "PER", "NAM", None), (11, 16, "GPE", "NAM", None)]
    assert [TEXT[m.start : m.end] for m in one.mentions or ()] == ["𐀀unmen", "Żelmë"]


def test_labels_in_the_vocabulary_of_spacy(tmp_path: Path) -> None:
    labels = ["ORG", "GPE", "PERSON", "nsubj", "TIME", "é" * 40]
    doc = _doc(sc=[(i, i + 1, label) for i, label in enumerate(labels)])
    (one,), _ = _read(_write(tmp_path, doc))
    assert [m.type for m in one.mentions or ()] == labels


def test_span_groups_are_mentions_without_level(tmp_path: Path) -> None:
    doc = _doc(
        [(2, 3, "GPE")], mentions=[(4, 6, "PER"), (4, 5, "GPE"), (2, 3, "GPE"), (2, 3, "LOC")], sc=[(4, 5, "GPE")]
    )
    (one,), _ = _read(_write(tmp_path, doc))
    assert _mentions(one) == [
        (11, 16, "GPE", "NAM", None), (18, 27, "PER", None, None), (18, 21, "GPE", None, None),
        (11, 16, "LOC", None, None), (18, 21, "GPE", None, None),
    ]  # fmt: skip


def test_cluster_members_get_the_type_of_the_first(tmp_path: Path) -> None:
    clusters = {"coref_clusters_1": [(4, 5, ""), (2, 3, "")], "coref_clusters_2": [(4, 6, "PER")]}
    doc = _doc([(2, 3, "GPE"), (8, 9, "PER")], **clusters, coref_head_clusters_1=[(0, 1, "")])
    (one,), errors = _read(_write(tmp_path, doc))
    assert errors == []
    assert _mentions(one) == [
        (11, 16, "GPE", "NAM", "coref_clusters_1"), (34, 37, "PER", "NAM", "mention_1"),
        (18, 21, "GPE", None, "coref_clusters_1"), (18, 27, "PER", None, "coref_clusters_2"),
    ]  # fmt: skip
    assert one.entities is None


def test_mention_in_two_clusters_is_two_mentions(tmp_path: Path) -> None:
    doc = _doc([(2, 3, "GPE")], coref_clusters_1=[(2, 3, ""), (4, 5, "")], coref_clusters_2=[(2, 3, "GPE")])
    (one,), _ = _read(_write(tmp_path, doc))
    assert _mentions(one) == [
        (11, 16, "GPE", "NAM", "coref_clusters_1"), (18, 21, "GPE", None, "coref_clusters_1"),
        (11, 16, "GPE", None, "coref_clusters_2"),
    ]  # fmt: skip


def test_cluster_without_type_is_an_error(tmp_path: Path) -> None:
    found, errors = _read(_write(tmp_path, _doc(), _doc(coref_clusters_1=[(0, 1, ""), (4, 5, "")])))
    assert [p.id for p in found] == ["d1"]
    assert [(i.line, i.id) for i in errors] == [(2, "type-missing")]


def test_links_are_clusters_without_a_cluster_group(tmp_path: Path) -> None:
    doc = _doc([(0, 1, "PER", "NIL"), (2, 3, "GPE", "w:zelme"), (8, 9, "PER", "w:oda")],
               sc=[(4, 5, "GPE", "w:zelme")], coref_clusters_1=[(8, 9, "")])  # fmt: skip
    (one,), _ = _read(_write(tmp_path, doc))
    assert [m.entity for m in one.mentions or ()] == ["mention_0", "w:zelme", "coref_clusters_1", "w:zelme"]
    assert [(e.id, e.type, e.link) for e in one.entities or ()] == [
        ("mention_0", "PER", None), ("w:zelme", "GPE", "w:zelme"), ("coref_clusters_1", "PER", "w:oda"),
    ]  # fmt: skip


def test_id_from_user_data_or_text(tmp_path: Path) -> None:
    Doc.set_extension("doc_id", default=None, force=True)
    extended = _doc(id=None)
    extended._.doc_id = "d2"
    found, errors = _read(_write(tmp_path, _doc(), extended, _doc(id=None), _doc(id=None, text="Other.")), {TEXT: "d3"})
    assert [p.id for p in found] == ["d1", "d2", "d3"]
    assert [(i.line, i.id) for i in errors] == [(4, "document-unknown")]


def test_id_from_text_without_user_data(tmp_path: Path) -> None:
    found, _ = _read(_write(tmp_path, _doc([(2, 3, "GPE")]), user_data=False), {TEXT: "d7"})
    assert [p.id for p in found] == ["d7"]


def test_attempted_layers_hold_for_the_whole_file(tmp_path: Path) -> None:
    plain = NLP(TEXT)
    plain.user_data["id"] = "d2"
    assert [p.mentions for p in _read(_write(tmp_path, plain))[0]] == [None]
    found, _ = _read(_write(tmp_path, plain, _doc([(2, 3, "GPE")])))
    assert [len(p.mentions or ()) for p in found] == [0, 1]
    assert found[0].mentions == []


def test_content_that_is_not_a_docbin_is_an_error(tmp_path: Path) -> None:
    good = _write(tmp_path, _doc([(2, 3, "GPE")])).read_bytes()
    bomb = zlib.compress(b"\0" * (65 << 20))
    nested = zlib.compress(b"\x91" * 100_000 + b"\xc0")
    claimed = zlib.compress(b"\x81\xa5attrs" + b"\xdd\x7f\xff\xff\xff" * 1000)
    cases = [(b"", "archive-corrupt"), (b"text", "archive-corrupt"), (good[:-5], "archive-corrupt"), (bomb, "bomb"),
             (zlib.compress(b""), "docbin"), (nested, "docbin"), (claimed, "docbin"),
             (zlib.compress(b"\x80"), "docbin")]  # fmt: skip
    for data, id in cases:
        path = tmp_path / "bad.spacy"
        path.write_bytes(data)
        with pytest.raises(DataError) as error:
            _read(path)
        assert ids(error) == [id]
    for path, id in ((tmp_path / "none", "file-missing"), (tmp_path, "file-unreadable")):
        with pytest.raises(DataError) as error:
            _read(path)
        assert ids(error) == [id]


def test_arrays_of_wrong_length_are_an_error(tmp_path: Path) -> None:
    path = _write(tmp_path, _doc(), _doc(id="d2"))
    good = msgspec.msgpack.decode(zlib.decompress(path.read_bytes()))
    assert [p.id for p in _read(path)[0]] == ["d1", "d2"]
    for change in (
        {"lengths": good["lengths"][:4]}, {"lengths": good["lengths"][:-1]}, {"tokens": good["tokens"][:-8]},
        {"spaces": good["spaces"] + b"\1"}, {"user_data": good["user_data"][:1]}, {"lengths": b""},
        {"lengths": struct.pack("<ii", -1, 23)}, {"span_groups": good["span_groups"] * 2},
    ):  # fmt: skip
        path.write_bytes(zlib.compress(msgspec.msgpack.encode({**good, **change})))
        with pytest.raises(DataError) as error:
            _read(path)
        assert ids(error) == ["docbin"]


def test_numpy_makes_no_objects_of_user_data(tmp_path: Path) -> None:
    path = _write(tmp_path, _doc())
    raw = msgspec.msgpack.decode(zlib.decompress(path.read_bytes()))
    for dtype in ("O", "|O8"):
        array = {b"nd": True, b"type": dtype, b"kind": b"", b"shape": [1], b"data": b"\0" * 8}
        raw["user_data"] = [msgspec.msgpack.encode({"id": array})]
        path.write_bytes(zlib.compress(msgspec.msgpack.encode(raw)))
        with pytest.raises(DataError) as error:
            _read(path)
        assert ids(error) == ["docbin"]
        assert "OBJECT" in str(error.value)


def test_missing_spacy_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _write(tmp_path, _doc())
    monkeypatch.setitem(sys.modules, "spacy.tokens", None)
    with pytest.raises(DataError) as error:
        _read(path)
    assert ids(error) == ["spacy-missing"]
    assert "goldwire[spacy]" in str(error.value)


def test_docbin_without_documents_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError) as error:
        _read(_write(tmp_path))
    assert ids(error) == ["file-empty"]


def test_too_large_file_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _write(tmp_path, _doc())
    monkeypatch.setattr(docbin, "LARGEST", path.stat().st_size)
    with pytest.raises(DataError) as error:
        _read(path)
    assert ids(error) == ["bomb"]
    monkeypatch.setattr(docbin, "LARGEST", 10)
    with pytest.raises(DataError) as error:
        _read(path)
    assert ids(error) == ["file-too-large"]


def test_offsets_outside_the_text_are_an_error(tmp_path: Path) -> None:
    path = _write(tmp_path, _doc(sc=[(2, 3, "GPE")]))
    raw = zlib.decompress(path.read_bytes())
    for start, end in ((11, 99), (-1, 4), (16, 16)):
        path.write_bytes(zlib.compress(raw.replace(struct.pack(">ll", 11, 16), struct.pack(">ll", start, end))))
        assert [(i.line, i.id) for i in _read(path)[1]] == [(1, "span-range")]


def test_garbage_collector_is_enabled_after_an_error(tmp_path: Path) -> None:
    path = _write(tmp_path, _doc())
    raw = msgspec.msgpack.decode(zlib.decompress(path.read_bytes()))
    # A map as the key of a map: well-formed, but no Python object.
    raw["user_data"] = [b"\x81\x80\x01"]
    path.write_bytes(zlib.compress(msgspec.msgpack.encode(raw)))
    with pytest.raises(DataError) as error:
        _read(path)
    assert ids(error) == ["docbin"]
    assert gc.isenabled()


def test_documents_of_equal_text_are_matched_in_order(tmp_path: Path) -> None:
    docs = [_doc([(2, 3, "GPE")], id=None), _doc(id=None)]
    gold = [Line("gold", n, Prediction(id=id, text=TEXT)) for n, id in enumerate(("a", "b"), 1)]
    errors: list[ValidationError] = []
    found = list(read(_write(tmp_path, *docs), gold, errors))
    assert [(line.row.id, len(line.row.mentions or [])) for line in found] == [("a", 1), ("b", 0)]
    assert errors == []


def test_documents_of_equal_text_need_ids_if_one_is_missing(tmp_path: Path) -> None:
    gold = [Line("gold", n, Prediction(id=id, text=TEXT)) for n, id in enumerate(("a", "b"), 1)]
    errors: list[ValidationError] = []
    assert list(read(_write(tmp_path, _doc(id=None)), gold, errors)) == []
    assert [(e.line, e.id) for e in errors] == [(1, "document-unknown")]
    assert "2 gold documents ('a', 'b') and 1 of this file have this same text" in errors[0].message


@pytest.mark.parametrize(
    ("own", "what"),
    [
        (unicodedata.normalize("NFD", TEXT), "Unicode normalisation (NFC against NFD)"),
        (TEXT.replace(" ", "  "), "white space"),
    ],
)
def test_text_in_another_form_is_named(tmp_path: Path, own: str, what: str) -> None:
    _, errors = _read(_write(tmp_path, _doc(id=None)), {own: "a"})
    assert [e.message for e in errors] == [
        f"no id, and no gold document has this text; that of 'a' differs in {what} only"
    ]


def test_without_gold_the_id_is_the_number_of_the_document(tmp_path: Path) -> None:
    path = _write(tmp_path, _doc(), _doc(id=None))
    assert [line.row.id for line in read(path, None, [])] == ["d1", "2"]


def test_lenient_reading_keeps_valid_spans_and_counts_invalid_ones(tmp_path: Path) -> None:
    path = _write(tmp_path, _doc([(0, 1, "PER")], sc=[(2, 3, "GPE")]))
    raw = zlib.decompress(path.read_bytes())
    path.write_bytes(zlib.compress(raw.replace(struct.pack(">ll", 11, 16), struct.pack(">ll", 11, 99))))
    errors: list[ValidationError] = []
    good, void = read(path, None, errors, lenient=True)
    assert _mentions(good.row) == [(0, 6, "PER", "NAM", None)]
    assert ([m.type for m in void.row.mentions or []], void.void) == (["GPE"], True)
    assert [(e.line, e.id) for e in errors] == [(1, "span-range")]


RAW = zlib.decompress(
    DocBin(
        docs=[
            _doc(
                [(0, 1, "PER"), (2, 3, "GPE", "w:z")], sc=[(4, 6, "PER")], coref_clusters_1=[(4, 5, "GPE"), (2, 3, "")]
            )
        ],
        store_user_data=True,
    ).to_bytes()
)


def _any(folder: Path, raw: bytes) -> None:
    path = folder / "p.spacy"
    path.write_bytes(zlib.compress(raw, 0))
    try:
        found, _ = _read(path, {TEXT: "d1"})
    except DataError:
        return
    for prediction in found:
        msgspec.convert(msgspec.to_builtins(prediction), Prediction)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, len(RAW) - 1), st.binary(max_size=9), st.integers(0, 9)), min_size=1, max_size=4)
)
def test_damaged_file_gives_only_errors(
    tmp_path_factory: pytest.TempPathFactory, edits: list[tuple[int, bytes, int]]
) -> None:
    raw = RAW
    for place, put, cut in edits:
        raw = raw[:place] + put + raw[place + cut :]
    _any(tmp_path_factory.mktemp("docbin"), raw)


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_random_bytes_give_only_errors(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    _any(tmp_path_factory.mktemp("docbin"), raw)

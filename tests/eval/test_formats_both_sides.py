"""Every format is read as gold and as predictions, and converted, with the same figures."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ids

from goldwire_corpus.errors import DataError, UsageError
from goldwire_eval.metrics.prf import Counts
from goldwire_eval.policy import Policies
from goldwire_eval.readers.convert import convert
from goldwire_eval.readers.formats import FORMATS
from goldwire_eval.readers.predictions import Predictions
from goldwire_eval.readers.reference import Gold
from goldwire_eval.scorer import score, score_file

# Two documents; of each the words and the entities, first and last word and type.
DOCUMENTS = {
    "a": ("Bank of Oslo fell .", [(0, 2, "ORG")]),
    "b": ("Mara Koss met Lio .", [(0, 1, "PER"), (3, 3, "PER")]),
}
ANY = Policies(labels="any")


def spans(text: str, entities: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Offsets of entities that are given by words."""
    words = text.split(" ")
    starts = [sum(len(w) + 1 for w in words[:i]) for i in range(len(words))]
    return [(starts[first], starts[last] + len(words[last]), type_) for first, last, type_ in entities]


def json_lines(folder: Path) -> Path:
    rows = [
        {"id": id, "text": text, "mentions": [{"start": a, "end": z, "type": t} for a, z, t in spans(text, entities)]}
        for id, (text, entities) in DOCUMENTS.items()
    ]
    (folder / "d.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return folder / "d.jsonl"


def archive(folder: Path) -> Path:
    (folder / "d.jsonl.gz").write_bytes(gzip.compress(json_lines(folder).read_bytes()))
    return folder / "d.jsonl.gz"


def jsonl_folder(folder: Path) -> Path:
    lines = json_lines(folder).read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "f").mkdir()
    for number, line in enumerate(lines):
        (folder / "f" / f"{number}.jsonl").write_text(line, encoding="utf-8")
    return folder / "f"


def brat(folder: Path) -> Path:
    for id, (text, entities) in DOCUMENTS.items():
        lines = [f"T{n}\t{t} {a} {z}\t{text[a:z]}\n" for n, (a, z, t) in enumerate(spans(text, entities), 1)]
        (folder / f"{id}.ann").write_text("".join(lines), encoding="utf-8")
        (folder / f"{id}.txt").write_text(text + "\n", encoding="utf-8")
    return folder


def tags(folder: Path) -> Path:
    lines = []
    for id, (text, entities) in DOCUMENTS.items():
        lines.append(f"# newdoc id = {id}\n")
        found = {first: "B" for first, _, _ in entities} | {
            i: "I" for first, last, _ in entities for i in range(first + 1, last + 1)
        }
        types = {i: t for first, last, t in entities for i in range(first, last + 1)}
        lines += [f"{w} {found[i]}-{types[i]}\n" if i in found else f"{w} O\n" for i, w in enumerate(text.split(" "))]
        lines.append("\n")
    (folder / "d.conll").write_text("".join(lines), encoding="utf-8")
    return folder / "d.conll"


def label_studio(folder: Path) -> Path:
    tasks = [
        {
            "id": n, "data": {"id": id, "text": text},
            "annotations": [{"id": n, "result": [
                {"id": f"r{a}", "from_name": "label", "to_name": "text", "type": "labels",
                 "value": {"start": a, "end": z, "text": text[a:z], "labels": [t]}}
                for a, z, t in spans(text, entities)]}],
        }
        for n, (id, (text, entities)) in enumerate(DOCUMENTS.items(), 1)
    ]  # fmt: skip
    (folder / "e.json").write_text(json.dumps(tasks), encoding="utf-8")
    return folder / "e.json"


def docbin(folder: Path) -> Path:
    spacy = pytest.importorskip("spacy")
    from spacy.tokens import DocBin

    docs = []
    for id, (text, entities) in DOCUMENTS.items():
        doc = spacy.blank("en")(text)
        doc.ents = [doc.char_span(a, z, t) for a, z, t in spans(text, entities)]
        doc.user_data["id"] = id
        docs.append(doc)
    DocBin(docs=docs, store_user_data=True).to_disk(folder / "d.spacy")
    return folder / "d.spacy"


WRITERS: list[Callable[[Path], Path]] = [json_lines, archive, jsonl_folder, brat, tags, label_studio, docbin]


def name(writer: Callable[[Path], Path]) -> str:
    return writer.__name__


def two(tmp_path: Path) -> tuple[Path, Path]:
    (tmp_path / "gold").mkdir()
    (tmp_path / "pred").mkdir()
    return tmp_path / "gold", tmp_path / "pred"


@pytest.mark.parametrize("of_gold", WRITERS, ids=name)
@pytest.mark.parametrize("of_pred", WRITERS, ids=name)
def test_any_two_formats_are_scored(
    tmp_path: Path, of_gold: Callable[[Path], Path], of_pred: Callable[[Path], Path]
) -> None:
    gold, pred = two(tmp_path)
    scored = score_file(of_pred(pred), Gold.of_files([of_gold(gold)]), ANY)
    assert scored.documents == 2
    # No format gives a head: by rule that of "Bank of Oslo" is "Bank", on both sides.
    for metric in ("mention.exact", "mention.head"):
        assert scored.total(metric) == Counts(3, 0, 0), metric


@pytest.mark.parametrize("writer", WRITERS, ids=name)
@pytest.mark.parametrize("suffix", ["jsonl", "jsonl.gz", "jsonl.zst"])
def test_converted_files_are_read_back_as_they_were(
    tmp_path: Path, writer: Callable[[Path], Path], suffix: str
) -> None:
    source, out = writer(tmp_path), tmp_path / f"out.{suffix}"
    summary = convert(source, None, out)
    assert (summary.documents, summary.items["mentions"]) == (2, 3)
    gold = Gold.of_files([source], ANY)
    original = [(line.row.id, line.row.text, line.row.mentions) for line in gold]
    again = [(line.row.id, line.row.text, line.row.mentions) for line in Gold.of_files([out])]
    assert [(id, text, [(m.start, m.end, m.type) for m in some or []]) for id, text, some in again] == [
        (id, text, [(m.start, m.end, m.type) for m in some or []]) for id, text, some in original
    ]
    scored = score(Predictions.of_file(out, gold, ANY), gold, ANY)
    assert scored.total("mention.exact") == Counts(3, 0, 0)


def test_converted_rows_have_only_the_layers_of_the_source(tmp_path: Path) -> None:
    convert(tags(tmp_path), "conll", tmp_path / "out.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert rows[0] == {
        "id": "a", "text": "Bank of Oslo fell .", "mentions": [{"start": 0, "end": 12, "type": "ORG"}],
    }  # fmt: skip


def test_nothing_is_written_of_an_invalid_source(tmp_path: Path) -> None:
    (tmp_path / "x.conll").write_text("Oslo X-LOC\n", encoding="utf-8")
    with pytest.raises(DataError) as error:
        convert(tmp_path / "x.conll", None, tmp_path / "out.jsonl")
    assert ids(error) == ["tag"]
    assert not (tmp_path / "out.jsonl").exists()
    with pytest.raises(UsageError, match="unknown format 'xml'; expected one of jsonl"):
        convert(tmp_path / "x.conll", "xml", tmp_path / "out.jsonl")


def test_a_duplicate_document_is_not_converted(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text('{"id": "a", "text": "x", "mentions": []}\n' * 2, encoding="utf-8")
    with pytest.raises(DataError) as error:
        convert(tmp_path / "x.jsonl", None, tmp_path / "out.jsonl")
    assert [(e.line, e.id) for e in error.value.errors] == [(2, "document-duplicate")]


def test_several_gold_files_must_be_json_lines(tmp_path: Path) -> None:
    gold, pred = two(tmp_path)
    assert len(list(Gold.of_files([json_lines(gold)]))) == 2
    with pytest.raises(DataError) as error:
        Gold.of_files([json_lines(gold), tags(pred)])
    assert ids(error) == ["gold-format"]


def test_documents_for_a_model_need_json_lines(tmp_path: Path) -> None:
    with pytest.raises(DataError) as error:
        Gold.of_files([brat(tmp_path)]).documents()
    assert ids(error) == ["gold-format"]


def test_gold_in_brat_needs_its_texts(tmp_path: Path) -> None:
    folder = brat(tmp_path)
    (folder / "b.txt").unlink()
    with pytest.raises(DataError) as error:
        list(Gold.of_files([folder], ANY))
    assert ids(error) == ["text-missing"]


def test_every_format_has_a_title_and_a_reader() -> None:
    assert list(FORMATS) == [
        "jsonl", "folder", "brat", "conll", "label-studio", "docbin",
        "re3d", "muc4", "wikievents", "timeml", "ecb+", "conll2012", "corefud", "webanno",
    ]  # fmt: skip
    assert all(format.title and callable(format.read) for format in FORMATS.values())


def test_policies_hold_for_gold_and_for_predictions(tmp_path: Path) -> None:
    """As seqeval 1.2.2, mode='strict', scheme=IOB2: an I- without a preceding tag is not an entity on either side."""
    gold, pred = tmp_path / "gold.conll", tmp_path / "pred.conll"
    gold.write_text("Reza I-PER\nflew O\nto O\nOslo B-LOC\n", encoding="utf-8")
    pred.write_text("Reza B-PER\nflew O\nto O\nOslo B-LOC\n", encoding="utf-8")
    strict = Policies(labels="any", bio="drop")
    assert score_file(gold, Gold.of_files([gold]), strict).total("ner") == Counts(1, 0, 0)
    assert score_file(pred, Gold.of_files([gold]), strict).total("ner") == Counts(1, 1, 0)
    assert score_file(pred, Gold.of_files([gold], strict), strict).total("ner") == Counts(1, 1, 0)

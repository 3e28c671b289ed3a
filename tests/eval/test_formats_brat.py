"""brat folders: our own gold, the lines of other tools, and every error with its line."""

import shutil
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
from conftest import CASES, ROOT, document, ids
from hypothesis import given, settings
from hypothesis import strategies as st

from goldwire_corpus.errors import DataError, ValidationError
from goldwire_corpus.load import documents
from goldwire_corpus.schema.document import Annotations
from goldwire_corpus.schema.prediction import Prediction
from goldwire_corpus.source import brat as strict
from goldwire_eval.batch.arrays import Vocabulary
from goldwire_eval.batch.builder import build_side
from goldwire_eval.batch.item_columns import Row, Rows
from goldwire_eval.batch.labels import both
from goldwire_eval.readers import brat_lines
from goldwire_eval.readers.brat import read

TEXT = "Two guards were killed at Lemre on Monday."
DOCUMENT = document(TEXT)
BRAT = CASES / "formats" / "brat"
SOURCE = ROOT / "corpus" / "source"
LAYERS = ("mentions", "entities", "times", "quantities", "titles", "events", "event_clusters", "relations")


def _ground(prediction: Prediction) -> list[ValidationError]:
    """Errors of a prediction after alignment with the text."""
    rows = Rows(Vocabulary.or_none())
    rows.add(Row(0, TEXT, prediction, "p", 0))
    return build_side(rows, 1, both("goldwire")[1])[1]


# Of each file the line of the error, whose id is the name of the file.
INVALID = {
    "line-format": 2, "id-duplicate": 2, "span-discontinuous": 2, "span-range": 2, "span-text": 2, "encoding": 2,
    "trigger-missing": 2, "link-dangling": 3, "label-unknown": 2, "label-duplicate": 3, "label-value": 2,
    "cluster-conflict": 5,
}  # fmt: skip


def _read(folder: Path, **files: str | bytes) -> tuple[dict[str, Prediction], list[ValidationError]]:
    """Return the predictions by id and the errors of a folder with `files` (a name that ends in _txt is a text)."""
    for name, content in files.items():
        path = folder / (f"{name.removesuffix('_txt')}.txt" if name.endswith("_txt") else f"{name}.ann")
        path.write_bytes(content if isinstance(content, bytes) else content.replace("|", "\t").encode())
    errors: list[ValidationError] = []
    found = {p.id: p for _, _, p, *_ in read(folder, dict.fromkeys(("d1", "d2"), TEXT), errors)}
    return found, errors


def _plain(annotations: Any, layer: str) -> list[Any]:
    rows: list[dict[str, Any]] = msgspec.to_builtins(getattr(annotations, layer))
    return sorted(
        rows, key=lambda row: (str(row.get("id")), str(row.get("type")), str(row.get("from")), str(row.get("to")))
    )


@cache
def _fields(struct: type[msgspec.Struct]) -> list[tuple[str, str]]:
    return [(f.encode_name, f.name) for f in msgspec.structs.fields(struct)]


def _as_gold(prediction: Prediction) -> Annotations:
    """The prediction in the schema of gold, whose keys are all there."""
    rows: dict[str, Any] = {}
    for layer in LAYERS:
        rows[layer] = []
        for row in getattr(prediction, layer) or ():
            fields = {name: getattr(row, attribute) for name, attribute in _fields(type(row))}
            fields.pop("quote", None)
            rows[layer].append({**fields, "name": fields.get("name") or ""})
    return msgspec.convert(msgspec.to_builtins(rows), Annotations)


def test_brat_source_of_the_worlds_equals_built_gold() -> None:
    gold = {d.id: d for split in ("train", "validation", "test") for d in documents(split)}
    errors: list[ValidationError] = []
    found = list(read(SOURCE / "worlds", {id: d.text for id, d in gold.items()}, errors))
    assert errors == []
    assert [p.id for _, _, p, *_ in found] == sorted(gold)
    for path, line, prediction, *_ in found:
        built = gold[prediction.id]
        assert (path, line) == (str(SOURCE / "worlds" / f"{prediction.id}.ann"), 0)
        assert prediction.text == built.text
        for layer in LAYERS:
            expected = _plain(built, layer)
            if layer == "entities":  # what is outside the knowledge base is named by the build
                expected = [{**row, "name": "" if row["link"] == "NIL" else row["name"]} for row in expected]
            assert _plain(_as_gold(prediction), layer) == expected, (prediction.id, layer)


@pytest.mark.slow
def test_brat_source_and_passes_equal_the_strict_reader(tmp_path: Path) -> None:
    paths = [*SOURCE.glob("*/*.ann"), *(ROOT / "annotation" / "passes").glob("*/*.ann")]
    for path in paths:
        shutil.copy(path, tmp_path / f"{path.parent.name}-{path.name}")
    errors: list[ValidationError] = []
    found = {p.id: p for _, _, p, *_ in read(tmp_path, {}, errors)}
    assert errors == []
    assert len(found) == len(paths) > 38
    for path in paths:
        expected = strict.decode(path.read_text(encoding="utf-8"), str(path))
        for layer in LAYERS:
            assert _plain(_as_gold(found[f"{path.parent.name}-{path.stem}"]), layer) == _plain(expected, layer), path


def test_brat_lines_of_other_tools() -> None:
    errors: list[ValidationError] = []
    found = {p.id: p for _, _, p, *_ in read(BRAT / "good", {"d1": TEXT, "d2": TEXT}, errors)}
    assert errors == []
    one = found["d1"]
    assert [(m.id, m.type, m.level, m.entity, m.head_end) for m in one.mentions or ()] == [
        ("T1", "PER", "NOM", "T1", None), ("T2", "GPE", None, "w:lemre", None), ("T7", "PER", None, "T1", None),
    ]  # fmt: skip
    assert [(e.id, e.type, e.name, e.link) for e in one.entities or ()] == [
        ("T1", "PER", None, None), ("w:lemre", "GPE", "Lemre", "w:lemre"),
    ]  # fmt: skip
    assert [(t.start, t.end, t.value) for t in one.times or ()] == [(35, 41, None)]
    assert [(q.min, q.max, q.modifier) for q in one.quantities or ()] == [(2, None, None)]
    # Realis and polarity stand somewhere in the folder, means and stance nowhere.
    assert [(e.id, e.type, e.realis, e.polarity, e.means, e.stance, e.source) for e in one.events or ()] == [
        ("E1", "Die", "OTHER", "positive", None, None, None),
        ("E2", "Attack", "ACTUAL", "negative", None, None, None),
        ("T8", "Arrest", "ACTUAL", "positive", None, None, None),
    ]
    assert [[(a.role, a.filler) for a in e.arguments or ()] for e in one.events or ()] == [
        [("Victim", "T1"), ("Place", "T2")], [("Target", "T1"), ("Target", "T2"), ("Time", "T3")], [],
    ]  # fmt: skip
    assert [(r.type, r.from_, r.to) for r in one.relations or ()] == [("CAUSES", "E2", "E1")]
    assert [(c.id, c.link) for c in one.event_clusters or ()] == [("E1", None), ("E2", None), ("T8", None)]
    assert one.titles is None


def test_empty_file_attempts_the_layers_of_its_folder() -> None:
    found = {p.id: p for _, _, p, *_ in read(BRAT / "good", {"d1": TEXT, "d2": TEXT}, [])}
    two = found["d2"]
    assert two.mentions == two.times == two.quantities == two.events == two.relations == []
    assert two.titles is None


def test_mentions_alone_do_not_attempt_events_or_clusters(tmp_path: Path) -> None:
    found, errors = _read(tmp_path, d1="T1|PER 0 10|Two guards\n")
    assert errors == []
    assert msgspec.to_builtins(found["d1"]) == {
        "id": "d1", "mentions": [{"id": "T1", "start": 0, "end": 10, "type": "PER"}],
    }  # fmt: skip


def test_events_without_arguments_do_not_attempt_arguments(tmp_path: Path) -> None:
    found, _ = _read(tmp_path, d1="T5|Die 16 22|killed\nE1|Die:T5\n")
    assert [(e.arguments, e.realis, e.cluster) for e in found["d1"].events or ()] == [(None, None, None)]


def test_coreference_lines_make_clusters(tmp_path: Path) -> None:
    spans = "".join(f"T{i}|PER {i} {i + 1}\n" for i in range(6)) + "T6|Die 16 22\nT7|Attack 16 22\nT8|Injure 16 22\n"
    events = "E6|Die:T6\nE7|Attack:T7\nE8|Injure:T8\n"
    links = "R1|Coref Arg1:T3 Arg2:T1\nR2|Coref Anaphora:T5 Antecedent:T3\n*|Equiv T0 T2\n*|Equiv E6 T7\n"
    found, errors = _read(tmp_path, d1=spans + events + links + "N1|Reference T5 w:a|A\n")
    assert errors == []
    assert [m.entity for m in found["d1"].mentions or ()] == ["T0", "w:a", "T0", "w:a", "T4", "w:a"]
    assert [e.cluster for e in found["d1"].events or ()] == ["E6", "E6", "E8"]


def test_second_source_and_unknown_role_are_left_to_validation(tmp_path: Path) -> None:
    content = "T1|PER 0 10\nT2|GPE 26 31\nT5|Die 16 22\nE1|Die:T5 Source:T1 Source2:T2 Hero:T1 Hero2:T2\n"
    found, errors = _read(tmp_path, d1=content)
    (event,) = found["d1"].events or ()
    assert errors == []
    assert (event.source, [a.role for a in event.arguments or ()]) == ("T1", ["Source2", "Hero", "Hero"])
    later = _ground(found["d1"])
    assert [i.id for i in later] == ["role-not-listed"] * 3


@pytest.mark.parametrize("name", INVALID)
def test_each_error_has_its_id_and_line(name: str, tmp_path: Path) -> None:
    shutil.copy(BRAT / "invalid" / f"{name}.ann", tmp_path / "d1.ann")
    found, errors = _read(tmp_path, d2="T1|PER 0 10|Two guards\n")
    assert [(i.path, i.line, i.id) for i in errors] == [(str(tmp_path / "d1.ann"), INVALID[name], name)]
    assert list(found) == ["d2"]


def test_every_invalid_case_is_tested() -> None:
    assert {p.stem for p in (BRAT / "invalid").glob("*.ann")} == INVALID.keys()


def test_all_errors_of_a_folder_are_reported(tmp_path: Path) -> None:
    _, errors = _read(tmp_path, d1="x\n\nT1|PER 9 3\nR1|CAUSES Arg1:T1 Arg2:E9\n", d2="#1|Value T9|2024\n")
    assert [(Path(i.path).stem, i.line, i.id) for i in errors] == [
        ("d1", 1, "line-format"), ("d1", 3, "span-range"), ("d1", 4, "link-dangling"), ("d2", 1, "link-dangling"),
    ]  # fmt: skip


@pytest.mark.parametrize(("ending", "read_as"), [("", TEXT), ("\n", TEXT), ("\n\n", TEXT + "\n")])
def test_final_newline_of_the_text_file_is_dropped(tmp_path: Path, ending: str, read_as: str) -> None:
    found, errors = _read(tmp_path, d1="T1|PER 0 10|Two guards\n", d1_txt=TEXT + ending)
    assert errors == []
    assert found["d1"].text == read_as


def test_final_newline_of_the_document_is_kept(tmp_path: Path) -> None:
    (tmp_path / "d1.ann").write_text("T1\tPER 0 3\n")
    (tmp_path / "d1.txt").write_text("Two\n")
    assert [p.text for _, _, p, *_ in read(tmp_path, {"d1": "Two\n"}, [])] == ["Two\n"]


def test_text_column_with_spaces_for_newlines_or_empty(tmp_path: Path) -> None:
    content = "T1|PER 0 10|Two guards\nT2|PER 0 10\nT3|PER 0 10|\n"
    _, errors = _read(tmp_path, d1=content, d1_txt="Two\nguards were killed")
    assert errors == []


def test_text_file_that_is_not_utf8_is_an_error(tmp_path: Path) -> None:
    _, errors = _read(tmp_path, d1="T1|PER 0 10\n", d1_txt=b"\xff\xfe")
    assert [i.id for i in errors] == ["encoding"]


def test_folder_without_stand_off_is_an_error(tmp_path: Path) -> None:
    for path, id in (
        (tmp_path / "none", "file-missing"),
        (tmp_path, "file-empty"),
        (tmp_path / "f", "file-unreadable"),
    ):
        (tmp_path / "f").write_text("")
        with pytest.raises(DataError) as error:
            list(read(path, {}, []))
        assert ids(error) == [id]


def test_too_large_document_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brat_lines, "LARGEST", 10)
    _, errors = _read(tmp_path, d1="T1|PER 0 10|Two guards\n")
    assert [i.id for i in errors] == ["file-too-large"]


def test_errors_of_one_file_are_bounded(tmp_path: Path) -> None:
    _, errors = _read(tmp_path, d1="what\n" * 5000, d2=f"E1|{'a:b ' * 5000}\n")
    assert [sum(i.path.endswith(f"{name}.ann") for i in errors) for name in ("d1", "d2")] == [1001, 1001]
    assert [i.id for i in errors].count("errors-many") == 2


def test_folder_named_like_a_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "d1.ann").mkdir()
    _, errors = _read(tmp_path, d2="T1|PER 0 10\n")
    assert [i.id for i in errors] == ["file-unreadable"]


ID = st.sampled_from(["T1", "T2", "T3", "E1", "E2", "T", "", "*", "T9", "#1"])
WORD = st.sampled_from(
    "PER Attack TIME QTY Level Head Bounds Anchor Reference Coref Equiv CAUSES 0 3 5;8 -1 1e999 9999999999 NOM "
    "nil:a w:b".split()
) | st.text(max_size=3)
PAIR = st.builds("{}:{}".format, WORD, ID)
LINE = st.builds(
    lambda kind, number, words: f"{kind}{number}\t" + "".join(w + s for w, s in words),
    st.sampled_from("TEAMNR#*X"), st.integers(0, 4),
    st.lists(st.tuples(WORD | ID | PAIR, st.sampled_from([" ", " ", "\t", ""])), max_size=6),
)  # fmt: skip
GOOD = (BRAT / "good" / "d1.ann").read_bytes()


def _any(folder: Path, content: bytes) -> None:
    (folder / "d1.ann").write_bytes(content)
    errors: list[ValidationError] = []
    found = list(read(folder, {"d1": TEXT}, errors))
    assert bool(found) != bool(errors)
    assert all(0 <= i.line <= max(content.count(b"\n"), content.count(b"\r")) + 1 for i in errors)
    for _, _, prediction, *_ in found:
        # What is let through can be grounded, and fits the schema of a prediction.
        _ground(prediction)
        msgspec.convert(msgspec.to_builtins(prediction), Prediction)


@settings(max_examples=300)
@given(st.lists(LINE, max_size=8).map("\n".join))
def test_random_lines_give_only_errors(tmp_path_factory: pytest.TempPathFactory, content: str) -> None:
    _any(tmp_path_factory.mktemp("brat"), content.encode("utf-8", "surrogatepass"))


@settings(max_examples=200)
@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.binary(max_size=2), st.integers(0, 6)), max_size=4))
def test_damaged_file_gives_only_errors(
    tmp_path_factory: pytest.TempPathFactory, edits: list[tuple[int, bytes, int]]
) -> None:
    content = GOOD
    for place, put, cut in edits:
        content = content[:place] + put + content[place + cut :]
    _any(tmp_path_factory.mktemp("brat"), content)


@given(st.binary(max_size=200))
def test_random_bytes_give_only_errors(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    _any(tmp_path_factory.mktemp("brat"), content)

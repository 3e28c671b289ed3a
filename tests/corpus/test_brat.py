from pathlib import Path

import pytest
from conftest import CASES, ROOT, ids

from goldwire_corpus.errors import DataError
from goldwire_corpus.source import brat

FILES = sorted((ROOT / "corpus" / "source").glob("*/*.ann")) + sorted((ROOT / "annotation" / "passes").glob("*/*.ann"))
# "[Two guards] were [killed]Die+Attack at [Lemre] on [Monday]."
TEXT = "Two guards were killed at Lemre on Monday."
GOOD = (CASES / "good.ann").read_text(encoding="utf-8")


def _text(path: Path) -> str | None:
    for part in ("worlds", "retold"):
        text = ROOT / "corpus" / "source" / part / f"{path.stem}.txt"
        if text.exists():
            return text.read_text(encoding="utf-8").removesuffix("\n")
    return None


@pytest.mark.parametrize("path", FILES, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_source_files_round_trip(path: Path) -> None:
    content, text = path.read_bytes(), _text(path)
    annotations = brat.decode(content.decode("utf-8"), str(path), text)
    assert brat.encode(annotations, text).encode("utf-8") == content


def test_source_is_not_empty() -> None:
    assert len(FILES) > 19


def test_decode_small_file() -> None:
    a = brat.decode(GOOD, "good.ann", TEXT)
    guards, lemre = a.mentions
    assert (TEXT[guards.start : guards.end], guards.type, guards.level) == ("Two guards", "PER", "NOM")
    assert TEXT[guards.head_start : guards.head_end] == "guards"
    assert (lemre.entity, [e.name for e in a.entities]) == ("w:lemre", ["", "Lemre"])
    assert (a.times[0].type, a.times[0].value) == ("DATE", "2024-03-11")
    assert (a.quantities[0].min, a.quantities[0].max, a.quantities[0].unit) == (2, 2, "guard")
    die, attack = sorted(a.events, key=lambda e: e.type, reverse=True)
    assert (die.start, die.end) == (attack.start, attack.end)
    assert {(x.role, x.filler) for x in die.arguments} == {("Victim", "T1"), ("Count", "T2"), ("Time", "T6")}
    assert (attack.means, attack.realis, attack.stance, attack.source) == ("shooting", "OTHER", "doubts", "T5")
    assert [(r.type, r.from_, r.to) for r in a.relations] == [("CAUSES", "nil:shots", "nil:deaths")]
    assert (a.event_clusters[0].earliest, a.event_clusters[0].latest) == ("2024-03-11", "2024-03-11")
    assert brat.encode(a, TEXT) == GOOD


def test_scope_round_trip() -> None:
    scoped = GOOD.replace("N35\tReference E3", "#360002\tScope E3\tT2 part\nN35\tReference E3")
    read = brat.decode(scoped, "x.ann", TEXT)
    counts = [a for e in read.events for a in e.arguments if a.role == "Count"]
    assert [(a.filler, a.scope) for a in counts] == [("T2", "part")]
    assert {a.scope for e in read.events for a in e.arguments if a.role != "Count"} == {None}
    assert brat.encode(read, TEXT) == scoped


def test_brat_predictions_keep_scopes(tmp_path: Path) -> None:
    """The brat reader of predictions reads the same scopes as the reader of the source."""
    from goldwire_eval.readers.brat import read

    path = ROOT / "corpus" / "source" / "worlds" / "tsoumar-03.ann"
    (tmp_path / path.name).write_bytes(path.read_bytes())
    text = _text(path)
    gold = brat.decode(path.read_text(encoding="utf-8"), str(path), text)
    (row,) = (line.row for line in read(tmp_path, {path.stem: text or ""}, []))
    predicted = {(e.id, a.filler): a.scope for e in row.events or () for a in e.arguments or () if a.role == "Count"}
    assert predicted == {(e.id, a.filler): a.scope for e in gold.events for a in e.arguments if a.role == "Count"}
    assert {"total", "part", "superseded"} == set(predicted.values())


def test_scope_defaults_to_total() -> None:
    counts = [a for e in brat.decode(GOOD, "x.ann", TEXT).events for a in e.arguments if a.role == "Count"]
    assert [a.scope for a in counts] == ["total"]


@pytest.mark.parametrize("line", ["#360001\tScope E3\tT1 part", "#460002\tScope E4\tT2 part"])
def test_scope_without_a_count_is_an_error(line: str) -> None:
    with pytest.raises(DataError) as error:
        brat.decode(GOOD.replace("N35\tReference E3", f"{line}\nN35\tReference E3"), "x.ann", TEXT)
    assert ids(error) == ["link-dangling"]


def test_encode_without_text_has_no_surface_strings() -> None:
    a = brat.decode(GOOD, "good.ann", TEXT)
    bare = brat.encode(a, None)
    assert "Two guards" not in bare
    assert "killed" not in bare
    assert brat.decode(bare, "bare.ann").events == a.events


@pytest.mark.parametrize("path", sorted((CASES / "invalid").glob("*.ann")), ids=lambda p: p.stem)
def test_invalid_file_is_an_error(path: Path) -> None:
    """Each case is the valid file with one error, and its name is the id of that error."""
    with pytest.raises(DataError) as error:
        brat.decode(path.read_text(encoding="utf-8"), str(path), TEXT)
    assert path.stem in ids(error)


def test_error_has_path_and_line() -> None:
    cut = GOOD[: GOOD.index("A51")] + "A51\tLevel T\n"
    with pytest.raises(DataError) as error:
        brat.decode(cut, "x.ann", TEXT)
    line = cut.count("\n")
    assert any((i.path, i.line, i.id) == ("x.ann", line, "line-format") for i in error.value.errors)

"""Comparison with annotation by people: spans, sampled pairs, recall, and the stored page."""

import json
import re
from pathlib import Path

import pytest
from conftest import ROOT, ids, run

from goldwire_annotation.human import narrative_order, wikievents
from goldwire_annotation.human.re3d_entities import Item, corresponds, overlaps, place
from goldwire_annotation.human.table import CLASSES
from goldwire_corpus.errors import DataError
from goldwire_corpus.join.field import join

HUMAN = ROOT / "annotation" / "human"


def test_offsets_do_not_count_white_space() -> None:
    assert [place("a b\n\n c", at) for at in (0, 2, 6)] == [0, 1, 2]


def test_overlap_needs_a_head() -> None:
    phrase = Item(10, 40, 20, 25, "PER")
    assert overlaps(Item(18, 26, 18, 26, "Person"), phrase)
    assert overlaps(Item(22, 25, 22, 25, "Person"), phrase)
    assert not overlaps(Item(30, 40, 30, 40, "Location"), phrase)
    assert not overlaps(Item(0, 22, 0, 22, "Person"), phrase)


def test_types_of_two_schemes_correspond() -> None:
    city = Item(0, 5, 0, 5, "Location")
    assert corresponds(city, [Item(0, 5, 0, 5, "GPE")])
    assert not corresponds(city, [Item(0, 5, 0, 5, "PER")])
    assert not corresponds(Item(0, 5, 0, 5, "Unheard"), [Item(0, 5, 0, 5, "GPE")])


def _tml(relation: str) -> str:
    """Return a TimeML document of our own with two events and this link between the first and the second."""
    fired, left = (f'<EVENT class="OCCURRENCE" eid="e{n}">{word}</EVENT>' for n, word in ((1, "fired"), (2, "left")))
    link = f'<TLINK eventInstanceID="ei1" lid="l1" relType="{relation}" relatedToEventInstance="ei2"/>'
    instances = "".join(f'<MAKEINSTANCE eiid="ei{n}" eventID="e{n}" pos="VERB"/>' for n in (1, 2))
    text = f"<DOCID>d</DOCID><TEXT>They {fired} after they {left}.</TEXT>"
    return f"<?xml version='1.0'?>\n<TimeML>{text}{instances}{link}</TimeML>"


@pytest.fixture
def narrative(tmp_path: Path) -> Path:
    for name, relation in (("a1", "AFTER"), ("a2", "BEFORE")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "d.tml").write_text(_tml(relation), encoding="utf-8")
    (tmp_path / "ours").mkdir()
    return tmp_path


def _order(folder: Path, *orders: dict[str, str]) -> None:
    (folder / "ours" / "d.jsonl").write_text("".join(json.dumps(o) + "\n" for o in orders), encoding="utf-8")


def test_order_is_compared_in_either_direction(narrative: Path) -> None:
    rows = narrative / "rows.jsonl"
    assert run("convert", narrative / "a1", "--from", "timeml", "--out", rows).exit_code == 0
    one, two = (e["id"] for e in json.loads(rows.read_text(encoding="utf-8"))["events"])
    for order in ({"one": one, "two": two, "label": "AFTER"}, {"one": two, "two": one, "label": "BEFORE"}):
        _order(narrative, order)
        found = narrative_order.compare(narrative / "ours", narrative)
        same = {name: result.f1["same label"] for name, result in found.items()}
        assert same == {"we and a1": 1.0, "we and a2": 0.0, "a1 and a2": 0.0}


def test_unknown_event_is_an_error(narrative: Path) -> None:
    _order(narrative, {"one": "e1", "two": "e9", "label": "AFTER"})
    with pytest.raises(DataError) as error:
        narrative_order.compare(narrative / "ours", narrative)
    assert ids(error) == ["event-unknown"]


def test_unknown_document_is_an_error(real: Path, tmp_path: Path) -> None:
    stored = tmp_path / "ours.jsonl"
    stored.write_text('{"id":"none","events":[]}\n', encoding="utf-8")
    with pytest.raises(DataError) as error:
        wikievents.compare(stored, real / "wikievents" / "dev.jsonl")
    assert ids(error) == ["document-unknown"]


def test_stored_page_is_what_the_command_writes(real: Path, tmp_path: Path) -> None:
    page = tmp_path / "human.md"
    assert run("annotate", "human", HUMAN, "--real", real, "--out", page).exit_code == 0
    assert page.read_text(encoding="utf-8") == (HUMAN.parent / "human.md").read_text(encoding="utf-8")


def test_classed_differences_are_enough_and_quote_nothing() -> None:
    counts = {}
    for path in sorted((HUMAN / "differences").glob("*.jsonl")):
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        counts[path.stem] = len(rows)
        assert {row["verdict"] for row in rows} <= set(CLASSES)
    assert counts["re3d"] == counts["narrativetime"] == 50
    assert set(counts) == {"re3d", "muc4", "narrativetime", "wikievents"}


def _runs(text: str) -> set[tuple[str, ...]]:
    """Return all runs of eight words."""
    words = re.findall(r"[a-z0-9']+", text.lower().replace("\u2019", "'"))
    return {tuple(words[at : at + 8]) for at in range(len(words) - 7)}


@pytest.mark.slow
def test_no_file_shares_eight_words_with_the_field_texts(real: Path) -> None:
    texts = set().union(*(_runs(one.document.text) for one in join(real / "re3d", partial=False)))
    kinds = {".ann", ".jsonl", ".json", ".md", ".py", ".toml", ".tsv", ".txt"}
    paths = [path for path in ROOT.rglob("*") if path.suffix in kinds and ".venv" not in path.parts]
    assert [str(p) for p in paths if _runs(p.read_text(encoding="utf-8", errors="replace")) & texts] == []

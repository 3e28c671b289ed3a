"""The analysis of errors: what all systems get wrong alike, on small documents whose counts are worked by hand."""

import re
from pathlib import Path
from typing import Any

import errors
import item_facts
import msgspec
import pytest
from conftest import document
from judged_items import Judged, Key, judge

from goldwire_baselines.leaderboard.folder import own_folder, record_paths
from goldwire_corpus.load import documents
from goldwire_corpus.schema.document import (
    Argument,
    Document,
    Entity,
    Event,
    EventCluster,
    Mention,
    Record,
    Span,
)
from goldwire_corpus.schema.prediction import PredArgument, PredEvent, Prediction, PredMention, PredRecord

TEXT = "A bomb killed two guards in Lemre. The army blamed Tamek Ravok."
ATTRIBUTES: dict[str, Any] = {"realis": "ACTUAL", "polarity": "positive", "means": None, "phase": None,
                              "source": "AUTHOR", "stance": "asserts"}  # fmt: skip


def _at(words: str) -> tuple[int, int]:
    return TEXT.index(words), TEXT.index(words) + len(words)


def _mention(id: str, words: str, head: str, type_: str, level: str) -> Mention:
    return Mention(id, *_at(words), *_at(head), type_, level, f"x{id}")


@pytest.fixture
def gold() -> Document:
    """Return a document with three mentions, an event of two arguments, and one record."""
    mentions = [
        _mention("m1", "two guards", "guards", "PER", "NOM"),
        _mention("m2", "Lemre", "Lemre", "GPE", "NAM"),
        _mention("m3", "Tamek Ravok", "Tamek Ravok", "PER", "NAM"),
    ]
    killed = Event(
        id="e1", start=_at("killed")[0], end=_at("killed")[1], type="Die", cluster="c1",
        arguments=[Argument("Victim", "m1"), Argument("Place", "m2")], **ATTRIBUTES,
    )  # fmt: skip
    record = Record(
        "r1", "c1", "Die", "2024-03-11", "2024-03-11", "Lemre", [], ["two guards"], 2, 2, None, None, [], []
    )
    return document(
        TEXT, mentions=mentions, events=[killed], records=[record],
        entities=[Entity(f"x{m.id}", m.type, TEXT[m.start : m.end], "NIL") for m in mentions],
        event_clusters=[EventCluster("c1", "Die", "NIL", "2024-03-11", "2024-03-11")],
    )  # fmt: skip


def _pred(*mentions: tuple[str, str], trigger: str = "killed", role: str = "Victim", **record: Any) -> Prediction:
    made = [PredMention(id=f"p{n}", start=_at(w)[0], end=_at(w)[1], type=t) for n, (w, t) in enumerate(mentions)]
    event = PredEvent(id="e", start=_at(trigger)[0], end=_at(trigger)[1], type="Die",
                      arguments=[PredArgument(role=role, filler="p0")])  # fmt: skip
    return Prediction(id="d1", mentions=made, events=[event], records=[PredRecord(type="Die", **record)])


@pytest.fixture
def judged(gold: Document) -> dict[str, Judged]:
    """Return two systems. Both find the guards and make of the bomb a person; only the first finds Lemre."""
    bomb = ("A bomb", "PER")
    first = _pred(("two guards", "PER"), ("Lemre", "GPE"), ("Ravok", "PER"), bomb, killed_min=2, killed_max=2)
    second = _pred(("two guards", "PER"), ("Lemre", "LOC"), bomb, role="Agent", place="Dorvel")
    return {name: judge([p], [gold], name) for name, p in (("first", first), ("second", second))}


def _key(words: str, label: str) -> Key:
    return Key("d1", *_at(words), label)


def _argument(words: str, role: str) -> Key:
    return Key("d1", *_at(words), role, (*_at("killed"), "Die"))


def test_each_missed_item_has_its_class_of_error(judged: dict[str, Judged]) -> None:
    assert judged["first"].missed["mention"] == {_key("Tamek Ravok", "PER"): "boundary"}
    assert judged["second"].missed["mention"] == {_key("Lemre", "GPE"): "type", _key("Tamek Ravok", "PER"): "missed"}
    assert judged["first"].missed["event"] == judged["second"].missed["event"] == {}
    assert judged["first"].missed["argument"] == {_argument("Lemre", "Place"): "missed"}
    assert judged["second"].missed["argument"] == {
        _argument("two guards", "Victim"): "role", _argument("Lemre", "Place"): "missed",
    }  # fmt: skip


def test_record_is_missed_below_half_of_its_slots(judged: dict[str, Judged]) -> None:
    # Of date, place and killed the first system has one of three; the second has none and another place.
    record = Key("d1", 0, 0, "Die")
    assert judged["first"].missed["record"] == {record: "slots"}
    assert judged["second"].missed["record"] == {record: "missed"}


def test_record_with_half_of_its_slots_is_found(gold: Document) -> None:
    # Place and killed of date, place, killed and, on the predicted side alone, actors.
    half = PredRecord(type="Die", place="Lemre", killed_min=2, killed_max=2, actors=["The army"])
    assert judge([Prediction(id="d1", records=[half])], [gold], "half").missed["record"] == {}


def test_shared_misses_are_those_of_all_systems(judged: dict[str, Judged]) -> None:
    assert errors.shared_misses("mention", judged) == {_key("Tamek Ravok", "PER"): False}
    assert errors.shared_misses("argument", judged) == {_argument("Lemre", "Place"): True}


def test_system_without_a_layer_is_not_compared_on_it(gold: Document, judged: dict[str, Judged]) -> None:
    names_alone = judge([Prediction(id="d1", mentions=[])], [gold], "names")
    assert set(names_alone.missed) == {"mention"}
    assert errors.shared_misses("event", {**judged, "names": names_alone}) == {}
    assert list(errors.shared_misses("argument", {**judged, "names": names_alone})) == [_argument("Lemre", "Place")]


def test_wrong_predictions_are_counted_by_system(judged: dict[str, Judged]) -> None:
    counts = errors.shared_wrong("mention", judged)
    assert counts == {_key("A bomb", "PER"): 2, _key("Ravok", "PER"): 1, _key("Lemre", "LOC"): 1}


def test_facts_count_what_train_has(gold: Document) -> None:
    seen = item_facts.seen_in([gold])
    facts = item_facts.facts_of([gold], seen)
    assert facts["mention"][_key("two guards", "PER")] == {
        "type": "PER", "level": "NOM", "length": "2 or 3 words", "nesting": "flat", "head in train": "1 to 4 times",
    }  # fmt: skip
    assert facts["argument"][_argument("Lemre", "Place")] == {
        "role": "Place", "filler": "NAM", "realis of the event": "ACTUAL", "distance": "3 to 9 words between",
        "length of the filler": "1 word",
    }  # fmt: skip
    assert facts["record"][Key("d1", 0, 0, "Die")]["toll"] == "given"
    nothing = item_facts.facts_of([gold], item_facts.seen_in([]))
    assert nothing["event"][_key("killed", "Die")]["trigger in train"] == "never"


def test_share_missed_is_by_frequency_in_train(gold: Document, judged: dict[str, Judged]) -> None:
    # Train has the guards and Lemre, and the head of Tamek Ravok as a place only.
    other = document(
        TEXT, id="d2", mentions=[*gold.mentions[:2], _mention("m3", "Tamek Ravok", "Tamek Ravok", "GPE", "NAM")]
    )
    facts = item_facts.facts_of([gold], item_facts.seen_in([other]))
    assert errors.missed_by_frequency("mention", facts["mention"], judged) == {
        "first": [None, 1.0, 0.0, None, None], "second": [None, 1.0, 0.5, None, None],
        errors.EVERY_SYSTEM: [None, 1.0, 0.0, None, None],
    }  # fmt: skip


@pytest.mark.slow
def test_plot_shows_every_system(tmp_path: Path) -> None:
    pytest.importorskip("charts", reason="the style of the plots is that of the analysis")
    errors.plot(tmp_path / "errors.svg")
    shown = (tmp_path / "errors.svg").read_text(encoding="utf-8")
    for path in record_paths(own_folder()):
        assert f">{path.stem}</text>" in shown


def test_groups_are_those_above_the_average(gold: Document) -> None:
    # 40 items of 10 worlds: of 30 "rare" ones 15 are missed by all, of 10 others none: 15/30 against 15/40.
    docs = [document(TEXT, id=f"d{n}", world=f"w{n}") for n in range(10)]
    kinds = {Key(d.id, n, n + 1, "PER"): "other" if n == 3 else "rare" for d in docs for n in range(4)}
    rare = [key for key, kind in kinds.items() if kind == "rare"]
    shared = {key: True for number, key in enumerate(rare) if number % 2}
    facts = {key: {"kind": kind, "all": "all"} for key, kind in kinds.items()}
    (group,) = errors.over_represented(shared, facts, docs)
    assert group[:4] == ("kind", "rare", 30, 15)
    assert group.bounds is not None
    assert group.bounds[0] < 0.5 < group.bounds[1]


def test_quote_marks_item_and_trigger(gold: Document) -> None:
    assert errors._quote(gold, _argument("Lemre", "Place")) == "“A bomb *killed* two guards in **Lemre**.” (d1)"
    assert errors._quote(gold, _key("Tamek Ravok", "PER")) == "“The army blamed **Tamek Ravok**.” (d1)"


def test_long_sentence_is_cut_between_words() -> None:
    words = " ".join(f"word{n:03}" for n in range(60))
    doc = msgspec.structs.replace(document(words), sentences=[Span(0, len(words))])
    start = words.index("word030")
    found = errors._quote(doc, Key("d1", start, start + 7, "PER"))
    assert found.startswith("“word022 ")
    assert found.endswith(" word038” (d1)")
    assert "**word030**" in found


def test_section_compares_the_small_systems(gold: Document, judged: dict[str, Judged]) -> None:
    classes = {"first": {"missed": 3, "spurious": 1}, "second": {"missed": 1}}
    page = errors.render(classes, judged, [gold], [gold])
    assert "| missed | 75.0 | 100.0 |" in page
    assert "| number of errors | 4 | 1 |" in page
    # Of three mentions the systems miss one and two, both the same one: 1/3, against 1/3 * 2/3.
    assert "| mentions | 3 | 2 | 33.3 to 66.7 | 33.3 (1) | 22.2 | 0.0 (0) |" in page
    assert "| arguments | 2 | 2 | 50.0 to 100.0 | 50.0 (1) | 50.0 | 50.0 (1) |" in page
    assert "| mentions | 3 | 3 | 3 | 1 | 1 | PER 2, LOC 1 |" in page
    assert "- mentions: PER, predicted by 2 of 2: “**A bomb** killed two guards in Lemre.” (d1)" in page


@pytest.mark.slow
def test_section_of_the_stored_records_quotes_only_our_texts() -> None:
    page = errors.section()
    for path in record_paths(own_folder()):
        assert path.stem in page
    texts = {d.id: " ".join(d.text.split()) for split in ("test", "retold") for d in documents(split)}
    quotes = re.findall(r"“(.*)” \((\S+)\)$", page, re.MULTILINE)
    assert len(quotes) == 12
    for quote, id in quotes:
        assert all(piece.replace("*", "") in texts[id] for piece in quote.split(" … "))

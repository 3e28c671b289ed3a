"""Exact against lenient matching, and the pairs that were read: on small data worked by hand, and as stored."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import matching
import msgspec
import pytest
from conftest import document
from credit import credits_of
from near_pairs import Item, Pair, near_pairs
from pair_sample import (
    FOLDER,
    STRATA,
    Sampled,
    Verdict,
    digest,
    draw,
    held_out,
    predictions_of,
    read_drawn_from,
    read_predictions,
    read_readers,
    read_sample,
    read_verdicts,
)
from reading_sheet import context, entry, write_sheet
from verdict_counts import credit_table, disagreements, reading, share, views_of

from goldwire_baselines.leaderboard.record import Figures, Record, Run, Scores
from goldwire_baselines.leaderboard.recording import data
from goldwire_corpus.errors import DataError
from goldwire_corpus.schema.document import Argument, Document, Entity, Event, EventCluster, Mention, Quantity, Time
from goldwire_corpus.schema.prediction import PredArgument, PredEvent, Prediction, PredMention, PredQuantity, PredTime

TEXT = "Police said. Gunmen in masks carried out a raid on Lemre nearly two weeks ago. They killed at least 14 guards."
ATTRIBUTES: dict[str, Any] = {"realis": "ACTUAL", "polarity": "positive", "means": None, "phase": None,
                              "source": "AUTHOR", "stance": "asserts"}  # fmt: skip


def _at(words: str) -> tuple[int, int]:
    return TEXT.index(words), TEXT.index(words) + len(words)


def _mention(id: str, words: str, head: str, type_: str, level: str, entity: str) -> Mention:
    return Mention(id, *_at(words), *_at(head), type_, level, entity)


@pytest.fixture
def gold() -> Document:
    return document(
        TEXT,
        mentions=[
            _mention("m1", "Gunmen in masks", "Gunmen", "PER", "NOM", "gunmen"),
            _mention("m2", "Lemre", "Lemre", "GPE", "NAM", "lemre"),
            _mention("m3", "They", "They", "PER", "PRO", "gunmen"),
            _mention("m4", "at least 14 guards", "guards", "PER", "NOM", "guards"),
        ],
        entities=[Entity("gunmen", "PER", "Gunmen", "NIL"), Entity("lemre", "GPE", "Lemre", "NIL"),
                  Entity("guards", "PER", "guards", "NIL")],
        times=[Time("t1", *_at("nearly two weeks ago"), "DATE", "2024-02-27")],
        quantities=[Quantity("q1", *_at("at least 14"), 14, None, "at-least", "guard")],
        events=[
            Event("e1", *_at("raid"), type="Attack", cluster="c", arguments=[Argument("Attacker", "m1")], **ATTRIBUTES),
            Event("e2", *_at("killed"), type="Die", cluster="d", arguments=[Argument("Agent", "m3")], **ATTRIBUTES),
        ],
        event_clusters=[EventCluster("c", "Attack", "NIL", None, None), EventCluster("d", "Die", "NIL", None, None)],
    )  # fmt: skip


def _span(words: str) -> dict[str, Any]:
    start, end = _at(words)
    return {"start": start, "end": end}


@pytest.fixture
def predicted() -> Prediction:
    return Prediction(
        id="d1",
        mentions=[
            PredMention(id="m1", type="PER", level="NOM", **_span("Gunmen")),
            PredMention(id="m2", type="GPE", level="NAM", **_span("Lemre")),
            PredMention(id="m4", type="PER", level="NOM", **_span("14 guards")),
        ],
        times=[PredTime(id="t1", type="DURATION", value="P2W", **_span("two weeks"))],
        quantities=[PredQuantity(id="q1", min=14, max=14, modifier="exact", unit="guard", **_span("14"))],
        events=[
            PredEvent(id="e1", type="Attack", arguments=[PredArgument(role="Attacker", filler="m1")],
                      **_span("carried out")),
            PredEvent(id="e2", type="Die", arguments=[PredArgument(role="Agent", filler="m1")], **_span("killed")),
        ],
    )  # fmt: skip


def _pairs(gold: Document, predicted: Prediction) -> dict[tuple[str, str], tuple[str, str, str]]:
    return {
        (pair.layer, pair.gold.text): (pair.kind, pair.predicted.text, pair.predicted.value)
        for pair in near_pairs(gold, predicted)
    }


# ---------------------------------------------------------------- which pairs there are


def test_near_pairs(gold: Document, predicted: Prediction) -> None:
    """Lemre is right and the pronoun has no partner; the raid's argument has none, since its trigger is elsewhere."""
    assert _pairs(gold, predicted) == {
        ("mention", "Gunmen in masks"): ("overlap", "Gunmen", ""),
        ("mention", "at least 14 guards"): ("overlap", "14 guards", ""),
        ("trigger", "raid"): ("neighbour", "carried out", ""),
        ("argument", "They"): ("elsewhere", "Gunmen", ""),
        ("time", "nearly two weeks ago"): ("overlap", "two weeks", "P2W"),
        ("quantity", "at least 14"): ("overlap", "14", "14 to 14 exact guard"),
    }


def test_a_neighbour_has_the_same_type_and_sentence_and_few_words_between(
    gold: Document, predicted: Prediction
) -> None:
    def trigger(words: str, type_: str, of: str = "raid") -> bool:
        predicted.events = [PredEvent(id="e", type=type_, **_span(words))]
        return ("trigger", of) in _pairs(gold, predicted)

    assert trigger("carried", "Attack")
    assert trigger("masks", "Attack")
    assert not trigger("carried", "Die")
    # Four words between; two, but of another sentence.
    assert not trigger("in", "Attack")
    assert trigger("at", "Die", "killed")
    assert not trigger("ago", "Die", "killed")


def test_items_of_one_span_do_not_form_a_pair(gold: Document, predicted: Prediction) -> None:
    predicted.mentions = [PredMention(id="m1", type="ORG", **_span("Gunmen in masks"))]
    assert not [key for key in _pairs(gold, predicted) if key[0] == "mention"]


def test_pairs_are_one_to_one_and_the_nearest_come_first(gold: Document, predicted: Prediction) -> None:
    predicted.mentions = [
        PredMention(type="PER", **_span(words)) for words in ("guards", "14 guards", "least 14 guards")
    ]
    assert [key[1] for key in _pairs(gold, predicted) if key[0] == "mention"] == ["at least 14 guards"]
    assert _pairs(gold, predicted)["mention", "at least 14 guards"] == ("overlap", "least 14 guards", "")


def test_an_item_answers_one_gold_item(gold: Document, predicted: Prediction) -> None:
    """One phrase overlaps the town and the time; it shares the greater part with the time."""
    times = [PredTime(type="DATE", **_span("Lemre nearly two weeks ago"))]
    gold = msgspec.structs.replace(gold, times=[*gold.times, Time("t2", *_at("Lemre"), "DATE", "2024")])
    assert [key[1] for key in _pairs(gold, msgspec.structs.replace(predicted, times=times)) if key[0] == "time"] == [
        "nearly two weeks ago"
    ]


def test_a_pair_of_the_same_type_comes_before_a_nearer_one(gold: Document, predicted: Prediction) -> None:
    predicted.mentions = [
        PredMention(type="ORG", **_span("least 14 guards")),
        PredMention(type="PER", **_span("guards")),
    ]
    assert _pairs(gold, predicted)["mention", "at least 14 guards"] == ("overlap", "guards", "")


# ---------------------------------------------------------------- what lenient matching credits


def test_credit(gold: Document, predicted: Prediction) -> None:
    found = {(pair.layer, pair.gold.text): credits_of(pair, gold) for pair in near_pairs(gold, predicted)}
    assert found == {
        ("mention", "Gunmen in masks"): {"mention.head": True},
        ("mention", "at least 14 guards"): {"mention.head": True},
        ("trigger", "raid"): {"trigger.head": False},
        # The gunmen are the pronoun's entity, but end elsewhere.
        ("argument", "They"): {"argument.cls@head": False, "argument.cls@entity": True},
        ("time", "nearly two weeks ago"): {},
        ("quantity", "at least 14"): {},
    }


@pytest.mark.parametrize(
    ("words", "credit"),
    [("carried out a raid", True), ("raid on Lemre", True), ("a raid on", True), ("carried", False)],
)
def test_the_head_of_a_trigger_is_credited(gold: Document, words: str, credit: bool) -> None:
    item = Item(*_at(words), words, label="Attack")
    pair = Pair("trigger", "overlap", "d1", Item(*_at("raid"), "raid", label="Attack"), item)
    assert credits_of(pair, gold) == {"trigger.head": credit}


@pytest.mark.parametrize("filler", ["TIME", "QTY", "TITLE", "EVENT", "PER", ""])
def test_a_filler_of_any_kind_is_scored(gold: Document, filler: str) -> None:
    event = ("Die", *_at("killed"), "killed")
    right = Item(*_at("They"), "They", label="Agent", filler="PER", event=event)
    other = Item(*_at("Police"), "Police", label="Agent", filler=filler, value="Die", event=event)
    assert set(credits_of(Pair("argument", "elsewhere", "d1", right, other), gold).values()) == {False}


# ---------------------------------------------------------------- the sample


def _draw(gold: Document, **systems: Prediction) -> tuple[list[Sampled], dict[str, int]]:
    strata = {("mention", "overlap"): 2, ("time", "overlap"): 5}
    return draw({name: [p] for name, p in systems.items()}, {"d1": gold}, ["b"], strata, seed=1)


def test_a_sample_is_drawn_by_layer_and_kind_once_each(gold: Document, predicted: Prediction) -> None:
    other = msgspec.structs.replace(predicted, mentions=[PredMention(type="PER", **_span("guards"))])
    drawn, candidates = _draw(gold, a=predicted, b=other)
    assert candidates == {"mention overlap": 3, "time overlap": 1}
    assert [(pair.id, pair.layer) for pair in drawn] == [("p001", "mention"), ("p002", "mention"), ("p003", "time")]
    assert drawn[2].systems == ["a", "b"]
    assert [pair.systems for pair in drawn if pair.predicted.text == "guards"] == [["b"]]
    # The order of the systems does not matter.
    assert _draw(gold, b=other, a=predicted) == (drawn, candidates)


# ---------------------------------------------------------------- the stored sample


SAMPLE, DRAWN_FROM = read_sample(), read_drawn_from()


def test_the_stored_sample_quotes_the_texts() -> None:
    texts = {id: d.text for id, d in held_out().items()}
    items = [(pair.document, item) for pair in SAMPLE for item in (pair.gold, pair.predicted)]
    for document_, item in items:
        assert texts[document_][item.start : item.end] == item.text
        if item.event is not None:
            assert texts[document_][item.event[1] : item.event[2]] == item.event[3]
    for pair in SAMPLE:
        assert pair.sentence in texts[pair.document]
        assert pair.gold.span != pair.predicted.span


def test_the_stored_sample_has_its_strata() -> None:
    assert [pair.id for pair in SAMPLE] == [f"p{number:03}" for number in range(1, 101)]
    counts = {stratum: sum((pair.layer, pair.kind) == stratum for pair in SAMPLE) for stratum in STRATA}
    assert counts == STRATA
    assert len({msgspec.json.encode(pair.pair) for pair in SAMPLE}) == len(SAMPLE)


def _present(system: str, splits: list[str]) -> list[Prediction]:
    path = predictions_of(system)
    return read_predictions(path, held_out(splits)) if path.exists() else []


@pytest.mark.slow
def test_the_sample_is_drawn_again_from_the_same_predictions() -> None:
    """A sample stays valid when predictions change; those that have not changed still make their pairs."""
    gold = held_out()
    present = {source.system: _present(source.system, source.splits) for source in DRAWN_FROM.sources}
    same = [source for source in DRAWN_FROM.sources if digest(present[source.system]) == source.digest]
    if data().digest != DRAWN_FROM.data or not same:
        pytest.skip("gold or all predictions have changed since the sample was drawn")
    for source in same:
        found = {msgspec.json.encode(pair) for p in present[source.system] for pair in near_pairs(gold[p.id], p)}
        own = [pair for pair in SAMPLE if pair.systems == [source.system]]
        assert all(msgspec.json.encode(pair.pair) in found for pair in own), source.system
    assert [credits_of(pair.pair, gold[pair.document]) for pair in SAMPLE] == [pair.credit for pair in SAMPLE]
    if len(same) == len(present):
        generative = [source.system for source in same if source.generative]
        assert draw(present, gold, generative, seed=DRAWN_FROM.seed) == (SAMPLE, DRAWN_FROM.candidates)


def test_every_reader_judges_every_pair() -> None:
    readers = read_verdicts()
    assert readers
    for name, rows in readers.items():
        assert list(rows) == [pair.id for pair in SAMPLE], name
        assert all(row.reason.strip() for row in rows.values()), name
        assert name in read_readers()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda lines: lines[:-1], "expected one verdict for each pair of sample.jsonl; found otherwise: p100"),
        (lambda lines: [*lines, lines[0]], "found otherwise: an id that occurs twice"),
        (lambda lines: [lines[0].replace('"partly"', '"maybe"'), *lines[1:]], "unknown verdict 'maybe'"),
        (lambda lines: ["{", *lines[1:]], "verdicts_a.jsonl:1"),
    ],
)  # fmt: skip
def test_invalid_verdicts_are_an_error(tmp_path: Path, change: Callable[[list[str]], list[str]], message: str) -> None:
    for name in ("sample.jsonl", "verdicts_a.jsonl"):
        (tmp_path / name).write_bytes((FOLDER / name).read_bytes())
    path = tmp_path / "verdicts_a.jsonl"
    path.write_text("\n".join(change(path.read_text(encoding="utf-8").splitlines())) + "\n", encoding="utf-8")
    with pytest.raises(DataError) as raised:
        read_verdicts(tmp_path)
    assert message in str(raised.value)


# ---------------------------------------------------------------- the sheet


def _sampled(pair: Pair, **facts: Any) -> Sampled:
    fields = {"id": "p001", "sentence": "", "systems": ["secret-system"], "credit": {"mention.head": True}, **facts}
    return Sampled(layer=pair.layer, kind=pair.kind, document=pair.document, gold=pair.gold, predicted=pair.predicted,
                   **fields)  # fmt: skip


def test_a_reader_sees_no_system_and_no_credit(gold: Document, predicted: Prediction, tmp_path: Path) -> None:
    write_sheet(tmp_path, [_sampled(pair) for pair in near_pairs(gold, predicted)], {"d1": gold})
    sheet = (tmp_path / "sheet.jsonl").read_text(encoding="utf-8")
    assert len(sheet.splitlines()) == 6
    for hidden in ("secret-system", "credit", "mention.head", "verdict"):
        assert hidden not in sheet
    assert (tmp_path / "documents" / "d1.txt").read_text(encoding="utf-8").endswith(f"\n\n{TEXT}\n")
    assert (tmp_path / "README.md").read_bytes() == (FOLDER / "instructions.md").read_bytes()


def test_the_context_marks_both_items_and_the_trigger(gold: Document, predicted: Prediction) -> None:
    found = {pair.layer: _sampled(pair) for pair in near_pairs(gold, predicted)}
    assert context(found["argument"], gold) == (
        "Police said. [P Gunmen P] in masks carried out a raid on Lemre nearly two weeks ago. "
        "[G They G] [T killed T] at least 14 guards."
    )
    assert "[G nearly [P two weeks P] ago G]" in context(found["time"], gold)
    assert entry(found["argument"], gold)["predicted"] == {
        "text": "Gunmen", "label": "Agent", "level": "NOM", "filler": "PER", "event": "Die: killed"
    }  # fmt: skip


# ---------------------------------------------------------------- verdicts


def _judged(credits: dict[str, bool], **verdicts: str) -> tuple[list[Sampled], dict[str, str]]:
    item = Item(0, 1, "x")
    pairs = [_sampled(Pair("mention", "overlap", "d", item, item), id=id, credit={"mention.head": credits[id]})
             for id in verdicts]  # fmt: skip
    return pairs, verdicts


def test_credit_against_a_reader() -> None:
    pairs, verdicts = _judged({"p1": True, "p2": True, "p3": False, "p4": False}, p1="right", p2="wrong", p3="right",
                              p4="partly")  # fmt: skip
    assert credit_table(pairs, verdicts, "mention.head") == {
        ("right", True): 1, ("wrong", True): 1, ("right", False): 1, ("partly", False): 1
    }  # fmt: skip
    rows = {id: Verdict(id, verdict, "") for id, verdict in verdicts.items()}
    text = reading(pairs, {"a": rows}, {"a": "somebody"}, DRAWN_FROM)
    # Of two credited one is right: precision 1/2. Of two right ones one is credited; of three right or partly, one.
    assert "| mention.head | a | 1/1 | 0/1 | 1/0 | 50, 50 | 50, 33 |" in text
    assert "| mention | a | 4 | 2 | 1 | 1 | 50 (15-85) | 75 (30-95) |" in text
    assert "1 of 2 right, 0 of 1 partly, 1 of 1 wrong" in text
    assert "Verdicts of one reader only" in text
    assert "- Reader a: somebody." in text


def test_two_readers() -> None:
    pairs, first = _judged(
        dict.fromkeys(("p1", "p2", "p3", "p4"), True), p1="right", p2="wrong", p3="wrong", p4="partly"
    )
    second = first | {"p2": "partly", "p4": "right"}
    readers = {name: {id: Verdict(id, verdict, "") for id, verdict in rows.items()}
               for name, rows in (("a", first), ("b", second))}  # fmt: skip
    assert views_of(readers)["agreed"] == {"p1": "right", "p3": "wrong"}
    assert disagreements(first, second) == {("partly", "wrong"): 1, ("right", "partly"): 1}
    text = reading(pairs, readers, {}, DRAWN_FROM)
    # Observed 2/4; by chance (1*2 + 1*1 + 2*1)/16 = 5/16; kappa = (8/16 - 5/16) / (11/16) = 3/11.
    assert "agree on 50 (15-85) % of the pairs; Cohen's kappa 0.27" in text
    assert "by verdicts: 1 partly or wrong, 1 right or partly; by layer: 2 mention" in text
    for row in ("all | a | 4 | 1 | 1 | 2", "all | b | 4 | 2 | 1 | 1", "all | agreed | 2 | 1 | 0 | 1"):
        assert f"| {row} |" in text


def test_the_interval_is_wilsons() -> None:
    """For 5 of 10: (5 + z²/2) / (10 + z²) ± z / (10 + z²) · sqrt(2.5 + z²/4), with z² = 3.8415: 0.5 ± 0.2634."""
    assert share(5, 10) == "50 (24-76)"
    assert share(0, 0) == "-"


# ---------------------------------------------------------------- scores


SCORES = {
    "x": {"mention.exact": 0.7, "mention.head": 0.8, "trigger.cls": 0.5, "trigger.head": 0.6},
    "y": {"mention.exact": 0.6, "mention.head": 0.9, "trigger.cls": 0.5, "trigger.head": 0.5},
    "z": {"mention.exact": 0.5, "mention.head": 0.8},
}


def test_reversed_pairs_of_systems() -> None:
    """By heads y overtakes x, and z draws level with x, which reverses nothing."""
    found = matching.shift(SCORES, "mention.exact", "mention.head")
    assert (found.pairs, found.reversed) == (3, [("x", "y")])
    assert found.changes == pytest.approx([0.1, 0.3, 0.3])
    # Equal by exact matching: no pair that could be reversed. One system does not attempt triggers.
    assert matching.shift(SCORES, "trigger.cls", "trigger.head")[:2] == (0, [])
    assert list(matching.shifts(SCORES)) == [("mentions", "head"), ("triggers", "head")]


@pytest.fixture
def three_systems(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the section read the records of three systems."""
    made = []
    for name, scores in SCORES.items():
        figures = {metric: Figures(f1) for metric, f1 in scores.items()}
        made.append(Record(name=name, description="d", training="t", goldwire="0", data=data(), libraries={},
                           signatures={}, documents={}, runs=[Run({"test+retold": Scores(figures)})]))  # fmt: skip
    monkeypatch.setattr(matching, "records", lambda: made)


def test_the_section(three_systems: None) -> None:
    text = matching.section()
    assert text.startswith("### ")
    # Equal systems share a rank.
    assert "| x | 70.0 (1) | 80.0 (2) | 50.0 (1) | 60.0 (1) |" in text
    assert "| z | 50.0 (3) | 80.0 (2) | - | - |" in text
    assert "change places between exact and lenient matching: 1 of 3" in text
    assert "- mentions: x against y, +10.0 points by exact, -10.0 by head." in text
    assert "| mentions | head | 1 of 3 | - | - | +23.3 (+10.0 to +30.0) |" in text
    assert "| killed | within | - | - | - | - |" in text


def test_the_plot(three_systems: None, tmp_path: Path) -> None:
    path = tmp_path / "matching.svg"
    matching.plot(path)
    content = path.read_text(encoding="utf-8")
    assert "attached arguments" in content
    assert '["y", [[0.0, 60.0], [1.0, 90.0]]]' in content.replace("&quot;", '"')

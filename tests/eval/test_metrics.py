"""Every metric on one small document; the expected counts are worked by hand from the text in `scoring.py`."""

from fractions import Fraction
from typing import Any

import msgspec
import numpy as np
import pytest
from conftest import document
from generate import score_rows
from scoring import TEXT, counts, gold, lenient, span

from goldwire_corpus.schema.document import Entity, Mention
from goldwire_eval.metrics.prf import Counts
from goldwire_eval.metrics.registry import METRICS
from goldwire_eval.results import summarise
from goldwire_eval.scorer import score_documents

LEMRE = {**span("Lemre"), "id": "l", "type": "GPE", "level": "NAM"}
REBELS = {**span("Rebels"), "id": "r", "type": "PER", "level": "NOM"}
GUARDS = {**span("two guards"), "id": "g", "type": "PER", "level": "NOM"}
ODA = {**span("Oda"), "id": "o", "type": "PER", "level": "NAM"}


def shot(*arguments: tuple[str, Any], **labels: Any) -> dict[str, Any]:
    made = [{"role": role, "filler": filler} for role, filler in arguments]
    return {**span("shot"), "type": "Attack", "arguments": made, **labels}


@pytest.mark.parametrize(
    ("metric", "prediction", "expected"),
    [
        # Gold names: Lemre, Lemre, Oda. Nominal mentions do not count for ner.
        ("ner", {"mentions": [LEMRE, {**ODA, "type": "ORG"}, REBELS]}, Counts(1, 1, 2)),
        ("mention.exact", {"mentions": [LEMRE, {**ODA, "type": "ORG"}, REBELS]}, Counts(2, 1, 3)),
        ("mention.untyped", {"mentions": [LEMRE, {**ODA, "type": "ORG"}, REBELS]}, Counts(3, 0, 2)),
        # "guards" ends where the head of "two guards" ends.
        ("mention.exact", {"mentions": [{**GUARDS, **span("guards")}]}, Counts(0, 1, 5)),
        ("mention.head", {"mentions": [{**GUARDS, **span("guards")}]}, Counts(1, 0, 4)),
        # An overlap of at least half of the longer span is worth one half.
        ("mention.partial", {"mentions": [{**GUARDS, **span("guards")}, LEMRE]}, Counts(1.5, 0.5, 3.5)),
        ("mention.partial", {"mentions": [{**GUARDS, **span("two guards in Lemre on")}]}, Counts(0, 1, 5)),
        ("time.span", {"times": [{**span("Monday"), "value": "2024-03-04"}]}, Counts(1, 0, 0)),
        ("time.value", {"times": [{**span("Monday"), "value": "2024-03-04"}]}, Counts(0, 1, 1)),
        ("time.value", {"times": [{**span("Monday"), "value": "2024-03-11"}]}, Counts(1, 0, 0)),
        ("quantity.span", {"quantities": [{**span("two"), "min": 3, "max": 3}]}, Counts(1, 0, 0)),
        ("quantity.value", {"quantities": [{**span("two"), "min": 3, "max": 3}]}, Counts(0, 1, 1)),
        ("quantity.value", {"quantities": [{**span("two"), "min": 2}]}, Counts(0, 1, 1)),
        ("quantity.value", {"quantities": [{**span("two"), "min": 2, "max": 2}]}, Counts(1, 0, 0)),
        ("trigger.id", {"events": [shot(), {**span("hurt"), "type": "Die"}]}, Counts(2, 0, 1)),
        ("trigger.cls", {"events": [shot(), {**span("hurt"), "type": "Die"}]}, Counts(1, 1, 2)),
        # "shot two guards" and "and raids in" have the heads "shot" and "raids"; the second is one of another type.
        ("trigger.cls", {"events": [{**shot(), **span("shot two guards")}]}, Counts(0, 1, 3)),
        ("trigger.head", {"events": [{**shot(), **span("shot two guards")}]}, Counts(1, 0, 2)),
        ("trigger.head", {"events": [shot(), {**span("and raids in"), "type": "Die"}]}, Counts(1, 1, 2)),
        # One trigger answers one trigger; six words are too many for a trigger and have no head.
        ("trigger.head", {"events": [shot(), {**shot(), **span("shot two")}]}, Counts(1, 1, 2)),
        ("trigger.head", {"events": [{**shot(), **span("shot two guards in Lemre on")}]}, Counts(0, 1, 3)),
        ("trigger.realis", {"events": [shot(realis="OTHER")]}, Counts(0, 1, 3)),
        ("trigger.realis", {"events": [shot(realis="ACTUAL")]}, Counts(1, 0, 2)),
        ("trigger.polarity", {"events": [shot(polarity="negative")]}, Counts(0, 1, 3)),
        ("trigger.source", {"events": [shot(source="AUTHOR", stance="asserts")]}, Counts(1, 0, 2)),
        ("trigger.source", {"events": [shot(source="AUTHOR", stance="doubts")]}, Counts(0, 1, 3)),
        ("trigger.source", {"events": [shot(source=span("Rebels"), stance="asserts")]}, Counts(0, 1, 3)),
        # Who says so is not said.
        ("trigger.source", {"events": [shot(stance="asserts"), {**shot(source="AUTHOR"), **span("hurt")}]},
         Counts(0, 2, 3)),
        ("title.span", {"titles": [span("Oda")]}, Counts(0, 1, 0)),
        # Gold arguments: four of the shooting, two of the raids, one of the injury.
        ("argument.id@exact", {"mentions": [LEMRE], "events": [shot(("Target", "l"))]}, Counts(1, 0, 6)),
        ("argument.cls@exact", {"mentions": [LEMRE], "events": [shot(("Target", "l"))]}, Counts(0, 1, 7)),
        ("argument.cls@exact", {"events": [shot(("Target", span("guards")))]}, Counts(0, 1, 7)),
        ("argument.cls@head", {"events": [shot(("Target", span("guards")))]}, Counts(1, 0, 6)),
        # A time has no head within it, named or in place: the ends are compared.
        ("argument.cls@head", {"events": [shot(("Time", span("Lemre on Monday")))]}, Counts(1, 0, 6)),
        ("argument.cls@head", {"events": [shot(("Place", span("Lemre on Monday")))]}, Counts(1, 0, 6)),
        # The second "Lemre" belongs to the raids, but names the entity that the shooting took place in.
        ("argument.attached.cls@exact", {"events": [shot(("Place", span("Lemre", 2)))]}, Counts(0, 1, 7)),
        ("argument.attached.cls@entity", {"events": [shot(("Place", span("Lemre", 2)))]}, Counts(1, 0, 6)),
        # Oda is the target of the raids, not of the shooting; unattached that is not seen.
        ("argument.cls@exact", {"events": [shot(("Target", span("Oda")))]}, Counts(1, 0, 6)),
        ("argument.attached.cls@exact", {"events": [shot(("Target", span("Oda")))]}, Counts(0, 1, 7)),
    ],
)  # fmt: skip
def test_counts(metric: str, prediction: dict[str, Any], expected: Counts) -> None:
    assert counts(prediction, metric) == expected


@pytest.mark.parametrize(
    ("filler", "hit"),
    [("wounding", 1), ("killing", 0), ("again", 0), ({"quote": "shot"}, 1), ({"quote": "hurt"}, 0)],
)
def test_of_two_events_on_one_trigger_a_filler_names_one(filler: Any, hit: int) -> None:
    """In gold an injury is reported; its trigger is that of a death too, which a second trigger repeats."""
    reported = {**span("raids"), "type": "State"}
    events = [
        {"id": "killing", **span("shot"), "type": "Die", "cluster": "c1"},
        {"id": "wounding", **span("shot"), "type": "Injure", "cluster": "c2"},
        {"id": "again", **span("hurt"), "type": "Die", "cluster": "c1"},
    ]
    one, other = (
        {
            "id": "d",
            "text": TEXT,
            "events": [*events, {**reported, "arguments": [{"role": "Topic-Event", "filler": f}]}],
        }
        for f in ("wounding", filler)
    )
    scored = score_rows([one], [other])
    assert scored.total("argument.attached.cls@entity") == Counts(hit, 1 - hit, 1 - hit)


def test_all_attributes_together() -> None:
    right = {"realis": "ACTUAL", "polarity": "positive", "means": "shooting", "stance": "asserts"}
    assert counts({"events": [shot(**right)]}, "trigger.all") == Counts(1, 0, 2)
    assert counts({"events": [shot(**{**right, "means": "raid"})]}, "trigger.all") == Counts(0, 1, 3)


SHOOTING = {
    "type": "Attack", "earliest": "2024-03-11", "latest": "2024-03-11", "place": "lemre", "actors": ["rebels"],
    "killed_min": 2, "killed_max": 3,
}  # fmt: skip


def test_perfect_record() -> None:
    assert counts({"records": [SHOOTING]}, "record.ceaf") == Counts(1, 0, 1)
    assert counts({"records": [SHOOTING]}, "record.date") == Counts(1, 0, 1)
    assert counts({"records": [SHOOTING]}, "record.place") == Counts(1, 0, 1)
    assert counts({"records": [SHOOTING]}, "record.killed") == Counts(1, 0, 0)
    assert counts({"records": [SHOOTING]}, "record.wounded") == Counts(0, 0, 1)
    assert counts({"records": [SHOOTING]}, "record.actors") == Counts(1, 0, 0)


def test_the_similarity_is_the_share_of_filled_slots_that_agree() -> None:
    # Gold fills date, place, killed and actors, and the prediction the same four: two of them agree.
    wrong = {**SHOOTING, "place": "Vale", "killed_min": 3}
    assert counts({"records": [wrong]}, "record.ceaf").tp == Fraction(1, 2)
    assert counts({"records": [wrong]}, "record.place") == Counts(0, 1, 2)
    assert counts({"records": [wrong]}, "record.killed") == Counts(0, 1, 1)
    assert counts({"records": [wrong]}, "record.killed.within") == Counts(1, 0, 0)
    # The raids fill date, place and wounded; a prediction of one slot of them, and that right, agrees in one of three.
    bare = {"type": "Attack", "wounded_min": 1, "wounded_max": 1}
    assert counts({"records": [SHOOTING, bare]}, "record.ceaf").tp == pytest.approx(1 + Fraction(1, 3))


def test_wounded_are_scored_like_killed() -> None:
    # Gold: one wounded in the raids, none given in the shooting.
    right, wide = ({"type": "Attack", "place": "Lemre", "wounded_min": 1, "wounded_max": top} for top in (1, 2))
    assert counts({"records": [right]}, "record.wounded") == Counts(1, 0, 0)
    assert counts({"records": [right]}, "record.wounded.within") == Counts(1, 0, 0)
    assert counts({"records": [wide]}, "record.wounded.within").tp == 0


def test_record_of_other_slots_is_compared_by_these() -> None:
    gold, blank, wrong = ({"type": "Attack", "targets": names} for names in (["Oda"], [], ["Lemre"]))
    rows = [{"id": "d", "text": TEXT, "records": [record]} for record in (gold, blank, wrong)]
    found = [score_rows(rows[:1], [row]).total("record.ceaf").tp for row in rows]
    assert found == [1, 0, 0]


def test_the_order_of_records_does_not_matter() -> None:
    import itertools

    rows = [
        {**SHOOTING, "place": "Vale"},
        {**SHOOTING, "earliest": "2024-03-01", "killed_max": 2},
        {"type": "Attack", "place": "Lemre"},
    ]
    for metric in ("record.ceaf", "record.date", "record.place", "record.killed"):
        found = {counts({"records": list(order)}, metric) for order in itertools.permutations(rows)}
        assert len(found) == 1, metric


def test_a_record_of_another_type_is_spurious_with_all_its_slots() -> None:
    other = {**SHOOTING, "type": "Abduct"}
    assert counts({"records": [other]}, "record.ceaf") == Counts(0, 1, 2)
    assert counts({"records": [other]}, "record.date") == Counts(0, 1, 2)


OWN = [name for name in METRICS if name != "relation.exact"]
"""The metrics of our own label set: relations of any type are compared only where any label is."""
_UNSAID = {"link", "title.span", "record.instrument", *(name for name in OWN if name.startswith("relation."))} | {
    # Every event is a cluster of its own, so that there is no link to find.
    f"{layer}.{name}"
    for layer in ("event_coref", "cross.event")
    for name in (
        "muc",
        "conll",
        *(f"{m}@nosingletons" for m in ("muc", "b3", "ceafm", "ceafe", "lea", "blanc", "conll")),
    )
}
"""Figures that are undefined for the small document, which says nothing of what they count."""


def test_gold_against_itself_is_perfect_on_every_metric() -> None:
    from goldwire_corpus.schema.prediction import Prediction

    document = gold()
    itself = msgspec.json.decode(msgspec.json.encode(document), type=Prediction)
    figures = summarise(score_documents([itself], [document], "gold"), "x", "y")
    assert set(figures["metrics"]) == set(OWN)
    perfect = {name: m["f1"] for name, m in figures["metrics"].items() if name not in _UNSAID}
    assert perfect == {name: 1.0 for name in OWN if name not in _UNSAID}
    assert {name for name, m in figures["metrics"].items() if m["f1"] is None} == _UNSAID
    assert not any(figures["errors"].values())


@pytest.mark.parametrize(
    "layers",
    [{}, {"mentions": [], "times": [], "quantities": [], "titles": [], "events": [], "relations": [], "records": []}],
)
def test_empty_prediction_scores_zero(layers: dict[str, Any]) -> None:
    figures = summarise(lenient([layers] if layers else []), "x", "y")
    # Of mentions that both sides found there are none.
    undefined = {name for name, m in figures["metrics"].items() if m["f1"] is None}
    assert undefined == _UNSAID | {"link.matched"}
    assert {m["f1"] for name, m in figures["metrics"].items() if name not in undefined} == {0.0}
    assert set(figures["metrics"]) == set(OWN)


def _prediction() -> Any:
    from goldwire_corpus.schema.prediction import Prediction

    return Prediction


def test_empty_gold_and_prediction_are_undefined() -> None:
    bare = gold(times=[], events=[], records=[], event_clusters=[])
    figures = summarise(
        score_documents([msgspec.convert({"id": "d1", "times": []}, _prediction())], [bare], "none"), "x", "y"
    )
    assert figures["metrics"]["time.span"]["f1"] is None
    assert figures["metrics"]["time.span"]["precision"] is None


def test_absent_layer_is_not_scored() -> None:
    figures = summarise(
        score_documents([msgspec.convert({"id": "d1", "mentions": []}, _prediction())], [gold()], "none"), "x", "y"
    )
    assert set(figures["metrics"]) == {
        name for name, needs in METRICS.items() if needs in ("mentions", "coref", "links")
    }


def test_example_text_matches_its_comments() -> None:
    assert TEXT[7:11] == "shot"
    assert TEXT[35:41] == "Monday"


@pytest.mark.parametrize("seed", range(100))
def test_partial_against_a_plain_assignment(seed: int) -> None:
    """The quick way, exact pairs first and then a matching, gives what the best assignment of all pairs gives."""
    import random

    from scipy.optimize import linear_sum_assignment

    rng = random.Random(seed)
    text = "x" * 21

    def some() -> list[tuple[int, int]]:
        starts = [rng.randint(0, 14) for _ in range(rng.randint(0, 12))]
        # None twice: the double of a hit gets nothing.
        return list(dict.fromkeys((s, s + rng.randint(1, 6)) for s in starts))

    def credit(g: tuple[int, int], p: tuple[int, int]) -> float:
        shared, longer = min(g[1], p[1]) - max(g[0], p[0]), max(g[1] - g[0], p[1] - p[0])
        return 1.0 if g == p else 0.5 if shared >= longer / 2 else 0.0

    left, right = some(), some()
    of = document(
        text,
        mentions=[Mention(f"m{i}", *s, *s, "PER", "NAM", "x") for i, s in enumerate(left)],
        entities=[Entity("x", "PER", "x", "NIL")],
    )
    matrix = np.array([[credit(g, p) for p in right] for g in left]).reshape(len(left), len(right))
    best = matrix[linear_sum_assignment(matrix, maximize=True)].sum()
    made = {"mentions": [{"start": s, "end": e, "type": "PER"} for s, e in right]}
    assert counts(made, "mention.partial", of).tp == best

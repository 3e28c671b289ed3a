"""Labels taken verbatim: any type, level, attribute and relation is compared as it is given."""

from typing import Any

import msgspec
import pytest

from goldwire_corpus.errors import DataError
from goldwire_corpus.schema.prediction import Prediction
from goldwire_eval.policy import Policies
from goldwire_eval.readers.document_pairs import Line
from goldwire_eval.readers.predictions import Predictions
from goldwire_eval.readers.reference import Gold
from goldwire_eval.scored import Scored
from goldwire_eval.scorer import score

TEXT = "Reza and Ada work for Acme in Lima."
REZA, ADA, ACME, LIMA = (0, 4), (9, 12), (22, 26), (30, 34)


def item(span: tuple[int, int], type: str, **fields: Any) -> dict[str, Any]:
    return {"start": span[0], "end": span[1], "type": type, **fields}


def scored(gold: dict[str, Any], pred: dict[str, Any], labels: str = "any") -> Scored:
    of = msgspec.convert({"id": "d", "text": TEXT, **gold}, Prediction)
    made = msgspec.convert({"id": "d", **pred}, Prediction)
    return score(
        Predictions.of_rows([made], "x"), Gold(lambda _: iter([Line("gold", 1, of)]), list, "gold"),
        Policies(labels=labels),
    )  # fmt: skip


PEOPLE = [item(REZA, "Person", id="m1"), item(ADA, "Person", id="m2"), item(ACME, "Firm", id="m3")]


def relation(type: str, from_: str, to: str) -> dict[str, str]:
    return {"type": type, "from": from_, "to": to}


def test_relations_between_mentions_are_compared_by_type_and_ends() -> None:
    gold = {"mentions": PEOPLE, "relations": [relation("works_for", "m1", "m3"), relation("works_for", "m2", "m3")]}
    pred = {
        "mentions": PEOPLE,
        "relations": [
            relation("works_for", "m1", "m3"),
            relation("owns", "m2", "m3"),
            relation("works_for", "m3", "m1"),
        ],
    }
    assert scored(gold, pred).total("relation.exact") == (1, 2, 1)
    assert scored(gold, gold).total("relation.exact") == (2, 0, 0)
    by_type = scored(gold, pred).by_type
    assert by_type["works_for"]["relation.exact"].tolist() == [1, 1, 1]
    assert by_type["owns"]["relation.exact"].tolist() == [0, 1, 0]


def test_ends_may_name_clusters() -> None:
    mentions = [
        item(REZA, "Person", entity="reza"),
        item(ACME, "Firm", entity="acme"),
        item(LIMA, "Firm", entity="acme"),
    ]
    gold = {"mentions": mentions, "relations": [relation("works_for", "reza", "acme")]}
    # The prediction names other mentions of the same entities, by the id of a mention.
    pred = {
        "mentions": [
            item(REZA, "Person", id="a"),
            item(ACME, "Firm", entity="x"),
            item(LIMA, "Firm", id="b", entity="x"),
        ],
        "relations": [relation("works_for", "a", "b")],
    }
    assert scored(gold, pred).total("relation.exact") == (1, 0, 0)


def test_ends_of_wrong_spans_match_nothing() -> None:
    gold = {"mentions": PEOPLE, "relations": [relation("works_for", "m1", "m3")]}
    moved = [item((0, 8), "Person", id="m1"), *PEOPLE[1:]]
    pred = {"mentions": moved, "relations": [relation("works_for", "m1", "m3")]}
    assert scored(gold, pred).total("relation.exact") == (0, 1, 1)


def test_an_event_is_never_equal_to_a_mention() -> None:
    events = [item(REZA, "Act", id="e1"), item(ACME, "Act", id="e2")]
    gold = {"mentions": PEOPLE, "events": events, "relations": [relation("r", "m1", "m3"), relation("r", "e1", "e2")]}
    pred = {"mentions": PEOPLE, "events": events, "relations": [relation("r", "e1", "m3"), relation("r", "e1", "e2")]}
    assert scored(gold, pred).total("relation.exact") == (1, 1, 1)


def test_relations_of_mentions_are_not_temporal() -> None:
    gold = {"mentions": PEOPLE, "relations": [relation("BEFORE", "m1", "m3")]}
    found = scored(gold, gold)
    assert found.stats("relation.temporal").sum() == 0
    assert found.total("relation.exact") == (1, 0, 0)


def test_an_end_that_names_nothing_is_an_error() -> None:
    with pytest.raises(DataError, match="no event, event cluster, mention or entity 'nobody'"):
        scored({"mentions": PEOPLE}, {"mentions": PEOPLE, "relations": [relation("r", "m1", "nobody")]})


def test_relations_of_other_types_are_errors_under_our_own_labels() -> None:
    mentions = [item(REZA, "PER", id="m1"), item(ACME, "ORG", id="m2")]
    with pytest.raises(DataError, match="unknown type 'works_for'"):
        scored(
            {"mentions": mentions}, {"mentions": mentions, "relations": [relation("works_for", "m1", "m2")]}, "goldwire"
        )
    found = scored({"mentions": mentions, "relations": []}, {"mentions": mentions, "relations": []}, "goldwire")
    assert "relation.exact" not in found.metrics


@pytest.mark.parametrize(
    "layers",
    [
        {"times": [item(LIMA, "date", value="2020")]},
        {"quantities": [{"start": 0, "end": 4, "min": 1, "max": 1, "modifier": "circa"}]},
        {"mentions": [item(REZA, "Person", level="name")]},
        {"events": [item(REZA, "Act", realis="certain", polarity="pos", stance="hopes", means="by-hand")]},
    ],
)
def test_types_levels_modifiers_and_attributes_are_taken_verbatim(layers: dict[str, Any]) -> None:
    found = scored(layers, layers)
    assert found.metrics
    assert {m: found.figures(m).f1 for m in found.metrics if "coref" not in m and found.figures(m).f1 != 1} == {}
    with pytest.raises(DataError, match="unknown"):
        scored({}, layers, "goldwire")


def test_attributes_that_differ_do_not_match() -> None:
    gold, pred = ({"events": [item(REZA, "Act", realis=realis)]} for realis in ("certain", "possible"))
    assert scored(gold, pred).total("trigger.realis") == (0, 1, 1)


def test_levels_of_other_schemes_that_mean_a_name_are_names() -> None:
    gold = {"mentions": [item(REZA, "Person", level="name"), item(ADA, "Person", level="pronoun")]}
    assert scored(gold, gold).total("ner") == (1, 0, 0)

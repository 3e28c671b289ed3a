"""Relations, links and coreference over documents, on the small document of `scoring.py`, worked by hand."""

from typing import Any

import msgspec
from scoring import counts, gold, span

from goldwire_corpus.schema.document import Entity, Relation
from goldwire_corpus.schema.prediction import Prediction
from goldwire_eval.metrics.prf import Counts
from goldwire_eval.readers.predictions import Predictions
from goldwire_eval.readers.reference import Gold
from goldwire_eval.scored import Scored
from goldwire_eval.scorer import score

CAUSED = gold(
    relations=[Relation("CAUSES", "c2", "c3"), Relation("SUBEVENT", "c1", "c2"), Relation("BEFORE", "c1", "c3")]
)
EVENTS = [
    {**span("shot"), "type": "Attack", "cluster": "x"},
    {**span("raids"), "type": "Attack", "cluster": "y"},
    {**span("hurt"), "type": "Injure", "cluster": "z"},
]


def _relation(type_: str, from_: str, to: str) -> dict[str, str]:
    return {"type": type_, "from": from_, "to": to}


def test_causal_relation_needs_type_and_both_clusters() -> None:
    right = {"events": EVENTS, "relations": [_relation("CAUSES", "y", "z")]}
    assert counts(right, "relation.causal", CAUSED) == Counts(1, 0, 0)
    for wrong in (_relation("ENABLES", "y", "z"), _relation("CAUSES", "z", "y"), _relation("CAUSES", "x", "z")):
        assert counts({"events": EVENTS, "relations": [wrong]}, "relation.causal", CAUSED) == Counts(0, 1, 1)
    # Without its events a relation hangs on nothing.
    lone = {"events": EVENTS[:1], "event_clusters": [{"id": "y"}, {"id": "z"}]}
    assert counts({**lone, "relations": right["relations"]}, "relation.causal", CAUSED) == Counts(0, 1, 1)


def test_a_subevent_given_twice_is_one_match_and_one_spurious() -> None:
    twice = {"events": EVENTS, "relations": [_relation("SUBEVENT", "x", "y")] * 2}
    assert counts(twice, "relation.subevent", CAUSED) == Counts(1, 1, 0)


def _awareness(relations: list[dict[str, str]]) -> list[float]:
    made = msgspec.convert({"id": "d1", "events": EVENTS, "relations": relations}, Prediction)
    return list(_score(made).stats("relation.temporal").sum(axis=0))


def _score(*predictions: Prediction, of: Any = CAUSED) -> Scored:
    golds = of if isinstance(of, list) else [of]
    return score(Predictions.of_rows(predictions, "x"), Gold.of_documents(golds))


def test_entailed_relations_are_confirmed() -> None:
    """Gold: x before z. Said: x before y, y before z. Gold confirms neither; what is said entails all of gold."""
    assert _awareness([_relation("BEFORE", "x", "y"), _relation("BEFORE", "y", "z")]) == [0, 2, 1, 1]
    assert _awareness([_relation("BEFORE", "x", "z")]) == [1, 1, 1, 1]
    assert _awareness([_relation("BEFORE", "z", "x")]) == [0, 1, 0, 1]


def _linked(link: str | None) -> dict[str, Any]:
    lemre = [{**span("Lemre", n), "type": "GPE", "entity": "l"} for n in (1, 2)]
    return {"mentions": lemre, "entities": [{"id": "l", "link": link}]}


LINKED = gold(entities=[Entity(e.id, e.type, e.name, "w:lemre" if e.id == "lemre" else "NIL") for e in gold().entities])


def test_link_needs_the_right_span() -> None:
    assert counts(_linked("w:lemre"), "link", LINKED) == Counts(2, 0, 0)
    assert counts(_linked("w:other"), "link", LINKED) == Counts(0, 2, 2)
    assert counts(_linked("NIL"), "link", LINKED) == Counts(0, 0, 2)
    assert counts(_linked("w:lemre"), "link.matched", LINKED) == Counts(2, 0, 0)
    assert counts(_linked("NIL"), "link.matched", LINKED) == Counts(0, 2, 2)


def test_entities_of_one_link_are_one_over_the_documents_of_a_world() -> None:
    """Two documents of one world, each with Lemre twice and three entities of one mention."""
    two = [LINKED, msgspec.structs.replace(LINKED, id="d2")]
    apart = [{"link": "w:one"}, {"link": "w:two"}]
    made = [
        msgspec.convert(
            {"id": f"d{n}", "mentions": _linked("x")["mentions"], "entities": [{"id": "l", **link}]}, Prediction
        )
        for n, link in enumerate(apart, 1)
    ]
    scored = _score(*made, of=two)
    # Gold: one cluster of four Lemres and six alone; predicted two clusters of two. Four of ten mentions in common.
    assert scored.stats("cross.entity.muc").tolist() == [[2, 2, 2, 3]]
    assert scored.stats("cross.entity.b3").tolist() == [[4, 4, 2, 10]]
    joined = [msgspec.structs.replace(m, entities=made[0].entities) for m in made]
    assert _score(*joined, of=two).stats("cross.entity.muc").tolist() == [[3, 3, 3, 3]]
    # In each document alone the two predictions are the same.
    assert scored.stats("coref.muc").tolist() == [[1, 1, 1, 1]] * 2


def test_every_slot_of_a_record() -> None:
    shooting = {
        "type": "Attack", "place": "Lemre", "actors": ["Rebels"], "targets": ["guards", "Oda"], "sources": ["AUTHOR"],
        "instrument": ["rifles"],
    }  # fmt: skip
    # Gold: two guards the target of the shooting, Oda that of the raids; the author the source of both.
    assert counts({"records": [shooting]}, "record.targets") == Counts(1, 1, 1)
    assert counts({"records": [shooting]}, "record.sources") == Counts(1, 0, 1)
    assert counts({"records": [shooting]}, "record.instrument") == Counts(0, 1, 0)

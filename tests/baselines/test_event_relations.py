"""Days of events, and their relations by date and by the rules for common pairs."""

import pytest
from conftest import document

from goldwire_baselines.anchors import anchors, days
from goldwire_baselines.event_relations import RelationModel, narrative
from goldwire_corpus.schema.document import AUTHOR, Argument, Document, Event, EventCluster, Relation, Time


@pytest.mark.parametrize(
    ("value", "interval"),
    [
        ("2024-03-11", ("2024-03-11", "2024-03-11")),
        ("2024-03-11TNI", ("2024-03-11", "2024-03-11")),
        ("2024-W10", ("2024-03-04", "2024-03-10")),
        ("2024-02", ("2024-02-01", "2024-02-29")),
        ("2023", ("2023-01-01", "2023-12-31")),
        ("2023-WI", ("2023-12-01", "2024-02-29")),
        ("P2W", (None, None)),
        ("XXXX-03-11", (None, None)),
    ],
)
def test_days_of_a_value(value: str, interval: tuple[str | None, str | None]) -> None:
    assert days(value) == interval


TEXT = "Shells fell on the mill and killed two, police said. They fled. The mayor spoke."


def _event(word: str, type_: str, *arguments: tuple[str, str], realis: str = "ACTUAL") -> Event:
    start = TEXT.index(word)
    return Event(word, start, start + len(word), type_, realis, "positive", None, None, AUTHOR, "asserts", word,
                 [Argument(role, filler) for role, filler in arguments])  # fmt: skip


def _document(*events: Event, times: dict[str, str] | None = None, dates: dict[str, str] | None = None) -> Document:
    dates = dates or {}
    return document(
        TEXT, events=[*events], times=[Time(id, 0, 6, "DATE", value) for id, value in (times or {}).items()],
        event_clusters=[EventCluster(e.cluster, e.type, "NIL", dates.get(e.id), dates.get(e.id)) for e in events],
    )  # fmt: skip


def test_anchors_from_times_sayings_and_publication() -> None:
    values = {"t1": "2024-03-09", "t2": "2024-03-11"}
    events = [
        _event("fell", "Attack", ("Time", "t1")),
        _event("killed", "Die"),
        _event("fled", "Flee"),
        _event("said", "State", ("Time", "t2"), ("Topic-Event", "fled")),
        _event("spoke", "State", realis="OTHER"),
    ]
    assert anchors(_document(*events, times=values), values) == {
        "fell": ("2024-03-09", "2024-03-09"),
        "killed": ("2024-03-09", "2024-03-09"),  # an effect in the sentence of its dated attack
        "fled": (None, "2024-03-11"),  # told on that day
        "said": ("2024-03-11", "2024-03-11"),
        "spoke": (None, None),  # not actual
    }


def _found(*events: Event, **more: dict[str, str]) -> set[tuple[str, str, str]]:
    return {(r.type, r.from_, r.to) for r in narrative(_document(*events, **more))}


def test_attack_causes_and_precedes_its_effect() -> None:
    assert _found(_event("fell", "Attack"), _event("killed", "Die")) == {
        ("CAUSES", "fell", "killed"), ("BEFORE", "fell", "killed"),
    }  # fmt: skip


def test_happening_precedes_the_saying() -> None:
    assert _found(_event("killed", "Die"), _event("said", "State")) == {("BEFORE", "killed", "said")}


def test_two_sayings_are_not_ordered() -> None:
    assert _found(_event("said", "State"), _event("spoke", "State")) == set()


def test_dates_order_what_rules_leave_open() -> None:
    pair = _event("killed", "Die"), _event("fled", "Flee")
    assert _found(*pair) == set()
    assert _found(*pair, dates={"killed": "2024-03-09", "fled": "2024-03-02"}) == {("BEFORE", "fled", "killed")}


def test_events_far_apart_or_not_actual_give_no_pair() -> None:
    assert _found(_event("killed", "Die"), _event("spoke", "State")) == set()
    assert _found(_event("fell", "Attack"), _event("killed", "Die", realis="OTHER")) == set()


def test_relation_model_learns_what_rules_do_not_say() -> None:
    events = _event("killed", "Die"), _event("fled", "Flee")
    taught = _document(*events)
    taught.relations.append(Relation("BEFORE", "killed", "fled"))
    other = _document(_event("fell", "Attack"), _event("said", "State"))
    model = RelationModel()
    assert model.relations(taught) == []
    model.fit([taught, other] * 3)
    assert model.relations(_document(*events)) == [Relation("BEFORE", "killed", "fled")]

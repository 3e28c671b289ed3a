from typing import Any

from conftest import document

from goldwire_corpus.schema.document import Argument, Entity, Event, Mention, Quantity, Time
from goldwire_corpus.validation import warnings

TEXT = "Lemre burnt on Monday. Two died in Lemre, three died, said Oda. He fled."


def _ids(**layers: Any) -> list[str]:
    return [i.id for i in warnings.document(document(TEXT, **layers), [], "x.ann")]


def _name(id: str, nth: int, type_: str) -> Mention:
    start = TEXT.index("Lemre") if nth == 1 else TEXT.index("Lemre", 5)
    return Mention(id, start, start + 5, start, start + 5, type_, "NAM", id)


def _entities(*ids: str) -> list[Entity]:
    return [Entity(i, "GPE", "Lemre", "NIL") for i in ids]


def test_missed_name_is_a_warning() -> None:
    assert _ids(mentions=[_name("a", 1, "GPE")], entities=_entities("a")) == ["name-missed"]
    assert _ids(mentions=[_name("a", 1, "GPE"), _name("b", 2, "GPE")], entities=_entities("a", "b")) == []


def test_name_of_two_types_is_a_warning() -> None:
    assert _ids(mentions=[_name("a", 1, "GPE"), _name("b", 2, "LOC")], entities=_entities("a", "b")) == ["name-types"]


def test_wrong_weekday_is_a_warning() -> None:
    monday = TEXT.index("Monday")
    assert _ids(times=[Time("t", monday, monday + 6, "DATE", "2024-03-12")]) == ["timex-weekday"]
    assert _ids(times=[Time("t", monday, monday + 6, "DATE", "2024-03-11")]) == []


def test_differing_totals_of_one_source_are_a_warning() -> None:
    def died(id: str, nth: int, count: str) -> Event:
        start = TEXT.index("died") if nth == 1 else TEXT.index("died", TEXT.index("died") + 1)
        return Event(id, start, start + 4, "Die", "ACTUAL", "positive", None, None, "AUTHOR", "asserts", "nil:d",
                     [Argument("Count", count)])  # fmt: skip

    quantities = [
        Quantity("two", TEXT.index("Two"), TEXT.index("Two") + 3, 2, 2, "exact", "person"),
        Quantity("three", TEXT.index("three"), TEXT.index("three") + 5, 3, 3, "exact", "person"),
    ]
    assert _ids(events=[died("a", 1, "two"), died("b", 2, "three")], quantities=quantities) == ["counts-differ"]
    assert _ids(events=[died("a", 1, "two"), died("b", 2, "two")], quantities=quantities) == []


def test_missed_trigger_is_a_warning() -> None:
    fled = TEXT.index("fled")
    training = []
    for n in range(3):
        event = Event("e", fled, fled + 4, "Flee", "ACTUAL", "positive", None, None, "AUTHOR", "asserts", "c", [])
        training.append(document(TEXT, id=f"t{n}", events=[event]))
    found = warnings.document(document(TEXT), training, "x.ann")
    assert [i.id for i in found] == ["trigger-missed"]
    assert found[0].level == "warning"

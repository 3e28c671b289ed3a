"""Incident records of small documents, with expected values by hand."""

from typing import Any

from conftest import document

from goldwire_corpus.schema.document import Argument, Entity, Event, EventCluster, Mention, Quantity, Record, Relation
from goldwire_corpus.schema.incident_records import derive

TEXT = "Rebels killed a guard, Oda and some 5 drovers in a raid at Lemre; later 7 were said dead, 2 hurt."


def _mention(id: str, quote: str, type_: str, level: str = "NOM") -> Mention:
    start = TEXT.index(quote)
    return Mention(id, start, start + len(quote), start, start + len(quote), type_, level, f"nil:{id}")


def _event(id: str, quote: str, type_: str, cluster: str, *arguments: tuple[str, str], **labels: Any) -> Event:
    start = TEXT.index(quote)
    fields = {"realis": "ACTUAL", "polarity": "positive", "source": "AUTHOR", "stance": "asserts", **labels}
    return Event(id, start, start + len(quote), type_, means=None, phase=None, cluster=cluster,
                 arguments=[Argument(*pair) for pair in arguments], **fields)  # fmt: skip


MENTIONS = [
    _mention("rebels", "Rebels", "PER"), _mention("guard", "a guard", "PER"), _mention("oda", "Oda", "PER", "NAM"),
    _mention("drovers", "some 5 drovers", "PER"), _mention("lemre", "Lemre", "GPE", "NAM"),
]  # fmt: skip
QUANTITIES = [
    Quantity("five", TEXT.index("some 5"), TEXT.index("some 5") + 6, 5, 5, "about", "drover"),
    Quantity("seven", TEXT.index("7"), TEXT.index("7") + 1, 7, 7, "exact", "person"),
    Quantity("dozens", TEXT.index("2"), TEXT.index("2") + 1, 24, None, "about", "person"),
]
RAID = _event("e1", "raid", "Attack", "raid", ("Attacker", "rebels"), ("Place", "lemre"))


def _records(events: list[Event], relations: list[Relation] | None = None) -> list[Record]:
    types = {e.cluster: e.type for e in events}
    return derive(
        document(
            TEXT,
            mentions=MENTIONS,
            entities=[Entity(m.entity, m.type, TEXT[m.start : m.end], "NIL") for m in MENTIONS],
            quantities=QUANTITIES,
            events=events,
            event_clusters=[EventCluster(c, t, "NIL", None, "2024-03-11") for c, t in types.items()],
            relations=relations or [],
        )
    )


CAUSED = [Relation("CAUSES", "raid", "deaths")]


def test_caused_deaths_are_a_toll_and_not_a_record() -> None:
    deaths = _event("e2", "killed", "Die", "deaths", ("Victim", "drovers"), ("Count", "five"))
    (record,) = _records([RAID, deaths], CAUSED)
    assert (record.type, record.cluster, record.place, record.actors) == ("Attack", "raid", "Lemre", ["Rebels"])
    assert (record.killed_min, record.killed_max) == (5, 5)
    assert (record.wounded_min, record.wounded_max) == (None, None)
    assert record.targets == ["some 5 drovers"]
    assert (record.earliest, record.latest) == (None, "2024-03-11")


def test_uncaused_deaths_are_a_record() -> None:
    (record,) = _records([_event("e2", "killed", "Die", "deaths", ("Victim", "guard"), ("Victim", "oda"))])
    assert (record.type, record.killed_min, record.killed_max) == ("Die", 2, 2)


def test_uncounted_victims_give_no_upper_bound() -> None:
    (record,) = _records([_event("e2", "killed", "Die", "deaths", ("Victim", "drovers"))])
    assert (record.killed_min, record.killed_max) == (1, None)


def test_contradictory_counts_widen_the_bounds() -> None:
    first = _event("e2", "killed", "Die", "deaths", ("Count", "five"))
    later = _event("e3", "dead", "Die", "deaths", ("Count", "seven"), source="rebels")
    (record,) = _records([RAID, first, later], CAUSED)
    assert (record.killed_min, record.killed_max) == (5, 7)
    assert record.sources == ["AUTHOR", "Rebels"]


def test_clusters_of_deaths_are_added() -> None:
    first = _event("e2", "killed", "Die", "deaths", ("Count", "five"))
    other = _event("e3", "dead", "Die", "others", ("Count", "dozens"))
    (record,) = _records([RAID, first, other], [*CAUSED, Relation("CAUSES", "raid", "others")])
    assert (record.killed_min, record.killed_max) == (29, None)


def test_counted_injuries_of_people_who_die_of_them_are_not_wounded() -> None:
    hurt = _event("e2", "hurt", "Injure", "wounds", ("Victim", "drovers"), ("Count", "five"))
    died = _event("e3", "killed", "Die", "deaths", ("Victim", "drovers"), ("Count", "five"))
    of_them = [*CAUSED, Relation("CAUSES", "raid", "wounds"), Relation("CAUSES", "wounds", "deaths")]
    (record,) = _records([RAID, hurt, died], of_them)
    assert (record.killed_min, record.wounded_min, record.wounded_max) == (5, None, None)
    (record,) = _records([RAID, hurt, died], of_them[:2])
    assert (record.killed_min, record.wounded_min) == (5, 5)


def test_no_record_of_events_that_are_not_actual() -> None:
    planned = _event("e1", "raid", "Attack", "raid", realis="OTHER")
    none_hurt = _event("e2", "hurt", "Injure", "injuries", realis="OTHER", polarity="negative")
    assert _records([planned, none_hurt]) == []


def test_no_record_of_statements() -> None:
    assert _records([_event("e1", "said", "State", "said")]) == []

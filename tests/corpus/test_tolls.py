"""Tolls by source: the examples of section 6.5 of the guidelines, and sums over clusters and sources."""

from typing import Any

import pytest
from conftest import document

from goldwire_corpus.schema.document import (
    Argument,
    Document,
    Entity,
    Event,
    EventCluster,
    Mention,
    Quantity,
    Record,
    Relation,
)
from goldwire_corpus.schema.incident_records import derive
from goldwire_corpus.schema.knowledge_base import IncidentTruth, Report
from goldwire_corpus.validation.document import check_document
from goldwire_corpus.validation.tolls import scope_errors, truth_errors

# A mention of deaths: its word, the nth occurrence of it, its source and its counts, each with value and scope.
Deaths = tuple[str, str, list[tuple[str, int, str]]]
AUTHOR = "AUTHOR"
NAMES = {"Police": "ORG", "The army": "ORG", "The Front": "ORG"}


def _document(
    text: str, mentions: list[Deaths], clusters: list[str] | None = None, type_: str = "Die", **layers: Any
) -> Document:
    """Build a document whose cluster `slide` (an Attack) causes the clusters of deaths."""
    sources = {
        name: Mention(f"m{n}", text.index(name), text.index(name) + len(name), text.index(name),
                      text.index(name) + len(name), kind, "NAM", f"nil:{n}")
        for n, (name, kind) in enumerate(NAMES.items()) if name in text
    }  # fmt: skip
    quantities: list[Quantity] = []
    events = [Event("e0", 0, 1, "Attack", "ACTUAL", "positive", "other", None, AUTHOR, "asserts", "slide", [])]
    position = 0
    for n, (word, source, counts) in enumerate(mentions, 1):
        start = text.index(word, position)
        position = start + 1
        arguments = []
        for phrase, value, scope in counts:
            place = text.index(phrase)
            quantities.append(Quantity(f"q{len(quantities)}", place, place + len(phrase), value, value, "exact", "x"))
            arguments.append(Argument("Count", quantities[-1].id, scope))
        cluster = clusters[n - 1] if clusters else "deaths"
        filled = source if source == AUTHOR else sources[source].id
        events.append(Event(f"e{n}", start, start + len(word), type_, "ACTUAL", "positive", None, None, filled,
                            "asserts", cluster, arguments))  # fmt: skip
    keys = dict.fromkeys(e.cluster for e in events[1:])
    relations = [Relation("CAUSES", "slide", key) for key in keys]
    return document(
        text,
        mentions=list(sources.values()),
        entities=[Entity(m.entity, m.type, name, "NIL") for name, m in sources.items()],
        quantities=quantities,
        events=events,
        event_clusters=[
            EventCluster("slide", "Attack", "NIL", None, "2024-03-11"),
            *(EventCluster(key, type_, "NIL", None, "2024-03-11") for key in keys),
        ],
        relations=[*relations, *layers.get("relations", [])],
    )


def _record(document: Document) -> Record:
    (record,) = derive(document)
    return record


def _killed(record: Record) -> list[tuple[str, int | None, int | None, bool]]:
    return [(t.source, t.killed_min, t.killed_max, t.superseded) for t in record.tolls]


Killed = tuple[str, int | None, int | None, bool]
Bounds = tuple[int | None, int | None]
# The six rows of the table of section 6.5 in order, each with its tolls and bounds by hand.
EXAMPLES: list[tuple[str, list[Deaths], list[Killed], Bounds]] = [
    (
        "The slide killed 14: nine miners and five cooks.",
        [("killed", AUTHOR, [("14", 14, "total"), ("nine", 9, "part"), ("five", 5, "part")])],
        [(AUTHOR, 14, 14, False)],
        (14, 14),
    ),
    (
        "It killed three guards and two cooks.",
        [("killed", AUTHOR, [("three", 3, "part"), ("two", 2, "part")])],
        [(AUTHOR, 5, 5, False)],
        (5, 5),
    ),
    (
        "Police first counted six dead; by dusk they had ten dead.",
        [("dead", "Police", [("six", 6, "superseded")]), ("dead", "Police", [("ten", 10, "total")])],
        [("Police", 10, 10, False), ("Police", 6, 6, True)],
        (10, 10),
    ),
    (
        "The army says 12 died. The Front says 30 died.",
        [("died", "The army", [("12", 12, "total")]), ("died", "The Front", [("30", 30, "total")])],
        [("The army", 12, 12, False), ("The Front", 30, 30, False)],
        (12, 30),
    ),
    (
        "Four teachers were among the dead.",
        [("dead", AUTHOR, [("Four", 4, "part")])],
        [(AUTHOR, 4, None, False)],
        (4, None),
    ),
    (
        "Correction: an earlier report gave 11 killed. The number is eight killed.",
        [("killed", AUTHOR, [("11", 11, "superseded")]), ("killed", AUTHOR, [("eight", 8, "total")])],
        [(AUTHOR, 8, 8, False), (AUTHOR, 11, 11, True)],
        (8, 8),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "mentions", "tolls", "bounds"), EXAMPLES, ids=[e[0][:24] for e in EXAMPLES])
def test_tolls_of_the_examples_of_the_guidelines(
    text: str,
    mentions: list[Deaths],
    tolls: list[Killed],
    bounds: Bounds,
) -> None:
    record = _record(_document(text, mentions))
    assert _killed(record) == tolls
    assert (record.killed_min, record.killed_max) == bounds
    assert (record.wounded_min, record.wounded_max) == (None, None)


def test_equal_totals_of_one_source_are_not_added() -> None:
    mentions: list[Deaths] = [("killed", AUTHOR, [("14", 14, "total")]), ("dead", AUTHOR, [("fourteen", 14, "total")])]
    record = _record(_document("It killed 14. All fourteen dead were miners.", mentions))
    assert (record.killed_min, record.killed_max) == (14, 14)


def test_single_part_is_not_added_to_a_list() -> None:
    text = "It killed three guards and two cooks. One captain was among the dead."
    mentions: list[Deaths] = [
        ("killed", AUTHOR, [("three", 3, "part"), ("two", 2, "part")]), ("dead", AUTHOR, [("One", 1, "part")]),
    ]  # fmt: skip
    record = _record(_document(text, mentions))
    assert (record.killed_min, record.killed_max) == (5, 5)


def test_later_death_is_added_to_every_source() -> None:
    text = "The army says 12 died. The Front says 30 died. A nurse died on Friday, one more."
    mentions: list[Deaths] = [
        ("died", "The army", [("12", 12, "total")]), ("died", "The Front", [("30", 30, "total")]),
        ("died", AUTHOR, [("one", 1, "total")]),
    ]  # fmt: skip
    record = _record(_document(text, mentions, ["deaths", "deaths", "late"]))
    assert _killed(record)[:2] == [("The army", 13, 13, False), ("The Front", 31, 31, False)]
    assert (record.killed_min, record.killed_max) == (13, 31)


def test_further_victims_of_one_source_are_its_own_claim() -> None:
    text = "Police say five died. The Front says 11 guards died."
    mentions: list[Deaths] = [("died", "Police", [("five", 5, "total")]), ("died", "The Front", [("11", 11, "total")])]
    record = _record(_document(text, mentions, ["deaths", "guards"]))
    assert _killed(record) == [("Police", 5, 5, False), ("The Front", 11, 11, False)]


def test_death_included_in_a_toll_is_not_added() -> None:
    text = "It killed 14. The last of them died on Friday, one of the 14."
    mentions: list[Deaths] = [("killed", AUTHOR, [("14", 14, "total")]), ("died", AUTHOR, [("one", 1, "total")])]
    part = [Relation("SUBEVENT", "deaths", "late")]
    record = _record(_document(text, mentions, ["deaths", "late"], relations=part))
    assert (record.killed_min, record.killed_max) == (14, 14)


def test_injuries_are_tolls_of_the_wounded() -> None:
    record = _record(_document("Police say it hurt six.", [("hurt", "Police", [("six", 6, "total")])], type_="Injure"))
    (toll,) = record.tolls
    assert (toll.source, toll.killed_min, toll.killed_max, toll.wounded_min, toll.wounded_max) == (
        "Police", None, None, 6, 6,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("mentions", "error"),
    [
        ([("killed", AUTHOR, [("14", 14, "total"), ("nine", 15, "part")])], "count-part"),
        ([("killed", AUTHOR, [("14", 14, "superseded")])], "count-superseded"),
    ],
)
def test_scope_errors(mentions: list[Deaths], error: str) -> None:
    annotated = _document("The slide killed 14: nine miners and five cooks.", mentions)
    offsets = [e for e in annotated.events if e.id != "e0"]  # The span of e0 is one letter, not a token.
    text = Document(**{name: getattr(annotated, name) for name in annotated.__struct_fields__} | {
        "events": offsets, "event_clusters": annotated.event_clusters[1:], "relations": [],
    })  # fmt: skip
    assert [e.id for e in check_document(text, {}, "x.ann", {})] == [error]


def test_part_above_the_total_of_another_source_is_valid() -> None:
    text = "The army says 12 died. The Front says 30 miners died."
    mentions: list[Deaths] = [("died", "The army", [("12", 12, "total")]), ("died", "The Front", [("30", 30, "part")])]
    assert list(scope_errors(_document(text, mentions))) == []


def _truth(killed: int, *reports: Report) -> list[str]:
    annotated = _document("The army says 12 died.", [("died", "The army", [("12", 12, "total")])])
    records = derive(annotated, {"slide": "w:inc"})
    truth = IncidentTruth("w:inc", killed, 0, list(reports))
    row = Document(**{name: getattr(annotated, name) for name in annotated.__struct_fields__} | {"records": records})
    return [e.id for e in truth_errors([row], [truth], {"d1": "d1.ann"}, "w.truth.jsonl")]


def test_record_that_contains_the_true_toll_is_valid() -> None:
    assert _truth(12) == []


def test_record_that_contradicts_the_true_toll_is_an_error() -> None:
    assert _truth(13) == ["toll-truth"]


def test_listed_report_allows_a_record_of_its_document() -> None:
    assert _truth(13, Report("d1", "army", 12, None, False)) == []
    assert _truth(13, Report("d1", "army", 11, None, False)) == ["toll-truth"]
    assert _truth(13, Report("d2", "army", 12, None, False)) == ["document-unknown", "toll-truth"]

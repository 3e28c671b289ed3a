"""Cheats on clusters, links, relations and records: the score that each gets, and that an honest weak answer gets more.

The document has three clusters of people, two of events with relations between them, and two records. The honest answer
finds about half of each layer and invents nothing.
"""

from typing import Any

import pytest
from generate import Row, score_rows

from goldwire_corpus.schema.document import RELATIONS, TEMPORAL
from goldwire_corpus.schema.ontology import ontology
from goldwire_eval.metrics.registry import KINDS

TEXT = "a b c d e f g h i j k l m n o p q r s t"
WHO = {"A": (0, 2, 4), "B": (6, 8), "C": (10,), "D": (12,)}
LINKS = {"A": "Q1", "B": "Q2", "C": "NIL", "D": "Q3"}
WHAT = {"c1": (14, 16), "c2": (18,), "c3": (20, 22), "c4": (24,)}
SAID = (("BEFORE", "c1", "c2"), ("BEFORE", "c2", "c3"), ("INCLUDES", "c4", "c1"), ("CAUSES", "c1", "c2"),
        ("SUBEVENT", "c4", "c1"))  # fmt: skip
SHOOTING = {"type": "Attack", "earliest": "2024-03-11", "latest": "2024-03-11", "place": "Lemre", "actors": ["Rebels"],
            "targets": ["guards"], "killed_min": 2, "killed_max": 3}  # fmt: skip
RAID = {"type": "Attack", "latest": "2024-03-11", "place": "Lemre", "targets": ["Oda"], "wounded_min": 1,
        "wounded_max": 1}  # fmt: skip
COREF = ("b3", "ceafm", "ceafe", "lea", "blanc", "conll")
"""All but MUC, which rewards one cluster of everything (see `test_single_cluster_of_all_mentions`)."""


def _mentions(clusters: dict[str, tuple[int, ...]]) -> list[Row]:
    return [{"start": s, "end": s + 1, "type": "PER", "entity": id} for id, some in clusters.items() for s in some]


def _events(clusters: dict[str, tuple[int, ...]], type_: str = "Attack") -> list[Row]:
    return [{"start": s, "end": s + 1, "type": type_, "cluster": id} for id, some in clusters.items() for s in some]


def _relations(*said: tuple[str, str, str]) -> list[Row]:
    return [{"type": t, "from": a, "to": b} for t, a, b in said]


def _entities(links: dict[str, str]) -> list[Row]:
    return [{"id": id, "link": link} for id, link in links.items()]


GOLD: Row = {
    "id": "d1", "text": TEXT, "world": "w", "mentions": _mentions(WHO), "entities": _entities(LINKS),
    "events": _events(WHAT), "event_clusters": [{"id": id, "link": f"E-{id}"} for id in WHAT],
    "relations": _relations(*SAID), "records": [SHOOTING, RAID],
}  # fmt: skip
HONEST: Row = {
    "id": "d1", "mentions": _mentions({"A": (0, 2), "B": (6, 8)}), "entities": _entities({"A": "Q1", "B": "Q2"}),
    "events": _events({"c1": (14, 16), "c2": (18,), "c4": (24,)}),
    "event_clusters": [{"id": id, "link": f"E-{id}"} for id in ("c1", "c2", "c4")],
    "relations": _relations(*SAID[:1], *SAID[2:4]), "records": [{**SHOOTING, "killed_max": 2, "place": "Vale"}],
}  # fmt: skip


def f1(layers: Row, metric: str, *gold: Row) -> float:
    scored = score_rows(list(gold) or [GOLD], [{"id": "d1", **layers}])
    return float(scored.figures(metric).f1) if metric in scored.metrics else 0.0


def fails(layers: Row, metric: str, expected: float | None = None) -> None:
    """The cheat scores what is expected, and less than the honest answer."""
    found = f1(layers, metric)
    assert found < f1(HONEST, metric), (metric, found, f1(HONEST, metric))
    if expected is not None:
        assert found == pytest.approx(expected), metric


ALL = tuple(s for some in WHO.values() for s in some)
TRIGGERS = tuple(s for some in WHAT.values() for s in some)


# ------------------------------------------------------------------ coreference


def test_single_cluster_of_all_mentions() -> None:
    one = {"mentions": _mentions({"x": ALL})}
    # Recall 1 of every measure that counts members: B3's precision is (9 + 4 + 1 + 1) / 7 of 7, and so on.
    for name, expected in {"ceafe": 2 * 0.6 / 5, "lea": 2 * (4 / 21) * 5 / 7 / (4 / 21 + 5 / 7)}.items():
        fails(one, f"coref.{name}", expected)
    assert f1(one, "coref.conll") < f1(HONEST, "coref.conll")
    # MUC alone is deceived: three of six links are right and all three of gold are found.
    assert f1(one, "coref.muc") == pytest.approx(2 / 3)
    fails({"events": _events({"x": TRIGGERS})}, "event_coref.conll")


def test_singletons_only() -> None:
    alone = {"mentions": _mentions({str(s): (s,) for s in ALL})}
    assert f1(alone, "coref.muc") == 0
    for name in ("conll", "muc", "lea"):
        fails(alone, f"coref.{name}")
    events = {"events": _events({str(s): (s,) for s in TRIGGERS})}
    for name in ("conll", "muc"):
        fails(events, f"event_coref.{name}")


@pytest.mark.parametrize("layer", ["coref", "event_coref"])
def test_a_mention_in_every_cluster(layer: str) -> None:
    """Of several memberships one counts, each other is a spurious mention."""
    clusters, make, name = (WHO, _mentions, "mentions") if layer == "coref" else (WHAT, _events, "events")
    every = tuple(s for some in clusters.values() for s in some)
    cheat = {name: make(dict.fromkeys(clusters, every))}
    for measure in ("muc", *COREF):
        fails(cheat, f"{layer}.{measure}")
    # Both ways at once, as gold and as one cluster: less than gold alone, by any measure.
    both = {name: make(clusters) + make({"x": every})}
    right = {name: make(clusters)}
    for measure in ("muc", *COREF):
        assert f1(both, f"{layer}.{measure}") < f1(right, f"{layer}.{measure}") == 1


def test_the_same_mention_five_times_in_its_cluster() -> None:
    five = {"mentions": HONEST["mentions"] * 5}
    for measure in ("muc", *COREF):
        fails(five, f"coref.{measure}")


def test_empty_predictions_and_spurious_predictions_score_zero() -> None:
    metrics = [name for name in KINDS if name.startswith(("coref.", "event_coref.")) and "@" not in name]
    for name in metrics:
        assert f1({"mentions": [], "events": []}, name) == 0
    bare = {**GOLD, "mentions": [], "events": [], "relations": []}
    # MUC of singletons counts nothing; every other measure sees junk.
    junk = {"mentions": _mentions({"x": (0, 2)}), "events": _events({"y": (4, 6)})}
    for name in metrics:
        assert f1(junk, name, bare) == 0


def test_missing_document_costs_recall_in_every_layer() -> None:
    other = {**GOLD, "id": "d2"}
    whole = score_rows([GOLD, other], [HONEST, {**HONEST, "id": "d2"}])
    half = score_rows([GOLD, other], [HONEST])
    assert half.missing == ["d2"]
    for name in whole.metrics:
        if float(whole.figures(name).f1) > 0 and name != "link.matched":
            assert float(half.figures(name).f1) < float(whole.figures(name).f1), name
    # Nor may it be there with its layers left out.
    bare = score_rows([GOLD, other], [HONEST, {"id": "d2"}])
    for name in half.metrics:
        assert (bare.stats(name).sum(axis=0) == half.stats(name).sum(axis=0)).all(), name


def test_every_type_on_every_trigger_of_one_cluster() -> None:
    every = [e for type_ in ontology().event for e in _events(WHAT, type_)]
    for name in ("event_coref.conll", "event_coref.lea", "trigger.cls", "event_coref.b3"):
        fails({"events": every}, name)


def test_events_merged_or_split() -> None:
    merged = {"events": _events({"c1": (14, 18, 24)})}
    for measure in ("b3", "ceafe", "lea", "blanc"):
        fails(merged, f"event_coref.{measure}")


# ------------------------------------------------------------------ links and worlds


def test_everything_linked_to_one_id() -> None:
    one = {"mentions": _mentions(WHO), "entities": _entities(dict.fromkeys(WHO, "Q1"))}
    # Three of seven mentions are Q1, of six that gold links.
    fails(one, "link", 2 * 3 / (7 + 6))
    assert f1(one, "link.matched") == pytest.approx(3 / 7)
    assert f1(one, "cross.entity.conll") < f1(
        {"mentions": _mentions(WHO), "entities": _entities(LINKS)}, "cross.entity.conll"
    )


def test_every_id_on_every_mention() -> None:
    every = {f"{s}{q}": (s,) for s in ALL for q in ("Q1", "Q2", "Q3")}
    links = {id: id[-2:] for id in every}
    fails({"mentions": _mentions(every), "entities": _entities(links)}, "link", 2 * 6 / (21 + 6))


def test_links_to_every_id_lower_precision() -> None:
    every = {f"{s}{q}": (s,) for s in ALL for q in (*LINKS.values(),)}
    cheat = {"mentions": _mentions(every), "entities": _entities({id: id.lstrip("0123456789") for id in every})}
    half = {"mentions": HONEST["mentions"], "entities": _entities({"A": "Q1", "B": "Q1"})}
    assert f1(half, "link.matched") == pytest.approx(1 / 2)
    assert f1(cheat, "link.matched") == pytest.approx(2 * 7 / (28 + 7))


def test_single_link_costs_recall() -> None:
    sure = {"mentions": _mentions({"A": (0,)}), "entities": _entities({"A": "Q1"})}
    fails(sure, "link", 2 / 7)


def test_single_entity_for_a_world() -> None:
    others = [{**GOLD, "id": f"d{n}"} for n in (1, 2, 3)]
    cheat = [{"id": g["id"], "mentions": _mentions({"x": ALL}), "entities": _entities({"x": "Q1"})} for g in others]
    honest = [{**HONEST, "id": g["id"]} for g in others]
    one, two = score_rows(others, cheat), score_rows(others, honest)
    for measure in ("ceafe", "lea", "conll"):
        name = f"cross.entity.{measure}"
        assert float(one.figures(name).f1) < float(two.figures(name).f1), name


# ------------------------------------------------------------------ relations


def _with_events(*said: tuple[str, str, str]) -> Row:
    return {"events": _events(WHAT), "event_clusters": GOLD["event_clusters"], "relations": _relations(*said)}


RELATED = ("relation.temporal", "relation.causal", "relation.subevent")


@pytest.mark.parametrize("types", [TEMPORAL, RELATIONS], ids=["temporal", "all"])
def test_every_relation_in_every_direction(types: tuple[str, ...]) -> None:
    said = [(t, a, b) for t in types for a in WHAT for b in WHAT if a != b]
    # Of 12 BEFORE, 12 INCLUDES, 6 of each symmetric kind, gold states three and all are contradicted.
    fails(_with_events(*said), "relation.temporal", 2 * (3 / 36) / (3 / 36 + 1))
    if types is RELATIONS:
        fails(_with_events(*said), "relation.causal")
        assert f1(_with_events(*said), "relation.subevent") == pytest.approx(2 / 13)


def test_every_pair_in_both_directions_of_one_type() -> None:
    for type_ in TEMPORAL:
        fails(_with_events(*((type_, a, b) for a in WHAT for b in WHAT if a != b)), "relation.temporal")


def test_all_events_at_one_time() -> None:
    fails(_with_events(*(("SIMULTANEOUS", "c1", b) for b in ("c2", "c3", "c4"))), "relation.temporal", 0)


def test_the_same_relation_five_times() -> None:
    once, five = _with_events(*SAID[:1], SAID[3]), _with_events(*[*SAID[:1], SAID[3]] * 5)
    # A graph holds a relation once: no gain, no loss; elsewhere each further one is spurious.
    assert f1(five, "relation.temporal") == f1(once, "relation.temporal")
    assert f1(five, "relation.causal") == pytest.approx(2 / 6)
    assert f1(once, "relation.causal") == 1


def test_entailed_relations_earn_nothing() -> None:
    chain = [("BEFORE", "c1", "c2"), ("BEFORE", "c2", "c3")]
    assert f1(_with_events(*chain, ("BEFORE", "c1", "c3")), "relation.temporal") == f1(
        _with_events(*chain), "relation.temporal"
    )


def test_relation_with_itself_or_without_event_is_spurious() -> None:
    honest = f1(_with_events(*SAID[:1]), "relation.temporal")
    for junk in [(t, "c1", "c1") for t in TEMPORAL]:
        assert f1(_with_events(*SAID[:1], junk), "relation.temporal") < honest
    nothing = _with_events(*SAID[:1], ("SIMULTANEOUS", "c1", "empty"))
    nothing["event_clusters"] = [*nothing["event_clusters"], {"id": "empty"}]
    assert f1(nothing, "relation.temporal") < honest


def test_relations_of_spurious_events_are_spurious() -> None:
    nowhere = _with_events(*SAID, ("BEFORE", "x", "y"), ("CAUSES", "x", "y"), ("SUBEVENT", "x", "y"))
    nowhere["events"] = [*nowhere["events"], *_events({"x": (30,), "y": (32,)})]
    for name in RELATED:
        assert f1(nowhere, name) < f1(_with_events(*SAID), name) == 1


# ------------------------------------------------------------------ records and values

RECORDS = [name for name in KINDS if name.startswith("record.")]


def test_the_same_record_five_times() -> None:
    record = HONEST["records"][0]
    for name in RECORDS:
        # What gold leaves open, or the answer gets wrong, is 0 either way.
        if f1(HONEST, name) > 0:
            fails({"records": [record] * 5}, name)


def test_alternative_records_are_spurious() -> None:
    guesses = [{**SHOOTING, "killed_min": low, "killed_max": high, "place": place}
               for low in range(5) for high in range(low, 5) for place in ("Lemre", "Vale")]  # fmt: skip
    for name in ("record.ceaf", "record.date", "record.actors"):
        fails({"records": guesses}, name)


def test_every_name_in_every_slot() -> None:
    names = ["Rebels", "guards", "Oda", "Lemre", "AUTHOR", "army", "police", "Vale"]
    stuffed = {**HONEST["records"][0], "actors": names, "targets": names, "instrument": names}
    for name in ("record.actors", "record.targets", "record.ceaf"):
        fails({"records": [stuffed]}, name)


def test_record_of_a_type_alone() -> None:
    for count in (1, 2, 5):
        fails({"records": [{"type": "Attack"}] * count}, "record.ceaf", 0)


def test_unbounded_toll_earns_nothing() -> None:
    wide = {**SHOOTING, "killed_min": 0, "killed_max": 10**6}
    assert f1({"records": [wide]}, "record.killed.within") == 0
    assert f1({"records": [{**SHOOTING, "killed_min": None, "killed_max": None}]}, "record.killed.within") == 0


VALUES: Row = {
    "id": "d1", "text": TEXT, "quantities": [{"start": 0, "end": 1, "min": 5, "max": 5}],
    "times": [{"start": 2, "end": 3, "value": "2024-03-11"}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("metric", "cheat", "expected"),
    [
        ("quantity.value", {"quantities": [{"start": 0, "end": 1}]}, 0),
        ("quantity.value", {"quantities": [{"start": 0, "end": 1, "min": 0, "max": 9}]}, 0),
        ("quantity.value", {"quantities": [{"start": 0, "end": 1, "min": n, "max": n} for n in range(10)]}, 2 / 11),
        ("quantity.span", {"quantities": [{"start": 0, "end": 1}] * 5}, 2 / 6),
        ("time.value", {"times": [{"start": 2, "end": 3, "value": f"2024-03-{n}"} for n in range(10, 20)]}, 2 / 11),
        ("time.value", {"times": [{"start": 2, "end": 3}]}, 0),
        ("time.span", {"times": [{"start": s, "end": s + 1} for s in range(20)]}, 2 / 21),
    ],
)
def test_every_value_on_one_span(metric: str, cheat: dict[str, Any], expected: float) -> None:
    assert f1(cheat, metric, VALUES) == pytest.approx(expected)


# ------------------------------------------------------------------ what one may try besides


def test_layer_attempted_in_one_document_is_scored_in_all() -> None:
    other = {**GOLD, "id": "d2"}
    scored = score_rows([GOLD, other], [HONEST, {"id": "d2", "times": []}])
    assert scored.total("mention.exact").fn == 3 + 7
    assert scored.total("trigger.cls").fn == 2 + 6


def test_missing_attributes_cost_recall() -> None:
    gold = {**GOLD, "events": [{**e, "realis": "ACTUAL"} for e in GOLD["events"]]}
    sure = [{**e, **({"realis": "ACTUAL"} if i == 0 else {})} for i, e in enumerate(GOLD["events"])]
    assert f1({"events": sure}, "trigger.realis", gold) == pytest.approx(1 / 6)


def test_entities_and_clusters_without_a_mention_earn_nothing() -> None:
    names = [*_entities(LINKS), *({"id": f"x{n}", "link": "Q1"} for n in range(50))]
    scored = score_rows(
        [GOLD], [{"id": "d1", "mentions": [], "entities": names, "event_clusters": GOLD["event_clusters"]}]
    )
    for name in scored.metrics:
        assert not float(scored.figures(name).f1) > 0, name


def test_every_substring_as_a_mention() -> None:
    every = [{"start": i, "end": j, "type": "PER"} for i in range(len(TEXT)) for j in range(i + 1, len(TEXT) + 1)]
    for name in ("mention.exact", "mention.untyped", "mention.head", "mention.partial", "ner"):
        fails({"mentions": every}, name)


def test_second_prediction_is_spurious_by_genre_and_world() -> None:
    mention = {"start": 0, "end": 4, "type": "PER", "level": "NAM", "entity": "e"}
    entity = {"entities": [{"id": "e", "link": "Q1"}], "mentions": [mention]}
    gold = [
        {"id": id, "text": "Lena came.", "genre": genre, "world": "w", **entity}
        for id, genre in (("a", "wire"), ("b", "court"))
    ]
    pred = [{"id": id, **entity} for id in "ab"]
    once, twice = (score_rows(gold, rows, lenient=True) for rows in (pred, [*pred, pred[1]]))
    for name in ("mention.exact", "cross.entity.b3"):
        assert once.figures(name).precision == 1
        assert twice.figures(name).precision < 1, name
        assert twice.figures(name).recall == 1
    assert once.by_fact["genre"].sums.keys() == twice.by_fact["genre"].sums.keys() == {"wire", "court"}
    place = twice.by_document.place["mention.exact"]
    assert twice.by_fact["genre"].sums["wire"][place].tolist() == [1, 0, 0]
    assert twice.by_fact["genre"].sums["court"][place].tolist() == [1, 1, 0]

"""Temporal awareness, and the relations of aligned clusters, against the plain reference."""

import random
from dataclasses import astuple

import numpy as np
import pytest
from generate import Row, score_rows
from reference_temporal import Relation, awareness, relation

from goldwire_corpus.schema.document import TEMPORAL
from goldwire_eval.metrics import temporal_closure

KINDS = {
    "mixed": TEMPORAL,
    "orders": ("BEFORE", "BEFORE", "INCLUDES"),
    "same": ("SIMULTANEOUS", "SIMULTANEOUS", "BEFORE"),
    "overlaps": ("OVERLAPS", "BEFORE", "OVERLAPS", "INCLUDES"),
}
Stated = list[tuple[str, int, int]]


def _stated(rng: random.Random, events: int, count: int) -> Stated:
    """Relations: most run from lower to higher numbers, so that not all is one contradiction; some are selves."""
    types = KINDS[rng.choice(list(KINDS))]
    made: Stated = []
    for _ in range(count):
        a, b = rng.randrange(events), rng.randrange(events)
        if rng.random() < 0.85:
            a, b = min(a, b), max(a, b)
        if a != b or rng.random() < 0.1:
            made.append((rng.choice(types), a, b))
    return made


def _both(rng: random.Random) -> tuple[Stated, Stated]:
    events, count = rng.randint(2, 7), rng.randint(0, 9)
    gold = _stated(rng, events, count)
    how = rng.choice(("own", "part", "more"))
    if how == "own":
        return gold, _stated(rng, events, rng.randint(0, 9))
    kept = [r for r in gold if rng.random() < 0.8]
    return gold, kept + (_stated(rng, events, 3) if how == "more" else [])


def _named(stated: Stated) -> list[Relation]:
    return [relation(type_, f"{a:02}", f"{b:02}") for type_, a, b in stated]


@pytest.mark.parametrize("seed", range(4))
def test_awareness_is_that_of_the_reference(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(600):
        gold, pred = _both(rng)
        expected = astuple(awareness(_named(gold), _named(pred)))
        assert tuple(temporal_closure.awareness(gold, pred)) == expected, (gold, pred)
        assert tuple(temporal_closure.awareness(pred, gold)) == (*expected[2:], *expected[:2])


def test_neither_numbers_nor_order_matter() -> None:
    rng = random.Random(77)
    for _ in range(500):
        gold, pred = _both(rng)
        names = rng.sample(range(20), 8)
        turned = [
            [
                (t, names[b], names[a])
                if t in temporal_closure.SYMMETRIC and rng.random() < 0.5
                else (t, names[a], names[b])
                for t, a, b in rng.sample(side, len(side))
            ]
            for side in (gold, pred)
        ]
        assert temporal_closure.awareness(*turned) == temporal_closure.awareness(gold, pred)


TEXT = "a" * 40


def _row(id: str, events: int, stated: Stated, places: list[int], empty: int = 0) -> Row:
    """Event clusters c0, c1 ... of one event each at `places`; `empty` clusters more hold no event."""
    return {
        "id": id, "text": TEXT,
        "events": [{"start": p, "end": p + 1, "type": "Attack", "cluster": f"c{i}"} for i, p in enumerate(places)],
        "event_clusters": [{"id": f"c{i}"} for i in range(events + empty)],
        "relations": [{"type": t, "from": f"c{a}", "to": f"c{b}"} for t, a, b in stated],
    }  # fmt: skip


def test_the_metric_is_the_reference_over_aligned_clusters() -> None:
    """Clusters at one place are aligned; those of the prediction that lie elsewhere are events of their own."""
    rng = random.Random(5)
    gold_rows, pred_rows, expected = [], [], []
    for n in range(800):
        gold, pred = _both(rng)
        events = 8
        order = rng.sample(range(events), events)
        lost = {i for i in range(events) if rng.random() < 0.2}
        gold_rows.append(_row(f"d{n}", events, gold, list(range(events))))
        # The prediction names its clusters otherwise: its cluster `order[i]` lies where gold has i, unless it is lost.
        places = [0] * events
        for i, named in enumerate(order):
            places[named] = i + 20 if i in lost else i
        pred_rows.append(_row(f"d{n}", events, [(t, order[a], order[b]) for t, a, b in pred], places))
        apart = [relation(t, *(f"{x + 50 if x in lost else x:02}" for x in (a, b))) for t, a, b in pred]
        expected.append([float(x) for x in astuple(awareness(_named(gold), apart))])
    scored = score_rows(gold_rows, pred_rows, metrics=["relation.temporal"])
    assert scored.stats("relation.temporal").tolist() == expected
    precision, recall = np.array(expected).sum(axis=0)[[0, 2]] / np.array(expected).sum(axis=0)[[1, 3]]
    assert float(scored.figures("relation.temporal").precision) == pytest.approx(precision)
    assert float(scored.figures("relation.temporal").recall) == pytest.approx(recall)


def test_clusters_without_an_event_are_confirmed_by_nothing() -> None:
    """Each empty cluster of the prediction is an event that gold has not, by whatever number it goes."""
    gold = [("BEFORE", 0, 1), ("INCLUDES", 1, 2)]
    row = _row("d", 3, gold, [0, 1, 2])
    for target in range(3):
        for type_ in TEMPORAL:
            for turned in (False, True):
                pred = [(type_, *((target, 3 + i) if turned else (3 + i, target))) for i in range(9)]
                made = _row("d", 3, pred, [0, 1, 2], empty=9)
                scored = score_rows([row], [made], metrics=["relation.temporal"])
                assert scored.stats("relation.temporal")[0, [0, 2]].tolist() == [0, 0], (target, type_)


def test_long_chain_and_large_class_need_no_recursion() -> None:
    chain: Stated = [("BEFORE", i, i + 1) for i in range(600)]
    assert tuple(temporal_closure.awareness(chain, chain)) == (600,) * 4
    same: Stated = [("SIMULTANEOUS", 0, i) for i in range(1, 600)]
    assert tuple(temporal_closure.awareness(same, same)) == (599,) * 4
    # Every two of 60 in turn: the reduction is the chain.
    every: Stated = [("BEFORE", i, j) for i in range(60) for j in range(i + 1, 60)]
    assert tuple(temporal_closure.awareness(chain[:59], every)) == (59, 59, 59, 59)

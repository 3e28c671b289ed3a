"""What must hold of every metric, whatever whole predictions of all layers say."""

import copy
import random
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from generate import Maker, Row, score_rows
from hypothesis import given, settings
from hypothesis import strategies as st

from goldwire_eval.metrics.registry import KINDS
from goldwire_eval.results import summarise
from goldwire_eval.scored import Scored

# Hypothesis scores many predictions of whole documents.
pytestmark = pytest.mark.slow

SEEDS = st.integers(0, 2**32)
LAYERS = ("mentions", "entities", "times", "quantities", "titles", "events", "event_clusters", "relations", "records")
Corpus = tuple[list[Row], list[Row]]


def corpus(seed: int) -> Corpus:
    maker = Maker(seed)
    return maker.corpus(maker.rng.randint(1, 5))


def figures(scored: Scored) -> dict[str, tuple[float | None, ...]]:
    made = summarise(scored, "x", "y")["metrics"]
    return {name: (m["precision"], m["recall"], m["f1"]) for name, m in made.items()}


def same(one: Scored, other: Scored) -> None:
    """Every statistic, summed, is the same."""
    assert one.metrics == other.metrics
    for name in one.metrics:
        left, right = (scored.stats(name).sum(axis=0) for scored in (one, other))
        assert np.allclose(left, right, rtol=0, atol=1e-12), (name, left, right)
    assert one.errors.counts(one.attempted) == other.errors.counts(other.attempted)


@given(SEEDS)
@settings(max_examples=30, deadline=None, derandomize=True)
def test_gold_against_itself_is_perfect_or_undefined(seed: int) -> None:
    gold, _ = corpus(seed)
    for name, (precision, recall, f1) in figures(score_rows(gold, gold)).items():
        for figure in (precision, recall, f1):
            assert figure is None or abs(figure - 1) < 1e-12, (name, figure)


@given(SEEDS)
@settings(max_examples=30, deadline=None, derandomize=True)
def test_figures_are_fractions(seed: int) -> None:
    for name, found in figures(score_rows(*corpus(seed))).items():
        assert all(figure is None or 0 <= figure <= 1 + 1e-12 for figure in found), name


@given(SEEDS, st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None, derandomize=True)
def test_no_order_matters(seed: int, rng: random.Random) -> None:
    gold, pred = corpus(seed)

    def shuffled(rows: Sequence[Row]) -> list[Row]:
        made = copy.deepcopy(rng.sample(rows, len(rows)))
        for row in made:
            for layer in LAYERS:
                if row.get(layer):
                    rng.shuffle(row[layer])
            for event in row.get("events") or ():
                rng.shuffle(event["arguments"])
            for record in row.get("records") or ():
                for slot in ("actors", "targets"):
                    rng.shuffle(record[slot])
        return made

    same(score_rows(gold, pred), score_rows(shuffled(gold), shuffled(pred)))


@given(SEEDS, st.sampled_from([lambda x: f"x{x[::-1]}", lambda x: f"\u00e9 {x}", lambda x: f"{99 - int(x[1:])}{x}"]))
@settings(max_examples=30, deadline=None, derandomize=True)
def test_ids_of_whole_predictions_do_not_matter(seed: int, name: Callable[[str], str]) -> None:
    gold, pred = corpus(seed)

    def named(row: Row) -> Row:
        made: Row = copy.deepcopy(row)
        for layer in LAYERS:
            for item in made.get(layer) or ():
                for field in ("id", "entity", "cluster", "from", "to"):
                    if item.get(field) is not None:
                        item[field] = name(item[field])
                if item.get("source", "AUTHOR") != "AUTHOR":
                    item["source"] = name(item["source"])
                for argument in item.get("arguments") or ():
                    if isinstance(argument["filler"], str):
                        argument["filler"] = name(argument["filler"])
        return {**made, "id": row["id"]}

    scored = score_rows(gold, pred)
    same(scored, score_rows(gold, [named(row) for row in pred]))
    same(scored, score_rows([named(row) for row in gold], pred))


# ------------------------------------------------------------------ one item more

_MATCHED = (
    "mention.exact", "mention.untyped", "mention.head", "mention.partial", "link", "time.span", "time.value",
    "quantity.span", "quantity.value", "title.span", "trigger.id", "trigger.cls", "trigger.realis",
    "trigger.polarity", "trigger.source", "trigger.all",
    *(f"argument.{form}@{how}" for form in ("id", "cls", "attached.id", "attached.cls")
      for how in ("exact", "head", "entity")),
)  # fmt: skip
"""Where the theorem holds that one predicted item more adds to true positives or to false ones and takes none away.

It does not hold of `ner` (a longer name hides those in it), of coreference (a cluster's other members), of relations
(reduction, alignment), and of the slots of records (a partner better in one slot takes the place of another).
"""


@given(SEEDS, st.sampled_from(["mentions", "times", "quantities", "titles", "events"]), st.booleans())
@settings(max_examples=50, deadline=None, derandomize=True)
def test_added_item_is_a_hit_or_spurious(seed: int, layer: str, right: bool) -> None:
    gold, pred = corpus(seed)
    maker = Maker(seed + 1)
    place = maker.rng.randrange(len(pred))
    source = gold[place] if right else maker.row("d", gold[place]["text"])
    pool = source.get(layer) or []
    if not pool:
        return
    item = {**copy.deepcopy(maker.rng.choice(pool)), "id": "new"}
    item.pop("entity", None)
    item.pop("cluster", None)
    if "source" in item:
        item["source"] = "AUTHOR"
    for argument in item.get("arguments", []):
        argument["filler"] = {"start": 0, "end": 3}
    more = copy.deepcopy(pred)
    more[place][layer] = [*(more[place].get(layer) or ()), item]
    one, other = score_rows(gold, pred), score_rows(gold, more)
    for name in _MATCHED:
        if name in one.metrics and name in other.metrics:
            before, after = one.total(name), other.total(name)
            assert after.tp >= before.tp, name
            assert (after.recall or 0) >= (before.recall or 0) - 1e-12, name
            if after.tp == before.tp:
                assert (after.precision or 0) <= (before.precision or 0) + 1e-12, name


# ------------------------------------------------------------------ invalid items

_INVALID: dict[str, Sequence[Row]] = {
    "mentions": ({"type": "Nonsense"}, {"level": "JUNK"}, {"quote": "Atlantis"}, {"end": 10**6}, {"head_end": 10**6}),
    "times": ({"type": "NEVER"}, {"start": 10**9, "end": 10**9 + 1}),
    "quantities": ({"min": 9, "max": 1}, {"modifier": "sort-of"}),
    "events": ({"type": "Nonsense"}, {"start": None}),
    "records": ({"type": "Nonsense"}, {"earliest": "yesterday"}, {"killed_min": 9, "killed_max": 1}),
}


def _spoilt(pred: Sequence[Row], rng: random.Random) -> tuple[list[Row], list[Row], bool]:
    """Predictions with invalid items, and the same without those; and whether an event is among them."""
    spoilt, without = copy.deepcopy(list(pred)), copy.deepcopy(list(pred))
    events = False
    for bad, good in zip(spoilt, without, strict=True):
        gone: set[str] = set()
        for layer, invalid in _INVALID.items():
            kept = []
            for item in bad.get(layer) or []:
                if rng.random() < 0.3:
                    item.update(rng.choice(invalid))
                    gone.add(item.get("id", ""))
                    events |= layer == "events"
                else:
                    kept.append(copy.deepcopy(item))
            if layer in good:
                good[layer] = kept
        for event in good.get("events") or []:
            if event["source"] in gone:
                event["source"] = "AUTHOR"
            event["arguments"] = [
                a for a in event["arguments"] if not isinstance(a["filler"], str) or a["filler"] not in gone
            ]
        clusters = {e.get("cluster") for e in good.get("events") or []}
        good["relations"] = [r for r in good.get("relations") or [] if {r["from"], r["to"]} <= clusters]
        bad["relations"] = copy.deepcopy(good["relations"])
        for name, layer, field in (("entities", "mentions", "entity"), ("event_clusters", "events", "cluster")):
            there = {item.get(field) for item in good.get(layer) or []}
            if name in good:
                good[name] = [c for c in good[name] if c["id"] in there]
    return spoilt, without, events


@given(SEEDS)
@settings(max_examples=50, deadline=None, derandomize=True)
def test_invalid_item_never_scores_more_than_omitting_it(seed: int) -> None:
    """Relations are left out where an event is invalid, since its cluster may be aligned otherwise; so are
    arguments that are not attached, which need no trigger."""
    gold, pred = corpus(seed)
    spoilt, without, events = _spoilt(pred, random.Random(seed))
    one, other = (figures(score_rows(gold, rows, lenient=True)) for rows in (spoilt, without))
    for name in one.keys() & other.keys():
        if _brought_back(name) or (events and name.startswith(("relation.", "argument.id", "argument.cls"))):
            continue
        with_errors, left_out = one[name][2], other[name][2]
        assert _no_more(name, with_errors, left_out), (name, with_errors, left_out)
    assert {"mention.exact", "trigger.cls"} & one.keys() or not any(pred)


@given(SEEDS, st.sampled_from(["id", "text", "twice"]))
@settings(max_examples=30, deadline=None, derandomize=True)
def test_invalid_row_never_scores_more_than_omitting_it(seed: int, how: str) -> None:
    gold, pred = corpus(seed)
    place = seed % len(pred)
    bad = {"id": {**pred[place], "id": "unknown"}, "text": {**pred[place], "text": "?"}}.get(how)
    spoilt = [*pred, pred[place]] if bad is None else [*pred[:place], bad, *pred[place + 1 :]]
    left_out = pred if bad is None else [*pred[:place], *pred[place + 1 :]]
    if not left_out:
        return
    one, other = (score_rows(gold, rows, lenient=True) for rows in (spoilt, left_out))
    assert one.validation_errors
    with_errors, without = figures(one), figures(other)
    for name in with_errors.keys() & without.keys():
        if not _brought_back(name):
            assert _no_more(name, with_errors[name][2], without[name][2]), name


def _no_more(name: str, with_errors: float | None, left_out: float | None) -> bool:
    """The average of coreference is undefined where MUC is, and an invalid mention makes a link of one mention."""
    if left_out is None and name.endswith(".conll"):
        return True
    return (with_errors or 0) <= (left_out or 0) + 1e-12


def _brought_back(name: str) -> bool:
    """Junk beside a lone mention makes two of it, and so brings it back where clusters of one are left out."""
    return name.endswith("@nosingletons")


def test_generator_reaches_every_metric() -> None:
    """The generator reaches every metric but those it says nothing of."""
    met: set[str] = set()
    for seed in range(12):
        found: dict[str, Any] = figures(score_rows(*corpus(seed)))
        met |= {name for name, (_, _, f1) in found.items() if f1 is not None}
    unsaid = {"record.wounded", "record.wounded.within", "record.instrument", "record.sources"}
    unsaid.add("relation.exact")  # compared only where any label is
    assert met == KINDS.keys() - unsaid

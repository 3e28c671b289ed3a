"""What must hold whatever is predicted."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scoring import TEXT, gold, lenient

from goldwire_eval.metrics.prf import MATCHED, Counts
from goldwire_eval.metrics.registry import KINDS

# Hypothesis scores many predictions of whole documents.
pytestmark = pytest.mark.slow

SPANS = st.tuples(st.integers(0, len(TEXT) - 1), st.integers(1, 12)).map(
    lambda s: {"start": s[0], "end": min(s[0] + s[1], len(TEXT))}
)
GOLD = gold()
RIGHT_SPANS = [{"start": m.start, "end": m.end} for m in GOLD.mentions]
ANY_SPAN = SPANS | st.sampled_from(RIGHT_SPANS)
TYPES = st.sampled_from(["PER", "GPE", "ORG"])
LEVELS = st.sampled_from([None, "NAM", "NOM"])


def _with(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(lambda span, extra: {**span, **extra}, ANY_SPAN, st.fixed_dictionaries(fields))


MENTIONS = st.lists(_with(type=TYPES, level=LEVELS), max_size=8)
TRIGGERS = st.sampled_from([{"start": e.start, "end": e.end} for e in GOLD.events]) | SPANS
EVENTS = st.lists(
    st.builds(
        lambda span, type_, spans: {
            **span, "type": type_, "realis": "ACTUAL",
            "arguments": [{"role": "Place", "filler": filler} for filler in spans],
        },
        TRIGGERS, st.sampled_from(["Attack", "Injure"]), st.lists(ANY_SPAN, max_size=3),
    ),
    max_size=5,
)  # fmt: skip
PREDICTIONS = st.fixed_dictionaries({"mentions": MENTIONS, "events": EVENTS})


def _totals(prediction: dict[str, Any]) -> dict[str, Counts]:
    scored = lenient([prediction], GOLD)
    return {name: scored.total(name) for name, kind in KINDS.items() if kind is MATCHED}


@given(PREDICTIONS)
@settings(max_examples=150, deadline=None)
def test_precision_and_recall_are_fractions(prediction: dict[str, Any]) -> None:
    for name, counts in _totals(prediction).items():
        assert min(counts) >= 0, name
        for figure in (counts.precision, counts.recall, counts.f1):
            assert figure is None or 0 <= figure <= 1, name


@given(PREDICTIONS, st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_order_does_not_matter(prediction: dict[str, Any], random: Any) -> None:
    shuffled = {layer: random.sample(items, len(items)) for layer, items in prediction.items()}
    assert _totals(shuffled) == _totals(prediction)


@given(PREDICTIONS)
@settings(max_examples=100, deadline=None)
def test_a_wrong_item_never_raises_precision_and_a_right_one_never_lowers_recall(prediction: dict[str, Any]) -> None:
    before = _totals(prediction)
    wrong = {"start": 0, "end": 1, "type": "INF", "level": "NAM"}
    right = {**RIGHT_SPANS[4], "type": "PER", "level": "NAM"}
    lower = _totals({**prediction, "mentions": [*prediction["mentions"], wrong]})
    higher = _totals({**prediction, "mentions": [*prediction["mentions"], right]})
    for name in ("ner", "mention.exact", "mention.untyped", "mention.head", "mention.partial"):
        assert (lower[name].precision or 0) <= (before[name].precision or 0)
        # A name inside a longer predicted one is left out of flat `ner`, so that it may not count there at all.
        assert (higher[name].recall or 0) >= (before[name].recall or 0)


@given(MENTIONS, st.sampled_from("abc"))
@settings(max_examples=50, deadline=None)
def test_ids_do_not_matter(mentions: list[dict[str, Any]], prefix: str) -> None:
    def named(form: str) -> dict[str, Any]:
        items = [{**m, "id": f"{form}{i}"} for i, m in enumerate(mentions)]
        arguments = [{"role": "Place", "filler": m["id"]} for m in items]
        return {"mentions": items, "events": [{"start": 7, "end": 11, "type": "Attack", "arguments": arguments}]}

    assert _totals(named("m")) == _totals(named(prefix))

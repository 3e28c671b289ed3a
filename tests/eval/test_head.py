"""The head by rule, and its short cut."""

import random

import pytest
from generate import score_rows

from goldwire_eval.batch.head_rule import head_end, head_length


@pytest.mark.parametrize(
    ("surface", "head"),
    [
        ("guards", "guards"), ("two guards", "two guards"), ("the guards of the bridge", "the guards"),
        ("Oda, a guard", "Oda"), ("the guard's rifle", "the guard's rifle"),
        ("men loyal to him", "men"), ("OF", "OF"),
    ],
)  # fmt: skip
def test_the_head_ends_before_a_comma_or_a_modifier_behind_the_noun(surface: str, head: str) -> None:
    assert surface[: head_end(surface, 0, len(surface))] == head
    assert head_length(surface) == len(head)


def test_the_short_cut_gives_what_the_rule_gives() -> None:
    rng = random.Random(1)
    pieces = """of in inn Oda x-of - -- , " 's guards' $5 _a \u00e9 IN to a ( known as""".split()
    pieces += ["\n", "  ", "\u00a0", "\u2014", "\u0130n", "\u017f", "\u00b2"]
    for _ in range(20_000):
        surface = "".join(rng.choice(pieces) + rng.choice(["", " ", " "]) for _ in range(rng.randint(1, 5))) or "x"
        assert head_length(surface) == head_end(surface, 0, len(surface)), surface


def test_spans_over_a_whole_text_cost_no_more_than_their_beginnings() -> None:
    text = "word " * 200_000
    spans = [{"start": i, "end": i + 500_000, "type": "PER"} for i in range(0, 100_000, 5)]
    gold = [{"id": "d", "text": text, "mentions": [{"start": 0, "end": 4, "type": "PER"}]}]
    scored = score_rows(gold, [{"id": "d", "mentions": spans}])
    # Twenty thousand surfaces of half a million characters would not fit into memory.
    assert scored.total("mention.head") == (0, len(spans), 1)


def test_of_a_long_span_the_head_is_found_in_its_beginning_or_is_its_end() -> None:
    text = "guards of " + "word " * 400
    whole = {"start": 0, "end": len(text) - 1, "type": "PER"}
    gold = [{"id": "d", "text": text, "mentions": [{"start": 0, "end": 6, "type": "PER"}]}]
    assert score_rows(gold, [{"id": "d", "mentions": [whole]}]).total("mention.head").tp == 1
    gold[0]["mentions"] = [{"start": len(text) - 5, "end": len(text) - 1, "type": "PER"}]
    late = {"start": 10, "end": len(text) - 1, "type": "PER"}
    assert score_rows(gold, [{"id": "d", "mentions": [late]}]).total("mention.head").tp == 1

"""The head by rule, and its short cut."""

import random

import pytest

from goldwire_eval.head import head_end, head_length


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

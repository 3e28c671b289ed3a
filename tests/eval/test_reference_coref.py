"""The reference coreference measures against fractions worked by hand, in set notation."""

import random
from fractions import Fraction as Q

import pytest
from coref_cases import CASES, Case, prf
from reference_coref import (
    MEASURES,
    Links,
    Parts,
    b3,
    best_alignment,
    blanc,
    ceafe,
    clusters,
    conll,
    distinct,
    lea,
    muc,
    score,
    without_singletons,
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_cases_have_the_fractions_worked_by_hand(case: Case) -> None:
    key, response = clusters(case.key), clusters(case.response)
    for name, expected in case.scores.items():
        assert score(MEASURES[name](key, response)) == expected, name


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_exchanged_sides_exchange_precision_and_recall(case: Case) -> None:
    key, response = clusters(case.key), clusters(case.response)
    for name, measure in MEASURES.items():
        there, back = score(measure(key, response)), score(measure(response, key))
        assert (there.precision, there.recall, there.f1) == (back.recall, back.precision, back.f1), name


def test_parts_of_documents_are_added_before_dividing() -> None:
    # MUC: 2 of 3 links and 1 of 1; the mean of the documents would be 5/6.
    parts = muc(clusters("{abcd}"), clusters("{ab} {cd}")) + muc(clusters("{xy}"), clusters("{xy}"))
    assert parts == Parts(Q(3), Q(3), Q(3), Q(4))
    # BLANC makes no links across documents: C 2 + 1 of 6 + 1 and of 2 + 1; N 0 of 0 and of 4.
    links = blanc(clusters("{abcd}"), clusters("{ab} {cd}")) + blanc(clusters("{xy}"), clusters("{xy}"))
    assert links == Links(7, 3, 3, 0, 4, 0)
    assert score(links) == prf(Q(1, 2), Q(3, 14), Q(3, 10))


def test_the_conll_average_is_undefined_where_one_of_its_three_is() -> None:
    for key, response, expected in (
        ("{ab} {c}", "{ab} {c}", Q(1)),
        ("{abcd}", "{ab} {cd}", (Q(4, 5) + Q(2, 3) + Q(4, 9)) / 3),
        ("{a} {b}", "{a} {b}", None),
        ("{ab}", "", Q(0)),
        ("", "", None),
    ):
        sides = clusters(key), clusters(response)
        assert conll(muc(*sides), b3(*sides), ceafe(*sides)) == expected


def test_a_mention_in_two_clusters_belongs_to_the_first_and_is_spurious_in_the_second() -> None:
    first, second = distinct(["bcx", "bz"])
    assert first == frozenset("bcx")
    assert len(second) == 2
    assert "z" in second
    assert "b" not in second
    # The CoNLL case A-6: {a} {bc} {def} answered by {a} {bcx} {dy} {Bz}, where B is not a mention of the key.
    key = clusters("{a} {bc} {def}")
    response = distinct(["a", "bcx", "dy", "bz"])
    assert score(b3(key, response)) == prf(Q(17, 48), Q(5, 9), 2 * Q(17, 48) * Q(5, 9) / (Q(17, 48) + Q(5, 9)))
    assert score(muc(key, response)) == prf(Q(1, 4), Q(1, 3), Q(2, 7))
    assert score(lea(key, response)) == prf(Q(1, 4), Q(1, 2), Q(1, 3))
    # C: bc, of 4 and of 5; N: 5 of 11 and of 23.
    assert blanc(key, response) == Links(4, 5, 1, 11, 23, 5)
    # The cheat of the CoNLL case A-9: ten times b in a cluster of its own. Two right of 1 + 3 + 2 + 11 mentions: worse.
    cheat = distinct(["a", "bcx", "dy", "bbbbbbbbbbz"])
    assert score(b3(key, cheat)).precision == (Q(1) + Q(4, 3) + Q(1, 2)) / 17


def test_a_mention_repeated_in_its_cluster_is_spurious() -> None:
    # The CoNLL case A-5: {bcxB}. B3 precision 1 + 4/4 + 1/2 of 8.
    assert score(b3(clusters("{a} {bc} {def}"), distinct(["a", "bcxb", "dy", "z"]))).precision == Q(5, 16)


def test_without_singletons_drops_clusters_of_one_from_both_sides() -> None:
    key, response = clusters("{a} {bc} {def}"), clusters("{a} {b} {cd} {ef}")
    assert without_singletons(key) == clusters("{bc} {def}")
    # Left of the response: {cd} {ef}. Recall 1/2 + 1/3 + 4/3 of 5 = 13/30; precision 2/2 + 4/2 of 4.
    parts = b3(without_singletons(key), without_singletons(response))
    assert score(parts)[:2] == (Q(3, 4), Q(13, 30))


def test_trying_every_alignment_and_solving_for_it_agree() -> None:
    choose = random.Random(5)
    for _ in range(40):
        key, response = (_partition(choose, "abcdefghijkl") for _ in range(2))
        for name in ("ceafm", "ceafe"):
            few = MEASURES[name](key[:6], response[:6])
            padded = [*response[:6], *(frozenset({n}) for n in range(2))]
            assert isinstance(few, Parts)
            many = MEASURES[name](key[:6], padded)
            assert isinstance(many, Parts)
            # Two clusters of strangers change no alignment, but make it large enough to be solved.
            assert few.recall_part == many.recall_part
    assert best_alignment([], clusters("{a}"), lambda k, r: Q(1)) == 0


def test_figures_lie_in_0_to_1_and_only_equal_sides_get_1_throughout() -> None:
    choose = random.Random(7)
    for _ in range(300):
        key, response = (_partition(choose, "abcdefgh") for _ in range(2))
        scores = [score(measure(key, response)) for measure in MEASURES.values()]
        assert all(value is None or 0 <= value <= 1 for prf in scores for value in prf)
        same = set(key) == set(response)
        assert (score(ceafe(key, response)).f1 == 1) == same
        assert (score(b3(key, response)).f1 == 1) == same


def _partition(choose: random.Random, mentions: str) -> list[frozenset[str]]:
    """A random partition of some of the mentions."""
    cells: dict[int, set[str]] = {}
    for mention in mentions:
        if choose.random() < 0.8:
            cells.setdefault(choose.randrange(1 + choose.randrange(len(mentions))), set()).add(mention)
    return [frozenset(cell) for cell in cells.values()]

"""The reference of temporal awareness: its closure against every model on small intervals, its counts by hand.

`a<b` is BEFORE, `a>b` INCLUDES, `a=b` SIMULTANEOUS, `a~b` OVERLAPS. Other tests may import CASES.
"""

import random
from collections.abc import Callable, Iterator
from fractions import Fraction as Q
from functools import cache
from itertools import combinations, product
from typing import NamedTuple

import pytest
from reference_coref import PRF, Parts, score
from reference_temporal import Relation, awareness, closure, reduced, relation, relations, timeline

Interval = tuple[int, int]
Model = tuple[Relation | None, ...]
"""For each pair of events, in order, the one relation that holds, or None."""


class Case(NamedTuple):
    """Two sides, and precision and recall as (part, whole)."""

    name: str
    reference: str
    system: str
    precision: tuple[int, int]
    recall: tuple[int, int]


CASES = [
    # The paper's opening example: what follows from the reference is right, though nobody wrote it; neither of the two
    # relations of the reference follows from it.
    Case("paper: a consequence is right", "a<b b<c", "a<c", (1, 1), (0, 2)),
    # And the other way about: the system says more than was asked.
    Case("the asked follows from the said", "a<c", "a<b b<c", (0, 2), (1, 1)),
    # The same knowledge, written with and without what follows from it.
    Case("what follows adds nothing to either side", "a<b b<c c<d", "a<b b<c c<d a<c a<d b<d", (3, 3), (3, 3)),
    # a<c is right; b<c is not said; of the reference's two, a<b is found.
    Case("one of two", "a<b b<c", "a<b c<b", (1, 2), (1, 2)),
    Case("the direction counts", "a<b", "b<a", (0, 1), (0, 1)),
    Case("the type counts", "a>b", "a~b", (0, 1), (0, 1)),
    # a includes b, b includes c: a includes c. d before a: d before b, d before c.
    Case("parts of parts", "a>b b>c d<a", "a>c d<c", (2, 2), (0, 3)),
    # A part of what comes before comes before.
    Case("parts before parts", "a>b a<c c>d", "b<d", (1, 1), (0, 3)),
    # Three simultaneous events need two links, whichever; those of the other side are the same class.
    Case("simultaneous, other links", "a=b b=c", "a=c a=b", (2, 2), (2, 2)),
    Case("simultaneous, all links", "a=b b=c", "a=b b=c a=c", (2, 2), (2, 2)),
    # {abc} against {ab}: joined by a=b it falls into ab and c, one link of two right.
    Case("simultaneous, one too many", "a=b", "a=c c=b", (1, 2), (1, 1)),
    Case("simultaneous, two classes joined", "a=b c=d", "a=b b=c c=d", (2, 3), (2, 2)),
    # Said of b, true of a.
    Case("simultaneous events share relations", "a=b b<c", "a<c", (1, 1), (1, 2)),
    # Between the classes {ab} and c there is one relation, however often it is stated.
    Case("a relation of a class is one", "a=b a<c b<c", "a=b b<c", (2, 2), (2, 2)),
    # The system's class {ab} is wrong, its BEFORE right of a.
    Case("a class is right of one member", "a<c", "a=b b<c", (1, 2), (1, 1)),
    Case("overlaps in either order", "a~b", "b~a", (1, 1), (1, 1)),
    # x is over before a begins, a has begun before b ends, b ends before y: x<y. Nothing else said is needed for it.
    Case("overlaps carries order", "x<a a~b b<y", "x<y", (1, 1), (0, 3)),
    # a has a part before c and one after it, so c lies within a.
    Case("between two parts", "a>b b<c c<d a>d", "a>c", (1, 1), (0, 4)),
    # Known only through an event that the reference lacks.
    Case("by way of an event of its own", "a<b", "a<x x<b", (0, 2), (1, 1)),
    Case("system empty", "a<b", "", (0, 0), (0, 1)),
    Case("reference empty", "", "a<b", (0, 1), (0, 0)),
    Case("both empty", "", "", (0, 0), (0, 0)),
    # ---- Contradictions: each relation counts, entails nothing, and is right only if stated by the other side too.
    # a<b and b<a cannot both be: both count, a<b is stated.
    Case("both directions", "a<b", "a<b b<a", (1, 2), (1, 1)),
    # All six directions of three events: the two stated are right, a<c (which follows) is not; a guess gets 2 of 6.
    Case("every direction", "a<b b<c", "a<b b<a b<c c<b a<c c<a", (2, 6), (2, 2)),
    # A ring: none entails the others any more, so nothing of a<c is known but what is stated.
    Case("a ring of before", "a<c", "a<b b<c c<a", (0, 3), (0, 1)),
    # a<b is stated and so right, b<a wrong; d<e and e<f are not of the reference, but d<f follows from them.
    Case("what lies outside the ring stays", "a<b d<f", "a<b b<a d<e e<f", (1, 4), (2, 2)),
    Case("a ring of includes", "a>b", "a>b b>c c>a", (1, 3), (1, 1)),
    Case("simultaneous and before", "a=b", "a=b a<b", (1, 2), (1, 1)),
    # b and c are one, so a<b and c<a contradict each other by way of b=c: all three are out.
    Case("by way of simultaneous", "a<b b=c", "a<b b=c c<a", (2, 3), (2, 2)),
    Case("before and overlaps", "a<b", "a<b a~b", (1, 2), (1, 1)),
    # Here the OVERLAPS alone is out: a>b stays, and a>c follows.
    Case("includes and overlaps", "a>c", "a>b b>c a~b", (0, 3), (1, 1)),
    Case("an event with itself", "a<b", "a<b a=a b<b", (1, 3), (1, 1)),
    Case("a contradictory reference against itself", "a<b b<c c<a c<d", "a<b b<c c<a c<d", (4, 4), (4, 4)),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_cases_have_the_counts_worked_by_hand(case: Case) -> None:
    parts = awareness(relations(case.reference), relations(case.system))
    assert parts == Parts(*map(Q, (*case.precision, *case.recall)))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_side_against_itself_is_right_throughout(case: Case) -> None:
    for text in (case.reference, case.system):
        parts = awareness(relations(text), relations(text))
        assert (parts.precision_part, parts.recall_part) == (parts.precision_whole, parts.recall_whole)


def test_undefined_is_none() -> None:
    assert score(awareness(frozenset(), frozenset())) == PRF(None, None, None)
    assert score(awareness(relations("a<b"), frozenset())) == PRF(None, Q(0), Q(0))
    assert score(awareness(frozenset(), relations("a<b"))) == PRF(Q(0), None, Q(0))


def test_reduction_is_minimal() -> None:
    assert reduced(timeline(relations("a<b b<c c<d a<c a<d b<d"))) == relations("a<b b<c c<d")
    assert reduced(timeline(relations("a>e e>f a>f"))) == relations("a>e e>f")
    # h begins after g and includes i, so g<i follows.
    assert reduced(timeline(relations("g<h h>i g<i"))) == relations("g<h h>i")
    # An OVERLAPS stays, and its arrows make x<y needless.
    assert reduced(timeline(relations("x<a a~b b<y x<y"))) == relations("x<a a~b b<y")
    # Between two parts.
    assert reduced(timeline(relations("a>b b<c c<d a>d a>c b<d"))) == relations("a>b b<c c<d a>d")


# ---- The closure, against all models.


def holds(one: Interval, two: Interval, meets: bool) -> str | None:
    """The relation of two half-open intervals, with a leading `-` where it is of the second to the first.

    With `meets`, an interval that ends where the other begins is before it; without, no relation holds of the two.
    """
    if one == two:
        return "SIMULTANEOUS"
    if one[1] <= two[0]:
        return "BEFORE" if meets or one[1] < two[0] else None
    if two[1] <= one[0]:
        return "-BEFORE" if meets or two[1] < one[0] else None
    if one[0] <= two[0] and two[1] <= one[1]:
        return "INCLUDES"
    if two[0] <= one[0] and one[1] <= two[1]:
        return "-INCLUDES"
    return "OVERLAPS"


def stated(name: str | None, one: str, two: str) -> Relation | None:
    if name is None:
        return None
    return relation(name[1:], two, one) if name.startswith("-") else relation(name, one, two)


@cache
def models(events: str, ends: int, meets: bool = True) -> frozenset[Model]:
    """What may hold of each pair of events at once, over all intervals with ends in 0 ... ends."""
    intervals = list(combinations(range(ends + 1), 2))
    names = {(i, j): holds(intervals[i], intervals[j], meets) for i, j in product(range(len(intervals)), repeat=2)}
    pairs = list(combinations(range(len(events)), 2))
    # Time starts with some event, so models that differ by a shift alone are met once.
    found = {
        tuple(names[chosen[i], chosen[j]] for i, j in pairs)
        for chosen in product(range(len(intervals)), repeat=len(events))
        if min(intervals[k][0] for k in chosen) == 0
    }
    return frozenset(
        tuple(stated(name, events[i], events[j]) for name, (i, j) in zip(model, pairs, strict=True)) for model in found
    )


def entailed(stated: frozenset[Relation], among: frozenset[Model]) -> frozenset[Relation] | None:
    """The relations that hold in every model of those stated; None without a model."""
    fitting = [frozenset(r for r in model if r) for model in among if stated <= frozenset(model)]
    return frozenset.intersection(*fitting) if fitting else None


SIX = ("BEFORE", "-BEFORE", "INCLUDES", "-INCLUDES", "SIMULTANEOUS", "OVERLAPS")


def statements(events: str, names: tuple[str | None, ...]) -> Iterator[frozenset[Relation]]:
    """Every way to state at most one relation of each pair."""
    pairs = list(combinations(events, 2))
    for chosen in product(names, repeat=len(pairs)):
        stated_of = (stated(name, *pair) for name, pair in zip(chosen, pairs, strict=True))
        yield frozenset(r for r in stated_of if r)


@pytest.mark.parametrize("meets", [True, False], ids=["meeting is before", "meeting is nothing"])
def test_of_three_events_the_closure_is_exactly_what_holds_in_every_model(meets: bool) -> None:
    among = models("abc", 7, meets)
    impossible = 0
    for stated in statements("abc", (None, *SIX)):
        expected = entailed(stated, among)
        if expected is None:
            impossible += 1
            assert timeline(stated).contradicted, stated
        else:
            assert not timeline(stated).contradicted, stated
            assert closure(stated) == expected, stated
    assert 0 < impossible < 343


@pytest.mark.slow
def test_of_four_events_the_closure_is_exactly_what_holds_without_overlaps() -> None:
    among = models("abcd", 7)
    every = list(statements("abcd", (None, *SIX[:5])))
    for stated in random.Random(11).sample(every, 500):
        expected = entailed(stated, among)
        assert bool(timeline(stated).contradicted) == (expected is None), stated
        if expected is not None:
            assert closure(stated) == expected, stated


@pytest.mark.slow
def test_of_four_events_with_overlaps_nothing_is_derived_that_fails_in_some_model() -> None:
    among = models("abcd", 7)
    choose = random.Random(13)
    complete = possible = 0
    for _ in range(400):
        model = choose.choice(sorted(among, key=str))
        stated = frozenset(r for r in model if r and choose.random() < 0.6)
        expected = entailed(stated, among)
        assert expected is not None
        assert closure(stated) <= expected, stated
        assert not timeline(stated).contradicted
        possible += 1
        complete += closure(stated) == expected
    assert complete > possible * 0.9


def test_nothing_is_derived_by_cases_over_overlaps() -> None:
    # a has a part before b, so of the two that overlap a begins first, ends first, and is over before y. The closure
    # does not look at who begins first.
    stated = relations("a~b a>c c<b b<y")
    everywhere = entailed(stated, models("abcy", 7))
    assert everywhere is not None
    assert everywhere - closure(stated) == relations("a<y")


# ---- The counts, against all smallest sets with the same closure.


def random_side(choose: random.Random, events: str, size: int) -> frozenset[Relation]:
    kinds: Callable[[], str] = lambda: choose.choice("<<<>=~")  # noqa: E731
    pairs = [choose.sample(events, 2) for _ in range(size)]
    return relations(" ".join(f"{a}{kinds()}{b}" for a, b in pairs))


def test_the_counts_are_those_of_the_smallest_equal_set_that_the_other_side_confirms_most() -> None:
    choose = random.Random(17)
    tried = 0
    while tried < 150:
        mine, other = (random_side(choose, "abcd", choose.randrange(1, 5)) for _ in range(2))
        if timeline(mine).contradicted or timeline(other).contradicted or len(closure(mine)) > 9:
            continue
        tried += 1
        whole, right = closure(mine), closure(other)
        equal = next(
            sets
            for size in range(len(whole) + 1)
            if (sets := [s for s in map(frozenset, combinations(sorted(whole), size)) if closure(s) == whole])
        )
        parts = awareness(other, mine)
        assert parts.precision_whole == len(equal[0])
        assert parts.precision_part == max(len(s & right) for s in equal)


def test_the_lifted_reduction_is_the_only_smallest_one_without_simultaneous_events() -> None:
    choose = random.Random(19)
    tried = 0
    while tried < 150:
        side = frozenset(r for r in random_side(choose, "abcde", 6) if r.type != "SIMULTANEOUS")
        line = timeline(side)
        if line.contradicted:
            continue
        tried += 1
        kept, whole = reduced(line), closure(side)
        assert kept <= side
        assert closure(kept) == whole
        assert all(closure(whole - {r}) != whole for r in kept)
        assert all(closure(whole - {r}) == whole for r in whole - kept)


def test_names_order_and_redundant_statements_never_matter() -> None:
    choose = random.Random(23)
    for _ in range(300):
        mine, other = (random_side(choose, "abcde", choose.randrange(8)) for _ in range(2))
        parts = awareness(other, mine)
        names = dict(zip("abcde", choose.sample("vwxyz", 5), strict=True))
        renamed = [frozenset(relation(r.type, names[r.one], names[r.two]) for r in side) for side in (other, mine)]
        assert awareness(*renamed) == parts
        if not timeline(mine).contradicted and not timeline(other).contradicted:
            assert awareness(other, closure(mine)) == parts
        assert 0 <= parts.precision_part <= parts.precision_whole
        assert 0 <= parts.recall_part <= parts.recall_whole
        back = awareness(mine, other)
        assert (back.precision_part, back.recall_part) == (parts.recall_part, parts.precision_part)


def test_a_consistent_right_relation_never_lowers_recall() -> None:
    choose = random.Random(29)
    for _ in range(300):
        gold, found = (random_side(choose, "abcde", 6) for _ in range(2))
        added = found | {choose.choice(sorted(gold))}
        if not timeline(added).contradicted and not timeline(gold).contradicted:
            assert awareness(gold, added).recall_part >= awareness(gold, found).recall_part

"""Temporal awareness, plain and slow: what the fast scorer is held to.

UzZaman & Allen 2011, as scored at TempEval-3 (UzZaman et al. 2013): precision is the share of the system's reduced
relations that the closure of the reference entails, recall the share of the reference's reduced relations that the
closure of the system entails. What the papers leave open is fixed here, so that neither order nor names matter.

**Meaning.** An event x is a stretch of time from a start s(x) to an end e(x), s(x) < e(x). Two events are in exactly
one of six ways: one of these relations, or BEFORE or INCLUDES turned round.

| relation | meaning | "not later than", between ends |
| --- | --- | --- |
| BEFORE(a, b) | a ends before b begins, or just then | e(a) -> s(b) |
| INCLUDES(a, b) | b lies within a, and is not the same stretch | s(a) -> s(b), e(b) -> e(a) |
| SIMULTANEOUS(a, b) | the same stretch | s(a) <-> s(b), e(a) <-> e(b) |
| OVERLAPS(a, b) | they share time, neither includes the other | s(a) -> e(b), s(b) -> e(a) |

SIMULTANEOUS and OVERLAPS are symmetric: the guidelines do not say which of two that overlap begins first.

**Closure** is reachability in the graph of those arrows and s(x) -> e(x) for every event. BEFORE(a, b) follows where
e(a) reaches s(b); INCLUDES(a, b) where s(a) reaches s(b) and e(b) reaches e(a) and they are not simultaneous;
SIMULTANEOUS(a, b) where links of that kind join them into one class; OVERLAPS(a, b) only where it is stated of members
of their two classes. So, of three events,

- BEFORE(a, b), BEFORE(b, c) give BEFORE(a, c): a's end, b's start, b's end, c's start come in this order;
- INCLUDES(a, b), INCLUDES(b, c) give INCLUDES(a, c): within what is within;
- BEFORE(a, b), INCLUDES(b, c) give BEFORE(a, c), and INCLUDES(b, c), BEFORE(b, d) give BEFORE(c, d): a part begins no
  sooner and ends no later than the whole;
- an event's relations hold of every event simultaneous with it;
- nothing else: OVERLAPS with any one other relation leaves two or more ways open.

Of four, also: BEFORE(x, a), OVERLAPS(a, b), BEFORE(b, y) give BEFORE(x, y), as a begins before b ends; and what lies
between two parts of a whole is a part: INCLUDES(a, b), BEFORE(b, c), BEFORE(c, d), INCLUDES(a, d) give INCLUDES(a, c).
Whatever is derived holds in every model. Without OVERLAPS the derivation is complete for BEFORE, INCLUDES and
SIMULTANEOUS. It leaves out what takes a case distinction over who begins first in an OVERLAPS, and an OVERLAPS that
five or more events force.

**Contradictions**, in each side by itself, before all else. A relation of an event with itself, of whatever type, is
contradicted. In the graph of the others, an arrow is bad when it is not a SIMULTANEOUS arrow and its head reaches its
tail; every relation with an arrow inside a strongly connected component that holds a bad arrow is contradicted, and
leaves the graph. Then each OVERLAPS of two events that are simultaneous, or one of which includes the other, in what
is left is contradicted, all at once, and leaves too. What stays is consistent. A contradicted relation entails nothing,
is never reduced, and is credited only where the other side states the very same: to state every direction of every
pair must not be worth more than the pairs that were asked. (Here alone it matters what a side states beyond its
reduction.)

**Reduction.** A class of n simultaneous events needs n - 1 links. The other consistent relations are read as relations
between classes, and each that the rest of them entails is dropped, all at once. This is the one smallest set with that
closure: an arrow between ends with no end in between comes from one relation only, that relation cannot be dropped, and
such arrows entail all others. An OVERLAPS is never dropped.

**Counts** of one side (the system's for precision, the reference's for recall) against the other:

- whole: n - 1 for each class of n, 1 for each reduced relation between classes, 1 for each contradicted relation;
- part: for each class, n less the number of pieces into which it falls when joined only by what the other side says is
  SIMULTANEOUS (in its closure, or contradicted); 1 for each reduced relation between classes of which some pair of
  members has that relation in the other side's closure, or contradicted there; 1 for each contradicted relation that
  the other side states.

So, of all smallest sets with the closure of a side, the one that the other side confirms most is counted. Relations are
sets: one stated twice (a symmetric one in either order) is one. Counts of documents are added, then divided; undefined
is None, and F1 is as for coreference. A side of no relations leaves its own figure undefined.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import NamedTuple

from reference_coref import Parts

SYMMETRIC = ("SIMULTANEOUS", "OVERLAPS")

Point = tuple[str, str]
"""("start" or "end", event)"""

Arrow = tuple[Point, Point]
"""The first end is not later than the second."""


class Relation(NamedTuple):
    """A relation between two events; a symmetric one in the order of the alphabet (`relation` sees to it)."""

    type: str
    one: str
    two: str


def relation(type: str, one: str, two: str) -> Relation:
    return Relation(type, *(sorted((one, two)) if type in SYMMETRIC else (one, two)))


def relations(text: str) -> frozenset[Relation]:
    """`a<b, a>c, a=d, a~e`: BEFORE(a, b), INCLUDES(a, c), SIMULTANEOUS(a, d), OVERLAPS(a, e)."""
    names = {"<": "BEFORE", ">": "INCLUDES", "=": "SIMULTANEOUS", "~": "OVERLAPS"}
    return frozenset(relation(names[item[1]], item[0], item[2]) for item in text.replace(",", " ").split())


@dataclass(frozen=True)
class Timeline:
    """One side: what it states, what of that is consistent, and the ends that each end reaches."""

    stated: frozenset[Relation]
    contradicted: frozenset[Relation]
    classes: frozenset[frozenset[str]]
    reach: dict[Point, set[Point]]

    @property
    def consistent(self) -> frozenset[Relation]:
        return self.stated - self.contradicted

    def class_of(self, event: str) -> frozenset[str]:
        return next((c for c in self.classes if event in c), frozenset({event}))

    def entails(self, r: Relation) -> bool:
        """Whether the closure of the consistent relations holds it, of two different events."""
        one, two = self.class_of(r.one), self.class_of(r.two)
        if r.type == "SIMULTANEOUS":
            return one == two
        if r.type == "OVERLAPS":
            return any(relation("OVERLAPS", a, b) in self.consistent for a in one for b in two)
        if r.type == "BEFORE":
            return self._reaches(("end", r.one), ("start", r.two))
        return (
            one != two
            and self._reaches(("start", r.one), ("start", r.two))
            and self._reaches(("end", r.two), ("end", r.one))
        )

    def confirms(self, r: Relation) -> bool:
        """Whether this side says it of the other side: in its closure, or in contradiction."""
        return self.entails(r) or r in self.contradicted

    def _reaches(self, tail: Point, head: Point) -> bool:
        return head in self.reach.get(tail, set())


def timeline(stated: Iterable[Relation]) -> Timeline:
    every = frozenset(relation(*r) for r in stated)
    selves = {r for r in every if r.one == r.two}
    looped = _looped(every - selves)
    first = _timeline(every, frozenset(selves | looped))
    kept = first.consistent
    clashing = {r for r in kept if r.type == "OVERLAPS" and _included_or_same(first, r)}
    return _timeline(every, first.contradicted | clashing)


def closure(stated: Iterable[Relation]) -> frozenset[Relation]:
    """Every relation between two different events that the consistent ones entail."""
    line = timeline(stated)
    events = sorted({event for r in line.consistent for event in (r.one, r.two)})
    pairs = [(a, b) for a in events for b in events if a != b]
    types = ("BEFORE", "INCLUDES", "SIMULTANEOUS", "OVERLAPS")
    return frozenset(r for a, b in pairs for r in (relation(t, a, b) for t in types) if line.entails(r))


def reduced(line: Timeline) -> frozenset[Relation]:
    """The relations between classes that are left, each class named by its first member in the alphabet."""
    links = {r for r in line.consistent if r.type == "SIMULTANEOUS"}
    lifted = {relation(r.type, min(line.class_of(r.one)), min(line.class_of(r.two))) for r in line.consistent - links}
    return frozenset(r for r in lifted if not timeline((lifted - {r}) | links).entails(r))


def awareness(reference: Iterable[Relation], system: Iterable[Relation]) -> Parts:
    """What a document adds to precision and recall; `reference_coref.score` divides."""
    gold, found = timeline(reference), timeline(system)
    return Parts(*_counts(found, gold), *_counts(gold, found))


def _counts(mine: Timeline, other: Timeline) -> tuple[Fraction, Fraction]:
    between = reduced(mine)
    part = sum(len(c) - _pieces(c, other) for c in mine.classes)
    part += sum(_confirmed(mine, other, r) for r in between)
    part += len(mine.contradicted & other.stated)
    whole = sum(len(c) - 1 for c in mine.classes) + len(between) + len(mine.contradicted)
    return Fraction(part), Fraction(whole)


def _confirmed(mine: Timeline, other: Timeline, r: Relation) -> bool:
    ones, twos = mine.class_of(r.one), mine.class_of(r.two)
    return any(other.confirms(relation(r.type, a, b)) for a in ones for b in twos)


def _pieces(events: frozenset[str], other: Timeline) -> int:
    links = [pair for pair in combinations(events, 2) if other.confirms(relation("SIMULTANEOUS", *pair))]
    return len(_joined(events, links))


def _timeline(stated: frozenset[Relation], contradicted: frozenset[Relation]) -> Timeline:
    consistent = stated - contradicted
    links = [(r.one, r.two) for r in consistent if r.type == "SIMULTANEOUS"]
    classes = _joined({event for link in links for event in link}, links)
    return Timeline(stated, contradicted, classes, _reach(consistent))


def _looped(stated: frozenset[Relation]) -> set[Relation]:
    """The relations with an arrow inside a component where some arrow that is not SIMULTANEOUS closes a loop."""
    reach = _reach(stated)
    loop = {arrow for arrow, type in _arrows(stated) if type != "SIMULTANEOUS" and arrow[0] in reach[arrow[1]]}
    bad = {point for tail, _ in loop for point in reach[tail] if tail in reach[point]}
    return {r for r in stated if any(tail in bad and head in bad and tail in reach[head] for tail, head in _own(r))}


def _included_or_same(line: Timeline, r: Relation) -> bool:
    same = line.class_of(r.one) == line.class_of(r.two)
    return same or line.entails(Relation("INCLUDES", r.one, r.two)) or line.entails(Relation("INCLUDES", r.two, r.one))


def _own(r: Relation) -> list[Arrow]:
    s1, e1, s2, e2 = ("start", r.one), ("end", r.one), ("start", r.two), ("end", r.two)
    return {
        "BEFORE": [(e1, s2)],
        "INCLUDES": [(s1, s2), (e2, e1)],
        "SIMULTANEOUS": [(s1, s2), (s2, s1), (e1, e2), (e2, e1)],
        "OVERLAPS": [(s1, e2), (s2, e1)],
    }[r.type]


def _arrows(stated: Iterable[Relation]) -> Iterator[tuple[Arrow, str]]:
    """Every arrow with the type of relation it comes from; "event" for an event's own."""
    for r in stated:
        for arrow in _own(r):
            yield arrow, r.type
        for event in (r.one, r.two):
            yield (("start", event), ("end", event)), "event"


def _reach(stated: Iterable[Relation]) -> dict[Point, set[Point]]:
    """From each end, the ends it reaches over the arrows, itself included."""
    heads: dict[Point, set[Point]] = defaultdict(set)
    for (tail, head), _ in _arrows(stated):
        heads[tail].add(head)
        heads[head].add(head)
    found: dict[Point, set[Point]] = {}
    for start in heads:
        seen, waiting = {start}, [start]
        while waiting:
            new = heads[waiting.pop()] - seen
            seen |= new
            waiting.extend(new)
        found[start] = seen
    return found


def _joined(events: Iterable[str], links: Iterable[tuple[str, str]]) -> frozenset[frozenset[str]]:
    """The events in classes, joined along the links."""
    classes = {event: frozenset({event}) for event in events}
    for one, two in links:
        union = classes[one] | classes[two]
        classes.update(dict.fromkeys(union, union))
    return frozenset(classes.values())

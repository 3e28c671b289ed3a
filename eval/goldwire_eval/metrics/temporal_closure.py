"""Temporal awareness (UzZaman and Allen 2011; TempEval-3, UzZaman et al. 2013) of one document.

Each event has a start and an end, and a relation says which of these points comes no later than which; what follows is
what can be reached. Of what a side says, what follows from the rest is set aside, and what remains is confirmed where
the other side says it or what entails it. Relations that contradict each other entail nothing, and each is confirmed
only where the other side states it too.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from typing import NamedTuple

Relation = tuple[str, int, int]
SYMMETRIC = ("SIMULTANEOUS", "OVERLAPS")
_START, _END = 0, 1
Point = tuple[int, int]


class Awareness(NamedTuple):
    """Precision is of the reduced predicted relations, recall of the reduced gold ones."""

    precision_numerator: int
    precision_denominator: int
    recall_numerator: int
    recall_denominator: int


def awareness(gold: Iterable[Relation], pred: Iterable[Relation]) -> Awareness:
    """Return the counts of two lists of (type, event, event); equal events have equal numbers."""
    left, right = _Timeline(gold), _Timeline(pred)
    return Awareness(right.confirmed_by(left), right.size(), left.confirmed_by(right), left.size())


def _edges(relation: Relation) -> Iterator[tuple[Point, Point]]:
    """Yield (earlier, later) points, the first no later than the second."""
    type_, a, b = relation
    if type_ == "BEFORE":
        yield (a, _END), (b, _START)
    elif type_ == "INCLUDES":
        yield (a, _START), (b, _START)
        yield (b, _END), (a, _END)
    elif type_ == "OVERLAPS":
        yield (a, _START), (b, _END)
        yield (b, _START), (a, _END)
    else:
        for point in (_START, _END):
            yield (a, point), (b, point)
            yield (b, point), (a, point)


class _Order:
    """Which point reaches which, over a graph of points; points that reach each other are one component."""

    def __init__(self, relations: Iterable[Relation]):
        self.after: dict[Point, set[Point]] = defaultdict(set)
        for relation in relations:
            for event in relation[1:]:
                self.after[event, _START].add((event, _END))
                self.after[event, _END] |= set()
            for earlier, later in _edges(relation):
                self.after[earlier].add(later)
        self.component: dict[Point, int] = {}
        self.reach: list[int] = []
        self.below: list[set[int]] = []
        for number, points in enumerate(_components(self.after)):
            for point in points:
                self.component[point] = number
            # Components come after all that they reach, so that their reach is known.
            below = {self.component[q] for p in points for q in self.after[p]} - {number}
            reach = 1 << number
            for other in below:
                reach |= self.reach[other]
            self.reach.append(reach)
            self.below.append(below)

    def reaches(self, earlier: Point, later: Point) -> bool:
        if earlier not in self.component or later not in self.component:
            return False
        return bool(self.reach[self.component[earlier]] >> self.component[later] & 1)

    def covers(self, earlier: Point, later: Point) -> bool:
        """Return whether no point lies between the two."""
        from_, to = self.component[earlier], self.component[later]
        return not any(self.reach[other] >> to & 1 for other in self.below[from_] if other != to)


def _components(after: dict[Point, set[Point]]) -> Iterator[list[Point]]:
    """Yield strongly connected components, each after all that it reaches (Tarjan 1972), without recursion."""
    number: dict[Point, int] = {}
    low: dict[Point, int] = {}
    open_: list[Point] = []
    waiting: set[Point] = set()
    for root in after:
        if root in number:
            continue
        work = [(root, iter(after[root]))]
        number[root] = low[root] = len(number)
        open_.append(root)
        waiting.add(root)
        while work:
            point, rest = work[-1]
            for next_ in rest:
                if next_ not in number:
                    number[next_] = low[next_] = len(number)
                    open_.append(next_)
                    waiting.add(next_)
                    work.append((next_, iter(after[next_])))
                    break
                if next_ in waiting:
                    low[point] = min(low[point], number[next_])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[point])
                if low[point] == number[point]:
                    found = [open_.pop()]
                    while found[-1] != point:
                        found.append(open_.pop())
                    waiting.difference_update(found)
                    yield found


class _Timeline:
    """What one side says: contradicted relations apart, the others as an order of points."""

    def __init__(self, relations: Iterable[Relation]):
        self.stated = {(t, min(a, b), max(a, b)) if t in SYMMETRIC else (t, a, b) for t, a, b in relations}
        self.contradicted = {r for r in self.stated if r[1] == r[2]}
        consistent = self.stated - self.contradicted
        order = _Order(consistent)
        bad = self._bad(order, consistent)
        out = {r for r in consistent if any(order.component[p] in bad and order.component[p] == order.component[q]
                                            for p, q in _edges(r))}  # fmt: skip
        consistent -= out
        order = _Order(consistent)
        nested = {r for r in consistent if r[0] == "OVERLAPS" and _nested(order, r[1], r[2])}
        self.contradicted |= out | nested
        self.consistent = consistent - nested
        self.order = _Order(self.consistent)
        self.members: dict[int, list[int]] = defaultdict(list)
        for event in sorted({event for r in self.consistent for event in r[1:]}):
            self.members[self.order.component[event, _START]].append(event)
        self.overlaps = {frozenset(map(self.class_of, r[1:])) for r in self.consistent if r[0] == "OVERLAPS"}
        self.reduced = self._reduced()

    @staticmethod
    def _bad(order: _Order, relations: set[Relation]) -> set[int]:
        """Components that hold an edge which is not of SIMULTANEOUS."""
        edges = [e for r in relations if r[0] != "SIMULTANEOUS" for e in _edges(r)]
        edges += [((event, _START), (event, _END)) for r in relations for event in r[1:]]
        return {order.component[p] for p, q in edges if order.component[p] == order.component[q]}

    def class_of(self, event: int) -> Hashable:
        """What simultaneous events share; an event of which nothing is said has it for itself."""
        return self.order.component.get((event, _START), ("alone", event))

    def _reduced(self) -> set[Relation]:
        """Between classes, what the rest does not entail."""
        first = {number: events[0] for number, events in self.members.items()}
        kept: set[Relation] = set()
        for type_, *events in self.consistent:
            a, b = (self.order.component[event, _START] for event in events)
            if type_ == "OVERLAPS":
                kept.add((type_, min(a, b), max(a, b)))
            elif type_ != "SIMULTANEOUS":
                lifted = _edges((type_, first[a], first[b]))
                if any(self.order.covers(earlier, later) for earlier, later in lifted):
                    kept.add((type_, a, b))
        return kept

    def size(self) -> int:
        return sum(len(m) - 1 for m in self.members.values()) + len(self.reduced) + len(self.contradicted)

    def entails(self, type_: str, a: int, b: int) -> bool:
        order = self.order
        if type_ == "BEFORE":
            return order.reaches((a, _END), (b, _START))
        if type_ == "INCLUDES":
            return _includes(order, a, b)
        return frozenset((self.class_of(a), self.class_of(b))) in self.overlaps

    def says(self, type_: str, a: int, b: int) -> bool:
        stated = (type_, min(a, b), max(a, b)) if type_ in SYMMETRIC else (type_, a, b)
        return stated in self.contradicted or self.entails(type_, a, b)

    def confirmed_by(self, other: "_Timeline") -> int:
        confirmed = len(self.contradicted & other.stated)
        confirmed += sum(len(events) - other.parts(events) for events in self.members.values())
        for type_, a, b in self.reduced:
            pairs = ((x, y) for x in self.members[a] for y in self.members[b])
            confirmed += any(other.says(type_, x, y) for x, y in pairs)
        return confirmed

    def parts(self, events: list[int]) -> int:
        """In how many pieces these events fall by what is simultaneous here."""
        piece = {event: self.class_of(event) for event in events}
        for type_, a, b in self.contradicted:
            if type_ == "SIMULTANEOUS" and a in piece and b in piece and piece[a] != piece[b]:
                old, new = piece[a], piece[b]
                piece = {event: new if at == old else at for event, at in piece.items()}
        return len(set(piece.values()))


def _includes(order: _Order, a: int, b: int) -> bool:
    same = order.component.get((a, _START)) == order.component.get((b, _START))
    return not same and order.reaches((a, _START), (b, _START)) and order.reaches((b, _END), (a, _END))


def _nested(order: _Order, a: int, b: int) -> bool:
    same = order.component[a, _START] == order.component[b, _START]
    return same or _includes(order, a, b) or _includes(order, b, a)

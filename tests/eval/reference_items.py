"""Matching of items, plain: multisets of keys with Counters, by document, as eval/README.md says each is matched.

A row is one document of a file: gold, or a prediction whose spans are offsets and whose labels are all known.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from itertools import permutations
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from goldwire_eval.batch.head_rule import head_end
from goldwire_eval.batch.trigger_head import trigger_head

Row = dict[str, Any]
Counts = tuple[float, float, float]
Key = Callable[[Row], Hashable]
VALUE_ROLES = ("Time", "Duration", "Count", "Position")


def multiset(gold: Iterable[Hashable], pred: Iterable[Hashable]) -> Counts:
    """tp, fp, fn: each gold item is matched by one equal predicted item at the most."""
    left, right = Counter(gold), Counter(pred)
    tp = (left & right).total()
    return tp, right.total() - tp, left.total() - tp


def span(item: Row) -> tuple[int, int]:
    return item["start"], item["end"]


def items(row: Row, layer: str) -> list[Row]:
    return row.get(layer) or []


def by(layer: str, *names: str) -> Callable[[Row, Row], Counts]:
    """Items of a layer that are equal in their span and the fields named."""

    def count(gold: Row, pred: Row) -> Counts:
        return multiset(*([(span(x), *(x.get(n) for n in names)) for x in items(row, layer)] for row in (gold, pred)))

    return count


def ner(gold: Row, pred: Row) -> Counts:
    """Names that lie in no longer name of their side."""

    def outermost(row: Row) -> list[Hashable]:
        names = [m for m in items(row, "mentions") if m.get("level") in (None, "NAM")]
        return [
            (span(m), m["type"])
            for m in names
            if not any(
                o["start"] <= m["start"] and m["end"] <= o["end"] and span(o) != span(m) for o in names
            )
        ]  # fmt: skip

    return multiset(outermost(gold), outermost(pred))


def head(gold: Row, pred: Row) -> Counts:
    return multiset(*([(m["head_end"], m["type"]) for m in items(row, "mentions")] for row in (gold, pred)))


def trigger_heads(gold: Row, pred: Row) -> Counts:
    """The place of the head word in the text of gold, and the type."""

    def keys(row: Row) -> list[Hashable]:
        return [(tuple(e["start"] + x for x in trigger_head(gold["text"][e["start"] : e["end"]])), e["type"])
                for e in items(row, "events")]  # fmt: skip

    return multiset(keys(gold), keys(pred))


def partial(gold: Row, pred: Row) -> Counts:
    """1 for an equal span, 1/2 under the best assignment for an overlap of at least half of the longer one, of what no
    equal span has answered and is not said again."""
    left, right = [Counter(span(m) for m in items(row, "mentions")) for row in (gold, pred)]
    same = left & right

    def credit(g: tuple[int, int], p: tuple[int, int]) -> float:
        shared, longer = min(g[1], p[1]) - max(g[0], p[0]), max(g[1] - g[0], p[1] - p[0])
        return 0.5 if 2 * shared >= longer else 0.0

    spare = [p for p in (right - same).elements() if p not in same]
    tp = same.total() + _most([[credit(g, p) for p in spare] for g in (left - same).elements()], len(spare))
    return tp, right.total() - tp, left.total() - tp


def quantity_value(gold: Row, pred: Row) -> Counts:
    """The most pairs of one span whose predicted interval is one and lies in the gold one."""
    left, right = items(gold, "quantities"), items(pred, "quantities")

    def bounds(q: Row) -> tuple[float, float]:
        low, high = q.get("min"), q.get("max")
        return (-np.inf if low is None else low), (np.inf if high is None else high)

    def fits(g: Row, p: Row) -> bool:
        (low, high), (p_low, p_high) = bounds(g), bounds(p)
        said = p.get("min") is not None or p.get("max") is not None or bounds(p) == bounds(g)
        return span(g) == span(p) and low <= p_low <= p_high <= high and said

    tp = _most([[float(fits(g, p)) for p in right] for g in left], len(right))
    return tp, len(right) - tp, len(left) - tp


def _most(table: list[list[float]], width: int) -> float:
    """The greatest sum of a one-to-one assignment."""
    matrix = np.array(table).reshape(len(table), width)
    return float(matrix[linear_sum_assignment(matrix, maximize=True)].sum())


def source(gold: Row, pred: Row) -> Counts:
    """Span, type, stance, and the place of the mention that is the source, or the author."""

    def keys(row: Row) -> list[Hashable]:
        of = {m["id"]: span(m) for m in items(row, "mentions")}
        return [(span(e), e["type"], e["stance"], of.get(e["source"], "AUTHOR")) for e in items(row, "events")]

    return multiset(keys(gold), keys(pred))


def _links(row: Row) -> list[tuple[tuple[int, int], str | None]]:
    said = {e["id"]: e.get("link") for e in items(row, "entities")}
    return [(span(m), said.get(m.get("entity"))) for m in items(row, "mentions")]


def link(gold: Row, pred: Row) -> Counts:
    return multiset(*([x for x in _links(row) if x[1] not in (None, "NIL")] for row in (gold, pred)))


def link_matched(gold: Row, pred: Row) -> Counts:
    """Of the mentions whose span both sides have: those of one link are right, every other link said is spurious, and
    gold is missed where a mention has another link or none; NIL is an answer."""
    left, right = Counter(_links(gold)), Counter(_links(pred))
    same = left & right
    left, right = left - same, right - same
    tp, fp, fn = same.total(), 0, 0
    for place in {s for s, _ in _links(gold)}:
        missed = sum(n for (s, _), n in left.items() if s == place)
        said = sum(n for (s, id), n in right.items() if s == place and id is not None)
        spare = sum(n for (s, _), n in right.items() if s == place)
        fp += said
        fn += min(missed, spare)
    return tp, fp, fn


Item = tuple[Row, str, tuple[int, int], int, str, str | None]
"""Of an argument its event, its role, and the span, end of the head, kind and type of its filler."""


class Arguments:
    """Items of arguments; a filler of `entity` is what gold says of its place, of its type before any other."""

    def __init__(self, gold: Row, pred: Row):
        self.mentions = sorted(items(gold, "mentions"), key=lambda m: (m["start"] - m["end"], m["type"]))
        self.events = sorted(items(gold, "events"), key=lambda e: e["type"])
        self.text = gold["text"]
        self.sides = [list(self._arguments(row)) for row in (gold, pred)]

    def _arguments(self, row: Row) -> Iterable[Item]:
        of = {
            x["id"]: (kind, x)
            for layer, kind in (("mentions", "m"), ("times", "v"), ("quantities", "v"), ("events", "e"))
            for x in items(row, layer)
        }
        for event in items(row, "events"):
            for argument in event.get("arguments") or ():
                role, filler = argument["role"], argument["filler"]
                in_place = "v" if role in VALUE_ROLES else "e" if role == "Topic-Event" else "m"
                kind, x = of[filler] if isinstance(filler, str) else (in_place, filler)
                end = x["head_end"] if kind == "m" and "head_end" in x else x["end"]
                if kind == "m" and not isinstance(filler, str):
                    surface = self.text[x["start"] : x["end"]]
                    end = x["start"] + head_end(surface, 0, len(surface))
                yield event, role, span(x), end, kind, x.get("type")

    def entity(self, item: Item, gold: Iterable[Item] = ()) -> Hashable:
        """What the filler names; of several items in its place that of its type, or else that which the argument of
        `gold` most like it names."""
        event, role, place, end, kind, type_ = item
        pool = {"m": self.mentions, "e": self.events, "v": []}[kind]
        here = [x for x in pool if span(x) == place]
        found = here or [m for m in self.mentions if kind == "m" and m["head_end"] == end]
        typed = [x for x in here if x["type"] == type_]
        if len(here) > 1 and not typed:
            alike = [g for g in gold if g[4] == kind and g[0]["type"] == event["type"] and g[2] == place]
            # The sort is stable: of equals the first in gold.
            alike.sort(key=lambda g: 2 if g[1] != role else span(g[0]) != span(event))
            if alike:
                return self.entity(alike[0])
        best = (typed or found)[:1]
        return (kind, _cluster(best[0], "entity" if kind == "m" else "cluster")) if best else place

    def count(self, how: str, role: bool, attached: bool) -> Counts:
        def key(item: Item) -> Hashable:
            event, name, place, end, _, _ = item
            filler = self.entity(item, gold) if how == "entity" else place if how == "exact" else end
            return event["type"], filler, name if role else None, span(event) if attached else None

        gold, pred = self.sides
        return multiset(*(list(map(key, side)) for side in (gold, pred)))


def _cluster(item: Row, field: str) -> Hashable:
    return item[field] if item.get(field) is not None else ("alone", id(item))


def arguments(gold: Row, pred: Row) -> dict[str, Counts]:
    made = Arguments(gold, pred)
    return {
        f"argument.{name}@{how}": made.count(how, role, attached)
        for how in ("exact", "head", "entity")
        for name, role, attached in (
            ("id", False, False), ("cls", True, False), ("attached.id", False, True), ("attached.cls", True, True)
        )
    }  # fmt: skip


ITEMS: dict[str, Callable[[Row, Row], Counts]] = {
    "ner": ner,
    "mention.exact": by("mentions", "type"),
    "mention.untyped": by("mentions"),
    "mention.head": head,
    "mention.partial": partial,
    "link": link,
    "link.matched": link_matched,
    "time.span": by("times"),
    "time.value": by("times", "value"),
    "quantity.span": by("quantities"),
    "quantity.value": quantity_value,
    "trigger.id": by("events"),
    "trigger.cls": by("events", "type"),
    "trigger.head": trigger_heads,
    "trigger.realis": by("events", "type", "realis"),
    "trigger.polarity": by("events", "type", "polarity"),
    "trigger.source": source,
    "title.span": by("titles"),
    "trigger.all": by("events", "type", "realis", "polarity", "means", "phase", "stance"),
}

SLOTS = ("date", "place", "killed", "wounded", "actors")


def record_ceaf(gold: Row, pred: Row) -> Counts:
    """Every alignment tried: the greatest sum of similarities of records of one type."""
    left, right = items(gold, "records"), items(pred, "records")
    few, many = sorted((left, right), key=len)
    best = max(sum(similarity(a, b) for a, b in zip(few, some, strict=True)) for some in permutations(many, len(few)))
    return best, len(right) - best, len(left) - best


def similarity(a: Row, b: Row) -> float:
    """The share that agrees of the slots that either fills; names here have one form."""
    if a["type"] != b["type"]:
        return 0.0
    agreed, filled = 0.0, 0
    for one, other in zip(_slots(a), _slots(b), strict=True):
        if one or other:
            filled += 1
            agreed += one == other
    said = bool(filled or a.get("actors") or b.get("actors"))
    for slot in ("actors",) if said else ("targets",):
        mine, theirs = ([x.lower() for x in r.get(slot, [])] for r in (a, b))
        if mine or theirs:
            filled += 1
            tp, fp, fn = multiset(mine, theirs)
            agreed += 2 * tp / (2 * tp + fp + fn)
    return agreed / filled if filled else 1.0


def _slots(r: Row) -> list[Hashable]:
    pairs = [(r.get(a), r.get(b)) for a, b in (("earliest", "latest"), ("killed_min", "killed_max"),
                                               ("wounded_min", "wounded_max"))]  # fmt: skip
    place = r.get("place")
    return [None if pair == (None, None) else pair for pair in pairs] + [place.lower() if place is not None else None]

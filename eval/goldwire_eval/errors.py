"""The class of every false positive and false negative: what a system gets wrong."""

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from typing import Any

from goldwire_eval.items import EventItem, Items, MentionItem
from goldwire_eval.metrics.argument import entity_of

CLASSES = (
    "spurious", "missed", "boundary", "type", "role", "realis", "attached to the wrong event",
    "right entity wrong mention", "ungrounded", "duplicate",
)  # fmt: skip
# (layer, class, index in gold or None, index in the prediction or None)
Error = tuple[str, str, int | None, int | None]


def errors(gold: Items, pred: Items, attempted: frozenset[str]) -> list[Error]:
    """Every error of mentions, events and arguments, each in one class; layers not attempted give none."""
    found: list[Error] = []
    if "mentions" in attempted:
        found += _layer("mention", gold.mentions, pred.mentions, _mention_near)
    if "events" in attempted:
        found += _layer("event", gold.events, pred.events, _event_near)
        found += _realis(gold.events, pred.events) if "realis" in attempted else []
    if "arguments" in attempted:
        found += _arguments(gold, pred)
    return found


def count(found: Sequence[Error]) -> dict[str, int]:
    tally = Counter(class_ for _, class_, _, _ in found)
    return {class_: tally[class_] for class_ in CLASSES}


def _pair(gold: Sequence[Hashable], pred: Sequence[Hashable]) -> tuple[list[int], list[int], list[int]]:
    """Indices of what is left on either side after matching equal keys, and of predictions that double a match."""
    waiting: dict[Hashable, list[int]] = {}
    for i, key in enumerate(gold):
        waiting.setdefault(key, []).append(i)
    spare: list[int] = []
    doubles: list[int] = []
    for j, key in enumerate(pred):
        if waiting.get(key):
            waiting[key].pop(0)
        else:
            (doubles if key in waiting else spare).append(j)
    return sorted(i for rest in waiting.values() for i in rest), spare, doubles


def _layer(name: str, gold: Sequence[Any], pred: Sequence[Any], near: Callable[[Any], Hashable]) -> list[Error]:
    """Pairs what is left after matching: first equal spans, then spans that overlap and are `near` by an equal key."""
    missed, spare, doubles = _pair([_key(g) for g in gold], [_key(p) for p in pred])
    found: list[Error] = [(name, "duplicate", None, j) for j in doubles]
    found += [(name, "ungrounded", None, j) for j in spare if pred[j].start < 0]
    rest = _Rest(missed, [j for j in spare if pred[j].start >= 0])
    spans = rest.pair([(g.start, g.end) for g in gold], [(p.start, p.end) for p in pred])
    found += [(name, "type", i, j) for i, j in spans]
    edges = rest.pair([near(g) for g in gold], [near(p) for p in pred], lambda i, j: _overlap(gold[i], pred[j]))
    found += [(name, "boundary", i, j) for i, j in edges]
    return found + rest.errors(name)


class _Rest:
    """Indices still unpaired on either side; each pairing takes out what it pairs."""

    def __init__(self, missed: list[int], spare: list[int]):
        self.missed, self.spare = missed, spare

    def pair(
        self, gold: Sequence[Hashable], pred: Sequence[Hashable], also: Callable[[int, int], bool] | None = None
    ) -> list[tuple[int, int]]:
        """Pairs, one to one and in order, what has equal keys and satisfies `also`."""
        waiting: dict[Hashable, list[int]] = {}
        for j in self.spare:
            waiting.setdefault(pred[j], []).append(j)
        pairs = []
        for i in self.missed:
            candidates = waiting.get(gold[i], [])
            partner = next((j for j in candidates if also is None or also(i, j)), None)
            if partner is not None:
                candidates.remove(partner)
                pairs.append((i, partner))
        left, right = {i for i, _ in pairs}, {j for _, j in pairs}
        self.missed = [i for i in self.missed if i not in left]
        self.spare = [j for j in self.spare if j not in right]
        return pairs

    def errors(self, name: str) -> list[Error]:
        missed: list[Error] = [(name, "missed", i, None) for i in self.missed]
        return missed + [(name, "spurious", None, j) for j in self.spare]


def _key(item: MentionItem | EventItem) -> Hashable:
    return item.start, item.end, item.type


def _mention_near(item: MentionItem) -> Hashable:
    return item.type, item.head_end


def _event_near(item: EventItem) -> Hashable:
    return item.type


def _overlap(gold: Any, pred: Any) -> bool:
    return bool(gold.start < pred.end and pred.start < gold.end)


def _realis(gold: Sequence[EventItem], pred: Sequence[EventItem]) -> list[Error]:
    """Events right in span and type that are left over when their realis is compared as well."""
    missed, spare, _ = _pair([(_key(g), g.realis) for g in gold], [(_key(p), p.realis) for p in pred])
    rest = _Rest(missed, spare)
    return [("event", "realis", i, j) for i, j in rest.pair([_key(g) for g in gold], [_key(p) for p in pred])]


def _arguments(gold: Items, pred: Items) -> list[Error]:
    entity = entity_of(gold)

    def keys(items: Items) -> list[tuple[Hashable, Hashable, Hashable, Hashable]]:
        """(event type, trigger, role, span) of each argument."""
        events = [items.events[a.event] for a in items.arguments]
        return [
            (e.type, (e.start, e.end), a.role, (a.start, a.end)) for e, a in zip(events, items.arguments, strict=True)
        ]

    left, right = keys(gold), keys(pred)
    missed, spare, doubles = _pair(left, right)
    found: list[Error] = [("argument", "duplicate", None, j) for j in doubles]
    found += [("argument", "ungrounded", None, j) for j in spare if pred.arguments[j].start < 0]
    rest = _Rest(missed, [j for j in spare if pred.arguments[j].start >= 0])

    def pair(class_: str, *fields: int, also: Callable[[int, int], bool] | None = None) -> None:
        sides = [[tuple(key[f] for f in fields) for key in side] for side in (left, right)]
        found.extend(("argument", class_, i, j) for i, j in rest.pair(sides[0], sides[1], also))

    pair("role", 0, 1, 3)
    entities = [[entity(a) for a in side.arguments] for side in (gold, pred)]
    pair("right entity wrong mention", 0, 1, 2, also=lambda i, j: entities[0][i] == entities[1][j])
    pair("boundary", 0, 1, 2, also=lambda i, j: _overlap(gold.arguments[i], pred.arguments[j]))
    pair("attached to the wrong event", 0, 2, 3)
    return found + rest.errors("argument")

"""The class of every false positive and false negative: what a system gets wrong."""

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from typing import Any

from goldwire_eval.items import ArgumentItem, EventItem, Items, MentionItem
from goldwire_eval.metrics.argument import entity_of

CLASSES = (
    "spurious", "missed", "boundary", "type", "role", "realis", "attached to the wrong event",
    "right entity wrong mention", "ungrounded", "duplicate",
)  # fmt: skip
# (layer, class, index in gold or None, index in the prediction or None)
Error = tuple[str, str, int | None, int | None]


def errors(gold: Items, pred: Items) -> list[Error]:
    """Every error of mentions, events and arguments, each in one class; layers not attempted give none."""
    found: list[Error] = []
    if "mentions" in pred.attempted:
        found += _layer("mention", gold.mentions, pred.mentions, _mention_class)
    if "events" in pred.attempted:
        found += _layer("event", gold.events, pred.events, _event_class)
        found += _realis(gold.events, pred.events) if "realis" in pred.attempted else []
    if "arguments" in pred.attempted:
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


def _layer(
    name: str, gold: Sequence[Any], pred: Sequence[Any], classify: Callable[[Any, Any], str | None]
) -> list[Error]:
    missed, spare, doubles = _pair([_key(g) for g in gold], [_key(p) for p in pred])
    found: list[Error] = [(name, "duplicate", None, j) for j in doubles]
    for j in list(spare):
        if pred[j].start < 0:
            found.append((name, "ungrounded", None, j))
            spare.remove(j)
    # Nearest class first: the same span of another type before an overlap.
    for wanted in ("type", "boundary"):
        for j in list(spare):
            i = next((i for i in missed if classify(gold[i], pred[j]) == wanted), None)
            if i is not None:
                found.append((name, wanted, i, j))
                missed.remove(i)
                spare.remove(j)
    found += [(name, "missed", i, None) for i in missed]
    return found + [(name, "spurious", None, j) for j in spare]


def _key(item: MentionItem | EventItem) -> Hashable:
    return item.start, item.end, item.type


def _mention_class(gold: MentionItem, pred: MentionItem) -> str | None:
    if (gold.start, gold.end) == (pred.start, pred.end):
        return "type"
    return "boundary" if gold.type == pred.type and gold.head_end == pred.head_end else None


def _event_class(gold: EventItem, pred: EventItem) -> str | None:
    if (gold.start, gold.end) == (pred.start, pred.end):
        return "type"
    return "boundary" if gold.type == pred.type and gold.start < pred.end and pred.start < gold.end else None


def _realis(gold: Sequence[EventItem], pred: Sequence[EventItem]) -> list[Error]:
    realis = {_key(g): (i, g.realis) for i, g in enumerate(gold)}
    found: list[Error] = []
    for j, p in enumerate(pred):
        i, value = realis.get(_key(p), (None, p.realis))
        if value != p.realis:
            found.append(("event", "realis", i, j))
    return found


def _arguments(gold: Items, pred: Items) -> list[Error]:
    entity = entity_of(gold)

    def keys(items: Items) -> list[tuple[Hashable, ...]]:
        out: list[tuple[Hashable, ...]] = []
        for a in items.arguments:
            e = items.events[a.event]
            out.append((e.type, (e.start, e.end), a.role, (a.start, a.end)))
        return out

    left, right = keys(gold), keys(pred)
    missed, spare, doubles = _pair(left, right)
    found: list[Error] = [("argument", "duplicate", None, j) for j in doubles]
    for j in list(spare):
        if pred.arguments[j].start < 0:
            found.append(("argument", "ungrounded", None, j))
            spare.remove(j)

    def relation(a: ArgumentItem, x: tuple[Hashable, ...], b: ArgumentItem, y: tuple[Hashable, ...]) -> str | None:
        same_event, same_role, same_span = x[:2] == y[:2], x[2] == y[2], x[3] == y[3]
        if same_event and same_span:
            return "role"
        if same_event and same_role and entity(a) == entity(b):
            return "right entity wrong mention"
        if same_event and same_role and a.start < b.end and b.start < a.end:
            return "boundary"
        return "attached to the wrong event" if same_role and same_span and x[0] == y[0] else None

    for wanted in ("role", "right entity wrong mention", "boundary", "attached to the wrong event"):
        for j in list(spare):
            i = next(
                (i for i in missed if relation(gold.arguments[i], left[i], pred.arguments[j], right[j]) == wanted), None
            )
            if i is not None:
                found.append(("argument", wanted, i, j))
                missed.remove(i)
                spare.remove(j)
    found += [("argument", "missed", i, None) for i in missed]
    return found + [("argument", "spurious", None, j) for j in spare]

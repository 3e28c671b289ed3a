"""Discrete features of pairs of items, as positions in one embedding table for each kind of pair."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from goldwire_baselines.transformer.labels import LEVELS, labels
from goldwire_baselines.transformer.view import Ints, Item, Items, View
from goldwire_baselines.words import DETERMINERS

_LIMITS = np.array([1, 2, 3, 4, 6, 9, 14, 21, 35, 60])
_DISTANCES = len(_LIMITS) + 1
_TITLES = frozenset({"mr", "mrs", "ms", "dr"})

ARGUMENT = (9, 2 * _DISTANCES + 1, 5, 5, 4, 3)
COREFERENCE = (len(LEVELS) ** 2 * 7, 8, _DISTANCES, 8, 5, 2)
EVENT_COREFERENCE = (3, _DISTANCES, 8, 3, 3, 3)
EVENT_PAIR = (9, 3, 6, 4, 3)
"""Numbers of values of each feature."""


class Pairs(NamedTuple):
    """Pairs of positions in two lists; `features` has shape (pairs, features)."""

    left: Ints
    right: Ints
    features: Ints


def _distance(words: Ints) -> Ints:
    return np.searchsorted(_LIMITS, words, side="right").astype(np.int64)


def _columns(items: Sequence[Item]) -> tuple[Ints, Ints, Ints]:
    table = np.array([(i.first, i.last, i.kind) for i in items], dtype=np.int64).reshape(-1, 3)
    return table[:, 0], table[:, 1], table[:, 2]


def argument_pairs(view: View, items: Items) -> Pairs:
    """Return the pairs of an event and another item near it that some role of the event allows, or that is a mention.

    Every mention is a possible source. Times count as near from anywhere, places from further than other items, for the
    date and place over the entries of a log.
    """
    own = labels()
    fillers = items.all
    first, last, kind = _columns(fillers)
    shift = len(fillers) - len(items.events)
    event, filler = (
        a.ravel() for a in np.meshgrid(np.arange(len(items.events)), np.arange(len(fillers)), indexing="ij")
    )
    offset = len(own.kinds) - len(own.events)
    possible = np.asarray(own.allowed.any(axis=2))[kind[event + shift] - offset, kind[filler]]
    apart = view.sentence[first[filler]] - view.sentence[first[event + shift]]
    reach = np.array([_reach(kind) for kind in own.kinds])[kind[filler]]
    near = (-reach[:, 0] <= apart) & (apart <= reach[:, 1])
    keep = (event + shift != filler) & near & (possible | (filler < len(items.mentions)))
    event, filler, apart = event[keep], filler[keep], apart[keep]
    at = event + shift
    ahead = first[filler] - last[at]
    behind = first[at] - last[filler]
    words = np.maximum(ahead, behind)
    same = apart == 0
    signed = np.where(same, np.where(ahead > 0, _distance(words), _DISTANCES + _distance(words)), 2 * _DISTANCES)
    low, high = np.minimum(last[at], last[filler]), np.maximum(first[at], first[filler])
    events_between = _between(np.sort(first[shift:]), low, high)
    kinds_between = np.zeros_like(low)
    for value in np.unique(kind[filler]) if len(filler) else ():
        rows = kind[filler] == value
        kinds_between[rows] = _between(np.sort(first[kind == value]), low[rows], high[rows])
    inside = (first[filler] <= first[at]) & (last[at] <= last[filler])
    place = np.where(inside, 0, np.where(words == 1, 1, np.where(words <= 0, 2, 3)))
    with_events = np.isin(view.sentence[first[filler]], view.sentence[first[shift:]])
    lead = np.where(view.sentence[first[filler]] == 0, 0, np.where(with_events, 1, 2))
    columns = [
        np.clip(apart, -4, 4) + 4, signed, np.where(same, np.clip(events_between, 0, 3), 4),
        np.where(same, np.clip(kinds_between, 0, 3), 4), place, lead,
    ]  # fmt: skip
    return Pairs(event, filler, np.stack(columns, axis=1))


def _reach(kind: str) -> tuple[int, int]:
    """Return how many sentences before and after an event its filler of this kind is looked for."""
    if kind == "TIME":
        return 1000, 1000
    return (8, 1) if kind.partition(".")[0] in ("GPE", "LOC", "FAC") else (2, 1)


def _between(starts: Ints, low: Ints, high: Ints) -> Ints:
    """Return how many of the sorted `starts` lie strictly between two words."""
    inside: Ints = np.searchsorted(starts, high) - np.searchsorted(starts, low, side="right")
    return np.maximum(0, inside)


def coreference_pairs(view: View, mentions: Sequence[Item], heads: Sequence[tuple[int, int]]) -> Pairs:
    """Return the pairs of a mention and an earlier one of the same entity type; `heads` are spans of words."""
    first, last, kind = _columns(mentions)
    right, left = np.tril_indices(len(mentions), -1)
    keep = kind[right] // len(LEVELS) == kind[left] // len(LEVELS)
    left, right = left[keep].astype(np.int64), right[keep].astype(np.int64)
    names = [_Name(view, item, head) for item, head in zip(mentions, heads, strict=True)]
    relation = np.array([_likeness(names[i], names[j]) for i, j in zip(left, right, strict=True)], dtype=np.int64)
    levels = kind[left] % len(LEVELS) * len(LEVELS) + kind[right] % len(LEVELS)
    apart = view.sentence[first[right]] - view.sentence[first[left]]
    gap = first[right] - last[left]
    nested = np.where(
        last[right] <= last[left],
        0,
        np.where(first[right] == first[left], 1, np.where(gap <= 2, 2, np.where(apart == 0, 3, 4))),
    )
    seen: dict[str, int] = {}
    repeats = np.array([_repeats(seen, name.head, j) for j, name in enumerate(names)], dtype=np.int64)
    between = np.clip(np.searchsorted(_LIMITS, right - left, side="right"), 0, 7)
    columns = [
        levels * 7 + relation, np.clip(apart, 0, 7), _distance(np.maximum(gap, 0)), between, nested,
        repeats[right] if len(right) else right,
    ]  # fmt: skip
    return Pairs(left, right, np.stack(columns, axis=1))


def _repeats(seen: dict[str, int], head: str, at: int) -> int:
    return int(seen.setdefault(head, at) != at)


class _Name:
    def __init__(self, view: View, item: Item, head: tuple[int, int]):
        words = view.words[item.first : item.last + 1]
        own = view.words[head[0] : head[1] + 1]
        self.full = " ".join(w.lower for w in words if w.lower not in DETERMINERS)
        self.head = " ".join(w.lower for w in own)
        self.stem = own[-1].stem
        self.words = {w.lower for w in own if w.lower not in DETERMINERS | _TITLES and w.text[0].isalnum()}
        self.initials = "".join(w.text[0] for w in own if w.text[0].isupper())
        self.capital = own[-1].text[0].isupper()


def _likeness(one: _Name, two: _Name) -> int:
    if one.full == two.full:
        return 6
    if one.head == two.head:
        return 5
    if one.words & two.words and (one.words <= two.words or two.words <= one.words):
        return 4
    if one.stem == two.stem:
        return 3
    if one.capital and two.capital:
        short, long = sorted((one, two), key=lambda name: len(name.head))
        if len(short.head) > 1 and short.head.upper() == long.initials:
            return 2
        if len(short.head) > 3 and long.head.startswith(short.head[: max(4, len(short.head) - 2)]):
            return 2
    return 1 if one.words & two.words else 0


class EventFacts(NamedTuple):
    """What is known of an event beside its trigger: realis, source, and fillers by role (entities for mentions)."""

    realis: str
    source: str
    arguments: frozenset[tuple[str, str]]
    topics: frozenset[str]


def event_coreference_pairs(view: View, events: Sequence[Item], facts: Sequence[EventFacts]) -> Pairs:
    """Return the pairs of an event mention and an earlier one of the same type."""
    first, _, kind = _columns(events)
    right, left = np.tril_indices(len(events), -1)
    keep = kind[right] == kind[left]
    left, right = left[keep].astype(np.int64), right[keep].astype(np.int64)
    rows = [_event_features(view, events, facts, i, j) for i, j in zip(left, right, strict=True)]
    features = np.array(rows, dtype=np.int64).reshape(-1, 4)
    columns = [
        features[:, 0], _distance(first[right] - first[left]),
        np.clip(view.sentence[first[right]] - view.sentence[first[left]], 0, 7),
        features[:, 1], features[:, 2], features[:, 3],
    ]  # fmt: skip
    return Pairs(left, right, np.stack(columns, axis=1))


def _event_features(view: View, events: Sequence[Item], facts: Sequence[EventFacts], i: int, j: int) -> tuple[int, ...]:
    one, two = (view.words[events[k].first] for k in (i, j))
    same = 2 if one.lower == two.lower else 1 if one.stem == two.stem else 0
    shared = facts[i].arguments & facts[j].arguments
    roles = {role for role, _ in facts[i].arguments} & {role for role, _ in facts[j].arguments}
    differing = roles - {role for role, _ in shared}
    realis = 0 if facts[i].realis == facts[j].realis == "ACTUAL" else 1 if facts[i].realis == facts[j].realis else 2
    return same, realis, min(2, len(shared)), min(2, len(differing))


Days = tuple[str | None, str | None]


def event_pair_features(
    view: View,
    events: Sequence[Item],
    facts: Sequence[EventFacts],
    days: Sequence[Days],
    pairs: Sequence[tuple[int, int]],
) -> Pairs:
    """Return the features of pairs of event mentions; `days` are the anchors of their clusters."""
    rows = []
    for i, j in pairs:
        apart = view.sentence[events[j].first] - view.sentence[events[i].first]
        topic = 1 if events[j].id in facts[i].topics else 2 if events[i].id in facts[j].topics else 0
        word = events[i].first == events[j].first
        shared = min(2, len({f for _, f in facts[i].arguments} & {f for _, f in facts[j].arguments}))
        speech = (
            3
            if word
            else 1
            if facts[i].source == facts[j].source
            else 2
            if "AUTHOR" in (facts[i].source, facts[j].source)
            else 0
        )
        rows.append((min(4, max(-4, int(apart))) + 4, topic, _order(days[i], days[j]), speech, shared))
    features = np.array(rows, dtype=np.int64).reshape(-1, len(EVENT_PAIR))
    left, right = (np.array([pair[k] for pair in pairs], dtype=np.int64) for k in (0, 1))
    return Pairs(left, right, features)


def _order(one: Days, two: Days) -> int:
    (low, high), (least, most) = one, two
    if low is None or high is None or least is None or most is None:
        return 0
    if one == two:
        return 1 if low == high else 2
    if low <= least and most <= high:
        return 3
    return 4 if least <= low and high <= most else 5

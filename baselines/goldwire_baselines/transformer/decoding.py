"""Choices from scores: spans that do not cross, heads, clusters, days and labels of pairs."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from goldwire_baselines.transformer.labels import LEVELS, labels
from goldwire_baselines.transformer.targets import Spans
from goldwire_baselines.transformer.view import Item, View, in_order
from goldwire_baselines.words import DETERMINERS

Floats = NDArray[np.float64]
MENTION = 0.5
"""Least probability that a span is a mention of any type."""
NEW_EVENT = -2.0
"""Added to the score of an event mention as the first one of its event."""
TRIGGER, TITLE, ROLE = 0.0, -1.0, 0.0
"""Scores above which a span is a trigger of a type or a title, and a pair an argument with a role."""


def mentions(view: View, spans: Spans, types: Floats, levels: Floats) -> list[Item]:
    """Return the probable mentions; of two that cross, the more probable one.

    Equal names of a document share the type that is the most probable one of all of them.
    """
    own, probabilities = labels(), _softmax(types)
    probable = 1 - probabilities[:, 0]
    found: list[tuple[int, int, int]] = []
    for i in np.argsort(-probable, kind="stable"):
        if probable[i] < MENTION:
            break
        first, last = int(spans.first[i]), int(spans.last[i])
        if not any(_cross(first, last, begin, end) for _, begin, end in found):
            found.append((int(i), first, last))
    level = {i: LEVELS[int(levels[i].argmax())] for i, _, _ in found}
    names: dict[str, Floats] = {}
    for i, first, last in found:
        if level[i] == "NAM":
            name = _name(view, first, last)
            names[name] = names.get(name, 0.0) + probabilities[i, 1:]
    chosen = []
    for i, first, last in found:
        scores = names[_name(view, first, last)] if level[i] == "NAM" else probabilities[i, 1:]
        chosen.append(_item(view, "m", first, last, own.mention(own.entities[int(scores.argmax())], level[i])))
    return in_order(chosen)


def _name(view: View, first: int, last: int) -> str:
    """Return the words of a name in lower case, without a determiner."""
    words = [word.lower for word in view.words[first : last + 1]]
    return " ".join(words[1:] if len(words) > 1 and words[0] in DETERMINERS else words)


def titles(view: View, spans: Spans, scores: Floats) -> list[Item]:
    """Return the spans that score above TITLE; of two that overlap, the one with the higher score."""
    return _disjoint(view, "p", [(float(scores[i]), int(spans.first[i]), int(spans.last[i]), labels().value("TITLE"))
                                 for i in np.flatnonzero(scores > TITLE)])  # fmt: skip


def events(view: View, spans: Spans, scores: Floats) -> list[Item]:
    """Return the triggers whose type scores above TRIGGER; of two of one type that overlap, the better one."""
    own = labels()
    rows, columns = np.nonzero(scores > TRIGGER)
    found = [
        (float(scores[i, j]), int(spans.first[i]), int(spans.last[i]), own.event(own.events[j]))
        for i, j in zip(rows, columns, strict=True)
    ]
    return _disjoint(view, "e", found)


def _disjoint(view: View, prefix: str, scored: list[tuple[float, int, int, int]]) -> list[Item]:
    found: list[Item] = []
    for _, first, last, kind in sorted(scored, key=lambda one: (-one[0], one[1:])):
        if not any(kind == x.kind and first <= x.last and x.first <= last for x in found):
            found.append(_item(view, prefix, first, last, kind))
    return in_order(found)


def _item(view: View, prefix: str, first: int, last: int, kind: int) -> Item:
    start, end = view.words[first].start, view.words[last].end
    suffix = labels().kinds[kind] if prefix == "e" else ""
    return Item(f"{prefix}{start}-{end}{suffix}", first, last, kind)


def _cross(first: int, last: int, begin: int, end: int) -> bool:
    return first < begin <= last < end or begin < first <= end < last


def head(places: Floats, item: Item) -> tuple[int, int]:
    """Return the first and last word of a mention's head; `places` has shape (2, words)."""
    inside = slice(item.first, item.last + 1)
    together = places[0, inside, None] + places[1, None, inside]
    together[np.tril_indices(len(together), -1)] = -np.inf
    first, last = np.unravel_index(int(together.argmax()), together.shape)
    return item.first + int(first), item.first + int(last)


def clusters(ranking: Floats, new: float = 0.0) -> list[int]:
    """Return the cluster of each item: that of its best antecedent, or a new one if column 0 plus `new` is highest."""
    found: list[int] = []
    for i, best in enumerate((ranking + np.array([new, *[0.0] * len(ranking)])).argmax(axis=1)):
        found.append(i if best == 0 else found[int(best) - 1])
    return found


class DayScores(NamedTuple):
    """Scores of days as one end of the anchor of an event; None is an unknown end."""

    days: Sequence[str | None]
    scores: Sequence[float]


def best_day(mentions: Sequence[DayScores]) -> tuple[str | None, float]:
    """Return the day with the highest mean probability over the mentions of an event, and this probability."""
    totals: dict[str | None, float] = {}
    for one in mentions:
        for day, probability in zip(one.days, _softmax(np.array([one.scores]))[0], strict=True):
            totals[day] = totals.get(day, 0.0) + float(probability) / len(mentions)
    return max(totals.items(), key=lambda pair: pair[1])


def anchor(earliest: tuple[str | None, float], latest: tuple[str | None, float]) -> tuple[str | None, str | None]:
    """Return the interval of two days with their probabilities; if they are in the wrong order, the likelier day."""
    first, last = earliest[0], latest[0]
    if first is not None and last is not None and first > last:
        first = last = max(earliest, latest, key=lambda pair: pair[1])[0]
    return first, last


def _softmax(scores: Floats) -> Any:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)

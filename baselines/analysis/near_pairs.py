"""Pairs of a gold and a predicted item that exact matching calls wrong though the one may well answer the other.

Items with equal span and label on both sides are right and are taken out first. The rest is paired one to one, the
nearest first:

- mention, time, quantity: the spans overlap and differ.
- trigger: the spans overlap and differ, or the type is equal and at most `BETWEEN` tokens of the sentence are between.
- argument: the triggers have one type and the same span, or spans that overlap; the role is equal and the spans of the
  fillers differ.

Items of one span and two labels do not form a pair here: their error is not one of matching spans.
"""

from collections.abc import Callable, Iterator, Sequence

import msgspec

from goldwire_corpus.schema.document import Document, Event, filler_types
from goldwire_corpus.schema.prediction import PredArgument, Prediction, PredMention, PredSpan
from goldwire_eval.batch.grounding import find

BETWEEN = 3
LAYERS = ("mention", "trigger", "argument", "time", "quantity")


class Item(msgspec.Struct, frozen=True, omit_defaults=True):
    """An item with its text.

    `label` is the type of a mention, trigger or time, and the role of an argument, whose `filler` is the filler type
    (an entity type, TIME, QTY, TITLE or EVENT) and whose `event` is the type, start, end and text of its trigger.
    `head` is the span of the head of a mention, `level` its level. `value` is what a time or quantity is normalised to,
    and the type of an event that fills a role.
    """

    start: int
    end: int
    text: str
    label: str = ""
    level: str = ""
    head: tuple[int, int] | None = None
    value: str = ""
    filler: str = ""
    event: tuple[str, int, int, str] | None = None

    @property
    def span(self) -> tuple[int, int]:
        return self.start, self.end


class Pair(msgspec.Struct, frozen=True):
    """A pair of one document. `kind` says how the spans relate: overlap, neighbour, or elsewhere."""

    layer: str
    kind: str
    document: str
    gold: Item
    predicted: Item


Nearness = Callable[[Item, Item], tuple[float, ...] | None]
"""How near two items are, greater is nearer; None for no pair."""


def near_pairs(document: Document, prediction: Prediction) -> Iterator[Pair]:
    """Yield the pairs of a document in all layers."""
    gold, predicted = gold_items(document), predicted_items(document, prediction)
    sides = {layer: _unmatched(gold[layer], predicted[layer]) for layer in LAYERS}
    nearness: dict[str, Nearness] = {
        **dict.fromkeys(("mention", "time", "quantity"), _overlap),
        "trigger": lambda a, b: _overlap(a, b) or _neighbour(document, a, b),
        "argument": _same_role,
    }
    for layer in LAYERS:
        for a, b in paired(*sides[layer], nearness[layer]):
            kind = "overlap" if shared(a, b) else "neighbour" if layer == "trigger" else "elsewhere"
            yield Pair(layer, kind, document.id, a, b)


def paired(left: Sequence[Item], right: Sequence[Item], nearness: Nearness) -> Iterator[tuple[Item, Item]]:
    """Yield pairs of two sides one to one, the nearest first and of equally near ones the first in the text."""
    found = [(a, b, near) for a in left for b in right if (near := nearness(a, b)) is not None]
    taken: set[int] = set()
    for a, b, _ in sorted(found, key=lambda one: (*(-x for x in one[2]), *one[0].span, *one[1].span)):
        if id(a) not in taken and id(b) not in taken:
            taken |= {id(a), id(b)}
            yield a, b


def shared(a: Item, b: Item) -> int:
    """Return how many characters two items share."""
    return max(0, min(a.end, b.end) - max(a.start, b.start))


def _overlap(a: Item, b: Item) -> tuple[float, ...] | None:
    if a.span == b.span or not shared(a, b):
        return None
    return a.label == b.label, shared(a, b) / (max(a.end, b.end) - min(a.start, b.start))


def _neighbour(document: Document, a: Item, b: Item) -> tuple[float, ...] | None:
    """Return the nearness of two separate triggers of one type; it is below that of any two that overlap."""
    first, second = sorted((a.span, b.span))
    sentences = [next((i for i, s in enumerate(document.sentences) if s.start <= x.start < s.end), -1) for x in (a, b)]
    between = sum(first[1] <= t.start and t.end <= second[0] for t in document.tokens)
    near = a.label == b.label and sentences[0] == sentences[1] and first[1] <= second[0] and between <= BETWEEN
    return (-1.0, -float(between)) if near else None


def _same_role(a: Item, b: Item) -> tuple[float, ...] | None:
    assert a.event is not None
    assert b.event is not None
    (type_a, start_a, end_a, _), (type_b, start_b, end_b, _) = a.event, b.event
    touching = start_a < end_b and start_b < end_a
    if a.label != b.label or a.span == b.span or type_a != type_b or not touching:
        return None
    distance = max(a.start, b.start) - min(a.end, b.end)
    return a.event == b.event, shared(a, b) / (max(a.end, b.end) - min(a.start, b.start)), -max(0, distance)


def _unmatched(gold: Sequence[Item], predicted: Sequence[Item]) -> tuple[list[Item], list[Item]]:
    """Return the items of each side whose span and label the other side lacks, each once."""
    sides = [{(x.span, x.label, x.event): x for x in side} for side in (gold, predicted)]
    return ([sides[0][key] for key in sorted(sides[0].keys() - sides[1].keys(), key=_order)],
            [sides[1][key] for key in sorted(sides[1].keys() - sides[0].keys(), key=_order)])  # fmt: skip


def _order(key: tuple[tuple[int, int], str, tuple[str, int, int, str] | None]) -> tuple[object, ...]:
    return (*key[:2], key[2] or ())


def gold_items(d: Document) -> dict[str, list[Item]]:
    """Return the gold items of a document by layer."""

    def trigger(e: Event) -> tuple[str, int, int, str]:
        return e.type, e.start, e.end, d.text[e.start : e.end]

    spans = {x.id: (x.start, x.end) for x in (*d.mentions, *d.times, *d.quantities, *d.titles, *d.events)}
    types = filler_types(d)
    return {
        "mention": [
            _item(d, m.start, m.end, label=m.type, level=m.level, head=(m.head_start, m.head_end)) for m in d.mentions
        ],
        "trigger": [_item(d, e.start, e.end, label=e.type) for e in d.events],
        "argument": [
            _item(d, *spans[a.filler], label=a.role, filler=types[a.filler], event=trigger(e))
            for e in d.events for a in e.arguments
        ],
        "time": [_item(d, t.start, t.end, label=t.type, value=t.value) for t in d.times],
        "quantity": [
            _item(d, q.start, q.end, value=_interval(q.min, q.max, q.modifier, q.unit)) for q in d.quantities
        ],
    }  # fmt: skip


def predicted_items(d: Document, p: Prediction) -> dict[str, list[Item]]:
    """Return the predicted items of a document by layer. Raises GroundingError for a quote that is not in the text."""

    def at(x: PredSpan) -> tuple[int, int]:
        return find(x, d.text)[:2]

    mentions = {m.id or str(i): _mention(d, m, *at(m)) for i, m in enumerate(p.mentions or [])}
    times = [_item(d, *at(t), label=t.type or "", value=t.value or "") for t in p.times or []]
    quantities = [_item(d, *at(q), value=_interval(q.min, q.max, q.modifier, q.unit)) for q in p.quantities or []]
    fillers = {id: msgspec.structs.replace(m, label="", filler=m.label) for id, m in mentions.items()}
    for layer, type_ in ((p.times, "TIME"), (p.quantities, "QTY"), (p.titles, "TITLE")):
        fillers |= {x.id: _item(d, *at(x), filler=type_) for x in layer or [] if x.id}
    fillers |= {e.id: _item(d, *at(e), filler="EVENT", value=e.type) for e in p.events or [] if e.id}

    def filler(a: PredArgument) -> Item | None:
        return _item(d, *at(a.filler)) if isinstance(a.filler, PredSpan) else fillers.get(a.filler)

    return {
        "mention": list(mentions.values()),
        "trigger": [_item(d, *at(e), label=e.type) for e in p.events or []],
        "argument": [
            msgspec.structs.replace(found, label=a.role, event=(e.type, *at(e), d.text[slice(*at(e))]))
            for e in p.events or [] for a in e.arguments or [] if (found := filler(a)) is not None
        ],
        "time": times,
        "quantity": quantities,
    }  # fmt: skip


def _mention(d: Document, m: PredMention, start: int, end: int) -> Item:
    head = None if m.head_start is None or m.head_end is None else (m.head_start, m.head_end)
    return _item(d, start, end, label=m.type, level=m.level or "", head=head)


def _interval(low: float | None, high: float | None, modifier: str | None, unit: str | None) -> str:
    bounds = " to ".join("?" if x is None else f"{x:g}" for x in (low, high))
    return " ".join(filter(None, [bounds, modifier, unit]))


def _item(d: Document, start: int, end: int, **facts: object) -> Item:
    return Item(start, end, d.text[start:end], **facts)  # type: ignore[arg-type]

"""Facts of gold items by which errors are grouped: labels, length, place, and how often train has the like."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from judged_items import Key

from goldwire_corpus.schema.document import Document, Event, Mention, filler_types

Facts = dict[str, str]
"""Values by the name of a fact."""


class Seen(NamedTuple):
    """How often train has a head with a type and with any, and a trigger with a type and with any; in lower case."""

    heads: Counter[tuple[str, str]]
    any_heads: Counter[str]
    triggers: Counter[tuple[str, str]]
    any_triggers: Counter[str]


def seen_in(train: Sequence[Document]) -> Seen:
    heads = Counter((m.type, _head(d, m)) for d in train for m in d.mentions)
    triggers = Counter((e.type, _words(d, e.start, e.end)) for d in train for e in d.events)
    any_heads, any_triggers = Counter[str](), Counter[str]()
    for counts, total in ((heads, any_heads), (triggers, any_triggers)):
        for (_, word), number in counts.items():
            total[word] += number
    return Seen(heads, any_heads, triggers, any_triggers)


def facts_of(documents: Sequence[Document], seen: Seen) -> dict[str, dict[Key, Facts]]:
    """Return the facts of the gold items of each layer."""
    layers = {"mention": _mentions, "event": _events, "argument": _arguments}
    found = {name: {key: facts for d in documents for key, facts in of(d, seen)} for name, of in layers.items()}
    return {**found, "record": {key: facts for d in documents for key, facts in _records(d)}}


def _mentions(d: Document, seen: Seen) -> Iterator[tuple[Key, Facts]]:
    for m in d.mentions:
        inside = any(o.start <= m.start and m.end <= o.end and o.id != m.id for o in d.mentions)
        around = any(m.start <= o.start and o.end <= m.end and o.id != m.id for o in d.mentions)
        head = _head(d, m)
        yield (
            Key(d.id, m.start, m.end, m.type),
            {
                "type": m.type,
                "level": m.level,
                "length": _length(d, m.start, m.end),
                "nesting": "inside another" if inside else "around another" if around else "flat",
                "head in train": _frequency(seen.heads[m.type, head], seen.any_heads[head]),
            },
        )


def _events(d: Document, seen: Seen) -> Iterator[tuple[Key, Facts]]:
    spans = Counter((e.start, e.end) for e in d.events)
    for e in d.events:
        word = _words(d, e.start, e.end)
        yield (
            Key(d.id, e.start, e.end, e.type),
            {
                "type": e.type,
                "realis": e.realis,
                "polarity": e.polarity,
                "length": _length(d, e.start, e.end),
                "trigger in train": _frequency(seen.triggers[e.type, word], seen.any_triggers[word]),
                "events of its trigger": "1" if spans[e.start, e.end] == 1 else "2 or more",
            },
        )


def _arguments(d: Document, seen: Seen) -> Iterator[tuple[Key, Facts]]:
    items = {x.id: x for x in (*d.mentions, *d.times, *d.quantities, *d.titles, *d.events)}
    types, levels = filler_types(d), {m.id: m.level for m in d.mentions}
    for e in d.events:
        for a in e.arguments:
            filler = items[a.filler]
            yield (
                Key(d.id, filler.start, filler.end, a.role, (e.start, e.end, e.type)),
                {
                    "role": a.role,
                    "filler": levels.get(a.filler, types[a.filler]),
                    "realis of the event": e.realis,
                    "distance": _distance(d, e, filler.start, filler.end),
                    "length of the filler": _length(d, filler.start, filler.end),
                },
            )


def _records(d: Document) -> Iterator[tuple[Key, Facts]]:
    mentions = Counter(e.cluster for e in d.events)
    for number, r in enumerate(d.records):
        toll = r.killed_min is not None or r.wounded_min is not None
        bounds = [r.earliest, r.latest]
        yield (
            Key(d.id, number, number, r.type),
            {
                "type": r.type,
                "event mentions": _bin(mentions[r.cluster], (1, 2, 4), ("1", "2 or 3", "4 or more")),
                "toll": "given" if toll else "none",
                "date": "none" if bounds == [None, None] else "day" if r.earliest == r.latest else "interval or open",
                "place": "given" if r.place else "none",
                "actors": _bin(len(r.actors), (0, 1, 2), ("0", "1", "2 or more")),
            },
        )


def _head(d: Document, m: Mention) -> str:
    return _words(d, m.head_start, m.head_end)


def _words(d: Document, start: int, end: int) -> str:
    return d.text[start:end].lower()


def _length(d: Document, start: int, end: int) -> str:
    words = len(d.text[start:end].split())
    return _bin(words, (1, 2, 4, 8), ("1 word", "2 or 3 words", "4 to 7 words", "8 words or more"))


def _frequency(number: int, of_any: int) -> str:
    if not number:
        return "only with other types" if of_any else "never"
    return _bin(number, (1, 5, 20), ("1 to 4 times", "5 to 19 times", "20 times or more"))


def _distance(d: Document, e: Event, start: int, end: int) -> str:
    """Return how far a filler is from its trigger: the words between them in one sentence, or another sentence."""
    sentence = [next((i for i, s in enumerate(d.sentences) if s.start <= at < s.end), -1) for at in (e.start, start)]
    if sentence[0] != sentence[1]:
        return "another sentence"
    low, high = (end, e.start) if start < e.start else (e.end, start)
    between = len(d.text[low:high].split()) if low < high else 0
    return _bin(between, (0, 3, 10), ("0 to 2 words between", "3 to 9 words between", "10 words or more between"))


def _bin(value: int, lowest: Sequence[int], names: Sequence[str]) -> str:
    """Return the name of the last bin whose lowest value is not above this one."""
    return [name for low, name in zip(lowest, names, strict=True) if value >= low][-1]

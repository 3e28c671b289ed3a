"""Conversion of a document to a draft that quotes its text: the inverse of `draft.place`."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from goldwire_corpus.schema.document import AUTHOR, Argument, Document, Event, Mention, marked
from goldwire_corpus.schema.event_pairs import as_key
from goldwire_corpus.schema.ontology import ontology
from goldwire_eval.batch.quotes import GroundingError, ground

Line = dict[str, Any]


def write_draft(document: Document) -> str:
    """Return a document's stage one as a draft in the format of section 8 of the guidelines, without relations."""
    return "".join(msgspec.json.encode(line).decode() + "\n" for line in _lines(document))


def _lines(d: Document) -> Iterator[Line]:
    kinds: dict[str, Sequence[Any]] = {
        "mention": d.mentions,
        "title": d.titles,
        "time": d.times,
        "quantity": d.quantities,
        "event": d.events,
    }
    kind_of = {x.id: kind for kind, items in kinds.items() for x in items}
    for x in sorted(marked(d), key=lambda x: (x.start, -x.end)):
        yield {kind_of[x.id]: x.id} | _quoted(d, x.start, x.end) | _fields(d, x)
    for c in d.event_clusters:
        if c.earliest or c.latest:
            yield {"anchor": as_key(c.id), "earliest": c.earliest, "latest": c.latest}


def _quoted(d: Document, start: int, end: int) -> Line:
    number = next(i for i, s in enumerate(d.sentences, 1) if start < s.end)
    sentence = d.sentences[number - 1]
    line: Line = {"s": number, "quote": d.text[start:end]}
    nth = _nth(d.text, (start, end), (sentence.start, sentence.end))
    return line if nth is None else line | {"nth": nth}


def _nth(text: str, span: tuple[int, int], window: tuple[int, int]) -> int | None:
    """Return which occurrence in the window a span is, None if there is only one."""
    quote = text[span[0] : span[1]]
    try:
        ground(text, quote, None, window)
    except GroundingError:
        return next(n for n in range(1, len(text)) if ground(text, quote, n, window) == span)
    return None


def _fields(d: Document, x: Any) -> Line:
    if isinstance(x, Mention):
        return _head(d, x) | {"type": x.type, "level": x.level, "entity": as_key(x.entity)}
    if isinstance(x, Event):
        return _event(x)
    return {name: value for name, value in msgspec.structs.asdict(x).items() if name not in ("id", "start", "end")}


def _head(d: Document, m: Mention) -> Line:
    head = (m.head_start, m.head_end)
    if head == (m.start, m.end):
        return {}
    nth = _nth(d.text, head, (m.start, m.end))
    return {"head": d.text[head[0] : head[1]]} | ({} if nth is None else {"head_nth": nth})


def _event(e: Event) -> Line:
    labels = {"realis": "ACTUAL", "polarity": "positive", "source": AUTHOR, "stance": "asserts"}
    labels |= {name: ontology().attribute[name].default for name in ("means", "phase")}
    given = {name: getattr(e, name) for name in labels}
    return {
        "type": e.type,
        **{name: value for name, value in given.items() if value not in (None, labels[name])},
        "cluster": as_key(e.cluster),
        "args": [_argument(a) for a in e.arguments],
    }


def _argument(a: Argument) -> list[str]:
    return [a.role, a.filler, *([] if a.scope in (None, "total") else [a.scope])]

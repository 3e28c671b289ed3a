"""Statements of a pass as comparable keys and readable lines, and the differences between two passes."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from goldwire_corpus.schema.document import AUTHOR, Document, Event, marked


def disagreements(a: Document, b: Document) -> Iterator[str]:
    """Yield a line for each statement of only one pass, beginning with `A` or `B`, in text order."""
    left, right = dict(statements(a)), dict(statements(b))
    found = [(key, "A", left[key]) for key in left.keys() - right.keys()]
    found += [(key, "B", right[key]) for key in right.keys() - left.keys()]
    for _, side, line in sorted(found, key=lambda x: (x[0][0], x[0][1], str(x[0]), x[1])):
        yield f"{side} {line}"


def statements(d: Document) -> Iterator[tuple[tuple[Any, ...], str]]:
    """Yield each statement of a pass as a comparable key, which begins with its offsets, and a readable line."""
    # Two events may have one trigger, so that a filler is its span and the type of an event.
    fillers = {x.id: (x.start, x.end, x.type if isinstance(x, Event) else "") for x in marked(d)}

    def quoted(start: int, end: int, event: str = "") -> str:
        number = next(i for i, s in enumerate(d.sentences, 1) if start < s.end)
        return f"[{number}] {start}-{end} {d.text[start:end]!r} {event}".rstrip()

    for m in d.mentions:
        place = (m.start, m.end)
        yield (*place, "mention", m.type, m.level), f"{quoted(*place)} {m.type}.{m.level}"
        yield (*place, "head", m.head_start, m.head_end), f"{quoted(*place)} head {d.text[m.head_start : m.head_end]!r}"
        if not m.entity.startswith("nil:"):
            yield (*place, "entity", m.entity), f"{quoted(*place)} entity {m.entity}"
    for t in d.times:
        yield (t.start, t.end, "time", t.type, t.value), f"{quoted(t.start, t.end)} {t.type} {t.value}"
    for q in d.quantities:
        value = (q.min, q.max, q.modifier, q.unit)
        yield (q.start, q.end, "quantity", *map(str, value)), f"{quoted(q.start, q.end)} QTY {value}"
    for p in d.titles:
        yield (p.start, p.end, "title"), f"{quoted(p.start, p.end)} TITLE"
    for e in d.events:
        place = (e.start, e.end)
        line = f"{quoted(*place)} {e.type}"
        yield (*place, "event", e.type), line
        labels = (e.realis, e.polarity, str(e.means), str(e.phase), e.stance)
        yield (*place, "labels", e.type, *labels), f"{line}: {', '.join(labels)}"
        if e.source != AUTHOR:
            yield (*place, "source", e.type, fillers[e.source]), f"{line}: source {quoted(*fillers[e.source])}"
        if not e.cluster.startswith("nil:"):
            yield (*place, "cluster", e.type, e.cluster), f"{line}: cluster {e.cluster}"
        for x in e.arguments:
            span = fillers[x.filler]
            scope = [] if x.scope in (None, "total") else [x.scope]
            what = " ".join([x.role, *scope])
            yield (*place, "argument", e.type, x.role, span, *scope), f"{line}: {what} {quoted(*span)}"
    yield from _cluster_statements(d)


def _cluster_statements(d: Document) -> Iterator[tuple[tuple[Any, ...], str]]:
    """Yield coreference, anchors and relations by first mentions, because each annotator chooses their own keys."""
    members: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for m in d.mentions:
        members[m.entity].append((m.start, m.end, ""))
    for e in d.events:
        members[e.cluster].append((e.start, e.end, e.type))
    first = {key: min(spans) for key, spans in members.items()}

    def name(key: str) -> str:
        start, end, type_ = first[key]
        return f"{type_} {d.text[start:end]!r}@{start}".strip()

    for key, spans in members.items():
        for start, end, type_ in sorted(spans)[1:]:
            what = f"{type_} {d.text[start:end]!r}".strip()
            yield (start, end, "coref", type_, first[key]), f"{start}-{end} {what} corefers with {name(key)}"
    for c in d.event_clusters:
        start, end, type_ = first[c.id]
        anchor = (str(c.earliest), str(c.latest))
        yield (start, end, "anchor", type_, *anchor), f"{name(c.id)} anchor {' / '.join(anchor)}"
    for r in d.relations:
        place = first[r.from_]
        yield (*place, "relation", r.type, first[r.to]), f"{name(r.from_)} {r.type} {name(r.to)}"

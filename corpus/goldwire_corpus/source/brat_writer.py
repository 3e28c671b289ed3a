"""Writer of brat stand-off in the canonical order described in `brat`."""

from collections.abc import Iterator

from goldwire_corpus.schema.document import AUTHOR, NIL, RELATIONS, Annotations
from goldwire_corpus.schema.ontology import ontology

EVENT_LABELS = ("Realis", "Polarity", "Means", "Phase", "Stance")
SCOPE = "Scope"
OPEN = "-"


def encode(annotations: Annotations, text: str | None) -> str:
    """Return annotations as stand-off; without `text` the text column is empty, for a text that may not be shipped."""
    names = {e.id: e.name for e in annotations.entities if e.link != NIL}
    lines = [*_span_blocks(annotations, text, names), *_event_blocks(annotations, text)]
    blocks = [block for _, block in sorted(lines, key=lambda item: item[0])]
    return "".join(f"{line}\n" for block in [*blocks, list(_relation_lines(annotations))] for line in block)


_Block = tuple[tuple[int, int, int], list[str]]


def _span_line(identifier: str, type_: str, start: int, end: int, text: str | None) -> str:
    surface = text[start:end] if text is not None else ""
    return f"{identifier}\t{type_} {start} {end}\t{surface}"


def _span_blocks(annotations: Annotations, text: str | None, names: dict[str, str]) -> Iterator[_Block]:
    for m in annotations.mentions:
        number = m.id[1:]
        block = [_span_line(m.id, m.type, m.start, m.end, text), f"A{number}1\tLevel {m.id} {m.level}"]
        if (m.head_start, m.head_end) != (m.start, m.end):
            block.append(f"#{number}1\tHead {m.id}\t{m.head_start} {m.head_end}")
        block.append(_reference(f"N{number}1", m.id, m.entity, names.get(m.entity)))
        yield (m.start, -m.end, int(number)), block
    for t in annotations.times:
        number = t.id[1:]
        block = [_span_line(t.id, "TIME", t.start, t.end, text), f"A{number}2\tType {t.id} {t.type}"]
        yield (t.start, -t.end, int(number)), [*block, f"#{number}2\tValue {t.id}\t{t.value}"]
    for q in annotations.quantities:
        number = q.id[1:]
        block = [_span_line(q.id, "QTY", q.start, q.end, text)]
        block.append(f"#{number}3\tBounds {q.id}\t{_bound(q.min)} {_bound(q.max)}")
        if q.modifier != "exact":
            block.append(f"A{number}3\tModifier {q.id} {q.modifier}")
        yield (q.start, -q.end, int(number)), [*block, f"#{number}4\tUnit {q.id}\t{q.unit}"]
    for p in annotations.titles:
        yield (p.start, -p.end, int(p.id[1:])), [_span_line(p.id, "TITLE", p.start, p.end, text)]


def _event_blocks(annotations: Annotations, text: str | None) -> Iterator[_Block]:
    onto = ontology()
    clusters = {c.id: c for c in annotations.event_clusters}
    anchored: set[str] = set()
    for e in sorted(annotations.events, key=lambda e: (e.start, int(e.id[1:]))):
        number = e.id[1:]
        trigger = f"T{number}"
        fillers = [(a.role, a.filler) for a in e.arguments]
        if e.source != AUTHOR:
            fillers.append(("Source", e.source))
        block = [
            _span_line(trigger, e.type, e.start, e.end, text),
            "\t".join([e.id, " ".join(f"{role}:{filler}" for role, filler in [(e.type, trigger), *fillers])]),
        ]
        values = (e.realis, e.polarity, e.means, e.phase, e.stance)
        for digit, name, value in zip("56789", EVENT_LABELS, values, strict=True):
            if value is not None and value != onto.attribute[name.lower()].default:
                block.append(f"A{number}{digit}\t{name} {e.id} {value}")
        for a in e.arguments:
            if a.scope is not None and a.scope != onto.scope(a.role):
                block.append(f"#{number}6{int(a.filler[1:]):04d}\t{SCOPE} {e.id}\t{a.filler} {a.scope}")
        cluster = clusters[e.cluster]
        block.append(_reference(f"N{number}5", e.id, e.cluster, None))
        if e.cluster not in anchored and (cluster.earliest or cluster.latest):
            block.append(f"#{number}5\tAnchor {e.id}\t{cluster.earliest or OPEN} {cluster.latest or OPEN}")
        anchored.add(e.cluster)
        yield (e.start, -e.end, int(number)), block


def _relation_lines(annotations: Annotations) -> Iterator[str]:
    first: dict[str, int] = {}
    for e in sorted(annotations.events, key=lambda e: (e.start, int(e.id[1:]))):
        first.setdefault(e.cluster, int(e.id[1:]))
    keyed = sorted((first[r.from_], first[r.to], RELATIONS.index(r.type)) for r in annotations.relations)
    for source, target, kind in keyed:
        yield f"R{source}{target:04d}{kind}\t{RELATIONS[kind]} Arg1:E{source} Arg2:E{target}"


def _reference(identifier: str, target: str, key: str, name: str | None) -> str:
    return f"{identifier}\tReference {target} {key}\t{name or key.partition(':')[2]}"


def _bound(value: float | None) -> str:
    return OPEN if value is None else f"{value:g}" if value != int(value) else str(int(value))

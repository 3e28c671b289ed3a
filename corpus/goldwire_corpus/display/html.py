"""A document as a self-contained HTML page without external requests, usable by keyboard, light and dark."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from goldwire_corpus.display import templates
from goldwire_corpus.display.terminal import texts
from goldwire_corpus.schema.document import AUTHOR, Document, Event, Record
from goldwire_corpus.schema.ontology import ontology

RECORD_COLUMNS = ("date", "type", "place", "actors", "targets", "killed", "wounded", "sources")


@dataclass
class Element:
    """An HTML element around annotated text; a child is text or an element."""

    tag: str
    attributes: dict[str, str]
    children: "list[Element | str]" = field(default_factory=list)


def render(document: Document) -> str:
    """Return the page of `document`."""
    present = {m.type for m in document.mentions}
    text_of = texts(document)
    return templates.render(
        __package__, "document.html.jinja",
        document=document,
        types=[type_ for type_ in ontology().entity if type_ in present],
        paragraphs=list(_paragraphs(document)),
        events=[_event(event, text_of) for event in document.events],
        columns=RECORD_COLUMNS,
        records=[_record(r) for r in sorted(document.records, key=_date_order)],
    )  # fmt: skip


# ---------------------------------------------------------------------- text


def _paragraphs(document: Document) -> Iterator[list[Element | str]]:
    spans = sorted(_annotations(document), key=lambda span: (span[0], -span[1]))
    position = 0
    for paragraph in document.text.split("\n\n"):
        end = position + len(paragraph)
        yield _nested(document.text, [s for s in spans if position <= s[0] and s[1] <= end], position, end)
        position = end + 2


def _annotations(document: Document) -> Iterator[tuple[int, int, Element]]:
    """Yield start, end and element of each mention, time, quantity and trigger; events on one span share an element."""
    names = {e.id: e.name for e in document.entities}
    for m in document.mentions:
        title = f"{m.type} {m.level}: {names.get(m.entity, '')}"
        yield m.start, m.end, Element("span", {"class": f"mention {m.type}", "data-entity": m.entity, "title": title})
    for t in document.times:
        yield t.start, t.end, Element("span", {"class": "time", "title": f"{t.type} {t.value}"})
    for q in document.quantities:
        yield q.start, q.end, Element("span", {"class": "quantity", "title": f"{_bounds(q.min, q.max)} {q.unit}"})
    triggers: dict[tuple[int, int], list[Event]] = {}
    for e in document.events:
        triggers.setdefault((e.start, e.end), []).append(e)
    for (start, end), events in triggers.items():
        ids, types = " ".join(e.id for e in events), " + ".join(e.type for e in events)
        link = {"class": "trigger", "href": f"#{events[0].id}", "data-events": ids, "title": types}
        yield start, end, Element("a", link)


def _nested(text: str, spans: list[tuple[int, int, Element]], start: int, end: int) -> list[Element | str]:
    """Return the text of ``[start, end)`` as nested elements.

    `spans` are in order of start, longest first. HTML cannot nest crossing spans, so a span that begins inside another
    element is cut at the end of that element.
    """
    root = Element("p", {})
    open_: list[tuple[int, Element]] = [(end, root)]
    position = start

    def write(to: int) -> None:
        nonlocal position
        if position < to:
            open_[-1][1].children.append(text[position:to])
            position = to

    for low, high, element in [*spans, (end, end, root)]:
        while len(open_) > 1 and open_[-1][0] <= low:
            write(open_[-1][0])
            open_.pop()
        write(low)
        if element is not root:
            open_[-1][1].children.append(element)
            open_.append((min(high, open_[-1][0]), element))
    return root.children


# ---------------------------------------------------------------------- events and records


def _event(event: Event, text_of: dict[str, str]) -> dict[str, Any]:
    labels = [event.realis, event.means, event.phase if event.phase != "none" else None]
    labels += [event.polarity if event.polarity != "positive" else None]
    labels += [event.stance if event.stance != "asserts" else None]
    rows = [
        (a.role if a.scope in (None, "total") else f"{a.role} ({a.scope})", text_of[a.filler]) for a in event.arguments
    ]
    if event.source != AUTHOR:
        rows.append(("Source", text_of[event.source]))
    return {
        "id": event.id, "cluster": event.cluster, "type": event.type, "trigger": text_of[event.id],
        "labels": [label for label in labels if label], "arguments": rows,
    }  # fmt: skip


def _date_order(record: Record) -> tuple[str, str]:
    return record.earliest or record.latest or "", record.latest or ""


def _record(r: Record) -> list[str]:
    """Return the cells of a record, one for each of RECORD_COLUMNS."""
    if r.earliest == r.latest:
        date = r.earliest or "unknown"
    else:
        date = f"{r.earliest} to {r.latest}" if r.earliest else f"by {r.latest}"
    killed, wounded = _bounds(r.killed_min, r.killed_max), _bounds(r.wounded_min, r.wounded_max)
    sources = ", ".join("author" if s == AUTHOR else s for s in r.sources)
    return [date, r.type, r.place or "", ", ".join(r.actors), ", ".join(r.targets), killed, wounded, sources]


def _bounds(low: float | None, high: float | None) -> str:
    if low is None and high is None:
        return ""
    if low == high:
        return f"{low:g}"
    if high is None:
        return f"at least {low:g}"
    return f"up to {high:g}" if low is None else f"{low:g} to {high:g}"

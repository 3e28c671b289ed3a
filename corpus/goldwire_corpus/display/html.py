"""A document as one self-contained HTML page: no outside request, keyboard-usable, light and dark."""

from collections.abc import Iterator
from html import escape
from importlib.resources import files

from goldwire_corpus.display.terminal import texts
from goldwire_corpus.schema.document import AUTHOR, Document, Event, Record
from goldwire_corpus.schema.ontology import ontology

_UNSAID = "not said"


def render(document: Document) -> str:
    package = files(__package__)
    style = package.joinpath("page.css").read_text(encoding="utf-8")
    script = package.joinpath("page.js").read_text(encoding="utf-8")
    said = texts(document)
    names = {e.id: e.name for e in document.entities}
    body = "\n".join(_paragraphs(document, names))
    events = "\n".join(_event(document, e, said) for e in document.events)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(document.id)}: {escape(document.title)}</title>
<style>
{style}</style>
</head>
<body>
<header>
<h1>{escape(document.title)}</h1>
<p>{escape(document.id)} · {escape(document.genre)} · {escape(document.world)} · published {document.published}</p>
<p class="legend">{_legend(document)}</p>
</header>
<main>
<div>
<section id="text" aria-label="Text">
{body}
</section>
<section id="records">
<h2>Incident records <small>{len(document.records)}</small></h2>
{_records(document.records)}
</section>
</div>
<aside id="events" aria-label="Events">
<h2>Events <small>{len(document.events)}</small></h2>
{events}
</aside>
</main>
<script>
{script}</script>
</body>
</html>
"""


def _legend(document: Document) -> str:
    present = {m.type for m in document.mentions}
    types = [t for t in ontology().entity if t in present]
    items = [f'<span class="mention {t}">{t}</span>' for t in types]
    items += ['<span class="time">TIME</span>', '<span class="quantity">QTY</span>', '<b class="trigger">event</b>']
    return " ".join(items)


def _paragraphs(document: Document, names: dict[str, str]) -> Iterator[str]:
    position = 0
    for paragraph in document.text.split("\n\n"):
        yield f"<p>{_marked(document, names, position, position + len(paragraph))}</p>"
        position += len(paragraph) + 2


def _marked(document: Document, names: dict[str, str], start: int, end: int) -> str:
    """The text of ``[start, end)`` with nested tags; spans that cross, which HTML cannot nest, are closed in turn."""
    spans: list[tuple[int, int, str]] = []
    for m in document.mentions:
        title = f"{m.type} {m.level}: {names.get(m.entity, '')}"
        spans.append((m.start, m.end, f'<span class="mention {m.type}" data-entity="{escape(m.entity)}" '
                                      f'title="{escape(title)}">'))  # fmt: skip
    spans += [(t.start, t.end, f'<span class="time" title="{t.type} {escape(t.value)}">') for t in document.times]
    spans += [(q.start, q.end, f'<span class="quantity" title="{_bounds(q.min, q.max)} {escape(q.unit)}">')
              for q in document.quantities]  # fmt: skip
    triggers: dict[tuple[int, int], list[Event]] = {}
    for e in document.events:
        triggers.setdefault((e.start, e.end), []).append(e)
    for (low, high), events in triggers.items():
        ids, types = " ".join(e.id for e in events), " + ".join(e.type for e in events)
        spans.append((low, high, f'<a class="trigger" href="#{events[0].id}" data-events="{ids}" title="{types}">'))
    inside = sorted((s for s in spans if start <= s[0] and s[1] <= end), key=lambda s: (s[0], -s[1]))
    out: list[str] = []
    stack: list[tuple[int, str]] = []
    position = start

    def write(to: int) -> None:
        nonlocal position
        while stack and stack[-1][0] <= to:
            stop, tag = stack.pop()
            out.append(escape(document.text[position:stop]) + _closing(tag))
            position = stop
        out.append(escape(document.text[position:to]))
        position = to

    for low, high, tag in inside:
        write(low)
        # A span that crosses the one it begins in ends with it.
        stack.append((min(high, stack[-1][0]) if stack else high, tag))
        out.append(tag)
    write(end)
    return "".join(out)


def _closing(tag: str) -> str:
    return "</a>" if tag.startswith("<a") else "</span>"


def _event(document: Document, event: Event, said: dict[str, str]) -> str:
    labels = [event.realis, event.means, event.phase if event.phase != "none" else None]
    labels += [event.polarity if event.polarity != "positive" else None]
    labels += [event.stance if event.stance != "asserts" else None]
    rows = [
        (a.role if a.scope in (None, "total") else f"{a.role} ({a.scope})", said[a.filler]) for a in event.arguments
    ]
    if event.source != AUTHOR:
        rows.append(("Source", said[event.source]))
    items = "".join(f"<dt>{escape(role)}</dt><dd>{escape(text)}</dd>" for role, text in rows)
    return (
        f'<article id="{event.id}" tabindex="0" data-cluster="{escape(event.cluster)}">'
        f"<h3>{escape(said[event.id])} <span>{event.type}</span></h3>"
        f"<p>{' · '.join(label for label in labels if label)}</p><dl>{items}</dl></article>"
    )


def _records(records: list[Record]) -> str:
    head = "".join(
        f'<th scope="col">{name}</th>'
        for name in ("date", "type", "place", "actors", "targets", "killed", "wounded", "sources")
    )
    rows = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in _cells(r))}</tr>" for r in _by_date(records))
    return f'<div class="table"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def _by_date(records: list[Record]) -> list[Record]:
    return sorted(records, key=lambda r: (r.earliest or r.latest or "", r.latest or ""))


def _cells(r: Record) -> list[str]:
    if r.earliest == r.latest:
        date = r.earliest or _UNSAID
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

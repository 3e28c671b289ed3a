"""Checks of one document: offsets, ontology, links. Each yields (id of the annotation, error id, message)."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date

from goldwire_corpus.errors import ValidationError
from goldwire_corpus.schema.document import (
    AUTHOR,
    LEVELS,
    MODIFIERS,
    NIL,
    RELATIONS,
    TEMPORAL,
    TIME_TYPES,
    Document,
    Event,
    filler_types,
    marked,
)
from goldwire_corpus.schema.knowledge_base import KnowledgeBase
from goldwire_corpus.schema.ontology import ontology
from goldwire_corpus.schema.unicode import cuts_combining
from goldwire_corpus.validation.tolls import scope_errors

Found = tuple[str, str, str]

_DAY = r"(?:\d{4}|\d{3}X|XXXX)(?:-(?:\d\d|XX|W\d\d|WXX|SP|SU|FA|WI|H[12]|Q[1-4])(?:-(?:\d\d|XX|WE))?)?"
_DATE = rf"(?:XXXX-WXX-[1-7]|{_DAY})"
_TIMEX = {
    "DATE": re.compile(rf"{_DATE}|PRESENT_REF|PAST_REF|FUTURE_REF"),
    "TIME": re.compile(rf"{_DATE}T(?:MO|MI|AF|EV|NI|DT|\d\d(?::\d\d)?)"),
    "DURATION": re.compile(r"P(?:\d+(?:\.\d+)?|X)(?:Y|M|W|D|DE|CE)|PT(?:\d+(?:\.\d+)?|X)(?:H|M|S)"),
    "SET": re.compile(rf"P(?:\d+|X)(?:Y|M|W|D)|PT(?:\d+|X)(?:H|M)|{_DATE}(?:T(?:MO|MI|AF|EV|NI))?"),
}


def check_document(document: Document, kb: KnowledgeBase, path: str, lines: Mapping[str, int]) -> list[ValidationError]:
    """Return all errors within a document; `lines` has the line of each annotation id."""
    # Later checks rely on offsets and ids that earlier checks have found valid.
    found = list(_offsets(document)) or list(_labels(document)) or list(_links(document, kb)) or [
        *_arguments(document),
        *_duplicates(document),
        *_relations(document),
        *scope_errors(document),
    ]  # fmt: skip
    return [ValidationError(path, lines.get(target, 0), id, f"{target}: {message}") for target, id, message in found]


def _spans(document: Document) -> Iterator[tuple[str, int, int]]:
    for item in marked(document):
        yield item.id, item.start, item.end
    for mention in document.mentions:
        yield mention.id, mention.head_start, mention.head_end


def _offsets(document: Document) -> Iterator[Found]:
    text = document.text
    starts = {token.start for token in document.tokens}
    ends = {token.end for token in document.tokens}
    size = len(text) if text else max(ends, default=0)
    for id, start, end in _spans(document):
        if not 0 <= start < end <= size:
            yield id, "span-range", f"[{start}, {end}) is outside the text of {size} code points"
        elif cuts_combining(text, start, end):
            yield id, "span-combining", f"[{start}, {end}) splits a combining sequence"
        elif start not in starts or end not in ends:
            if text and text[start:end] != text[start:end].strip():
                yield id, "span-space", f"{text[start:end]!r} has a leading or trailing space"
            else:
                yield id, "span-token", f"[{start}, {end}) {text[start:end]!r} splits a token"
    for m in document.mentions:
        if not m.start <= m.head_start < m.head_end <= m.end:
            yield m.id, "head-outside", f"head [{m.head_start}, {m.head_end}) is not inside [{m.start}, {m.end})"


def _labels(document: Document) -> Iterator[Found]:
    onto = ontology()
    for m in document.mentions:
        if m.type not in onto.entity:
            yield m.id, "type-unknown", f"unknown entity type {m.type!r}"
        if m.level not in LEVELS:
            yield m.id, "level-unknown", f"unknown level {m.level!r}; expected {', '.join(LEVELS)}"
    for t in document.times:
        if t.type not in TIME_TYPES:
            yield t.id, "timex-type", f"unknown TIMEX3 type {t.type!r}; expected {', '.join(TIME_TYPES)}"
        elif not _TIMEX[t.type].fullmatch(t.value) or not _possible(t.value):
            yield t.id, "timex-value", f"invalid value {t.value!r} of a {t.type}"
    for q in document.quantities:
        if q.modifier not in MODIFIERS:
            yield q.id, "modifier-unknown", f"unknown modifier {q.modifier!r}; expected {', '.join(MODIFIERS)}"
        if (q.min is None and q.max is None) or (q.min is not None and q.max is not None and q.min > q.max):
            yield q.id, "quantity-bounds", f"invalid bounds {q.min} to {q.max}"
        if not re.fullmatch(r"[^\s]+", q.unit):
            yield q.id, "quantity-unit", f"unit {q.unit!r}; expected one word"
    for e in document.events:
        if e.type not in onto.event:
            yield e.id, "type-unknown", f"unknown event type {e.type!r}"
            continue
        for name in ("realis", "polarity", "stance", "means", "phase"):
            value = getattr(e, name)
            if value is not None and value not in onto.attribute[name].values:
                yield (
                    e.id,
                    f"{name}-unknown",
                    f"unknown {name} {value!r}; expected {', '.join(onto.attribute[name].values)}",
                )


def _possible(value: str) -> bool:
    if match := re.match(r"\d{4}-\d\d-\d\d", value):
        try:
            date.fromisoformat(match.group())
        except ValueError:
            return False
    return True


def _links(document: Document, kb: KnowledgeBase) -> Iterator[Found]:
    types: dict[str, set[str]] = defaultdict(set)
    first: dict[str, str] = {}
    for m in document.mentions:
        types[m.entity].add(m.type)
        first.setdefault(m.entity, m.id)
    for e in document.events:
        types[e.cluster].add(e.type)
        first.setdefault(e.cluster, e.id)
    links = {e.id: e.link for e in document.entities} | {c.id: c.link for c in document.event_clusters}
    for key, members in types.items():
        if len(members) > 1:
            yield first[key], "cluster-mixed", f"{key} has mentions of types {', '.join(sorted(members))}"
        link = links.get(key, NIL)
        if link == NIL:
            continue
        entry = kb.get(link)
        if entry is None:
            yield first[key], "kb-unknown", f"{link} is not in the knowledge base"
        elif entry.kind == "incident":
            yield first[key], "kb-type", f"{link} is an incident; expected an event as link of an event cluster"
        elif entry.type not in members:
            yield first[key], "kb-type", f"{link} is a {entry.type} in the knowledge base"
    fillers = filler_types(document)
    for e in document.events:
        for filler in [a.filler for a in e.arguments] + ([e.source] if e.source != AUTHOR else []):
            if filler not in fillers:
                yield e.id, "link-dangling", f"unknown annotation id {filler!r}"


def _arguments(document: Document) -> Iterator[Found]:
    onto = ontology()
    fillers = filler_types(document)
    for e in document.events:
        allowed = onto.roles_of(e.type)
        for a in e.arguments:
            if a.role not in allowed:
                yield e.id, "role-not-listed", f"{e.type} has no role {a.role}; expected one of {', '.join(allowed)}"
            elif fillers[a.filler] not in onto.role[a.role].fillers:
                yield (
                    e.id,
                    "role-filler",
                    f"{a.role} {a.filler} is {fillers[a.filler]}; expected {', '.join(onto.role[a.role].fillers)}",
                )
            elif a.scope not in ([None] if onto.scope(a.role) is None else onto.argument_attribute["scope"].values):
                yield e.id, "scope-unknown", f"{a.role} {a.filler} has the unknown scope {a.scope!r}"
            elif a.filler == e.id:
                yield e.id, "role-self", f"{e.id} is its own argument ({a.role})"
        if e.source != AUTHOR and fillers[e.source] not in onto.entity:
            yield e.id, "source-type", f"source {e.source} is a {fillers[e.source]}, not a mention"


def _duplicates(document: Document) -> Iterator[Found]:
    seen: dict[tuple[object, ...], str] = {}

    def again(id: str, *key: object) -> Iterator[Found]:
        if key in seen:
            yield id, "duplicate", f"duplicate of {seen[key]}"
        seen.setdefault(key, id)

    for m in document.mentions:
        yield from again(m.id, "mention", m.start, m.end)
    for t in document.times:
        yield from again(t.id, "time", t.start, t.end)
    for q in document.quantities:
        yield from again(q.id, "quantity", q.start, q.end)
    for e in document.events:
        yield from again(e.id, "event", e.start, e.end, e.type)
        for a in e.arguments:
            yield from again(e.id, "argument", e.id, a.role, a.filler)


def _relations(document: Document) -> Iterator[Found]:
    clusters = {c.id: c for c in document.event_clusters}
    events: dict[str, Event] = {}
    for e in document.events:
        events.setdefault(e.cluster, e)
    for c in document.event_clusters:
        actual = any(e.realis == "ACTUAL" for e in document.events if e.cluster == c.id)
        place = events[c.id].id
        if actual and c.latest is None and document.published:
            yield place, "anchor-missing", f"cluster {c.id} is ACTUAL and has no latest day"
        if c.earliest and c.latest and c.earliest > c.latest:
            yield place, "anchor-order", f"{c.id} ends ({c.latest}) before it begins ({c.earliest})"
        if actual and c.latest and document.published and c.latest > document.published:
            yield place, "anchor-future", f"{c.id} is after the publication ({c.latest})"
    pairs: set[frozenset[str]] = set()
    for r in document.relations:
        if r.type not in RELATIONS or r.from_ not in clusters or r.to not in clusters:
            yield r.from_, "link-dangling", f"{r.type} {r.from_} {r.to} has an unknown type or cluster"
            continue
        source, target = clusters[r.from_], clusters[r.to]
        place = events[r.from_].id
        if r.from_ == r.to:
            yield place, "relation-self", f"{r.type} from {r.from_} to itself"
        if r.type in TEMPORAL:
            if frozenset((r.from_, r.to)) in pairs:
                yield place, "relation-twice", f"{r.from_} and {r.to} have two temporal relations"
            pairs.add(frozenset((r.from_, r.to)))
        if r.type == "BEFORE" and source.earliest and target.latest and source.earliest > target.latest:
            yield place, "relation-anchor", f"{r.from_} BEFORE {r.to} contradicts their anchors"

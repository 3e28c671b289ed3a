"""Lossless reader of annotations in brat stand-off (https://brat.nlplab.org/standoff.html).

Each line has one label, so that a changed label is one changed line:

    T5  PER 10 41  port police chief Oda Marrec     a span: entity type, TIME, QTY, TITLE, or event type for a trigger
    A51 Level T5 NAM                                an enumerated label
    #51 Head T5  30 41                              a free value: Head, Value, Bounds, Unit, Anchor
    N51 Reference T5 selva:marrec  Oda Marrec       the entity (or event cluster) and its name; nil:KEY outside the KB
    E7  Attack:T12 Attacker:T5 Source:T3            an event mention, its arguments, its source unless the author
    #760004 Scope E7  T4 part                       the scope of a Count of E7, by its filler
    R70121 CAUSES Arg1:E7 Arg2:E12                  a relation between clusters, each by its first mention

Defaults are not written. The numbers of A, N and # lines follow from the number of their target, those of R lines from
the numbers of their ends, so that a new annotation changes no other number. `encode` writes a canonical order; the text
column is empty for a text that may not be shipped.
"""

import re
from collections import defaultdict
from collections.abc import Iterator

import msgspec

from goldwire_corpus.errors import DataError, ValidationError
from goldwire_corpus.schema.document import (
    AUTHOR,
    NIL,
    RELATIONS,
    Annotations,
    Argument,
    Entity,
    Event,
    EventCluster,
    Mention,
    Quantity,
    Relation,
    Time,
    Title,
)
from goldwire_corpus.schema.ontology import ontology
from goldwire_corpus.source.brat_writer import EVENT_LABELS, OPEN, SCOPE, encode

__all__ = ["decode", "encode"]

_LINE = {
    "T": re.compile(r"(T\d+)\t(\S+) (\d+) (\d+)\t(.*)"),
    "A": re.compile(r"(A\d+)\t(\S+) ([TE]\d+) (\S+)"),
    "#": re.compile(r"(#\d+)\t(\S+) ([TE]\d+)\t(.*)"),
    "N": re.compile(r"(N\d+)\tReference ([TE]\d+) (\S+:\S+)\t(.*)"),
    "E": re.compile(r"(E\d+)\t(\S+):(T\d+)((?: \S+:[TE]\d+)*)"),
    "R": re.compile(r"(R\d+)\t(\S+) Arg1:(E\d+) Arg2:(E\d+)"),
}
_NOTES = {"Head", "Value", "Bounds", "Unit", "Anchor"}


class _Span(msgspec.Struct):
    type: str
    start: int
    end: int
    line: int


class _Raw(msgspec.Struct):
    """The lines of a file by kind, before they are assembled."""

    spans: dict[str, _Span] = {}
    labels: dict[str, dict[str, str]] = {}
    scopes: dict[tuple[str, str], tuple[str, int]] = {}
    references: dict[str, tuple[str, str]] = {}
    events: dict[str, tuple[str, str, list[Argument], int]] = {}
    relations: list[tuple[str, str, str, int]] = []


def decode(content: str, path: str, text: str | None = None) -> Annotations:
    """Read a stand-off file; with `text`, the text column must equal the text at the offsets.

    Raises DataError with all invalid lines.
    """
    errors: list[ValidationError] = []
    raw = _read_lines(content, path, text, errors)
    if errors:
        raise DataError(errors)
    annotations = _assemble(raw, path, errors)
    if errors:
        raise DataError(errors)
    return annotations


def _read_lines(content: str, path: str, text: str | None, errors: list[ValidationError]) -> _Raw:
    raw = _Raw({}, defaultdict(dict), {}, {}, {}, [])
    seen: set[str] = set()
    if content and not content.endswith("\n"):
        errors.append(
            ValidationError(
                path, content.count("\n") + 1, "line-truncated", "the last line has no newline; is the file truncated?"
            )
        )
    for number, line in enumerate(content.split("\n")[:-1], 1):
        pattern = _LINE.get(line[:1])
        match = pattern.fullmatch(line) if pattern else None
        if match is None:
            errors.append(
                ValidationError(path, number, "line-format", f"expected a brat stand-off line, found {line[:60]!r}")
            )
            continue
        identifier = match[1]
        if identifier in seen:
            errors.append(ValidationError(path, number, "id-duplicate", f"duplicate id {identifier}"))
        seen.add(identifier)
        _store(raw, match, number, path, text, errors)
    return raw


def _store(
    raw: _Raw, match: re.Match[str], line: int, path: str, text: str | None, errors: list[ValidationError]
) -> None:
    identifier = match[1]
    match identifier[0]:
        case "T":
            start, end, surface = int(match[3]), int(match[4]), match[5]
            raw.spans[identifier] = _Span(match[2], start, end, line)
            if start >= end or (text is not None and end > len(text)):
                errors.append(
                    ValidationError(
                        path, line, "span-range", f"{identifier}: span [{start}, {end}) is empty or outside the text"
                    )
                )
            elif text is not None and surface and surface != text[start:end]:
                message = f"{identifier} has the text {surface!r}, but its offsets select {text[start:end]!r}"
                errors.append(ValidationError(path, line, "span-text", message))
        case "#" if match[2] == SCOPE:
            filler, _, value = match[4].partition(" ")
            raw.scopes[match[3], filler] = (value, line)
        case "A" | "#":
            name, target, value = match[2], match[3], match[4]
            known = {*_NOTES} if identifier[0] == "#" else {"Level", "Type", "Modifier", *EVENT_LABELS}
            if name not in known:
                errors.append(
                    ValidationError(
                        path,
                        line,
                        "label-unknown",
                        f"{identifier}: unknown label {name!r}; expected one of {', '.join(sorted(known))}",
                    )
                )
            raw.labels[target][name] = value
        case "N":
            raw.references[match[2]] = (match[3], match[4])
        case "E":
            arguments = [Argument(*item.rsplit(":", 1)) for item in match[4].split()]
            raw.events[identifier] = (match[2], match[3], arguments, line)
        case _:
            raw.relations.append((match[2], match[3], match[4], line))


def _assemble(raw: _Raw, path: str, errors: list[ValidationError]) -> Annotations:
    onto = ontology()
    mentions: list[Mention] = []
    times: list[Time] = []
    quantities: list[Quantity] = []
    titles: list[Title] = []
    triggers = {trigger for _, trigger, _, _ in raw.events.values()}
    for identifier, span in raw.spans.items():
        labels = raw.labels.get(identifier, {})
        try:
            if span.type in onto.entity:
                head = labels.get("Head", f"{span.start} {span.end}").split()
                reference = raw.references[identifier][0]
                mentions.append(
                    Mention(identifier, span.start, span.end, int(head[0]), int(head[1]), span.type,
                            labels["Level"], reference)
                )  # fmt: skip
            elif span.type == "TIME":
                times.append(Time(identifier, span.start, span.end, labels["Type"], labels["Value"]))
            elif span.type == "QTY":
                low, high = (None if b == OPEN else float(b) for b in labels["Bounds"].split())
                modifier = labels.get("Modifier", "exact")
                quantities.append(Quantity(identifier, span.start, span.end, low, high, modifier, labels["Unit"]))
            elif span.type == "TITLE":
                titles.append(Title(identifier, span.start, span.end))
            elif span.type not in onto.event:
                errors.append(
                    ValidationError(path, span.line, "type-unknown", f"{identifier}: unknown type {span.type!r}")
                )
            elif identifier not in triggers:
                errors.append(
                    ValidationError(path, span.line, "trigger-orphan", f"trigger {identifier} has no event line")
                )
        except KeyError as missing:
            message = f"{identifier} ({span.type}) has no {str(missing.args[0]).replace(identifier, 'Reference')}"
            errors.append(ValidationError(path, span.line, "label-missing", message))
        except ValueError:
            errors.append(
                ValidationError(path, span.line, "label-value", f"{identifier}: expected numbers in its Head or Bounds")
            )
    events = list(_events(raw, path, errors))
    _orphans(raw, path, errors)
    _check_scopes(raw, path, errors)
    return Annotations(
        mentions,
        _entities(mentions, raw),
        times,
        quantities,
        titles,
        events,
        _clusters(events, raw),
        list(_relations(raw, path, errors)),
    )


def _events(raw: _Raw, path: str, errors: list[ValidationError]) -> Iterator[Event]:
    onto = ontology()
    for identifier, (type_, trigger, arguments, line) in raw.events.items():
        span = raw.spans.get(trigger)
        if span is None or span.type != type_:
            message = f"{identifier}: trigger {trigger} is not a span of type {type_}"
            errors.append(ValidationError(path, line, "trigger-missing", message))
            continue
        if identifier not in raw.references:
            errors.append(ValidationError(path, line, "label-missing", f"{identifier} has no Reference"))
            continue
        labels = {name.lower(): value for name, value in raw.labels.get(identifier, {}).items()}
        own = onto.event[type_].attributes if type_ in onto.event else []

        def label(name: str, labels: dict[str, str] = labels) -> str:
            return labels.get(name, onto.attribute[name].default)

        sources = [a.filler for a in arguments if a.role == "Source"]
        yield Event(
            identifier,
            span.start,
            span.end,
            type_,
            label("realis"),
            label("polarity"),
            label("means") if "means" in own else None,
            label("phase") if "phase" in own else None,
            sources[0] if sources else AUTHOR,
            label("stance"),
            raw.references[identifier][0],
            [_scoped(a, raw.scopes.get((identifier, a.filler))) for a in arguments if a.role != "Source"],
        )


def _scoped(argument: Argument, line: tuple[str, int] | None) -> Argument:
    """Return the argument with the scope of its line or the default; None for a role without scopes."""
    onto = ontology()
    if argument.role not in onto.argument_attribute["scope"].roles:
        return argument
    return Argument(argument.role, argument.filler, onto.scope(argument.role, line and line[0]))


def _check_scopes(raw: _Raw, path: str, errors: list[ValidationError]) -> None:
    scope = ontology().argument_attribute["scope"]
    for (event, filler), (value, line) in raw.scopes.items():
        arguments = raw.events[event][2] if event in raw.events else []
        if not any(a.filler == filler and a.role in scope.roles for a in arguments):
            roles = " or ".join(scope.roles)
            errors.append(
                ValidationError(
                    path, line, "link-dangling", f"scope of {event} names {filler}, which is not its {roles}"
                )
            )
        elif value not in scope.values:
            message = f"unknown scope {value!r} of {event} {filler}; expected {', '.join(scope.values)}"
            errors.append(ValidationError(path, line, "scope-unknown", message))


def _entities(mentions: list[Mention], raw: _Raw) -> list[Entity]:
    """Return an entity for each reference; its name outside the knowledge base is set later from the text."""
    entities: dict[str, Entity] = {}
    for m in mentions:
        outside = m.entity.startswith("nil:")
        name, link = ("", NIL) if outside else (raw.references[m.id][1], m.entity)
        entities.setdefault(m.entity, Entity(m.entity, m.type, name, link))
    return list(entities.values())


def _clusters(events: list[Event], raw: _Raw) -> list[EventCluster]:
    clusters: dict[str, EventCluster] = {}
    for event in events:
        anchor = raw.labels.get(event.id, {}).get("Anchor")
        earliest, latest = (None if b == OPEN else b for b in (anchor or "- -").split())
        if event.cluster not in clusters or anchor:
            link = NIL if event.cluster.startswith("nil:") else event.cluster
            clusters[event.cluster] = EventCluster(event.cluster, event.type, link, earliest, latest)
    return list(clusters.values())


def _relations(raw: _Raw, path: str, errors: list[ValidationError]) -> Iterator[Relation]:
    for type_, first, second, line in raw.relations:
        if type_ not in RELATIONS:
            errors.append(
                ValidationError(
                    path,
                    line,
                    "relation-unknown",
                    f"unknown relation {type_!r}; expected one of {', '.join(RELATIONS)}",
                )
            )
            continue
        ends = [raw.references.get(end, (None,))[0] for end in (first, second)]
        if None in ends or first not in raw.events or second not in raw.events:
            errors.append(ValidationError(path, line, "link-dangling", f"{type_} {first} {second}: unknown event"))
            continue
        yield Relation(type_, str(ends[0]), str(ends[1]))


def _orphans(raw: _Raw, path: str, errors: list[ValidationError]) -> None:
    known = raw.spans.keys() | raw.events.keys()
    for target in (raw.labels.keys() | raw.references.keys()) - known:
        errors.append(ValidationError(path, 0, "link-dangling", f"a label or reference names unknown id {target}"))

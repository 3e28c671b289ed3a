"""Conversion of an annotator's draft, which quotes the text, to stand-off annotations.

A draft is JSON Lines in the format of section 8 of `guidelines/guidelines.md`. Its quotes are located in the sentences
that it names by the function that the scorer uses for quotes of models.
"""

from collections.abc import Mapping
from typing import Annotated

import msgspec

from goldwire_corpus.errors import DataError, ValidationError
from goldwire_corpus.schema.document import (
    AUTHOR,
    NIL,
    Annotations,
    Argument,
    Document,
    Entity,
    Event,
    EventCluster,
    Mention,
    Quantity,
    Relation,
    Time,
    Title,
    marked,
)
from goldwire_corpus.schema.ontology import ontology
from goldwire_corpus.validation.document import check_document
from goldwire_eval.batch.quotes import GroundingError, ground


class Mark(msgspec.Struct, forbid_unknown_fields=True, rename={"relation_from": "from", "relation_to": "to"}):
    """One line of a draft. Exactly one of the first seven keys is present; it is the kind of the line."""

    mention: str | None = None
    title: str | None = None
    time: str | None = None
    quantity: str | None = None
    event: str | None = None
    anchor: str | None = None
    relation: str | None = None
    s: int = 0
    quote: str = ""
    nth: int | None = None
    head: str | None = None
    head_nth: int | None = None
    type: str = ""
    level: str = ""
    entity: str = ""
    value: str = ""
    min: float | None = None
    max: float | None = None
    modifier: str = "exact"
    unit: str = ""
    realis: str = "ACTUAL"
    polarity: str = "positive"
    means: str | None = None
    phase: str | None = None
    source: str = AUTHOR
    stance: str = "asserts"
    cluster: str = ""
    args: list[Annotated[list[str], msgspec.Meta(min_length=2, max_length=3)]] = []
    earliest: str | None = None
    latest: str | None = None
    relation_from: str = ""
    relation_to: str = ""


_KINDS = ("mention", "title", "time", "quantity", "event", "anchor", "relation")


def place(draft: str, document: Document, path: str) -> Annotations:
    """Return the annotations of a draft of `document`, of which only text, sentences and tokens are used.

    Stage one has no knowledge base, so keys are chosen by the annotator. Raises DataError with every invalid line,
    including quotes that are not found in the text.
    """
    errors: list[ValidationError] = []
    marks = _read(draft, path, errors)
    annotations, lines = _place(marks, document, path, errors)
    if not errors:
        placed = msgspec.structs.replace(document, **_layers(annotations))
        errors.extend(check_document(placed, {}, path, lines))
    if errors:
        raise DataError(errors)
    return _renumber(annotations)


def _layers(annotations: Annotations) -> dict[str, object]:
    return {name: getattr(annotations, name) for name in Annotations.__struct_fields__}


def _read(draft: str, path: str, errors: list[ValidationError]) -> list[tuple[int, str, Mark]]:
    marks = []
    for number, line in enumerate(draft.splitlines(), 1):
        if not line.strip():
            continue
        try:
            mark = msgspec.json.decode(line, type=Mark)
        except (msgspec.DecodeError, msgspec.ValidationError) as error:
            errors.append(ValidationError(path, number, "draft-format", str(error)))
            continue
        kinds = [kind for kind in _KINDS if getattr(mark, kind) is not None]
        if len(kinds) != 1:
            errors.append(ValidationError(path, number, "draft-format", f"expected exactly one of {', '.join(_KINDS)}"))
            continue
        marks.append((number, kinds[0], mark))
    return marks


def _place(
    marks: list[tuple[int, str, Mark]], document: Document, path: str, errors: list[ValidationError]
) -> tuple[Annotations, Mapping[str, int]]:
    out = Annotations([], [], [], [], [], [], [], [])
    lines: dict[str, int] = {}
    anchors: dict[str, tuple[str | None, str | None]] = {}
    for number, kind, mark in marks:
        if kind == "anchor":
            anchors[_key(str(mark.anchor))] = (mark.earliest, mark.latest)
            continue
        if kind == "relation":
            out.relations.append(Relation(str(mark.relation), _key(mark.relation_from), _key(mark.relation_to)))
            continue
        id = str(getattr(mark, kind))
        if id in lines:
            errors.append(ValidationError(path, number, "id-duplicate", f"duplicate id {id}"))
        for key in {"mention": ("entity",), "event": ("cluster",)}.get(kind, ()):
            if not getattr(mark, key):
                errors.append(ValidationError(path, number, "key-missing", f"{id} has no {key}"))
        lines[id] = number
        try:
            if not 1 <= mark.s <= len(document.sentences):
                raise GroundingError("sentence-unknown", f"unknown sentence {mark.s}")
            sentence = document.sentences[mark.s - 1]
            span = ground(document.text, mark.quote, mark.nth, (sentence.start, sentence.end))
            _append(out, kind, id, span, mark, document.text)
        except GroundingError as error:
            errors.append(ValidationError(path, number, error.id, f"{id}: {error}"))
    _gather(out, anchors, document.text)
    known = {c.id for c in out.event_clusters}
    for key in [*anchors, *(end for r in out.relations for end in (r.from_, r.to))]:
        if key not in known:
            errors.append(ValidationError(path, 0, "link-dangling", f"no event mention has the cluster {key}"))
    return out, lines


def _key(key: str) -> str:
    """Return a key as an id outside the knowledge base, without spaces."""
    return f"nil:{'-'.join(key.split())}"


def _append(out: Annotations, kind: str, id: str, span: tuple[int, int], mark: Mark, text: str) -> None:
    match kind:
        case "mention":
            head = span if mark.head is None else ground(text, mark.head, mark.head_nth, span)
            out.mentions.append(Mention(id, *span, *head, mark.type, mark.level, _key(mark.entity)))
        case "title":
            out.titles.append(Title(id, *span))
        case "time":
            out.times.append(Time(id, *span, mark.type, mark.value))
        case "quantity":
            out.quantities.append(Quantity(id, *span, mark.min, mark.max, mark.modifier, mark.unit))
        case _:
            onto = ontology()
            own = onto.event[mark.type].attributes if mark.type in onto.event else []
            means = (mark.means or onto.attribute["means"].default) if "means" in own else None
            phase = (mark.phase or onto.attribute["phase"].default) if "phase" in own else None
            arguments = [_argument(*given) for given in mark.args]
            out.events.append(
                Event(id, *span, mark.type, mark.realis, mark.polarity, means, phase, mark.source, mark.stance,
                      _key(mark.cluster), arguments)
            )  # fmt: skip


def _argument(role: str, filler: str, scope: str | None = None) -> Argument:
    declared = ontology().argument_attribute["scope"]
    if scope is not None and (role not in declared.roles or scope not in declared.values):
        expected = f"[{' | '.join(declared.roles)}, id, {' | '.join(declared.values)}]"
        raise GroundingError("draft-format", f"argument {[role, filler, scope]}: expected [role, id] or {expected}")
    return Argument(role, filler, ontology().scope(role, scope))


def _gather(out: Annotations, anchors: Mapping[str, tuple[str | None, str | None]], text: str) -> None:
    """Add an entity for each key of mentions and a cluster for each key of events."""
    entities: dict[str, Entity] = {}
    for m in out.mentions:
        entities.setdefault(m.entity, Entity(m.entity, m.type, text[m.head_start : m.head_end], NIL))
    clusters: dict[str, EventCluster] = {}
    for e in out.events:
        anchor = anchors.get(e.cluster, (None, None))
        clusters.setdefault(e.cluster, EventCluster(e.cluster, e.type, NIL, *anchor))
    out.entities.extend(entities.values())
    out.event_clusters.extend(clusters.values())


def _renumber(annotations: Annotations) -> Annotations:
    """Assign ids to spans and events in text order; an event and its trigger have the same number."""
    events = {e.id for e in annotations.events}
    # The sort is stable, so items on the same span stay in the order of the layers.
    ordered = sorted(marked(annotations), key=lambda x: (x.start, -x.end))
    ids = {x.id: f"{'E' if x.id in events else 'T'}{n}" for n, x in enumerate(ordered, 1)}
    replace = msgspec.structs.replace
    return replace(
        annotations,
        mentions=[replace(m, id=ids[m.id]) for m in annotations.mentions],
        times=[replace(t, id=ids[t.id]) for t in annotations.times],
        quantities=[replace(q, id=ids[q.id]) for q in annotations.quantities],
        titles=[replace(p, id=ids[p.id]) for p in annotations.titles],
        events=[
            replace(
                e,
                id=ids[e.id],
                source=ids.get(e.source, AUTHOR),
                arguments=[replace(a, filler=ids[a.filler]) for a in e.arguments],
            )
            for e in annotations.events
        ],
    )

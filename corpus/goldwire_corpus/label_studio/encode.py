"""Conversion of annotations to regions and links of Label Studio."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import msgspec

from goldwire_corpus.label_studio.layout import (
    CHOICES,
    COREF,
    FIELDS,
    LAYERS,
    MARK,
    ORDER,
    SOURCE,
    TEXT,
    Json,
    default_of,
    labels_of,
    number,
    occurrences,
    scope_labels,
)
from goldwire_corpus.schema.document import AUTHOR, Annotations
from goldwire_corpus.schema.ontology import ontology
from goldwire_corpus.schema.prediction import Prediction

_Links = dict[tuple[str, str], list[str]]
# Ids of the mentions of a cluster in text order, by layer and key.
_Clusters = dict[tuple[str, str], list[str]]


def encode(prediction: Prediction, text: str) -> list[Json]:
    """Return the `result` of a Label Studio annotation or prediction.

    Every item must have an id and offsets, and fillers and sources must be ids, as `goldwire_annotation.preannotate`
    returns them. Missing values stay empty, such as the level of a mention or the value of a time.
    """
    clusters = _clusters(prediction)
    links = _links(prediction, clusters)
    items: list[Json] = []
    for kind, layer in LAYERS.items():
        for x in getattr(prediction, layer) or []:
            label = x.type if kind in ("entity", "event") else labels_of(kind)[0]
            fields = _fields(x, kind, prediction, clusters, text)
            order = _order(x, links) if kind == "event" else None
            items += _region(x, kind, label, fields, text, {ORDER: order} if order else None)
    return items + [_link(source, target, labels) for (source, target), labels in links.items()]


def _fields(x: Any, kind: str, prediction: Prediction, clusters: _Clusters, text: str) -> Json:
    """Return the text fields and choices of a region; an empty one is None."""
    fields: Json = {name: getattr(x, name, None) for name in (*FIELDS[kind], *CHOICES[kind])}
    match kind:
        case "entity":
            first = clusters.get(("mentions", x.entity), [None])[0] == x.id
            fields |= {"key": x.entity if first else None, "head": _head_quote(x, text)}
        case "time":
            fields["timex"] = x.type
        case "event":
            first = clusters.get(("events", x.cluster), [None])[0] == x.id
            anchor = next((c for c in prediction.event_clusters or [] if first and c.id == x.cluster), None)
            fields["cluster"] = x.cluster if first else None
            fields |= {name: getattr(anchor, name, None) for name in ("earliest", "latest")}
    return fields


def _region(x: Any, kind: str, label: str, fields: Json, text: str, meta: Json | None) -> Iterator[Json]:
    span = {"start": x.start, "end": x.end}
    base: Json = {"id": x.id, "to_name": TEXT, **({"meta": meta} if meta else {})}
    value: Json = {**span, "text": text[x.start : x.end], "labels": [label]}
    yield base | {"from_name": MARK, "type": "labels", "value": value}
    for name, given in fields.items():
        if given is None or (name in CHOICES[kind] and given == default_of(name)):
            continue
        if name in CHOICES[kind]:
            yield base | {"from_name": name, "type": "choices", "value": {**span, "choices": [given]}}
        else:
            yield base | {"from_name": name, "type": "textarea", "value": {**span, "text": [_written(given)]}}


def _written(value: str | float) -> str:
    if isinstance(value, str):
        return value
    return str(int(value)) if value == int(value) else repr(value)


def _link(source: str, target: str, labels: Sequence[str]) -> Json:
    return {"type": "relation", "from_id": source, "to_id": target, "direction": "right", "labels": list(labels)}


def _clusters(prediction: Prediction) -> _Clusters:
    found: dict[tuple[str, str], list[tuple[int, int, int, str]]] = defaultdict(list)
    for layer, key in (("mentions", "entity"), ("events", "cluster")):
        for x in getattr(prediction, layer) or []:
            if getattr(x, key) is not None:
                found[layer, getattr(x, key)].append((x.start, number(x.id), x.end, x.id))
    return {key: [id for *_, id in sorted(members)] for key, members in found.items()}


def _links(prediction: Prediction, clusters: _Clusters) -> _Links:
    links: _Links = defaultdict(list)
    for e in prediction.events or []:
        for a in e.arguments or []:
            links[str(e.id), str(a.filler)].append(a.role)
            if a.scope in scope_labels():
                links[str(e.id), str(a.filler)].append(str(a.scope))
        if e.source not in (None, AUTHOR):
            links[str(e.id), str(e.source)].append(SOURCE)
    for members in clusters.values():
        for earlier, later in pairwise(members):
            links[later, earlier].append(COREF)
    for r in prediction.relations or []:
        links[clusters["events", r.from_][0], clusters["events", r.to][0]].append(r.type)
    return dict(links)


def _order(event: Any, links: _Links) -> list[str] | None:
    """Return the order of the arguments if it does not follow from the order of the links."""
    roles = ontology().role
    ordered = [f"{a.role}:{a.filler}" for a in event.arguments or []]
    own = [(to, labels) for (from_, to), labels in links.items() if from_ == event.id]
    linked = [f"{label}:{to}" for to, labels in own for label in labels if label in roles]
    return ordered if ordered != linked else None


def _head_quote(mention: Any, text: str) -> str | None:
    """Return the head as a quote from the mention, with its number if it occurs more than once."""
    start, end = mention.head_start, mention.head_end
    if start is None or (start, end) == (mention.start, mention.end):
        return None
    quote = text[start:end]
    places = occurrences(text[mention.start : mention.end], quote)
    if len(places) == 1 and " #" not in quote:
        return quote
    return f"{quote} #{places.index(start - mention.start) + 1}"


def as_prediction(doc: str, annotations: Annotations) -> Prediction:
    """Return gold annotations as a prediction, whose schema has the same layers."""
    return msgspec.convert({"id": doc, **msgspec.to_builtins(annotations)}, Prediction)

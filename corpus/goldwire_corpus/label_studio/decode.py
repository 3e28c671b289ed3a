"""Conversion of regions and links of Label Studio to annotations."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import msgspec

from goldwire_corpus.errors import DataError, ValidationError
from goldwire_corpus.label_studio.layout import (
    COREF,
    LAYERS,
    SOURCE,
    default_of,
    number,
    occurrences,
    offers,
    scope_labels,
)
from goldwire_corpus.label_studio.regions import Link, Region, Result, read
from goldwire_corpus.schema.document import AUTHOR, NIL, RELATIONS, Annotations
from goldwire_corpus.schema.ontology import ontology
from goldwire_corpus.schema.prediction import (
    PredArgument,
    PredCluster,
    PredEntity,
    PredEvent,
    Prediction,
    PredMention,
    PredQuantity,
    PredRelation,
    PredSpan,
    PredTime,
)


class Decoded(NamedTuple):
    """A prediction of the valid items, the errors, the labels of invalid regions, and the numbers of ignored items."""

    prediction: Prediction
    errors: list[ValidationError]
    invalid: list[str]
    passed_over: Counter[str]


def decode(result: Any, doc: str, text: str, path: str, place: str = "") -> Prediction:
    """Read a `result` of the document `doc` with this text; `path` and `place` locate it in messages.

    A field left empty is None unless it has a default; an empty head is the whole mention. Raises DataError with all
    errors.
    """
    decoded = decode_valid(result, doc, text, path, place)
    if decoded.errors:
        raise DataError(decoded.errors)
    with_whole_heads(decoded.prediction)
    return decoded.prediction


def decode_valid(result: Any, doc: str, text: str, path: str, place: str = "", any_labels: bool = False) -> Decoded:
    """Read the valid items of a `result`, with `any_labels` of any interface; an empty head is None."""
    place = place or doc
    drawn, errors = read(result, text, path, place, any_labels)
    builder = PredictionBuilder(doc, drawn, text, path, place, any_labels)
    prediction = builder.prediction()
    return Decoded(prediction, errors or builder.errors, drawn.invalid, drawn.passed_over)


class PredictionBuilder:
    """Builder of a prediction from regions and links."""

    def __init__(self, doc: str, drawn: Result, text: str, path: str, place: str, any_labels: bool = False):
        self.doc, self.text, self.path, self.place, self.any_labels = doc, text, path, place, any_labels
        self.errors: list[ValidationError] = []
        self.names = standoff_ids(drawn.regions.values())
        self.regions = sorted(drawn.regions.values(), key=lambda r: (r.start, -r.end, number(self.names[r.id])))
        self.by_id = drawn.regions
        self.links = drawn.links
        self.passed_over = drawn.passed_over

    def report(self, id: str, message: str) -> None:
        self.errors.append(ValidationError(self.path, 0, id, f"{self.place}: {message}"))

    def prediction(self) -> Prediction:
        self._check_links()
        keys = self._keys()
        layers: dict[str, Any] = {layer: [] for layer in LAYERS.values()}
        for region in self.regions:
            make = getattr(self, f"_{region.kind}")
            layers[LAYERS[region.kind]].append(make(region, keys))
        entities = {m.entity: PredEntity(id=m.entity, type=m.type, link=_link(m.entity)) for m in layers["mentions"]}
        clusters = self._clusters(keys)
        relations = self._relations(keys)
        return Prediction(
            id=self.doc, **layers, entities=list(entities.values()), event_clusters=clusters, relations=relations
        )

    # ------------------------------------------------------------------ layers

    def _span(self, region: Region) -> dict[str, Any]:
        return {"id": self.names[region.id], "start": region.start, "end": region.end}

    def _entity(self, region: Region, keys: Mapping[str, str]) -> PredMention:
        head = self._head(region)
        return PredMention(
            **self._span(region), type=region.label, level=region.values.get("level"), entity=keys[region.id],
            head_start=head[0], head_end=head[1],
        )  # fmt: skip

    def _time(self, region: Region, keys: Mapping[str, str]) -> PredTime:
        values = region.values
        return PredTime(**self._span(region), type=values.get("timex"), value=_stripped(values, "value"))

    def _quantity(self, region: Region, keys: Mapping[str, str]) -> PredQuantity:
        values = region.values
        bounds: dict[str, Any] = {name: self._number(region, name) for name in ("min", "max")}
        modifier = values.get("modifier", default_of("modifier"))
        return PredQuantity(**self._span(region), **bounds, modifier=modifier, unit=_stripped(values, "unit"))

    def _title(self, region: Region, keys: Mapping[str, str]) -> PredSpan:
        return PredSpan(**self._span(region))

    def _event(self, region: Region, keys: Mapping[str, str]) -> PredEvent:
        roles = ontology().role
        own = [link for link in self.links if link.source == region.id]
        arguments = [(x, self.names[link.target], link) for link in own for x in link.labels if x in roles]
        order = {name: i for i, name in enumerate(region.order)}
        arguments.sort(key=lambda a: order.get(f"{a[0]}:{a[1]}", len(order)))
        sources = [self.names[link.target] for link in own if SOURCE in link.labels]
        if len(sources) > 1:
            self.report("source-several", f"{region.id} has {len(sources)} sources; expected one")
        choices: dict[str, Any] = {
            name: region.values.get(name, default_of(name)) if offers(region.label, name) else None
            for name in ("realis", "polarity", "means", "phase", "stance")
        }
        return PredEvent(
            **self._span(region), type=region.label, **choices, source=sources[0] if sources else AUTHOR,
            cluster=keys[region.id],
            arguments=[PredArgument(role=role, filler=x, scope=_scope(role, link)) for role, x, link in arguments],
        )  # fmt: skip

    def _number(self, region: Region, name: str) -> float | None:
        given = _stripped(region.values, name)
        try:
            value = None if given is None else float(given)
        except ValueError:
            value = float("nan")
        if value is not None and not abs(value) < float("inf"):
            self.report("quantity-bounds", f"{region.id}: {name} {given!r} is not a finite number")
        return value

    def _head(self, region: Region) -> tuple[int, int] | tuple[None, None]:
        """Return the offsets of the head, None if it is empty."""
        given = region.values.get("head")
        if given is None:
            return None, None
        within = self.text[region.start : region.end]
        for quote in (given, given.strip()):
            stem, mark, nth = quote.rpartition(" #")
            places = occurrences(within, stem) if mark and nth.isdecimal() else []
            if places and 1 <= int(nth) <= len(places):
                return region.start + places[int(nth) - 1], region.start + places[int(nth) - 1] + len(stem)
            places = occurrences(within, quote)
            if len(places) == 1:
                return region.start + places[0], region.start + places[0] + len(quote)
            if places:
                self.report(
                    "quote-ambiguous",
                    f"{region.id}: head {quote!r} occurs more than once; add its number, such as `#1`",
                )
                return region.start, region.end
        self.report("quote-missing", f"{region.id}: head {given!r} is not in {within!r}")
        return region.start, region.end

    # ------------------------------------------------------------------ links

    def _check_links(self) -> None:
        """Report link labels that do not fit their ends or lack a required direction."""
        for link in self.links:
            source, target = self.by_id[link.source], self.by_id[link.target]
            for label in link.labels:
                if label == COREF:
                    fits = source.kind == target.kind and source.kind in ("entity", "event")
                elif label in RELATIONS:
                    fits = source.kind == target.kind == "event"
                elif label == SOURCE:
                    fits = source.kind == "event" and target.kind == "entity"
                elif label in scope_labels():
                    scoped = ontology().argument_attribute["scope"].roles
                    fits = source.kind == "event" and any(role in link.labels for role in scoped)
                else:
                    fits = source.kind == "event"
                name = f"{label} from {link.source} ({source.label}) to {link.target} ({target.label})"
                if not fits and self.any_labels:
                    self.passed_over[f"links {label!r} between other items passed over"] += 1
                elif not fits:
                    self.report("link-ends", f"invalid link {name}")
                elif not link.directed and label != COREF:
                    self.report("link-direction", f"{name} has no direction; expected one")

    def _keys(self) -> dict[str, str]:
        """Return the cluster of each mention and event; Coref links and equal keys join items.

        A cluster without a key is named by its first mention.
        """
        parents = {region.id: region.id for region in self.regions}

        def root(id: str) -> str:
            while parents[id] != id:
                id = parents[id]
            return id

        given: dict[tuple[str, str], str] = {}
        keyed: dict[str, str] = {}
        for region in self.regions:
            name = {"entity": "key", "event": "cluster"}.get(region.kind)
            key = _stripped(region.values, name) if name else None
            if key is None:
                continue
            if len(key.split()) > 1:
                self.report("key-format", f"{region.id}: key {key!r} has spaces; expected one word")
            keyed[region.id] = key if ":" in key else f"nil:{key}"
            first = given.setdefault((region.kind, keyed[region.id]), region.id)
            parents[root(region.id)] = root(first)
        for link in self.links:
            if COREF in link.labels:
                parents[root(link.source)] = root(link.target)
        found: dict[str, str] = {}
        for region in self.regions:
            if key := keyed.get(region.id):
                other = found.setdefault(root(region.id), key)
                if other != key:
                    self.report("coref-conflict", f"{region.id} has the key {key}, but is joined by Coref to {other}")
        for region in self.regions:
            found.setdefault(root(region.id), f"nil:{self.names[region.id]}")
        return {region.id: found[root(region.id)] for region in self.regions}

    def _clusters(self, keys: Mapping[str, str]) -> list[PredCluster]:
        clusters: dict[str, PredCluster] = {}
        for region in self.regions:
            if region.kind != "event":
                continue
            key = keys[region.id]
            cluster = clusters.setdefault(key, PredCluster(id=key, type=region.label, link=_link(key)))
            for name in ("earliest", "latest"):
                given = _stripped(region.values, name)
                if given is None:
                    continue
                if getattr(cluster, name) not in (None, given):
                    message = (
                        f"{region.id}: {name} {given} of {key} differs from {getattr(cluster, name)} of another mention"
                    )
                    self.report("anchor-conflict", message)
                setattr(cluster, name, given)
        return list(clusters.values())

    def _relations(self, keys: Mapping[str, str]) -> list[PredRelation]:
        """Return the relations without duplicates, by the first mentions of their clusters, then by type."""
        first: dict[str, int] = {}
        for region in sorted(self.regions, key=lambda r: (r.start, number(self.names[r.id]))):
            first.setdefault(keys[region.id], number(self.names[region.id]))
        found = {
            (first[keys[link.source]], first[keys[link.target]], RELATIONS.index(label)): (
                PredRelation(type=label, from_=keys[link.source], to=keys[link.target])
            )
            for link in self.links
            for label in link.labels
            if label in RELATIONS
        }
        return [relation for _, relation in sorted(found.items(), key=lambda item: item[0])]


def _scope(role: str, link: Link) -> str | None:
    """Return the scope of an argument: a further label of its link, or the default."""
    scope = ontology().scope
    return scope(role, next((x for x in link.labels if x in scope_labels()), None)) if scope(role) else None


def standoff_ids(regions: Iterable[Region]) -> dict[str, str]:
    """Return the stand-off id of each region: its own number if it is unique, otherwise the next free one."""
    names: dict[str, str] = {}
    taken: set[int] = set()
    new: list[Region] = []
    for region in regions:
        own = number(region.id)
        if own and own not in taken:
            names[region.id] = _name(region, own)
            taken.add(own)
        else:
            new.append(region)
    for n, region in enumerate(sorted(new, key=lambda r: (r.start, -r.end)), max(taken, default=0) + 1):
        names[region.id] = _name(region, n)
    return names


def _name(region: Region, n: int) -> str:
    return f"{'E' if region.kind == 'event' else 'T'}{n}"


def _link(key: str) -> str:
    return NIL if key.startswith("nil:") else key


def _stripped(values: Mapping[str, str], name: str) -> str | None:
    return values.get(name, "").strip() or None


# ------------------------------------------------------------------ gold


def complete(prediction: Prediction, names: Mapping[str, str], path: str, place: str = "") -> Annotations:
    """Return a decoded prediction as complete annotations.

    `names` has the name of each entity of the knowledge base. Raises DataError with all missing values.
    """
    place = place or prediction.id
    errors = [
        ValidationError(path, 0, "label-missing", f"{place}: {x.id} has no {name}")
        for layer, fields in (
            ("mentions", {"level": "level"}),
            ("times", {"type": "timex", "value": "value"}),
            ("quantities", {"unit": "unit"}),
        )
        for x in getattr(prediction, layer) or []
        for field, name in fields.items()
        if getattr(x, field) is None
    ]
    if errors:
        raise DataError(errors)
    layers = {name: getattr(prediction, name) or [] for name in Annotations.__struct_fields__}
    annotations = msgspec.convert({name: [_row(x) for x in items] for name, items in layers.items()}, Annotations)
    entities = [
        msgspec.structs.replace(e, name="" if e.link == NIL else names.get(e.id, e.id.partition(":")[2]))
        for e in annotations.entities
    ]
    return msgspec.structs.replace(annotations, entities=entities)


def with_whole_heads(prediction: Prediction) -> None:
    """Set the head of each mention without one to the whole mention, the default of our interface."""
    for mention in prediction.mentions or []:
        if mention.head_end is None:
            mention.head_start, mention.head_end = mention.start, mention.end


def _row(item: Any) -> dict[str, Any]:
    row: dict[str, Any] = {"name": ""} if isinstance(item, PredEntity) else {}
    for field, name in zip(item.__struct_fields__, item.__struct_encode_fields__, strict=True):
        value = getattr(item, field)
        if isinstance(value, list):
            value = [_row(x) for x in value]
        if field != "name":
            row[name] = value
    return row

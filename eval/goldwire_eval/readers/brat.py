"""A folder of brat stand-off (https://brat.nlplab.org/standoff.html): `<id>.ann`, and `<id>.txt` for the text.

Any tool's files are read; our own gold form (`goldwire_corpus.source.brat`) is a special case.

- `T` lines are mentions, times (TIME), quantities (QTY), titles (TITLE) and triggers: of an `E` line, or of an event
  type. A trigger without an `E` line is an event without arguments. Any other type is that of a mention. A span whose
  parts are separated by a line end alone, as brat writes it, is one span; any other discontinuous span is an error.
- A digit behind a role (``Target2``) is brat's way of repeating it. The first ``Source`` is the event's source.
- `A`, `M` and `#` lines give Level, Head, Type, Value, Modifier, Bounds, Unit, Realis, Polarity, Means, Phase, Stance
  and Anchor, in any case; ``Negation`` is a negative polarity. Other notes (`#`) are comments.
- `N` references, ``Coref`` relations and ``Equiv`` lines are clusters, of mentions or of events. An item that none of
  them names is a cluster of its own.
- Other `R` lines are relations between the clusters of their two events.
- Attributes, relations, groups and normalisations of another scheme are errors under our labels, and are counted and
  passed over under any labels.

**What counts as attempted** is decided for the folder as a whole: each layer, and each label, of which there is one
line in any file. A file without a line of such a layer attempted it and found nothing (an empty list), and an event
without such a label has its default. If a head is given anywhere, a mention without one has the whole span as its head.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from goldwire_corpus.errors import ValidationError, data_error
from goldwire_corpus.schema.document import AUTHOR, NIL
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
from goldwire_eval.readers.brat_items import BratItems
from goldwire_eval.readers.brat_lines import LABELS, LARGEST, EventLine, Label, Raw, SpanLine, parse_safely
from goldwire_eval.readers.document_pairs import Line
from goldwire_eval.readers.void_rows import void_line

_OPEN = "-"


class Options(NamedTuple):
    """`any_labels`: what belongs to another scheme is passed over; `lenient`: invalid items count as wrong."""

    any_labels: bool = False
    lenient: bool = False


STRICT = Options()


def read(
    folder: Path, texts: Mapping[str, str], errors: list[ValidationError], options: Options = STRICT,
    passed_over: Counter[str] | None = None,
) -> Iterator[Line]:  # fmt: skip
    """Yield the prediction of each valid `.ann` of `folder`, by name; add the errors of the rest to `errors`.

    `texts` are the texts of the documents by id. A `.txt` beside the file becomes the prediction's text; a final
    newline that the document does not have is left out. Each file is read twice, one at a time. Lines have number 0.
    If lenient, a file with errors gives a prediction of its valid items and a void one of as many as are invalid.
    Raises DataError if there is no such folder or no `.ann` in it.
    """
    if not folder.is_dir():
        missing = not folder.exists()
        raise data_error(str(folder), 0, "file-missing" if missing else "file-unreadable", "no such folder")
    paths = sorted(path for path in folder.glob("*.ann") if not path.name.startswith("."))
    if not paths:
        raise data_error(str(folder), 0, "file-empty", "no .ann file in this folder")
    attempted = set[str]()
    for path in paths:
        attempted |= _File(path, parse_safely(path, [], options.any_labels), options).kinds()
    for path in paths:
        found: list[ValidationError] = []
        file = _File(path, parse_safely(path, found, options.any_labels), options, attempted, found)
        text = _text(path, texts, found)
        file.check(text if text is not None else texts.get(path.stem))
        prediction = file.prediction(text)
        for error in found:
            errors.append(error)
        if passed_over is not None:
            passed_over.update(file.raw.passed_over)
        if not found or (options.lenient and file.raw.readable):
            yield Line(str(path), 0, prediction)
            if file.invalid:
                yield void_line(str(path), 0, file.id, file.invalid)


def _text(path: Path, texts: Mapping[str, str], errors: list[ValidationError]) -> str | None:
    beside = path.with_suffix(".txt")
    try:
        if not beside.exists():
            return None
        if beside.stat().st_size > LARGEST:
            errors.append(ValidationError(str(beside), 0, "file-too-large", f"more than {LARGEST >> 20} MiB"))
            return None
        text = beside.read_bytes().decode("utf-8")
    except OSError as error:
        errors.append(ValidationError(str(beside), 0, "file-unreadable", str(error.strerror)))
        return None
    except UnicodeDecodeError as error:
        errors.append(ValidationError(str(beside), 0, "encoding", f"not UTF-8: {error.reason}"))
        return None
    return text if text == texts.get(path.stem) else text.removesuffix("\n")


class _File(BratItems):
    """One file; `attempted` is what the folder attempts."""

    def __init__(
        self, path: Path, raw: Raw, options: Options, attempted: Iterable[str] = (),
        errors: list[ValidationError] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(str(path), raw, *options, [] if errors is None else errors)
        self.id, self.attempted = path.stem, set(attempted)

    def kinds(self) -> set[str]:
        """Return what the file attempts: layers, lower-cased labels, arguments, source and clusters."""
        raw = self.raw
        found = {self.layer(i) for i in raw.spans if i not in self.event_of} | ({"events"} if self.events else set())
        found |= {name for labels in raw.labels.values() for name in labels}
        found |= {"source" if role == "Source" else "arguments" for e in raw.events.values() for role, _ in e.arguments}
        if "mentions" in (referred := self.layered(raw.references)):
            found |= {"entities", "coreference"}
        united = self.layered(target for targets, _ in raw.coreferent for target in targets)
        if "mentions" in united:
            found.add("coreference")
        if raw.relations or "events" in referred | united or "anchor" in found:
            found.add("event_clusters")
        return found | ({"relations"} if raw.relations else set()) | ({"polarity"} if "negation" in found else set())

    def labels(self, identifier: str) -> dict[str, Label]:
        """Return the labels of an item; those of an event may name its trigger."""
        own = self.raw.labels.get(identifier, {})
        if identifier in self.raw.events:
            return self.raw.labels.get(self.events[identifier].trigger, {}) | own
        return own

    def prediction(self, text: str | None) -> Prediction:
        spans = {i: span for i, span in self.raw.spans.items() if i not in self.event_of}
        of = {layer: [(i, s) for i, s in spans.items() if self.layer(i) == layer] for layer in LABELS}
        entity, cluster = self.clusters("mentions", dict(of["mentions"])), self.clusters("events", self.events)
        layers = {
            "mentions": [self.mention(i, span, entity) for i, span in of["mentions"]],
            "entities": self.entities(dict(of["mentions"]), entity),
            "times": [self.time(i, span) for i, span in of["times"]],
            "quantities": [self.quantity(i, span) for i, span in of["quantities"]],
            "titles": [PredSpan(id=i, start=span.start, end=span.end) for i, span in of["titles"]],
            "events": [
                self.event(i, event, cluster) for i, event in self.events.items() if event.trigger in self.raw.spans
            ],
            "event_clusters": self.event_clusters(cluster),
            "relations": list(self.relations(cluster)),
        }
        kept: dict[str, Any] = {name: items for name, items in layers.items() if name in self.attempted}
        return Prediction(id=self.id, text=text, **kept)

    def clusters(self, layer: str, members: Mapping[str, object]) -> dict[str, str]:
        """Return the cluster of each member: the key of its reference, or the id of its first member."""
        root, key = {i: i for i in members}, dict[str, str | None].fromkeys(members)
        for target, reference in self.raw.references.items():
            if (item := self.item(target)) is not None and item in key:
                key[item] = reference.key

        def find(identifier: str) -> str:
            while root[identifier] != identifier:
                root[identifier] = identifier = root[root[identifier]]
            return identifier

        for targets, line in self.raw.coreferent:
            items = [item for item in map(self.item, targets) if item is not None]
            if layer == "mentions" and (len(self.layered(targets)) > 1 or not all(map(self.item, targets))):
                self.report(
                    line, "link-dangling", f"{' '.join(targets)[:60]}: expected mentions alone, or events alone"
                )
            for one, two in pairwise(items):
                if one not in root or two not in root:
                    continue
                keep, drop = find(one), find(two)
                if None not in (key[keep], key[drop]) and key[keep] != key[drop]:
                    self.report(line, "cluster-conflict", f"{one} and {two} have different references")
                root[drop] = keep
                key[keep] = key[keep] or key[drop]
        return {i: key[find(i)] or find(i) for i in members}

    def label(self, identifier: str, name: str, default: str | None = None) -> str | None:
        """Return the value of a label; if the folder attempts the label and the item has none, its default."""
        label = self.labels(identifier).get(name)
        return label.value if label is not None else default if name in self.attempted else None

    def numbers(self, identifier: str, name: str, pattern: str) -> list[str | None]:
        """Return the two parts of a Head, Bounds or Anchor; None for an open one, and for both without the label."""
        label = self.labels(identifier).get(name)
        if label is None:
            return [None, None]
        parts = label.value.split(" ")
        if len(parts) != 2 or not all(re.fullmatch(pattern, part) for part in parts):
            self.report(
                label.line, "label-value", f"{identifier}: expected two values of {name}, found {label.value[:60]!r}"
            )
            return [None, None]
        return [None if part == _OPEN else part for part in parts]

    def mention(self, identifier: str, span: SpanLine, entity: Mapping[str, str]) -> PredMention:
        low, high = (None if n is None else int(n) for n in self.numbers(identifier, "head", r"[0-9]{1,9}"))
        if "head" in self.attempted and high is None:
            low, high = span.start, span.end
        return PredMention(
            id=identifier, start=span.start, end=span.end, type=span.type, level=self.label(identifier, "level"),
            head_start=low, head_end=high, entity=entity[identifier] if "coreference" in self.attempted else None,
        )  # fmt: skip

    def entities(self, mentions: Mapping[str, SpanLine], entity: Mapping[str, str]) -> list[PredEntity]:
        """Return one a cluster. A reference `nil:KEY` links to NIL; without a reference the link is open."""
        found: dict[str, PredEntity] = {}
        for identifier, span in mentions.items():
            key = entity[identifier]
            made = found.setdefault(key, PredEntity(id=key, type=span.type))
            reference = self.raw.references.get(identifier)
            if reference is not None:
                made.link = NIL if key.startswith("nil:") else key
                made.name = made.name or (reference.name if made.link != NIL else "") or None
        return list(found.values())

    def time(self, identifier: str, span: SpanLine) -> PredTime:
        type_, value = self.label(identifier, "type"), self.label(identifier, "value")
        return PredTime(id=identifier, start=span.start, end=span.end, type=type_, value=value)

    def quantity(self, identifier: str, span: SpanLine) -> PredQuantity:
        number = r"-|-?[0-9]{1,30}(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?"
        low, high = (None if n is None else float(n) for n in self.numbers(identifier, "bounds", number))
        if not all(math.isfinite(n or 0) for n in (low, high)):
            self.report(span.line, "label-value", f"{identifier}: a bound is not a finite number")
        modifier, unit = self.label(identifier, "modifier", "exact"), self.label(identifier, "unit")
        return PredQuantity(
            id=identifier, start=span.start, end=span.end, min=low, max=high, modifier=modifier, unit=unit
        )

    def event(self, identifier: str, event: EventLine, cluster: Mapping[str, str]) -> PredEvent:
        onto = ontology()
        span = self.raw.spans[event.trigger]
        foreign = {"means", "phase"}.difference(onto.event[event.type].attributes if event.type in onto.event else ())
        values: dict[str, Any] = {
            name: self.label(identifier, name, None if name in foreign else attribute.default)
            for name, attribute in onto.attribute.items()
        }
        if "negation" in self.labels(identifier):
            values["polarity"] = "negative"
        fillers = [(role, self.item(target) or target) for role, target in event.arguments]
        source = next((filler for role, filler in fillers if role == "Source"), None)
        if source is not None:
            fillers.remove(("Source", source))
        roles = {role for role, _ in fillers}
        scopes = self.raw.scopes.get(identifier, {})
        named = [(_undigited(role, roles), filler) for role, filler in fillers]
        arguments = [PredArgument(role=r, filler=f, scope=onto.scope(r, scopes.get(f))) for r, f in named]
        return PredEvent(
            id=identifier, start=span.start, end=span.end, type=event.type,
            source=source or (AUTHOR if "source" in self.attempted else None),
            cluster=cluster[identifier] if "event_clusters" in self.attempted else None,
            arguments=arguments if "arguments" in self.attempted else None, **values,
        )  # fmt: skip

    def event_clusters(self, cluster: Mapping[str, str]) -> list[PredCluster]:
        found: dict[str, PredCluster] = {}
        for identifier, key in cluster.items():
            made = found.setdefault(key, PredCluster(id=key, type=self.events[identifier].type))
            if any(i in self.raw.references for i in (identifier, self.events[identifier].trigger)):
                made.link = NIL if key.startswith("nil:") else key
            earliest, latest = self.numbers(identifier, "anchor", r"\S+")
            if earliest is not None or latest is not None:
                made.earliest, made.latest = earliest, latest
        return list(found.values())

    def relations(self, cluster: Mapping[str, str]) -> Iterator[PredRelation]:
        for type_, one, two, line in self.raw.relations:
            first, second = (cluster.get(self.item(end) or "") for end in (one, two))
            if first is None or second is None:
                self.report(line, "link-dangling", f"{type_[:60]} {one[:60]} {two[:60]}: expected two events")
                self.invalid.append(("relations", type_))
            else:
                yield PredRelation(type=type_, from_=first, to=second)


def _undigited(role: str, beside: set[str]) -> str:
    """Return a role without the digits of a repetition: `Target2` is a second Target if there is a Target."""
    name = role.rstrip("0123456789")
    roles = ontology().role
    return name if role not in roles and (name in roles or name in beside) else role

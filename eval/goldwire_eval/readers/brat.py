"""A folder of brat stand-off as predictions: `<id>.ann`, and `<id>.txt` where the text that was read is kept.

It is read as any tool or model writes it; our own gold form (`goldwire_corpus.source.brat`) is one case of it.

- `T` lines are mentions, times (TIME), quantities (QTY), titles (TITLE) and triggers: of an `E` line, or of an event
  type. A trigger without an `E` line is an event without arguments. Another type counts as a mention of that type.
- A digit behind a role (``Target2``) is brat's way of repeating it. The first ``Source`` is the event's source.
- `A`, `M` and `#` lines give Level, Head, Type, Value, Modifier, Bounds, Unit, Realis, Polarity, Means, Phase, Stance
  and Anchor, in any case; ``Negation`` is a negative polarity. Other notes are comments; other attributes are refused.
- `N` references, ``Coref`` relations and ``Equiv`` lines are clusters, of mentions or of events. What none of them
  names is a cluster of its own.
- Other `R` lines are relations between the clusters of their two events.

**What counts as attempted** is decided for the folder as a whole: each layer, and each label, of which one line stands
anywhere in it. A file without any line of such a layer attempted it and found nothing (an empty list), and an event
without such a label has its default.
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

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
from goldwire_eval.readers.brat_lines import LABELS, LARGEST, EventLine, Label, Raw, SpanLine, note, parse_safely

_VALUES = {"TIME": "times", "QTY": "quantities", "TITLE": "titles"}
_OPEN = "-"


def read(
    folder: Path, texts: Mapping[str, str], errors: list[ValidationError]
) -> Iterator[tuple[str, int, Prediction]]:
    """Yields (path of the file, 0, prediction) for each sound `.ann` of `folder`, by name; adds the rest's faults.

    `texts` are the texts of the documents by id. Where a `.txt` stands beside, it becomes the prediction's text; a
    final newline that the document has not is left out. Each file is read twice, one at a time.
    Raises DataError where there is no such folder or no `.ann` in it.
    """
    if not folder.is_dir():
        missing = not folder.exists()
        raise data_error(str(folder), 0, "file-missing" if missing else "file-unreadable", "no such folder")
    paths = sorted(path for path in folder.glob("*.ann") if not path.name.startswith("."))
    if not paths:
        raise data_error(str(folder), 0, "file-empty", "no .ann file in this folder")
    attempted = set[str]()
    for path in paths:
        attempted |= _File(path, parse_safely(path, [])).kinds()
    for path in paths:
        found: list[ValidationError] = []
        file = _File(path, parse_safely(path, found), attempted, found)
        text = _text(path, texts, found)
        file.check(text if text is not None else texts.get(path.stem))
        prediction = file.prediction(text)
        errors += found
        if not found:
            yield str(path), 0, prediction


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


class _File:
    """One file; `attempted` is what the folder attempts."""

    def __init__(
        self, path: Path, raw: Raw, attempted: Iterable[str] = (), errors: list[ValidationError] | None = None
    ) -> None:
        self.id, self.path, self.raw, self.attempted = path.stem, str(path), raw, set(attempted)
        self.errors = [] if errors is None else errors
        self.events = dict(raw.events)
        self.event_of: dict[str, str] = {}
        for identifier, event in raw.events.items():
            self.event_of.setdefault(event.trigger, identifier)
        for identifier, span in raw.spans.items():
            if span.type in ontology().event and identifier not in self.event_of:
                self.event_of[identifier] = identifier
                self.events[identifier] = EventLine(span.type, identifier, [], span.line)

    def layer(self, identifier: str) -> str:
        """The layer of an item, which is a span that triggers nothing, or an event."""
        if identifier in self.events:
            return "events"
        return _VALUES.get(self.raw.spans[identifier].type, "mentions")

    def item(self, identifier: str) -> str | None:
        """The item that an id of the file names: an event also goes by its trigger."""
        if identifier in self.raw.events:
            return identifier
        return self.event_of.get(identifier, identifier) if identifier in self.raw.spans else None

    def layered(self, targets: Iterable[str]) -> set[str]:
        return {self.layer(item) for item in map(self.item, targets) if item is not None}

    def kinds(self) -> set[str]:
        """What the file attempts: layers, lower-cased labels, and those of arguments, source, and clusters."""
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

    def report(self, line: int, id: str, message: str) -> None:
        note(self.errors, ValidationError(self.path, line, id, message))

    def check(self, text: str | None) -> None:
        """Ids that lead nowhere, labels that their item does not take, spans that `text` contradicts."""
        raw = self.raw
        for identifier, span in raw.spans.items():
            if text is None:
                break
            selected = text[span.start : span.end]
            if span.end > len(text):
                message = f"{identifier} [{span.start}, {span.end}) is not in the text of {len(text)} code points"
                self.report(span.line, "span-range", message)
            elif span.surface and span.surface not in (selected, selected.replace("\n", " ")):
                message = f"{identifier} reads {span.surface[:60]!r}, its offsets select {selected[:60]!r}"
                self.report(span.line, "span-text", message)
        for identifier, event in raw.events.items():
            trigger = raw.spans.get(event.trigger)
            if trigger is None or trigger.type != event.type:
                message = f"{identifier}: its trigger {event.trigger} is no span of type {event.type}"
                self.report(event.line, "trigger-missing", message)
            for role, target in event.arguments:
                self.known(target, event.line, f"{identifier}: {role}")
        for target, labels in raw.labels.items():
            item = self.item(target)
            for name, label in labels.items():
                if item is None:
                    self.known(target, label.line, name)
                elif name not in LABELS[self.layer(item)]:
                    self.report(label.line, "label-unknown", f"{target} takes no label {name}")
        for target, reference in raw.references.items():
            self.known(target, reference.line, "Reference")

    def known(self, target: str, line: int, what: str) -> bool:
        if self.item(target) is None:
            self.report(line, "link-dangling", f"{what}: no item has the id {target[:60]!r}")
            return False
        return True

    def labels(self, identifier: str) -> dict[str, Label]:
        """The labels of an item; those of an event may stand at its trigger."""
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
        """The cluster of each member: the key of its reference, or the id of its first member."""
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
                self.report(line, "link-dangling", f"{' '.join(targets)[:60]}: not all are mentions, or all events")
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
        """The value, and for a label that the folder attempts its default."""
        label = self.labels(identifier).get(name)
        return label.value if label is not None else default if name in self.attempted else None

    def numbers(self, identifier: str, name: str, pattern: str) -> list[str | None]:
        """The two parts of a Head, Bounds or Anchor; an open one is None. Both are None where the label is missing."""
        label = self.labels(identifier).get(name)
        if label is None:
            return [None, None]
        parts = label.value.split(" ")
        if len(parts) != 2 or not all(re.fullmatch(pattern, part) for part in parts):
            self.report(label.line, "label-value", f"{identifier}: {name} is not two values: {label.value[:60]!r}")
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
        """One a cluster; a reference outside the knowledge base is `nil:KEY`, and no reference says nothing of it."""
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
            self.report(span.line, "label-value", f"{identifier}: a bound is no finite number")
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
                self.report(line, "link-dangling", f"{type_[:60]} {one[:60]} {two[:60]}: not two events")
            else:
                yield PredRelation(type=type_, from_=first, to=second)


def _undigited(role: str, beside: set[str]) -> str:
    """`Target2` is a second Target, where there is such a role or another of that name beside it."""
    name = role.rstrip("0123456789")
    roles = ontology().role
    return name if role not in roles and (name in roles or name in beside) else role

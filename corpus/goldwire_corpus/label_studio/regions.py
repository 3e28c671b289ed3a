"""Strict validator of the regions and links of a `result`.

The server and `LabelInterface` of the SDK accept offsets that are out of range, reversed or not integers, texts that
differ from the selection, links without a label or with an unknown one, attributes without a region, and duplicate ids.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec

from goldwire_corpus.errors import ValidationError
from goldwire_corpus.label_studio.layout import (
    CHOICES,
    FIELDS,
    MARK,
    NOTE,
    ORDER,
    REMARK,
    TEXT,
    Json,
    kinds,
    link_labels,
    offers,
    values_of,
)


class Region(msgspec.Struct):
    """A region ``[start, end)`` in code points, with its fields and choices by name and the order of arguments."""

    id: str
    start: int
    end: int
    kind: str
    label: str
    values: dict[str, str] = {}
    order: list[str] = []


class Link(msgspec.Struct):
    source: str
    target: str
    labels: list[str]
    directed: bool = True


class Result(msgspec.Struct):
    """A validated `result`: `invalid` are labels of invalid regions, `passed_over` numbers of ignored items."""

    regions: dict[str, Region] = {}
    links: list[Link] = []
    remark: str = ""
    invalid: list[str] = []
    passed_over: Counter[str] = msgspec.field(default_factory=Counter)


_FIELD_KIND = {name: kind for kind, names in FIELDS.items() for name in names}
_CHOICE_KIND = {name: kind for kind, names in CHOICES.items() for name in names}


class _Reader:
    def __init__(self, text: str, path: str, place: str, any_labels: bool):
        self.text, self.path, self.place, self.any_labels = text, path, place, any_labels
        self.errors: list[ValidationError] = []
        self.result = Result({}, [])
        self.pairs: set[tuple[str, str]] = set()

    def report(self, id: str, message: str) -> None:
        self.errors.append(ValidationError(self.path, 0, id, f"{self.place}: {message}"))

    def foreign(self, what: str, id: str, message: str) -> None:
        """Count an item of another interface if any labels are read; otherwise report an error."""
        if self.any_labels:
            self.result.passed_over[f"{what} passed over"] += 1
        else:
            self.report(id, message)

    # ------------------------------------------------------------------ spans

    def span(self, id: str, value: Json) -> tuple[int, int] | None:
        start, end = value.get("start"), value.get("end")
        if type(start) is not int or type(end) is not int:
            self.report("span-format", f"{id}: offsets {start!r} and {end!r}; expected integers")
        elif not 0 <= start < end <= len(self.text):
            self.report(
                "span-range",
                f"{id}: span [{start}, {end}) is empty or outside the text of {len(self.text)} code points",
            )
        else:
            return start, end
        return None

    def region(self, id: str, item: Json) -> None:
        """Add a region; report an invalid one and store its label in `invalid`."""
        value = item["value"]
        labels = value.get(item["type"], value.get("labels")) if self.any_labels else value.get("labels")
        single = isinstance(labels, list) and len(labels) == 1 and isinstance(labels[0], str)
        label = labels[0] if single else ""
        kind = kinds().get(label) if item.get("from_name") == MARK else None
        if not single:
            self.report("label-single", f"{id}: expected one label, found {labels!r}")
        elif kind is None and not self.any_labels:
            self.report("type-unknown", f"{id}: unknown label {label!r}")
        elif id in self.result.regions:
            self.report("id-duplicate", f"duplicate id {id}")
        elif (span := self.span(id, value)) and self.selects(id, value.get("text"), self.text[slice(*span)]):
            region = Region(id, *span, kind or "entity", label)
            meta = item.get("meta")
            if isinstance(meta, dict) and isinstance(meta.get(ORDER), list):
                region.order = [str(x) for x in meta[ORDER]]
            self.result.regions[id] = region
            return
        self.result.invalid.append(label)

    def selects(self, id: str, given: Any, selected: str) -> bool:
        """Return whether the text of a region equals the text at its offsets up to white space; report a difference."""
        if given is None or (isinstance(given, str) and _squeezed(given) == _squeezed(selected)):
            return True
        self.report("span-text", f"{id} has the text {given!r}, but its offsets select {selected!r}")
        return False

    # ------------------------------------------------------------------ attributes

    def attribute(self, id: str, name: str, item: Json) -> None:
        values = item["value"].get("choices" if name in _CHOICE_KIND else "text")
        region = self.result.regions.get(id)
        owner = _CHOICE_KIND.get(name) or _FIELD_KIND.get(name)
        if region is None:
            self.report("attribute-orphan", f"{name} of {id}, which is not a region")
        elif owner is not None and (owner != region.kind or not offers(region.label, name)):
            self.foreign(f"values of {name!r}", "attribute-elsewhere", f"{id}: {region.label} has no {name}")
        elif name in region.values:
            self.report("attribute-duplicate", f"{id}: duplicate {name}")
        elif not isinstance(values, list) or not all(isinstance(v, str) for v in values):
            self.report("attribute-value", f"{id}: invalid {name} {values!r}")
        elif name in _CHOICE_KIND and (len(values) != 1 or not (self.any_labels or values[0] in values_of(name))):
            expected = ", ".join(values_of(name))
            self.report("attribute-value", f"{id}: unknown {name} {', '.join(values)!r}; expected one of {expected}")
        elif name != NOTE and len(values) > 1:
            self.report("attribute-value", f"{id}: {name} has {len(values)} values; expected one")
        else:
            placed = "start" in item["value"] or "end" in item["value"]
            if placed and self.span(id, item["value"]) not in (None, (region.start, region.end)):
                self.report("attribute-span", f"{id}: the span of {name} differs from that of its region")
            if text := "\n".join(values):
                region.values[name] = text

    # ------------------------------------------------------------------ links

    def link(self, item: Json) -> None:
        source, target, labels = item.get("from_id"), item.get("to_id"), item.get("labels")
        direction = item.get("direction", "right")
        name = f"link from {source} to {target}"
        for end in (source, target):
            if end not in self.result.regions:
                self.report("link-dangling", f"{name}: unknown region {end}")
        if source == target:
            self.report("link-self", f"{name}: both ends are the same region")
        if direction not in ("left", "right", "bi"):
            self.report("link-direction", f"{name}: unknown direction {direction!r}")
        if not labels or not isinstance(labels, list):
            self.foreign("links without a label", "link-unlabelled", f"{name} has no label")
            return
        for label in labels:
            if label not in link_labels():
                self.foreign(f"links {label!r}", "link-unknown", f"{name}: unknown label {label!r}")
        if (source, target) in self.pairs:
            # The interface shows only the first of the two and drops the other when it saves.
            self.report("link-duplicate", f"duplicate {name}")
        self.pairs.add((str(source), str(target)))
        if direction == "left":
            source, target = target, source
        known = [str(x) for x in labels if x in link_labels()]
        if known and source in self.result.regions and target in self.result.regions:
            self.result.links.append(Link(str(source), str(target), known, direction != "bi"))


def _squeezed(text: str) -> str:
    """Return the text without white space, which exports write in several ways."""
    return "".join(text.replace("\\n", " ").split())


def read(
    result: Any, text: str, path: str, place: str, any_labels: bool = False
) -> tuple[Result, list[ValidationError]]:
    """Read a `result`, located in messages by `path` and `place`; return its valid regions and links, and the errors.

    With `any_labels`, a region of any control is a mention whose type is its label; other items are counted in
    `passed_over`.
    """
    reader = _Reader(text, path, place, any_labels)
    items = list(_items(result, reader))
    marks = [item for item in items if _is_region(item, any_labels)]
    for item in marks:
        reader.region(item["id"], item)
    for item in items:
        name = item.get("from_name")
        if item["type"] == "relation":
            reader.link(item)
        elif name == REMARK:
            reader.result.remark = "\n".join(map(str, item["value"].get("text") or []))
        elif _is_region(item, any_labels):
            continue
        elif name in _FIELD_KIND or name in _CHOICE_KIND or name == NOTE:
            reader.attribute(item["id"], name, item)
        else:
            message = f"{item['id']}: unknown control {name!r}; our interface has {MARK!r} for spans (--labels any "
            reader.foreign(f"values of control {name!r}", "control-unknown", message + "reads spans of any control)")
    return reader.result, reader.errors


def _is_region(item: Json, any_labels: bool) -> bool:
    if item["type"] == "relation":
        return False
    return item.get("from_name") == MARK or (any_labels and item["type"].endswith("labels"))


def _items(result: Any, reader: _Reader) -> Iterator[Json]:
    if not isinstance(result, list):
        reader.report("result-format", f"expected a list as result, found {type(result).__name__}")
        return
    for index, item in enumerate(result, 1):
        if not isinstance(item, dict) or not (_is_link(item) or _is_of_region(item)):
            reader.report("result-format", f"invalid item {index}; expected a region, a value of a region or a link")
        else:
            if item["type"] != "relation" and item.get("to_name") != TEXT and not reader.any_labels:
                reader.report("control-unknown", f"{item['id']}: labels {item.get('to_name')!r}, expected {TEXT!r}")
            yield item


def _is_link(item: Json) -> bool:
    """Return whether an item has the types of a link; labels may be missing."""
    labels = item.get("labels")
    ends = (item.get("from_id"), item.get("to_id"), item.get("direction", "right"))
    typed = labels is None or (isinstance(labels, list) and all(isinstance(label, str) for label in labels))
    return item.get("type") == "relation" and typed and all(isinstance(end, str) for end in ends)


def _is_of_region(item: Json) -> bool:
    """Return whether an item has the types of a region or of a value of a region."""
    texts = (item.get("id"), item.get("type"), item.get("from_name"))
    return (
        all(isinstance(text, str) and text for text in texts)
        and item["type"] != "relation"
        and isinstance(item.get("value"), dict)
    )

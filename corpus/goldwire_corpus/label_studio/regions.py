"""The strict validator: what a `result` says, as regions and links, or every fault of it.

Neither the server nor the SDK's `LabelInterface` objects to offsets out of range, reversed or not whole, to a text that
is not what they select, to links without label or with one that is not offered, to attributes of no region, or to an
id that stands twice.
"""

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
    """``[start, end)`` in code points. `said`: per-region fields and choices by kind; `order`: of arguments."""

    id: str
    start: int
    end: int
    kind: str
    label: str
    said: dict[str, str] = {}
    order: list[str] = []


class Link(msgspec.Struct):
    source: str
    target: str
    labels: list[str]
    directed: bool = True


class Result(msgspec.Struct):
    regions: dict[str, Region] = {}
    links: list[Link] = []
    remark: str = ""


_FIELD_KIND = {name: kind for kind, names in FIELDS.items() for name in names}
_CHOICE_KIND = {name: kind for kind, names in CHOICES.items() for name in names}


class _Reader:
    def __init__(self, text: str, path: str, place: str):
        self.text, self.path, self.place = text, path, place
        self.errors: list[ValidationError] = []
        self.result = Result({}, [])
        self.pairs: set[tuple[str, str]] = set()

    def report(self, id: str, message: str) -> None:
        self.errors.append(ValidationError(self.path, 0, id, f"{self.place}: {message}"))

    # ------------------------------------------------------------------ spans

    def span(self, id: str, value: Json) -> tuple[int, int] | None:
        start, end = value.get("start"), value.get("end")
        if type(start) is not int or type(end) is not int:
            self.report("span-format", f"{id}: offsets {start!r} and {end!r} are not whole numbers")
        elif not 0 <= start < end <= len(self.text):
            self.report("span-range", f"{id}: [{start}, {end}) is not in the text of {len(self.text)} code points")
        else:
            return start, end
        return None

    def region(self, id: str, item: Json) -> None:
        value = item["value"]
        labels = value.get("labels")
        if not isinstance(labels, list) or len(labels) != 1:
            self.report("label-single", f"{id}: needs exactly one label, has {labels!r}")
        elif labels[0] not in kinds():
            self.report("type-unknown", f"{id}: no label {labels[0]!r}")
        elif id in self.result.regions:
            self.report("id-duplicate", f"{id} stands twice")
        elif span := self.span(id, value):
            said, selected = value.get("text"), self.text[slice(*span)]
            if said is not None and (not isinstance(said, str) or _squeezed(said) != _squeezed(selected)):
                self.report("span-text", f"{id} reads {said!r}, its offsets select {selected!r}")
            region = Region(id, *span, kinds()[labels[0]], labels[0])
            meta = item.get("meta")
            if isinstance(meta, dict) and isinstance(meta.get(ORDER), list):
                region.order = [str(x) for x in meta[ORDER]]
            self.result.regions[id] = region

    # ------------------------------------------------------------------ attributes

    def attribute(self, id: str, name: str, item: Json) -> None:
        values = item["value"].get("choices" if name in _CHOICE_KIND else "text")
        region = self.result.regions.get(id)
        owner = _CHOICE_KIND.get(name) or _FIELD_KIND.get(name)
        if region is None:
            self.report("attribute-orphan", f"{name} of {id}, which is no region")
        elif owner is not None and (owner != region.kind or not offers(region.label, name)):
            self.report("attribute-elsewhere", f"{id}: {region.label} has no {name}")
        elif name in region.said:
            self.report("attribute-duplicate", f"{id}: {name} stands twice")
        elif not isinstance(values, list) or not all(isinstance(v, str) for v in values):
            self.report("attribute-value", f"{id}: {name} is {values!r}")
        elif name in _CHOICE_KIND and (len(values) != 1 or values[0] not in values_of(name)):
            self.report("attribute-value", f"{id}: {name} is {', '.join(values)!r}, not one of its values")
        elif name != NOTE and len(values) > 1:
            self.report("attribute-value", f"{id}: {name} has {len(values)} values")
        else:
            placed = "start" in item["value"] or "end" in item["value"]
            if placed and self.span(id, item["value"]) not in (None, (region.start, region.end)):
                self.report("attribute-span", f"{id}: {name} lies elsewhere than its region")
            if text := "\n".join(values):
                region.said[name] = text

    # ------------------------------------------------------------------ links

    def link(self, item: Json) -> None:
        source, target, labels = item.get("from_id"), item.get("to_id"), item.get("labels")
        direction = item.get("direction", "right")
        name = f"link from {source} to {target}"
        for end in (source, target):
            if end not in self.result.regions:
                self.report("link-dangling", f"{name}: {end} is no region")
        if source == target:
            self.report("link-self", f"{name}: both ends are one region")
        if direction not in ("left", "right", "bi"):
            self.report("link-direction", f"{name}: no direction {direction!r}")
        if not labels or not isinstance(labels, list):
            self.report("link-unlabelled", f"{name} has no label")
            return
        for label in labels:
            if label not in link_labels():
                self.report("link-unknown", f"{name}: no label {label!r}")
        if (source, target) in self.pairs:
            # The interface would show the first of the two only, and lose the other on saving.
            self.report("link-duplicate", f"{name} stands twice")
        self.pairs.add((str(source), str(target)))
        if direction == "left":
            source, target = target, source
        link = Link(str(source), str(target), [str(x) for x in labels], direction != "bi")
        self.result.links.append(link)


def _squeezed(text: str) -> str:
    """The text without white space, which exports write in several ways."""
    return "".join(text.replace("\\n", " ").split())


def read(result: Any, text: str, path: str, place: str) -> tuple[Result, list[ValidationError]]:
    """Reads a `result`; `place` names it in the incidents. The Result is sound only where there are no incidents."""
    reader = _Reader(text, path, place)
    items = list(_items(result, reader))
    for item in items:
        if item.get("from_name") == MARK and item["type"] != "relation":
            reader.region(item["id"], item)
    for item in items:
        name = item.get("from_name")
        if item["type"] == "relation":
            reader.link(item)
        elif name == REMARK:
            reader.result.remark = "\n".join(map(str, item["value"].get("text") or []))
        elif name in _FIELD_KIND or name in _CHOICE_KIND or name == NOTE:
            reader.attribute(item["id"], name, item)
        elif name != MARK:
            reader.report("control-unknown", f"{item['id']}: the interface has no control {name!r}")
    return reader.result, reader.errors


def _items(result: Any, reader: _Reader) -> Iterator[Json]:
    if not isinstance(result, list):
        reader.report("result-format", f"the result is no list but {type(result).__name__}")
        return
    for index, item in enumerate(result, 1):
        link = isinstance(item, dict) and item.get("type") == "relation"
        if link or (
            isinstance(item, dict)
            and isinstance(item.get("id"), str)
            and item["id"]
            and isinstance(item.get("value"), dict)
            and isinstance(item.get("type"), str)
        ):
            if not link and item.get("to_name") != TEXT:
                reader.report("control-unknown", f"{item['id']}: labels {item.get('to_name')!r}, not {TEXT!r}")
            yield item
        else:
            reader.report("result-format", f"item {index} is neither a region, nor of a region, nor a link")

"""TimeML (Pustejovsky et al. 2003; ISO-TimeML 2010), a file or a folder of `.tml` files: events, times, TLINKs.

The text of a document is all text in its root element, so that offsets hold for the header too. An event has the type
of its `class`, or EVENT. TLINKs between events become relations: AFTER and IS_INCLUDED are turned round, OVERLAP is
OVERLAPS, other types are verbatim, and NONE and VAGUE, which decide nothing, are left out. Links with a time or a
subordinate clause have no counterpart and are counted.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from goldwire_corpus.errors import data_error
from goldwire_corpus.schema.prediction import PredEvent, Prediction, PredRelation, PredTime
from goldwire_eval.readers.corpora.xml import files, parse
from goldwire_eval.readers.document_pairs import Line

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from goldwire_eval.readers.formats import Reading

SUFFIXES = {".tml", ".xml"}
_INVERTED = {
    "AFTER": "BEFORE",
    "IS_INCLUDED": "INCLUDES",
    "IAFTER": "IBEFORE",
    "BEGUN_BY": "BEGINS",
    "ENDED_BY": "ENDS",
}
_RENAMED = {"OVERLAP": "OVERLAPS"}
_UNDECIDED = {"NONE", "VAGUE"}


def read(path: Path, reading: "Reading") -> Iterator[Line]:
    """Yield a document for each file. Raises DataError for a file that is not well-formed TimeML."""
    for file in files(path, SUFFIXES):
        root = parse(file)
        if root.tag != "TimeML":
            raise data_error(str(file), 0, "corpus-format", f"expected the root element TimeML; found {root.tag}")
        yield Line(str(file), 1, _document(root, file, reading))


def _document(root: "Element", file: Path, reading: "Reading") -> Prediction:
    text, spans = _flat(root)
    events, times = [], []
    for element, start, end in spans:
        if element.tag == "EVENT":
            events.append(PredEvent(id=element.get("eid"), start=start, end=end, type=element.get("class", "EVENT")))
        elif element.tag == "TIMEX3":
            type_, value = element.get("type"), element.get("value")
            times.append(PredTime(id=element.get("tid"), start=start, end=end, type=type_, value=value))
    return Prediction(
        id=file.stem, text=text, events=events, times=times, relations=_relations(root, {e.id for e in events}, reading)
    )


def _flat(root: "Element") -> tuple[str, list[tuple["Element", int, int]]]:
    """Return the text of an element, and of each element in it the span."""
    parts: list[str] = []
    spans: list[tuple[Element, int, int]] = []
    length = 0

    def take(text: str | None) -> None:
        nonlocal length
        parts.append(text or "")
        length += len(text or "")

    def walk(element: "Element") -> None:
        start = length
        take(element.text)
        for child in element:
            walk(child)
            take(child.tail)
        spans.append((element, start, length))

    walk(root)
    return "".join(parts), sorted(spans, key=lambda found: (found[1], -found[2]))


def _relations(root: "Element", events: set[str | None], reading: "Reading") -> list[PredRelation]:
    instances = {i.get("eiid"): i.get("eventID") for i in root.iter("MAKEINSTANCE")}
    found: dict[tuple[str, str, str], PredRelation] = {}
    for link in root.iter("TLINK"):
        type_ = link.get("relType", "NONE")
        one, two = (
            instances.get(link.get(name), link.get(name)) for name in ("eventInstanceID", "relatedToEventInstance")
        )
        if one is None or two is None:
            reading.passed_over["TLINKs with a time, left out"] += 1
        elif one not in events or two not in events:
            reading.passed_over["TLINKs of unknown events, left out"] += 1
        elif type_ in _UNDECIDED:
            reading.passed_over[f"TLINKs of type {type_}, left out"] += 1
        else:
            if type_ in _INVERTED:
                type_, one, two = _INVERTED[type_], two, one
            type_ = _RENAMED.get(type_, type_)
            found[type_, one, two] = PredRelation(type=type_, from_=one, to=two)
    for tag in ("SLINK", "ALINK"):
        if count := sum(1 for _ in root.iter(tag)):
            reading.passed_over[f"{tag}s, left out"] += count
    return list(found.values())

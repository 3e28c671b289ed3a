"""Times and quantities of all baselines, found and resolved by Microsoft's recognizers-text.

This module adapts its results (https://github.com/microsoft/Recognizers-Text) to the guidelines: spans without
prepositions and with modifiers, values relative to the publication date, vague spans of time.
"""

import re
from datetime import datetime
from typing import Any

from goldwire_corpus.schema.document import Document, Span
from goldwire_corpus.schema.prediction import PredQuantity, PredTime

_VAGUE = re.compile(
    r"\b(?:the )?(?:past|last|recent|coming|previous) (?:few |several )?(?P<unit>days|weeks|months|years)\b", re.I
)
_SAME = re.compile(r"\b(?:the same|that) (?:day|morning|afternoon|evening|night)\b", re.I)
_LEAD = re.compile(r"(?:since|in|on|from|during|by|until|before|after|around|at|within|for|of|between) +", re.I)
_DOZENS = re.compile(r"\b(dozens|scores|hundreds|thousands)\b(?: of (?:thousands))?", re.I)
_LEAST = {"dozens": 24, "scores": 40, "hundreds": 200, "thousands": 2000}
_MODIFIER = re.compile(
    r"(?:(?P<atleast>at least|no fewer than|a minimum of)|(?P<more>more than|over|upwards of)|(?P<most>up to|at most)"
    r"|(?P<about>some|about|around|roughly|nearly|almost|close to)) $",
    re.I,
)

_UNKNOWN = datetime(1900, 7, 1)
"""Reference of a document without a publication date; a value near it is relative to that date."""
_UNKNOWN_YEARS = ("1899", "1900", "1901")


def times(document: Document) -> list[PredTime]:
    """Return the time expressions of a document in text order."""
    from recognizers_date_time import Culture, recognize_datetime

    published = datetime.fromisoformat(document.published) if document.published else _UNKNOWN
    found: list[PredTime] = []
    for sentence in document.sentences:
        text = document.text[sentence.start : sentence.end]
        taken: list[tuple[int, int]] = []
        for match in _VAGUE.finditer(text):
            value = f"PX{match['unit'][0].upper()}"
            _add(found, taken, sentence, match.start(), match.end(), "DURATION", value)
        for match in _SAME.finditer(text):
            day = next((t.value for t in reversed(found) if t.type == "DATE" and len(t.value or "") == 10), None)
            value = day or document.published or "PAST_REF"
            _add(found, taken, sentence, match.start(), match.end(), "DATE", value)
        for result in recognize_datetime(text, Culture.English, reference=published):
            start, end = result.start, result.end + 1
            if lead := _LEAD.match(text, start, end):
                start = lead.end()
            typed = _timex(result.type_name.partition(".")[2], result.resolution, published)
            if typed is not None and start < end and re.search(r"[A-Za-z]|\d{4}", text[start:end]):
                _add(found, taken, sentence, start, end, *typed)
    return sorted(found, key=lambda t: (t.start or 0, t.end or 0))


def _add(
    found: list[PredTime], taken: list[tuple[int, int]], sentence: Span, start: int, end: int, type_: str, value: str
) -> None:
    if any(s < end and start < e for s, e in taken):
        return
    taken.append((start, end))
    offset = sentence.start
    found.append(PredTime(id=f"t{offset + start}", start=offset + start, end=offset + end, type=type_, value=value))


def _timex(kind: str, resolution: dict[str, Any] | None, published: datetime) -> tuple[str, str] | None:
    """Return TIMEX3 type and value; of ambiguous dates the first, which is the past one, as usual in news.

    If the date of the document is unknown, the value is what the expression itself says.
    """
    value = ((resolution or {}).get("values") or [{}])[0]
    timex = str(value.get("timex") or "")
    if published == _UNKNOWN and kind in ("date", "daterange"):
        if timex.startswith(_UNKNOWN_YEARS):
            return "DATE", "PRESENT_REF" if timex == str(published.date()) else "PAST_REF"
        return ("DATE", timex) if re.fullmatch(r"[\dX]{4}(-[\dXW]{1,3}){0,2}", timex) else None
    match kind:
        case "date":
            return "DATE", str(value.get("value") or timex)
        case "daterange" if value.get("start"):
            start = str(value["start"])
            if re.fullmatch(r"(?:XXXX|\d{4})-\d\d", timex):
                return "DATE", start[:7]
            return "DATE", timex if re.fullmatch(r"\d{4}(?:-W\d\d)?", timex) else start
        case "duration":
            return "DURATION", timex
        case "set":
            return "SET", timex
        case "datetime" | "datetimerange" | "time" | "timerange":
            stamp = str(value.get("value") or value.get("start") or timex)
            return "TIME", stamp.replace(" ", "T")[:16]
    return None


def quantities(document: Document, found_times: list[PredTime]) -> list[PredQuantity]:
    """Return the quantities of a document outside its times and names, in text order."""
    from recognizers_number import Culture, recognize_number

    taken = [(t.start or 0, t.end or 0) for t in found_times]
    found: list[PredQuantity] = []
    for sentence in document.sentences:
        text = document.text[sentence.start : sentence.end]
        spans = [(r.start, r.end + 1, float(r.resolution["value"])) for r in recognize_number(text, Culture.English)]
        vague = [(m.start(), m.end(), None) for m in _DOZENS.finditer(text)]
        for start, end, value in sorted([*spans, *vague], key=lambda s: s[0]):
            begin, stop = sentence.start + start, sentence.start + end
            before, after = text[max(0, start - 1) : start], text[end : end + 1]
            named = before == "-" or after == "-" or text[:start].endswith(("No. ", "Station ", "Article "))
            if named or text[start:end].lower() == "one" or any(s < stop and begin < e for s, e in taken):
                continue
            found.append(_quantity(document, text, sentence.start, start, end, value))
    return found


def _quantity(document: Document, text: str, offset: int, start: int, end: int, value: float | None) -> PredQuantity:
    unit = re.match(r" (?:of )?(?:the |his |her |their )?([A-Za-z]+)", text[end:])
    low, high, modifier = value, value, "exact"
    if value is None:
        low, high, modifier = float(_LEAST[text[start:end].split()[0].lower()]), None, "about"
    elif match := _MODIFIER.search(text, 0, start):
        start = match.start()
        if match["atleast"]:
            high, modifier = None, "at-least"
        elif match["more"]:
            low, high, modifier = value + 1, None, "more-than"
        elif match["most"]:
            low, modifier = None, "at-most"
        else:
            modifier = "about"
    return PredQuantity(
        id=f"q{offset + start}", start=offset + start, end=offset + end, min=low, max=high, modifier=modifier,
        unit=unit[1].lower().removesuffix("s") if unit else "item",
    )  # fmt: skip

"""Quantities of all baselines: the numbers that Microsoft's recognizers-text finds, adapted to the guidelines.

The library (https://github.com/microsoft/Recognizers-Text) finds numbers in figures and words; modifiers, bounds, units
and what counts as no quantity are added here. Times are in `time_expressions`.
"""

import re
from decimal import Context, localcontext
from typing import Any

from goldwire_corpus.schema.document import Document
from goldwire_corpus.schema.prediction import PredQuantity, PredTime

_DOZENS = re.compile(r"\b(dozens|scores|hundreds|thousands)\b(?: of (?:thousands))?", re.I)
_LEAST = {"dozens": 24, "scores": 40, "hundreds": 200, "thousands": 2000}
_MODIFIER = re.compile(
    r"(?:(?P<atleast>at least|no fewer than|a minimum of)|(?P<more>more than|over|upwards of)|(?P<most>up to|at most)"
    r"|(?P<about>some|about|around|roughly|nearly|almost|close to)) $",
    re.I,
)

_NUMERIC = re.compile(
    r"\d|\b(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
    r"|(?:thir|four|fif|six|seven|eigh|nine)teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty"
    r"|dozen|hundred|thousand|million|billion|half|third|quarter|fifth)s?\b", re.I,
)  # fmt: skip
"""What every number has. The library is slow, and most sentences have no number outside their times."""


def quantities(document: Document, found_times: list[PredTime]) -> list[PredQuantity]:
    """Return the quantities of a document outside its times and names, in text order."""
    taken = [(t.start or 0, t.end or 0) for t in found_times]
    found: list[PredQuantity] = []
    for sentence in document.sentences:
        text = document.text[sentence.start : sentence.end]
        places = (sentence.start + m.start() for m in _NUMERIC.finditer(text))
        numbers = _recognised(text) if any(not any(s <= i < e for s, e in taken) for i in places) else []
        spans = [(r.start, r.end + 1, float(r.resolution["value"])) for r in numbers]
        vague = [(m.start(), m.end(), None) for m in _DOZENS.finditer(text)]
        for start, end, value in sorted([*spans, *vague], key=lambda s: s[0]):
            begin, stop = sentence.start + start, sentence.start + end
            before, after = text[max(0, start - 1) : start], text[end : end + 1]
            named = before == "-" or after == "-" or text[:start].endswith(("No. ", "Station ", "Article "))
            if named or text[start:end].lower() == "one" or any(s < stop and begin < e for s, e in taken):
                continue
            found.append(_quantity(document, text, sentence.start, start, end, value))
    return found


def _recognised(text: str) -> list[Any]:
    """Return the numbers of a sentence, whatever the decimal context of the thread.

    The library calculates in that context, and sets its precision to 15 digits in the thread that imports it.
    """
    with localcontext(Context(prec=15)):
        from recognizers_number import Culture, recognize_number

        return list(recognize_number(text, Culture.English))


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

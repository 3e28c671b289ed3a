"""From a quote to its span; gold is never used."""

import unicodedata
from functools import lru_cache
from typing import NamedTuple

from goldwire_eval.batch.validation import shown

_SINGLE = "\u2018\u2019\u201a\u201b\u2032`\u00b4"
_DOUBLE = "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_SAME = str.maketrans(_SINGLE + _DOUBLE + _DASHES, "'" * len(_SINGLE) + '"' * len(_DOUBLE) + "-" * len(_DASHES))


class GroundingError(ValueError):
    """`id` is the error id: quote-missing, quote-ambiguous, quote-nth or quote-empty."""

    def __init__(self, id: str, message: str):
        super().__init__(message)
        self.id = id


class Found(NamedTuple):
    """The span of a quote in code points of the text; `normalised` if it only occurs in its normalised form."""

    start: int
    end: int
    normalised: bool = False


def ground(text: str, quote: str, nth: int | None = None, window: tuple[int, int] | None = None) -> tuple[int, int]:
    """Return the span of the `nth` occurrence (from 1, overlapping ones counted) of `quote` in `text`.

    `window` is a span ``[start, end)`` to look in. Without `nth` the quote must occur once. Raises GroundingError if
    there is no such occurrence.
    """
    start, end = window or (0, len(text))
    if not quote:
        raise GroundingError("quote-empty", "empty quote")
    begin = _occurrence(text, quote, nth, start, end, quote)
    return begin, begin + len(quote)


def locate(
    text: str, quote: str, nth: int | None = None, window: tuple[int, int] | None = None, normalised: bool = False
) -> Found:
    """Return what `ground` returns; with `normalised` a quote that is not found may differ from the text in form.

    It may differ in case, white space, quotation marks, dashes and Unicode normalisation (NFC and NFD are equal).
    """
    try:
        return Found(*ground(text, quote, nth, window))
    except GroundingError as error:
        if not normalised or error.id in ("quote-ambiguous", "quote-empty"):
            raise
    return _normalised(text, quote, nth, *(window or (0, len(text))))


def _occurrence(text: str, quote: str, nth: int | None, start: int, end: int, as_given: str) -> int:
    """Return where the occurrence of a quote begins; messages show the quote `as_given`."""
    found: list[int] = []
    position = text.find(quote, start, end)
    while position >= 0 and len(found) < (nth or 2):
        found.append(position)
        position = text.find(quote, position + 1, end)
    if not found:
        raise GroundingError("quote-missing", f"{shown(as_given)} is not in the text")
    if nth is None and len(found) > 1:
        raise GroundingError("quote-ambiguous", f"{shown(as_given)} occurs more than once; give `nth`")
    if nth is not None and not 1 <= nth <= len(found):
        raise GroundingError("quote-nth", f"{shown(as_given)} has no occurrence number {nth}")
    return found[(nth or 1) - 1]


def _normalised(text: str, quote: str, nth: int | None, start: int, end: int) -> Found:
    form, places = _form(text)
    # The first character of the form that comes from the window, and the first behind it.
    low = next((i for i, place in enumerate(places) if place >= start), len(places)) if start else 0
    high = next((i for i, place in enumerate(places) if place >= end), len(places)) if end < len(text) else len(places)
    wanted = _form(quote)[0].strip()
    if not wanted:
        raise GroundingError("quote-missing", f"{shown(quote)} is not in the text")
    begin = _occurrence(form, wanted, nth, low, high, quote)
    close = places[begin + len(wanted) - 1] + 1
    # A character that is decomposed in the text ends behind its marks.
    while close < end and unicodedata.combining(text[close]):
        close += 1
    return Found(places[begin], close, True)


def same_form(one: str, other: str) -> bool:
    """Return whether two strings have the same normalised form."""
    return _form(one)[0].strip() == _form(other)[0].strip()


@lru_cache(maxsize=16)
def _form(text: str) -> tuple[str, list[int]]:
    """Return the normalised form of a text, and for each of its characters the code point of the text it comes from."""
    form: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        if character.isspace():
            if form and form[-1] == " ":
                continue
            character = " "
        for part in unicodedata.normalize("NFD", character.translate(_SAME)).casefold():
            form.append(part)
            places.append(place)
    return "".join(form), places

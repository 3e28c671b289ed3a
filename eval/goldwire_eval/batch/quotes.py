"""From a quote to its span, without a look at gold."""

from goldwire_eval.batch.validation import shown


class GroundingError(ValueError):
    """`id` is the incident id: quote-missing, quote-ambiguous, quote-nth or quote-empty."""

    def __init__(self, id: str, message: str):
        super().__init__(message)
        self.id = id


def ground(text: str, quote: str, nth: int | None = None, window: tuple[int, int] | None = None) -> tuple[int, int]:
    """Finds the `nth` occurrence (from 1, overlapping ones counted) of `quote` in `text`.

    `window` is a span ``[start, end)`` to look in. Without `nth` the quote must occur once.
    Returns the span in code points of `text`; raises GroundingError otherwise.
    """
    start, end = window or (0, len(text))
    if not quote:
        raise GroundingError("quote-empty", "an empty quote selects nothing")
    found: list[int] = []
    position = text.find(quote, start, end)
    while position >= 0 and len(found) < (nth or 2):
        found.append(position)
        position = text.find(quote, position + 1, end)
    if not found:
        raise GroundingError("quote-missing", f"{shown(quote)} is not in the text")
    if nth is None and len(found) > 1:
        raise GroundingError("quote-ambiguous", f"{shown(quote)} occurs more than once: say which by `nth`")
    if nth is not None and not 1 <= nth <= len(found):
        raise GroundingError("quote-nth", f"{shown(quote)} has no occurrence number {nth}")
    begin = found[(nth or 1) - 1]
    return begin, begin + len(quote)

"""Named entity recognition on flat IOB2: exact span and type (Tjong Kim Sang and De Meulder 2003).

Equal to seqeval in strict IOB2 mode when the prediction was read from tags. Named mentions nested in a longer one
cannot be said in IOB2 and are left out of both sides; mentions that cross, or double another, are spurious.
"""

from collections.abc import Iterator

from goldwire_eval.items import Items
from goldwire_eval.match import Keyed
from goldwire_eval.metrics.base import by_key


def _flat(items: Items) -> Iterator[Keyed]:
    named = [(m.start, m.end, m.type) for m in items.mentions if m.level in ("NAM", None)]
    outer = _outermost({(start, end) for start, end, _ in named})
    for start, end, type_ in named:
        if (start, end) in outer:
            yield type_, (start, end, type_)


def _outermost(spans: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """The spans that lie in no other: met from the left, longest first, those that end beyond all before."""
    kept, furthest = set(), None
    for start, end in sorted(spans, key=lambda s: (s[0], -s[1])):
        if furthest is None or end > furthest:
            kept.add((start, end))
            furthest = end
    return kept


FAMILIES = [by_key("ner", "mentions", _flat)]

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
    kept: list[tuple[int, int]] = []
    for start, end, type_ in sorted(named, key=lambda s: (s[0] - s[1], s)):
        if any(s <= start and end <= e and (s, e) != (start, end) for s, e in kept):
            continue
        kept.append((start, end))
        yield type_, (start, end, type_)


FAMILIES = [by_key("ner", "mentions", _flat)]

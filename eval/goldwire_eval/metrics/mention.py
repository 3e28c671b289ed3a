"""Entity mentions of every level, nested: exact span and type, span alone, head word and type, and overlap.

`mention.partial` credits an overlap with one half, as the partial scheme of SemEval-2013 task 9 does
(Segura-Bedmar et al. 2013), without a look at types and under the best alignment, so that order cannot matter. Unlike
there, the overlap must be at least half of the longer span: else one span over the whole text earns a half for
every mention in it.
"""

from collections import Counter

from goldwire_eval.counts import Counts
from goldwire_eval.items import Items
from goldwire_eval.match import ByType, most_overlaps
from goldwire_eval.metrics.base import Family, by_key


def _partial(gold: Items, pred: Items) -> dict[str, ByType]:
    """Exact pairs first: giving one up can win two halves at the most."""
    left, right = [(m.start, m.end) for m in gold.mentions], [(m.start, m.end) for m in pred.mentions]
    exact = Counter(left) & Counter(right)
    rest = [list((Counter(side) - exact).elements()) for side in (left, right)]
    credit = exact.total() + most_overlaps(*rest) / 2
    return {"mention.partial": {"": Counts(credit, len(pred.mentions) - credit, len(gold.mentions) - credit)}}


FAMILIES = [
    by_key("mention.exact", "mentions", lambda x: [(m.type, (m.start, m.end, m.type)) for m in x.mentions]),
    by_key("mention.untyped", "mentions", lambda x: [("", (m.start, m.end)) for m in x.mentions]),
    by_key("mention.head", "mentions", lambda x: [(m.type, (m.head_end, m.type)) for m in x.mentions]),
    Family(("mention.partial",), "mentions", _partial),
]

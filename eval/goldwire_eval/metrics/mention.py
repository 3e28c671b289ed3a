"""Entity mentions of every level, nested: exact span and type, span alone, head word and type, and overlap.

`mention.partial` credits an overlap with one half, as the partial scheme of SemEval-2013 task 9 does
(Segura-Bedmar et al. 2013); types are not looked at, and the alignment is the best one, so that order cannot matter.
"""

from goldwire_eval.counts import Counts
from goldwire_eval.items import Items, MentionItem
from goldwire_eval.match import ByType, best_pairs
from goldwire_eval.metrics.base import Metric, by_key


def _credit(gold: MentionItem, pred: MentionItem) -> float:
    if (gold.start, gold.end) == (pred.start, pred.end):
        return 1.0
    return 0.5 if gold.start < pred.end and pred.start < gold.end else 0.0


def _partial(gold: Items, pred: Items) -> ByType:
    credit = sum(value for _, _, value in best_pairs(gold.mentions, pred.mentions, _credit))
    return {"": Counts(credit, len(pred.mentions) - credit, len(gold.mentions) - credit)}


METRICS = [
    by_key("mention.exact", "mentions", lambda x: [(m.type, (m.start, m.end, m.type)) for m in x.mentions]),
    by_key("mention.untyped", "mentions", lambda x: [("", (m.start, m.end)) for m in x.mentions]),
    by_key("mention.head", "mentions", lambda x: [(m.type, (m.head_end, m.type)) for m in x.mentions]),
    Metric("mention.partial", "mentions", _partial),
]

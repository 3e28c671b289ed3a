"""Entity mentions of every level, nested: exact span and type, span alone, head word and type, and overlap.

`mention.partial` credits an overlap with one half, as the partial scheme of SemEval-2013 task 9 does
(Segura-Bedmar et al. 2013), without a look at types and under the best alignment, so that order cannot matter. Unlike
there, the overlap must be at least half of the longer span: else one span over the whole text earns a half for
every mention in it.
"""

from collections.abc import Mapping

import numpy as np

from goldwire_eval.batch.arrays import among, dense, pack
from goldwire_eval.batch.tables import Batch, Mentions
from goldwire_eval.matching.one_to_one import DocumentStats, add_up, match_keys, pair_equal, pair_near, rest
from goldwire_eval.metrics.base import Family, by_key
from goldwire_eval.metrics.prf import MATCHED


def _partial(batch: Batch) -> Mapping[str, DocumentStats]:
    """Count exact pairs first: giving one up can win two halves at most."""
    m = batch.all_mentions
    code, _ = dense(pack(m.doc, m.start, m.end)[0])
    gold, pred = np.arange(m.gold), np.arange(m.gold, len(m))
    i, j = pair_equal(code, gold, pred)
    spare = rest(pred, j)
    # A duplicate of a hit does not match anything near.
    spare = spare[~among(code[spare], code[j])]
    near, _ = pair_near(m, m.start, m.end, np.zeros_like(m.doc), rest(gold, i), spare, half=True)
    credit = np.bincount(m.doc[i], minlength=m.documents) + np.bincount(m.doc[near], minlength=m.documents) / 2
    ones = np.ones((len(m), 1))
    sizes = [add_up(m.doc[side], ones[side], m.documents)[:, 0] for side in (gold, pred)]
    return {"mention.partial": DocumentStats(np.stack([credit, sizes[1] - credit, sizes[0] - credit], axis=1))}


def _head(batch: Batch) -> Mapping[str, DocumentStats]:
    m = batch.all_mentions
    return {"mention.head": match_keys(m, batch.heads(m), type=m.type, types=batch.types, once=batch.once)}


def _mentions(batch: Batch) -> Mentions:
    return batch.all_mentions


FAMILIES = [
    by_key("mention.exact", "mentions", _mentions, "start", "end", typed=True),
    by_key("mention.untyped", "mentions", _mentions, "start", "end"),
    Family({"mention.head": MATCHED}, "mentions", _head),
    Family({"mention.partial": MATCHED}, "mentions", _partial),
]

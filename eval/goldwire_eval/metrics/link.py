"""Entity linking: the knowledge base id of a mention (as GERBIL, Usbeck et al. 2015).

`link` is end to end: mentions matched by span and id, those of NIL left out of both sides. `link.matched` looks at
mentions that both sides found, and there NIL is an answer like any other, and a second one on a span is spurious.
"""

from collections.abc import Mapping

import numpy as np

from goldwire_eval.batch.arrays import order, pack
from goldwire_eval.batch.tables import Batch
from goldwire_eval.matching.one_to_one import DocumentStats, add_up, match_keys, pair_equal, rest
from goldwire_eval.metrics.base import Family
from goldwire_eval.metrics.prf import MATCHED


def _count(batch: Batch) -> Mapping[str, DocumentStats]:
    linked = batch.mentions.where(batch.mentions.link > 0)
    m = batch.mentions
    code, _ = pack(m.doc, m.start, m.end)
    gold, pred = np.arange(m.gold), np.arange(m.gold, len(m))
    # Of several mentions on one span those of one link are taken for the same.
    same = pair_equal(pack(code, m.link)[0], gold, pred)
    left = rest(pred, same[1])
    other = pair_equal(code, rest(gold, same[0]), left[order((m.link[left] < 0).astype(np.int64))])
    i, j = (np.concatenate(sides) for sides in zip(same, other, strict=True))
    right, given = m.link[i] == m.link[j], m.link[j] >= 0
    stats = add_up(m.doc[i], np.stack([right, given & ~right, ~right], axis=1).astype(np.float64), m.documents)
    # Every further link on a span that gold has is spurious: else naming every id would pay.
    spare = rest(left, other[1])
    further = spare[(m.link[spare] >= 0) & np.isin(code[spare], code[gold])]
    stats[:, 1] += np.bincount(m.doc[further], minlength=m.documents)
    return {
        "link": match_keys(linked, linked.start, linked.end, linked.link, once=batch.once),
        "link.matched": DocumentStats(stats),
    }


FAMILIES = [Family({"link": MATCHED, "link.matched": MATCHED}, "links", _count)]

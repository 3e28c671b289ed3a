"""Named entity recognition on flat IOB2: exact span and type (Tjong Kim Sang and De Meulder 2003).

Equal to seqeval in strict IOB2 mode when the prediction was read from tags. Named mentions nested in a longer one
have no place in IOB2 and are left out of both sides; crossing and repeated mentions are spurious.
"""

from collections.abc import Mapping

import numpy as np

from goldwire_eval.batch.arrays import Bools, order_by, pack, runs
from goldwire_eval.batch.tables import Batch, Mentions
from goldwire_eval.matching.one_to_one import DocumentStats, match_keys
from goldwire_eval.metrics.base import Family
from goldwire_eval.metrics.prf import MATCHED


def _count(batch: Batch) -> Mapping[str, DocumentStats]:
    flat = batch.all_mentions.where(flat_names(batch.all_mentions))
    tally = match_keys(flat, flat.start, flat.end, type=flat.type, types=batch.types, once=batch.once)
    return {"ner": tally}


def flat_names(m: Mentions) -> Bools:
    """Return the mentions that are names and are not inside another name of their side."""
    flat = m.named.copy()
    flat[m.named] = _outermost(m.where(m.named))
    return flat


def _outermost(m: Mentions) -> Bools:
    """Return the mentions whose span is in no other of its side.

    From left to right, the longest first, these are the spans that end beyond all before.
    """
    side = np.zeros(len(m), dtype=np.int64)
    side[m.gold :] = 1
    group, _ = pack(side, m.doc)
    by_place = order_by(group, m.start, -m.end)
    spans, _ = pack(group, m.start, m.end)
    begins = runs(spans[by_place])
    first = by_place[begins]
    # A number that grows from group to group, so that what was furthest in one is short of all in the next.
    reach, _ = pack(group[first], m.end[first])
    furthest = np.maximum.accumulate(reach)
    kept = np.ones(len(first), dtype=bool)
    kept[1:] = reach[1:] > furthest[:-1]
    out = np.empty(len(m), dtype=bool)
    out[by_place] = np.repeat(kept, np.diff(begins, append=len(by_place)))
    return out


FAMILIES = [Family({"ner": MATCHED}, "mentions", _count)]

"""Clusters of mentions and of events, and the id outside the document that each is linked to."""

from collections import Counter

import numpy as np

from goldwire_corpus.schema.document import NIL
from goldwire_eval.batch.arrays import NONE, Ints, ints, pack
from goldwire_eval.batch.context import Context
from goldwire_eval.batch.validation import shown

NO_LINK, NIL_LINK = -1, 0
"""The code of a cluster without a link, and of one linked to NIL; other links count from 1."""


def cluster_numbers(context: Context, layer: str, ids: Ints) -> Ints:
    """Return a number for each cluster of a row; an item without one is a cluster of its own."""
    alone = np.flatnonzero(ids == NONE)
    local = ids.copy()
    local[alone] = len(context.ids) + np.arange(len(alone))
    return pack(context.row[layer], local)[0]


def link_codes(context: Context, layer: str, ids: Ints, clusters: str) -> Ints:
    """Return the link of each item's cluster; `clusters` is the key that declares clusters with their links."""
    declared = [getattr(r.row, clusters) for r in context.rows]
    links: list[dict[str | None, str | None]] = [{c.id: c.link for c in some or ()} for some in declared]
    for row, some in enumerate(declared):
        if some and len(links[row]) < len(some):
            for id in [id for id, count in Counter(c.id for c in some).items() if count > 1]:
                context.spans.report(row, "id-duplicate", f"{clusters}: duplicate id {shown(id)}")
                # A link that no other row has.
                links[row][id] = f"\0{row}"
    if not any(links) and not (context.gold and any(some is not None for some in declared)):
        return np.full(len(ids), NO_LINK, dtype=np.int64)
    rows = context.row[layer].tolist()
    names = [None if id == NONE else context.ids.names[id] for id in ids.tolist()]
    if context.gold:
        for i, (row, id) in enumerate(zip(rows, names, strict=True)):
            if id is not None and declared[row] is not None and id not in links[row]:
                context.spans.report(row, "link-dangling", f"{context.where(layer, i)}: {clusters} has no {shown(id)}")
    codes = {None: NO_LINK, NIL: NIL_LINK}
    found = [links[row].get(id) for row, id in zip(rows, names, strict=True)]
    return ints([codes[link] if link in codes else context.strings["link", link] + 1 for link in found])

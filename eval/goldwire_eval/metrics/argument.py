"""Event arguments: identification (AI), classification (AC), and both attached to their trigger (AI+, AC+).

AI matches event type and filler, AC also the role (Li et al. 2013); the attached forms also the trigger's span, as
Peng et al. (2023) and Huang et al. (2024) argue they should. A filler matches by its exact span, by the end of its
head, or by naming the same gold entity (an event: the same gold cluster) as the gold filler; in each case one to one,
so that naming one entity five times is one hit and four spurious items.
"""

from collections.abc import Mapping

import numpy as np

from goldwire_eval.columns import Ints, dense, pack
from goldwire_eval.figures import MATCHED
from goldwire_eval.match import Tally, match_keys
from goldwire_eval.metrics.base import Family
from goldwire_eval.tables import EVENT, MENTION, Batch

_FORMS = (("id", False, False), ("cls", True, False), ("attached.id", False, True), ("attached.cls", True, True))
FILLERS = ("exact", "head", "entity")


def entity_of(batch: Batch) -> Ints:
    """For each argument the gold entity or cluster that its filler names, by span before head; else its span.

    The numbers are equal where the fillers name the same, within a document.
    """
    a, m, e = batch.arguments, batch.mentions, batch.events
    if batch.named is not None:
        return batch.named
    if not len(a):
        return a.doc
    # What may be named: every mention, and every filler that is none of them.
    place = np.flatnonzero(a.filler < 0)
    at = a.filler.copy()
    at[place] = len(m) + np.arange(len(place))
    doc, start, end, head = (
        np.concatenate([x, y[place]])
        for x, y in ((m.doc, a.doc), (m.start, a.start), (m.end, a.end), (batch.heads(m), batch.heads(a)))
    )
    span, last = pack(doc, start, end)[0], pack(doc, head)[0]
    # Of several mentions that end in one head the longest is meant.
    longest = np.lexsort((m.type[: m.gold], m.start[: m.gold] - m.end[: m.gold]))
    by_span, by_head = (_look_up(keys[longest], m.cluster[longest], keys) for keys in (span, last))
    named = np.where(a.kind == MENTION, np.where(by_span < 0, by_head, by_span)[at], -1)
    of_event = np.flatnonzero(a.kind == EVENT)
    spans = (a.doc, e.doc), (a.start, e.start), (a.end, e.end)
    nugget, _ = pack(*(np.concatenate([x[of_event], y]) for x, y in spans))
    by_type = np.argsort(e.type[: e.gold], kind="stable")
    wanted, known = nugget[: len(of_event)], nugget[len(of_event) :]
    named[of_event] = _look_up(known[by_type], e.cluster[by_type], wanted)
    kind = np.where(named < 0, 2, np.where(a.kind == EVENT, 1, 0))
    batch.named = pack(kind, np.where(named < 0, span[at], named))[0]
    return batch.named


def _look_up(keys: Ints, values: Ints, wanted: Ints) -> Ints:
    """The value of the first of equal keys, -1 where there is none."""
    if not len(keys):
        return np.full(len(wanted), -1)
    unique, first = np.unique(keys, return_index=True)
    at = np.minimum(np.searchsorted(unique, wanted), len(unique) - 1)
    return np.where(unique[at] == wanted, values[first[at]], -1)


def _count(batch: Batch) -> Mapping[str, Tally]:
    a, e = batch.arguments, batch.events
    type_ = e.type[a.event]
    trigger = dense(pack(a.doc, e.start[a.event], e.end[a.event])[0])[0]
    fillers = {
        "exact": pack(a.doc, a.start, a.end)[0],
        "head": pack(a.doc, batch.heads(a))[0],
        "entity": entity_of(batch),
    }
    counts = {}
    for how, filler in fillers.items():
        code = dense(filler)[0]
        for name, role, attached in _FORMS:
            key = [code, *([trigger] if attached else []), *([a.role] if role else [])]
            counts[f"argument.{name}@{how}"] = match_keys(a, *key, type=type_, types=batch.types, once=batch.once)
    return counts


FAMILIES = [
    Family({f"argument.{name}@{how}": MATCHED for name, _, _ in _FORMS for how in FILLERS}, "arguments", _count)
]

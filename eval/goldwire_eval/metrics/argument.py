"""Event arguments: identification (AI), classification (AC), and both attached to their trigger (AI+, AC+).

AI matches event type and filler, AC also the role (Li et al. 2013); the attached forms also the trigger's span, as
Peng et al. (2023) and Huang et al. (2024) argue they should. A filler matches by its exact span, by the end of its
head, or by naming the same gold entity (an event: the same gold cluster) as the gold filler; in each case one to one,
so that naming one entity five times is one hit and four spurious items.
"""

from collections.abc import Mapping

import numpy as np

from goldwire_eval.batch.arrays import Bools, Ints, dense, order, order_by, pack
from goldwire_eval.batch.tables import EVENT, MENTION, VALUE, Batch, Events, Mentions, numbered
from goldwire_eval.matching.one_to_one import DocumentStats, match_keys
from goldwire_eval.metrics.base import Family
from goldwire_eval.metrics.prf import MATCHED

_FORMS = (("id", False, False), ("cls", True, False), ("attached.id", False, True), ("attached.cls", True, True))
FILLERS = ("exact", "head", "entity")


def entity_of(batch: Batch) -> Ints:
    """Return for each argument the gold entity or cluster that its filler names, by span before head; else its span.

    Of several gold items with one span the one of the filler's type is meant, else the one that the most similar gold
    argument names. The numbers are equal where the fillers name the same, within a document.
    """
    a, m = batch.arguments, batch.mentions
    if batch.named is not None:
        return batch.named
    if not len(a):
        return a.doc
    named, doubt = np.full(len(a), -1), np.zeros(len(a), dtype=bool)
    heads = batch.heads(m), batch.heads(a)
    for kind, table in ((MENTION, m), (EVENT, batch.events)):
        of = np.flatnonzero(a.kind == kind)
        named[of], doubt[of] = _named(batch, table, of, heads if kind == MENTION else None)
    if doubt.any():
        _as_in_gold(batch, named, np.flatnonzero(doubt))
    span = pack(a.doc, a.start, a.end)[0]
    batch.named = pack(np.where(named < 0, VALUE, a.kind), np.where(named < 0, span, named))[0]
    return batch.named


def _named(batch: Batch, table: Mentions | Events, of: Ints, heads: tuple[Ints, Ints] | None) -> tuple[Ints, Bools]:
    """Return the gold clusters that the fillers of the arguments `of` name, -1 for none; and where it is ambiguous.

    `heads` are those of the items and of the arguments.
    """
    # What may be named: every item, and every filler that is not an item.
    a = batch.arguments
    at = a.filler[of]
    lone = of[at < 0]
    at[at < 0] = len(table) + np.arange(len(lone))
    doc, start, end = (
        np.concatenate([x, y[lone]]) for x, y in ((table.doc, a.doc), (table.start, a.start), (table.end, a.end))
    )
    gold = slice(0, table.gold)
    # Of several the longest is meant; no two are equal in all of these, so that order in the file does not matter.
    cluster = numbered(table, batch.ranks)[gold]
    types, starts, ends = batch.ranks[table.type[gold]], table.start[gold], table.end[gold]
    longest = order_by(starts - ends, starts, types, cluster)
    cluster = cluster[longest]
    span = pack(doc, start, end)[0]
    named, count = _first(span, longest, cluster)
    doubt = count > 1
    if doubt.any():
        typed = pack(span, np.concatenate([table.type, np.full(len(lone), -1)]))[0]
        found, _ = _first(typed, longest, cluster)
        named = np.where(found < 0, named, found)
        doubt &= found < 0
    if heads is not None:
        last = pack(doc, np.concatenate([heads[0], heads[1][lone]]))[0]
        found, _ = _first(last, longest, cluster)
        named = np.where(named < 0, found, named)
    return named[at], doubt[at]


def _as_in_gold(batch: Batch, named: Ints, doubt: Ints) -> None:
    """Set, for the arguments `doubt`, what the first gold argument names whose filler has the same span.

    One of the same event, type and role comes before one of the same type and role, and this before the same type.
    """
    a, e = batch.arguments, batch.events
    gold = order(named[: a.gold])
    known = named[gold]
    for like in ([a.role, e.start[a.event], e.end[a.event]], [a.role], []):
        rows = np.concatenate([gold, doubt])
        keys = pack(*(column[rows] for column in (a.doc, a.kind, e.type[a.event], a.start, a.end, *like)))[0]
        found = _first(keys, np.arange(a.gold), known)[0][a.gold :]
        named[doubt[found >= 0]] = found[found >= 0]
        doubt = doubt[found < 0]


def _first(keys: Ints, gold: Ints, values: Ints) -> tuple[Ints, Ints]:
    """Return for each row the value of the first of the rows `gold` with an equal key, -1 without any; and how many are
    equal."""
    numbers, count = dense(keys)
    found = np.full(count, -1, dtype=np.int64)
    # Of several values for one place the last is kept.
    found[numbers[gold[::-1]]] = values[::-1]
    return found[numbers], np.bincount(numbers[gold], minlength=count)[numbers]


def _count(batch: Batch) -> Mapping[str, DocumentStats]:
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

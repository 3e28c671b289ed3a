"""The table of event arguments: the role and the filler, by the id of an item or by a span in place."""

from collections.abc import Collection

import numpy as np

from goldwire_corpus.schema.ontology import ontology
from goldwire_eval.batch.arrays import Ints, owners
from goldwire_eval.batch.context import Context
from goldwire_eval.batch.item_columns import IN_PLACE, Items
from goldwire_eval.batch.item_index import AMBIGUOUS, NO_ITEM, ItemIndex
from goldwire_eval.batch.labels import INVALID, UNMAPPED
from goldwire_eval.batch.tables import EVENT, MENTION, UNKNOWN_HEAD, VALUE, Arguments, Events, Mentions, Spans
from goldwire_eval.batch.validation import expected, shown

NO_ROW = -1
"""The filler row of an argument that names neither a mention nor an event."""


def build_arguments(context: Context, index: ItemIndex, layers: tuple[Spans, ...], events: Events) -> Arguments:
    """Return the arguments; `layers` are the tables of what may fill a role, in the order of the span layers."""
    spans, items = context.spans, context.rows.arguments
    event_items = context.items["events"]
    if len(event_items.giving("arguments")):
        context.given.add("arguments")
    event = owners(items.lengths)
    row = context.row["events"][event]
    roles = context.labels.roles(event_items.column("type")[event], items.column("role"), context.names)
    fillers = items.column("filler")
    at = index.find(row, fillers)
    at[fillers == IN_PLACE] = IN_PLACE
    _report(context, items, event, roles, at, index, events)
    # One row more at the end, for fillers without an item: all but `filler` is overwritten below.
    targets = (np.append(np.concatenate(x), NO_ROW) for x in zip(*map(_fillers, layers), strict=True))
    start, end, head, kind, type_, filler = (column[np.maximum(at, -1)] for column in targets)
    roles[(type_ == UNMAPPED) & (at >= 0)] = UNMAPPED
    place = np.flatnonzero(at == IN_PLACE)
    start[place], end[place] = spans.place_in_place(
        [items[i].filler for i in place.tolist()], row[place], lambda n: _where(context, event, int(place[n]))
    )
    for i in place.tolist():
        kind[i] = _kind(context.labels.fillers.get(int(roles[i]), ()))
    # As for fillers by id: only a mention has a head within it.
    head[place] = np.where((start[place] >= 0) & (kind[place] == MENTION), UNKNOWN_HEAD, end[place])
    lost = np.flatnonzero((roles == INVALID) | (at == NO_ITEM) | (at == AMBIGUOUS))
    start[lost], end[lost] = spans.nowhere(len(lost))
    head[lost] = end[lost]
    filler[lost] = NO_ROW
    return Arguments(spans.doc[row], 0, context.documents, start, end, event, roles, head, kind, filler)


def _where(context: Context, event: Ints, i: int) -> str:
    first = int(np.searchsorted(event, event[i]))
    return f"{context.where('events', int(event[i]))}.arguments[{i - first}]"


def _report(
    context: Context, items: Items, event: Ints, roles: Ints, at: Ints, index: ItemIndex, events: Events
) -> None:
    """Report roles that the event type does not have, fillers that name nothing, and events that fill themselves."""
    known, takes = ontology().role, context.labels.takes
    row = context.row["events"][event]
    own = (at == index.first["events"] + event) & (at >= 0)
    for i in np.flatnonzero((roles == INVALID) | (at == NO_ITEM) | own).tolist():
        where, role = _where(context, event, i), items[i].role
        if roles[i] == INVALID and events.type[event[i]] == INVALID and role in known:
            # The type of the event is reported already; a role that some type has is not a second error.
            continue
        if roles[i] == INVALID:
            type_ = context.items["events"][event[i]].type
            message = f"{where}: {shown(type_)} has no role {shown(role)}{expected(takes.get(type_, ()))}"
            context.spans.report(row[i], "role-not-listed", message)
        elif at[i] == NO_ITEM:
            context.spans.report(row[i], "link-dangling", f"{where}: no item has the id {shown(items[i].filler)}")
        else:
            context.spans.report(row[i], "role-self", f"{where}: the event is its own {role}")
            roles[i] = INVALID


def _kind(fillers: Collection[str]) -> int:
    """Return what a span in place is that fills a role of these fillers; it is a mention if the role is unknown."""
    if not fillers or not ontology().entity.keys().isdisjoint(fillers):
        return MENTION
    return EVENT if "EVENT" in fillers else VALUE


def _fillers(layer: Spans) -> tuple[Ints, ...]:
    """Return start, end, head, kind, type and row of the items that may fill a role; a value has no row."""
    kind = MENTION if isinstance(layer, Mentions) else EVENT if isinstance(layer, Events) else VALUE
    head = layer.head if isinstance(layer, Mentions) else layer.end
    type_ = layer.type if isinstance(layer, Mentions | Events) else np.zeros(len(layer), dtype=np.int64)
    row = np.full(len(layer), NO_ROW) if kind == VALUE else np.arange(len(layer))
    return layer.start, layer.end, head, np.full(len(layer), kind), type_, row

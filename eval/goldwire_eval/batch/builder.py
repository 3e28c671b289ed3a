"""The tables of one side of a batch, gold or predicted, from its rows.

Each layer has its builder in `batch.layers`. A layer without items, or that is not `needed`, is an empty table.
"""

from collections import Counter
from collections.abc import Collection

import numpy as np

from goldwire_corpus.errors import ErrorList
from goldwire_eval.batch.context import Context
from goldwire_eval.batch.grounding import Grounder
from goldwire_eval.batch.item_columns import LAYERS, Rows
from goldwire_eval.batch.item_index import build_index
from goldwire_eval.batch.labels import UNMAPPED, Labels
from goldwire_eval.batch.layers.arguments import build_arguments
from goldwire_eval.batch.layers.events import build_events, set_sources
from goldwire_eval.batch.layers.mentions import build_mentions
from goldwire_eval.batch.layers.records import build_records
from goldwire_eval.batch.layers.relations import build_relations
from goldwire_eval.batch.layers.value_mentions import build_value_mentions
from goldwire_eval.batch.layers.values import build_quantities, build_times, build_titles
from goldwire_eval.batch.submitted_layers import CLUSTERS, EVERY_LAYER
from goldwire_eval.batch.tables import EVENT, MENTION, Arguments, Events, Mentions, Relations, Side, Spans, Values


def build_side(
    rows: Rows, documents: int, labels: Labels, gold: bool = False, needed: Collection[str] = EVERY_LAYER,
    normalised: bool = False,
) -> tuple[Side, ErrorList]:  # fmt: skip
    """Return the tables of `rows` and every error in them; `normalised` says that quotes may differ in form."""
    context = Context(Grounder(rows, normalised), documents, labels, gold, CLUSTERS in needed)
    built = {layer for layer in needed if layer in LAYERS and (context.items[layer] or _declares(rows, layer))}
    side = _build(context, built)
    side.found_normalised = context.spans.found_normalised
    side.left_out = _unmapped(context, side)
    return _without_unmapped(side) if side.left_out else side, context.spans.validation_errors


def _build(context: Context, needed: set[str]) -> Side:
    documents = context.documents
    mentions = build_mentions(context) if "mentions" in needed else Mentions.empty(documents)
    times = build_times(context) if "times" in needed else Values.empty(documents)
    quantities = build_quantities(context) if "quantities" in needed else Values.empty(documents)
    titles = build_titles(context) if "titles" in needed else Spans.empty(documents)
    events = build_events(context) if "events" in needed else Events.empty(documents)
    arguments, relations = Arguments.empty(documents), Relations.empty(documents)
    # A duplicate id of a prediction is an error even where no id is used.
    named = not context.gold and any(context.items[layer].has("id") for layer in needed)
    if named or not needed.isdisjoint(("events", "relations")):
        index = build_index(context)
        if "events" in needed:
            set_sources(context, index, mentions, events)
            layers = (mentions, times, quantities, titles, events)
            arguments = build_arguments(context, index, layers, events)
        if "relations" in needed:
            relations = build_relations(context, index, mentions, events)
    records = build_records(context) if "records" in needed else [[] for _ in range(documents)]
    values, value_labels = Mentions.empty(documents), context.labels.value_labels
    if context.labels.values and value_labels is not None:
        values = build_value_mentions(context, value_labels, mentions, times, quantities)
    given = frozenset(context.given)
    return Side(mentions, times, quantities, titles, events, arguments, relations, records, given, values, {}, 0)


def _declares(rows: Rows, layer: str) -> bool:
    """Return whether a row declares clusters of a layer, which may be invalid without any item."""
    clusters = {"mentions": "entities", "events": "event_clusters"}.get(layer)
    return clusters is not None and any(getattr(r.row, clusters) for r in rows)


def _unmapped(context: Context, side: Side) -> dict[str, dict[str, int]]:
    """Return how many items of each label the label set has no counterpart for, by layer."""
    found = {}
    for layer, items, field, codes in (
        ("mentions", context.items["mentions"], "type", side.mentions.type),
        ("events", context.items["events"], "type", side.events.type),
        ("arguments", context.rows.arguments, "role", side.arguments.role),
    ):
        unmapped = np.flatnonzero(codes == UNMAPPED)
        if len(unmapped):
            labels = [context.names[code] for code in items.column(field)[unmapped].tolist()]
            found[layer] = dict(Counter(labels))
    return found


def _without_unmapped(side: Side) -> Side:
    """Return the side without the items that the label set has no label for, and without what depends on them."""
    events = side.events.type != UNMAPPED
    arguments = (side.arguments.role != UNMAPPED) & events[side.arguments.event]
    side.arguments = side.arguments.where(arguments)
    side.arguments.event = (np.cumsum(events) - 1)[side.arguments.event]
    side.events = side.events.where(events)
    mentions = side.mentions.type != UNMAPPED
    for kind, kept in ((MENTION, mentions), (EVENT, events)):
        of = side.arguments.kind == kind
        side.arguments.filler[of] = np.append(np.cumsum(kept) - 1, -1)[side.arguments.filler[of]]
    side.mentions = side.mentions.where(mentions)
    ends = (side.relations.left, side.relations.right)
    side.relations = side.relations.where(np.logical_and(*(np.isin(x, side.events.cluster) | (x < 0) for x in ends)))
    return side

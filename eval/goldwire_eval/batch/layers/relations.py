"""The table of relations between event clusters; where any label is compared, between entities too."""

import numpy as np

from goldwire_eval.batch import validation
from goldwire_eval.batch.arrays import NONE, Bools, Ints, ints
from goldwire_eval.batch.context import Context
from goldwire_eval.batch.item_index import ItemIndex
from goldwire_eval.batch.labels import INVALID
from goldwire_eval.batch.tables import OTHER_RELATION, RELATION_CODES, Events, Mentions, Relations
from goldwire_eval.batch.validation import shown
from goldwire_eval.policy import ANY

MOST_RELATIONS = 10_000


def _clusters(
    context: Context, index: ItemIndex, layer: str, field: str, table: Events | Mentions, rows: Ints, ids: Ints
) -> Ints:
    """Return the cluster that each id names in its row: the cluster with this id, or that of the item with this id."""
    given = context.row[layer].tolist(), context.items[layer].column(field).tolist()
    by_id = dict(zip(zip(*given, strict=True), table.cluster.tolist(), strict=True))
    found = ints([by_id.get(pair, INVALID) for pair in zip(rows.tolist(), ids.tolist(), strict=True)])
    at = index.find(rows, ids) - index.first[layer]
    item = np.flatnonzero((found == INVALID) & (at >= 0) & (at < len(table)))
    found[item] = table.cluster[at[item]]
    return found


def build_relations(context: Context, index: ItemIndex, mentions: Mentions, events: Events) -> Relations:
    """Return the relations; an end is the id of an event or an event cluster.

    Where any label is compared an end may also be the id of a mention or an entity, and types are taken verbatim.
    """
    items, row = context.items["relations"], context.row["relations"]
    any_label = context.labels.scheme == ANY
    invalid: Bools = np.zeros(len(items), dtype=bool)
    if not any_label:
        invalid |= context.report_all("relations", validation.relation_errors(items))
    invalid |= context.beyond("relations", MOST_RELATIONS)
    layers: list[tuple[str, str, str, Events | Mentions]] = [("events", "cluster", "event_clusters", events)]
    if any_label:
        layers.append(("mentions", "entity", "entities", mentions))
    ends: dict[str, list[Ints]] = {}
    for name, field in (("from", "from_"), ("to", "to")):
        ids = ints([context.ids[getattr(item, field)] for item in items])
        ends[name] = [np.full(len(items), INVALID) for _ in range(2)]
        for kind, (layer, cluster, _, table) in enumerate(layers):
            missing = np.flatnonzero((np.maximum(*ends[name]) == INVALID) & ~invalid)
            ends[name][kind][missing] = _clusters(context, index, layer, cluster, table, row[missing], ids[missing])
        for i in np.flatnonzero((np.maximum(*ends[name]) == INVALID) & ~invalid).tolist():
            id, source = getattr(items[i], field), context.rows[row[i]].row
            if not any(c.id == id for _, _, declared, _ in layers for c in getattr(source, declared) or ()):
                what = "event, event cluster, mention or entity" if any_label else "event cluster"
                context.spans.report(
                    row[i], "link-dangling", f"{context.where('relations', i)}.{name}: no {what} {shown(id)}"
                )
    types = ints([RELATION_CODES.get(r.type, OTHER_RELATION if any_label else INVALID) for r in items])
    labels: Ints = np.full(len(items), NONE)
    if any_label:
        context.given.add("labelled")
        labels = ints([context.labels.names[r.type] for r in items])
        types[(ends["from"][1] != INVALID) | (ends["to"][1] != INVALID)] = OTHER_RELATION
    return Relations(
        context.docs("relations"), 0, context.documents, types, ends["from"][0], ends["to"][0], ends["from"][1],
        ends["to"][1], labels,
    )  # fmt: skip

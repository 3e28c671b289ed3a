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


class _Clusters:
    """The cluster that an id names: that of an item with this id, or the cluster with this id."""

    def __init__(
        self, context: Context, index: ItemIndex, layer: str, field: str, declared: str, table: Events | Mentions
    ):
        self.index, self.first, self.table = index, index.first[layer], table
        rows, ids = context.row[layer].tolist(), context.items[layer].column(field).tolist()
        self.by_id = dict(zip(zip(rows, ids, strict=True), table.cluster.tolist(), strict=True))
        self.declared = [{c.id for c in getattr(r.row, declared) or ()} for r in context.rows]

    def of(self, row: int, code: int) -> int:
        """Return the number of the cluster, INVALID if the id names none."""
        found = self.by_id.get((row, code))
        at = self.index.of(row, code) - self.first
        if found is None and 0 <= at < len(self.table):
            return int(self.table.cluster[at])
        return INVALID if found is None else found


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
    kinds = [_Clusters(context, index, "events", "cluster", "event_clusters", events)]
    if any_label:
        kinds.append(_Clusters(context, index, "mentions", "entity", "entities", mentions))
    ends: dict[str, list[Ints]] = {name: [np.full(len(items), INVALID) for _ in range(2)] for name in ("from", "to")}
    for i in np.flatnonzero(~invalid).tolist():
        for name, id in (("from", items[i].from_), ("to", items[i].to)):
            for kind, clusters in enumerate(kinds):
                ends[name][kind][i] = clusters.of(int(row[i]), context.ids[id])
                if ends[name][kind][i] != INVALID:
                    break
            else:
                if not any(id in clusters.declared[row[i]] for clusters in kinds):
                    what = "event, event cluster, mention or entity" if any_label else "event cluster"
                    where = f"{context.where('relations', i)}.{name}"
                    context.spans.report(row[i], "link-dangling", f"{where}: no {what} {shown(id)}")
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

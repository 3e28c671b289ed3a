"""The table of entity mentions."""

import numpy as np

from goldwire_eval.batch import validation
from goldwire_eval.batch.arrays import NONE, Ints, ints, translated
from goldwire_eval.batch.context import Context
from goldwire_eval.batch.layers.clusters import cluster_numbers, link_codes
from goldwire_eval.batch.tables import Mentions
from goldwire_eval.batch.value_labels import is_nationality
from goldwire_eval.policy import ANY

NAMED = "NAM"
NAMED_ANY = frozenset({"nam", "name", "named"})
"""What other schemes call the level of a name, for labels that are taken verbatim."""


def build_mentions(context: Context) -> Mentions:
    items, labels = context.items["mentions"], context.labels
    types, invalid = context.typed("mentions", labels.entities(items.column("type"), context.names))
    if context.gold and labels.value_labels is not None and labels.value_labels.nationality is not None:
        types[_nationalities(context)] = labels.names[labels.value_labels.nationality]
    level = items.column("level")
    if labels.scheme != ANY:
        invalid |= context.report_all("mentions", validation.level_errors(level, context.names))
    start, end, head = context.spans.place_mentions(invalid)
    named = (level == NONE) | (level == context.strings[NAMED])
    if labels.scheme == ANY:
        named |= translated(level, context.names, lambda name: str(name).casefold() in NAMED_ANY) == 1
    ids = context.column_given("coref", items.column("entity"))
    cluster: Ints = np.full(len(items), NONE)
    link = cluster
    # Clusters that a prediction declares are checked in any case.
    if context.clusters or (not context.gold and any(r.row.entities for r in context.rows)):
        cluster = cluster_numbers(context, "mentions", ids)
        link = link_codes(context, "mentions", ids, "entities")
    return Mentions(context.docs("mentions"), 0, context.documents, start, end, head, types, named, cluster, link)


def _nationalities(context: Context) -> Ints:
    """Return the gold mentions that name a nationality: names of places and of people, by their words."""
    places = [[e.name for e in r.row.entities or () if e.type == "GPE" and e.name is not None] for r in context.rows]
    found = []
    for i, (mention, row) in enumerate(zip(context.items["mentions"], context.row["mentions"].tolist(), strict=True)):
        if mention.type in ("GPE", "PER") and mention.level in (None, NAMED):
            name = mention.quote or context.rows[row].text[mention.start or 0 : mention.end or 0]
            if is_nationality(name, places[row]):
                found.append(i)
    return ints(found)

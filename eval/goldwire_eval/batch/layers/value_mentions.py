"""Values as mentions, for schemes that have types for them: OntoNotes' DATE, TIME, MONEY and the others."""

import numpy as np

from goldwire_corpus.schema.ontology import ValueLabels
from goldwire_eval.batch.arrays import Ints, ints, pack
from goldwire_eval.batch.context import Context
from goldwire_eval.batch.labels import INVALID
from goldwire_eval.batch.layers.clusters import NO_LINK
from goldwire_eval.batch.tables import UNKNOWN_HEAD, Mentions, Spans
from goldwire_eval.batch.value_labels import quantity_label, time_label


def build_value_mentions(context: Context, labels: ValueLabels, mentions: Mentions, *layers: Spans) -> Mentions:
    """Return the mentions of a prediction that have a type for values, and the times and quantities of either side.

    `mentions` and `layers` (times and quantities) are the tables of all items. A value that has been given as a mention
    is not taken a second time.
    """
    items = context.items["mentions"]
    own: Ints = np.full(len(mentions), INVALID)
    if not context.gold and len(mentions):
        own = context.labels.value_types(items.column("type"), context.names)
    given = np.flatnonzero(own != INVALID)
    parts = [(mentions.doc[given], mentions.start[given], mentions.end[given], own[given])]
    for layer, name in zip(layers, ("times", "quantities"), strict=True):
        if len(layer):
            types = _types(context, labels, name)
            mapped = np.flatnonzero(types != INVALID)
            parts.append((layer.doc[mapped], layer.start[mapped], layer.end[mapped], types[mapped]))
    doc, start, end, type_ = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    spans, _ = pack(doc, start, end)
    kept = (np.arange(len(doc)) < len(given)) | ~np.isin(spans, spans[: len(given)])
    doc, start, end, type_ = doc[kept], start[kept], end[kept], type_[kept]
    n = len(doc)
    # Coreference and links do not look at these.
    return Mentions(
        doc, 0, context.documents, start, end, np.where(start < 0, end, UNKNOWN_HEAD), type_, np.ones(n, dtype=bool),
        np.arange(n), np.full(n, NO_LINK),
    )  # fmt: skip


def _types(context: Context, labels: ValueLabels, layer: str) -> Ints:
    if layer == "times":
        names = [time_label(labels, item.type, item.value) for item in context.items[layer]]
    else:
        names = [quantity_label(labels, item.unit) for item in context.items[layer]]
    return ints([INVALID if name is None else context.labels.values[name] for name in names])

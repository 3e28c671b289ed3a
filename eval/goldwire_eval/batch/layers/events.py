"""The table of event mentions, with their attributes, clusters and sources."""

import numpy as np

from goldwire_corpus.schema.document import AUTHOR
from goldwire_corpus.schema.ontology import ontology
from goldwire_corpus.schema.prediction import PredSpan
from goldwire_eval.batch import validation
from goldwire_eval.batch.arrays import Ints
from goldwire_eval.batch.context import Context
from goldwire_eval.batch.item_index import AMBIGUOUS, ItemIndex
from goldwire_eval.batch.layers.clusters import cluster_numbers, link_codes
from goldwire_eval.batch.tables import AUTHOR_SPAN, UNSAID_SPAN, Events, Mentions
from goldwire_eval.batch.validation import shown
from goldwire_eval.policy import ANY


def build_events(context: Context) -> Events:
    """Return the events; the span of a source that is a mention is set by `set_sources`."""
    items, labels = context.items["events"], context.labels
    attributes = {name: items.column(name) for name in ontology().attribute}
    for name in ("realis", "polarity"):
        context.column_given(name, attributes[name])
    types = labels.events(items.column("type"), attributes["means"], context.names)
    types, invalid = context.typed("events", types)
    if labels.scheme != ANY:
        context.report_all("events", validation.event_errors(attributes, context.names))
    start, end = context.spans.place_layer("events", invalid)
    ids = context.column_given("event_coref", items.column("cluster"))
    source: Ints = np.full(len(items), UNSAID_SPAN)
    source[items.giving("source")] = AUTHOR_SPAN
    return Events(
        context.docs("events"), 0, context.documents, start, end, types,
        attributes["realis"], attributes["polarity"], attributes["means"], attributes["phase"], attributes["stance"],
        cluster_numbers(context, "events", ids), link_codes(context, "events", ids, "event_clusters"),
        source, source.copy(),
    )  # fmt: skip


def set_sources(context: Context, index: ItemIndex, mentions: Mentions, events: Events) -> None:
    """Set the span of every source that is a mention or a span in place."""
    items, row, spans = context.items["events"], context.row["events"], context.spans
    given = items.giving("source").tolist()
    if given:
        context.given.add("sources")
    for i in given:
        source = items[i].source
        if source == AUTHOR:
            continue
        where = f"{context.where('events', i)}.source"
        if isinstance(source, PredSpan):
            (events.source[i],), (events.source_end[i],) = spans.place_in_place([source], row[i : i + 1], where)
            continue
        at = index.of(int(row[i]), context.ids[source])
        if 0 <= at < len(mentions):
            events.source[i], events.source_end[i] = mentions.start[at], mentions.end[at]
            continue
        if at != AMBIGUOUS:
            spans.report(row[i], "link-dangling", f"{where}: no mention has the id {shown(source)}")
        (events.source[i],), (events.source_end[i],) = spans.nowhere(1)

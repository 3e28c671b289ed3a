"""Annotations in the form of Label Studio (https://labelstud.io/guide/export), written and read without loss.

Each annotation of a span is a region. Its labels and values:

    type of a mention or event, TIME, QTY, TITLE   the one label of the region; an event's region is its trigger
    level, timex, modifier, realis, polarity ...   per-region choices; none chosen is the ontology's default
    head, value, min, max, unit                    per-region text fields. A head is a quote from inside its mention
                                                   (`truck`, or `truck #2`), since with nested mentions a region of
                                                   its own would be ambiguous; bounds are text, since a number field
                                                   of Label Studio cannot be emptied again
    key, cluster, earliest, latest                 per-region text fields on the first mention of a cluster: its key,
                                                   and the days that anchor it
    arguments, source, coreference, relations      labelled links: roles, Source, Coref (from each mention to the one
                                                   before it in its cluster), BEFORE ... (from first to first mention)

The interface keeps one link for a pair of regions and a direction and silently drops a second one, so one link carries
all the labels of its pair. If that would change the order of an event's arguments, the order is kept in the region's
`meta`, which the interface preserves.

Offsets are code points. Regions keep the ids of the stand-off (T5, E7); a region drawn by hand gets the next number.
`layout` has the names, `encode` writes, `regions` validates, `decode` reads.
"""

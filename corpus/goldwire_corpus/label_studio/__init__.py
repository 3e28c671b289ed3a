"""Lossless conversion of annotations to and from Label Studio (https://labelstud.io/guide/export).

Each annotation of a span is a region. Its labels and values:

    type of a mention or event, TIME, QTY, TITLE   the one label of the region; an event's region is its trigger
    level, timex, modifier, realis, polarity ...   per-region choices; an empty one has the ontology's default
    head, value, min, max, unit                    per-region text fields. A head is a quote from inside its mention
                                                   (`truck`, or `truck #2`), because a separate region would be
                                                   ambiguous with nested mentions; bounds are text, because a number
                                                   field of Label Studio cannot be cleared
    key, cluster, earliest, latest                 per-region text fields on the first mention of a cluster: its key,
                                                   and the days that anchor it
    arguments, source, coreference, relations      labelled links: roles, Source, Coref (from each mention to the one
                                                   before it in its cluster), BEFORE ... (from first to first mention)

The interface keeps one link per pair of regions and direction and silently drops others, so one link has all labels of
its pair. If that would change the order of an event's arguments, the order is stored in `meta` of the region, which the
interface preserves.

Offsets are code points. Regions keep their stand-off ids (T5, E7); a new region gets the next number. `layout` has the
names, `encode` writes, `regions` validates, `decode` reads.
"""

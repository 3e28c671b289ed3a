"""Days on which an event may lie, from its times, the saying that reports it and the publication date."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from goldwire_corpus.schema.document import Document, Event

Interval = tuple[str | None, str | None]
"""The earliest and the latest ISO day, None if it is unknown."""

_SEASONS = {"SP": (3, 5), "SU": (6, 8), "FA": (9, 11), "WI": (12, 2), "H1": (1, 6), "H2": (7, 12)}
_HARM = frozenset("Attack Die Injure Damage".split())
_SPEECH = frozenset("State Inform Demand Accuse Threaten Deny Claim-Responsibility".split())


def days(value: str) -> Interval:
    """Return the first and last day of a TIMEX3 value; (None, None) for a value without a calendar date."""
    if match := re.match(r"\d{4}-\d\d-\d\d", value):
        return match[0], match[0]
    if match := re.fullmatch(r"(\d{4})-W(\d\d)(-WE)?", value):
        monday = _week(int(match[1]), int(match[2]))
        if monday is None:
            return None, None
        first, last = (5, 6) if match[3] else (0, 6)
        return (monday + timedelta(first)).isoformat(), (monday + timedelta(last)).isoformat()
    if match := re.fullmatch(r"(\d{4})-(\d\d)", value):
        return _months(int(match[1]), int(match[2]), int(match[1]), int(match[2]))
    if match := re.fullmatch(r"(\d{4})-([A-Z][A-Z1-2])", value):
        if match[2] not in _SEASONS:
            return None, None
        first, last = _SEASONS[match[2]]
        return _months(int(match[1]), first, int(match[1]) + (last < first), last)
    if re.fullmatch(r"\d{4}", value):
        return f"{value}-01-01", f"{value}-12-31"
    return None, None


def anchor(
    events: Sequence[Event], values: Mapping[str, str], published: str | None, sayings: Iterable[Interval] = ()
) -> Interval:
    """Return the interval of a cluster: its dated times, or else up to the day of its report.

    `values` has the value of each time expression, `sayings` the intervals of dated sayings that report the cluster.
    The rules are those of the annotation guidelines, section 7.1.
    """
    dated = [
        days(values[a.filler])
        for e in events
        for a in e.arguments
        if a.role == "Time" and a.filler in values and days(values[a.filler]) != (None, None)
    ]
    exact = [d for d in dated if d[0] == d[1]] or dated
    if exact:
        latest = max(str(d[1]) for d in exact)
        if published and latest > published and min(str(d[0]) for d in exact) <= published:
            latest = published
        return min(str(d[0]) for d in exact), latest
    ends = [latest for _, latest in sayings if latest]
    return None, min([*ends, *([published] if published else [])], default=None)


def anchors(document: Document, values: Mapping[str, str]) -> dict[str, Interval]:
    """Return the intervals of all event clusters of a document; of those without an actual event nothing is known.

    `values` has the value of each time expression. An event that no time dates lies at latest on the day of the first
    dated saying whose topic it is; an attack and its effects in one sentence share their day.
    """
    clusters: dict[str, list[Event]] = {}
    for event in document.events:
        clusters.setdefault(event.cluster, []).append(event)
    published = document.published
    actual = {key: [e for e in events if e.realis == "ACTUAL"] for key, events in clusters.items()}
    first = {key: anchor(events, values, published) for key, events in actual.items() if events}
    own = {e.id: e.cluster for events in clusters.values() for e in events}
    reports: dict[str, list[Interval]] = {}
    for events in clusters.values():
        for e in events:
            if e.type in _SPEECH and first.get(e.cluster, (None, None))[0]:
                for a in e.arguments:
                    if a.role == "Topic-Event" and a.filler in own:
                        reports.setdefault(own[a.filler], []).append(first[e.cluster])
    found = {
        key: anchor(actual[key], values, published, reports.get(key, ())) if key in first else (None, None)
        for key in clusters
    }
    starts = [sentence.start for sentence in document.sentences]
    places = {key: {bisect_right(starts, e.start) for e in events} for key, events in clusters.items()}
    harm = [key for key in first if clusters[key][0].type in _HARM]
    for key in harm:
        if found[key][0] is None:
            near = (first[other] for other in harm if first[other][0] and places[other] & places[key])
            found[key] = next(near, found[key])
    return found


def _week(year: int, week: int) -> date | None:
    try:
        return date.fromisocalendar(year, week, 1)
    except ValueError:
        return None


def _months(year: int, month: int, last_year: int, last_month: int) -> Interval:
    if not (1 <= month <= 12 and 1 <= last_month <= 12):
        return None, None
    after = date(last_year + last_month // 12, last_month % 12 + 1, 1)
    return f"{year}-{month:02}-01", (after - timedelta(1)).isoformat()

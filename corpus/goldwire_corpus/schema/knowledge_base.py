"""The knowledge base of a world: its entities, incidents and events, the links to incidents and the true tolls."""

from collections.abc import Mapping

import msgspec


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """A line of `kb/<world>.jsonl` or `kb/<world>.events.jsonl`.

    `kind` is entity, incident or event. An incident has no type, so that it gives no label away; an event is one
    that several documents report, and `incident` is the incident of which it is a part.
    """

    id: str
    kind: str
    type: str = ""
    name: str = ""
    description: str = ""
    aliases: list[str] = []
    iso3166: str | None = None
    geonames: int | None = None
    earliest: str | None = None
    latest: str | None = None
    incident: str | None = None


KnowledgeBase = Mapping[str, Entry]


class IncidentLink(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of `kb/<world>.incidents.jsonl`: the incident of which an event cluster of a document is a part."""

    document: str
    cluster: str
    incident: str


Figure = int | list[int | None] | None
"""A number, its bounds where it is not known exactly, or None where nobody gives one."""


class Report(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The toll of an incident by a source of a document; superseded where the source later gives another figure."""

    document: str
    source: str
    killed: int | None
    wounded: int | None
    superseded: bool


class IncidentTruth(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of `kb/<world>.truth.jsonl`: the true final toll of an incident, and what the documents report of it."""

    incident: str
    killed: Figure
    wounded: Figure
    reported: list[Report]
    note: str = ""

"""Knowledge base of a world: entities, incidents, events, links to incidents, and true tolls."""

from collections.abc import Mapping

import msgspec


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """A line of `kb/<world>.jsonl` or `kb/<world>.events.jsonl`.

    `kind` is entity, incident or event. An incident has no type, so that it does not reveal a label; an event is
    reported by several documents, and `incident` is the incident that it belongs to.
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
    """A line of `kb/<world>.incidents.jsonl`: the incident that an event cluster of a document belongs to."""

    document: str
    cluster: str
    incident: str


Figure = int | list[int | None] | None
"""A number, its bounds if it is not exact, or None if it is unknown."""


class Report(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The toll of an incident by a source of a document; superseded if the source later gives another number."""

    document: str
    source: str
    killed: int | None
    wounded: int | None
    superseded: bool


class IncidentTruth(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of `kb/<world>.truth.jsonl`: the true final toll of an incident, and its reports in the documents."""

    incident: str
    killed: Figure
    wounded: Figure
    reported: list[Report]
    note: str = ""

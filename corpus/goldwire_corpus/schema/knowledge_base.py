"""The knowledge base of a world: its entities and events, by id."""

from collections.abc import Mapping

import msgspec


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """A line of a world's knowledge base: an entity or an event (`kind`)."""

    id: str
    kind: str
    type: str
    name: str
    description: str
    aliases: list[str] = []
    iso3166: str | None = None
    geonames: int | None = None
    earliest: str | None = None
    latest: str | None = None


KnowledgeBase = Mapping[str, Entry]

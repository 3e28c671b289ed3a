"""Links of the keys and clusters of a world across its documents (annotation guidelines 1.0, linking.md)."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from goldwire_corpus.schema.event_pairs import as_cluster
from goldwire_corpus.source.files import read_lines


class Link(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A link of an entity key to its id in the knowledge base, or of an event cluster to its incident.

    Equal values of `shared` join items of several documents. A cluster has an `id` if the knowledge base has that very
    event, with its type.
    """

    doc: str
    entity: str | None = None
    cluster: str | None = None
    id: str | None = None
    incident: str | None = None
    shared: str | None = None

    def target(self, world: str) -> str:
        """Return the id of the entity or event cluster in the corpus."""
        if self.id is not None:
            return self.id
        if self.shared is not None:
            return f"{world}:{self.shared}"
        return as_cluster(self.entity if self.entity is not None else self.cluster or "")


class Targets(msgspec.Struct, frozen=True):
    """Corpus ids of the entities and event clusters of a document, by their ids of stage one."""

    entities: Mapping[str, str]
    clusters: Mapping[str, str]


def read_linking(path: Path) -> list[Link]:
    return read_lines(path, Link)


def targets(world: str, doc: str, links: Iterable[Link]) -> Targets:
    """Return the corpus ids of the entities and event clusters of a document."""
    entities: dict[str, str] = {}
    clusters: dict[str, str] = {}
    for link in links:
        if link.doc == doc and link.entity is not None:
            entities[as_cluster(link.entity)] = link.target(world)
        elif link.doc == doc and link.cluster is not None:
            clusters[as_cluster(link.cluster)] = link.target(world)
    return Targets(entities, clusters)

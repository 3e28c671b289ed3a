"""Validation of stage two: each key and cluster of a world has exactly one valid link (guidelines, linking.md)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from goldwire_corpus.errors import ValidationError
from goldwire_corpus.schema.document import Document
from goldwire_corpus.schema.event_pairs import as_cluster, as_key
from goldwire_corpus.schema.knowledge_base import Entry
from goldwire_corpus.source.linking import Link


def link_errors(
    world: str, documents: Sequence[Document], kb: Mapping[str, Entry], links: Sequence[Link], path: str
) -> list[ValidationError]:
    """Return the errors in the links of a world, by line."""
    checker = _Checker(world, documents, kb, path)
    for number, link in enumerate(links, 1):
        checker.check(number, link)
    checker.finish()
    return checker.errors


class _Checker:
    def __init__(self, world: str, documents: Sequence[Document], kb: Mapping[str, Entry], path: str):
        self.world, self.kb, self.path = world, kb, path
        self.errors: list[ValidationError] = []
        self.types: dict[tuple[str, str, str], str] = {}
        for d in documents:
            self.types |= {(d.id, "entity", e.id): e.type for e in d.entities}
            self.types |= {(d.id, "cluster", c.id): c.type for c in d.event_clusters}
        self.seen: set[tuple[str, str, str]] = set()
        self.shared: dict[tuple[str, str], list[tuple[int, Link, str]]] = defaultdict(list)

    def report(self, number: int, id: str, message: str) -> None:
        self.errors.append(ValidationError(self.path, number, id, message))

    def check(self, number: int, link: Link) -> None:
        if (link.entity is None) == (link.cluster is None):
            self.report(number, "link-format", "expected exactly one of entity and cluster")
            return
        kind = "entity" if link.entity is not None else "cluster"
        name = link.entity if link.entity is not None else str(link.cluster)
        key = (link.doc, kind, as_cluster(name))
        if key not in self.types:
            self.report(number, "link-dangling", f"{link.doc} has no {kind} {name!r}")
            return
        if key in self.seen:
            self.report(number, "link-duplicate", f"{kind} {name} of {link.doc} is linked more than once")
        self.seen.add(key)
        if kind == "entity":
            self._entity(number, link, self.types[key])
        else:
            self._cluster(number, link, self.types[key])
        if link.shared is not None:
            self._shared(number, link, kind, self.types[key])

    def _entity(self, number: int, link: Link, type_: str) -> None:
        if link.incident is not None:
            self.report(number, "link-format", f"entity {link.entity} has an incident; only clusters have one")
        if link.id is None:
            return
        entry = self.kb.get(link.id)
        if entry is None or entry.kind != "entity":
            self.report(number, "kb-unknown", f"{link.id} is not an entity of the knowledge base")
        elif entry.type != type_:
            self.report(number, "kb-type", f"{link.entity} is {type_}, but {link.id} is {entry.type}")
        if link.shared is not None:
            self.report(number, "link-format", f"entity {link.entity} has an id and a shared key; give one of them")

    def _cluster(self, number: int, link: Link, type_: str) -> None:
        if link.id is not None:
            entry = self.kb.get(link.id)
            if entry is None or entry.kind != "event":
                message = f"cluster {link.cluster}: {link.id} is not an event of the knowledge base; expected incident"
                self.report(number, "kb-unknown", message)
            elif entry.type != type_:
                self.report(number, "kb-type", f"{link.cluster} is {type_}, but {link.id} is {entry.type}")
            if link.shared is not None:
                self.report(
                    number, "link-format", f"cluster {link.cluster} has an id and a shared key; give one of them"
                )
        entry = self.kb.get(link.incident or "")
        if link.incident is not None and (entry is None or entry.kind not in ("incident", "event")):
            self.report(number, "incident-unknown", f"{link.incident} is not an incident of the knowledge base")

    def _shared(self, number: int, link: Link, kind: str, type_: str) -> None:
        key = link.shared or ""
        if not key or ":" in key or key != "".join(key.split()):
            self.report(number, "key-format", f"shared key {key!r}: expected one word without a colon")
        if f"{self.world}:{key}" in self.kb:
            self.report(number, "key-taken", f"shared key {key}: {self.world}:{key} is in the knowledge base")
        self.shared[kind, key].append((number, link, type_))

    def finish(self) -> None:
        for doc, kind, id in self.types.keys() - self.seen:
            self.report(0, "link-missing", f"{kind} {as_key(id)} of {doc} has no link")
        both = {key for kind, key in self.shared if kind == "entity"} & {
            key for kind, key in self.shared if kind == "cluster"
        }
        for (kind, key), members in self.shared.items():
            last = members[-1][0]
            documents = [link.doc for _, link, _ in members]
            if len({type_ for _, _, type_ in members}) > 1:
                self.report(last, "shared-type", f"shared key {key} joins different types")
            if kind == "cluster" and len(documents) > len(set(documents)):
                self.report(last, "shared-twice", f"shared key {key} joins several clusters of one document")
            if len(set(documents)) < 2:
                self.report(last, "shared-alone", f"shared key {key} occurs in one document only; expected two")
            if len({link.incident for _, link, _ in members}) > 1:
                self.report(last, "shared-incident", f"shared key {key} has more than one incident")
            if key in both:
                self.report(last, "key-taken", f"shared key {key} joins entities and events")

"""Assembly of adjudicated annotations, judged pairs and links into the source of the corpus."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from goldwire_annotation.kit import unlinked_documents
from goldwire_annotation.linking import link_errors
from goldwire_annotation.passes import annotated
from goldwire_annotation.stages import stage_path
from goldwire_corpus.atomic_write import write_atomic
from goldwire_corpus.errors import DataError, data_error
from goldwire_corpus.parts import PARTS, Copies
from goldwire_corpus.schema.document import (
    NIL,
    Annotations,
    Document,
    Entity,
    EventCluster,
    Relation,
    Segmentation,
)
from goldwire_corpus.schema.event_pairs import Judgement, as_cluster, relations
from goldwire_corpus.schema.knowledge_base import Entry, IncidentLink
from goldwire_corpus.source import brat
from goldwire_corpus.source.files import (
    find_facts,
    format_segmentation,
    incidents_path,
    read_entries,
    read_lines,
    shared_path,
    source_root,
)
from goldwire_corpus.source.linking import Link, Targets, read_linking, targets
from goldwire_corpus.validation.pairs import judgement_errors


def assemble_document(doc: str, copies: Copies) -> list[Path]:
    """Write the stand-off of a document and the links of its world to the source; return the files written.

    A document without an adjudicated stage one already has its links in the source; only its relations are replaced.
    Raises DataError if a stage is missing or invalid, before anything is written.
    """
    part, facts = find_facts(doc)
    root = source_root()
    judged_path, linked_path = stage_path("pairs", "gold", facts), stage_path("two", "gold", facts)
    new = stage_path("one", "gold", facts).exists()
    for path, what in ((judged_path, "judged pairs"), *([(linked_path, "linking")] if new else [])):
        if not path.exists():
            raise data_error(str(path), 0, "stage-missing", f"no adjudicated {what} of {doc}, expected here")
    document, judged = annotated(doc, copies), read_lines(judged_path, Judgement)
    kb = {entry.id: entry for entry in read_entries(root, facts.world)}
    errors = list(judgement_errors(document, judged, str(judged_path)))
    world: dict[Path, str] = {}
    target = Targets({}, {})
    if new:
        links = read_linking(linked_path)
        documents = {name: annotated(name, copies) for name in unlinked_documents(facts.world)}
        errors += link_errors(facts.world, list(documents.values()), kb, links, str(linked_path))
        if not errors:
            links = [_of_incident(link, kb) for link in links]
            target, shared = targets(facts.world, doc, links), shared_entries(facts.world, documents, links)
            # All documents use the same name for an entity.
            kb |= shared
            world = {
                shared_path(root, facts.world): _lines(list(shared.values())),
                incidents_path(root, facts.world): _lines(incident_links(facts.world, links)),
            }
    if errors:
        raise DataError(errors)
    gold = link_document(document, judged, target, kb)
    written = {root / part / f"{doc}.ann": brat.encode(gold, document.text if part in PARTS else None), **world}
    if not (segmentation := root / part / f"{doc}.tok").exists():
        written[segmentation] = format_segmentation(Segmentation(document.sentences, document.tokens))
    # If the documents of a world share no entry, no file of shared entries is created.
    written = {path: content for path, content in written.items() if content or path.exists()}
    for path, content in written.items():
        write_atomic(path, content)
    return list(written)


def link_document(
    document: Document, judged: Sequence[Judgement], target: Targets, kb: Mapping[str, Entry]
) -> Annotations:
    """Return the annotations of a document with keys replaced by corpus ids, and its judged relations."""
    replace = msgspec.structs.replace

    def entity(key: str) -> str:
        return target.entities.get(key, key)

    def cluster(key: str) -> str:
        return target.clusters.get(key, key)

    entities: dict[str, Entity] = {}
    for e in document.entities:
        id = entity(e.id)
        entry = kb.get(id)
        entities.setdefault(id, Entity(id, e.type, entry.name if entry else e.name, _link(id)))
    clusters = [
        EventCluster(cluster(c.id), c.type, _link(cluster(c.id)), c.earliest, c.latest) for c in document.event_clusters
    ]
    return Annotations(
        [replace(m, entity=entity(m.entity)) for m in document.mentions],
        list(entities.values()),
        document.times,
        document.quantities,
        document.titles,
        [replace(e, cluster=cluster(e.cluster)) for e in document.events],
        clusters,
        [Relation(r.type, cluster(r.from_), cluster(r.to)) for r in relations(judged)],
    )


def _link(id: str) -> str:
    return NIL if id.startswith("nil:") else id


def _of_incident(link: Link, kb: Mapping[str, Entry]) -> Link:
    """Return a link without its incident if that is a typed event, as in world `real`, which has no incidents."""
    entry = kb.get(link.incident or "")
    return msgspec.structs.replace(link, incident=None) if entry is not None and entry.kind == "event" else link


def shared_entries(world: str, documents: Mapping[str, Document], links: Sequence[Link]) -> dict[str, Entry]:
    """Return by id the entries that several documents of a world share and that are not in its knowledge base."""
    entries: dict[str, Entry] = {}
    for link in links:
        if link.shared is None:
            continue
        document, id, name = documents[link.doc], link.target(world), link.shared.replace("-", " ")
        if link.entity is not None:
            e = next(e for e in document.entities if e.id == as_cluster(link.entity))
            entries.setdefault(id, Entry(id, "entity", e.type, e.name or name, "not in the knowledge base"))
        else:
            c = next(c for c in document.event_clusters if c.id == as_cluster(link.cluster or ""))
            about = "reported by several documents"
            entries.setdefault(id, Entry(id, "event", c.type, name, about, incident=link.incident))
    return entries


def incident_links(world: str, links: Sequence[Link]) -> list[IncidentLink]:
    """Return the links from event clusters to incidents."""
    return [
        IncidentLink(link.doc, link.target(world), link.incident)
        for link in links
        if link.cluster is not None and link.incident is not None
    ]


def _lines(rows: Sequence[msgspec.Struct]) -> str:
    return "".join(msgspec.json.encode(row).decode() + "\n" for row in rows)

"""Annotation kits: folders with exactly the material that an annotator may see at a stage.

Stage one contains the text, headline, genre and publication date; the stage of pairs adds the events of the document;
stage two contains the documents of a world, their keys and clusters, and the knowledge base without event types.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import msgspec

from goldwire_annotation.guidelines import types_page
from goldwire_annotation.passes import annotated, blank_document
from goldwire_annotation.stages import annotation_root, stage_path
from goldwire_corpus.atomic_write import write_atomic
from goldwire_corpus.errors import UsageError, data_error
from goldwire_corpus.parts import Copies
from goldwire_corpus.schema.document import Document, Event, Mention
from goldwire_corpus.schema.event_pairs import Judgement, as_key, event_pairs
from goldwire_corpus.schema.knowledge_base import Entry
from goldwire_corpus.source.files import all_facts, find_facts, read_entries, read_lines, read_text, source_root

Files = dict[str, str]


class KitFacts(msgspec.Struct, frozen=True):
    """Content of `facts.json`: the stage, the facts of the document or world, and the ids of the documents."""

    stage: str
    id: str
    genre: str = ""
    title: str = ""
    published: str = ""
    documents: list[str] = []


_CHECK = """#!/bin/sh
# Checks draft.jsonl in this folder and prints every error.
exec "{python}" -c "from goldwire.cli import main; main()" annotate check "$(dirname "$0")"
"""


def write_kit(
    name: str, out: Path, stage: str, copies: Copies, more: Files, documents: Sequence[str] = ()
) -> list[str]:
    """Write the kit of a document, or for stage two of a world, to the folder `out`; return the names of its files.

    `more` are files that it has in addition; `documents` limits a kit of stage two to these documents. Raises
    UsageError if `out` is not empty or a document is unknown, and DataError if an earlier stage is missing.
    """
    writers: dict[str, Callable[[str, Copies], Files]] = {
        "one": _stage_one, "pairs": _pairs, "two": partial(_stage_two, only=documents),
    }  # fmt: skip
    if out.exists() and any(out.iterdir()):
        raise UsageError(f"{out} is not empty; expected a new or empty folder for the kit")
    files = (
        writers[stage](name, copies) | more | {"types.md": types_page(), "check": _CHECK.format(python=sys.executable)}
    )
    for file, content in files.items():
        write_atomic(out / file, content)
    (out / "check").chmod(0o755)
    return sorted(files)


def _guidelines(name: str) -> str:
    return read_text(annotation_root() / "guidelines" / name)


def _facts(stage: str, document: Document) -> str:
    facts = KitFacts(stage, document.id, document.genre, document.title, document.published or "", [document.id])
    return msgspec.json.encode(facts).decode() + "\n"


def numbered_sentences(document: Document) -> Iterator[str]:
    """Yield the headline of a document and its numbered sentences, with a blank line between paragraphs."""
    yield f"{document.id}: {document.title} ({document.genre}, {document.publication})"
    yield ""
    end = 0
    for number, sentence in enumerate(document.sentences, 1):
        if "\n" in document.text[end : sentence.start]:
            yield ""
        yield f"[{number}] {document.text[sentence.start : sentence.end]}"
        end = sentence.end


def _page(lines: Iterator[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _stage_one(doc: str, copies: Copies) -> Files:
    document = blank_document(doc, copies)
    return {
        "facts.json": _facts("one", document),
        "text.txt": document.text + "\n",
        "sentences.txt": _page(numbered_sentences(document)),
        "guidelines.md": _guidelines("guidelines.md"),
    }


def _pairs(doc: str, copies: Copies) -> Files:
    document = annotated(doc, copies)
    return {
        "facts.json": _facts("pairs", document),
        "document.json": msgspec.json.encode(_without_relations(document)).decode() + "\n",
        "sentences.txt": _page(numbered_sentences(document)),
        "events.txt": _page(_cluster_lines(document)),
        "pairs.jsonl": pair_lines(document),
        "pairs.md": _guidelines("pairs.md"),
    }


def _without_relations(document: Document) -> Document:
    """Return the document without relations and records, which the check of pairs does not need."""
    return msgspec.structs.replace(document, relations=[], records=[])


def pair_lines(document: Document) -> str:
    """Return the pairs to judge as JSON Lines; those decided by anchors are filled in."""
    rows = [Judgement(as_key(p.one), as_key(p.two), p.order) for p in event_pairs(document)]
    return "".join(
        msgspec.json.encode({"one": r.one, "two": r.two, "temporal": r.temporal, "causal": r.causal}).decode() + "\n"
        for r in rows
    )


def _cluster_lines(document: Document) -> Iterator[str]:
    """Yield each event cluster with its type, anchor and mentions, each with its sentence number."""
    members: dict[str, list[Event]] = {}
    for event in document.events:
        members.setdefault(event.cluster, []).append(event)
    for cluster in document.event_clusters:
        anchor = f", {cluster.earliest or 'open'} to {cluster.latest or 'open'}"
        yield f"{as_key(cluster.id)}: {cluster.type}{anchor if cluster.earliest or cluster.latest else ''}"
        for e in members.get(cluster.id, []):
            labels = [e.realis, *(x for x in (e.phase, e.polarity) if x not in (None, "none", "positive"))]
            yield f"    {_place(document, e)} ({', '.join(map(str, labels))})"


def _place(document: Document, item: Event | Mention) -> str:
    number = next((i for i, s in enumerate(document.sentences, 1) if item.start < s.end), len(document.sentences))
    return f"[{number}] {document.text[item.start : item.end]}"


def _stage_two(world: str, copies: Copies, only: Sequence[str] = ()) -> Files:
    names = unlinked_documents(world)
    if unknown := sorted({*only} - {*names}):
        raise UsageError(
            f"world {world} has no unlinked document {', '.join(unknown)}; expected some of {', '.join(names)}"
        )
    documents = [annotated(doc, copies) for doc in names if not only or doc in only]
    facts = KitFacts("two", world, documents=[d.id for d in documents])
    return {
        "facts.json": msgspec.json.encode(facts).decode() + "\n",
        "documents.jsonl": "".join(msgspec.json.encode(_without_relations(d)).decode() + "\n" for d in documents),
        "sentences.txt": "\n".join(_page(numbered_sentences(d)) for d in documents),
        "keys.txt": "\n".join(_page(_key_lines(d)) for d in documents),
        "knowledge_base.jsonl": _knowledge_base(read_entries(source_root(), world)),
        "linking.md": _guidelines("linking.md"),
    }


def documents_of(world: str) -> list[str]:
    """Return the document ids of a world. Raises DataError for an unknown world."""
    root = source_root()
    found = [facts.id for _, facts in all_facts(root) if facts.world == world]
    if not found:
        raise data_error(str(root), 0, "world-unknown", f"unknown world {world!r}: it has no document")
    return found


def unlinked_documents(world: str) -> list[str]:
    """Return the document ids of a world without those of guidelines 0.3, whose links are in the source."""
    root = source_root()

    def linked(doc: str) -> bool:
        part, facts = find_facts(doc)
        return not stage_path("one", "gold", facts).exists() and (root / part / f"{doc}.ann").exists()

    documents = documents_of(world)
    return [doc for doc in documents if not linked(doc)] or documents


def _key_lines(document: Document) -> Iterator[str]:
    yield f"{document.id}: entities"
    mentions: dict[str, list[Mention]] = {}
    for m in document.mentions:
        mentions.setdefault(m.entity, []).append(m)
    for entity in document.entities:
        places = "; ".join(_place(document, m) for m in mentions.get(entity.id, []))
        yield f"{as_key(entity.id)}: {entity.type}: {places}"
    yield ""
    yield f"{document.id}: events"
    yield from _cluster_lines(document)


def _knowledge_base(entries: Sequence[Entry]) -> str:
    return "".join(msgspec.json.encode(_shown(entry)).decode() + "\n" for entry in entries)


def _shown(entry: Entry) -> Entry:
    """Return the entry as shown to annotators: an event as an incident without a type."""
    return entry if entry.kind == "entity" else msgspec.structs.replace(entry, kind="incident", type="", incident=None)


def facts_of(folder: Path) -> KitFacts:
    """Read the facts of a kit. Raises DataError if the folder is not a kit."""
    path = folder / "facts.json"
    try:
        return msgspec.json.decode(read_text(path), type=KitFacts)
    except msgspec.DecodeError as error:
        raise data_error(str(path), 0, "kit-format", f"expected the facts of a kit: {error}") from None


def kit_documents(folder: Path) -> Sequence[Document]:
    """Read the annotated documents of a kit of pairs or of stage two."""
    name = "document.json" if (folder / "document.json").exists() else "documents.jsonl"
    return read_lines(folder / name, Document)

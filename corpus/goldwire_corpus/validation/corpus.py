"""Checks of `goldwire corpus check`: each document, then the whole corpus."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from goldwire_corpus.errors import DataError, ValidationError, in_order
from goldwire_corpus.parts import FIELD, JOINED, PARTS
from goldwire_corpus.schema.document import Annotations, Document
from goldwire_corpus.schema.knowledge_base import KnowledgeBase
from goldwire_corpus.schema.ontology import ontology
from goldwire_corpus.source import brat
from goldwire_corpus.source.files import (
    Facts,
    assemble,
    incidents_path,
    read_facts,
    read_incidents,
    read_kb,
    read_segmentation,
    read_text,
    read_truth,
)
from goldwire_corpus.validation import warnings, worlds
from goldwire_corpus.validation.document import check_document
from goldwire_corpus.validation.pairs import pair_errors
from goldwire_corpus.validation.tolls import truth_errors


def check_corpus(root: Path) -> list[ValidationError]:
    """Return all errors and warnings of the source, sorted by path and line."""
    found: list[ValidationError] = []
    documents: list[tuple[Facts, Document]] = []
    listed: list[Facts] = []
    paths: dict[str, str] = {}
    kbs: dict[str, KnowledgeBase] = {}
    for part in (*PARTS, *JOINED):
        if not (root / part / "documents.jsonl").exists():
            continue
        for facts in _facts(root, part, found):
            paths[facts.id] = str(root / part / f"{facts.id}.ann")
            listed.append(facts)
            try:
                if facts.world not in kbs:
                    kbs[facts.world] = read_kb(root, facts.world)
                document, errors = _check_source(root, part, facts, kbs[facts.world])
            except DataError as error:
                found += error.errors
                continue
            found += errors
            documents.append((facts, document))
    for world, kb in kbs.items():
        found += _check_kb(str(root / "kb" / f"{world}.jsonl"), kb)
        found += _check_world(root, world, kb, [d for facts, d in documents if facts.world == world], paths)
    for _, document in documents:
        found += pair_errors(document, root.parent.parent / "annotation", paths[document.id])
    train = [document for facts, document in documents if facts.split == "train"]
    for _, document in documents:
        if document.text:
            found += warnings.document(document, train, paths[document.id])
    found += _across(listed, [d for _, d in documents], kbs, root)
    return in_order(found)


def _across(
    facts: Sequence[Facts], documents: Sequence[Document], kbs: Mapping[str, KnowledgeBase], root: Path
) -> Iterator[ValidationError]:
    """Yield the errors between documents and between worlds."""
    splits = {row.world: row.split for row in facts if row.split not in worlds.REAL_SPLITS}
    invented = {world: kb for world, kb in kbs.items() if world in splits}
    yield from worlds.world_splits(facts, str(root / "worlds" / "documents.jsonl"))
    yield from worlds.shared_names(invented, documents, root)
    yield from worlds.shared_motifs(splits, root)
    yield from worlds.long_documents(documents, root)
    yield from worlds.shared_runs([d for d in documents if d.part != "retold"], root)
    yield from worlds.trigger_shares(documents, str(root))


def _facts(root: Path, part: str, found: list[ValidationError]) -> list[Facts]:
    path = root / part / "documents.jsonl"
    try:
        rows = read_facts(root, part)
    except DataError as error:
        found += error.errors
        return []
    for number, facts in enumerate(rows, 1):
        if any(other.id == facts.id for other in rows[: number - 1]):
            found.append(ValidationError(str(path), number, "document-duplicate", f"duplicate document id {facts.id}"))
        if facts.published is None and part == FIELD:
            continue
        try:
            date.fromisoformat(facts.published or "")
        except ValueError:
            found.append(
                ValidationError(
                    str(path), number, "date-format", f"invalid date {facts.published!r}; expected YYYY-MM-DD"
                )
            )
    return rows


def _check_source(root: Path, part: str, facts: Facts, kb: KnowledgeBase) -> tuple[Document, list[ValidationError]]:
    base = root / part / facts.id
    ann = base.with_suffix(".ann")
    text, found = "", []
    if part in PARTS:
        content = read_text(base.with_suffix(".txt"))
        text = content.removesuffix("\n")
        found += list(_text(content, str(base.with_suffix(".txt"))))
    content = read_text(ann)
    annotations = brat.decode(content, str(ann), text or None)
    linked = read_incidents(root, facts.world)
    incidents = None if linked is None else linked.get(facts.id, {})
    document = assemble(part, facts, text, read_segmentation(base.with_suffix(".tok")), annotations, incidents)
    found += check_document(document, kb, str(ann), line_numbers(content))
    found += _segmentation(document, str(base.with_suffix(".tok")))
    if not found:
        found += _form(content, annotations, text or None, str(ann))
    return document, found


def line_numbers(content: str) -> Mapping[str, int]:
    return {line.partition("\t")[0]: number for number, line in enumerate(content.splitlines(), 1)}


def _form(content: str, annotations: Annotations, text: str | None, path: str) -> Iterator[ValidationError]:
    expected = brat.encode(annotations, text).splitlines()
    actual = content.splitlines()
    if expected != actual:
        line = next((i for i, (a, b) in enumerate(zip(actual, expected, strict=False), 1) if a != b), len(expected))
        yield ValidationError(path, line, "form", "not in canonical order or form; run `goldwire corpus format`")


def _text(content: str, path: str) -> Iterator[ValidationError]:
    if not content.endswith("\n") or content.endswith("\n\n"):
        yield ValidationError(path, content.count("\n"), "text-end", "the text must end in exactly one newline")
    for number, line in enumerate(content.split("\n")[:-1], 1):
        if line != line.strip() or "  " in line or "\t" in line:
            yield ValidationError(path, number, "text-space", "leading, trailing or double space")
        if line.count('"') % 2:
            yield ValidationError(path, number, "text-quotes", "unbalanced quotes in the paragraph")
        if re.search(r"[\u2018-\u201f\u2013\u2014\u00a0]", line):
            yield ValidationError(path, number, "text-characters", "expected straight quotes, -- and plain spaces")


def _segmentation(document: Document, path: str) -> Iterator[ValidationError]:
    end = -1
    for number, sentence in enumerate(document.sentences, 1):
        if sentence.start < end:
            yield ValidationError(path, number, "segmentation", "sentences overlap or are out of order")
        end = sentence.end
    position = 0
    for token in document.tokens:
        gap = document.text[position : token.start]
        if token.start < position or (document.text and gap.strip()):
            yield ValidationError(
                path, 0, "segmentation", f"tokens omit or repeat {gap.strip()!r} before {token.start}"
            )
        position = token.end
    if document.text and document.text[position:].strip():
        yield ValidationError(path, 0, "segmentation", f"tokens omit the end of the text from {position}")


def _check_kb(path: str, kb: KnowledgeBase) -> Iterator[ValidationError]:
    onto = ontology()
    for number, entry in enumerate(kb.values(), 1):
        types = {"entity": [*onto.entity], "event": [*onto.event], "incident": [""]}.get(entry.kind)
        if types is None:
            message = f"{entry.id}: unknown kind {entry.kind!r}; expected entity, event or incident"
            yield ValidationError(path, number, "kb-entry", message)
        elif entry.type not in types:
            yield ValidationError(path, number, "kb-entry", f"{entry.id}: unknown {entry.kind} type {entry.type!r}")
        if entry.earliest and entry.latest and entry.earliest > entry.latest:
            yield ValidationError(path, number, "kb-entry", f"{entry.id} ends before it begins")


def _check_world(
    root: Path, world: str, kb: KnowledgeBase, documents: Sequence[Document], paths: Mapping[str, str]
) -> Iterator[ValidationError]:
    """Yield the errors of links of a world to its incidents, and of its records against the true tolls.

    `paths` has the stand-off file of each listed document.
    """
    linked, path = read_incidents(root, world) or {}, str(incidents_path(root, world))
    for document in documents:
        clusters = {c.id for c in document.event_clusters}
        for cluster, incident in linked.get(document.id, {}).items():
            entry = kb.get(incident)
            if entry is None or entry.kind != "incident":
                message = (
                    f"{document.id}: {cluster} links to {incident}, which is not an incident of the knowledge base"
                )
                yield ValidationError(path, 0, "incident-unknown", message)
            if cluster not in clusters:
                yield ValidationError(path, 0, "link-dangling", f"{document.id} has no event cluster {cluster}")
    truths, truth_path = read_truth(root, world), str(root / "kb" / f"{world}.truth.jsonl")
    for number, truth in enumerate(truths, 1):
        if truth.incident not in kb:
            message = f"unknown incident {truth.incident}"
            yield ValidationError(truth_path, number, "incident-unknown", message)
    # True tolls are known only for invented worlds.
    yield from truth_errors([d for d in documents if d.part == "worlds"], truths, paths, truth_path)

"""Validation of the draft in a kit folder: format, quotes, completeness."""

from collections.abc import Callable
from pathlib import Path

from goldwire_annotation.draft import place
from goldwire_annotation.kit import KitFacts, facts_of, kit_documents
from goldwire_annotation.linking import link_errors
from goldwire_corpus.errors import DataError, ValidationError
from goldwire_corpus.schema.document import Document
from goldwire_corpus.schema.event_pairs import Judgement
from goldwire_corpus.schema.knowledge_base import Entry
from goldwire_corpus.source.files import read_lines, read_text
from goldwire_corpus.source.linking import read_linking
from goldwire_corpus.source.segment import segment
from goldwire_corpus.validation.pairs import judgement_errors

DRAFT = "draft.jsonl"


def check_kit(folder: Path) -> str:
    """Check `draft.jsonl` of a kit and return a summary line.

    Raises DataError with all errors.
    """
    checks: dict[str, Callable[[Path, KitFacts], str]] = {"one": _stage_one, "pairs": _pairs, "two": _stage_two}
    facts = facts_of(folder)
    return checks[facts.stage](folder, facts)


def _stage_one(folder: Path, facts: KitFacts) -> str:
    text = read_text(folder / "text.txt").removesuffix("\n")
    found = segment(text)
    document = Document(
        facts.id, "", "", facts.genre, facts.title, facts.published, text, found.sentences, found.tokens
    )  # fmt: skip
    annotations = place(read_text(folder / DRAFT), document, DRAFT)
    counts = {
        "mentions": len(annotations.mentions), "times": len(annotations.times),
        "quantities": len(annotations.quantities), "titles": len(annotations.titles), "events": len(annotations.events),
        "arguments": sum(len(e.arguments) for e in annotations.events), "entities": len(annotations.entities),
        "clusters": len(annotations.event_clusters),
    }  # fmt: skip
    summary = ", ".join(f"{number} {name}" for name, number in counts.items())
    density = 1000 * len(annotations.events) / max(len(document.tokens), 1)
    note = "\nnote: stage one has no relations; their lines are ignored" if annotations.relations else ""
    return f"valid: {summary}; {density:.0f} events per 1,000 tokens{note}"


def _pairs(folder: Path, facts: KitFacts) -> str:
    (document,) = kit_documents(folder)
    judged = read_lines(folder / DRAFT, Judgement)
    _raise(list(judgement_errors(document, judged, DRAFT)))
    parts = sum(bool(j.whole) for j in judged)
    vague = sum(j.temporal == "VAGUE" for j in judged)
    return f"valid: {len(judged) - parts} pairs, {vague} of them VAGUE, {parts} parts of a whole"


def _stage_two(folder: Path, facts: KitFacts) -> str:
    links = read_linking(folder / DRAFT)
    kb = {entry.id: entry for entry in read_lines(folder / "knowledge_base.jsonl", Entry)}
    _raise(link_errors(facts.id, kit_documents(folder), kb, links, DRAFT))
    shared = len({link.shared for link in links if link.shared})
    return f"valid: {len(links)} links, {shared} shared keys"


def _raise(errors: list[ValidationError]) -> None:
    if errors:
        raise DataError(errors)

"""Stages of annotation and the files of each.

annotation/passes/{a,b,gold}/<id>.ann        stage one: two passes without a knowledge base, and their adjudication
annotation/pairs/{a,b,gold}/<id>.jsonl       judged pairs of event clusters
annotation/linking/{a,b,gold}/<world>.jsonl  stage two: entities, incidents and events across the documents of a world
annotation/decisions/<id>.jsonl              each adjudicated difference with its reason
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from goldwire_corpus.schema.event_pairs import Judgement, relations
from goldwire_corpus.source import brat
from goldwire_corpus.source.files import Facts, all_facts, read_lines, read_text, source_root
from goldwire_corpus.source.linking import read_linking, targets

PASSES = ("a", "b", "gold")
STAGES = ("one", "pairs", "two")
DONE = "done"


def annotation_root() -> Path:
    """Return the folder `annotation` of the checkout. Raises DataError if there is no checkout."""
    return source_root().parent.parent / "annotation"


def stage_path(stage: str, name: str, facts: Facts) -> Path:
    """Return the file of a pass (a, b or gold) of a stage for a document."""
    folder, file = {
        "one": ("passes", f"{facts.id}.ann"),
        "pairs": ("pairs", f"{facts.id}.jsonl"),
        "two": ("linking", f"{facts.world}.jsonl"),
    }[stage]
    return annotation_root() / folder / name / file


class Progress(NamedTuple):
    """Existing passes of a document by stage, and the next step."""

    facts: Facts
    done: dict[str, list[str]]
    next: str


def progress() -> Iterator[Progress]:
    """Yield the progress of each document of the source."""
    root = source_root()
    for part, facts in all_facts(root):
        done = {stage: [n for n in PASSES if stage_path(stage, n, facts).exists()] for stage in STAGES}
        path = root / part / f"{facts.id}.ann"
        step = _next(facts, done, path.exists())
        yield Progress(facts, done, "assemble" if step == DONE and not _has_judged_relations(facts, path) else step)


def _has_judged_relations(facts: Facts, path: Path) -> bool:
    """Return whether the relations of an assembled document equal those of its judged pairs."""
    judged = read_lines(stage_path("pairs", "gold", facts), Judgement)
    linking = stage_path("two", "gold", facts)
    names = targets(facts.world, facts.id, read_linking(linking)).clusters if linking.exists() else {}
    stated = {(r.type, names.get(r.from_, r.from_), names.get(r.to, r.to)) for r in relations(judged)}
    return {(r.type, r.from_, r.to) for r in brat.decode(read_text(path), str(path)).relations} == stated


def _next(facts: Facts, done: dict[str, list[str]], assembled: bool) -> str:
    """Return the next step. A train document gets one pass and a review, all others two passes and adjudication."""
    passes = ("a",) if facts.split == "train" else ("a", "b")
    settle = "review" if facts.split == "train" else "adjudicate"
    # A document annotated by guidelines 0.3 already has links and no adjudicated stage one.
    linked = assembled and "gold" not in done["one"]
    for stage in STAGES:
        if "gold" in done[stage] or (linked and stage != "pairs"):
            continue
        missing = next((name for name in passes if name not in done[stage]), None)
        step = {"one": "stage one", "pairs": "pairs", "two": "linking"}[stage]
        return f"{step}: pass {missing}" if missing else f"{step}: {settle}"
    return DONE if assembled else "assemble"

"""What an adjudicator or a reviewer sees in addition to an annotator: both passes, and what only one of them says.

If a document has one pass, as in train, its kit is that of a reviewer: the draft is the pass itself.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec

from goldwire_annotation.draft_writer import write_draft
from goldwire_annotation.kit import documents_of
from goldwire_annotation.kit_check import DRAFT
from goldwire_annotation.passes import annotated, read_pass
from goldwire_annotation.stages import stage_path
from goldwire_annotation.statements import disagreements
from goldwire_corpus.errors import data_error
from goldwire_corpus.parts import Copies
from goldwire_corpus.schema.event_pairs import Judgement, as_key, event_pairs, inverted
from goldwire_corpus.source.files import find_facts, read_lines
from goldwire_corpus.source.linking import Link, read_linking

DIFFERENCES = "differences.txt"
NOTHING = ("nothing", None)
Shown = dict[str, tuple[str, Judgement | Link | None]]
"""What a row is about, what it says as text, and the row."""


def adjudication_files(name: str, stage: str, copies: Copies) -> dict[str, str]:
    """Return the files by name, for a document or, at stage two, for a world.

    Raises DataError if pass A is missing.
    """
    writers: dict[str, Callable[[str, Copies], dict[str, str]]] = {
        "one": _stage_one, "pairs": _pairs, "two": _stage_two,
    }  # fmt: skip
    return writers[stage](name, copies)


def _stage_one(doc: str, copies: Copies) -> dict[str, str]:
    a, b = _paths("one", doc)
    first = read_pass(doc, a, copies)
    if not b.exists():
        return {DRAFT: write_draft(first)}
    second = read_pass(doc, b, copies)
    return {
        "a.jsonl": write_draft(first),
        "b.jsonl": write_draft(second),
        DIFFERENCES: _page(disagreements(first, second)),
    }


def _paths(stage: str, doc: str) -> tuple[Path, Path]:
    """Return the files of passes A and B. Raises DataError if there is no pass A."""
    _, facts = find_facts(doc)
    a, b = (stage_path(stage, name, facts) for name in ("a", "b"))
    if not a.exists():
        raise data_error(str(a), 0, "stage-missing", f"no pass A of {facts.id}, expected here")
    return a, b


def _page(lines: Iterator[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _pairs(doc: str, copies: Copies) -> dict[str, str]:
    a, b = _paths("pairs", doc)
    first = read_lines(a, Judgement)
    if not b.exists():
        return {DRAFT: _json_lines(first)}
    pairs = [(as_key(p.one), as_key(p.two)) for p in event_pairs(annotated(doc, copies))]
    return _merged(*(_judged(rows, pairs) for rows in (first, read_lines(b, Judgement))))


def _judged(rows: Sequence[Judgement], pairs: Sequence[tuple[str, str]]) -> Shown:
    """Return judgements in the order and the direction of the fixed set, then the parts of a whole."""
    found: Shown = {}
    for row in (inverted(row) if (row.two, row.one) in pairs else row for row in rows):
        if row.whole:
            found[f"{row.whole} > {row.part}"] = "SUBEVENT", row
        else:
            found[f"{row.one}, {row.two}"] = f"{row.temporal}, {row.causal}", row
    names = [f"{one}, {two}" for one, two in pairs]
    return {name: found[name] for name in [*names, *sorted(found.keys() - set(names))] if name in found}


def _stage_two(world: str, copies: Copies) -> dict[str, str]:
    a, b = _paths("two", documents_of(world)[0])
    first = read_linking(a)
    if not b.exists():
        return {DRAFT: _json_lines(first)}
    return _merged(_linked(first), _linked(read_linking(b)))


def _linked(links: Sequence[Link]) -> Shown:
    """Return links with what their shared keys join, since each annotator chooses their own keys."""
    places = [f"{x.doc} {'entity' if x.entity is not None else 'cluster'} {x.entity or x.cluster}" for x in links]
    members: dict[str, list[str]] = {}
    for place, link in zip(places, links, strict=True):
        if link.shared is not None:
            members.setdefault(link.shared, []).append(place)

    def shown(link: Link) -> str:
        target = link.id or link.incident or "NIL"
        return f"{target}, the same as {'; '.join(sorted(members[link.shared]))}" if link.shared else target

    return {place: (shown(x), x) for place, x in zip(places, links, strict=True)}


def _merged(a: Shown, b: Shown) -> dict[str, str]:
    """Return a draft with the rows on which both passes agree, and a page with the other rows."""
    names = list(dict.fromkeys([*a, *b]))
    sides = {name: (a.get(name, NOTHING)[0], b.get(name, NOTHING)[0]) for name in names}
    page = "".join(f"{name}\n  A {left}\n  B {right}\n" for name, (left, right) in sides.items() if left != right)
    return {
        DRAFT: _json_lines([a[name][1] for name, (left, right) in sides.items() if left == right]),
        DIFFERENCES: page,
    }


def _json_lines(rows: Sequence[msgspec.Struct | None]) -> str:
    return "".join(msgspec.json.encode(row).decode() + "\n" for row in rows)

"""The `wire` part: the stand-off gold of the AP story, joined to the user's own copy.

The story is not shipped, only offsets and labels over its canonical form, the SHA-256 of that form, and the SHA-256 of
each paragraph of 80 characters or more, because the text of a shorter one could be guessed from its hash.
"""

import hashlib
from pathlib import Path
from typing import TypeVar

import msgspec

from goldwire_corpus.atomic_write import write_atomic
from goldwire_corpus.errors import DataError, ValidationError, data_error
from goldwire_corpus.join.canonical_text import FORM, canonical
from goldwire_corpus.load import DATA
from goldwire_corpus.release.build import DATA_VERSION, Files, render, write_data
from goldwire_corpus.release.dataset_card import header
from goldwire_corpus.schema.document import (
    AUTHOR,
    Annotations,
    Document,
    Event,
    Quantity,
    Segmentation,
    Span,
    Time,
    Title,
    marked,
)
from goldwire_corpus.source import brat
from goldwire_corpus.source.files import WIRE, Facts, assemble, read_facts, read_segmentation, read_text

SHORTEST_HASHED = 80


class Paragraph(msgspec.Struct, frozen=True):
    """A paragraph ``[start, end)`` in code points of the canonical form; a short one has no hash."""

    start: int
    end: int
    sha256: str | None


class Fingerprint(msgspec.Struct, frozen=True):
    form: str
    sha256: str
    paragraphs: list[Paragraph]


class Joined(msgspec.Struct, frozen=True):
    """A joined document; `left_out` are the numbers, from 1, of paragraphs without a match in a partial join."""

    document: Document
    left_out: list[int]


_NO_MATCH = "no paragraph matches; expected an edition of the AP story"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def fingerprint(text: str) -> Fingerprint:
    """Return the hashes of a canonical text and of its paragraphs."""
    paragraphs, position = [], 0
    for paragraph in text.split("\n\n"):
        end = position + len(paragraph)
        paragraphs.append(Paragraph(position, end, _hash(paragraph) if len(paragraph) >= SHORTEST_HASHED else None))
        position = end + 2
    return Fingerprint(FORM, _hash(text), paragraphs)


def join(article: Path, partial: bool) -> Joined:
    """Return the gold joined to a copy of the story.

    Raises DataError with the first paragraph that differs; with `partial` only if no paragraph matches.
    """
    root = DATA / WIRE
    facts = read_facts(DATA, WIRE)[0]
    expected = msgspec.json.decode((root / f"{facts.id}.json").read_bytes(), type=Fingerprint)
    ann = root / f"{facts.id}.ann"
    annotations = brat.decode(read_text(ann), str(ann))
    segmentation = read_segmentation(root / f"{facts.id}.tok")
    text = canonical(read_text(article))
    if _hash(text) == expected.sha256:
        return Joined(assemble(WIRE, facts, text, segmentation, annotations), [])
    if not partial:
        raise DataError([_divergence(str(article), text, expected)])
    return _partial(str(article), text, expected, facts, segmentation, annotations)


def _divergence(path: str, text: str, expected: Fingerprint) -> ValidationError:
    found = text.split("\n\n")
    shared = {p.sha256 for p in expected.paragraphs if p.sha256} & {_hash(p) for p in found}
    if not shared:
        return ValidationError(path, 0, "story-other", _NO_MATCH)
    for number, paragraph in enumerate(expected.paragraphs, 1):
        if number > len(found):
            return ValidationError(path, 0, "story-differs", f"the text ends before paragraph {number} of the story")
        actual = found[number - 1]
        same = _hash(actual) == paragraph.sha256 if paragraph.sha256 else len(actual) == paragraph.end - paragraph.start
        if not same:
            message = f"paragraph {number} differs ({actual[:40]!r}...); {len(shared)} paragraphs match, see --partial"
            return ValidationError(path, 0, "story-differs", message)
    if len(found) > len(expected.paragraphs):
        message = (
            f"the text continues after the last paragraph of the story: {found[len(expected.paragraphs)][:40]!r}..."
        )
    else:
        message = "a paragraph too short to be hashed differs"
    return ValidationError(path, 0, "story-differs", message)


def _partial(
    path: str, text: str, expected: Fingerprint, facts: Facts, segmentation: Segmentation, annotations: Annotations
) -> Joined:
    """Return the matching paragraphs in gold order, with offsets in the shortened text."""
    available = set(text.split("\n\n"))
    by_hash = {_hash(p): p for p in available}
    kept: list[tuple[Paragraph, int]] = []
    parts: list[str] = []
    left_out: list[int] = []
    position = 0
    for number, paragraph in enumerate(expected.paragraphs, 1):
        content = by_hash.get(paragraph.sha256 or "")
        if content is None:
            left_out.append(number)
            continue
        kept.append((paragraph, position - paragraph.start))
        parts.append(content)
        position += len(content) + 2
    if not kept:
        raise data_error(path, 0, "story-other", _NO_MATCH)
    document = assemble(WIRE, facts, "\n\n".join(parts), _cut_segmentation(segmentation, kept), _cut(annotations, kept))
    return Joined(document, left_out)


Kept = list[tuple[Paragraph, int]]


def _shift(start: int, kept: Kept) -> int | None:
    return next((shift for p, shift in kept if p.start <= start < p.end), None)


def _cut_segmentation(segmentation: Segmentation, kept: Kept) -> Segmentation:
    def cut(spans: list[Span]) -> list[Span]:
        moved = ((s, _shift(s.start, kept)) for s in spans)
        return [Span(s.start + by, s.end + by) for s, by in moved if by is not None]

    return Segmentation(cut(segmentation.sentences), cut(segmentation.tokens))


T = TypeVar("T", Time, Quantity, Title, Event)


def _moved(items: list[T], kept: Kept) -> list[T]:
    replace = msgspec.structs.replace
    shifted = ((x, _shift(x.start, kept)) for x in items)
    return [replace(x, start=x.start + by, end=x.end + by) for x, by in shifted if by is not None]


def _cut(a: Annotations, kept: Kept) -> Annotations:
    """Return the annotations in the kept paragraphs, without arguments, sources and relations that lead outside."""
    replace = msgspec.structs.replace
    mentions = [
        replace(m, start=m.start + by, end=m.end + by, head_start=m.head_start + by, head_end=m.head_end + by)
        for m, by in ((m, _shift(m.start, kept)) for m in a.mentions)
        if by is not None
    ]
    times, quantities, titles = _moved(a.times, kept), _moved(a.quantities, kept), _moved(a.titles, kept)
    events = _moved(a.events, kept)
    ids = {x.id for x in marked(Annotations(mentions, [], times, quantities, titles, events))}
    events = [
        replace(
            e,
            source=e.source if e.source in ids else AUTHOR,
            arguments=[x for x in e.arguments if x.filler in ids],
        )
        for e in events
    ]
    entities = {m.entity for m in mentions}
    clusters = {e.cluster for e in events}
    return Annotations(
        mentions,
        [e for e in a.entities if e.id in entities],
        times,
        quantities,
        titles,
        events,
        [c for c in a.event_clusters if c.id in clusters],
        [r for r in a.relations if r.from_ in clusters and r.to in clusters],
    )


def write_joined(joined: Joined, out: Path) -> None:
    """Write the joined part to `out` in the layout of the shipped data, for `load_dataset(out)`."""
    partial = "-partial" if joined.left_out else ""
    files = render([(WIRE, joined.document)])
    manifest = write_data(files, out / "data", version=DATA_VERSION + partial)
    write_atomic(out / "README.md", header(manifest, "data", [WIRE]))


# ------------------------------------------------------------------ shipped files


def stand_off(root: Path) -> Files:
    """Return the shipped files of the wire part by their paths below `data/`."""
    names = sorted(path.name for path in (root / WIRE).glob("*") if path.is_file())
    return {f"{WIRE}/{name}": (root / WIRE / name).read_bytes() for name in names}

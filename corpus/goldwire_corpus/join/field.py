"""The `field` part: stand-off gold of documents of the public re3d corpus (Dstl, 2017), joined to the user's own clone.

The texts are not shipped, only offsets and labels over their canonical form, and the hashes of that form.
"""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from goldwire_corpus.errors import DataError, ValidationError, data_error
from goldwire_corpus.join.canonical_text import letters, spaced
from goldwire_corpus.join.cut import Joined, cut
from goldwire_corpus.join.fingerprint import Fingerprint, Paragraph, sha256
from goldwire_corpus.load import DATA
from goldwire_corpus.parts import FIELD
from goldwire_corpus.schema.document import Segmentation, Span
from goldwire_corpus.source import brat
from goldwire_corpus.source.files import Facts, assemble, read_facts, read_lines, read_segmentation, read_text

DOCUMENTS = "documents.json"


class Row(msgspec.Struct, frozen=True, rename={"id": "_id"}):
    """A document of re3d."""

    id: str
    text: str


class Text(msgspec.Struct, frozen=True):
    """A document of the field part with what the clone has of it."""

    facts: Facts
    expected: Fingerprint
    segmentation: Segmentation
    path: str
    found: str | None
    """The characters of the user's copy without white space; None if the clone lacks the document."""

    @property
    def whole(self) -> str | None:
        """The canonical text if the copy matches, otherwise None."""
        if self.found is None or sha256(self.found) != self.expected.sha256:
            return None
        return spaced(self.found, self.segmentation.tokens)


def read_clone(clone: Path, root: Path) -> list[Text]:
    """Return the documents of the field part below `root` with their texts in a clone of re3d.

    Raises DataError if the folder is not a clone of re3d, or lacks a source or a readable file.
    """
    facts = read_facts(root, FIELD)
    expected = {row.id: read_fingerprint(root, row.id) for row in facts}
    sources = sorted({str(x.source) for x in expected.values()})
    missing = [source for source in sources if not (clone / source / DOCUMENTS).is_file()]
    if len(missing) == len(sources):
        message = f"not a clone of re3d: expected folders {', '.join(sources)}, each with {DOCUMENTS}"
        raise data_error(str(clone), 0, "re3d-other", message)
    if missing:
        raise DataError(
            ValidationError(str(clone / source / DOCUMENTS), 0, "re3d-source-missing", "file of a source not found")
            for source in missing
        )
    texts = {source: read_source(clone / source / DOCUMENTS) for source in sources}
    return [
        Text(
            row, e, read_segmentation(root / FIELD / f"{row.id}.tok"), str(clone / str(e.source) / DOCUMENTS),
            None if (text := texts[str(e.source)].get(str(e.key))) is None else letters(text),
        )
        for row, e in ((row, expected[row.id]) for row in facts)
    ]  # fmt: skip


def read_source(path: Path) -> dict[str, str]:
    """Return the texts of a source by id. Raises DataError with the line of a row that cannot be decoded."""
    return {row.id: row.text for row in read_lines(path, Row)}


def read_fingerprint(root: Path, doc: str) -> Fingerprint:
    """Return the stored hashes of a document of the field part."""
    return msgspec.json.decode((root / FIELD / f"{doc}.json").read_bytes(), type=Fingerprint)


def join(clone: Path, partial: bool) -> list[Joined]:
    """Return the gold joined to a clone of re3d.

    Raises DataError with the first paragraph that differs of each changed document, and with each missing document;
    with `partial` only if no paragraph matches.
    """
    texts = read_clone(clone, DATA)
    errors = [] if partial else [_difference(text) for text in texts if text.whole is None]
    if errors:
        raise DataError(errors)
    joined = [document for text in texts if (document := _join(text)) is not None]
    if not joined:
        raise data_error(str(clone), 0, "re3d-other", "no paragraph matches; expected the texts of re3d")
    return joined


def _join(text: Text) -> Joined | None:
    """Return what the clone has of a document, None if it has no paragraph."""
    ann = DATA / FIELD / f"{text.facts.id}.ann"
    annotations = brat.decode(read_text(ann), str(ann))
    if (whole := text.whole) is not None:
        return Joined(assemble(FIELD, text.facts, whole, text.segmentation, annotations), [])
    found = _matching(text)
    return cut(FIELD, text.facts, text.segmentation, annotations, text.expected.paragraphs, found) if found else None


def _matching(text: Text) -> Mapping[int, str]:
    """Return the paragraphs that the changed copy still has, by their number from 1."""
    found: dict[int, str] = {}
    for number, paragraph in enumerate(text.expected.paragraphs, 1):
        tokens = _tokens(text, paragraph)
        length = sum(t.end - t.start for t in tokens)
        if (characters := _occurrence(text.found or "", length, paragraph)) is not None:
            found[number] = spaced(characters, tokens)
    return found


def _tokens(text: Text, paragraph: Paragraph) -> list[Span]:
    """Return the tokens of a paragraph, with offsets from its start."""
    tokens = (t for t in text.segmentation.tokens if paragraph.start <= t.start < paragraph.end)
    return [Span(t.start - paragraph.start, t.end - paragraph.start) for t in tokens]


def _occurrence(found: str, length: int, paragraph: Paragraph) -> str | None:
    """Return the characters of `found` that have the hash of a paragraph of this length, None if it is missing."""
    if paragraph.sha256 is None:
        return None
    pieces = (found[start : start + length] for start in range(len(found) - length + 1))
    return next((piece for piece in pieces if sha256(piece) == paragraph.sha256), None)


def _difference(text: Text) -> ValidationError:
    if text.found is None:
        return ValidationError(
            text.path, 0, "re3d-missing", f"document {text.expected.key} ({text.facts.id}) not found"
        )
    found = _matching(text)
    hashed = [number for number, p in enumerate(text.expected.paragraphs, 1) if p.sha256]
    changed = next((number for number in hashed if number not in found), None)
    place = f"paragraph {changed} differs" if changed else "a paragraph too short to be hashed, or an addition, differs"
    message = f"document {text.expected.key} ({text.facts.id}): {place}; {len(found)} paragraphs match, see --partial"
    return ValidationError(text.path, 0, "re3d-differs", message)

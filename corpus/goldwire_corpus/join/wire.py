"""The `wire` part: the stand-off gold of the AP story, joined to the user's own copy.

The story is not shipped, only offsets and labels over its canonical form, and the hashes of that form.
"""

from pathlib import Path

import msgspec

from goldwire_corpus.errors import DataError, ValidationError, data_error
from goldwire_corpus.join.canonical_text import canonical
from goldwire_corpus.join.cut import Joined, cut
from goldwire_corpus.join.fingerprint import Fingerprint, sha256
from goldwire_corpus.load import DATA
from goldwire_corpus.parts import WIRE
from goldwire_corpus.source import brat
from goldwire_corpus.source.files import assemble, read_facts, read_segmentation, read_text

_NO_MATCH = "no paragraph matches; expected an edition of the AP story"


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
    if sha256(text) == expected.sha256:
        return Joined(assemble(WIRE, facts, text, segmentation, annotations), [])
    if not partial:
        raise DataError([_divergence(str(article), text, expected)])
    by_hash = {sha256(p): p for p in text.split("\n\n")}
    found = {n: by_hash[p.sha256] for n, p in enumerate(expected.paragraphs, 1) if p.sha256 and p.sha256 in by_hash}
    if not found:
        raise data_error(str(article), 0, "story-other", _NO_MATCH)
    return cut(WIRE, facts, segmentation, annotations, expected.paragraphs, found)


def _divergence(path: str, text: str, expected: Fingerprint) -> ValidationError:
    found = text.split("\n\n")
    shared = {p.sha256 for p in expected.paragraphs if p.sha256} & {sha256(p) for p in found}
    if not shared:
        return ValidationError(path, 0, "story-other", _NO_MATCH)
    for number, paragraph in enumerate(expected.paragraphs, 1):
        if number > len(found):
            return ValidationError(path, 0, "story-differs", f"the text ends before paragraph {number} of the story")
        actual = found[number - 1]
        same = (
            sha256(actual) == paragraph.sha256 if paragraph.sha256 else len(actual) == paragraph.end - paragraph.start
        )
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

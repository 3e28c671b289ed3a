"""Opening a document for annotation, and reading two passes over the same documents side by side."""

from collections.abc import Sequence
from pathlib import Path

from goldwire_corpus.errors import data_error
from goldwire_corpus.join.canonical_text import canonical
from goldwire_corpus.schema.document import Annotations, Document
from goldwire_corpus.schema.knowledge_base import KnowledgeBase
from goldwire_corpus.source import brat
from goldwire_corpus.source.files import (
    WIRE,
    assemble,
    find_facts,
    read_kb,
    read_segmentation,
    read_text,
    source_root,
)


def open_document(doc: str, article: Path | None) -> tuple[Document, KnowledgeBase]:
    """A document without its annotations, and its world's knowledge base."""
    part, facts = find_facts(doc)
    root = source_root()
    segmentation = read_segmentation(root / part / f"{doc}.tok")
    return assemble(part, facts, _text(part, doc, article), segmentation), read_kb(root, facts.world)


def _text(part: str, doc: str, article: Path | None) -> str:
    if part != WIRE:
        return read_text(source_root() / part / f"{doc}.txt").removesuffix("\n")
    if article is None:
        raise data_error(doc, 0, "article-missing", "the text of the wire part is not shipped: give --article")
    return canonical(read_text(article))


def shared(a: Path, b: Path) -> list[str]:
    """Names of the stand-off files that both folders hold. Raises DataError where there is none."""
    names = sorted({path.name for path in a.glob("*.ann")} & {path.name for path in b.glob("*.ann")})
    if not names:
        raise data_error(str(a), 0, "passes-disjoint", f"no stand-off file that {b} has too")
    return names


def read_pairs(a: Path, b: Path, article: Path | None, texts: bool) -> dict[str, Sequence[tuple[Document, Document]]]:
    """The documents that both folders hold, in pairs, by split. Raises DataError where there is none.

    With `texts` documents carry their text, which for the wire part needs the article.
    """
    groups: dict[str, list[tuple[Document, Document]]] = {}
    for name in shared(a, b):
        doc = name.removesuffix(".ann")
        part, facts = find_facts(doc)
        text = _text(part, doc, article) if texts or part != WIRE else ""
        segmentation = read_segmentation(source_root() / part / f"{doc}.tok")

        def read(folder: Path, name: str = name, text: str = text) -> Annotations:
            return brat.decode(read_text(folder / name), str(folder / name), text or None)

        pair = (assemble(part, facts, text, segmentation, read(a)), assemble(part, facts, text, segmentation, read(b)))
        groups.setdefault(facts.split, []).append(pair)
    return dict(groups)

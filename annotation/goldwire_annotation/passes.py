"""Documents without annotations, adjudicated documents, and pairs of passes over the same documents."""

from collections.abc import Sequence
from pathlib import Path

from goldwire_annotation.stages import stage_path
from goldwire_corpus.errors import DataError, data_error
from goldwire_corpus.join.copies import source_text
from goldwire_corpus.parts import JOINED, PARTS, Copies
from goldwire_corpus.release.build import SPLITS
from goldwire_corpus.schema.document import Annotations, Document, Segmentation
from goldwire_corpus.schema.knowledge_base import KnowledgeBase
from goldwire_corpus.source import brat
from goldwire_corpus.source.files import Facts, assemble, find_facts, read_kb, read_segmentation, read_text, source_root

Pair = tuple[Document, Document]


def blank_document(doc: str, copies: Copies) -> Document:
    """Return a document of the source without its annotations."""
    part, facts = find_facts(doc)
    text = source_text(part, doc, copies)
    return assemble(part, facts, text, _segmentation(part, doc, text))


def open_document(doc: str, copies: Copies) -> tuple[Document, KnowledgeBase]:
    """Return a document without its annotations, and its world's knowledge base."""
    document = blank_document(doc, copies)
    return document, read_kb(source_root(), document.world)


def annotated(doc: str, copies: Copies | None) -> Document:
    """Return a document with its adjudicated stage one if it has one, otherwise with the annotations of the source.

    Raises DataError if it has neither.
    """
    part, facts = find_facts(doc)
    settled = stage_path("one", "gold", facts)
    path = settled if settled.exists() else source_root() / part / f"{doc}.ann"
    if not path.exists():
        message = f"no adjudicated stage one of {doc}, expected here; `goldwire annotate status` names the next step"
        raise data_error(str(settled), 0, "stage-missing", message)
    return read_pass(doc, path, copies)


def read_pass(doc: str, path: Path, copies: Copies | None) -> Document:
    """Return a document of the source with the annotations of a stand-off file.

    Without `copies` a document of a joined part has no text, which its counts do not need.
    """
    part, facts = find_facts(doc)
    text = "" if copies is None and part in JOINED else source_text(part, doc, copies or Copies())
    return assemble(
        part, facts, text, _segmentation(part, doc, text), brat.decode(read_text(path), str(path), text or None)
    )


def _segmentation(part: str, doc: str, text: str) -> Segmentation:
    """Return the frozen sentences and tokens of a document, or new ones if none are frozen yet."""
    path = source_root() / part / f"{doc}.tok"
    if path.exists():
        return read_segmentation(path)
    from goldwire_corpus.source.segment import segment

    return segment(text)


def shared(a: Path, b: Path) -> list[str]:
    """Return the names of the stand-off files in both folders. Raises DataError if there is none."""
    names = sorted({path.name for path in a.glob("*.ann")} & {path.name for path in b.glob("*.ann")})
    if not names:
        raise data_error(str(a), 0, "passes-disjoint", f"no stand-off file in common with {b}")
    return names


def of_other_labels(error: DataError) -> bool:
    """Return whether an error of `read_pairs` says that documents outside the source have labels of their own."""
    return {"type-unknown", "label-unknown"} >= {found.id for found in error.errors} and not any(
        in_source(Path(found.path).stem) for found in error.errors
    )


def in_source(doc: str) -> bool:
    try:
        find_facts(doc)
    except DataError:
        return False
    return True


def read_pairs(a: Path, b: Path, copies: Copies, texts: bool) -> dict[str, Sequence[Pair]]:
    """Return the documents in both folders as pairs, by split. Raises DataError if there is none.

    With `texts`, documents of joined parts too have their text, from the user's copies. The text of a document that is
    not in the source is read from `<id>.txt` in one of the folders, and its split is `other`.
    """
    groups: dict[str, list[Pair]] = {}
    for name in shared(a, b):
        doc = name.removesuffix(".ann")
        try:
            part, facts = find_facts(doc)
        except DataError:
            part, facts, text = "", Facts(doc, "", "other", "", "", ""), _text_beside(doc, a, b)
        else:
            text = source_text(part, doc, copies) if texts or part in PARTS else ""
        segmentation = _segmentation(part, doc, text)

        def read(folder: Path, name: str = name, text: str = text) -> Annotations:
            return brat.decode(read_text(folder / name), str(folder / name), text or None)

        pair = (assemble(part, facts, text, segmentation, read(a)), assemble(part, facts, text, segmentation, read(b)))
        groups.setdefault(facts.split, []).append(pair)
    order = {split: place for place, split in enumerate((*SPLITS, *JOINED))}
    return {split: groups[split] for split in sorted(groups, key=lambda split: order.get(split, len(order)))}


def _text_beside(doc: str, *folders: Path) -> str:
    for folder in folders:
        path = folder / f"{doc}.txt"
        if path.exists():
            return read_text(path).removesuffix("\n")
    message = "this document is not in the source; expected its text in this file"
    raise data_error(str(folders[0] / f"{doc}.txt"), 0, "text-missing", message)

"""Manual correction of annotations: a stand-off file is opened in an editor, then sorted and checked."""

from pathlib import Path

from goldwire_corpus.atomic_write import write_atomic
from goldwire_corpus.errors import ValidationError
from goldwire_corpus.parts import PARTS
from goldwire_corpus.source import brat
from goldwire_corpus.source.files import assemble, find_facts, read_kb, read_segmentation, read_text, source_root
from goldwire_corpus.validation.corpus import line_numbers
from goldwire_corpus.validation.document import check_document


def standoff_path(doc: str) -> Path:
    """Return the stand-off file of a document of the source."""
    part, _ = find_facts(doc)
    return source_root() / part / f"{doc}.ann"


def settle(doc: str, before: str) -> tuple[int, list[ValidationError]]:
    """Sort and check an edited file; return the number of lines that differ from `before`, and the errors.

    Raises DataError if it cannot be read; the file is then left unchanged.
    """
    part, facts = find_facts(doc)
    root, path = source_root(), standoff_path(doc)
    text = read_text(root / part / f"{doc}.txt").removesuffix("\n") if part in PARTS else None
    annotations = brat.decode(read_text(path), str(path), text)
    content = brat.encode(annotations, text)
    if content != read_text(path):
        write_atomic(path, content)
    document = assemble(part, facts, text or "", read_segmentation(root / part / f"{doc}.tok"), annotations)
    errors = check_document(document, read_kb(root, facts.world), str(path), line_numbers(content))
    return len({*content.splitlines()} ^ {*before.splitlines()}), errors

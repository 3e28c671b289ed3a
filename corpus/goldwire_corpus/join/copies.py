"""The user's own copies of the texts that are not shipped, for commands that take them."""

from goldwire_corpus.errors import UsageError, data_error
from goldwire_corpus.join import field, wire
from goldwire_corpus.join.canonical_text import FIELD_FORM, FORM, canonical, canonical_lines, letters
from goldwire_corpus.join.fingerprint import Fingerprint, fingerprint
from goldwire_corpus.load import documents, read_manifest, split_path
from goldwire_corpus.parts import FIELD, PARTS, WIRE, Copies
from goldwire_corpus.release.build import DATA_VERSION
from goldwire_corpus.schema.document import Document
from goldwire_corpus.source.files import read_text, source_root


def joined_documents(part: str, copies: Copies) -> list[Document]:
    """Return the gold documents of a joined part.

    Raises UsageError if its copy is not given, and DataError if the copy does not match or was joined to other data.
    """
    if part == WIRE:
        if copies.article is None:
            raise UsageError("the split wire needs --article, the path of your own copy of the AP story")
        return [wire.join(copies.article, partial=False).document]
    if copies.field is None:
        raise UsageError("the split field needs --field, the path of your clone of re3d or of the joined part")
    data = copies.field / "data"
    if not split_path(FIELD, data).is_file():
        return [joined.document for joined in field.join(copies.field, partial=False)]
    if (found := read_manifest(data).version) != DATA_VERSION:
        message = f"joined to data {found}, expected {DATA_VERSION}; join it again, or score a partial join with --gold"
        raise data_error(str(data), 0, "join-other", message)
    return documents(FIELD, data)


def source_text(part: str, doc: str, copies: Copies) -> str:
    """Return the text of a document of the source; that of a joined part in its canonical form.

    Raises DataError if its copy is not given or lacks the document.
    """
    if part in PARTS:
        return read_text(source_root() / part / f"{doc}.txt").removesuffix("\n")
    if part == WIRE:
        if copies.article is None:
            message = "the text of the wire part is not shipped; give the path of your copy with --article"
            raise data_error(doc, 0, "article-missing", message)
        return canonical(read_text(copies.article))
    if copies.field is None:
        message = "the texts of the field part are not shipped; give the path of your clone of re3d with --field"
        raise data_error(doc, 0, "field-missing", message)
    expected = field.read_fingerprint(source_root(), doc)
    path = copies.field / str(expected.source) / field.DOCUMENTS
    text = field.read_source(path).get(str(expected.key))
    if text is None:
        raise data_error(str(path), 0, "re3d-missing", f"document {expected.key} ({doc}) not found")
    return canonical_lines(text)


def source_fingerprint(part: str, doc: str, text: str) -> Fingerprint:
    """Return the hashes of a document of a joined part of the source; its place in re3d is kept."""
    if part == WIRE:
        return fingerprint(text, FORM)
    stored = field.read_fingerprint(source_root(), doc)
    return fingerprint(text, FIELD_FORM, letters, stored.source, stored.key)

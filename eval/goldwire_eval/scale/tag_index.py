"""Where the documents of a file of tags begin: what is needed to score it in parts."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from goldwire_eval.readers.stream import BOM
from goldwire_eval.scale.row_index import NoPartsError, stretches

_MARK = re.compile(
    rb"(?:-DOCSTART-[^\n]*|#[ \t]*newdoc[ \t]*|#[ \t]*(?:newdoc[ \t]+)?id[ \t]*=[ \t]*(?P<id>[^ \t\n][^\n]*))(?=\n|\Z)"
)
_BEGINNINGS = (b"\n-DOCSTART-", b"\n#")
_STRETCH = 8 << 20


class Document(NamedTuple):
    """Where the line that begins a document is: its first byte and its number; and the id that it gives."""

    begin: int
    line: int
    id: bytes | None


def index_documents(path: Path) -> tuple[list[Document], int]:
    """Return the documents of a file of tags, and its size in bytes.

    Raises NoPartsError for a compressed file, for one with other line ends than line feeds, and for one that does not
    begin with the mark of a document.
    """
    documents: list[Document] = []
    line = 1
    for stretch in stretches(path, _STRETCH):
        if stretch.compressed:
            raise NoPartsError(f"{path} is compressed")
        with path.open("rb") as file:
            file.seek(stretch.begin)
            content = file.read(stretch.end - stretch.begin)
        if b"\r" in content:
            raise NoPartsError(f"{path} has line ends other than line feeds")
        newlines = np.frombuffer(content, dtype=np.uint8) == ord("\n")
        at = 0
        for mark in _marks(content):
            line += int(np.count_nonzero(newlines[at : mark.start()]))
            at = mark.start()
            id = mark["id"]
            documents.append(Document(stretch.begin + at, line, None if id is None else id.rstrip()))
        line += int(np.count_nonzero(newlines[at:]))
        if not stretch.begin:
            before = content[: documents[0].begin] if documents else content
            if not documents or before.removeprefix(BOM).strip():
                raise NoPartsError(f"{path} does not begin with the mark of a document")
    return documents, path.stat().st_size


def _marks(content: bytes) -> Iterator[re.Match[bytes]]:
    """Yield the lines that begin a document, in order.

    Replaces a search for the pattern at every line: `find` skips through the content.
    """
    # The mark of the first line has no line end before it, except a byte order mark.
    begins = [len(BOM) if content.startswith(BOM) else 0]
    for beginning in _BEGINNINGS:
        at = content.find(beginning)
        while at >= 0:
            begins.append(at + 1)
            at = content.find(beginning, at + 1)
    for begin in sorted(begins):
        if (mark := _MARK.match(content, begin)) is not None:
            yield mark

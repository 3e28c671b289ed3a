"""Where the documents of a file of tags begin: what is needed to score it in parts."""

import re
from pathlib import Path
from typing import NamedTuple

from goldwire_eval.readers.stream import BOM
from goldwire_eval.scale.row_index import NoPartsError, stretches

_MARK = re.compile(
    rb"(?m)^(?:-DOCSTART-[^\n]*|#[ \t]*newdoc[ \t]*|#[ \t]*(?:newdoc[ \t]+)?id[ \t]*=[ \t]*(?P<id>[^ \t\n][^\n]*))$"
)
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
        at = 0
        for mark in _MARK.finditer(content):
            line += content.count(b"\n", at, mark.start())
            at = mark.start()
            id = mark["id"]
            documents.append(Document(stretch.begin + at, line, None if id is None else id.rstrip()))
        line += content.count(b"\n", at)
        if not stretch.begin:
            before = content[: documents[0].begin] if documents else content
            if not documents or before.removeprefix(BOM).strip():
                raise NoPartsError(f"{path} does not begin with the mark of a document")
    return documents, path.stat().st_size

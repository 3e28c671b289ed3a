"""XML of corpora, parsed without entities, external references or document type definitions that declare them."""

from pathlib import Path
from typing import TYPE_CHECKING

from goldwire_corpus.errors import data_error
from goldwire_eval.readers.stream import blocks

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

LARGEST = 256 << 20


def parse(path: Path) -> "Element":
    """Return the root of an XML file.

    Raises DataError with xml-invalid if it is not well formed or declares entities, which could read other files or
    expand without bound, and with corpus-format if it is larger than LARGEST bytes.
    """
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    content = bytearray()
    for block in blocks(path):
        content += block
        if len(content) > LARGEST:
            raise data_error(str(path), 0, "corpus-format", f"an XML file of more than {LARGEST >> 20} MiB")
    try:
        root: Element = fromstring(bytes(content), forbid_entities=True, forbid_external=True)
    except DefusedXmlException as error:
        message = f"declares entities or external references, which are not read: {error}"
        raise data_error(str(path), 0, "xml-invalid", message) from None
    except (ParseError, ValueError, LookupError) as error:
        line = error.position[0] if isinstance(error, ParseError) else 0
        raise data_error(str(path), line, "xml-invalid", f"not well-formed XML: {error}") from None
    return root


def files(path: Path, suffixes: set[str]) -> list[Path]:
    """Return the file itself, or the files with one of these suffixes below a folder, by name."""
    if not path.is_dir():
        return [path]
    return sorted(p for p in path.rglob("*") if p.suffix.lower() in suffixes and p.is_file())

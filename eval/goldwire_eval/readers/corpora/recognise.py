"""Which corpus of others a file or folder is, by its content."""

import re
from pathlib import Path
from re import search

_STARTS = ((b"#FORMAT=WebAnno TSV 3", "webanno"), (b"#begin document", "conll2012"))
_INSIDE = (
    (re.compile(rb"(?s)\A(?:<\?xml|<!--|<!DOCTYPE|<TimeML).*?<TimeML[\s>]|\A<TimeML[\s>]"), "timeml"),
    (re.compile(rb"(?s)\A(?:<\?xml.*?)?<Document\s[^>]*doc_name="), "ecb+"),
    (re.compile(rb"(?m)\A(?:#.*\n)*# global\.Entity = "), "corefud"),
)
_WIKIEVENTS = (b'"event_mentions"', b'"entity_mentions"', b'"sentences"')


def corpus_of_file(start: bytes) -> str | None:
    """Return the format whose content begins so, None if it is none of these."""
    for magic, format in _STARTS:
        if start.startswith(magic):
            return format
    for pattern, format in _INSIDE:
        if pattern.search(start):
            return format
    if start[:1] == b"{" and search(rb'\{\s*"doc_id"\s*:', start[:200]) and all(key in start for key in _WIKIEVENTS):
        return "wikievents"
    return None


def corpus_of_folder(path: Path) -> str | None:
    """Return the format of a folder, None if it is none of these. Of XML files the first one decides."""
    # Imported here, since only a folder needs it.
    from goldwire_eval.readers.corpora import re3d

    if re3d.sources(path):
        return "re3d"
    if any(path.glob("key-*")):
        return "muc4"
    files = sorted(p for p in path.rglob("*") if p.suffix.lower() in (".tml", ".xml") and p.is_file())
    if not files:
        return None
    if files[0].suffix.lower() == ".tml":
        return "timeml"
    with files[0].open("rb") as file:
        return corpus_of_file(file.read(1 << 12).removeprefix(b"\xef\xbb\xbf").lstrip())

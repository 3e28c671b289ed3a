"""Predictions in other formats than JSON lines, and which format a path is in."""

from pathlib import Path

from goldwire_corpus.errors import data_error

_LINES = {".jsonl", ".ndjson"}
_TAGS = {".conll", ".bio", ".iob", ".iob2", ".tags", ".tsv"}
# The header of zlib at its default level (RFC 1950), at which spaCy writes.
_ZLIB = b"\x78\x9c"
_SPACE = b" \t\r\n"


def detect(path: Path) -> str:
    """jsonl, brat, docbin, conll or label-studio; folder for a folder of JSON lines.

    A folder is brat where it holds an `.ann`, else a folder of JSON lines (`.jsonl`, also `.gz` and `.zst`). Of a file
    the suffix decides for `.spacy`, `.jsonl` and the suffixes of tag files, else its first bytes: an object begins JSON
    lines, an array of objects a Label Studio export, zlib a DocBin, anything else tags. An empty file is JSON lines.
    Raises DataError where nothing is there or a folder holds neither.
    """
    if path.is_dir():
        return _folder(path)
    suffix = kind(path)
    if suffix == ".spacy":
        return "docbin"
    if suffix in _TAGS:
        return "conll"
    start = _start(path)
    if not start or start[:1] == b"{" or suffix in _LINES:
        return "jsonl"
    if start[:1] == b"[" and start[1:].lstrip(_SPACE)[:1] in (b"{", b"]", b""):
        return "label-studio"
    if start[:2] == _ZLIB:
        return "docbin"
    return "jsonl" if suffix == ".json" else "conll"


def kind(path: Path) -> str:
    """The suffix in lower case, that of an archive left off: `.jsonl` of `a.JSONL.gz`."""
    name = path.name.lower().removesuffix(".gz").removesuffix(".zst")
    return Path(name).suffix


def members(folder: Path) -> list[Path]:
    """The files of JSON lines of a folder, by name."""
    return sorted(p for p in folder.iterdir() if kind(p) in _LINES and not p.name.startswith(".") and p.is_file())


def _folder(path: Path) -> str:
    try:
        if any(not p.name.startswith(".") for p in path.glob("*.ann")):
            return "brat"
        if members(path):
            return "folder"
    except OSError as error:
        raise data_error(str(path), 0, "file-unreadable", str(error.strerror)) from None
    raise data_error(str(path), 0, "format-unknown", "neither .ann (brat) nor .jsonl files in this folder")


def _start(path: Path) -> bytes:
    """The first bytes from the first that is not space."""
    from goldwire_eval.readers.stream import blocks

    for block in blocks(path):
        if start := block.lstrip(_SPACE)[:64]:
            return start
    return b""

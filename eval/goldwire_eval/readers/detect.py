"""Which format a path is in, and the names of formats that are not read."""

from pathlib import Path

from goldwire_corpus.errors import data_error
from goldwire_eval.readers.corpora.recognise import corpus_of_file, corpus_of_folder

_LINES = {".jsonl", ".ndjson"}
_TAGS = {".conll", ".bio", ".iob", ".iob2", ".tags", ".tsv"}
# The header of zlib at its default level (RFC 1950), at which spaCy writes.
_ZLIB = b"\x78\x9c"
_SPACE = b" \t\r\n"
_LOOKED_AT = 1 << 16


def detect(path: Path) -> str:
    """Return a key of `formats.FORMATS`; folder for a folder of JSON Lines files.

    Gold of others (`corpora`) is recognised by its content, whatever its suffix.
    A folder is brat if it holds an `.ann`, else a folder of JSON Lines (`.jsonl`, also `.gz` and `.zst`). Of a file
    the suffix decides for `.spacy`, `.jsonl` and the suffixes of tag files, else its first bytes: an object begins JSON
    Lines, an array of objects a Label Studio export, zlib a DocBin, anything else tags. An empty file is JSON Lines.
    Raises DataError with format-unknown, and what to do, for a folder of neither and for content that is recognised as
    a format that is not read, whatever its suffix.
    """
    if path.is_dir():
        return _folder(path)
    suffix = kind(path)
    if suffix == ".ann" and path.is_file():
        raise data_error(str(path), 0, "format-unknown", f"this is one file of brat; give its folder, {path.parent}")
    if suffix == ".spacy":
        return "docbin"
    start = _start(path)
    if (corpus := corpus_of_file(start)) is not None:
        return corpus
    _refuse_foreign(path, start)
    if suffix in _TAGS:
        return "conll"
    if not start or start[:1] == b"{" or suffix in _LINES:
        return "jsonl"
    if start[:1] == b"[" and start[1:].lstrip(_SPACE)[:1] in (b"{", b"]", b""):
        return "label-studio"
    if start[:2] == _ZLIB:
        return "docbin"
    return "jsonl" if suffix == ".json" else "conll"


def kind(path: Path) -> str:
    """Return the suffix in lower case, that of an archive left off: `.jsonl` of `a.JSONL.gz`."""
    name = path.name.lower().removesuffix(".gz").removesuffix(".zst")
    return Path(name).suffix


def members(folder: Path) -> list[Path]:
    """Return the files of JSON Lines of a folder, by name."""
    return sorted(p for p in folder.iterdir() if kind(p) in _LINES and not p.name.startswith(".") and p.is_file())


def _refuse_foreign(path: Path, start: bytes) -> None:
    from goldwire_eval.readers.foreign import recognise

    if (found := recognise(start, len(start) == _LOOKED_AT)) is not None:
        message = f"this is {found.name}, which is not read; {found.advice}"
        raise data_error(str(path), 1 if found.id == "encoding" else 0, found.id, message)


def _folder(path: Path) -> str:
    try:
        if any(not p.name.startswith(".") for p in path.glob("*.ann")):
            return "brat"
        if members(path):
            return "folder"
        if (corpus := corpus_of_folder(path)) is not None:
            return corpus
        suffixes = sorted({kind(p) or p.name for p in path.iterdir()})
    except OSError as error:
        raise data_error(str(path), 0, "file-unreadable", str(error.strerror)) from None
    if {".a1", ".a2"} & {*suffixes}:
        message = "these are .a1 and .a2 files of a BioNLP shared task; join each pair: cat ID.a1 ID.a2 > ID.ann"
        raise data_error(str(path), 0, "format-unknown", message)
    found = f"found {', '.join(suffixes[:5])}" if suffixes else "the folder is empty"
    message = f"expected .ann (brat) or .jsonl files in this folder; {found}"
    raise data_error(str(path), 0, "format-unknown", message)


def _start(path: Path) -> bytes:
    """Return the beginning of the content, from the first byte that is not white space."""
    from goldwire_eval.readers.stream import blocks

    for block in blocks(path):
        if start := block.lstrip(_SPACE)[:_LOOKED_AT]:
            return start
    return b""

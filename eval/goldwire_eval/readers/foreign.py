"""Formats of other tools that are not read, recognised by their content, with what to do about each."""

import re
from typing import Any, NamedTuple

import msgspec

from goldwire_corpus.schema.prediction import LAYERS


class Foreign(NamedTuple):
    """`advice` follows "this is NAME, which is not read;". `id`: of the error."""

    name: str
    advice: str
    id: str = "format-unknown"


_SPANS = 'write one JSON object per line: {"id": ..., "mentions": [{"start": ..., "end": ..., "type": ...}]}'
_TEXT_FORM = "convert it to JSON Lines, brat or a file of tags"
_MAGIC: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "PDF", _TEXT_FORM),
    (b"PAR1", "Parquet", "write JSON Lines: datasets.Dataset.from_parquet(FILE).to_json(OUT)"),
    (b"ARROW1", "Arrow", "write JSON Lines: datasets.Dataset.from_file(FILE).to_json(OUT)"),
    (b"\xff\xff\xff\xff", "an Arrow stream", "write JSON Lines: datasets.Dataset.from_file(FILE).to_json(OUT)"),
    (b"PK\x03\x04", "a ZIP archive", "unpack it first; of archives .gz and .zst are read"),
    (b"BZh", "a bzip2 archive", "unpack it first; of archives .gz and .zst are read"),
    (b"\xfd7zXZ\x00", "an xz archive", "unpack it first; of archives .gz and .zst are read"),
    (b"7z\xbc\xaf", "a 7z archive", "unpack it first; of archives .gz and .zst are read"),
    (b"SQLite format 3", "an SQLite database", _TEXT_FORM),
    (b"\x89HDF", "HDF5", _TEXT_FORM),
    (b"\x93NUMPY", "a numpy array", _TEXT_FORM),
    (b"\xff\xfe", "text in UTF-16", "save it as UTF-8"),
    (b"\xfe\xff", "text in UTF-16", "save it as UTF-8"),
    (b"{\\rtf", "RTF", "save it as plain text"),
    (b"#FORMAT=", "another version of WebAnno TSV", "export WebAnno TSV 3 from INCEpTION or WebAnno"),
)  # fmt: skip
_PICKLE = re.compile(rb"\x80[\x02-\x05](?:\x95|[}\](cq])")
_XML = re.compile(rb"<(?:\?xml|!DOCTYPE|!--|[A-Za-z][\w:.-]*[\s/>])")
_CONLLU_ROW = re.compile(r"[0-9]+(?:[-.][0-9]+)?(?:\t[^\t]*){9}")
_SPAN_ROW = re.compile(r"(?:[^\t,]*[\t,])?[0-9]+[\t,][0-9]+[\t,][^\t,]+(?:[\t,].*)?")
_SPAN_HEADER = re.compile(r"(?i)(?:.*[\t,])?(?:start|begin|from)[a-z_]*[\t,](?:end|stop|to)[a-z_]*(?:[\t,].*)?")
_TAG = re.compile(r"[\t,](?:O|[BIESLU]-[^\t,]+)$")
_TAG_CELL = re.compile(r"O|[BIESLU]-\S+")
_ROW = re.compile(rb'\[\s*\{\s*"id"\s*:\s*"')
_FEW = 20


def recognise(start: bytes, cut: bool) -> Foreign | None:
    """Return the format whose content begins so; None if it is read, or unknown. `cut`: there is more behind it."""
    for magic, name, advice in _MAGIC:
        if start.startswith(magic):
            return Foreign(name, advice, "encoding" if "UTF-16" in name else "format-unknown")
    if _PICKLE.match(start):
        return Foreign("a Python pickle", "it is never loaded, since it may run code; write JSON Lines")
    if _XML.match(start):
        return Foreign("XML or HTML", _TEXT_FORM)
    if start[:1] in (b"{", b"["):
        return _json(start, cut)
    return _table(start)


def _table(start: bytes) -> Foreign | None:
    """Recognise tables whose columns are not a token and, last, its tag."""
    lines = [line.rstrip("\r") for line in start[:16_384].decode("utf-8", "replace").split("\n")[:-1]][:200]
    rows = [line for line in lines if line and not line.startswith("#")][:_FEW]
    if (found := _tags_elsewhere(rows)) is not None:
        return found
    if rows and not all(_TAG.search(row) for row in rows) and all(_CONLLU_ROW.fullmatch(row) for row in rows):
        return Foreign("CoNLL-U", "write a file of tags (FORM and a tag IOB2 in the last column) or JSON Lines")
    body = rows[1:] if rows and _SPAN_HEADER.fullmatch(rows[0]) else rows
    if body and all(_SPAN_ROW.fullmatch(row) and not _TAG.search(row) for row in body):
        return Foreign("a table of spans, one per line", _SPANS)
    return None


def _tags_elsewhere(rows: list[str]) -> Foreign | None:
    """Recognise a file of tags whose tags are not in the last column; its first line may be a header."""
    for body in (rows, rows[1:]):
        columns = list(zip(*(row.split("\t") if "\t" in row else row.split() for row in body), strict=False))
        if len(columns) < 3 or all(map(_TAG_CELL.fullmatch, columns[-1])):
            continue
        tagged = [
            i for i, cells in enumerate(columns) if i and all(map(_TAG_CELL.fullmatch, cells)) and {*cells} != {"O"}
        ]
        if tagged:
            # Where lines are numbered, the token is behind the number, and a comment is not a token.
            numbered = all(cell.isdigit() for cell in columns[0])
            columns_of = f'print NF ? ${2 if numbered else 1} "\\t" ${tagged[0] + 1} : ""'
            program = f"/^#/ {{next}} {{{columns_of}}}" if numbered else f"{{{columns_of}}}"
            tabs = "-F'\\t' " if all("\t" in row for row in body) else ""
            return Foreign(
                f"a file of tags with the tags in column {tagged[0] + 1} of {len(columns)}",
                f"write the tag last: awk {tabs}'{program}' FILE > OUT.conll",
            )
    return None


# ------------------------------------------------------------------ JSON


def _json(start: bytes, cut: bool) -> Foreign | None:
    if start[:1] == b"[":
        first = _first_object(start[1:].lstrip())
        if first is None:
            # The first object is longer than what is looked at; the ids of Label Studio's tasks are numbers.
            first = {"id": "", "mentions": []} if _ROW.match(start) else {"data": None}
        if "paragraphs" in first or {"text", "ents"} <= first.keys():
            return Foreign("spaCy's JSON", "write a DocBin: python -m spacy convert FILE OUT_FOLDER")
        if "data" not in first and "id" in first and any(layer in first for layer in LAYERS):
            return Foreign("a JSON array of rows", "write one object per line: jq -c '.[]' FILE > OUT.jsonl")
        return None
    line, end, _ = start.partition(b"\n")
    if (row := _decoded(line)) is None:
        if end and not _is_object(line) and not cut and (whole := _decoded(start)) is not None:
            return _of_row(whole) or Foreign(
                "one JSON object over several lines", "write one object per line: jq -c . FILE > OUT.jsonl"
            )
        return None
    return _of_row(row)


def _of_row(row: dict[str, Any]) -> Foreign | None:
    """Recognise a row of another tool: one that has none of our layers."""
    keys = row.keys()
    if any(layer in row and not _pairs(row[layer]) for layer in LAYERS):
        return None
    if {"_input_hash", "_task_hash"} & keys or ("spans" in keys and "answer" in keys):
        return Foreign("Prodigy's JSON Lines", "write a DocBin: prodigy data-to-spacy OUT_FOLDER --ner DATASET")
    if "text" in keys and any(_pairs(row.get(key)) for key in ("label", "labels", "entities")):
        return Foreign("doccano's JSON Lines", f"its spans are [start, end, type]; {_SPANS}")
    if "paragraphs" in keys or {"text", "ents"} <= keys:
        return Foreign("spaCy's JSON", "write a DocBin: python -m spacy convert FILE OUT_FOLDER")
    if "tokens" in keys and any(isinstance(row.get(key), list) for key in ("ner_tags", "tags", "labels")):
        if any(layer in row for layer in LAYERS):
            return None
        return Foreign("rows of tokens and tags", "write a file of tags: a token and its tag per line, "
                       "a blank line between sentences")  # fmt: skip
    if "documents" in keys or ("data" in keys and "annotations" in keys):
        return Foreign("one JSON object with all documents", "write one object per line and document")
    return None


def _pairs(value: Any) -> bool:
    """Return whether a value is a list of [start, end, type], in either order."""
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(x, list) and len(x) == 3 and sum(isinstance(y, int) for y in x) == 2 for x in value)
    )


def _decoded(line: bytes) -> dict[str, Any] | None:
    try:
        value = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _is_object(line: bytes) -> bool:
    return line.rstrip().endswith(b"}")


def _first_object(start: bytes) -> dict[str, Any] | None:
    """Return the first object of an array; None if it does not end in what was looked at."""
    import json

    try:
        value, _ = json.JSONDecoder().raw_decode(start.decode("utf-8", "ignore"))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None

"""spaCy's `DocBin` (`.spacy`) as predictions of mentions.

- ``doc.ents`` are named mentions (level NAM); the groups ``doc.spans["mentions"]`` and ``doc.spans["sc"]`` are mentions
  without a level, nested ones too. A span of a group that is an entity, type and all, is that entity.
- The groups ``doc.spans["coref_clusters_N"]`` are clusters. A span of one that is not yet a mention becomes one: its
  type is its label, or else that of the first mention of its cluster that has one.
- A `kb_id` that is not NIL is the mention's link, and its cluster unless a group of clusters has the mention.
- Mentions count as attempted if one document of the file has entity annotation or one of these groups; clusters if one
  has a group of clusters or a `kb_id`.

**Safe for untrusted files.** A DocBin is msgpack inside zlib; `srsly` decodes it with a hook for numpy arrays (of plain
numbers: numpy itself does not make objects out of bytes), and nothing on that path unpickles or calls what the data
names. What spaCy does not check is checked here before spaCy sees the data: decompression stops at a limit, `msgspec`
walks the msgpack by its declared type, so that no array can claim more than the file holds, and the arrays must fit
each other. Afterwards the garbage collector, which `srsly` leaves switched off after an error, is switched on again.
"""

import gc
import re
import warnings
import zlib
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from goldwire_corpus.errors import DataError, ValidationError, data_error
from goldwire_corpus.schema.document import NIL
from goldwire_corpus.schema.prediction import PredEntity, Prediction, PredMention
from goldwire_eval.readers.document_pairs import Line
from goldwire_eval.readers.document_texts import TextIds
from goldwire_eval.readers.stream import allowed
from goldwire_eval.readers.void_rows import void_mentions

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span

# A file is held whole, decompressed: about 5 million tokens.
LARGEST = 1 << 30
GROUPS = ("mentions", "sc")
CLUSTER = re.compile(r"coref_clusters_[0-9]{1,9}")
ID_NAMES = ("id", "doc_id", "document_id")

# Mentions that are in no cluster yet, by span, then by type.
_Free = dict[tuple[int | None, int | None], dict[str, deque[PredMention]]]


class _Container(msgspec.Struct):
    """The declared type of a DocBin, by which content is checked before spaCy reads it."""

    attrs: list[int]
    tokens: bytes
    spaces: bytes
    lengths: bytes
    strings: list[str]
    cats: list[msgspec.Raw]
    flags: list[dict[str, bool]] = []
    span_groups: list[bytes] = []
    user_data: list[bytes | None] = []


class _Group(msgspec.Struct):
    name: str
    attrs: dict[str, msgspec.Raw]
    spans: list[bytes]


class _DocError(ValueError):
    """`id` is that of the error, `type` that of the span."""

    def __init__(self, id: str, message: str, type: str = ""):
        super().__init__(message)
        self.id, self.type = id, type


def read(
    path: Path, gold: Iterable[Line] | None, errors: list[ValidationError], lenient: bool = False
) -> Iterator[Line]:
    """Yield the prediction of each document, with the document's number from 1 as its line; report what has no id.

    The id is ``doc.user_data["id"]`` or ``doc._.id`` (also `doc_id`, `document_id`), or else that of the document of
    `gold` with the same text. Without gold it is the number. If lenient, the valid spans of a document with invalid
    ones are read, and a void row has as many as are invalid. Raises DataError if the file cannot be read or spaCy is
    not installed.
    """
    collecting = gc.isenabled()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = _predictions(path, gold, errors, lenient)
    except DataError:
        raise
    except Exception as error:  # spaCy raises what its arrays happen to raise: ValueError, KeyError, OverflowError ...
        reason = str(error).partition("\n")[0][:200]
        raise data_error(str(path), 0, "docbin", f"invalid DocBin: {type(error).__name__}: {reason}") from None
    finally:
        if collecting:
            gc.enable()
    yield from found


def _predictions(path: Path, gold: Iterable[Line] | None, errors: list[ValidationError], lenient: bool) -> list[Line]:
    attempted = set[str]()
    made: list[tuple[str | None, Prediction, list[_DocError]]] = []
    for doc in _docs(path):
        attempted |= _kinds(doc)
        wrong: list[_DocError] = []
        made.append((_id(doc), _prediction(doc, wrong), wrong))
    ids = TextIds(gold)
    ids.expect(row.text or "" for id, row, _ in made if id is None)
    found: list[Line] = []
    for number, (given, row, wrong) in enumerate(made, 1):
        id = given or (ids.find(row.text or "") if gold is not None else str(number))
        if id is None:
            errors.append(ValidationError(str(path), number, "document-unknown", ids.reason(row.text or "")))
            continue
        for error_id, message in dict.fromkeys((error.id, str(error)) for error in wrong):
            errors.append(ValidationError(str(path), number, error_id, message))
        row.id = id
        _leave_out(row, attempted)
        if not wrong or lenient:
            found.append(Line(str(path), number, row))
        if wrong and lenient:
            found.append(void_mentions(str(path), number, id, (error.type for error in wrong)))
    return found


def _docs(path: Path) -> "Iterator[Doc]":
    data = _read_bytes(path)
    raw = _decompress(data, str(path))
    try:
        container = msgspec.msgpack.decode(raw, type=_Container)
        _check_lengths(container, str(path))
        for groups in container.span_groups:
            _check_groups(groups)
        for user_data in container.user_data:
            if user_data is not None:
                msgspec.msgpack.decode(user_data, type=msgspec.Raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, MemoryError) as error:
        raise data_error(str(path), 0, "docbin", f"not a DocBin: {error}") from None
    try:
        from spacy.tokens import DocBin
        from spacy.vocab import Vocab
    except ImportError:
        message = "reading DocBin needs spaCy: pip install 'goldwire[spacy]'"
        raise data_error(str(path), 0, "spacy-missing", message) from None
    del raw, container
    yield from DocBin().from_bytes(data).get_docs(Vocab())


def _check_lengths(container: _Container, path: str) -> None:
    """Raise DataError if the arrays do not fit each other; spaCy would cut them short without an error."""
    lengths = memoryview(container.lengths)
    counts = lengths.cast("i").tolist() if len(lengths) % 4 == 0 else []
    documents, tokens = len(counts), sum(counts)
    fits = documents * 4 == len(lengths) and min(counts, default=0) >= 0
    fits &= len(container.tokens) == tokens * len(container.attrs) * 8 and len(container.spaces) == tokens
    parts = (container.flags, container.span_groups, container.user_data)
    if not fits or any(len(part) not in (0, documents) for part in parts):
        raise data_error(path, 0, "docbin", "invalid DocBin: its arrays do not fit the lengths of its documents")
    if not documents:
        raise data_error(path, 0, "file-empty", "no documents found")


def _check_groups(groups: bytes) -> None:
    """Check packed groups: empty, a map from each to its keys, or a list (spaCy 3.0). Raises msgspec.DecodeError."""
    if groups:
        for group in msgspec.msgpack.decode(groups, type=list[bytes] | dict[bytes, list[str]]):
            msgspec.msgpack.decode(group, type=_Group)


def _read_bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST:
            raise data_error(str(path), 0, "file-too-large", f"more than {LARGEST >> 20} MiB")
        return path.read_bytes()
    except FileNotFoundError:
        raise data_error(str(path), 0, "file-missing", "no such file") from None
    except OSError as error:
        raise data_error(str(path), 0, "file-unreadable", str(error.strerror)) from None


def _decompress(data: bytes, path: str) -> bytes:
    limit = min(allowed(len(data)), LARGEST)
    unpacker = zlib.decompressobj()
    try:
        raw = unpacker.decompress(data, limit + 1)
    except zlib.error as error:
        raise data_error(path, 0, "archive-corrupt", f"cannot be decompressed: {error}") from None
    if len(raw) > limit:
        message = f"decompresses to more than {limit >> 20} MiB, too much for a file of its size"
        raise data_error(path, 0, "bomb", message)
    if not unpacker.eof:
        raise data_error(path, 0, "archive-corrupt", "cannot be decompressed: it is cut off")
    return raw


def _id(doc: "Doc") -> str | None:
    data: dict[Any, Any] = doc.user_data
    for key in ID_NAMES:
        # The second is how spaCy keeps an extension attribute of a document.
        for value in (data.get(key), data.get(("._.", key, None, None))):
            if isinstance(value, str):
                return value
    return None


def _kinds(doc: "Doc") -> set[str]:
    """Return what a document attempts: mentions, clusters and links."""
    clusters = any(CLUSTER.fullmatch(name) for name in doc.spans)
    links = any(_link(span) for span in _spans(doc))
    found = {"mentions"} if doc.has_annotation("ENT_IOB") or clusters or any(g in doc.spans for g in GROUPS) else set()
    return found | ({"clusters"} if clusters or links else set()) | ({"links"} if links else set())


def _spans(doc: "Doc") -> "list[Span]":
    return [*doc.ents, *(span for group in GROUPS if group in doc.spans for span in doc.spans[group])]


def _prediction(doc: "Doc", wrong: list[_DocError]) -> Prediction:
    """Return the prediction without its id, with a cluster for each mention, if only its own; `wrong` takes errors."""
    mentions = _mentions(doc.ents, "NAM", doc, wrong)
    named = {(m.start, m.end, m.type) for m in mentions}
    # A span that a group itself repeats stays a duplicate.
    others = _mentions(_spans(doc)[len(doc.ents) :], None, doc, wrong)
    mentions += [m for m in others if (m.start, m.end, m.type) not in named]
    links = {i: m.entity for i, m in enumerate(mentions) if m.entity is not None}
    free: _Free = {}
    for mention in mentions:
        free.setdefault((mention.start, mention.end), {}).setdefault(mention.type, deque()).append(mention)
    for name in sorted(name for name in doc.spans if CLUSTER.fullmatch(name)):
        mentions += _cluster(name, _mentions(doc.spans[name], None, doc, wrong), free, wrong)
    entities: dict[str, PredEntity] = {}
    for i, mention in enumerate(mentions):
        mention.entity = mention.entity or f"mention_{i}"
        made = entities.setdefault(mention.entity, PredEntity(id=mention.entity, type=mention.type))
        made.link = made.link or links.get(i)
    return Prediction(id="", text=doc.text, mentions=mentions, entities=list(entities.values()))


def _mentions(spans: "Iterable[Span]", level: str | None, doc: "Doc", wrong: list[_DocError]) -> list[PredMention]:
    """Return the valid ones as mentions, whose `entity` holds the link for now. spaCy does not check group offsets."""
    size = len(doc.text)
    found = []
    for span in spans:
        start, end = span.start_char, span.end_char
        if 0 <= start < end <= size:
            found.append(PredMention(start=start, end=end, type=span.label_, level=level, entity=_link(span)))
        else:
            message = f"[{start}, {end}) is not in the text of {size} code points"
            wrong.append(_DocError("span-range", message, span.label_))
    return found


def _link(span: "Span") -> str | None:
    return span.kb_id_ if span.kb_id_ not in ("", NIL) else None


def _cluster(name: str, members: list[PredMention], free: _Free, wrong: list[_DocError]) -> list[PredMention]:
    """Put the mentions of `free` that `members` name into a cluster; return the members that are new.

    A mention is free once: in a second cluster it counts as another, spurious one.
    """
    found, new = [], []
    for member in members:
        same = free.get((member.start, member.end), {})
        type_ = member.type or next(iter(same), "")
        if type_ in same:
            mention = same[type_].popleft()
            if not same[type_]:
                del same[type_]
        else:
            new.append(mention := member)
        mention.entity = name
        found.append(mention)
    first = next((m.type for m in found if m.type), None)
    if first is None and new:
        message = f"{name}: none of its {len(new)} spans has a label or is a mention with a type"
        wrong += [_DocError("type-missing", message) for _ in new]
        return []
    for member in new:
        member.type = member.type or first or ""
    return new


def _leave_out(prediction: Prediction, attempted: set[str]) -> None:
    """Set to None what the file as a whole does not attempt."""
    if "links" not in attempted:
        prediction.entities = None
    if "mentions" not in attempted:
        prediction.mentions = None
    elif "clusters" not in attempted:
        for mention in prediction.mentions or ():
            mention.entity = None

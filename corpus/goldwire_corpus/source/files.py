"""Files of the hand-edited source of the corpus.

source/<part>/documents.jsonl   facts of each document, one per line
source/<part>/<id>.txt          its text, ending in one newline that is not part of it (none for a joined part)
source/<part>/<id>.ann          its annotations, brat stand-off
source/<part>/<id>.tok          its sentences, one per line, as spans of their tokens; frozen
source/<part>/<id>.json         the hashes of its text (only in a joined part)
source/kb/<world>.jsonl         the knowledge base of a world: entities and incidents
source/kb/<world>.events.jsonl     further events and entities that several documents share (optional)
source/kb/<world>.incidents.jsonl  the incident of each linked event cluster (optional)
source/kb/<world>.truth.jsonl      the true tolls of the incidents, and the tolls that documents report
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from goldwire_corpus.errors import DataError, ValidationError, data_error
from goldwire_corpus.parts import JOINED, PARTS
from goldwire_corpus.schema.document import LEVELS, NIL, Annotations, Document, Entity, Mention, Segmentation, Span
from goldwire_corpus.schema.incident_records import derive
from goldwire_corpus.schema.knowledge_base import Entry, IncidentLink, IncidentTruth
from goldwire_corpus.source import brat

T = TypeVar("T")


class Facts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of `documents.jsonl`: the facts of a document; `published` is None if the day is unknown."""

    id: str
    world: str
    split: str
    genre: str
    title: str
    published: str | None


def source_root() -> Path:
    """Return `corpus/source` of the checkout. Raises DataError if it is missing, as in an installed wheel."""
    root = Path(__file__).resolve().parents[2] / "source"
    if not root.is_dir():
        raise data_error(
            str(root),
            0,
            "source-missing",
            "source of the corpus not found; run this command in a checkout of the repository",
        )
    return root


def read_text(path: Path) -> str:
    """Read a UTF-8 file. Raises DataError if it is missing or not UTF-8."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise data_error(str(path), 0, "file-missing", "file not found") from None
    except UnicodeDecodeError as error:
        raise data_error(str(path), 0, "file-encoding", f"not UTF-8: byte {error.start}") from None
    except OSError as error:
        raise data_error(str(path), 0, "file-unreadable", str(error.strerror)) from None


def read_lines(path: Path, type_: type[T]) -> list[T]:
    """Decode JSON Lines. Raises DataError with path and line of each row that does not match `type_`."""
    rows: list[T] = []
    errors: list[ValidationError] = []
    # splitlines would also split at characters that JSON strings may contain, such as U+2028.
    for number, line in enumerate(read_text(path).split("\n"), 1):
        if not line.strip():
            continue
        try:
            rows.append(msgspec.json.decode(line, type=type_))
        except msgspec.DecodeError as error:
            errors.append(ValidationError(str(path), number, "json", str(error)))
        except RecursionError:
            errors.append(ValidationError(str(path), number, "json", "nested too deeply"))
    if errors:
        raise DataError(errors)
    return rows


def read_facts(root: Path, part: str) -> list[Facts]:
    """Read the facts of the documents of a part."""
    return read_lines(root / part / "documents.jsonl", Facts)


def find_facts(doc: str) -> tuple[str, Facts]:
    """Return the part and the facts of a document of the source. Raises DataError for an unknown id."""
    root = source_root()
    for part, facts in all_facts(root):
        if facts.id == doc:
            return part, facts
    raise data_error(str(root), 0, "document-unknown", f"unknown document {doc!r}")


def all_facts(root: Path) -> Iterator[tuple[str, Facts]]:
    """Yield the part and the facts of every document of the source."""
    for part in (*PARTS, *JOINED):
        if (root / part / "documents.jsonl").exists():
            for facts in read_facts(root, part):
                yield part, facts


def read_entries(root: Path, world: str) -> list[Entry]:
    """Return the entries of `kb/<world>.jsonl`."""
    return read_lines(root / "kb" / f"{world}.jsonl", Entry)


def shared_path(root: Path, world: str) -> Path:
    """Return the file of the entries that documents of a world share."""
    return root / "kb" / f"{world}.events.jsonl"


def read_kb(root: Path, world: str) -> dict[str, Entry]:
    """Return all entries of a world by id. Raises DataError for a duplicate id."""
    path, shared = root / "kb" / f"{world}.jsonl", shared_path(root, world)
    entries = [*read_entries(root, world), *(read_lines(shared, Entry) if shared.exists() else [])]
    kb = {entry.id: entry for entry in entries}
    if len(kb) < len(entries):
        seen: set[str] = set()
        duplicates = sorted(e.id for e in entries if e.id in seen or seen.add(e.id))  # type: ignore[func-returns-value]
        raise data_error(str(path), 0, "id-duplicate", f"duplicate id: {', '.join(duplicates)}")
    return kb


def incidents_path(root: Path, world: str) -> Path:
    """Return the file of the links from event clusters of a world to incidents."""
    return root / "kb" / f"{world}.incidents.jsonl"


def read_incidents(root: Path, world: str) -> dict[str, dict[str, str]] | None:
    """Return the incident of each linked cluster by document, None for a world without a file of incidents."""
    path = incidents_path(root, world)
    if not path.exists():
        return None
    found: dict[str, dict[str, str]] = {}
    for row in read_lines(path, IncidentLink):
        found.setdefault(row.document, {})[row.cluster] = row.incident
    return found


def read_truth(root: Path, world: str) -> list[IncidentTruth]:
    """Read the true tolls of the incidents of a world."""
    path = root / "kb" / f"{world}.truth.jsonl"
    return read_lines(path, IncidentTruth) if path.exists() else []


def format_segmentation(segmentation: Segmentation) -> str:
    """Return sentences and tokens as the content of a `.tok` file."""
    lines = []
    tokens = iter(segmentation.tokens)
    token = next(tokens, None)
    for sentence in segmentation.sentences:
        spans = []
        while token is not None and token.end <= sentence.end:
            spans.append(f"{token.start}-{token.end}")
            token = next(tokens, None)
        lines.append(" ".join(spans) + "\n")
    return "".join(lines)


def read_segmentation(path: Path) -> Segmentation:
    """Read sentences and tokens. Raises DataError for an invalid line."""
    sentences: list[Span] = []
    tokens: list[Span] = []
    for number, line in enumerate(read_text(path).splitlines(), 1):
        try:
            spans = [Span(*map(int, piece.split("-"))) for piece in line.split()]
            sentences.append(Span(spans[0].start, spans[-1].end))
        except (ValueError, IndexError, TypeError):
            raise data_error(
                str(path), number, "line-format", f"expected spans of tokens, found {line[:40]!r}"
            ) from None
        tokens.extend(spans)
    return Segmentation(sentences, tokens)


def assemble(
    part: str,
    facts: Facts,
    text: str,
    segmentation: Segmentation,
    annotations: Annotations | None = None,
    incidents: Mapping[str, str] | None = None,
) -> Document:
    """Return a document with derived records; without annotations its layers are empty.

    `incidents` has the incident of each event cluster; without it the link of a cluster is its incident.
    """
    layers: dict[str, Any] = msgspec.structs.asdict(annotations) if annotations else {}
    if annotations:
        layers["entities"] = _named(annotations, text)
    document = Document(
        facts.id, part, facts.world, facts.genre, facts.title, facts.published, text,
        segmentation.sentences, segmentation.tokens, **layers,
    )  # fmt: skip
    if incidents is None:
        incidents = {c.id: c.link for c in document.event_clusters if c.link != NIL}
    return msgspec.structs.replace(document, records=derive(document, incidents))


def _named(annotations: Annotations, text: str) -> list[Entity]:
    """Return the entities; one outside the knowledge base is named by its longest named, nominal or other mention."""

    def rank(mention: Mention) -> tuple[int, int]:
        return (*LEVELS, mention.level).index(mention.level), mention.start - mention.end

    best: dict[str, Mention] = {}
    for mention in sorted(annotations.mentions, key=rank):
        best.setdefault(mention.entity, mention)

    def name(mention: Mention) -> str:
        named = mention.level == "NAM"
        return text[mention.head_start : mention.head_end] if named else text[mention.start : mention.end]

    return [msgspec.structs.replace(e, name=name(best[e.id])) if e.link == NIL else e for e in annotations.entities]


def read_document(root: Path, part: str, facts: Facts) -> Document:
    """Read a document of the source with its annotations; the text of one of a joined part is empty."""
    base = root / part
    text = read_text(base / f"{facts.id}.txt").removesuffix("\n") if part in PARTS else ""
    ann = base / f"{facts.id}.ann"
    annotations = brat.decode(read_text(ann), str(ann), text or None)
    linked = read_incidents(root, facts.world)
    incidents = None if linked is None else linked.get(facts.id, {})
    return assemble(part, facts, text, read_segmentation(base / f"{facts.id}.tok"), annotations, incidents)


def read_part(root: Path, part: str) -> Iterator[tuple[Facts, Document]]:
    """Yield the documents of a part of the source with their facts."""
    for facts in read_facts(root, part):
        yield facts, read_document(root, part, facts)

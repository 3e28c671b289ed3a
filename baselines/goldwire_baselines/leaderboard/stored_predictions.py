"""The predictions behind a record: gzip files, of the real parts without any string of their texts.

NAME.jsonl.gz          the held-out documents, as the model predicted them; NAME.SEED.jsonl.gz for a seed
NAME.PART.jsonl.gz     a real part: offsets and labels, ids without meaning, names as the spans where they occur
"""

import gzip
import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from goldwire_baselines.leaderboard.record import HELD_OUT
from goldwire_corpus.atomic_write import write_atomic
from goldwire_corpus.errors import data_error
from goldwire_corpus.schema.document import AUTHOR, NIL, Document
from goldwire_corpus.schema.ontology import ontology
from goldwire_corpus.schema.prediction import LAYERS, PredEvent, Prediction, PredMention, PredRecord, PredSpan, PredToll
from goldwire_eval.batch.grounding import find
from goldwire_eval.batch.quotes import GroundingError, locate

SUFFIX = ".jsonl.gz"
_PLACED = re.compile(r"@(\d+):(\d+)")
_VALUE = re.compile(r"[A-Z0-9:.+_-]{0,24}")
_UNMATCHED = "?"
NEUTRAL = re.compile(rf"i\d+|\?\d*|{_PLACED.pattern}|{_VALUE.pattern}|\d{{4}}-\d\d-\d\d")
"""The form of every string of `without_text` that is not a label, an id or a name of the knowledge base."""


def path_of(folder: Path, name: str, seed: int | None, part: str) -> Path:
    """Return the file of the predictions of one run on one part."""
    return folder / (name + ("" if seed is None else f".{seed}") + ("" if part == HELD_OUT else f".{part}") + SUFFIX)


def write(path: Path, predictions: Sequence[Prediction]) -> None:
    """Write predictions; a file of the same content is left alone, since compression depends on the library."""
    content = b"".join(msgspec.json.encode(p) + b"\n" for p in predictions)
    if not path.exists() or b"".join(_lines(path)) != content:
        write_atomic(path, gzip.compress(content, 9, mtime=0))


def read(path: Path) -> list[Prediction]:
    """Read stored predictions, compressed or not. Raises DataError if the file is missing, corrupt or invalid."""
    rows = []
    for number, line in enumerate(_lines(path), 1):
        try:
            rows.append(msgspec.json.decode(line, type=Prediction))
        except msgspec.DecodeError as error:
            raise data_error(str(path), number, "prediction", str(error)) from None
    return rows


def _lines(path: Path) -> list[bytes]:
    try:
        content = path.read_bytes()
        return (gzip.decompress(content) if path.suffix == ".gz" else content).splitlines(keepends=True)
    except FileNotFoundError:
        raise data_error(str(path), 0, "file-missing", "no such file; expected stored predictions") from None
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise data_error(str(path), 0, "archive-corrupt", f"cannot be decompressed: {error}") from None
    except OSError as error:
        raise data_error(str(path), 0, "file-unreadable", str(error.strerror)) from None


def layers_of(p: Prediction) -> Prediction:
    """Return a prediction without the keys that describe its document."""
    return Prediction(id=p.id, given=p.given, **{layer: getattr(p, layer) for layer in LAYERS})


# ---------------------------------------------------------------- without text, and back


def without_text(predictions: Sequence[Prediction], gold: Mapping[str, Document], name: str) -> list[Prediction]:
    """Return predictions that score the same after `with_text` and hold no string of the documents.

    Quotes become offsets; ids are numbered, alike in all documents, since some metrics compare them across documents;
    a name becomes the first span where it occurs, or is marked as unmatched if it occurs nowhere. Raises DataError for
    a quote that cannot be found.
    """
    ids, unmatched = _Numbers("i"), _Numbers(_UNMATCHED)
    return [_Stripper(gold[p.id], ids, unmatched, name).strip(p) for p in predictions if p.id in gold]


class _Numbers(dict[str, str]):
    """A numbered id for each string, in the order in which they are first asked for."""

    def __init__(self, prefix: str):
        super().__init__()
        self.prefix = prefix

    def __missing__(self, key: str) -> str:
        self[key] = f"{self.prefix}{len(self) + 1}"
        return self[key]


class _Stripper:
    """Takes the strings out of the predictions of one document, layer by layer; ids of all layers share one space."""

    def __init__(self, document: Document, ids: _Numbers, unmatched: _Numbers, name: str):
        self.document, self.ids, self.unmatched, self.name = document, ids, unmatched, name
        self.folded = document.text.lower()
        self.known = {e.name.lower(): e.name for e in document.entities}
        self.labels = {*ontology().entity, *ontology().event}
        self.links = {NIL, *(e.link for e in document.entities), *(c.link for c in document.event_clusters)}

    def strip(self, p: Prediction) -> Prediction:
        made = Prediction(id=p.id, given=p.given)
        for layer in LAYERS:
            items = getattr(p, layer)
            setattr(made, layer, None if items is None else [getattr(self, f"_{layer}")(item) for item in items])
        return made

    def _span(self, item: PredSpan, **changes: Any) -> Any:
        try:
            start, end, _ = find(item, self.document.text)
        except GroundingError as error:
            raise data_error(self.name, 0, error.id, f"{self.document.id}: {error}") from None
        id = None if item.id is None else self.ids[item.id]
        return msgspec.structs.replace(item, id=id, start=start, end=end, quote=None, nth=None, **changes)

    def _mentions(self, m: PredMention) -> PredMention:
        placed: PredMention = self._span(m, entity=self._id(m.entity), head=None)
        if m.head is not None:
            try:
                head = locate(self.document.text, m.head, window=(placed.start or 0, placed.end or 0))
            except GroundingError as error:
                raise data_error(self.name, 0, "head-outside", f"{self.document.id}: {error}") from None
            placed.head_start, placed.head_end = head.start, head.end
        return placed

    def _entities(self, e: Any) -> Any:
        return msgspec.structs.replace(
            e, id=self.ids[e.id], type=self._label(e.type), name=None, link=self._link(e.link)
        )

    def _times(self, t: Any) -> Any:
        return self._span(t, value=_value(t.value))

    def _quantities(self, q: Any) -> Any:
        return self._span(q, unit=None)

    def _titles(self, t: PredSpan) -> PredSpan:
        placed: PredSpan = self._span(t)
        return placed

    def _events(self, e: PredEvent) -> PredEvent:
        arguments = e.arguments and [msgspec.structs.replace(a, filler=self._filler(a.filler)) for a in e.arguments]
        source = None if e.source is None else self._filler(e.source)
        placed: PredEvent = self._span(e, cluster=self._id(e.cluster), source=source, arguments=arguments)
        return placed

    def _filler(self, filler: str | PredSpan) -> str | PredSpan:
        if isinstance(filler, PredSpan):
            placed: PredSpan = self._span(filler)
            return placed
        return filler if filler == AUTHOR else self.ids[filler]

    def _event_clusters(self, c: Any) -> Any:
        return msgspec.structs.replace(
            c, id=self.ids[c.id], type=self._label(c.type), link=self._link(c.link), earliest=_value(c.earliest),
            latest=_value(c.latest),
        )  # fmt: skip

    def _relations(self, r: Any) -> Any:
        return msgspec.structs.replace(r, from_=self.ids[r.from_], to=self.ids[r.to])

    def _records(self, r: PredRecord) -> PredRecord:
        return msgspec.structs.replace(_renamed(r, self._name), id=None, incident=None, cluster=self._id(r.cluster))

    def _id(self, id: str | None) -> str | None:
        return None if id is None else self.ids[id]

    def _label(self, label: str | None) -> str | None:
        return label if label in self.labels else None

    def _link(self, link: str | None) -> str | None:
        return link if link is None or link in self.links else _UNMATCHED

    def _name(self, name: str) -> str:
        """Return a span for a name of the text; names are compared without case."""
        if name == AUTHOR:
            return name
        start = self.folded.find(name.lower()) if len(self.folded) == len(self.document.text) and name else -1
        if start >= 0:
            return f"@{start}:{start + len(name.lower())}"
        # A name of the knowledge base, which is published, may be right without being in the text.
        return self.known.get(name.lower()) or self.unmatched[name.lower()]


def _value(value: str | None) -> str | None:
    """Return a value of TIMEX3 or a date, or a mark for any other string."""
    return value if value is None or _VALUE.fullmatch(value) else _UNMATCHED


def with_text(predictions: Sequence[Prediction], gold: Mapping[str, Document]) -> list[Prediction]:
    """Return stored predictions of a real part with the names that their spans have in the text."""
    return [_named(p, gold[p.id].text) if p.id in gold else p for p in predictions]


def _named(p: Prediction, text: str) -> Prediction:
    def name(stored: str) -> str:
        span = _PLACED.fullmatch(stored)
        return stored if span is None else text[int(span[1]) : int(span[2])]

    return msgspec.structs.replace(p, records=p.records and [_renamed(r, name) for r in p.records])


def _renamed(r: PredRecord, name: Callable[[str], str]) -> PredRecord:
    """Return a record with each of its names replaced."""

    def toll(t: PredToll) -> PredToll:
        return msgspec.structs.replace(t, source=None if t.source is None else name(t.source))

    return msgspec.structs.replace(
        r, place=None if r.place is None else name(r.place), tolls=list(map(toll, r.tolls)),
        **{slot: list(map(name, getattr(r, slot))) for slot in ("actors", "targets", "instrument", "sources")},
    )  # fmt: skip

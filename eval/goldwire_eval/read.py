"""Reading predictions: JSON lines, one prediction a line, with every fault as an incident."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from goldwire_corpus.incident import DataError, Incident, fault
from goldwire_corpus.load import read_documents
from goldwire_corpus.prediction import LAYERS, Prediction
from goldwire_corpus.schema import Document, marked

Lines = list[tuple[int, Prediction]]


def read_predictions(path: Path) -> tuple[Lines, list[Incident]]:
    """(line, prediction) of each readable line of a file, and the incidents of the others.

    Raises DataError where the file as a whole cannot be read.
    """
    decoder = msgspec.json.Decoder(Prediction)
    lines: Lines = []
    incidents: list[Incident] = []
    for number, line in _lines(path):
        try:
            lines.append((number, decoder.decode(line)))
        except msgspec.ValidationError as error:
            incidents.append(Incident(str(path), number, "schema", str(error)))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            incidents.append(Incident(str(path), number, "json", str(error)))
        except (RecursionError, MemoryError) as error:
            incidents.append(Incident(str(path), number, "json", f"nested too deeply or too large: {error}"))
    if not lines and not incidents:
        incidents.append(Incident(str(path), 0, "file-empty", "no prediction in this file"))
    elif not incidents and all(getattr(p, layer) is None for _, p in lines for layer in LAYERS):
        incidents.append(Incident(str(path), 0, "layers-missing", "no prediction attempts any layer"))
    return lines, incidents


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """The lines that are not blank, with their numbers."""
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield number, line
    except FileNotFoundError:
        raise fault(str(path), 0, "file-missing", "no such file") from None
    except OSError as error:
        raise fault(str(path), 0, "file-unreadable", str(error.strerror)) from None


def read_gold(path: Path) -> list[Document]:
    """Reads a user's own gold in the schema.

    Raises DataError where a line does not fit the schema, a span lies outside the text, or an id leads nowhere.
    """
    documents = read_documents(path)
    incidents = [
        Incident(str(path), line, id, f"{document.id}: {message}")
        for line, document in enumerate(documents, 1)
        for id, message in _unsound(document)
    ]
    if not documents:
        incidents = [Incident(str(path), 0, "file-empty", "no document in this file")]
    if incidents:
        raise DataError(incidents)
    return documents


def _unsound(document: Document) -> Iterator[tuple[str, str]]:
    size = len(document.text)
    spans = [(x.id, x.start, x.end) for x in marked(document)]
    spans += [(m.id, m.head_start, m.head_end) for m in document.mentions]
    spans += [("token", t.start, t.end) for t in document.tokens]
    for id, start, end in spans:
        if not 0 <= start < end <= size:
            yield "span-range", f"{id} [{start}, {end}) is not in the text of {size} code points"
    ids = [x.id for x in marked(document)]
    for id in sorted({id for id in ids if ids.count(id) > 1}):
        yield "id-duplicate", f"{id} stands twice"
    entities, clusters = {e.id for e in document.entities}, {c.id for c in document.event_clusters}
    for m in document.mentions:
        if m.entity not in entities:
            yield "link-dangling", f"{m.id}: no entity {m.entity!r}"
    for e in document.events:
        if e.cluster not in clusters:
            yield "link-dangling", f"{e.id}: no event cluster {e.cluster!r}"
        for a in e.arguments:
            if a.filler not in ids:
                yield "link-dangling", f"{e.id}: no annotation {a.filler!r}"

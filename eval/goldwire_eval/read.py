"""Reading predictions: JSON lines, one prediction a line, with every fault as an incident."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from goldwire_corpus.incident import DataError, Incident, fault
from goldwire_corpus.load import read_documents
from goldwire_corpus.ontology import Ontology, ontology
from goldwire_corpus.prediction import Prediction
from goldwire_corpus.schema import LEVELS, MODIFIERS, RELATIONS, TIME_TYPES, Document, marked

Lines = list[tuple[int, Prediction]]


def read_predictions(path: Path) -> tuple[Lines, list[Incident]]:
    """(line, prediction) of each readable line of a file, and the incidents of the others.

    Raises DataError where the file as a whole cannot be read.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise fault(str(path), 0, "file-missing", "no such file") from None
    except OSError as error:
        raise fault(str(path), 0, "file-unreadable", str(error.strerror)) from None
    decoder = msgspec.json.Decoder(Prediction)
    lines: Lines = []
    incidents: list[Incident] = []
    for number, line in enumerate(data.split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            lines.append((number, decoder.decode(line)))
        except msgspec.ValidationError as error:
            incidents.append(Incident(str(path), number, "schema", str(error)))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            incidents.append(Incident(str(path), number, "json", str(error)))
        except RecursionError:
            incidents.append(Incident(str(path), number, "json", "nested too deeply"))
    if not lines and not incidents:
        incidents.append(Incident(str(path), 0, "file-empty", "no prediction in this file"))
    return lines, incidents


def check_labels(prediction: Prediction, path: str, line: int) -> list[Incident]:
    """Labels and roles that are not of the ontology."""
    onto = ontology()
    found = list(_unknown_labels(prediction, onto))
    return [Incident(path, line, id, message) for id, message in found]


def _unknown_labels(prediction: Prediction, onto: Ontology) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []

    def test(id: str, where: str, value: str | None, allowed: object) -> None:
        if value is not None and value not in allowed:  # type: ignore[operator]
            found.append((id, f"{where}: no such label {value!r}"))

    for i, m in enumerate(prediction.mentions or ()):
        test("type-unknown", f"mentions[{i}].type", m.type, onto.entity)
        test("level-unknown", f"mentions[{i}].level", m.level, LEVELS)
    for i, t in enumerate(prediction.times or ()):
        test("timex-type", f"times[{i}].type", t.type, TIME_TYPES)
    for i, q in enumerate(prediction.quantities or ()):
        test("modifier-unknown", f"quantities[{i}].modifier", q.modifier, MODIFIERS)
    for i, e in enumerate(prediction.events or ()):
        test("type-unknown", f"events[{i}].type", e.type, onto.event)
        for name, attribute in onto.attribute.items():
            test(f"{name}-unknown", f"events[{i}].{name}", getattr(e, name), attribute.values)
        roles = onto.roles_of(e.type) if e.type in onto.event else list(onto.role)
        for j, a in enumerate(e.arguments or ()):
            if a.role not in roles:
                found.append(("role-not-listed", f"events[{i}].arguments[{j}]: {e.type} takes no {a.role!r}"))
    for i, r in enumerate(prediction.relations or ()):
        test("relation-unknown", f"relations[{i}].type", r.type, RELATIONS)
    for i, record in enumerate(prediction.records or ()):
        test("type-unknown", f"records[{i}].type", record.type, onto.event)
    return found


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


def check_document(prediction: Prediction, document: Document, path: str, line: int) -> list[Incident]:
    """A `text` that is not the document's: its offsets would mean something else."""
    if prediction.text is not None and prediction.text != document.text:
        place = next(
            (i for i, (a, b) in enumerate(zip(prediction.text, document.text, strict=False)) if a != b),
            min(len(prediction.text), len(document.text)),
        )
        message = f"{document.id}: the text is not the document's, from code point {place} on"
        return [Incident(path, line, "text-differs", message)]
    return []

"""Label Studio exports (https://labelstud.io/guide/export, the kind JSON) as predictions.

A task without annotation gives none. A layer that nobody marked in the whole file counts as not attempted. Heads count
as given if one region of the file has one; then a head left open is the whole mention, as our interface means it.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from goldwire_corpus.errors import DataError, ValidationError, data_error
from goldwire_corpus.label_studio.decode import decode_valid, with_whole_heads
from goldwire_corpus.label_studio.export import Task, choose, decode_tasks, sha256
from goldwire_corpus.schema.prediction import Prediction
from goldwire_eval.readers.document_pairs import Line
from goldwire_eval.readers.document_texts import TextIds
from goldwire_eval.readers.stream import blocks
from goldwire_eval.readers.void_rows import layer_of, void_line

if TYPE_CHECKING:
    from goldwire_eval.readers.formats import Reading

LARGEST = 1 << 30
_ID_KEYS = ("id", "doc_id", "document_id")


def read(path: Path, reading: "Reading") -> Iterator[Line]:
    """Yield the predictions of an export, each with the number of its task in the file, from 1, as its line.

    A document's id is `data.id`, or else that of the gold document with the same text; without gold, the number of the
    task. If lenient, the valid regions of a task are read, and a void row has as many as are invalid. Raises DataError
    if the file is not such an export.
    """
    name = str(path)
    tasks = decode_tasks(_content(path), name)
    texts = [_text(task, reading.any_labels) for task in tasks]
    ids = TextIds(reading.gold)
    ids.expect(text for task, text in zip(tasks, texts, strict=True) if text is not None and _id(task) is None)
    found: list[Line] = []
    for number, (task, text) in enumerate(zip(tasks, texts, strict=True), 1):
        place = f"task {number}"
        if text is None:
            reading.report(ValidationError(name, number, "task-format", f"{place}: its data must have a `text`"))
            continue
        id = _id(task) or (ids.find(text) if reading.gold is not None else str(task.id or number))
        if id is None:
            reading.report(ValidationError(name, number, "document-unknown", f"{place}: {ids.reason(text)}"))
            continue
        found += _task(name, number, task, id, text, reading)
    _complete([line.row for line in found if not line.void], reading.any_labels)
    yield from found


def _task(name: str, number: int, task: Task, id: str, text: str, reading: "Reading") -> list[Line]:
    """Return the row of a task, and a void one if it has invalid regions; none if it has no annotation."""
    place = f"task {number} ({id})"
    try:
        annotation = choose(task, name)
    except DataError as error:
        for found in error.errors:
            reading.report(_at(found, number))
        return []
    if annotation is None:
        return []
    decoded = decode_valid(annotation.result, id, text, name, place, reading.any_labels)
    for found in decoded.errors:
        reading.report(_at(found, number))
    reading.passed_over.update(decoded.passed_over)
    row = decoded.prediction
    row.text = text
    edited = task.data.get("sha256") not in (None, sha256(text))
    if edited:
        reading.report(ValidationError(name, number, "text-edited", f"{place}: its text was changed"))
    if (edited or decoded.errors) and not reading.lenient:
        return []
    lines = [Line(name, number, row, void=edited)]
    if decoded.invalid:
        lines.append(void_line(name, number, id, ((layer_of(label), label) for label in decoded.invalid)))
    return lines


def _at(error: ValidationError, number: int) -> ValidationError:
    return ValidationError(error.path, number, error.id, error.message, error.level)


def _content(path: Path) -> bytes:
    parts, size = [], 0
    for block in blocks(path):
        parts.append(block)
        size += len(block)
        if size > LARGEST:
            raise data_error(str(path), 0, "file-too-large", f"more than {LARGEST >> 20} MiB in one JSON document")
    return b"".join(parts)


def _id(task: Task) -> str | None:
    for key in _ID_KEYS:
        value = task.data.get(key)
        if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
            return str(value)
    return None


def _text(task: Task, any_labels: bool) -> str | None:
    """Return the text of a task: `data.text`, or of another interface the one value that is a string."""
    value = task.data.get("text")
    if isinstance(value, str):
        return value
    others = [v for k, v in task.data.items() if isinstance(v, str) and k not in _ID_KEYS]
    return others[0] if any_labels and len(others) == 1 else None


def _complete(rows: Sequence[Prediction], any_labels: bool) -> None:
    """Set to None what no row of the file gives, so that it is not scored as missed; complete heads if one is given."""
    mentions = [m for row in rows for m in row.mentions or []]
    if any(m.head_end is not None for m in mentions):
        for row in rows:
            with_whole_heads(row)
    layers = ["mentions", "times", "quantities", "titles", "events", "entities", "event_clusters", "relations"]
    absent = [layer for layer in layers if not any(getattr(row, layer) for row in rows)]
    keys = [m.entity for m in mentions]
    if any_labels and all(key == f"nil:{m.id}" for key, m in zip(keys, mentions, strict=True)):
        # Another interface, in which nobody gave a key or a link of coreference.
        for m in mentions:
            m.entity = None
        absent.append("entities")
    for row in rows:
        for layer in absent:
            setattr(row, layer, None)
    events = [e for row in rows for e in row.events or []]
    if not any(e.arguments for e in events):
        for e in events:
            e.arguments = None

"""A Label Studio export (JSON, a list of tasks with their annotations), read as predictions.

{"id": 7, "data": {"id": "keldura-01", "sha256": "...", "text": "...", ...}, "annotations": [{"result": [...]}]}
"""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from goldwire_corpus.errors import DataError, ValidationError, data_error
from goldwire_corpus.label_studio.decode import decode
from goldwire_corpus.label_studio.layout import Json
from goldwire_corpus.schema.prediction import Prediction
from goldwire_corpus.source.files import read_text


class Annotation(msgspec.Struct, rename={"by": "completed_by", "cancelled": "was_cancelled"}):
    result: Any
    id: int = 0
    by: Any = None
    cancelled: bool = False
    parent_prediction: int | None = None


class Task(msgspec.Struct):
    """`predictions` are ids or whole, as the server pleases."""

    data: Json
    annotations: list[Annotation]
    id: int = 0
    predictions: list[Any] = []
    drafts: list[Any] = []

    @property
    def doc(self) -> str:
        return str(self.data.get("id", f"task {self.id}"))

    @property
    def text(self) -> str:
        return str(self.data.get("text", ""))


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def read_tasks(content: str | bytes, path: str) -> list[Task]:
    """Raises DataError where this is no JSON export, and for every task whose text is not the one that was sent."""
    try:
        tasks = msgspec.json.decode(content, type=list[Task])
    except msgspec.ValidationError as error:
        message = (
            "an array is read as a Label Studio export of the kind JSON (not JSON-MIN, which loses what links say), "
            f"predictions are JSON lines, an object a line: {error}"
        )
        raise data_error(path, 0, "export-format", message) from None
    except (msgspec.DecodeError, RecursionError) as error:
        raise data_error(path, 0, "json", str(error)) from None
    errors = [incident for task in tasks for incident in _unsound(task, path)]
    if errors:
        raise DataError(errors)
    return tasks


def _unsound(task: Task, path: str) -> Iterator[ValidationError]:
    if not isinstance(task.data.get("id"), str) or not isinstance(task.data.get("text"), str):
        yield ValidationError(path, 0, "task-format", f"task {task.id}: its data want `id` and `text`")
    elif task.data.get("sha256") not in (None, sha256(task.text)):
        yield ValidationError(
            path, 0, "text-edited", f"{task.doc}: the text of task {task.id} is not the one that was sent"
        )


def choose(task: Task, path: str, by: int | None = None) -> Annotation | None:
    """The one annotation that was submitted and not skipped; `by` names the annotator where there may be several.

    None where there is none; raises DataError where there are several.
    """
    found = [a for a in task.annotations if not a.cancelled and (by is None or annotator(a) == by)]
    if len(found) > 1:
        who = ", ".join(str(annotator(a)) for a in found)
        message = f"{task.doc}: {len(found)} annotations, by annotators number {who}: say whose is meant, or delete one"
        raise data_error(path, 0, "annotation-several", message)
    return found[0] if found else None


def annotator(annotation: Annotation) -> Any:
    """The annotator's number; exports give it bare or in an object."""
    return annotation.by.get("id") if isinstance(annotation.by, dict) else annotation.by


def read_export(path: Path) -> Iterator[tuple[int, Prediction]]:
    """The predictions of an export, each with the number of its task in the file, from 1.

    A task without annotation gives none. What nobody marked in the whole file counts as not attempted. Raises
    DataError with every fault of the file.
    """
    errors: list[ValidationError] = []
    found: list[tuple[int, Prediction]] = []
    for number, task in enumerate(read_tasks(read_text(path), str(path)), 1):
        try:
            if annotation := choose(task, str(path)):
                place = f"task {number} ({task.doc})"
                prediction = decode(annotation.result, task.doc, task.text, str(path), place)
                prediction.text = task.text
                found.append((number, prediction))
        except DataError as error:
            errors += error.errors
    if errors:
        raise DataError(errors)
    _leave_out([prediction for _, prediction in found])
    yield from found


def _leave_out(predictions: Sequence[Prediction]) -> None:
    """Sets to None what no prediction of the file says anything of, so that it is not scored as missed."""
    layers = ("mentions", "times", "quantities", "titles", "events", "entities", "event_clusters", "relations")
    for layer in layers:
        if not any(getattr(p, layer) for p in predictions):
            for p in predictions:
                setattr(p, layer, None)
    if not any(e.arguments for p in predictions for e in p.events or []):
        for e in (e for p in predictions for e in p.events or []):
            e.arguments = None

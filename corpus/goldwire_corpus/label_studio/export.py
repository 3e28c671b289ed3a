"""The tasks of a Label Studio export (JSON, a list of tasks with their annotations).

{"id": 7, "data": {"id": "keldura-01", "sha256": "...", "text": "...", ...}, "annotations": [{"result": [...]}]}
"""

import hashlib
from typing import Any

import msgspec

from goldwire_corpus.errors import DataError, ValidationError, data_error
from goldwire_corpus.label_studio.layout import Json


class Annotation(msgspec.Struct, rename={"by": "completed_by", "cancelled": "was_cancelled"}):
    result: Any
    id: int = 0
    by: Any = None
    cancelled: bool = False
    parent_prediction: int | None = None


class Task(msgspec.Struct):
    """A text and its annotations. `predictions` are ids or whole predictions, depending on the server."""

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
    """Read an export of tasks that we sent. Raises DataError if it is no JSON export, or a task's text was changed."""
    tasks = decode_tasks(content, path)
    errors = [error for task in tasks if (error := task_error(task, path)) is not None]
    if errors:
        raise DataError(errors)
    return tasks


def decode_tasks(content: str | bytes, path: str) -> list[Task]:
    """Read the tasks of any export. Raises DataError with export-format or json if it is no JSON export."""
    try:
        return msgspec.json.decode(content, type=list[Task])
    except msgspec.ValidationError as error:
        message = (
            "an array is read as a Label Studio export of the kind JSON (not JSON-MIN, which loses what links say), "
            f"predictions are JSON Lines, one object per line: {error}"
        )
        raise data_error(path, 0, "export-format", message) from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise data_error(path, 0, "json", str(error)) from None


def task_error(task: Task, path: str) -> ValidationError | None:
    """Return what is wrong with a task that we sent: no id or text, or a text that was changed."""
    if not isinstance(task.data.get("id"), str) or not isinstance(task.data.get("text"), str):
        return ValidationError(path, 0, "task-format", f"task {task.id}: its data must have `id` and `text`")
    if task.data.get("sha256") not in (None, sha256(task.text)):
        return ValidationError(path, 0, "text-edited", f"{task.doc}: the text of task {task.id} was changed")
    return None


def choose(task: Task, path: str, by: int | None = None) -> Annotation | None:
    """Return the one annotation that was submitted and not skipped, None without one.

    `by` is the number of an annotator, if there may be several. Raises DataError if more than one is left.
    """
    found = [a for a in task.annotations if not a.cancelled and (by is None or annotator(a) == by)]
    if len(found) > 1:
        who = ", ".join(str(annotator(a)) for a in found)
        message = (
            f"{task.doc}: {len(found)} annotations, by annotators {who}: choose one annotator, or delete the others"
        )
        raise data_error(path, 0, "annotation-several", message)
    return found[0] if found else None


def annotator(annotation: Annotation) -> Any:
    """Return the annotator's number; exports give it bare or in an object."""
    return annotation.by.get("id") if isinstance(annotation.by, dict) else annotation.by

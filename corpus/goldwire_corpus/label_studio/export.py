"""Tasks of a Label Studio export (JSON, a list of tasks with their annotations).

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
    """A text and its annotations; `predictions` are ids or predictions, depending on the server."""

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
    """Return the SHA-256 of a text in UTF-8."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def read_tasks(content: str | bytes, path: str) -> list[Task]:
    """Read an export of our tasks. Raises DataError if it is not a JSON export or the text of a task has changed."""
    tasks = decode_tasks(content, path)
    errors = [error for task in tasks if (error := task_error(task, path)) is not None]
    if errors:
        raise DataError(errors)
    return tasks


def decode_tasks(content: str | bytes, path: str) -> list[Task]:
    """Read the tasks of any export. Raises DataError (export-format or json) if it is not a JSON export."""
    try:
        return msgspec.json.decode(content, type=list[Task])
    except msgspec.ValidationError as error:
        message = (
            "expected JSON Lines (one object per line) or a Label Studio export of the type JSON (not JSON-MIN, "
            f"which has no links): {error}"
        )
        raise data_error(path, 0, "export-format", message) from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise data_error(path, 0, "json", str(error)) from None


def task_error(task: Task, path: str) -> ValidationError | None:
    """Return an error if one of our tasks has no id or text, or if its text has changed."""
    if not isinstance(task.data.get("id"), str) or not isinstance(task.data.get("text"), str):
        return ValidationError(path, 0, "task-format", f"task {task.id}: expected `id` and `text` in its data")
    if task.data.get("sha256") not in (None, sha256(task.text)):
        return ValidationError(path, 0, "text-edited", f"{task.doc}: the text of task {task.id} has changed")
    return None


def choose(task: Task, path: str, by: int | None = None) -> Annotation | None:
    """Return the submitted annotation of a task that was not skipped, None if there is none.

    `by` is the id of an annotator. Raises DataError if there are several annotations.
    """
    found = [a for a in task.annotations if not a.cancelled and (by is None or annotator(a) == by)]
    if len(found) > 1:
        who = ", ".join(str(annotator(a)) for a in found)
        message = (
            f"{task.doc}: {len(found)} annotations, by annotators {who}; choose an annotator, or delete the others"
        )
        raise data_error(path, 0, "annotation-several", message)
    return found[0] if found else None


def annotator(annotation: Annotation) -> Any:
    """Return the id of the annotator, which exports give as a number or in an object."""
    return annotation.by.get("id") if isinstance(annotation.by, dict) else annotation.by

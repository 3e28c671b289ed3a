"""Submitted annotations of a project, written as stand-off, predictions, or gold with its log of decisions."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import msgspec

from goldwire_annotation.decisions import decisions, merged
from goldwire_annotation.studio import Studio
from goldwire_annotation.tasks import Pulled, annotations_of, pull_task, unsubmitted
from goldwire_corpus.atomic_write import write_atomic
from goldwire_corpus.errors import DataError, ValidationError, data_error, errors_only
from goldwire_corpus.label_studio.decode import complete, decode
from goldwire_corpus.label_studio.export import Task
from goldwire_corpus.parts import PARTS, Copies
from goldwire_corpus.schema.document import Annotations, Document
from goldwire_corpus.source import brat
from goldwire_corpus.source.files import find_facts, source_root

PASS_A, PASS_B = "a", "b"


class Fetched(NamedTuple):
    """The submitted annotations of a project with their tasks; `errors` are the errors of other tasks and warnings."""

    submitted: list[tuple[Task, Pulled]]
    errors: list[ValidationError]


def fetch(tasks: Iterable[Task], path: str, by: int | None = None) -> Fetched:
    """Return the submitted annotations of tasks, of the annotator `by` if there may be several."""
    tasks = list(tasks)
    errors = unsubmitted(tasks, path)
    submitted: list[tuple[Task, Pulled]] = []
    for task in tasks:
        try:
            pulled = pull_task(task, path, by)
        except DataError as error:
            errors += error.errors
            continue
        if pulled is not None:
            submitted.append((task, pulled))
            errors += pulled.warnings
    return Fetched(submitted, errors)


def write_predictions(fetched: Fetched, out: Path) -> None:
    """Write one prediction per line with all submitted annotations, complete or not."""
    write_atomic(out, b"".join(msgspec.json.encode(pulled.prediction) + b"\n" for _, pulled in fetched.submitted))


def write_standoff(fetched: Fetched, path: str, copies: Copies, out: Path) -> list[ValidationError]:
    """Write a stand-off file for each complete document, also if it fails a check of the corpus.

    Return an error for each missing value of the incomplete documents, and a warning for each failed check.
    """
    found: list[ValidationError] = []
    for task, pulled in fetched.submitted:
        try:
            annotations, document, invalid = annotations_of(pulled, task, path, copies)
        except DataError as error:
            found += error.errors
            continue
        write_atomic(out / f"{task.doc}.ann", _standoff(annotations, document))
        found += [msgspec.structs.replace(f, level="warning") for f in invalid]
    return found


def _standoff(annotations: Annotations, document: Document) -> str:
    return brat.encode(annotations, document.text if document.part in PARTS else None)


# ------------------------------------------------------------------ gold


def write_gold(studio: Studio, project: int, fetched: Fetched, copies: Copies) -> tuple[list[Path], int]:
    """Write adjudicated annotations to the source, with the log of the differences from the passes.

    Return the files and the number of decisions without a reason. Raises DataError, before anything is written, if a
    document is incomplete or fails a check.
    """
    path = studio.place(project)
    if invalid := errors_only(fetched.errors):
        raise DataError(invalid)
    passes = studio.predictions(project)
    errors: list[ValidationError] = []
    files: dict[Path, str] = {}
    unexplained = 0
    for task, pulled in fetched.submitted:
        try:
            annotations, document, invalid = annotations_of(pulled, task, path, copies)
            a, b = (_pass(task, passes, name, document, path) for name in (PASS_A, PASS_B))
        except DataError as error:
            errors += error.errors
            continue
        errors += invalid
        part, _ = find_facts(task.doc)
        files[source_root() / part / f"{task.doc}.ann"] = _standoff(annotations, document)
        log = log_path(task.doc)
        decided = decisions(a, b, document, pulled)
        files[log] = merged(log, decided)
        unexplained += sum(not decision.reason for decision in decided)
    if errors:
        raise DataError(errors)
    for file, content in files.items():
        write_atomic(file, content)
    return list(files), unexplained


def log_path(doc: str) -> Path:
    """Return the file of the log of decisions of a document."""
    return source_root().parent.parent / "annotation" / "decisions" / f"{doc}.jsonl"


def _pass(task: Task, passes: dict[int, dict[str, object]], name: str, document: Document, path: str) -> Document:
    result = passes.get(task.id, {}).get(name)
    if result is None:
        message = f"{task.doc}: no prediction {name!r}; expected a project of `goldwire annotate adjudicate`"
        raise data_error(path, 0, "pass-missing", message)
    annotations = complete(decode(result, task.doc, task.text, path), {}, path)
    layers = {field: getattr(annotations, field) for field in Annotations.__struct_fields__}
    return msgspec.structs.replace(document, **layers)

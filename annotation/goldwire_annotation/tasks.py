"""Conversion of documents to Label Studio tasks and of submitted tasks to annotations."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from goldwire_annotation.passes import open_document
from goldwire_annotation.preannotate import preannotate
from goldwire_corpus.errors import DataError, ValidationError, data_error
from goldwire_corpus.label_studio.decode import complete, decode, standoff_ids
from goldwire_corpus.label_studio.encode import as_prediction, encode
from goldwire_corpus.label_studio.export import Task, annotator, choose, sha256
from goldwire_corpus.label_studio.layout import NOTE, Json
from goldwire_corpus.label_studio.regions import read
from goldwire_corpus.parts import JOINED, PARTS, Copies
from goldwire_corpus.schema.document import Annotations, Document
from goldwire_corpus.schema.knowledge_base import KnowledgeBase
from goldwire_corpus.schema.prediction import Prediction
from goldwire_corpus.source import brat
from goldwire_corpus.source.files import all_facts, read_lines, read_text, source_root
from goldwire_corpus.validation.document import check_document

Versions = Mapping[str, Prediction]


def make_task(
    document: Document, kb: KnowledgeBase, versions: Versions, differences: Sequence[str] = ("none",)
) -> Json:
    """Return a task with the frozen text, its hash, and a pre-annotation for each of `versions` by name.

    `differences` are shown to the adjudicator. Raises DataError for an invalid pre-annotation.
    """
    errors: list[ValidationError] = []
    predictions: list[Json] = []
    for name, prediction in versions.items():
        result = encode(prediction, document.text)
        errors += read(result, document.text, name, document.id)[1]
        predictions.append({"model_version": name, "result": result})
    if errors:
        raise DataError(errors)
    data = {
        "id": document.id,
        "sha256": sha256(document.text),
        "heading": f"{document.id}: {document.title} ({document.genre}, {document.publication})",
        "kb": "\n".join(f"{e.id}  {e.type}  {e.name}: {e.description}" for e in kb.values()),
        "differences": "\n".join(differences),
        "text": document.text,
    }
    return {"data": data, "predictions": predictions}


def documents(names: Sequence[str], split: str | None, copies: Copies) -> list[tuple[Document, KnowledgeBase]]:
    """Return the documents of these ids, or of a split, or all whose text is available, without annotations."""
    if not names:
        given = {*PARTS, *(part for part, path in zip(JOINED, copies, strict=True) if path is not None)}
        rows = [facts for part, facts in all_facts(source_root()) if part in given]
        names = [facts.id for facts in rows if split in (None, facts.split)]
        if not names:
            raise data_error(str(source_root()), 0, "split-empty", f"split {split!r} is unknown or has no document")
    return [open_document(name, copies) for name in names]


# ------------------------------------------------------------------ pre-annotation


def read_versions(path: Path, documents: Iterable[Document]) -> tuple[dict[str, Prediction], list[ValidationError]]:
    """Return the pre-annotations in `path` by document id, and the warnings.

    `path` is a folder of stand-off files, or a file of predictions. Raises DataError if it cannot be read.
    """
    if path.is_dir():
        found = {}
        for document in documents:
            ann = path / f"{document.id}.ann"
            if ann.exists():
                annotations = brat.decode(read_text(ann), str(ann), document.text)
                found[document.id] = as_prediction(document.id, annotations)
        return found, []
    texts = {document.id: document.text for document in documents}
    placed: dict[str, Prediction] = {}
    warnings: list[ValidationError] = []
    for line, prediction in enumerate(read_lines(path, Prediction), 1):
        if prediction.id in texts:
            placed[prediction.id], left_out = preannotate(prediction, texts[prediction.id], str(path), line)
            warnings += left_out
    return placed, warnings


# ------------------------------------------------------------------ submitted annotations


class Pulled(NamedTuple):
    """A submitted task: `warnings` to review, `notes` of items by id, and the `remark` on the document."""

    prediction: Prediction
    warnings: list[ValidationError]
    remark: str
    notes: dict[str, str]


def pull_task(task: Task, path: str, by: int | None = None) -> Pulled | None:
    """Return the annotation submitted for a task, or None. Raises DataError if it is invalid."""
    annotation = choose(task, path, by)
    if annotation is None:
        return None
    prediction = decode(annotation.result, task.doc, task.text, path)
    warnings = []
    if task.predictions and not annotation.result:
        message = f"{task.doc}: submitted without any region although it had a pre-annotation; open it again"
        raise data_error(path, 0, "annotation-empty", message)
    if task.predictions and annotation.parent_prediction is None:
        message = f"{task.doc}: not based on its pre-annotation, which the page may have failed to load (annotator "
        warnings.append(
            ValidationError(path, 0, "annotation-detached", f"{message}{annotator(annotation)})", "warning")
        )
    result, _ = read(annotation.result, task.text, path, task.doc)
    names = standoff_ids(result.regions.values())
    notes = {names[r.id]: r.values[NOTE] for r in result.regions.values() if NOTE in r.values}
    return Pulled(prediction, warnings, result.remark, notes)


def annotations_of(
    pulled: Pulled, task: Task, path: str, copies: Copies
) -> tuple[Annotations, Document, list[ValidationError]]:
    """Return the annotations, the document with them, and the errors of its checks.

    Raises DataError if the text of the source has changed, or if a level, value or unit is missing.
    """
    document, kb = open_document(task.doc, copies)
    if sha256(document.text) != task.data.get("sha256"):
        raise data_error(
            path, 0, "text-edited", f"{task.doc}: the text of the source has changed since the document was sent"
        )
    annotations = complete(pulled.prediction, {e.id: e.name for e in kb.values()}, path)
    layers = {name: getattr(annotations, name) for name in Annotations.__struct_fields__}
    filled = msgspec.structs.replace(document, **layers)
    return annotations, filled, check_document(filled, kb, f"{path} {task.doc}", {})


def unsubmitted(tasks: Iterable[Task], path: str) -> list[ValidationError]:
    """Return a warning for each task with a draft and no submitted annotation."""
    drafts = [t.doc for t in tasks if t.drafts and not any(not a.cancelled for a in t.annotations)]
    message = "draft not submitted; left out"
    return [ValidationError(path, 0, "annotation-draft", f"{doc}: {message}", "warning") for doc in drafts]

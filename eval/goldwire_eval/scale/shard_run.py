"""One shard run by a model where the worker is: documents in, predictions out, and a report of both."""

import re
from functools import cache
from hashlib import blake2b

import msgspec

from goldwire_corpus import __version__
from goldwire_corpus.errors import DataError, data_error
from goldwire_corpus.load import data_signature
from goldwire_eval.extractor import Extractor, blind, read_prediction
from goldwire_eval.scale.output_folder import Failure, Identity, OutputFolder, ShardReport
from goldwire_eval.scale.shard_documents import Row, rows
from goldwire_eval.scale.shards import Shard, UnreadableShardError
from goldwire_eval.scale.shared_model import fit_and_store, shared_model

HASH = 8
_LONGEST_ERROR = 500
_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}")


class RunTask(msgspec.Struct, frozen=True):
    """A shard to run, or (`shard` is None) the model to fit."""

    out: str
    identity: Identity
    shard: Shard | None


def identity_here(model: str, documents: str) -> Identity:
    """Return what this installation makes of a model and documents."""
    return Identity(model, __version__, _data(), documents)


@cache
def _data() -> str:
    return data_signature()


def hash_of(id: str) -> bytes:
    """Return a short hash of a document id, by which equal ids of different shards are found."""
    return blake2b(id.encode("utf-8", "surrogatepass"), digest_size=HASH).digest()


def fit_model(task: RunTask) -> bool:
    """Fit the model and store it for all workers; return whether it could be stored. Raises DataError if it fails."""
    return fit_and_store(_checked(task), task.identity.model)


def run_shard(task: RunTask) -> ShardReport:
    """Run a shard, write its output and its record, and return what the record says.

    A document on which the model fails is a failure of the report, and the rest goes on. A shard that cannot be read to
    its end has no output and a failure without document. Raises DataError if the folder of outputs is not the one that
    the run was started with, if the model cannot be loaded, and if the output cannot be written.
    """
    assert task.shard is not None
    folder, shard = _checked(task), task.shard
    model, name = shared_model(folder, task.identity.model), task.identity.model
    ids: list[bytes] = []
    failures: list[Failure] = []
    path = folder.output(shard)
    try:
        with folder.compressed(path) as out:
            for line, row in rows(shard):
                ids.append(hash_of(row.id))
                found = _predict(model, name, row)
                if isinstance(found, bytes):
                    out.write(found)
                else:
                    failures.append(Failure(row.id, shard.name, line, *found))
    except UnreadableShardError as error:
        folder.discard(shard)
        return ShardReport(shard.name, shard.state, None, 0, shard_failures(error), b"")
    report = ShardReport(shard.name, shard.state, folder.size(path), len(ids), failures, b"".join(ids))
    folder.finish(shard, report)
    return report


def shard_failures(error: DataError) -> list[Failure]:
    """Return the errors of a shard as failures without document."""
    return [Failure(None, item.path, item.line, item.id, item.message) for item in error.errors]


def _checked(task: RunTask) -> OutputFolder:
    """Return the folder of outputs, which this worker must see and have the right version for."""
    folder = OutputFolder(task.out)
    here = identity_here(task.identity.model, task.identity.documents)
    if here != task.identity:
        message = f"a worker has Goldwire {here.goldwire} with data {here.data}; this run has {task.identity.goldwire} "
        raise data_error(task.out, 0, "cluster-version", f"{message}with data {task.identity.data}")
    if folder.identity() != task.identity:
        message = "a worker does not see this folder; give one that all workers share, or a URL"
        raise data_error(task.out, 0, "cluster-worker", message)
    return folder


def _predict(model: Extractor, name: str, row: Row) -> bytes | tuple[str, str]:
    """Return the line of a prediction, or the id and the message of the error."""
    try:
        document = row.document()
    except Exception as error:
        return "document-invalid", _message("cannot be segmented", error)
    try:
        made = model.predict(blind(document))
    except Exception as error:
        return "model", _message("predict failed", error)
    try:
        prediction = read_prediction(name, row.id, made)
    except DataError as error:
        return "prediction", error.errors[0].message[:_LONGEST_ERROR]
    if prediction.id != row.id:
        return "prediction", f"predict returned a prediction of {prediction.id!r}"
    return msgspec.json.encode(prediction) + b"\n"


def _message(what: str, error: Exception) -> str:
    """Return one line, with addresses of memory removed: the same failure must be written as the same bytes."""
    return _ADDRESS.sub("0x...", f"{what}: {type(error).__name__}: {error}")[:_LONGEST_ERROR]

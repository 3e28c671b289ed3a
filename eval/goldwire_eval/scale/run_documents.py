"""A model run over shards of documents: the work that is left is listed, run by an executor, and recorded."""

from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from importlib.util import find_spec

import msgspec

from goldwire_corpus.errors import ValidationError, data_error
from goldwire_eval.extractor import factory, locate
from goldwire_eval.scale.duplicate_ids import duplicate_ids
from goldwire_eval.scale.executors import Executor, Lost
from goldwire_eval.scale.output_folder import Failure, Identity, OutputFolder, ShardReport
from goldwire_eval.scale.shard_run import RunTask, fit_model, identity_here, run_shard
from goldwire_eval.scale.shards import Listing, Shard, file_system, list_shards


class Progress(msgspec.Struct):
    """How far a run is; `earlier` counts the shards that were done before it, `documents` and `failed` only its own."""

    shards: int
    earlier: int
    stage: str = "listing"
    done: int = 0
    documents: int = 0
    failed: int = 0


class RunSummary(msgspec.Struct, frozen=True):
    """A run that is over: numbers of shards and documents, also of earlier runs, and all errors in order."""

    shards: int
    earlier: int
    documents: int
    failed_documents: int
    failed_shards: int
    errors: list[ValidationError]


Watch = Callable[[Progress], None]


def run_documents(
    model: str,
    documents: str,
    out: str,
    executor: AbstractContextManager[Executor],
    watch: Watch = lambda _: None,
) -> RunSummary:
    """Fit a model on train and write its predictions for all documents of a folder, pattern or URL into a folder.

    A shard that an earlier run of the same model, version and documents has done is not done again; an interrupted run
    is continued by the same call, with the same bytes in the end. `watch` is called at each step.

    Raises UsageError for an unknown model or protocol; DataError if there is no shard, if the outputs were made by
    something else, if the workers of a cluster cannot run it, and if the model cannot be fitted. Failures of documents
    and shards are in the summary instead.
    """
    factory(model)
    listing = list_shards(documents)
    folder = OutputFolder(out)
    folder.check_apart(listing)
    identity = identity_here(model, listing.root)
    folder.check_identity(identity)
    reports = {report.shard: report for report in folder.done(listing.shards)}
    left = [shard for shard in listing.shards if shard.name not in reports]
    progress = Progress(len(listing.shards), len(reports))
    begun = not left
    try:
        if left:
            with executor as workers:
                _check_workers(workers, model, listing, folder, identity)
                folder.begin(identity)
                begun = True
                _run(workers, folder, identity, left, reports, progress, watch)
    finally:
        # Also after an interrupt, when all workers have ended; but nothing is written if the run did not begin.
        if begun:
            folder.end(_failures(listing, reports))
    return _summary(listing, reports, progress.earlier)


def _run(
    workers: Executor, folder: OutputFolder, identity: Identity, left: list[Shard], reports: dict[str, ShardReport],
    progress: Progress, watch: Watch,
) -> None:  # fmt: skip
    if not folder.has_model():
        progress.stage = f"fitting {identity.model}"
        watch(progress)
        with closing(workers.map(fit_model, [RunTask(folder.url, identity, None)])) as fits:
            for _, stored in fits:
                if isinstance(stored, Lost):
                    message = f"{stored.attempts} processes died while fitting it, possibly for lack of memory"
                    raise data_error(identity.model, 0, "model", message)
    progress.stage = "shards"
    watch(progress)
    with closing(workers.map(run_shard, [RunTask(folder.url, identity, shard) for shard in left])) as results:
        for number, report in results:
            shard = left[number]
            report = _given_up(shard, report) if isinstance(report, Lost) else report
            reports[shard.name] = report
            progress.done += 1
            progress.documents += report.documents
            progress.failed += len(report.failures)
            watch(progress)


def _given_up(shard: Shard, lost: Lost) -> ShardReport:
    message = f"{lost.attempts} processes died while running it, possibly for lack of memory"
    failure = Failure(None, shard.name, 0, "shard-lost", message)
    return ShardReport(shard.name, shard.state, None, 0, [failure], b"")


def _failures(listing: Listing, reports: dict[str, ShardReport]) -> list[Failure]:
    """Return all failures by shard and line: the order does not depend on which shard was done first."""
    return [f for shard in listing.shards if shard.name in reports for f in reports[shard.name].failures]


def _summary(listing: Listing, reports: dict[str, ShardReport], earlier: int) -> RunSummary:
    failures = _failures(listing, reports)
    errors = [_error(failure) for failure in failures]
    unread = sum(report.size is None for report in reports.values())
    failed = sum(failure.id is not None for failure in failures)
    complete = [reports[shard.name] for shard in listing.shards]
    errors += duplicate_ids(complete, {shard.name: shard for shard in listing.shards})
    return RunSummary(len(complete), earlier, sum(r.documents for r in complete), failed, unread, errors)


def _error(failure: Failure) -> ValidationError:
    message = failure.error if failure.id is None else f"{failure.id}: {failure.error}"
    return ValidationError(failure.shard, failure.line, failure.kind, message)


class WorkerCheck(msgspec.Struct, frozen=True):
    """What a worker must be able to do: import the model, open both storages, and see a shard."""

    model: str
    identity: Identity
    shard: str
    out: str


def _check_workers(workers: Executor, model: str, listing: Listing, folder: OutputFolder, identity: Identity) -> None:
    """Raise DataError if a worker of a cluster cannot do what the run needs, before anything is written."""
    task = WorkerCheck(model, identity, listing.shards[0].url, folder.url)
    problems = {worker: found for worker, found in workers.everywhere(problem_of_worker, task).items() if found}
    for worker, (id, message) in problems.items():
        raise data_error(worker, 0, id, message)


def problem_of_worker(task: WorkerCheck) -> tuple[str, str] | None:
    """Return the id and the message of what keeps this worker from running the model; None if nothing does."""
    here = identity_here(task.model, task.identity.documents)
    if here.data != task.identity.data:
        return "cluster-version", f"the worker has training data {here.data}; this run has {task.identity.data}"
    try:
        # Not imported: a model is imported in the thread that runs it.
        if find_spec(locate(task.model)[0]) is None:
            return "cluster-worker", f"the worker cannot import {task.model}; install it on all workers"
        file_system(task.out)
        fs, path = file_system(task.shard)
        if not fs.exists(path):
            return "cluster-worker", f"the worker does not see {task.shard}; give a folder that all share, or a URL"
    except Exception as error:
        # UsageError, or whatever a package of storage raises without credentials.
        return "cluster-worker", f"{type(error).__name__}: {error}"
    return None

"""The executor that a user asks for."""

from contextlib import AbstractContextManager

from goldwire_corpus.errors import UsageError
from goldwire_eval.scale.executors import Executor, InProcess
from goldwire_eval.scale.processes import Processes

LOCAL = "local"
"""The address that means a Dask cluster of processes of this machine."""


def executor_of(jobs: int | None, dask: str | None) -> AbstractContextManager[Executor]:
    """Return the executor that the options `--jobs` and `--dask` ask for.

    Raises UsageError if they exclude each other, for fewer than one process, and if Dask is not installed.
    """
    if dask is not None:
        if jobs is not None:
            raise UsageError("--jobs and --dask exclude each other; give one of them")
        from goldwire_eval.scale.dask_cluster import DaskCluster

        return DaskCluster(None if dask == LOCAL else dask)
    if jobs is not None and jobs < 1:
        raise UsageError(f"--jobs {jobs}: expected 1 or more processes")
    return InProcess() if jobs in (None, 1) else Processes(jobs or 1)

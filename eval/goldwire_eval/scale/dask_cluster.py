"""A Dask cluster (https://distributed.dask.org): an existing one by its address, or a local one of processes."""

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import ExitStack
from itertools import islice
from typing import Any, Self
from uuid import uuid4

from goldwire_corpus.errors import UsageError, data_error
from goldwire_eval.scale.cluster_checks import check_versions
from goldwire_eval.scale.executors import Lost, Outcomes, Result, Task

CONNECT_SECONDS = 10
FIRST_WORKER_SECONDS = 60
AT_ONCE = 4096
"""So many tasks are in the scheduler at a time: enough for two thousand workers, and about 10 MB of its memory."""

_thread = ThreadPoolExecutor(1, "goldwire")


def _in_one_thread(function: Callable[[Task], Result], task: Task) -> Result:
    """Run a task on a worker in the same thread as every other one.

    A worker may have several threads, but what is run need not be safe for threads, and its result may depend on the
    thread: libraries set the context of `decimal` when they are imported, for the importing thread only.
    """
    return _thread.submit(function, task).result()


class DaskCluster:
    """Runs tasks on a Dask cluster, which repeats those of a worker that died.

    Raises UsageError if Dask is not installed, and on entering DataError if no scheduler answers, if it has no worker,
    or if a worker has another version of Goldwire or none.
    """

    def __init__(self, address: str | None, workers: int | None = None):
        try:
            import distributed
        except ImportError:
            raise UsageError("Dask is not installed; install goldwire[scale]") from None
        self._distributed: Any = distributed
        self._address = address
        self._workers = workers or os.cpu_count() or 1
        self._opened = ExitStack()
        self._client: Any = None
        self.name = f"Dask at {address}" if address else f"Dask, {self._workers} local processes"

    def __enter__(self) -> Self:
        try:
            self._client = self._opened.enter_context(self._connect())
            self._wait_for_a_worker()
            check_versions(self._client)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()
        self._client = None

    def _connect(self) -> Any:
        import dask

        if self._address is None:
            # Otherwise a local cluster gives up a worker that is just being replaced, and in the end has none.
            self._opened.enter_context(dask.config.set({"distributed.deploy.lost-worker-timeout": "1000 days"}))
            # Loopback only, no dashboard; the port of the scheduler's health check cannot be left out. Without a limit
            # of memory, as processes by the standard library have none.
            cluster = self._distributed.LocalCluster(
                n_workers=self._workers, threads_per_worker=1, host="127.0.0.1",
                dashboard_address="127.0.0.1:0", worker_dashboard_address="127.0.0.1:0",
                scheduler_kwargs={"dashboard": False}, memory_limit=0, silence_logs="CRITICAL",
                preload=["goldwire_eval.scale.local_worker"],
            )  # fmt: skip
            self._opened.enter_context(cluster)
            return self._distributed.Client(cluster, set_as_default=False)
        try:
            return self._distributed.Client(self._address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError) as error:
            message = f"no Dask scheduler answers: {error}; expected an address such as tcp://10.0.0.1:8786"
            raise data_error(self._address, 0, "cluster-unreachable", message) from None

    def _wait_for_a_worker(self) -> None:
        try:
            self._client.wait_for_workers(1, timeout=FIRST_WORKER_SECONDS)
        except TimeoutError:
            message = f"the cluster has no worker after {FIRST_WORKER_SECONDS} s"
            raise data_error(self._address or "", 0, "cluster-unreachable", message) from None

    @property
    def client(self) -> Any:
        """The client of the cluster, while it is entered."""
        return self._client

    def map(self, function: Callable[[Task], Result], tasks: Sequence[Task]) -> Outcomes[Result]:
        suspects: list[tuple[int, int]] = []
        for number, result in self._map(function, tasks, range(len(tasks))):
            if isinstance(result, Lost):
                suspects.append((number, result.attempts))
            else:
                yield number, result
        # Dask blames every task that waited on a worker that died, so those that it gave up run again, each alone.
        for number, attempts in suspects:
            for _, result in self._map(function, tasks, [number]):
                yield number, Lost(attempts + result.attempts) if isinstance(result, Lost) else result

    def _map(
        self, function: Callable[[Task], Result], tasks: Sequence[Task], numbers: Iterable[int]
    ) -> Outcomes[Result]:
        """Run the tasks of these numbers; a task that Dask gave up is Lost."""
        # Two runs on one cluster must not share results, which Dask finds by key.
        run = uuid4().hex
        following = iter(numbers)
        submitted: dict[Any, int] = {}

        def submit(number: int) -> Any:
            key = f"goldwire-{run}-{number}"
            future = self._client.submit(_in_one_thread, function, tasks[number], key=key, pure=False)
            submitted[future] = number
            return future

        started = [submit(number) for number in islice(following, AT_ONCE)]
        # Without results: those of a worker that dies while they are fetched would never be yielded.
        waiting = self._distributed.as_completed(started, loop=self._client.loop)
        started.clear()
        try:
            for future in waiting:
                number = submitted[future]
                result = self._result(future)
                del submitted[future]
                if (new := next(following, None)) is not None:
                    waiting.add(submit(new))
                yield number, result
        finally:
            self._cancel(list(submitted))

    def _result(self, future: Any) -> Any:
        """Return the result of a task, which Dask repeats if its worker dies before it is fetched.

        Raises what the function raised, and DataError if a worker cannot import it or the scheduler is gone.
        """
        try:
            return future.result()
        except self._distributed.KilledWorker as error:
            return Lost(error.allowed_failures + 1)
        except ImportError as error:
            message = f"a worker cannot import what it must run: {error}; install the same on all"
            raise data_error(self.name, 0, "cluster-worker", message) from None
        except (CancelledError, OSError) as error:
            if future.status == "error":
                raise
            message = f"the connection to the scheduler is lost ({type(error).__name__}); run the same command again"
            raise data_error(self.name, 0, "cluster-lost", message) from None

    def _cancel(self, futures: list[Any]) -> None:
        if futures and self._client.status == "running":
            self._client.cancel(futures, force=True)

    def everywhere(self, function: Callable[[Task], Result], task: Task) -> dict[str, Result]:
        # Runs in the thread of a worker's messages, so the function must be quick.
        found: dict[str, Result] = self._client.run(function, task)
        return found

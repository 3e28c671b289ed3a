"""Processes of this machine, by the standard library."""

import multiprocessing
import os
import signal
import threading
from collections import Counter, deque
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing.connection import wait as wait_for
from typing import Any, Self

from goldwire_eval.scale.executors import ATTEMPTS, Lost, Outcomes, Result, Task


class Processes:
    """Runs each task in one of `jobs` processes.

    A process is a pool of its own and has one task at a time, so that its death concerns one task, which is known. The
    one pool of all would be broken as a whole, without a word on which task did it.
    """

    def __init__(self, jobs: int):
        self.jobs = jobs
        self.name = f"{jobs} processes"
        self._workers: list[_Worker] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.close()
        self._workers.clear()

    def map(self, function: Callable[[Task], Result], tasks: Sequence[Task]) -> Outcomes[Result]:
        waiting = deque(range(len(tasks)))
        deaths: Counter[int] = Counter()
        # They stay for the next call: starting one takes as long as reading some megabytes.
        self._workers += [_Worker(self.jobs) for _ in range(len(self._workers), min(self.jobs, len(tasks)))]
        idle = list(self._workers)
        running: dict[Future[Result], tuple[_Worker, int]] = {}
        try:
            while waiting or running:
                while idle and waiting:
                    worker, number = idle.pop(), waiting.popleft()
                    running[worker.submit(function, tasks[number])] = worker, number
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                found: list[tuple[int, Result | Lost]] = []
                for future in done:
                    worker, number = running.pop(future)
                    idle.append(worker)
                    try:
                        found.append((number, future.result()))
                    except BrokenProcessPool:
                        deaths[number] += 1
                        if deaths[number] < ATTEMPTS:
                            waiting.append(number)
                        else:
                            found.append((number, Lost(ATTEMPTS)))
                yield from found
        except BaseException:
            for worker in self._workers:
                worker.kill()
            self.__exit__()
            raise

    def everywhere(self, function: Callable[[Task], Result], task: Task) -> dict[str, Result]:
        return {}


class _Worker:
    """One process, replaced when it has died."""

    def __init__(self, jobs: int):
        self._jobs = jobs
        self._start()

    def _start(self) -> None:
        # Spawned, not forked: threads and locks of this process are not copied, and it is the same on every system.
        context = multiprocessing.get_context("spawn")
        self._pool = ProcessPoolExecutor(1, mp_context=context, initializer=_prepare, initargs=(self._jobs,))
        self._pid = self._pool.submit(os.getpid)

    def submit(self, function: Callable[[Any], Result], task: object) -> "Future[Result]":
        try:
            return self._pool.submit(function, task)
        except BrokenProcessPool:
            self.close()
            self._start()
            return self._pool.submit(function, task)

    def kill(self) -> None:
        """End the process at once. One that is still starting runs no task and ends by `close`."""
        if self._pid.done() and not self._pid.cancelled() and self._pid.exception() is None:
            with suppress(ProcessLookupError):
                os.kill(self._pid.result(), signal.SIGKILL)

    def close(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)


def _prepare(jobs: int) -> None:
    """Leave Ctrl-C to the parent of this new process, end with the parent, and take a share of the cores."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()
    # Read when a library of linear algebra is loaded, which is after this.
    os.environ.setdefault("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 1) // jobs)))


def _end_with(sentinel: int) -> None:
    wait_for([sentinel])
    os._exit(1)

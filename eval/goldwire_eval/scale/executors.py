"""What runs a pure function over many tasks: this process, processes of this machine, or a Dask cluster.

The function and the tasks must be picklable, the function by its name; a task may run more than once, when the process
that ran it has died, so a function that writes must write the same again.
"""

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol, Self, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")
ATTEMPTS = 3
"""A task is given up after the death of so many processes that ran it."""


class Lost(NamedTuple):
    """The result of a task that was given up: every process that ran it has died."""

    attempts: int


Outcomes = Generator[tuple[int, Result | Lost], None, None]
"""Numbers of tasks and their results. Closing it ends what still runs."""


class Executor(Protocol):
    """A context manager that runs tasks. Leaving it ends its processes, and the tasks that still run."""

    name: str

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

    def map(self, function: Callable[[Task], Result], tasks: Sequence[Task]) -> Outcomes[Result]:
        """Yield the number of each task and its result as they complete.

        Raises what the function raises, and then runs no further task.
        """

    def everywhere(self, function: Callable[[Task], Result], task: Task) -> dict[str, Result]:
        """Return the result of a quick function by the address of each worker on another machine."""


class InProcess:
    """Runs tasks one after the other in this process."""

    name = "this process"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Do nothing; no process was started."""

    def map(self, function: Callable[[Task], Result], tasks: Sequence[Task]) -> Outcomes[Result]:
        for number, task in enumerate(tasks):
            yield number, function(task)

    def everywhere(self, function: Callable[[Task], Result], task: Task) -> dict[str, Result]:
        return {}


def in_order(results: Iterable[tuple[int, Result]]) -> Iterator[Result]:
    """Yield the results of `Executor.map` in the order of their tasks; those that come early are held."""
    held: dict[int, Result] = {}
    following = 0
    for number, result in results:
        held[number] = result
        while following in held:
            yield held.pop(following)
            following += 1
    assert not held

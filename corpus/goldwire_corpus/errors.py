"""Validation errors and warnings with level, stable id, location and message.

The terms follow the validator of Universal Dependencies (https://github.com/UniversalDependencies/tools).
"""

import re
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

import msgspec

_NUMBER = re.compile("([0-9]{1,18})")


class ValidationError(msgspec.Struct, frozen=True):
    """A validation error; `line` counts from 1 and is 0 for an error without a line, `id` is stable."""

    path: str
    line: int
    id: str
    message: str
    level: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        location = f"{self.path}:{self.line}" if self.line else self.path
        line = f"{location}: {self.level} [{self.id}] {self.message}"
        # Data may contain line ends and terminal codes; they are escaped to keep an error on one line.
        return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in line)


def in_order(errors: Iterable[ValidationError]) -> list[ValidationError]:
    """Return the errors by location and id, with numbers in messages compared as numbers: item 9 before item 10."""

    def key(error: ValidationError) -> tuple[str, int, str, list[str | int]]:
        parts = enumerate(_NUMBER.split(error.message))
        return error.path, error.line, error.id, [int(part) if i % 2 else part for i, part in parts]

    return sorted(errors, key=key)


class ErrorList(list[ValidationError]):
    """Errors in the order they were found. Beyond MOST only their number is kept, to bound memory."""

    MOST = 50_000

    def __init__(self) -> None:
        super().__init__()
        self.left_out = 0

    def append(self, error: ValidationError) -> None:
        if len(self) < self.MOST:
            super().append(error)
        else:
            self.left_out += 1

    def take(self, others: "ErrorList") -> None:
        """Append the errors of another list and add its number of errors that were not kept."""
        for error in others:
            self.append(error)
        self.left_out += others.left_out

    def listed(self) -> list[ValidationError]:
        """Return the errors in order, and one more with the number of those that were not kept."""
        more = [ValidationError("", 0, "errors-many", f"{self.left_out} more errors")] if self.left_out else []
        return in_order(self) + more


class UsageError(ValueError):
    """An invalid argument, such as an unknown split, metric or model. Commands exit with status 2."""


class DataError(Exception):
    """Invalid data or predictions, with all errors. Commands print them and exit with status 1."""

    def __init__(self, errors: Iterable[ValidationError]):
        self.errors = in_order(errors)
        super().__init__("\n".join(map(str, self.errors)))

    def __reduce__(self) -> tuple[type["DataError"], tuple[list[ValidationError]]]:
        """Pickle with the errors instead of the message, so that a worker process can raise it."""
        return type(self), (self.errors,)


def data_error(path: str, line: int, id: str, message: str) -> DataError:
    """Return a DataError with one error."""
    return DataError([ValidationError(path, line, id, message)])


def errors_only(errors: Iterable[ValidationError]) -> list[ValidationError]:
    """Return the errors without the warnings."""
    return [error for error in errors if error.level == "error"]


class ErrorGroup(NamedTuple):
    """Errors with one id: the first of them in order, and the number of the rest."""

    id: str
    errors: list[ValidationError]
    rest: int

    @property
    def total(self) -> int:
        return len(self.errors) + self.rest


SHOWN = 5


def group_errors(errors: Iterable[ValidationError], shown: int = SHOWN) -> list[ErrorGroup]:
    """Return the errors grouped by id, most frequent first, each with its first `shown` errors by location."""
    groups: dict[str, list[ValidationError]] = {}
    for error in in_order(errors):
        groups.setdefault(error.id, []).append(error)
    found = [ErrorGroup(id, some[:shown], max(len(some) - shown, 0)) for id, some in groups.items()]
    return sorted(found, key=lambda group: (-group.total, group.id))


def grouped_lines(errors: Iterable[ValidationError], shown: int = SHOWN) -> Iterator[str]:
    """Yield the lines that a command prints: the first errors of each id, the number of the rest, and the totals."""
    groups = group_errors(errors, shown)
    for group in groups:
        yield from map(str, group.errors)
        if group.rest:
            yield f"... and {group.rest} more errors [{group.id}]"
    if sum(group.total for group in groups) > shown:
        yield f"{sum(group.total for group in groups)} errors: " + ", ".join(f"{g.id} {g.total}" for g in groups)

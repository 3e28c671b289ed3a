"""What a check, a reader or the grounding finds wrong: a level, a stable id, a place, a message.

The vocabulary is that of the validator of Universal Dependencies (https://github.com/UniversalDependencies/tools).
"""

import re
from collections.abc import Iterable
from typing import Literal

import msgspec

_NUMBER = re.compile("([0-9]{1,18})")


class ValidationError(msgspec.Struct, frozen=True):
    """`line` counts from 1, 0 where the fault has no line; `id` is stable and named in tests and documentation."""

    path: str
    line: int
    id: str
    message: str
    level: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        line = f"{place}: {self.level} [{self.id}] {self.message}"
        # Data may hold line ends and terminal codes; an incident stays one line that says what it says.
        return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in line)


def in_order(errors: Iterable[ValidationError]) -> list[ValidationError]:
    """By place, and by numbers within messages as numbers: item 9 before item 10."""

    def key(incident: ValidationError) -> tuple[str, int, str, list[str | int]]:
        parts = enumerate(_NUMBER.split(incident.message))
        return incident.path, incident.line, incident.id, [int(part) if i % 2 else part for i, part in parts]

    return sorted(errors, key=key)


class ErrorList(list[ValidationError]):
    """Incidents as they are met; of those beyond MOST only the number is kept, so that no file fills the memory."""

    MOST = 50_000

    def __init__(self) -> None:
        super().__init__()
        self.left_out = 0

    def append(self, incident: ValidationError) -> None:
        if len(self) < self.MOST:
            super().append(incident)
        else:
            self.left_out += 1

    def take(self, others: "ErrorList") -> None:
        for incident in others:
            self.append(incident)
        self.left_out += others.left_out

    def told(self) -> list[ValidationError]:
        """In order, with what was left out as one more."""
        more = [ValidationError("", 0, "faults-many", f"{self.left_out} faults more")] if self.left_out else []
        return in_order(self) + more


class UsageError(ValueError):
    """Raise for an argument that names nothing known: a split, a metric, a model. Commands exit with 2."""


class DataError(Exception):
    """Data or predictions at fault. Commands print the incidents and exit with 1."""

    def __init__(self, errors: Iterable[ValidationError]):
        self.errors = in_order(errors)
        super().__init__("\n".join(map(str, self.errors)))


def data_error(path: str, line: int, id: str, message: str) -> DataError:
    return DataError([ValidationError(path, line, id, message)])


def errors_only(errors: Iterable[ValidationError]) -> list[ValidationError]:
    return [incident for incident in errors if incident.level == "error"]

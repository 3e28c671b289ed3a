"""What a check, a reader or the grounding finds wrong: a level, a stable id, a place, a message.

The vocabulary is that of the validator of Universal Dependencies (https://github.com/UniversalDependencies/tools).
"""

import re
from collections.abc import Iterable
from typing import Literal

import msgspec

_NUMBER = re.compile("([0-9]{1,18})")


class Incident(msgspec.Struct, frozen=True):
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


def in_order(incidents: Iterable[Incident]) -> list[Incident]:
    """By place, and by numbers within messages as numbers: item 9 before item 10."""

    def key(incident: Incident) -> tuple[str, int, str, list[str | int]]:
        parts = enumerate(_NUMBER.split(incident.message))
        return incident.path, incident.line, incident.id, [int(part) if i % 2 else part for i, part in parts]

    return sorted(incidents, key=key)


class Faults(list[Incident]):
    """Incidents as they are met; of those beyond MOST only the number is kept, so that no file fills the memory."""

    MOST = 50_000

    def __init__(self) -> None:
        super().__init__()
        self.left_out = 0

    def append(self, incident: Incident) -> None:
        if len(self) < self.MOST:
            super().append(incident)
        else:
            self.left_out += 1

    def take(self, others: "Faults") -> None:
        for incident in others:
            self.append(incident)
        self.left_out += others.left_out

    def told(self) -> list[Incident]:
        """In order, with what was left out as one more."""
        more = [Incident("", 0, "faults-many", f"{self.left_out} faults more")] if self.left_out else []
        return in_order(self) + more


class DataError(Exception):
    """Data or predictions at fault. Commands print the incidents and exit with 1."""

    def __init__(self, incidents: Iterable[Incident]):
        self.incidents = in_order(incidents)
        super().__init__("\n".join(map(str, self.incidents)))


def fault(path: str, line: int, id: str, message: str) -> DataError:
    return DataError([Incident(path, line, id, message)])


def errors(incidents: Iterable[Incident]) -> list[Incident]:
    return [incident for incident in incidents if incident.level == "error"]

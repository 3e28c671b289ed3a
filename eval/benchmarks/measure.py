"""CPU seconds and peak memory of whole processes.

Imports little on purpose: on Linux the peak of a child counts from the size of the process that started it.
"""

import json
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Program:
    """A command to measure; `env` adds to the environment, and a value of None takes away from it."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str | None] = field(default_factory=dict)


@dataclass
class Cost:
    """`cpu` in seconds, user and system, children included; `peak` in MB (10^6 bytes); `said` is its JSON output.

    `wall` are the seconds on the clock. Of several rounds these are medians, and `rounds` has the CPU seconds of each.
    """

    cpu: float
    peak: float
    said: dict[str, Any]
    wall: float = 0.0
    rounds: tuple[float, ...] = ()

    @property
    def spread(self) -> float:
        """The distance between the quartiles of the rounds over their median."""
        if len(self.rounds) < 4:
            return 0.0
        low, middle, high = statistics.quantiles(self.rounds, n=4)
        return (high - low) / middle


def cost(program: Program) -> Cost:
    """Runs a program once; raises RuntimeError where it fails."""
    env = {**os.environ, **{k: v for k, v in program.env.items() if v is not None}}
    for name, value in program.env.items():
        if value is None:
            env.pop(name, None)
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        begin = time.perf_counter()
        process = subprocess.Popen(program.command, stdout=out, stderr=err, env=env)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            err.seek(0)
            raise RuntimeError(f"{program.name} ended with {process.returncode}: {err.read()[-2000:].decode()}")
        out.seek(0)
        content = out.read()
        said = json.loads(content) if content.startswith(b"{") else {}
        return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss * 1024 / 1e6, said, wall)


def costs(programs: Sequence[Program], times: int) -> dict[str, Cost]:
    """The median of each, by name; all take turns, so that what else the machine does hits all alike."""
    found: dict[str, list[Cost]] = {p.name: [] for p in programs}
    for _ in range(times):
        for program in programs:
            found[program.name].append(cost(program))
    return {name: _median(some) for name, some in found.items()}


def _median(some: Sequence[Cost]) -> Cost:
    cpu, peak, wall = (statistics.median(getattr(c, name) for c in some) for name in ("cpu", "peak", "wall"))
    return Cost(cpu, peak, some[0].said, wall, tuple(c.cpu for c in some))

"""Simulates adding up statistics on up to 1,000 workers: `python eval/benchmarks/simulate_tree.py [OPTIONS]`.

A score over shards has three stages: a function turns each shard into statistics, statistics are added up, and the sum
is resampled once. Two ways to add up are compared: in the process that asked (star), and on the workers in a tree, each
worker first adding up its own (tree). The costs of one shard, one addition and one task are measured on this machine;
the rest is simulated, event by event, under these assumptions:

- a shard takes SPREAD more or less than the mean, evenly, from a fixed seed; workers are equal and none dies
- the scheduler handles one task after the other, and a worker waits for its next task until the scheduler has sent it
- a statistics object of 1,024 blocks has the same size whatever it covers, and is pickled, sent and added
- a process receives one object after the other, at BANDWIDTH; different processes do not slow each other
- reading shards is part of their cost; storage is as fast for 1,000 workers as for one
"""

import argparse
import heapq
import pickle
import random
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from goldwire_eval.metrics.registry import KINDS
from goldwire_eval.scale.dask_cluster import DaskCluster
from goldwire_eval.stats.accumulate import BLOCKS, CountsByDocument
from goldwire_eval.stats.significance import intervals

SPREAD = 0.3
BANDWIDTH = 1e9 / 8
"""Bytes per second of one link: gigabit Ethernet."""
FAN_IN = 16
WORKERS = (1, 2, 10, 100, 1000)
SHARDS = 100_000
TASKS = 2000


@dataclass
class Measured:
    """Seconds of a shard, of adding one statistics object, of one task and of resampling; bytes of an object.

    The object is that of all metrics; `task` is the wall time per empty task on one worker, client included.
    """

    shard: float
    add: float
    task: float
    resample: float
    object_bytes: int

    def receive(self) -> float:
        """Return the seconds that one object takes to arrive and to be added."""
        return self.object_bytes / BANDWIDTH + self.add


def measure(shard: float) -> Measured:
    """Measure what the simulation needs; `shard` is given, since it depends on what is scored."""
    counts = CountsByDocument(KINDS)
    counts.rows = np.random.default_rng(5).integers(1, 50, size=(BLOCKS, counts.width)).astype(np.float64)
    content = pickle.dumps(counts.rows, pickle.HIGHEST_PROTOCOL)
    total = np.zeros_like(counts.rows)

    def add() -> None:
        np.add(total, pickle.loads(content), out=total)

    return Measured(shard, _seconds(add, 20), _task(), _seconds(lambda: intervals(counts), 1), len(content))


def _seconds(function: Callable[[], object], times: int) -> float:
    begin = time.perf_counter()
    for _ in range(times):
        function()
    return (time.perf_counter() - begin) / times


def _task() -> float:
    """Return the seconds per task of a local cluster that has nothing else to do."""
    with DaskCluster(None, workers=1) as cluster:
        for _ in cluster.map(_nothing, range(10)):
            pass
        begin = time.perf_counter()
        for _ in cluster.map(_nothing, range(TASKS)):
            pass
        return (time.perf_counter() - begin) / TASKS


def _nothing(_: int) -> None:
    """Do nothing."""


@dataclass
class Simulated:
    """Wall seconds of the shards alone, with both ways to add up, and the share of time that the scheduler is busy."""

    shards: float
    star: float
    tree: float
    busy: float


def simulate(workers: int, shards: int, m: Measured) -> Simulated:
    """Return the wall seconds of a score of so many shards on so many workers."""
    random_ = random.Random(7)
    free = [(0.0, worker) for worker in range(workers)]
    scheduler = 0.0
    parent = 0.0
    ends = [0.0] * workers
    arrivals: list[float] = []
    for _ in range(shards):
        ready, worker = heapq.heappop(free)
        scheduler = max(scheduler, ready) + m.task
        end = scheduler + m.shard * random_.uniform(1 - SPREAD, 1 + SPREAD)
        arrivals.append(end)
        ends[worker] = end
        heapq.heappush(free, (end, worker))
    last = max(arrivals)
    for arrival in sorted(arrivals):
        parent = max(parent, arrival) + m.receive()
    # In the tree a worker adds its own objects as they are made, which needs no transfer.
    local = sorted(end + m.add * shards / workers for end in ends)
    while len(local) > 1:
        groups = [local[i : i + FAN_IN] for i in range(0, len(local), FAN_IN)]
        local = sorted(_merge(group, m) for group in groups)
    return Simulated(last, parent + m.resample, local[0] + m.receive() + m.resample, shards * m.task / last)


def _merge(ready: list[float], m: Measured) -> float:
    """Return when the first of a group has added the objects of the others, in the order in which they are ready."""
    at = ready[0] + m.task
    for other in ready[1:]:
        at = max(at, other) + m.receive()
    return at


def simulation(m: Measured, shards: int = SHARDS) -> str:
    """Return the table of the simulation as Markdown, with what was measured."""
    lines = [
        f"{shards:,} shards of {m.shard:.2f} s. Measured on this machine: {1000 * m.add:.1f} ms to add a statistics "
        f"object of {m.object_bytes / 1e6:.1f} MB, {1000 * m.task:.1f} ms of wall time per empty task, "
        f"{m.resample:.2f} s to resample once. Assumed: a link of {BANDWIDTH / 1e6:.0f} MB/s, {FAN_IN} objects added "
        f"per node of the tree, shards {SPREAD:.0%} shorter or longer.",
        "",
        "| workers | shards alone, s | star, s | tree, s | speed-up of the tree | efficiency | scheduler busy |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    one = simulate(1, shards, m).tree
    for workers in WORKERS:
        found = simulate(workers, shards, m)
        speed = one / found.tree
        lines.append(
            f"| {workers:,} | {found.shards:,.0f} | {found.star:,.0f} | {found.tree:,.0f} | {speed:,.1f} | "
            f"{speed / workers:.0%} | {found.busy:.0%} |"
        )
    return "\n".join([*lines, ""])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shards", type=int, default=SHARDS)
    parser.add_argument("--seconds", type=float, default=10.0, help="per shard")
    options = parser.parse_args()
    print(simulation(measure(options.seconds), options.shards))


if __name__ == "__main__":
    main()

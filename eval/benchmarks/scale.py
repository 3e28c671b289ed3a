"""Measures `goldwire run --docs` on many small documents: `python eval/benchmarks/scale.py [OPTIONS] [--update]`.

The documents are synthetic and the extractor looks every token up in a list of words, so that what is measured is what
a run costs beside the model: reading, decoding, writing, recording, moving tasks. Each run is a process of its own;
memory is the peak of resident memory as the kernel reports it, of the process that was started (with Dask it holds the
scheduler and the client) and of the largest of its workers. Prints Markdown; `--update` writes it to SCALE.md, with the
simulation of `simulate_tree.py` from the figures measured.
"""

import argparse
import gzip
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import simulate_tree
from place import HERE, PATH
from tables import machine

WORDS = "ana bo oslo met left army river bridge town killed five on monday the a in of near said police".split()
SENTENCE = 15
SHARD = 5000
"""Documents in a shard, about 300 kB compressed; a real model takes minutes for so many."""
SIZES = (10_000, 100_000, 1_000_000)
CASES = (("--jobs", 1), ("--jobs", 2), ("--dask", 1), ("--dask", 2))
"""Options and numbers of workers; with --jobs 1 the process that was started is itself the worker."""
MARKS = "<!-- measured -->\n", "<!-- /measured -->\n"


class Lexicon:
    """The extractor: a mention for each token of a list."""

    words = frozenset({"ana", "bo", "oslo", "army", "police"})

    def fit(self, documents: Any) -> None:
        """Learn nothing."""

    def predict(self, document: Any) -> Any:
        text = document.text
        found = [t for t in document.tokens if text[t.start : t.end].lower() in self.words]
        return {"id": document.id, "mentions": [{"start": t.start, "end": t.end, "type": "PER"} for t in found]}


def make_documents(folder: Path, documents: int) -> Path:
    """Write shards of SHARD documents of two sentences each, segmented, from a fixed seed; kept for later runs."""
    path = folder / f"documents-{documents}"
    if path.exists():
        return path
    print(f"making {documents:,} documents", file=sys.stderr)
    partial = folder / f"partial-{documents}"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    for shard in range(0, documents, SHARD):
        random_ = random.Random(shard)
        rows = [_document(random_, f"d{i}") for i in range(shard, min(shard + SHARD, documents))]
        content = "".join(json.dumps(row, separators=(",", ":")) + "\n" for row in rows).encode()
        (partial / f"part-{shard // SHARD:05}.jsonl.gz").write_bytes(gzip.compress(content, 6, mtime=0))
    return partial.rename(path)


def _document(random_: random.Random, id: str) -> dict[str, Any]:
    words = [random_.choice(WORDS) for _ in range(2 * SENTENCE)]
    tokens, at = [], 0
    for word in words:
        tokens.append({"start": at, "end": at + len(word)})
        at += len(word) + 1
    sentences = [{"start": tokens[i]["start"], "end": tokens[i + SENTENCE - 1]["end"]} for i in (0, SENTENCE)]
    return {"id": id, "text": " ".join(words), "published": "2024-03-12", "sentences": sentences, "tokens": tokens}


@dataclass
class Run:
    """Wall and CPU seconds of a run, and peaks of memory in MB (10^6 bytes)."""

    documents: int
    executor: str
    workers: int
    wall: float
    cpu: float
    parent: float
    worker: float
    digest: str

    @property
    def rate(self) -> float:
        return self.documents / self.wall


def measure(folder: Path, documents: int, executor: str, workers: int) -> Run:
    """Run the command on documents into an empty folder. Raises RuntimeError if it fails."""
    import psutil

    docs, out = make_documents(folder, documents), folder / "out"
    shutil.rmtree(out, ignore_errors=True)
    how = ["--jobs", str(workers)] if executor == "--jobs" else [executor]
    command = [sys.executable, "-c", _COMMAND.format(workers=workers), "run", "scale:Lexicon", "--docs", str(docs)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([PATH, str(HERE)])}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    begin = time.monotonic()
    process = psutil.Popen([*command, "--out", str(out), *how], env=environment, stdout=subprocess.DEVNULL)
    peaks: dict[int, float] = {}
    cpu: dict[int, float] = {}
    while process.poll() is None:
        for some in _family(process):
            peaks[some.pid] = max(peaks.get(some.pid, 0), _peak(some.pid))
            cpu[some.pid] = _cpu(some) or cpu.get(some.pid, 0)
        time.sleep(0.1)
    wall = time.monotonic() - begin
    if process.returncode:
        raise RuntimeError(f"{executor} ended with {process.returncode}")
    parent = peaks.pop(process.pid)
    return Run(documents, executor, workers, wall, sum(cpu.values()), parent, max(peaks.values(), default=parent),
               _digest(out))  # fmt: skip


# A local cluster has a worker for each core; here it has as many as are measured.
_COMMAND = "import os; os.cpu_count = lambda: {workers}; from goldwire.cli import main; main()"


def _family(process: Any) -> list[Any]:
    import psutil

    try:
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _peak(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return 0
    lines = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return int(lines[0].split()[1]) * 1024 / 1e6 if lines else 0


def _cpu(process: Any) -> float:
    import psutil

    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0
    return float(times.user + times.system)


def _digest(out: Path) -> str:
    """Return a digest of all outputs, which must not depend on the executor."""
    found = hashlib.sha256()
    for path in sorted(out.glob("*.jsonl.gz")):
        found.update(path.name.encode() + path.read_bytes())
    return found.hexdigest()[:12]


def table(runs: Sequence[Run]) -> str:
    rows = [
        f"| {run.documents:,} | {run.executor} | {run.workers} | {run.wall:.1f} | {run.cpu:.1f} | {run.rate:,.0f} | "
        f"{run.worker:.0f} | {run.parent:.0f} |"
        for run in runs
    ]
    head = "| documents | executor | workers | wall s | CPU s | documents / s | worker, peak MB | parent, peak MB |"
    return "\n".join([head, "| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |", *rows, ""])


def seconds_per_shard(runs: Sequence[Run]) -> float:
    """Return the wall seconds of one shard in one process, without its start if two sizes were measured."""
    alone = sorted((run.documents, run.wall) for run in runs if (run.executor, run.workers) == CASES[0])
    (least, start), (most, wall) = alone[0], alone[-1]
    return SHARD * ((wall - start) / (most - least) if most > least else wall / most)


def report(folder: Path, sizes: Sequence[int]) -> str:
    """Measure every case on every size. Raises RuntimeError if the outputs of two cases differ."""
    runs: list[Run] = []
    for documents in sorted(sizes):
        for executor, workers in CASES:
            print(f"{documents:,} documents, {executor}, {workers} workers", file=sys.stderr)
            runs.append(measure(folder, documents, executor, workers))
        if len({run.digest for run in runs if run.documents == documents}) > 1:
            raise RuntimeError("the outputs depend on the executor")
    shutil.rmtree(folder / "out", ignore_errors=True)
    load = f"Load of the machine at the end: {os.getloadavg()[0]:.1f}.\n"
    costs = simulate_tree.measure(seconds_per_shard(runs))
    longer = replace(costs, shard=10 * costs.shard)
    parts = [machine(versions()), load, table(runs), "## Simulation of the tree\n"]
    return "\n".join([*parts, simulate_tree.simulation(costs), simulate_tree.simulation(longer)])


def versions() -> dict[str, str]:
    from importlib.metadata import version

    return {name: version(name) for name in ("goldwire", "distributed", "fsspec", "numpy")}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), help="numbers of documents")
    parser.add_argument("--folder", type=Path, help="where the documents are made and kept, about 400 MB")
    parser.add_argument("--update", action="store_true", help="write the results to SCALE.md")
    options = parser.parse_args()
    folder = options.folder or Path(tempfile.gettempdir()) / "goldwire-scale"
    folder.mkdir(parents=True, exist_ok=True)
    text = report(folder, options.sizes)
    print(text)
    if options.update:
        from goldwire_corpus.atomic_write import write_atomic

        page = HERE / "SCALE.md"
        before, _, rest = page.read_text(encoding="utf-8").partition(MARKS[0])
        write_atomic(page, before + MARKS[0] + text + MARKS[1] + rest.partition(MARKS[1])[2])


if __name__ == "__main__":
    main()

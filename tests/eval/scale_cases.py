"""Shards for tests of runs over documents, and what such a run left behind."""

import gzip
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).parent
GOLDWIRE = [sys.executable, "-c", "from goldwire.cli import main; main()"]


def rows(shard: int, documents: int) -> list[dict[str, str]]:
    return [{"id": f"d{shard}-{i}", "text": f"Ana met Bo in Oslo on day {i}."} for i in range(documents)]


def write_shard(path: Path, content: Sequence[object]) -> Path:
    """Write rows as JSON Lines, compressed by suffix."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = "".join(json.dumps(row) + "\n" for row in content).encode()
    path.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)
    return path


def write_shards(folder: Path, shards: int, documents: int) -> Path:
    for i in range(shards):
        write_shard(folder / f"part-{i:02}.jsonl.gz", rows(i, documents))
    return folder


def outputs(folder: Path) -> dict[str, bytes]:
    """Return the bytes of all predictions and failures of a run."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*.jsonl*"))}


def predictions(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]


def failed(folder: Path) -> list[dict[str, object]]:
    path = folder / "failed.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def start(*arguments: str | Path, **variables: str) -> "subprocess.Popen[str]":
    """Start the command in a process group of its own, as a shell does, with the models of the tests."""
    return subprocess.Popen(
        [*GOLDWIRE, *map(str, arguments)], cwd=HERE, env={**os.environ, **variables}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        # A shell that runs the tests in the background has its processes ignore Ctrl-C, and these inherit it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip

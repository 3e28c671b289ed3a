"""Processes of this machine: results, deaths, interrupts."""

import os
import signal
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from conftest import run
from scale_cases import failed, outputs, rows, start, write_shard, write_shards

from goldwire_corpus.errors import DataError, UsageError, ValidationError
from goldwire_eval.scale.choice import executor_of
from goldwire_eval.scale.executors import ATTEMPTS, InProcess, Lost, in_order
from goldwire_eval.scale.processes import Processes

pytestmark = pytest.mark.slow


def square(number: int) -> int:
    time.sleep(0.02 * (number % 3))
    return number * number


def mark_and_die(path: Path) -> str:
    """Die on the first run of a task called once, on every run of one called always."""
    if path.name.startswith("always") or (path.name.startswith("once") and not path.exists()):
        path.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return path.name


def refuse(number: int) -> int:
    if number == 3:
        raise DataError([ValidationError("x", 3, "json", "no number")])
    return number


def wait_with_pid(path: Path) -> None:
    path.write_text(str(os.getpid()))
    time.sleep(60)


@pytest.mark.parametrize("jobs", [1, 2])
def test_every_task_has_its_result(jobs: int) -> None:
    with executor_of(jobs, None) as executor:
        assert isinstance(executor, InProcess if jobs == 1 else Processes)
        assert dict(executor.map(square, range(10))) == {n: n * n for n in range(10)}
        assert list(in_order(executor.map(square, range(10)))) == [n * n for n in range(10)]
        assert list(executor.map(square, [])) == []


def test_a_death_concerns_its_own_task_only(tmp_path: Path) -> None:
    names = ["a", "once-1", "b", "always", "c", "once-2", "d"]
    with Processes(2) as executor:
        found = list(executor.map(mark_and_die, [tmp_path / name for name in names]))
    assert Counter(number for number, _ in found) == Counter(range(len(names)))
    assert list(in_order(found)) == ["a", "once-1", "b", Lost(ATTEMPTS), "c", "once-2", "d"]


def test_an_error_of_the_function_is_raised_with_its_fields() -> None:
    with Processes(2) as executor, pytest.raises(DataError) as error:
        list(executor.map(refuse, range(10)))
    assert error.value.errors == [ValidationError("x", 3, "json", "no number")]


def test_processes_end_when_the_results_are_not_wanted(tmp_path: Path) -> None:
    def pids() -> list[int]:
        return [int(p.read_text() or 0) for p in tmp_path.iterdir()]

    begin = time.monotonic()
    tasks = [tmp_path / name for name in ("0", "1", "2")]
    with Processes(3) as executor, closing(executor.map(_first_or_wait, tasks)) as results:
        next(results)
        while len(pids()) < 3 or 0 in pids():
            time.sleep(0.05)
    assert time.monotonic() - begin < 30
    assert [pid for pid in pids() if Path(f"/proc/{pid}").exists()] == []


def _first_or_wait(path: Path) -> None:
    if path.name == "0":
        path.write_text(str(os.getpid()))
    else:
        wait_with_pid(path)


@pytest.mark.parametrize(("jobs", "dask"), [(2, "local"), (0, None), (-1, None)])
def test_invalid_numbers_of_processes(jobs: int, dask: str | None) -> None:
    with pytest.raises(UsageError, match="--jobs"):
        executor_of(jobs, dask)


# ------------------------------------------------------------------ runs over documents


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    return write_shards(tmp_path / "docs", 8, 10)


@pytest.fixture
def whole(docs: Path, tmp_path: Path) -> dict[str, bytes]:
    """Return the outputs of one process that is not disturbed."""
    assert run("run", "scale_models:Capitals", "--docs", docs, "--out", tmp_path / "whole").exit_code == 0
    return outputs(tmp_path / "whole")


def test_two_processes_write_the_same_bytes_with_one_fit(
    docs: Path, tmp_path: Path, whole: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    fits = tmp_path / "fits"
    fits.mkdir()
    monkeypatch.setenv("SCALE_FITS", str(fits))
    assert run("run", "scale_models:Capitals", "--docs", docs, "--out", tmp_path / "out", "--jobs", "2").exit_code == 0
    assert outputs(tmp_path / "out") == whole
    assert len(list(fits.iterdir())) == 1


def test_a_shard_that_kills_every_process_is_given_up(docs: Path, tmp_path: Path, whole: dict[str, bytes]) -> None:
    write_shard(docs / "part-03x.jsonl", [*rows(99, 2), {"id": "poison", "text": "P"}])
    out = tmp_path / "out"
    result = run("run", "scale_models:Deadly", "--docs", docs, "--out", out, "--jobs", "2")
    assert result.exit_code == 1
    assert "part-03x.jsonl: error [shard-lost] 3 processes died while running it" in result.stderr
    assert [(row["id"], row["shard"]) for row in failed(out)] == [(None, "part-03x.jsonl")]
    found = outputs(out)
    del found["failed.jsonl"]
    assert found == whole
    assert not (out / "manifest" / "partial").exists()


def _children(pid: int) -> list[int]:
    import psutil

    found = psutil.Process(pid).children(recursive=True)
    return [child.pid for child in found if "spawn_main" in " ".join(child.cmdline())]


def _wait_for(out: Path, shards: int) -> None:
    until = time.monotonic() + 60
    while len(list(out.glob("manifest/part-*.json"))) < shards:
        assert time.monotonic() < until, "the run does not go on"
        time.sleep(0.02)


@pytest.mark.parametrize("how", [("--jobs", "2"), ("--dask",)], ids=["processes", "dask"])
def test_a_killed_worker_loses_and_doubles_nothing(
    docs: Path, tmp_path: Path, whole: dict[str, bytes], how: tuple[str, ...]
) -> None:
    out = tmp_path / "out"
    process = start("run", "scale_models:Slow", "--docs", docs, "--out", out, *how)
    _wait_for(out, 2)
    os.kill(_workers(process.pid)[0], signal.SIGKILL)
    output, errors = process.communicate(timeout=120)
    assert (process.returncode, output) == (0, f"8 shards, 80 documents: {out}\n"), errors
    assert outputs(out) == whole
    assert not (out / "manifest" / "partial").exists()


def _workers(pid: int) -> list[int]:
    """Return the processes that run shards: those that have loaded the package."""
    return [child for child in _children(pid) if not _children(child)]


@pytest.mark.parametrize("how", [(), ("--jobs", "2"), ("--dask",)], ids=["one", "processes", "dask"])
def test_an_interrupted_run_is_resumed_with_the_same_bytes(
    docs: Path, tmp_path: Path, whole: dict[str, bytes], how: tuple[str, ...]
) -> None:
    out = tmp_path / "out"
    arguments = ("run", "scale_models:Slow", "--docs", docs, "--out", out, *how)
    process = start(*arguments)
    _wait_for(out, 2)
    # To the whole group, as Ctrl-C in a terminal does.
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    message = f"interrupted; run the same command again to go on: finished shards are kept in {out}\n"
    assert errors == message
    part = outputs(out)
    assert 2 <= len(part) < 8
    assert part.items() <= whole.items()
    assert not (out / "manifest" / "partial").exists()
    resumed = start(*arguments, SCALE_SECONDS="0")
    output, errors = resumed.communicate(timeout=60)
    assert (resumed.returncode, output) == (0, f"8 shards ({len(part)} done before), 80 documents: {out}\n"), errors
    assert outputs(out) == whole


@pytest.mark.parametrize("how", [("--jobs", "2"), ("--dask",)], ids=["processes", "dask"])
def test_no_worker_outlives_a_run_that_was_killed(docs: Path, tmp_path: Path, how: tuple[str, ...]) -> None:
    process = start("run", "scale_models:Slow", "--docs", docs, "--out", tmp_path / "out", *how)
    _wait_for(tmp_path / "out", 1)
    workers = _children(process.pid)
    assert workers
    process.kill()
    process.communicate(timeout=60)
    until = time.monotonic() + 30
    while any(Path(f"/proc/{pid}").exists() for pid in workers):
        assert time.monotonic() < until, "a worker outlives its parent"
        time.sleep(0.1)

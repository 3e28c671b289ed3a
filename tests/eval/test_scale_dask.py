"""Dask clusters of real processes: results, deaths, and clusters that cannot run what is asked."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import fsspec
import pytest
from conftest import run
from scale_cases import HERE, failed, outputs, rows, write_shard, write_shards

from goldwire_corpus.errors import DataError, ValidationError
from goldwire_eval.scale import dask_cluster
from goldwire_eval.scale.dask_cluster import DaskCluster
from goldwire_eval.scale.executors import Lost, in_order

pytestmark = pytest.mark.slow

Start = Callable[..., str]
TESTS = os.pathsep.join(map(str, (HERE, HERE.parent)))
PACKAGES = str(Path(fsspec.__file__).parents[1])


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Return a function that starts a scheduler and workers as processes of their own and returns its address."""
    started: list[subprocess.Popen[bytes]] = []
    file = tmp_path / "scheduler.json"

    def command(*arguments: str, interpreter: tuple[str, ...] = (), path: str = TESTS) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, *interpreter, "-m", *arguments, "--host", "127.0.0.1", "--no-dashboard"],
            env={**os.environ, "PYTHONPATH": path}, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        started.append(process)
        return process

    def cluster(workers: int = 1, threads: int = 1, **how: object) -> str:
        scheduler = ["distributed.cli.dask_scheduler", "--port", "0", "--scheduler-file", str(file)]
        cluster.scheduler = command(*scheduler)  # type: ignore[attr-defined]
        until = time.monotonic() + 60
        while not file.exists() or not file.read_text():
            assert time.monotonic() < until, "the scheduler does not start"
            time.sleep(0.05)
        for _ in range(workers):
            worker = ["distributed.cli.dask_worker", "--scheduler-file", str(file), "--no-nanny"]
            command(*worker, "--nthreads", str(threads), **how)  # type: ignore[arg-type]
        return str(json.loads(file.read_text())["address"])

    yield cluster
    for process in reversed(started):
        process.terminate()
        process.wait(timeout=30)


def square(number: int) -> int:
    time.sleep(0.01)
    return number * number


def thread_of(_: int) -> int:
    return threading.get_ident()


def kill_once(path: Path) -> str:
    if path.name == "once" and not path.exists():
        path.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    if path.name == "always":
        os.kill(os.getpid(), signal.SIGKILL)
    return path.name


def refuse(number: int) -> int:
    raise DataError([ValidationError("x", number, "json", "no number")])


def crash(number: int) -> int:
    raise ZeroDivisionError(number)


@pytest.fixture(scope="module")
def local() -> Iterator[DaskCluster]:
    with DaskCluster(None, workers=2) as cluster:
        yield cluster


def test_every_task_has_its_result(local: DaskCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    # Fewer at once than tasks, so that the rest is submitted as others complete.
    monkeypatch.setattr(dask_cluster, "AT_ONCE", 5)
    assert list(in_order(local.map(square, range(30)))) == [n * n for n in range(30)]
    assert list(local.map(square, [])) == []
    local.client.wait_for_workers(2, timeout=60)
    assert set(local.everywhere(square, 3).values()) == {9}
    assert len(local.everywhere(square, 3)) == 2


def test_a_killed_worker_is_replaced_and_a_deadly_task_is_given_up(local: DaskCluster, tmp_path: Path) -> None:
    names = ["a", "once", "b", "always", "c"]
    found = list(local.map(kill_once, [tmp_path / name for name in names]))
    assert sorted(number for number, _ in found) == [0, 1, 2, 3, 4]
    assert list(in_order(found)) == ["a", "once", "b", Lost(8), "c"]


def test_a_worker_killed_from_outside_loses_no_task(local: DaskCluster) -> None:
    local.client.wait_for_workers(2, timeout=60)
    pids = list(local.client.run(os.getpid).values())
    with closing(local.map(square, range(200))) as results:
        found = [next(results) for _ in range(5)]
        os.kill(pids[0], signal.SIGKILL)
        found += results
    assert sorted(found) == [(n, n * n) for n in range(200)]


def test_errors_of_the_function_are_raised(local: DaskCluster) -> None:
    with pytest.raises(DataError) as error:
        list(local.map(refuse, [7]))
    assert error.value.errors == [ValidationError("x", 7, "json", "no number")]
    with pytest.raises(ZeroDivisionError):
        list(local.map(crash, [1, 2, 3]))
    assert list(local.map(square, [2])) == [(0, 4)]


def test_a_worker_of_several_threads_runs_tasks_in_one(start: Start) -> None:
    with DaskCluster(start(threads=3)) as cluster:
        assert len({thread for _, thread in cluster.map(thread_of, range(20))}) == 1


# ------------------------------------------------------------------ runs over documents


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    return write_shards(tmp_path / "docs", 4, 5)


def test_an_existing_cluster_writes_the_same_bytes(start: Start, docs: Path, tmp_path: Path) -> None:
    write_shard(docs / "part-09.jsonl", [*rows(9, 2), {"id": "bad", "text": "B"}])
    for out, how in (("one", ()), ("cluster", ("--dask", start(workers=2, threads=2)))):
        result = run("run", "scale_models:Failing", "--docs", docs, "--out", tmp_path / out, *how)
        assert result.exit_code == 1, result.stderr
        assert "part-09.jsonl:3: error [model] bad: predict failed" in result.stderr
    assert outputs(tmp_path / "cluster") == outputs(tmp_path / "one")
    assert len(failed(tmp_path / "cluster")) == 1


def test_thread_local_settings_of_a_library_do_not_change_the_bytes(tmp_path: Path) -> None:
    """The recognizers of the baselines set the precision of `decimal` when imported, for the importing thread only."""
    write_shard(tmp_path / "docs" / "a.jsonl", [{"id": "x", "text": "A third of the houses burned on Monday."}])
    for out, how in (("one", ()), ("dask", ("--dask",))):
        assert run("run", "rules", "--docs", tmp_path / "docs", "--out", tmp_path / out, *how).exit_code == 0
    assert outputs(tmp_path / "dask") == outputs(tmp_path / "one")


def test_a_shard_that_kills_every_worker_is_given_up(docs: Path, tmp_path: Path) -> None:
    write_shard(docs / "part-09.jsonl", [{"id": "poison", "text": "P"}])
    result = run("run", "scale_models:Deadly", "--docs", docs, "--out", tmp_path / "out", "--dask")
    assert result.exit_code == 1
    assert "part-09.jsonl: error [shard-lost] 8 processes died while running it" in result.stderr
    assert len(outputs(tmp_path / "out")) == 5


def _refused(docs: Path | str, out: Path, address: str, id: str) -> str:
    """Return the message of the one error of a run that wrote nothing."""
    result = run("run", "scale_models:Capitals", "--docs", docs, "--out", out, "--dask", address)
    assert (result.exit_code, result.stderr.count("error ["), f"error [{id}]" in result.stderr) == (1, 1, True), result
    assert not out.exists()
    return result.stderr


@pytest.mark.parametrize("address", ["127.0.0.1:9", "tcp://127.0.0.1:9", "nosuch://x:1", "x"])
def test_an_address_that_does_not_answer_is_one_error(
    docs: Path, tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask_cluster, "CONNECT_SECONDS", 1)
    assert address in _refused(docs, tmp_path / "out", address, "cluster-unreachable")


def test_a_cluster_without_workers_is_one_error(
    start: Start, docs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask_cluster, "FIRST_WORKER_SECONDS", 1)
    message = _refused(docs, tmp_path / "out", start(workers=0), "cluster-unreachable")
    assert "no worker after 1 s" in message


def test_a_worker_without_goldwire_is_one_error(start: Start, docs: Path, tmp_path: Path) -> None:
    # Without `site` the path of the editable installation is not read.
    address = start(interpreter=("-S",), path=PACKAGES)
    assert "the worker has no Goldwire" in _refused(docs, tmp_path / "out", address, "cluster-worker")


def test_a_worker_with_another_version_is_one_error(start: Start, docs: Path, tmp_path: Path) -> None:
    other = tmp_path / "other" / "goldwire_corpus"
    other.mkdir(parents=True)
    (other / "__init__.py").write_text('__version__ = "0.1.0"\n')
    message = _refused(docs, tmp_path / "out", start(path=str(other.parent)), "cluster-version")
    assert "the worker has Goldwire 0.1.0, this process " in message


def test_a_worker_that_lacks_the_model_is_one_error(start: Start, docs: Path, tmp_path: Path) -> None:
    message = _refused(docs, tmp_path / "out", start(path=str(tmp_path)), "cluster-worker")
    assert "cannot import scale_models:Capitals" in message


def test_a_worker_that_does_not_see_the_documents_is_one_error(start: Start, docs: Path, tmp_path: Path) -> None:
    fsspec.filesystem("memory").put(str(docs), "/only-here", recursive=True)
    message = _refused("memory://only-here", tmp_path / "out", start(), "cluster-worker")
    assert "does not see memory:///only-here/" in message


def test_a_worker_that_does_not_see_the_outputs_is_one_error(start: Start, docs: Path) -> None:
    result = run("run", "scale_models:Capitals", "--docs", docs, "--out", "memory://out-here", "--dask", start())
    assert (result.exit_code, result.stderr.count("error [")) == (1, 1)
    assert "error [cluster-worker] a worker does not see this folder" in result.stderr


def test_a_scheduler_that_dies_is_one_error_and_the_run_goes_on_later(start: Start, docs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    address = start()
    killer = threading.Thread(target=_kill_when_begun, args=(start.scheduler, out))  # type: ignore[attr-defined]
    killer.start()
    result = run("run", "scale_models:Slow", "--docs", docs, "--out", out, "--dask", address)
    killer.join()
    assert result.exit_code == 1
    assert "error [cluster-lost]" in result.stderr
    assert run("run", "scale_models:Slow", "--docs", docs, "--out", out).exit_code == 0
    assert run("run", "scale_models:Slow", "--docs", docs, "--out", tmp_path / "one").exit_code == 0
    assert outputs(out) == outputs(tmp_path / "one")


def _kill_when_begun(scheduler: "subprocess.Popen[bytes]", out: Path) -> None:
    until = time.monotonic() + 60
    while not list(out.glob("manifest/part-*.json")) and time.monotonic() < until:
        time.sleep(0.02)
    scheduler.kill()

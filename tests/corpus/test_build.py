import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import run

from goldwire_corpus import atomic_write
from goldwire_corpus.errors import DataError
from goldwire_corpus.join.files import stand_off
from goldwire_corpus.load import DATA
from goldwire_corpus.release import build
from goldwire_corpus.source.files import source_root


def _rendered() -> build.Files:
    root = source_root()
    return build.render(build.source_documents(root)) | stand_off(root)


def test_committed_data_are_current() -> None:
    result = run("corpus", "build", "--check")
    assert result.exit_code == 0, result.stderr


@pytest.mark.slow
def test_build_is_deterministic(tmp_path: Path) -> None:
    first, second = _rendered(), _rendered()
    assert first == second
    build.write_data(first, tmp_path)
    assert {
        p.relative_to(tmp_path).as_posix(): p.read_bytes() for p in tmp_path.rglob("*.*") if p.parent != tmp_path
    } == first


def test_stale_file_is_removed(tmp_path: Path) -> None:
    content = _rendered()
    build.write_data(content, tmp_path)
    (tmp_path / "ner" / "old.jsonl").write_text("{}\n")
    assert build.stale_files(content, tmp_path) == [tmp_path / "ner" / "old.jsonl"]
    build.write_data(content, tmp_path)
    assert not (tmp_path / "ner" / "old.jsonl").exists()


@pytest.mark.slow
def test_changed_file_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    path = DATA / "ner" / "test.jsonl"
    real = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda self: real(self) + (b"x" if self == path else b""))
    result = run("corpus", "build", "--check")
    assert result.exit_code == 1
    assert "[build-stale]" in result.stderr


def test_failed_write_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "data.jsonl"
    path.write_text("old")

    def broken(self: Path, target: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", broken)
    with pytest.raises(KeyboardInterrupt):
        atomic_write.write_atomic(path, "new")
    assert [p.name for p in tmp_path.iterdir()] == ["data.jsonl"]
    assert path.read_text() == "old"


def test_write_below_a_file_is_an_error(tmp_path: Path) -> None:
    # File modes do not stop root, so the parent is a file instead of a read-only folder.
    (tmp_path / "out").write_text("a file")
    with pytest.raises(DataError) as error:
        atomic_write.write_atomic(tmp_path / "out" / "x.jsonl", "new")
    assert error.value.errors[0].id == "file-unwritable"


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes into read-only folders")
def test_write_to_a_read_only_folder_is_an_error(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    with pytest.raises(DataError) as error:
        atomic_write.write_atomic(tmp_path / "x.jsonl", "new")
    assert error.value.errors[0].id == "file-unwritable"


@pytest.mark.slow
def test_interrupted_build_leaves_complete_files(tmp_path: Path) -> None:
    """A process that builds repeatedly is interrupted; all files that it leaves are complete."""
    script = (
        "import signal, sys; from pathlib import Path\n"
        # Background processes of a shell inherit that interrupts are ignored, so restore the handler.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from goldwire_corpus.release import build; from goldwire_corpus.source.files import source_root\n"
        "content = build.render(build.source_documents(source_root()))\n"
        "print('ready', flush=True)\n"
        "while True: build.write_data(content, Path(sys.argv[1]))\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    try:
        process.wait(timeout=30)
    finally:
        process.kill()
    content = build.render(build.source_documents(source_root()))
    written = {p.relative_to(tmp_path).as_posix(): p for p in tmp_path.rglob("*") if p.is_file()}
    assert written
    for name, path in written.items():
        assert not Path(name).name.startswith("."), "a temporary file was left"
        if name != "manifest.json":
            assert path.read_bytes() == content[name]

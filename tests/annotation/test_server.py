"""`goldwire annotate serve` as a newcomer runs it, and what it keeps from the server."""

import os
import re
import signal
import socket
import stat
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from conftest import ids, run

from goldwire_annotation import server
from goldwire_annotation.studio import Studio
from goldwire_corpus.errors import DataError


@pytest.mark.server
def test_one_command_to_a_first_annotation(tmp_path: Path) -> None:
    """The user's own HOST, DEBUG and others, which the server would read, do not reach it."""
    folder = tmp_path / "mine"
    goldwire = Path(sys.executable).parent / "goldwire"
    command = [goldwire, "annotate", "serve", folder, "tsoumar-06", "keldura-06", "--port", "0"]
    hostile = {"HOST": "https://example.org", "PORT": "1", "DEBUG": "true", "USERNAME": "x", "PASSWORD": "y", "CI": "1"}
    process = subprocess.Popen(command, env=os.environ | hostile, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               text=True)  # fmt: skip
    try:
        assert process.stdout is not None
        shown = ""
        while "@" not in shown:
            line = process.stdout.readline()
            assert line, process.stderr and process.stderr.read()
            shown += line
        assert "2 documents sent" in shown
        (address,) = re.findall(r"http://127\.0\.0\.1:\d+/projects/\d+/data", shown)
        access = server.read_access(folder)
        assert access.password in shown
        assert address.startswith(access.url)
        assert stat.S_IMODE((folder / "access.json").stat().st_mode) == 0o600
        studio = Studio(access.url, access.token)
        assert sorted(t.doc for t in studio.tasks(studio.project("Goldwire"))) == ["keldura-06", "tsoumar-06"]
        # On loopback only.
        port = int(access.url.rpartition(":")[2])
        listening = Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]
        local = [line.split()[1] for line in listening if line.split()[3] == "0A"]
        assert [a for a in local if int(a.rpartition(":")[2], 16) == port] == [f"0100007F:{port:04X}"]
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
    with pytest.raises(OSError):  # noqa: PT011  refused, reset: all the same
        urllib.request.urlopen(access.url, timeout=2)


def test_the_environment_of_the_server_is_an_allow_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEBUG", "true")
    made = server.variables(tmp_path, None)
    assert set(made) == {
        "PATH", "HOME", "LANG", "DJANGO_DB", "SENTRY_DSN", "FRONTEND_SENTRY_DSN", "LABEL_STUDIO_BASE_DATA_DIR",
        "LABEL_STUDIO_COLLECT_ANALYTICS", "LABEL_STUDIO_LATEST_VERSION_CHECK",
        "LABEL_STUDIO_DISABLE_SIGNUP_WITHOUT_LINK",
    }  # fmt: skip
    assert made["SENTRY_DSN"] == made["FRONTEND_SENTRY_DSN"] == ""


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind((server.LOOPBACK, 0))
        other.listen()
        with pytest.raises(DataError) as error, server.running(tmp_path, tmp_path, other.getsockname()[1], None):
            pass
    assert ids(error) == ["port-taken"]


def test_a_server_that_does_not_come_up(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "label-studio"
    program.write_text("#!/bin/sh\necho out of order\nexit 3\n", encoding="utf-8")
    program.chmod(0o755)
    with pytest.raises(DataError) as error, server.running(tmp_path, tmp_path / "data", server.free_port(), None):
        pass
    assert ids(error) == ["server-died"]
    assert "out of order" in str(error.value)


def test_a_folder_that_was_never_served(tmp_path: Path) -> None:
    result = run("annotate", "pull", "--server", tmp_path, "--project", "Any", "--out", tmp_path)
    assert result.exit_code == 1
    assert "access-missing" in result.stderr

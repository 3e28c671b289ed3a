"""`goldwire annotate serve`: the first start, the environment of the server, and its errors."""

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
def test_serve_starts_a_server_with_a_project(tmp_path: Path) -> None:
    """Environment variables of the user that the server would read are not passed to it."""
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
        # The server must listen on loopback only.
        port = int(access.url.rpartition(":")[2])
        listening = Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]
        local = [line.split()[1] for line in listening if line.split()[3] == "0A"]
        assert [a for a in local if int(a.rpartition(":")[2], 16) == port] == [f"0100007F:{port:04X}"]
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
    with pytest.raises(OSError):  # noqa: PT011  connection refused or reset
        urllib.request.urlopen(access.url, timeout=2)


def test_server_environment_is_an_allow_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEBUG", "true")
    variables = server.variables(tmp_path, None)
    assert set(variables) == {
        "PATH", "HOME", "LANG", "DJANGO_DB", "SENTRY_DSN", "FRONTEND_SENTRY_DSN", "LABEL_STUDIO_BASE_DATA_DIR",
        "LABEL_STUDIO_COLLECT_ANALYTICS", "LABEL_STUDIO_LATEST_VERSION_CHECK",
        "LABEL_STUDIO_DISABLE_SIGNUP_WITHOUT_LINK",
    }  # fmt: skip
    assert variables["SENTRY_DSN"] == variables["FRONTEND_SENTRY_DSN"] == ""


def test_port_in_use_is_an_error(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind((server.LOOPBACK, 0))
        other.listen()
        with pytest.raises(DataError) as error, server.running(tmp_path, tmp_path, other.getsockname()[1], None):
            pass
    assert ids(error) == ["port-taken"]


def test_server_that_exits_during_start_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "label-studio"
    program.write_text("#!/bin/sh\necho out of order\nexit 3\n", encoding="utf-8")
    program.chmod(0o755)
    with pytest.raises(DataError) as error, server.running(tmp_path, tmp_path / "data", server.free_port(), None):
        pass
    assert ids(error) == ["server-died"]
    assert "out of order" in str(error.value)


def test_folder_without_access_file_is_an_error(tmp_path: Path) -> None:
    result = run("annotate", "pull", "--server", tmp_path, "--project", "Any", "--out", tmp_path)
    assert result.exit_code == 1
    assert "access-missing" in result.stderr

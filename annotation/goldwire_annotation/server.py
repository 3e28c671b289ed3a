"""A local Label Studio server with its own virtual environment and data folder, reachable on loopback only.

The server pins older versions of packages that this project needs, so the two have separate virtual environments. Its
environment variables are an allow-list, because it would read HOST, PORT, DEBUG, USERNAME and others of the user.
"""

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from goldwire_corpus.atomic_write import write_atomic
from goldwire_corpus.errors import data_error

VERSION: Final = "1.23.2"
LOOPBACK: Final = "127.0.0.1"
DATABASE: Final = "label_studio.sqlite3"
# Seconds to wait for the first answer. The first start creates the database, which takes about 40 s on two cores.
START: Final = 240.0


class Access(msgspec.Struct):
    """Address and credentials of a server, stored in its data folder and readable by its owner only."""

    url: str
    email: str
    password: str
    token: str


def environment() -> Path:
    """Return the folder of the server's virtual environment: GOLDWIRE_LABEL_STUDIO or one in the user's cache."""
    named = os.environ.get("GOLDWIRE_LABEL_STUDIO")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(named) if named else cache / "goldwire" / f"label-studio-{VERSION}"


def ready(folder: Path) -> bool:
    """Return whether the server is installed in `folder`."""
    return _installed(folder).exists() and _template(folder).exists()


def install(folder: Path) -> None:
    """Create the virtual environment (1 GB, some minutes) and the empty database that new data folders are copied from.

    Existing ones are kept. Raises DataError if pip fails.
    """
    if not _installed(folder).exists():
        venv.create(folder, clear=True, with_pip=True)
        command = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        result = subprocess.run([*command, f"label-studio=={VERSION}"], stdout=sys.stderr, check=False)
        if result.returncode:
            raise data_error(str(folder), 0, "server-install", f"pip could not install label-studio {VERSION}")
        _installed(folder).touch()
    template = _template(folder)
    if not template.exists():
        with tempfile.TemporaryDirectory() as scratch:
            with running(folder, Path(scratch), free_port(), None):
                pass
            # The server has stopped, so the database file is complete. It holds only tables, no user and no secret.
            write_atomic(template, (Path(scratch) / DATABASE).read_bytes())


def _installed(folder: Path) -> Path:
    return folder / f"installed-{VERSION}"


def _template(folder: Path) -> Path:
    return folder / f"{VERSION}-{DATABASE}"


@contextlib.contextmanager
def running(folder: Path, data: Path, port: int, access: Access | None) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a server on the data folder `data` and yield its process once it answers; stop it on exit.

    With `access`, its user is created on the first start. Raises DataError if the port is in use or the server fails to
    start.
    """
    data.mkdir(parents=True, exist_ok=True)
    template, database = _template(folder), data / DATABASE
    if not database.exists() and template.exists():
        shutil.copy(template, database)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            raise data_error(
                f"{LOOPBACK}:{port}", 0, "port-taken", "port in use by another program; choose another with --port"
            ) from None
    command = [str(folder / "bin" / "label-studio"), "start", "--no-browser", "--internal-host", LOOPBACK,
               "--port", str(port)]  # fmt: skip
    log = data / "server.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, env=variables(data, access), stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            cwd=data,
        )  # fmt: skip
    try:
        _wait(process, port, log)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def variables(data: Path, access: Access | None) -> dict[str, str]:
    """Return all environment variables of the server; `access` is its first user."""
    variables = {
        "PATH": os.defpath,
        "HOME": str(data),
        "LANG": "C.UTF-8",
        "DJANGO_DB": "sqlite",
        "SENTRY_DSN": "",
        "FRONTEND_SENTRY_DSN": "",
        "LABEL_STUDIO_BASE_DATA_DIR": str(data),
        "LABEL_STUDIO_COLLECT_ANALYTICS": "false",
        "LABEL_STUDIO_LATEST_VERSION_CHECK": "false",
        "LABEL_STUDIO_DISABLE_SIGNUP_WITHOUT_LINK": "true",
    }
    if access is not None:
        # Secrets are not passed on the command line, which every user of the machine can read.
        variables |= {
            "LABEL_STUDIO_USERNAME": access.email,
            "LABEL_STUDIO_PASSWORD": access.password,
            "LABEL_STUDIO_USER_TOKEN": access.token,
            "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",
        }
    return variables


def _wait(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    deadline = time.monotonic() + START
    while time.monotonic() < deadline:
        if process.poll() is not None:
            tail = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:]
            raise data_error(str(log), 0, "server-died", f"the server exited during its start: {' '.join(tail)}")
        try:
            urllib.request.urlopen(f"http://{LOOPBACK}:{port}/health", timeout=5).close()
            return
        except (OSError, urllib.error.URLError):
            time.sleep(0.2)
    raise data_error(str(log), 0, "server-slow", f"the server did not answer within {START:.0f} s")


def free_port() -> int:
    """Return a TCP port of the loopback interface that is not in use."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


# ------------------------------------------------------------------ access


def make_access(data: Path, port: int) -> Access:
    """Return the access to the server of a data folder, created on first use, with its current port."""
    path = data / "access.json"
    if path.exists():
        access = read_access(data)
    else:
        access = Access("", "annotator@example.org", secrets.token_urlsafe(12), secrets.token_hex(20))
    access.url = f"http://{LOOPBACK}:{port}"
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_atomic(path, msgspec.json.format(msgspec.json.encode(access)) + b"\n")
    path.chmod(0o600)
    return access


def read_access(data: Path) -> Access:
    """Read the access to the server of a data folder. Raises DataError if no server ran on it."""
    path = data / "access.json"
    try:
        return msgspec.json.decode(path.read_bytes(), type=Access)
    except (OSError, msgspec.DecodeError):
        message = "no readable access.json; expected a folder created by `goldwire annotate serve`"
        raise data_error(str(path), 0, "access-missing", message) from None

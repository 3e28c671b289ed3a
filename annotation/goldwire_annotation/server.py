"""A local Label Studio: its own virtual environment, its data in a folder of the user's, on loopback only.

The server pins packages that this project wants newer, so the two never share an environment. It is started with an
environment of its own, built up from nothing: it would read HOST, PORT, DEBUG, USERNAME and others of the user's.
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
# Seconds. The first start makes the database, which takes about 40 on two cores.
START: Final = 240.0


class Access(msgspec.Struct):
    """How to get into a served folder; kept in it, readable by its owner only."""

    url: str
    email: str
    password: str
    token: str


def environment() -> Path:
    """The folder of the server's virtual environment: GOLDWIRE_LABEL_STUDIO, or one in the user's cache."""
    named = os.environ.get("GOLDWIRE_LABEL_STUDIO")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(named) if named else cache / "goldwire" / f"label-studio-{VERSION}"


def ready(folder: Path) -> bool:
    return _installed(folder).exists() and _template(folder).exists()


def install(folder: Path) -> None:
    """Makes the virtual environment (1 GB, some minutes) and the empty database that new folders start from, where
    they are not there yet. Raises DataError where pip fails."""
    if not _installed(folder).exists():
        venv.create(folder, clear=True, with_pip=True)
        command = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        made = subprocess.run([*command, f"label-studio=={VERSION}"], stdout=sys.stderr, check=False)
        if made.returncode:
            raise data_error(str(folder), 0, "server-install", f"pip could not install label-studio {VERSION}")
        _installed(folder).touch()
    template = _template(folder)
    if not template.exists():
        with tempfile.TemporaryDirectory() as scratch:
            with running(folder, Path(scratch), free_port(), None):
                pass
            # The database is at rest now. It holds no user and no secret, only the tables.
            write_atomic(template, (Path(scratch) / DATABASE).read_bytes())


def _installed(folder: Path) -> Path:
    return folder / f"installed-{VERSION}"


def _template(folder: Path) -> Path:
    return folder / f"{VERSION}-{DATABASE}"


@contextlib.contextmanager
def running(folder: Path, data: Path, port: int, access: Access | None) -> Iterator["subprocess.Popen[bytes]"]:
    """A server over the folder `data`, up and answering; stopped on leaving.

    With `access` its user is made on the first start. Raises DataError where the port is taken or it does not come up.
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
                f"{LOOPBACK}:{port}", 0, "port-taken", "something else listens there: give --port"
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
    """The whole environment of the server; with `access`, its first user."""
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
        # Not on the command line, which every user of the machine can read.
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
            raise data_error(str(log), 0, "server-died", f"the server ended at once: {' '.join(tail)}")
        try:
            urllib.request.urlopen(f"http://{LOOPBACK}:{port}/health", timeout=5).close()
            return
        except (OSError, urllib.error.URLError):
            time.sleep(0.2)
    raise data_error(str(log), 0, "server-slow", f"the server did not answer within {START:.0f} s")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


# ------------------------------------------------------------------ access


def make_access(data: Path, port: int) -> Access:
    """The access of a folder, made on its first use; the port may change from one start to the next."""
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
    """Raises DataError where nothing was served from this folder."""
    path = data / "access.json"
    try:
        return msgspec.json.decode(path.read_bytes(), type=Access)
    except (OSError, msgspec.DecodeError):
        message = "not a folder of `goldwire annotate serve`: it has no access.json that can be read"
        raise data_error(str(path), 0, "access-missing", message) from None

"""A real Label Studio for the tests, installed by `make` (`goldwire annotate install-server`).

A missing server is a failure, not a skip, because the tests verify the behaviour of the real server.
"""

import contextlib
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from goldwire_annotation import server
from goldwire_annotation.studio import Studio


class Served(NamedTuple):
    """A running server: its data folder, credentials, process and client."""

    folder: Path
    access: server.Access
    process: "subprocess.Popen[bytes]"
    studio: Studio

    def options(self, title: str) -> list[str]:
        return ["--server", str(self.folder), "--project", title]

    def submit(self, title: str, doc: str, result: list[dict[str, Any]], **more: Any) -> int:
        """Submit an annotation as the page does; return its id."""
        project = self.studio.project(title)
        task = next(t for t in self.studio.tasks(project) if t.doc == doc)
        return int(self.studio.client.annotations.create(id=task.id, result=result, **more).id)

    def result(self, title: str, doc: str, version: str) -> tuple[int, list[dict[str, Any]]]:
        """Return the id and result of a pre-annotation on the server."""
        project = self.studio.project(title)
        task = next(t for t in self.studio.tasks(project) if t.doc == doc)
        found = self.studio.client.predictions.list(task=task.id)
        return next((int(p.id), json.loads(json.dumps(p.result))) for p in found if p.model_version == version)


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[Served]:
    environment = server.environment()
    if not server.ready(environment):
        pytest.fail(f"no Label Studio in {environment}; install it with `goldwire annotate install-server`")
    access = server.make_access(folder, server.free_port())
    with server.running(environment, folder, int(access.url.rpartition(":")[2]), access) as process:
        yield Served(folder, access, process, Studio(access.url, access.token))


@pytest.fixture(scope="session")
def label_studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("label-studio")) as served:
        yield served

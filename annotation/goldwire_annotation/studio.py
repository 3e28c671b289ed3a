"""A Label Studio server, through its SDK: documents sent to a project and fetched back, each once.

What was sent is asked of the server and never remembered here, so that a second run after any failure completes the
first. The SDK comes with the extra `annotation`; it is imported when a server is first spoken to.
"""

import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from goldwire_annotation.interface import interface
from goldwire_corpus.errors import DataError, ValidationError, data_error
from goldwire_corpus.label_studio.export import Task, read_tasks
from goldwire_corpus.label_studio.layout import Json

BATCH = 100
TIMEOUT = 300.0
Progress = Callable[[int], None]


class Pushed(NamedTuple):
    """Counts of documents: sent now, there before, and there before but without a pre-annotation, now given."""

    sent: int
    there: int
    mended: int


class Studio:
    """A server at `url`; raises DataError where it cannot be reached or refuses the token."""

    def __init__(self, url: str, token: str):
        try:
            import label_studio_sdk
        except ImportError:
            message = "needs the extra `annotation`: pip install 'goldwire[annotation]'"
            raise data_error("label-studio-sdk", 0, "package-missing", message) from None
        self.url = url.rstrip("/")
        sdk: Any = label_studio_sdk
        # No retries: the SDK would send an import again whose answer was lost, and its documents would be there twice.
        self.client = sdk.LabelStudio(base_url=self.url, api_key=token, timeout=TIMEOUT, max_retries=0)
        with self._told("log in"):
            self.client.users.whoami()

    @contextmanager
    def _told(self, doing: str) -> Iterator[None]:
        """Turn what the SDK and its transport raise into DataError."""
        import httpx
        from label_studio_sdk.core.api_error import ApiError

        try:
            yield
        except httpx.ConnectError:
            raise data_error(self.url, 0, "server-unreachable", f"cannot {doing}: no server answers there") from None
        except httpx.TransportError as error:
            message = f"cannot {doing}: the server went away ({type(error).__name__})"
            raise data_error(self.url, 0, "server-lost", message) from None
        except ApiError as error:
            detail = error.body.get("detail", error.body) if isinstance(error.body, dict) else str(error.body)[:200]
            if error.status_code in (401, 403):
                message = f"cannot {doing}: the server does not take this token ({detail})"
                raise data_error(self.url, 0, "token-refused", message) from None
            more = error.body.get("validation_errors") if isinstance(error.body, dict) else None
            message = f"cannot {doing}: status {error.status_code}, {detail}{f': {more}' if more else ''}"
            raise data_error(self.url, 0, "server-refused", message) from None

    # ------------------------------------------------------------------ projects

    def project(self, title: str, create: bool = False) -> int:
        """The number of the project of this title, made where there is none and `create`.

        Raises DataError where there is none, or several, or its labelling configuration is not ours of today.
        """
        with self._told("list the projects"):
            found = [p for p in self.client.projects.list(include="id,title,label_config") if p.title == title]
        if len(found) > 1:
            raise data_error(self.url, 0, "project-several", f"{len(found)} projects are called {title!r}")
        if found:
            if _canonical(found[0].label_config) != _canonical(interface()):
                message = (
                    f"project {title!r} has another labelling configuration than `goldwire annotate interface` "
                    "gives: made by another version, or edited; take another project"
                )
                raise data_error(self.url, 0, "project-config", message)
            return int(found[0].id)
        if not create:
            raise data_error(self.url, 0, "project-missing", f"no project is called {title!r}")
        with self._told(f"make project {title!r}"):
            made = self.client.projects.create(title=title, label_config=interface())
        return int(made.id)

    def tasks(self, project: int) -> list[Task]:
        """Return every task with its annotations. Raises DataError where one is not ours, or its text was edited."""
        with self._told(f"fetch project {project}"):
            # Without any task there is nothing to export, which the server calls an error.
            if not self.client.projects.get(id=project).task_number:
                return []
            content = b"".join(
                self.client.projects.exports.download_sync(project, export_type="JSON", download_all_tasks=True)
            )
        return read_tasks(content, self.place(project))

    def annotator(self, email: str) -> int:
        """The number of an annotator. Raises DataError where nobody has this e-mail."""
        with self._told("list the annotators"):
            found = {str(user.email): int(user.id) for user in self.client.users.list()}
        if email not in found:
            known = ", ".join(sorted(found))
            raise data_error(self.url, 0, "annotator-unknown", f"nobody here is {email!r}; there are {known}")
        return found[email]

    def place(self, project: int) -> str:
        return f"{self.url}/projects/{project}"

    def predictions(self, project: int) -> dict[int, dict[str, Any]]:
        """The `result` of each prediction, by task and model version."""
        with self._told(f"fetch the predictions of project {project}"):
            found: dict[int, dict[str, Any]] = {}
            for p in self.client.predictions.list(project=project):
                found.setdefault(int(p.task), {})[str(p.model_version)] = p.result
        return found

    # ------------------------------------------------------------------ pushing

    def push(self, project: int, rows: Sequence[Json], progress: Progress = lambda n: None) -> Pushed:
        """Send the tasks that the project lacks. If this fails, the error says how many it has."""
        there = self._there(project, rows)
        new = [row for row in rows if row["data"]["id"] not in there]
        sent = 0
        progress(len(rows) - len(new))
        for start in range(0, len(new), BATCH):
            batch = new[start : start + BATCH]
            known = len(rows) - len(new) + sent
            with self._told(f"send documents {known + 1} to {known + len(batch)} of {len(rows)}; run it again"):
                self.client.projects.import_tasks(project, request=batch, return_task_ids=False)
            sent += len(batch)
            progress(len(batch))
        return Pushed(sent, len(rows) - len(new), self._mend(project, rows, there))

    def _there(self, project: int, rows: Sequence[Json]) -> dict[str, Task]:
        path = self.place(project)
        tasks = self.tasks(project)
        errors = [
            ValidationError(path, 0, "task-duplicate", f"{doc}: {n} tasks have this document")
            for doc, n in Counter(task.doc for task in tasks).items()
            if n > 1
        ]
        there = {task.doc: task for task in tasks}
        for row in rows:
            doc = row["data"]["id"]
            if doc in there and there[doc].data.get("sha256") != row["data"]["sha256"]:
                message = f"{doc}: the project holds another text of it than the source has now"
                errors.append(ValidationError(path, 0, "text-edited", message))
        if errors:
            raise DataError(errors)
        return there

    def _mend(self, project: int, rows: Sequence[Json], there: dict[str, Task]) -> int:
        """Send the pre-annotations that an interrupted run did not send."""
        short = [row for row in rows if len(there.get(row["data"]["id"], _NONE).predictions) < len(row["predictions"])]
        short = [row for row in short if row["data"]["id"] in there]
        if not short:
            return 0
        have = self.predictions(project)
        for row in short:
            task = there[row["data"]["id"]].id
            for prediction in row["predictions"]:
                if prediction["model_version"] not in have.get(task, {}):
                    with self._told(f"send the pre-annotation of {row['data']['id']}"):
                        self.client.predictions.create(task=task, **prediction)
        return len(short)


_NONE = Task({}, [], predictions=[])


def _canonical(config: str) -> str | None:
    """The configuration without what does not count in XML; None where it is none."""
    try:
        return ET.canonicalize(config, strip_text=True)
    except ET.ParseError:
        return None

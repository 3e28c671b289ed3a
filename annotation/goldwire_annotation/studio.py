"""Client of a Label Studio server: sends documents to a project and fetches their annotations.

The state of a project is read from the server and never stored locally, so a repeated run completes one that failed.
The SDK belongs to the extra `annotation` and is imported on first use.
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
    """Numbers of documents: sent now, present before, and present before whose missing pre-annotation was sent now."""

    sent: int
    present: int
    completed: int


class Studio:
    """A server at `url`. Raises DataError if it cannot be reached or rejects the token."""

    def __init__(self, url: str, token: str):
        try:
            import label_studio_sdk
        except ImportError:
            message = "needs the extra `annotation`: pip install 'goldwire[annotation]'"
            raise data_error("label_studio_sdk", 0, "package-missing", message) from None
        self.url = url.rstrip("/")
        sdk: Any = label_studio_sdk
        # No retries: the SDK would repeat an import whose response was lost, which would duplicate its documents.
        self.client = sdk.LabelStudio(base_url=self.url, api_key=token, timeout=TIMEOUT, max_retries=0)
        with self._errors_while("log in"):
            self.client.users.whoami()

    @contextmanager
    def _errors_while(self, action: str) -> Iterator[None]:
        """Turn exceptions of the SDK and its transport into DataError."""
        import httpx
        from label_studio_sdk.core.api_error import ApiError

        try:
            yield
        except httpx.ConnectError:
            raise data_error(self.url, 0, "server-unreachable", f"cannot {action}: no server answers") from None
        except httpx.TransportError as error:
            message = f"cannot {action}: connection lost ({type(error).__name__})"
            raise data_error(self.url, 0, "server-lost", message) from None
        except ApiError as error:
            detail = error.body.get("detail", error.body) if isinstance(error.body, dict) else str(error.body)[:200]
            if error.status_code in (401, 403):
                message = f"cannot {action}: the server rejected the token ({detail})"
                raise data_error(self.url, 0, "token-refused", message) from None
            more = error.body.get("validation_errors") if isinstance(error.body, dict) else None
            message = f"cannot {action}: status {error.status_code}, {detail}{f': {more}' if more else ''}"
            raise data_error(self.url, 0, "server-refused", message) from None

    # ------------------------------------------------------------------ projects

    def project(self, title: str, create: bool = False) -> int:
        """Return the id of the project with this title; with `create` a missing one is created.

        Raises DataError if there is none or several, or if its labelling configuration differs from `interface()`.
        """
        with self._errors_while("list the projects"):
            found = [p for p in self.client.projects.list(include="id,title,label_config") if p.title == title]
        if len(found) > 1:
            raise data_error(self.url, 0, "project-several", f"{len(found)} projects have the title {title!r}")
        if found:
            if _canonical(found[0].label_config) != _canonical(interface()):
                message = (
                    f"project {title!r} has another labelling configuration than `goldwire annotate interface` "
                    "(from another version, or edited); use another project"
                )
                raise data_error(self.url, 0, "project-config", message)
            return int(found[0].id)
        if not create:
            raise data_error(self.url, 0, "project-missing", f"no project has the title {title!r}")
        with self._errors_while(f"create project {title!r}"):
            created = self.client.projects.create(title=title, label_config=interface())
        return int(created.id)

    def tasks(self, project: int) -> list[Task]:
        """Return all tasks with their annotations. Raises DataError for an unknown task or an edited text."""
        with self._errors_while(f"fetch project {project}"):
            # The server rejects the export of an empty project.
            if not self.client.projects.get(id=project).task_number:
                return []
            content = b"".join(
                self.client.projects.exports.download_sync(project, export_type="JSON", download_all_tasks=True)
            )
        return read_tasks(content, self.place(project))

    def annotator(self, email: str) -> int:
        """Return the id of the annotator with this e-mail address. Raises DataError if there is none."""
        with self._errors_while("list the annotators"):
            found = {str(user.email): int(user.id) for user in self.client.users.list()}
        if email not in found:
            known = ", ".join(sorted(found))
            raise data_error(self.url, 0, "annotator-unknown", f"unknown annotator {email!r}; expected one of {known}")
        return found[email]

    def place(self, project: int) -> str:
        """Return the address of a project, which names it in messages."""
        return f"{self.url}/projects/{project}"

    def predictions(self, project: int) -> dict[int, dict[str, Any]]:
        """Return the `result` of each prediction, by task and model version."""
        with self._errors_while(f"fetch the predictions of project {project}"):
            found: dict[int, dict[str, Any]] = {}
            for p in self.client.predictions.list(project=project):
                found.setdefault(int(p.task), {})[str(p.model_version)] = p.result
        return found

    # ------------------------------------------------------------------ pushing

    def push(self, project: int, rows: Sequence[Json], progress: Progress = lambda n: None) -> Pushed:
        """Send the tasks that the project lacks. If this fails, the error names the documents not sent."""
        present = self._present(project, rows)
        new = [row for row in rows if row["data"]["id"] not in present]
        sent = 0
        progress(len(rows) - len(new))
        for start in range(0, len(new), BATCH):
            batch = new[start : start + BATCH]
            known = len(rows) - len(new) + sent
            with self._errors_while(f"send documents {known + 1} to {known + len(batch)} of {len(rows)}; run it again"):
                self.client.projects.import_tasks(project, request=batch, return_task_ids=False)
            sent += len(batch)
            progress(len(batch))
        return Pushed(sent, len(rows) - len(new), self._complete(project, rows, present))

    def _present(self, project: int, rows: Sequence[Json]) -> dict[str, Task]:
        path = self.place(project)
        tasks = self.tasks(project)
        errors = [
            ValidationError(path, 0, "task-duplicate", f"{doc}: {n} tasks have this document")
            for doc, n in Counter(task.doc for task in tasks).items()
            if n > 1
        ]
        present = {task.doc: task for task in tasks}
        for row in rows:
            doc = row["data"]["id"]
            if doc in present and present[doc].data.get("sha256") != row["data"]["sha256"]:
                message = f"{doc}: its text in the project differs from the source"
                errors.append(ValidationError(path, 0, "text-edited", message))
        if errors:
            raise DataError(errors)
        return present

    def _complete(self, project: int, rows: Sequence[Json], present: dict[str, Task]) -> int:
        """Send the pre-annotations that are missing after an interrupted run; return the number of their documents."""
        tasks = [(row, present[row["data"]["id"]]) for row in rows if row["data"]["id"] in present]
        short = [(row, task) for row, task in tasks if len(task.predictions) < len(row["predictions"])]
        if not short:
            return 0
        have = self.predictions(project)
        for row, task in short:
            for prediction in row["predictions"]:
                if prediction["model_version"] not in have.get(task.id, {}):
                    with self._errors_while(f"send the pre-annotation of {row['data']['id']}"):
                        self.client.predictions.create(task=task.id, **prediction)
        return len(short)


def _canonical(config: str) -> str | None:
    """Return a labelling configuration as canonical XML, None if it is not XML."""
    try:
        return ET.canonicalize(config, strip_text=True)
    except ET.ParseError:
        return None

"""`goldwire annotate interface, serve, push, pull, adjudicate`: annotation in Label Studio."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from goldwire.commands import options
from goldwire_corpus.wording import counted

if TYPE_CHECKING:
    from goldwire_annotation.studio import Studio
    from goldwire_corpus.errors import ValidationError
    from goldwire_corpus.label_studio.layout import Json
    from goldwire_corpus.parts import Copies

TOKEN = "LABEL_STUDIO_API_KEY"
F = TypeVar("F", bound=Callable[..., Any])


def _on_server(command: F) -> F:
    """Add the options for the server and the project."""
    for option in (
        click.option("--project", "title", required=True, help="Title of the project, of 3 to 50 characters."),
        click.option("--url", help=f"Address of another server, with its token in {TOKEN}."),
        click.option("--server", type=click.Path(path_type=Path), help="Folder of `goldwire annotate serve`."),
    ):
        command = option(command)
    return command


def _studio(server: Path | None, url: str | None) -> "Studio":
    import os

    from goldwire_annotation.server import read_access
    from goldwire_annotation.studio import Studio
    from goldwire_corpus.errors import data_error

    if (server is None) == (url is None):
        raise click.UsageError("expected exactly one of --server and --url")
    if server is not None:
        access = read_access(server)
        return Studio(access.url, access.token)
    token = os.environ.get(TOKEN)
    if not token:
        raise data_error(TOKEN, 0, "token-missing", f"expected the token of {url} in the environment variable {TOKEN}")
    return Studio(str(url), token)


@click.command()
@click.option("--out", type=click.Path(path_type=Path), help="Write to this file instead of standard output.")
def interface(out: Path | None) -> None:
    """Print the labelling configuration of Label Studio, generated from the ontology."""
    from goldwire_annotation.interface import interface as made
    from goldwire_corpus.atomic_write import write_atomic

    if out is None:
        click.echo(made(), nl=False)
    else:
        write_atomic(out, made())


@click.command()
@click.argument("docs", nargs=-1)
@_on_server
@click.option("--split", help="Send the documents of this split if no DOCS are given.")
@click.option("--from", "source", type=click.Path(path_type=Path), help="Pre-annotation: predictions or stand-off.")
@click.option("--name", help="Name of the pre-annotation on the server; by default that of its file or folder.")
@options.copies
def push(
    docs: Sequence[str], server: Path | None, url: str | None, title: str, split: str | None, source: Path | None,
    name: str | None, copies: "Copies",
) -> None:  # fmt: skip
    """Send DOCS to a project, which is created if missing; documents that it has are not sent again."""
    from goldwire_annotation.tasks import documents, make_task, read_versions

    found = documents(docs, split, copies)
    versions, warnings = read_versions(source, [d for d, _ in found]) if source else ({}, [])
    _warn(warnings)
    version = name or (source.stem if source else "")
    rows = [make_task(d, kb, {version: versions[d.id]} if d.id in versions else {}) for d, kb in found]
    _push(_studio(server, url), title, rows)


def _push(studio: "Studio", title: str, rows: "Sequence[Json]") -> None:
    project = studio.project(title, create=True)
    with click.progressbar(length=len(rows), label="documents", file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        pushed = studio.push(project, rows, bar.update)
    completed = f", {pushed.completed} missing pre-annotations sent" if pushed.completed else ""
    sent = counted(pushed.sent, "document")
    click.echo(f"{studio.place(project)}: {sent} sent, {pushed.present} already present{completed}")


@click.command()
@_on_server
@click.option("--out", type=click.Path(path_type=Path), help="Folder for stand-off, or a .jsonl file for predictions.")
@click.option("--gold", is_flag=True, help="Write to the source of this checkout, with the log of decisions.")
@click.option("--by", help="E-mail of the annotator to fetch, for tasks with several annotations.")
@options.copies
def pull(
    server: Path | None, url: str | None, title: str, out: Path | None, gold: bool, by: str | None, copies: "Copies"
) -> None:
    """Fetch submitted annotations unchanged; list everything that is incomplete or invalid."""
    from goldwire_annotation import pulling
    from goldwire_corpus.errors import DataError, errors_only

    if gold == (out is not None):
        raise click.UsageError("expected exactly one of --out and --gold")
    studio = _studio(server, url)
    project = studio.project(title)
    path = studio.place(project)
    fetched = pulling.fetch(studio.tasks(project), path, studio.annotator(by) if by else None)
    validation_errors = list(fetched.errors)
    if out is None:
        files, unexplained = pulling.write_gold(studio, project, fetched, copies)
        click.echo("\n".join(map(str, files)))
        if unexplained:
            click.echo(f"{unexplained} decisions have no reason; add it in the log")
    elif out.suffix == ".jsonl":
        pulling.write_predictions(fetched, out)
    else:
        validation_errors += pulling.write_standoff(fetched, path, copies, out)
    _warn([error for error in validation_errors if error.level == "warning"])
    click.echo(f"{path}: {counted(len(fetched.submitted), 'document')} submitted")
    if invalid := errors_only(validation_errors):
        raise DataError(invalid)


@click.command()
@click.argument("a", type=click.Path(path_type=Path))
@click.argument("b", type=click.Path(path_type=Path))
@_on_server
@options.copies
def adjudicate(a: Path, b: Path, server: Path | None, url: str | None, title: str, copies: "Copies") -> None:
    """Create a project with passes A and B (folders of stand-off) as predictions; fetch it with `pull --gold`."""
    from goldwire_annotation.passes import read_pairs, shared
    from goldwire_annotation.pulling import PASS_A, PASS_B
    from goldwire_annotation.statements import disagreements
    from goldwire_annotation.tasks import documents, make_task, read_versions

    found = documents([name.removesuffix(".ann") for name in shared(a, b)], None, copies)
    first, second = (read_versions(folder, [d for d, _ in found])[0] for folder in (a, b))
    pairs = {pair[0].id: pair for group in read_pairs(a, b, copies, texts=True).values() for pair in group}
    rows = [
        make_task(d, kb, {PASS_A: first[d.id], PASS_B: second[d.id]}, [*disagreements(*pairs[d.id])] or ["none"])
        for d, kb in found
    ]
    _push(_studio(server, url), title, rows)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("docs", nargs=-1)
@click.option("--port", type=int, default=8080, show_default=True, help="Port on this machine; 0 for any free port.")
@click.option("--project", "title", default="Goldwire", show_default=True, help="Title of the project to create.")
def serve(folder: Path, docs: Sequence[str], port: int, title: str) -> None:
    """Run Label Studio on this machine with its data in FOLDER and a project of DOCS (by default all)."""
    import signal

    from goldwire_annotation import server
    from goldwire_annotation.studio import Studio
    from goldwire_annotation.tasks import documents, make_task
    from goldwire_corpus.errors import data_error
    from goldwire_corpus.parts import Copies

    # Without this handler SIGTERM would end this command and leave the server running.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    rows = [make_task(d, kb, {}) for d, kb in documents(docs, None, Copies())]
    _prepare(server.environment())
    access = server.make_access(folder, port or server.free_port())
    click.echo("starting", err=True)
    with server.running(server.environment(), folder.resolve(), int(access.url.rpartition(":")[2]), access) as process:
        studio = Studio(access.url, access.token)
        _push(studio, title, rows)
        click.echo(f"\n  {studio.place(studio.project(title))}/data\n  {access.email}  {access.password}\n")
        click.echo("Press Ctrl-C to stop the server; its data are kept.", err=True)
        process.wait()
    raise data_error(str(folder / "server.log"), 0, "server-died", "the server exited unexpectedly; see this log")


def _prepare(environment: Path) -> None:
    from goldwire_annotation import server

    if not server.ready(environment):
        click.echo(
            f"installing Label Studio {server.VERSION} into {environment} (1 GB, some minutes, only once)", err=True
        )
        server.install(environment)


@click.command(name="install-server")
def install_server() -> None:
    """Install Label Studio into its own virtual environment, as the first `serve` does."""
    from goldwire_annotation import server

    _prepare(server.environment())
    click.echo(server.environment())


def _warn(validation_errors: "Sequence[ValidationError]") -> None:
    for error in validation_errors:
        click.echo(error, err=True)


COMMANDS = (interface, serve, install_server, push, pull, adjudicate)

import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from goldwire_corpus.errors import DataError, UsageError
from goldwire_corpus.schema.document import Document
from goldwire_corpus.source.segment import segment

pytest_plugins = ["serving"]

CASES = Path(__file__).parent / "cases"
ROOT = Path(__file__).parent.parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that use a server, a browser or the whole source by the fixtures they ask for."""
    for item in items:
        used = set(getattr(item, "fixturenames", ()))
        if "label_studio" in used:
            item.add_marker("server")
        if "browser" in used:
            item.add_marker("browser")
        if "whole_source" in used:
            item.add_marker("slow")


@pytest.fixture
def article() -> Path:
    """Return the path of the user's copy of the AP story, which is not in this repository."""
    return _path_in("GOLDWIRE_ARTICLE", "the path of a copy of the AP story, which is not shipped")


@pytest.fixture
def real() -> Path:
    """Return the folder of real corpora as their authors publish them, which are not in this repository."""
    return _path_in("GOLDWIRE_REAL", "a folder of real corpora, which are not shipped")


def _path_in(variable: str, expected: str) -> Path:
    """Return the path in an environment variable, or skip the test."""
    path = os.environ.get(variable)
    if not path:
        pytest.skip(f"{variable} is not set; expected {expected}")
    return Path(path)


def run(*arguments: str | Path) -> Result:
    """Run the `goldwire` command in this process, with the exit status of `main`."""
    from goldwire.cli import goldwire

    result = CliRunner().invoke(goldwire, [str(a) for a in arguments])
    if isinstance(result.exception, DataError):
        result.exit_code = 1
        result.stderr_bytes = "\n".join(map(str, result.exception.errors)).encode()
    elif isinstance(result.exception, UsageError):
        result.exit_code = 2
        result.stderr_bytes = str(result.exception).encode()
    elif result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def ids(error: pytest.ExceptionInfo[DataError]) -> list[str]:
    return [item.id for item in error.value.errors]


def document(text: str, **layers: object) -> Document:
    """Return a document with this text, segmented like a new document, and these layers."""
    found = segment(text)
    fields = {"id": "d1", "part": "worlds", "world": "w", "genre": "brief", "title": "t", "published": "2024-03-12"}
    return Document(text=text, sentences=found.sentences, tokens=found.tokens, **{**fields, **layers})  # type: ignore[arg-type]

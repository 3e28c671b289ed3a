"""The end of a command line: what is printed, and the exit status."""

import sys
from collections.abc import Callable

import click
import pytest

from goldwire_corpus.command_errors import run_command
from goldwire_corpus.errors import UsageError, data_error


def _raises(error: BaseException) -> Callable[[], None]:
    def command() -> None:
        raise error

    return command


@pytest.mark.parametrize(
    ("error", "status", "printed"),
    [
        (data_error("a.jsonl", 3, "json", "not valid JSON"), 1, "a.jsonl:3: error [json] not valid JSON"),
        (UsageError("unknown split 'tset'"), 2, "Error: unknown split 'tset'"),
        (
            click.UsageError("no such option"),
            2,
            "Usage: command [OPTIONS]\nTry 'command --help' for help.\n\nError: no such option",
        ),
        (PermissionError(13, "Permission denied"), 1, "error [output] cannot write: Permission denied"),
        (KeyboardInterrupt(), 130, "\ninterrupted; a second run goes on"),
    ],
    ids=["data", "usage", "click", "output", "interrupt"],
)
def test_errors_of_a_command(
    error: BaseException, status: int, printed: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["command"])
    with pytest.raises(SystemExit) as end:
        run_command(click.command(name="command")(_raises(error)), interrupted="interrupted; a second run goes on")
    assert (end.value.code, capsys.readouterr()) == (status, ("", printed + "\n"))


def test_command_without_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["command"])
    done: list[int] = []
    run_command(click.command()(lambda: done.append(1)))
    assert done == [1]

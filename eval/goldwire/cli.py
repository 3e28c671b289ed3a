"""The `goldwire` command, whose commands are registered by import path and loaded when called."""

import importlib
import os
import signal

import click

from goldwire_corpus.command_errors import run_command

COMMANDS = {
    "annotate": "goldwire.commands.annotate:annotate",
    "bench": "goldwire.commands.bench:bench",
    "compare": "goldwire.commands.compare:compare",
    "convert": "goldwire.commands.convert:convert",
    "corpus": "goldwire.commands.corpus:corpus",
    "leaderboard": "goldwire.commands.leaderboard:leaderboard",
    "run": "goldwire.commands.run:run",
    "score": "goldwire.commands.score:score",
    "validate": "goldwire.commands.validate:validate",
}


class _Lazy(click.Group):
    def list_commands(self, context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, attribute = COMMANDS[name].split(":")
        command = getattr(importlib.import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="goldwire")
def goldwire() -> None:
    """Goldwire: a gold corpus of conflict newswire and a benchmark for event and entity extraction.

    Exit status: 0 done, 1 invalid data or predictions, 2 usage.
    """


def main() -> None:
    """Run the command line; print errors without a stack trace and exit with their status."""
    # Set before numpy is loaded: starting unused threads takes a fifth of the start-up time.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # A closed pipe (`goldwire ... | head`) must not print a stack trace.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    run_command(goldwire)

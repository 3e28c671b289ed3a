"""Run a command of a command line: errors without a stack trace, and their exit status."""

import sys

import click

from goldwire_corpus.errors import DataError, UsageError, grouped_lines


def run_command(command: click.Command, interrupted: str = "interrupted") -> None:
    """Run a command with the arguments of this process; print its errors and exit with their status.

    1: invalid data or an output that cannot be written; 2: usage; 130: interrupted, with the message `interrupted`.
    """
    try:
        command.main(standalone_mode=False)
    except DataError as error:
        for line in grouped_lines(error.errors):
            click.echo(line, err=True)
        sys.exit(1)
    except UsageError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(2)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except OSError as error:
        click.echo(f"error [output] cannot write: {error.strerror}", err=True)
        sys.exit(1)
    except (click.Abort, KeyboardInterrupt):
        click.echo(interrupted, err=True)
        sys.exit(130)

"""What a worker process of a local Dask cluster loads when it starts: Ctrl-C is left to the process that started it."""

import signal


def dask_setup(_: object) -> None:
    """Ignore the interrupt that a terminal sends to all processes of a command."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

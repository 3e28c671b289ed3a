"""Extractors for tests of runs over shards, found by name in worker processes."""

import os
import signal
import threading
import time
from pathlib import Path
from typing import Any


class Capitals:
    """Finds every token that begins with a capital; knows how often it was fitted."""

    def __init__(self) -> None:
        self.documents = 0

    def fit(self, documents: Any) -> None:
        self.documents = len(documents)
        # Counts the fits of all processes.
        if folder := os.environ.get("SCALE_FITS"):
            (Path(folder) / f"{os.getpid()}-{time.monotonic_ns()}").touch()

    def predict(self, document: Any) -> Any:
        assert self.documents
        spans = [t for t in document.tokens if document.text[t.start].isupper()]
        return {"id": document.id, "mentions": [{"start": t.start, "end": t.end, "type": "PER"} for t in spans]}


class Slow(Capitals):
    """Takes its time on every document, and says which process has which."""

    def predict(self, document: Any) -> Any:
        time.sleep(float(os.environ.get("SCALE_SECONDS", "0.05")))
        return super().predict(document)


class Failing(Capitals):
    """Fails on documents called bad, with the address of an object in the message."""

    def predict(self, document: Any) -> Any:
        if "bad" in document.id:
            raise KeyError(object())
        return super().predict(document)


class Deadly(Capitals):
    """Kills its process on documents called poison, as a lack of memory would."""

    def predict(self, document: Any) -> Any:
        if "poison" in document.id:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().predict(document)


class Locked(Capitals):
    """Cannot be pickled."""

    def __init__(self) -> None:
        super().__init__()
        self.lock = threading.Lock()


class Unfit(Capitals):
    def fit(self, documents: Any) -> None:
        raise RuntimeError("no such weights")


class Renaming(Capitals):
    def predict(self, document: Any) -> Any:
        return {"id": "other", "mentions": []}

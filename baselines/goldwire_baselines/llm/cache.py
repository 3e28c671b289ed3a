"""Answers on disk, one file each, named after the content of the request, so that a run can be resumed."""

import hashlib
import sys
from pathlib import Path
from typing import Any

import msgspec

from goldwire_corpus.atomic_write import write_atomic

STATISTICS = "statistics.json"
_SHORT = 12


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a request.

    `finish` is the finish reason of the server, `constrained` whether decoding followed the schema, `retries` the
    number of failed requests before it, `seconds` the time of the successful one.
    """

    text: str
    finish: str = "stop"
    refused: bool = False
    constrained: bool = False
    prompt_tokens: int = 0
    completion_tokens: int = 0
    retries: int = 0
    seconds: float = 0.0


class _Stored(msgspec.Struct, frozen=True, kw_only=True):
    request: str
    answer: Answer


def digest(content: Any) -> str:
    """Return the SHA-256 of a JSON value, independent of the order of keys."""
    return hashlib.sha256(msgspec.json.encode(content, order="sorted")).hexdigest()


class Cache:
    """The answers to one prompt: a model, instructions, examples and parameters.

    Answers to other prompts are in other folders below the same root and are never read; `others` is their number. A
    file holds no text of a document except what the answer quotes.
    """

    def __init__(self, root: Path, prompt: Any):
        self.folder = root / digest(prompt)[:_SHORT]
        self.others = sum(
            path.parent != self.folder and path.name != STATISTICS for path in root.glob("*/*.json") if path.is_file()
        )

    def get(self, request: Any) -> Answer | None:
        """Return the stored answer to a request; a file that is damaged or of another request is ignored."""
        key = digest(request)
        path = self._path(key)
        try:
            stored = msgspec.json.decode(path.read_bytes(), type=_Stored)
        except FileNotFoundError:
            return None
        except (OSError, msgspec.MsgspecError) as error:
            print(f"{path}: unreadable answer is requested again: {error}", file=sys.stderr)
            return None
        if stored.request != key:
            print(f"{path}: answer to another request is requested again", file=sys.stderr)
            return None
        return stored.answer

    def put(self, request: Any, answer: Answer) -> None:
        """Store an answer. Raises DataError if the file cannot be written."""
        key = digest(request)
        write_atomic(self._path(key), msgspec.json.encode(_Stored(request=key, answer=answer)) + b"\n")

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}.json"

"""Atomic writing: an interrupt never leaves an incomplete file."""

import os
from pathlib import Path

from goldwire_corpus.errors import data_error


def write_atomic(path: Path, content: str | bytes) -> None:
    """Write to a temporary file beside `path` and rename it. Raises DataError if that fails."""
    data = content.encode("utf-8") if isinstance(content, str) else content
    path = path.resolve()
    if path.exists() and not path.is_file() and not path.is_dir():
        # A rename would replace a device or pipe by a file, so write to it directly.
        path.write_bytes(data)
        return
    # The name is chosen before the file exists, so that the file can be removed after an interrupt at any point.
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(data)
        temporary.replace(path)
    except OSError as error:
        raise data_error(str(path), 0, "file-unwritable", f"cannot write: {error.strerror}") from None
    finally:
        if temporary.exists():
            temporary.unlink()

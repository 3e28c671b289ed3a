"""Write files so that no interrupt leaves one incomplete."""

import os
from pathlib import Path

from goldwire_corpus.errors import data_error


def write_atomic(path: Path, content: str | bytes) -> None:
    """Write to a temporary file beside `path` and renames it; raises DataError where that is not possible."""
    data = content.encode("utf-8") if isinstance(content, str) else content
    path = path.resolve()
    if path.exists() and not path.is_file() and not path.is_dir():
        # A device or a pipe is written to, not replaced.
        path.write_bytes(data)
        return
    # The name is known before the file is there, so that an interrupt at any point finds it to remove.
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

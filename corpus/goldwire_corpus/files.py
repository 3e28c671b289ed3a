"""Writing files so that none is ever half-written."""

import os
import tempfile
from pathlib import Path

from goldwire_corpus.incident import fault


def write_atomic(path: Path, content: str | bytes) -> None:
    """Writes to a temporary file beside `path` and renames it; raises DataError where that is not possible."""
    data = content.encode("utf-8") if isinstance(content, str) else content
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise fault(str(path), 0, "file-unwritable", f"cannot write: {error.strerror}") from None
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        # mkstemp makes files private; what we write is as readable as any file of its folder.
        temporary.chmod(0o644)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise

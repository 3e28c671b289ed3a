"""Where an input is: a path of this machine, or a URL that fsspec reads (s3://, gs://, hdfs://, memory:// ...)."""

from pathlib import Path
from typing import cast

from goldwire_corpus.errors import UsageError

MARK = "://"


def located(place: str | Path) -> Path:
    """Return the path of a file or folder; for a URL one of universal_pathlib, which has the methods of a path.

    Raises UsageError if that or the package of the URL's protocol is not installed.
    """
    if isinstance(place, Path) or MARK not in str(place):
        return Path(place)
    try:
        from upath import UPath
    except ImportError:
        raise UsageError(f"{place}: a URL needs universal_pathlib; install goldwire[scale]") from None
    try:
        path = UPath(place)
        path.fs  # noqa: B018 (loads the package of the protocol)
    except (ImportError, ValueError) as error:
        raise UsageError(f"{place}: {error}") from None
    return cast("Path", path)

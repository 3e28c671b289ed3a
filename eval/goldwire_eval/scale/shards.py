"""Shards: the files of a folder, a pattern or a URL, listed where the run is started and opened where the worker is."""

import gzip
import io
import sys
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import Any

import msgspec

from goldwire_corpus.errors import DataError, UsageError, ValidationError, data_error
from goldwire_eval.readers.stream import BOM, LONGEST_LINE, shown_size

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

ARCHIVES = (".gz", ".zst")
JSON_LINES, TEXT = ".jsonl", ".txt"
KINDS = tuple(kind + archive for kind in (JSON_LINES, TEXT) for archive in ("", *ARCHIVES))
_MAGIC = "*?["
# What storage reports of a file that changes with its content, the most certain first; local files have mtime.
_STATES = ("ETag", "etag", "md5Hash", "generation", "mtime", "LastModified", "last_modified", "modificationTime",
           "created")  # fmt: skip


class Shard(msgspec.Struct, frozen=True):
    """A file of documents: its path or URL, its name below the root of the listing, and its state.

    The state has its size and its checksum or time of change, and differs when the file has changed.
    """

    url: str
    name: str
    state: str

    @property
    def stem(self) -> str:
        """The name without the suffixes of its kind."""
        return self.name.removesuffix(kind_of(self.name))


class Listing(msgspec.Struct, frozen=True):
    """The shards below `root`, a path or URL, sorted by name."""

    root: str
    recursive: bool
    shards: list[Shard]


class UnreadableShardError(DataError):
    """A shard that cannot be read to its end."""


def kind_of(name: str) -> str:
    """Return the suffixes that make a file a shard, as `.jsonl.gz`, or an empty string."""
    return max((kind for kind in KINDS if name.lower().endswith(kind)), key=len, default="")


def file_system(url: str) -> tuple[Any, str]:
    """Return the fsspec file system of a path or URL and its path there.

    Raises UsageError for an unknown protocol and for one whose package is not installed.
    """
    from fsspec.core import url_to_fs

    try:
        return url_to_fs(url)  # type: ignore[no-any-return]
    except (ImportError, ValueError) as error:
        raise UsageError(f"{url}: {error}") from None


def list_shards(location: str) -> Listing:
    """List the shards of a folder with all below it, of a pattern such as ``news/*.jsonl.gz``, or one file.

    Files with other suffixes than KINDS, and hidden ones, are left out. Raises UsageError for an unknown protocol, and
    DataError if there is no shard, if storage cannot be listed, and if two shards have names that differ only in their
    suffix.
    """
    fs, path = file_system(location)
    with storage_errors(location, "cannot be listed"):
        if fs.isdir(path):
            root, recursive, found = path, True, fs.find(path, detail=True)
        elif fs.isfile(path):
            root, recursive, found = fs._parent(path), False, {path: fs.info(path)}
        else:
            root, recursive = _fixed_part(path), "**" in path
            found = fs.glob(path, detail=True) if any(c in path for c in _MAGIC) else {}
    root = root.rstrip("/")
    shards = [
        Shard(fs.unstrip_protocol(name) if fs.protocol not in _LOCAL else name, below, state_of(info))
        for name, info in found.items()
        if info["type"] == "file" and kind_of(below := name[len(root) :].lstrip("/")) and not _hidden(below)
    ]
    if not shards:
        raise data_error(location, 0, "shards-missing", f"no shard; expected files ending in {', '.join(KINDS)}")
    names = Counter(shard.stem for shard in shards)
    if doubled := sorted(shard.name for shard in shards if names[shard.stem] > 1):
        message = f"{doubled[0]} and {doubled[1]} would write the same file; give them different names"
        raise data_error(location, 0, "shard-duplicate", message)
    url = root if fs.protocol in _LOCAL else fs.unstrip_protocol(root)
    return Listing(url, recursive, sorted(shards, key=lambda shard: shard.name))


_LOCAL = ("file", "local", ("file", "local"))


def state_of(info: Mapping[str, Any]) -> str:
    """Return the size of a file and what else storage reports that changes with its content."""
    key = next((key for key in _STATES if info.get(key) is not None), None)
    return str(info["size"]) if key is None else f"{info['size']} {key} {info[key]}"


def _fixed_part(pattern: str) -> str:
    """Return the folders of a pattern before its first wildcard."""
    parts = pattern.split("/")
    wild = next((i for i, part in enumerate(parts) if any(c in part for c in _MAGIC)), len(parts) - 1)
    return "/".join(parts[:wild])


def _hidden(name: str) -> bool:
    return any(part.startswith(".") for part in PurePosixPath(name).parts)


@contextmanager
def storage_errors(path: str, what: str, id: str = "file-unreadable") -> Iterator[None]:
    """Raise DataError for an error of storage; the packages of fsspec have exceptions of their own."""
    try:
        yield
    except (DataError, UsageError):
        raise
    except Exception as error:
        reason = (isinstance(error, OSError) and error.strerror) or f"{type(error).__name__}: {error}"
        raise data_error(path, 0, id, f"{what}: {reason}") from None


def lines(shard: Shard) -> Iterator[tuple[int, bytes]]:
    """Yield each line that is not blank with its number from 1. Raises UnreadableShardError."""
    with _readable(shard) as content:
        number = 0
        while line := content.readline(LONGEST_LINE):
            number += 1
            if len(line) == LONGEST_LINE:
                raise unreadable(shard, number, "line-too-long", f"a line of more than {shown_size(LONGEST_LINE)}")
            if number == 1:
                line = line.removeprefix(BOM)
            if not line.isspace():
                yield number, line


def whole_text(shard: Shard) -> str:
    """Return the text of a shard that is one document. Raises UnreadableShardError."""
    with _readable(shard) as content:
        held = content.read(LONGEST_LINE + 1)
    if len(held) > LONGEST_LINE:
        raise unreadable(shard, 0, "file-too-large", f"a text of more than {shown_size(LONGEST_LINE)}")
    try:
        return held.removeprefix(BOM).decode()
    except UnicodeDecodeError as error:
        raise unreadable(shard, 0, "file-encoding", f"not UTF-8: byte {error.start}") from None


@contextmanager
def _readable(shard: Shard) -> Iterator[io.BufferedReader]:
    """Open the content of a shard, decompressed by its suffix."""
    try:
        fs, path = file_system(shard.url)
        with fs.open(path, "rb") as file, _decompressed(file, kind_of(shard.name)) as content:
            yield content
    except (DataError, UsageError):
        raise
    except (gzip.BadGzipFile, EOFError, zlib.error, zstd.ZstdError) as error:
        raise unreadable(shard, 0, "archive-corrupt", f"cannot be decompressed: {error}") from None
    except FileNotFoundError:
        raise unreadable(shard, 0, "file-missing", "no such file") from None
    except OSError as error:
        raise unreadable(shard, 0, "file-unreadable", str(error.strerror or error)) from None


def _decompressed(file: Any, kind: str) -> io.BufferedReader:
    content = gzip.GzipFile(fileobj=file) if kind.endswith(".gz") else file
    content = zstd.ZstdFile(file) if kind.endswith(".zst") else content
    return io.BufferedReader(content, 1 << 20)


def unreadable(shard: Shard, line: int, id: str, message: str) -> UnreadableShardError:
    return UnreadableShardError([ValidationError(shard.name, line, id, message)])

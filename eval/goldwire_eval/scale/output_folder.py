"""The folder of outputs: one file for each shard, and records of what made each, by which a run is resumed.

OUT/<shard>.jsonl.gz            predictions, one per line, in the order of the shard
OUT/failed.jsonl                documents and shards that failed
OUT/manifest/run.json           what makes the outputs: `Identity`
OUT/manifest/model.pickle       the fitted model
OUT/manifest/<shard>.json       what is known of a shard that is done: `ShardReport`
OUT/manifest/partial/           files that are being written

Every file is written under another name and renamed, so that a file with its own name is whole. The record of a shard
is written after its output. Paths may be URLs of fsspec.
"""

import gzip
import io
import posixpath
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import msgspec

from goldwire_corpus.errors import data_error
from goldwire_eval.scale.shards import JSON_LINES, Listing, Shard, file_system, storage_errors

SUFFIX = JSON_LINES + ".gz"
LEVEL = 6
"""Of compression: level 9 of the library takes twice the time for 1 % of the size."""
READ_AT_ONCE = 1000


class Identity(msgspec.Struct, frozen=True):
    """What decides the bytes of the outputs: the model, the versions of code and training data, the documents."""

    model: str
    goldwire: str
    data: str
    documents: str


class Failure(msgspec.Struct, frozen=True):
    """A line of failed.jsonl: a document on which the model fails, or a shard (`id` is None) that cannot be run.

    `kind` is the id of the error.
    """

    id: str | None
    shard: str
    line: int
    kind: str
    error: str


class ShardReport(msgspec.Struct, frozen=True):
    """What is known of a shard that was run: its state, the size of its output, its documents and its failures.

    `ids` has a hash of HASH bytes for each document. A shard that cannot be read has no output, and `size` is None.
    """

    shard: str
    state: str
    size: int | None
    documents: int
    failures: list[Failure]
    ids: bytes


class OutputFolder:
    """A folder of outputs by its path or URL. Methods raise DataError if storage fails."""

    def __init__(self, url: str):
        self.url = url.rstrip("/") or "/"
        self._fs, self.path = file_system(self.url)

    def _at(self, *names: str) -> str:
        return posixpath.join(self.path, *names)

    def output(self, shard: Shard) -> str:
        """Return the path of the output of a shard."""
        return self._at(shard.stem + SUFFIX)

    def _record(self, shard: Shard) -> str:
        return self._at("manifest", f"{shard.stem}.json")

    @property
    def model(self) -> str:
        """The path of the fitted model."""
        return self._at("manifest", "model.pickle")

    def has_model(self) -> bool:
        with storage_errors(self.model, "cannot be read"):
            return bool(self._fs.exists(self.model))

    @property
    def _run(self) -> str:
        return self._at("manifest", "run.json")

    def check_apart(self, listing: Listing) -> None:
        """Raise DataError if outputs would be listed among the documents, or replace them."""
        _, root = file_system(listing.root)
        inside = self.path == root or (listing.recursive and f"{self.path}/".startswith(f"{root}/"))
        if inside:
            message = f"the outputs would be among the documents of {listing.root}; give a folder outside it"
            raise data_error(self.url, 0, "output-other", message)

    def identity(self) -> Identity | None:
        """Return what made the outputs of this folder; None for a folder that is empty or does not exist."""
        with storage_errors(self.url, "cannot be read"):
            try:
                return msgspec.json.decode(self._fs.cat_file(self._run), type=Identity)
            except FileNotFoundError:
                pass
            except msgspec.DecodeError as error:
                raise data_error(self._run, 0, "output-other", f"not a record of a run: {error}") from None
            if self._fs.exists(self.path) and self._fs.ls(self.path, detail=False):
                message = "expected an empty folder or the outputs of `goldwire run --docs`; choose another folder"
                raise data_error(self.url, 0, "output-other", message)
        return None

    def check_identity(self, wanted: Identity) -> None:
        """Raise DataError if the outputs of this folder were made by something else."""
        made = self.identity()
        if made is not None and made != wanted:
            raise data_error(self.url, 0, "output-other", f"{_difference(made, wanted)}; choose another folder")

    def begin(self, identity: Identity) -> None:
        """Record what makes the outputs, unless that is recorded already."""
        if self.identity() is None:
            self.write(self._run, msgspec.json.encode(identity) + b"\n")

    def done(self, shards: Iterable[Shard]) -> Iterator[ShardReport]:
        """Yield the reports of the shards whose output is present and of the present state of the shard."""
        with storage_errors(self.url, "cannot be read"):
            # One listing instead of one request for each shard.
            self._fs.invalidate_cache()
            present = self._fs.find(self.path, detail=True) if self._fs.exists(self.path) else {}
            candidates = [s for s in shards if self.output(s) in present and self._record(s) in present]
            for i in range(0, len(candidates), READ_AT_ONCE):
                some = candidates[i : i + READ_AT_ONCE]
                content = self._fs.cat([self._record(shard) for shard in some])
                for shard in some:
                    report = msgspec.json.decode(content[self._record(shard)], type=ShardReport)
                    if report.state == shard.state and report.size == present[self.output(shard)]["size"]:
                        yield report

    def finish(self, shard: Shard, report: ShardReport) -> None:
        """Record that a shard is done, after its output is written."""
        self.write(self._record(shard), msgspec.json.encode(report) + b"\n")

    def discard(self, shard: Shard) -> None:
        """Remove the output of an earlier state of a shard that cannot be read now."""
        for path in (self._record(shard), self.output(shard)):
            self._remove(path)

    def size(self, path: str) -> int:
        with storage_errors(path, "cannot be read"):
            return int(self._fs.info(path)["size"])

    def write(self, path: str, content: bytes) -> None:
        """Write a file whole or not at all."""
        with self._renamed(path) as file:
            file.write(content)

    def read(self, path: str) -> bytes | None:
        """Return the content of a file, None if it does not exist."""
        with storage_errors(path, "cannot be read"):
            try:
                content: bytes = self._fs.cat_file(path)
            except FileNotFoundError:
                return None
        return content

    @contextmanager
    def compressed(self, path: str) -> Iterator[io.BufferedIOBase]:
        """Open a gzip file for writing that appears when it is whole. Its bytes depend on nothing but the content."""
        with (
            self._renamed(path) as file,
            gzip.GzipFile("", "wb", LEVEL, file, mtime=0) as archive,
            io.BufferedWriter(archive, 1 << 16) as buffered,
        ):
            yield buffered

    @contextmanager
    def _renamed(self, path: str) -> Iterator[Any]:
        partial = self._at("manifest", "partial", uuid.uuid4().hex)
        try:
            with storage_errors(path, "cannot be written", "file-unwritable"):
                self._fs.makedirs(posixpath.dirname(path), exist_ok=True)
                self._fs.makedirs(posixpath.dirname(partial), exist_ok=True)
                file = self._fs.open(partial, "wb")
            with file:
                yield file
            with storage_errors(path, "cannot be written", "file-unwritable"):
                self._fs.mv(partial, path)
        except BaseException as error:
            self._remove(partial)
            if isinstance(error, OSError):
                raise data_error(path, 0, "file-unwritable", f"cannot be written: {error.strerror or error}") from None
            raise

    def _remove(self, path: str) -> None:
        with storage_errors(path, "cannot be removed", "file-unwritable"), suppress(FileNotFoundError):
            self._fs.rm_file(path)

    def end(self, failures: Iterable[Failure]) -> None:
        """Write the failures, or remove those of an earlier run, and what processes that died left half-written."""
        path, lines = self._at("failed.jsonl"), [msgspec.json.encode(failure) + b"\n" for failure in failures]
        if lines:
            self.write(path, b"".join(lines))
        else:
            self._remove(path)
        with storage_errors(self.url, "cannot be removed", "file-unwritable"):
            partial = self._at("manifest", "partial")
            if self._fs.exists(partial):
                self._fs.rm(partial, recursive=True)


def _difference(made: Identity, wanted: Identity) -> str:
    name = next(name for name in Identity.__struct_fields__ if getattr(made, name) != getattr(wanted, name))
    what = {"model": "model", "goldwire": "Goldwire", "data": "training data", "documents": "documents"}[name]
    return f"made by another run: {what} {getattr(made, name)}; this run has {getattr(wanted, name)}"

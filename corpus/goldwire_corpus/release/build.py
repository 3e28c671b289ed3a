"""The built data: `data/<config>/<split>.jsonl` and the manifest with their digests.

The build is deterministic. All files are built in memory and checked before the first one is written; each is replaced
by a rename.
"""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from goldwire_corpus.atomic_write import write_atomic
from goldwire_corpus.parts import PARTS
from goldwire_corpus.release.configs import VIEWS
from goldwire_corpus.schema.document import Document
from goldwire_corpus.schema.ontology import ontology
from goldwire_corpus.source.files import read_part

DATA_VERSION = "1.0.0"
SPLITS = ("train", "validation", "test", "retold")
Files = dict[str, bytes]


class Manifest(msgspec.Struct, frozen=True):
    """Digests of a build: `digest` is the SHA-256 of all names and digests, `files` has rows and SHA-256 by file."""

    version: str
    digest: str
    canary: str
    files: dict[str, tuple[int, str]]


def source_documents(root: Path) -> Iterator[tuple[str, Document]]:
    """Yield (split, document) for all shipped parts, in the order of the source."""
    for part in PARTS:
        for facts, document in read_part(root, part):
            yield facts.split, document


def render(documents: Iterable[tuple[str, Document]]) -> Files:
    """Return the built files by their paths below `data/`; a split without documents has no file."""
    by_split: dict[str, list[Document]] = {}
    for split, document in documents:
        by_split.setdefault(split, []).append(document)
    files: Files = {}
    for config, (_, view) in VIEWS.items():
        for split, members in by_split.items():
            rows = [msgspec.json.encode(row) for document in members for row in view(document)]
            files[f"{config}/{split}.jsonl"] = b"".join(row + b"\n" for row in rows)
    return files


def manifest(files: Files, version: str = DATA_VERSION) -> Manifest:
    entries = {
        name: (content.count(b"\n"), hashlib.sha256(content).hexdigest()) for name, content in sorted(files.items())
    }
    digest = hashlib.sha256(msgspec.json.encode(entries)).hexdigest()
    return Manifest(version, digest, ontology().canary, entries)


def encode_manifest(content: Manifest) -> bytes:
    """Return a manifest as JSON."""
    return msgspec.json.format(msgspec.json.encode(content), indent=1) + b"\n"


def write_data(files: Files, folder: Path, version: str = DATA_VERSION) -> Manifest:
    """Write the files below `folder` and remove built files that are not among them."""
    content = manifest(files, version)
    for name, data in files.items():
        write_atomic(folder / name, data)
    write_atomic(folder / "manifest.json", encode_manifest(content))
    for stale in stale_files(files, folder):
        stale.unlink()
    return content


def stale_files(files: Files, folder: Path) -> list[Path]:
    """Return the built files in `folder` that are not among `files`."""
    return [path for path in folder.glob("*/*.*") if path.relative_to(folder).as_posix() not in files]

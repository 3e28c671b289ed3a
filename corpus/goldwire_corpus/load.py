"""The built corpus as Hugging Face datasets or as typed documents."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from goldwire_corpus.errors import UsageError, data_error
from goldwire_corpus.schema.document import Document

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict

    from goldwire_corpus.release.build import Manifest

DATA = Path(__file__).resolve().parent / "data"


def load(config: str = "documents", split: str | None = None, data: Path = DATA) -> "Dataset | DatasetDict":
    """Return a configuration (documents, ner, events, records or prompts) as Hugging Face `datasets`.

    With `split` a Dataset, without it a DatasetDict of all splits. `data` is the folder of another build, such as the
    `data` folder of the wire part that `goldwire corpus join` wrote. The rows equal those of
    ``load_dataset("corpus", config)``. Raises UsageError, a ValueError, for an unknown configuration or split, and
    DataError if the folder or its data are missing.
    """
    from datasets import Dataset, DatasetDict, Features

    from goldwire_corpus.release.configs import VIEWS
    from goldwire_corpus.release.hf_features import features

    if config not in VIEWS:
        raise UsageError(f"unknown configuration {config!r}; expected one of {', '.join(VIEWS)}")
    row_type = VIEWS[config][0]
    declared = Features._from_yaml_list(features(row_type))
    present = splits(data)
    if split is not None and split not in present:
        raise UsageError(f"unknown split {split!r}; expected one of {', '.join(present)}")

    def read(name: str) -> Dataset:
        path = data / config / f"{name}.jsonl"
        if not path.is_file() or not path.stat().st_size:
            raise data_error(str(path), 0, "data-missing", f"no data of configuration {config} and split {name}")
        with path.open("rb") as lines:
            rows = [msgspec.json.decode(line) for line in lines]
        return Dataset.from_list([_dated(row) for row in rows], features=declared)

    if split is not None:
        return read(split)
    return DatasetDict({name: read(name) for name in present})


def documents(split: str, data: Path = DATA) -> list[Document]:
    """Return the gold documents of a split. Raises DataError for a missing or empty split."""
    path = split_path(split, data)
    if not path.is_file():
        message = f"unknown split {split!r}; expected one of {', '.join(splits(data))}"
        raise data_error(str(path), 0, "split-missing", message)
    rows = read_documents(path)
    if not rows:
        raise data_error(str(path), 0, "data-missing", f"split {split} has no documents")
    return rows


def split_path(split: str, data: Path = DATA) -> Path:
    """Return the file of the gold documents of a split."""
    return data / "documents" / f"{split}.jsonl"


def read_documents(path: Path) -> list[Document]:
    """Read a file of gold documents; unknown keys, such as the canary, are ignored."""
    from goldwire_corpus.source.files import read_lines

    rows = read_lines(path, Document)
    seen: set[str] = set()
    for number, row in enumerate(rows, 1):
        if row.id in seen:
            raise data_error(str(path), number, "document-duplicate", f"duplicate document id {row.id}")
        seen.add(row.id)
    return rows


def splits(data: Path = DATA) -> list[str]:
    """Return the splits of a build. Raises DataError if the folder is missing or not a build."""
    order = ["train", "validation", "test", "retold", "wire", "field"]
    found = {path.stem for path in (data / "documents").glob("*.jsonl")}
    if not found:
        what = "no files in its folder documents; expected a built corpus" if data.is_dir() else "no such folder"
        raise data_error(str(data), 0, "data-missing", what)
    return sorted(found, key=lambda s: (order.index(s) if s in order else len(order), s))


def data_signature(data: Path = DATA) -> str:
    """Return `version#digest` of a build, for the signature of a score."""
    content = read_manifest(data)
    return f"{content.version}#{content.digest[:8]}"


def pinned(data: Path = DATA) -> dict[str, str]:
    """Return the SHA-256 of each file of a build by its path below `data`, from the manifest."""
    return {name: digest for name, (_, digest) in read_manifest(data).files.items()}


def read_manifest(data: Path) -> "Manifest":
    """Return the manifest of a build. Raises DataError if it is missing or invalid."""
    from goldwire_corpus.release.build import Manifest

    try:
        return msgspec.json.decode((data / "manifest.json").read_bytes(), type=Manifest)
    except (OSError, msgspec.DecodeError) as error:
        raise data_error(str(data / "manifest.json"), 0, "manifest", str(error)) from None


def _dated(row: Any) -> Any:
    from datetime import date

    from goldwire_corpus.release.hf_features import DATE_FIELDS

    if isinstance(row, dict):
        return {
            key: date.fromisoformat(value) if key in DATE_FIELDS and value is not None else _dated(value)
            for key, value in row.items()
        }
    return [_dated(item) for item in row] if isinstance(row, list) else row

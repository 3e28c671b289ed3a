"""The built corpus, for Python: as Hugging Face datasets or as typed documents."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from goldwire_corpus.errors import data_error
from goldwire_corpus.schema.document import Document

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict

    from goldwire_corpus.release.build import Manifest

DATA = Path(__file__).resolve().parent / "data"


def load(config: str = "documents", split: str | None = None, data: Path = DATA) -> "Dataset | DatasetDict":
    """Loads a configuration (documents, ner, events, records or prompts) as Hugging Face `datasets` gives it.

    With `split` a Dataset, without it a DatasetDict of all splits. `data` is the folder of another build, such as
    the wire part that `goldwire corpus join` wrote. The rows equal those of ``load_dataset("corpus", config)``.
    Raises ValueError for a configuration or split that is not there.
    """
    from datasets import Dataset, DatasetDict, Features

    from goldwire_corpus.release.configs import VIEWS
    from goldwire_corpus.release.hf_features import features

    if config not in VIEWS:
        raise ValueError(f"no configuration {config!r}; there are {', '.join(VIEWS)}")
    row_type = VIEWS[config][0]
    declared = Features._from_yaml_list(features(row_type))
    present = splits(data)
    if split is not None and split not in present:
        raise ValueError(f"no split {split!r}; there are {', '.join(present)}")

    def read(name: str) -> Dataset:
        rows = [msgspec.json.decode(line) for line in (data / config / f"{name}.jsonl").open("rb")]
        return Dataset.from_list([_dated(row) for row in rows], features=declared)

    if split is not None:
        return read(split)
    return DatasetDict({name: read(name) for name in present})


def documents(split: str, data: Path = DATA) -> list[Document]:
    """The gold documents of a split, typed. Raises DataError where the split is not there."""
    path = split_path(split, data)
    if not path.is_file():
        raise data_error(str(path), 0, "split-missing", f"no split {split!r}; there are {', '.join(splits(data))}")
    return read_documents(path)


def split_path(split: str, data: Path = DATA) -> Path:
    """The file of the gold documents of a split."""
    return data / "documents" / f"{split}.jsonl"


def read_documents(path: Path) -> list[Document]:
    """Reads any file of gold in the schema; unknown keys, such as the canary, are passed over."""
    from goldwire_corpus.source.files import read_lines

    rows = read_lines(path, Document)
    seen: set[str] = set()
    for number, row in enumerate(rows, 1):
        if row.id in seen:
            raise data_error(str(path), number, "document-duplicate", f"document {row.id} stands twice")
        seen.add(row.id)
    return rows


def splits(data: Path = DATA) -> list[str]:
    order = ["train", "validation", "test", "retold", "wire"]
    found = {path.stem for path in (data / "documents").glob("*.jsonl")}
    return sorted(found, key=lambda s: (order.index(s) if s in order else len(order), s))


def data_signature(data: Path = DATA) -> str:
    """`version#digest` of a build, for the signature of a score."""
    content = _manifest(data)
    return f"{content.version}#{content.digest[:8]}"


def pinned(data: Path = DATA) -> dict[str, str]:
    """The SHA-256 of every file of a build, by its path below `data`, as the manifest says."""
    return {name: digest for name, (_, digest) in _manifest(data).files.items()}


def _manifest(data: Path) -> "Manifest":
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

"""Gold that predictions are scored against: splits of the corpus, a joined text, or any supported file."""

import hashlib
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

from goldwire_corpus.errors import UsageError, data_error
from goldwire_corpus.load import data_signature, documents, pinned, split_path, splits
from goldwire_corpus.parts import JOINED, Copies
from goldwire_eval.readers.detect import members
from goldwire_eval.readers.reference import Gold, Reference

DEFAULT_SPLIT = "test+retold"
"""The held-out documents; a single split has too few units for confidence intervals."""
NO_COPIES = Copies()


def open_reference(split: str | None = None, gold: Path | None = None, copies: Copies = NO_COPIES) -> Reference:
    """Return the gold of `split` (several joined by +), or of the file or folder `gold`.

    `copies` are the user's copies of the texts of the splits wire and field. Raises UsageError if the arguments exclude
    each other or name an unknown split, and DataError if a file cannot be read.
    """
    if gold is not None:
        if split is not None:
            raise UsageError("--split and --gold exclude each other; give one of them")
        return Reference(Gold.of_files([gold]), gold.name.partition(".")[0], file_signature(gold))
    names = list(dict.fromkeys((split or DEFAULT_SPLIT).split("+")))
    _check_splits(names)
    if not {*names} & {*JOINED}:
        return Reference(Gold.of_files([split_path(name) for name in names]), "+".join(names), data_signature())
    from goldwire_corpus.join.copies import joined_documents

    gold_documents = [d for n in names for d in (joined_documents(n, copies) if n in JOINED else documents(n))]
    return Reference(Gold.of_documents(gold_documents), "+".join(names), data_signature())


def _check_splits(names: Iterable[str]) -> None:
    known = [*splits(), *JOINED]
    for name in names:
        if name not in known:
            raise UsageError(f"unknown split {name!r}{did_you_mean(name, known)}; expected one of {', '.join(known)}")


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return a suggestion of the nearest known name, or nothing."""
    near = get_close_matches(name, list(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def file_signature(gold: Path) -> str:
    """Return the signature of the build that contains this file unchanged, otherwise one of its content."""
    digests = []
    try:
        for path in _files(gold):
            with path.open("rb") as file:
                digests.append(hashlib.file_digest(file, "sha256").hexdigest())
    except OSError as error:
        raise data_error(str(gold), 0, "file-unreadable", str(error.strerror)) from None
    build = gold.resolve().parent.parent
    built = gold.is_file() and (build / "manifest.json").is_file()
    if built and pinned(build).get(f"{gold.parent.name}/{gold.name}") == digests[0]:
        return data_signature(build)
    whole = digests[0] if len(digests) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()
    return f"file#{whole[:8]}"


def _files(gold: Path) -> list[Path]:
    """Return the files that make up the gold: the file, or the readable files of its folder in order."""
    if not gold.is_dir():
        return [gold]
    return members(gold) or sorted(p for p in gold.iterdir() if p.suffix in (".ann", ".txt") and p.is_file())

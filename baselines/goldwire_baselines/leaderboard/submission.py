"""A record made from files of predictions, for systems that do not run in this process."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from goldwire_baselines.leaderboard.folder import RESULTS, model_name, write_record
from goldwire_baselines.leaderboard.measure import Gold, gold_of
from goldwire_baselines.leaderboard.record import HELD_OUT
from goldwire_baselines.leaderboard.recording import by_split
from goldwire_corpus.errors import DataError, data_error
from goldwire_corpus.parts import Copies
from goldwire_corpus.schema.prediction import Prediction
from goldwire_eval.readers.predictions import Predictions
from goldwire_eval.readers.reference import Gold as Reference


def record_of(name: str, files: Sequence[Path], folder: Path, copies: Copies, **facts: Any) -> Path:
    """Write the record of a system and its predictions, one file for each seed, and return the path of the record.

    Raises DataError if a file is invalid or lacks every document of a split.
    """
    name, _ = model_name(name)
    gold = gold_of(copies)
    several = len(files) > 1
    runs = {number if several else None: _by_part(path, gold) for number, path in enumerate(files)}
    write_record(folder, name, runs, gold, **facts)
    return folder / RESULTS / f"{name}.json"


def _by_part(path: Path, gold: Gold) -> dict[str, list[Prediction]]:
    """Read a file of predictions, and divide it by part."""
    source = Predictions.of_file(path, Reference.of_documents([d for rows in gold.values() for d in rows]))
    # The rows of a file have types of the fields that it gives (`json_decoder`); those of a record have all.
    rows = {line.row.id: msgspec.json.decode(msgspec.json.encode(line.row), type=Prediction) for line in source}
    if source.errors:
        raise DataError(source.errors.listed())
    part_of = {document.id: part for part, documents in gold.items() for document in documents}
    if unknown := [id for id in rows if id not in part_of]:
        message = f"{', '.join(unknown[:5])}: not of {', '.join(gold)}; give --article or --field for wire or field"
        raise data_error(str(path), 0, "document-unknown", message)
    # A split alone has figures in a record.
    shown = {part: documents for part, documents in gold.items() if part != HELD_OUT} | by_split(gold[HELD_OUT])
    if lacking := [part for part, documents in shown.items() if not any(d.id in rows for d in documents)]:
        raise data_error(str(path), 0, "document-unknown", f"no prediction for a document of {', '.join(lacking)}")
    return {part: [rows[d.id] for d in documents if d.id in rows] for part, documents in gold.items()}

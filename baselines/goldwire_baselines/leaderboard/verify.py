"""Rescore the stored predictions of a record and compare every figure."""

from pathlib import Path
from typing import NamedTuple

from goldwire_baselines.leaderboard import stored_predictions as stored
from goldwire_baselines.leaderboard.folder import make_record, read_predictions
from goldwire_baselines.leaderboard.measure import Gold
from goldwire_baselines.leaderboard.record import HELD_OUT, Record
from goldwire_baselines.leaderboard.recording import differences
from goldwire_corpus.errors import UsageError
from goldwire_corpus.schema.prediction import Prediction


class Verified(NamedTuple):
    """The figures that differ, one per line, and the parts that were rescored and those that were not."""

    differences: list[str]
    parts: list[str]
    left_out: list[str]


def verify(record: Record, predictions: Path, gold: Gold) -> Verified:
    """Rescore predictions, a folder of stored ones or the file of the only run, on the parts in `gold`.

    Raises DataError if predictions are missing or invalid, UsageError if a file is given for several runs.
    """
    runs = _read(record, predictions, gold)
    again = make_record(record.name, runs, gold, description=record.description)
    return Verified(
        list(differences(record, again)),
        [part for part in record.signatures if part in again.signatures],
        [part for part in record.signatures if part not in again.signatures],
    )


def _read(record: Record, path: Path, gold: Gold) -> dict[int | None, dict[str, list[Prediction]]]:
    seeds = [run.seed for run in record.runs]
    if path.is_dir():
        wanted = {part: rows for part, rows in gold.items() if part in record.signatures}
        return dict(zip(seeds, read_predictions(record.name, seeds, wanted, path), strict=True))
    if len(seeds) > 1:
        raise UsageError(f"{record.name} has {len(seeds)} runs; expected the folder of their predictions, not a file")
    return {seeds[0]: {HELD_OUT: stored.read(path)}}

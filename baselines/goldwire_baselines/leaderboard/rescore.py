"""Make records again from their stored predictions: after a change of the scorer or of the gold, without training."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from goldwire_baselines.leaderboard import stored_predictions as stored
from goldwire_baselines.leaderboard.folder import PREDICTIONS, read_predictions, record_paths, write_record
from goldwire_baselines.leaderboard.measure import Gold
from goldwire_baselines.leaderboard.record import Record, read_record
from goldwire_baselines.leaderboard.recording import data
from goldwire_corpus.errors import UsageError
from goldwire_corpus.parts import JOINED


def rescore(folder: Path, names: Sequence[str], gold: Gold) -> Iterator[Record]:
    """Rescore the records in a folder, all without `names`, on the parts in `gold`, and yield them.

    The figures of other real parts are kept. Raises UsageError for an unknown name, DataError for a record or
    predictions that cannot be read.
    """
    paths = {path.stem: path for path in record_paths(folder)}
    if unknown := [name for name in names if name not in paths]:
        raise UsageError(f"no record {', '.join(unknown)}; expected some of {', '.join(paths)}")
    for name in names or paths:
        yield _again(folder, read_record(paths[name]), gold)


def _again(folder: Path, old: Record, gold: Gold) -> Record:
    training = old.training
    if old.data != data():
        print(f"{old.name}: trained on data {old.data}; `goldwire bench` trains on {data()}", file=sys.stderr)
        training += "" if "#" in training else f", data {old.data}"
    wanted = {part: documents for part, documents in gold.items() if part in old.signatures}
    seeds = [run.seed for run in old.runs]
    runs = dict(zip(seeds, read_predictions(old.name, seeds, wanted, folder / PREDICTIONS), strict=True))
    for found in runs.values():
        for part in [part for part in JOINED if part in found]:
            found[part] = stored.with_text(found[part], {d.id: d for d in gold[part]})
    return write_record(
        folder, old.name, runs, wanted, description=old.description, training=training, url=old.url,
        libraries=old.libraries, parameters=old.parameters, timing=old.timing,
    )  # fmt: skip

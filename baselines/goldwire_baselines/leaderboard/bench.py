"""Measure and record models, and show them with the stored records of others."""

import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import mean

from goldwire_baselines.leaderboard import stored_predictions
from goldwire_baselines.leaderboard.board import Board, entry, merge, read_entries
from goldwire_baselines.leaderboard.ceiling import read_ceiling
from goldwire_baselines.leaderboard.facts import description_of, libraries_of
from goldwire_baselines.leaderboard.folder import PREDICTIONS, RESULTS, model_name, own_folder, write_record
from goldwire_baselines.leaderboard.measure import gold_of, measure
from goldwire_baselines.leaderboard.readme import update as update_readmes
from goldwire_baselines.leaderboard.record import Record, Timing
from goldwire_corpus.errors import DataError, UsageError
from goldwire_corpus.parts import Copies
from goldwire_corpus.schema.prediction import Prediction
from goldwire_corpus.source.files import source_root
from goldwire_eval.extractor import factory, takes_seed


def run_all(
    models: Sequence[str], seeds: int | None, copies: Copies, out: Path | None, update: bool, progress: bool = False
) -> Board:
    """Train, run and record models, and return the leaderboard of them and of the stored records of others.

    `seeds` is the number of runs of a random model. Records are written to `out`, with `update` to this checkout too,
    whose READMEs are updated. Raises UsageError for several seeds of a model that is not random.
    """
    named = dict(map(model_name, models))
    if len(named) < len(models):
        raise UsageError("two models have one name; give another with NAME=MODEL")
    chosen = {name: _seeds(model, seeds) for name, model in named.items()}
    gold = gold_of(copies)
    checkout = source_root().parent.parent if update else None
    with tempfile.TemporaryDirectory() as temporary:
        folders = [folder for folder in (out, checkout and checkout / "baselines") if folder is not None]
        folders = folders or [Path(temporary)]
        entries = []
        for name, model in named.items():
            record = _recorded(name, model, chosen[name], copies, folders, progress)
            path = folders[-1] / RESULTS / f"{name}.json"
            entries.append(entry(record, gold, folders[-1] / PREDICTIONS, str(path)))
        others = read_entries([own_folder()], without=list(named))
    board = merge([*entries, *others], read_ceiling())
    if checkout is not None:
        update_readmes(checkout, board)
    return board


def _seeds(model: str, seeds: int | None) -> list[int | None]:
    if takes_seed(factory(model)):
        return list(range(seeds or 1))
    if seeds is not None and seeds > 1:
        raise UsageError(f"{model!r} has no parameter `seed`: it is not random, so --seeds does not apply")
    return [None]


def _recorded(
    name: str, model: str, seeds: Sequence[int | None], copies: Copies, folders: Sequence[Path], progress: bool
) -> Record:
    measured = {}
    for seed in seeds:
        measured[seed] = measure(model, seed, copies)
        if progress:
            timing = measured[seed].timing
            which = "" if seed is None else f", seed {seed}"
            print(f"{name}{which}: trained in {timing.training_seconds} s, "
                  f"{timing.documents_per_second} documents a second", file=sys.stderr)  # fmt: skip
    facts = {
        "description": description_of(model),
        "libraries": libraries_of(model),
        "parameters": next(iter(measured.values())).parameters,
        "timing": _mean_timing([one.timing for one in measured.values()]),
    }
    runs = {seed: one.predictions for seed, one in measured.items()}
    gold = gold_of(copies)
    try:
        return [write_record(folder, name, runs, gold, **facts) for folder in folders][-1]
    except DataError:
        # Hours may have gone into them.
        print(f"{name}: no record was made; its predictions are in {_rescued(name, runs)}", file=sys.stderr)
        raise


def _rescued(name: str, runs: Mapping[int | None, Mapping[str, Sequence[Prediction]]]) -> Path:
    """Write predictions as the model made them to a new folder, and return it."""
    folder = Path(tempfile.mkdtemp(prefix=f"goldwire-{name}-"))
    for seed, predictions in runs.items():
        for part, rows in predictions.items():
            stored_predictions.write(stored_predictions.path_of(folder, name, seed, part), rows)
    return folder


def _mean_timing(found: Sequence[Timing]) -> Timing:
    values = {
        field: [value for timing in found if (value := getattr(timing, field)) is not None]
        for field in Timing.__struct_fields__
    }
    return Timing(**{field: float(f"{mean(some):.4g}") for field, some in values.items() if some})

"""Folders of records with their predictions: that of the checkout, and those of others."""

import re
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from goldwire_baselines.leaderboard import stored_predictions as stored
from goldwire_baselines.leaderboard.measure import Gold
from goldwire_baselines.leaderboard.record import HELD_OUT, NAME, Record, Run, Timing, encode, read_record
from goldwire_baselines.leaderboard.recording import data, given_of, means, score_run, storable
from goldwire_corpus import __version__
from goldwire_corpus.atomic_write import write_atomic
from goldwire_corpus.errors import DataError, UsageError, data_error
from goldwire_corpus.parts import JOINED
from goldwire_corpus.schema.prediction import Prediction

RESULTS, PREDICTIONS = "results", "predictions"
TRAIN_PART = "the train part of Goldwire"


def own_folder() -> Path:
    """Return the folder of our records: `baselines` of the checkout, or the installed package."""
    package = Path(__file__).resolve().parents[1]
    return package.parent if (package.parent / RESULTS).is_dir() else package


def record_paths(folder: Path) -> list[Path]:
    """Return the records in a folder, or in its folder `results`. Raises DataError if there is none."""
    inner = folder / RESULTS if (folder / RESULTS).is_dir() else folder
    found = sorted(inner.glob("*.json"))
    if not found:
        what = "no record (*.json) in this folder or in its folder results" if folder.is_dir() else "no such folder"
        raise data_error(str(folder), 0, "file-missing", what)
    return found


def predictions_folder(record: Path) -> Path:
    """Return where the predictions of a record are: beside its folder `results`, or beside the record."""
    beside = record.parent.parent / PREDICTIONS
    return beside if record.parent.name == RESULTS and beside.is_dir() else record.parent


def model_name(model: str) -> tuple[str, str]:
    """Return the name of a record and of a model from NAME, package.module:factory, or NAME=MODEL.

    Raises UsageError for a name that cannot be that of a file.
    """
    name, given, own = model.partition("=")
    name, own = (name, own) if given else (re.sub("[^A-Za-z0-9._+-]+", ".", model), model)
    if not NAME.fullmatch(name):
        raise UsageError(f"invalid name of a record {name!r}; expected letters, digits and . _ + -, "
                         "not ending in a number or part")  # fmt: skip
    return name, own


def read_predictions(
    record: str, runs: Sequence[int | None], gold: Gold, folder: Path, required: bool = True
) -> list[dict[str, list[Prediction]]]:
    """Return the stored predictions of each run by part, of the parts in `gold` that have some.

    Raises DataError if those of the held-out documents are missing, unless they are not `required`: then there is none.
    """
    found = []
    for seed in runs:
        paths = {part: stored.path_of(folder, record, seed, part) for part in gold}
        if not required and not paths[HELD_OUT].exists():
            return []
        found.append({part: stored.read(path) for part, path in paths.items() if part == HELD_OUT or path.exists()})
    return found


def make_record(
    name: str, runs: dict[int | None, dict[str, list[Prediction]]], gold: Gold, *, description: str,
    training: str = TRAIN_PART, url: str = "", libraries: dict[str, str] | None = None, parameters: int | None = None,
    timing: Timing | None = None,
) -> Record:  # fmt: skip
    """Score stored predictions by seed and part and return their record.

    Raises DataError if they are invalid, or if gold was given for some of them and not for others.
    """
    given_of(name, runs.values())
    scored = [
        score_run(predictions, gold, name, seed, brief=number > 0)
        for number, (seed, predictions) in enumerate(runs.items())
    ]
    return Record(
        name=name, description=description, url=url, training=training, goldwire=__version__, data=data(),
        libraries=libraries or {}, parameters=parameters, signatures=scored[0].signatures,
        documents=scored[0].documents, runs=[one.run for one in scored], mean=means(scored), timing=timing or Timing(),
    )  # fmt: skip


def write_record(
    folder: Path, name: str, runs: dict[int | None, dict[str, list[Prediction]]], gold: Gold, **facts: object
) -> Record:
    """Write the record and the stored predictions of a system, given as it predicted them, and return the record.

    The figures of real parts that are not in `gold` are kept from the present record of this name, if its data and
    seeds are the same.
    """
    kept = {seed: storable(predictions, gold, name) for seed, predictions in runs.items()}
    made = make_record(name, kept, gold, **facts)  # type: ignore[arg-type]
    path = folder / RESULTS / f"{name}.json"
    if path.exists():
        try:
            made = _with_parts_of(read_record(path), made, name)
        except DataError as error:
            print(f"{name}: the record that is replaced is invalid, so nothing of it is kept: {error}", file=sys.stderr)
    for seed, predictions in kept.items():
        for part, rows in predictions.items():
            stored.write(stored.path_of(folder / PREDICTIONS, name, seed, part), rows)
    _remove_others(folder / PREDICTIONS, made)
    write_atomic(path, encode(made))
    return made


def _with_parts_of(old: Record, new: Record, name: str) -> Record:
    """Return a new record with the figures of the real parts that only the old one has."""
    parts = [part for part in JOINED if part in old.signatures and part not in new.signatures]
    if not parts:
        return new
    same_seeds = [run.seed for run in old.runs] == [run.seed for run in new.runs]
    if old.data != new.data or not same_seeds:
        print(f"{name}: dropped the figures of {', '.join(parts)}: made on other data or seeds", file=sys.stderr)
        return new
    if old.given != new.given:
        print(f"{name}: dropped the figures of {', '.join(parts)}: made with other layers given from gold",
              file=sys.stderr)  # fmt: skip
        return new
    if [run.parts[HELD_OUT] for run in old.runs] != [run.parts[HELD_OUT] for run in new.runs]:
        print(f"{name}: kept the figures of {', '.join(parts)}, though those of {HELD_OUT} changed; "
              "give --article and --field to make them again", file=sys.stderr)  # fmt: skip
    runs = [
        Run(new_run.parts | {part: old_run.parts[part] for part in parts if part in old_run.parts}, new_run.seed)
        for old_run, new_run in zip(old.runs, new.runs, strict=True)
    ]
    return msgspec.structs.replace(
        new, runs=runs,
        signatures=new.signatures | {part: old.signatures[part] for part in parts},
        documents=new.documents | {part: old.documents[part] for part in parts},
        mean=new.mean | {part: old.mean[part] for part in parts if part in old.mean},
    )  # fmt: skip


def _remove_others(folder: Path, record: Record) -> None:
    """Remove stored predictions of this name that belong to no run and part of the record."""
    wanted = {
        stored.path_of(folder, record.name, run.seed, part) for run in record.runs for part in (HELD_OUT, *JOINED)
        if part in run.parts
    }  # fmt: skip
    endings = "|".join(JOINED)
    own = re.compile(rf"{re.escape(record.name)}(\.\d+)?(\.({endings}))?{re.escape(stored.SUFFIX)}")
    for path in folder.glob(f"*{stored.SUFFIX}"):
        if own.fullmatch(path.name) and path not in wanted:
            path.unlink()

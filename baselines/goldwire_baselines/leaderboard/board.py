"""The leaderboard: records merged into rows of cells, which the `render_*` modules show."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from goldwire_baselines.leaderboard.folder import (
    predictions_folder,
    read_predictions,
    record_paths,
)
from goldwire_baselines.leaderboard.groups import LEVEL, groups, p_values
from goldwire_baselines.leaderboard.measure import Gold, gold_of
from goldwire_baselines.leaderboard.record import HELD_OUT, PARTS, Record, Timing, read_record
from goldwire_baselines.leaderboard.recording import TESTED, data, given_of, pooled, score_run
from goldwire_corpus.errors import data_error
from goldwire_corpus.load import documents
from goldwire_corpus.parts import Copies
from goldwire_eval.metrics.registry import HEADLINE
from goldwire_eval.stats.accumulate import CountsByDocument

CEILING = "annotators"
"""The row of the agreement of two annotators."""
LEADS = ("ner", "mention.exact", "coref.conll", "trigger.cls", "argument.attached.cls@entity", "record.ceaf")
"""The metrics whose figures are shown part by part."""


class Cell(msgspec.Struct, frozen=True, omit_defaults=True):
    """F1, a fraction; of several seeds the mean. `group` counts from 1; it is None if the system is not compared."""

    f1: float | None
    interval: tuple[float, float] | None = None
    deviation: float | None = None
    group: int | None = None


class Row(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A system: its cells by part and metric, and what its record says of it; `given` are layers it had from gold."""

    name: str
    description: str = ""
    url: str = ""
    training: str = ""
    data: str = ""
    goldwire: str = ""
    seeds: list[int] = []
    parameters: int | None = None
    timing: Timing = Timing()
    given: list[str] = []
    compared: bool = False
    cells: dict[str, dict[str, Cell]] = {}


class Size(msgspec.Struct, frozen=True):
    documents: int
    worlds: int


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """The leaderboard.

    `ceiling` is the agreement of annotators by part. Apart from `rows` are those that do not compare with them:
    `gold_input` of systems that were given gold, `other_data` of records made on other data.
    """

    format: str = "goldwire-leaderboard/1"
    data: str
    sizes: dict[str, Size]
    """The sizes of the held-out parts."""
    metrics: list[str]
    rows: list[Row]
    ceiling: Row | None = None
    gold_input: list[Row] = []
    other_data: list[Row] = []
    level: float


class Entry(NamedTuple):
    """A record and the statistics of its predictions on the held-out documents, None without predictions."""

    record: Record
    statistics: CountsByDocument | None


def read_entries(folders: Sequence[Path], without: Sequence[str] = ()) -> list[Entry]:
    """Read the records of some folders and score the predictions beside them; leave out the names in `without`.

    Raises DataError for an invalid record, two records of one name, or predictions that give other figures.
    """
    paths = [path for folder in folders for path in record_paths(folder)]
    gold = gold_of(Copies())
    entries: dict[str, Entry] = {}
    for path in paths:
        record = read_record(path)
        if record.name in entries:
            message = f"another record has the name {record.name!r}; rename one of them"
            raise data_error(str(path), 0, "record-duplicate", message)
        if record.name not in without:
            entries[record.name] = entry(record, gold, predictions_folder(path), str(path))
    return list(entries.values())


def entry(record: Record, gold: Gold, predictions: Path, path: str) -> Entry:
    """Return a record with the statistics of its stored predictions, if it has any and was made on the present data.

    Raises DataError if the predictions give other figures than the record.
    """
    if record.data != data():
        return Entry(record, None)
    seeds = [run.seed for run in record.runs]
    runs = read_predictions(record.name, seeds, {HELD_OUT: gold[HELD_OUT]}, predictions, required=False)
    if not runs:
        return Entry(record, None)
    if given_of(path, runs) != record.given:
        message = f"the layers given from gold are {', '.join(record.given) or 'none'} in the record, and others in the predictions in {predictions}"  # noqa: E501
        raise data_error(path, 0, "record-differs", message)
    scored = [score_run(found, gold, record.name, seed) for seed, found in zip(seeds, runs, strict=True)]
    for old, new in zip(record.runs, scored, strict=True):
        for metric in HEADLINE:
            pair = [run.parts[HELD_OUT].metrics.get(metric) for run in (old, new.run)]
            if pair[0] != pair[1]:
                message = f"{metric} differs from that of the predictions in {predictions}; `goldwire leaderboard verify` lists all"  # noqa: E501
                raise data_error(path, 0, "record-differs", message)
    return Entry(record, pooled([run.scored[HELD_OUT] for run in scored]))


def merge(entries: Sequence[Entry], ceiling: Mapping[str, Mapping[str, Cell]] | None = None) -> Board:
    """Merge records into a leaderboard. Rows are in order of the mean F1 of its metrics, a missing layer counting 0.

    Systems that were given gold are compared with no other.
    """
    own = data()
    compared = {e.record.name: e.statistics for e in entries if e.statistics is not None and not e.record.given}
    p = p_values(compared, TESTED)
    # A single system has nothing to differ from.
    tested = compared if len(compared) > 1 else {}
    places: dict[str, dict[str, int]] = {}
    for metric in TESTED:
        f1 = {
            e.record.name: spread.f1
            for e in entries
            if e.record.name in tested
            and (spread := e.record.summary(HELD_OUT).get(metric)) is not None
            and spread.f1 is not None
        }
        places[metric] = groups({name: value for name, value in f1.items() if value is not None}, p[metric])
    rows = [_row(e, places) for e in entries]
    rows.sort(
        key=lambda row: (-sum(c.f1 or 0.0 for m, c in row.cells.get(HELD_OUT, {}).items() if m in HEADLINE), row.name)
    )
    splits = {split: documents(split) for split in HELD_OUT.split("+")}
    return Board(
        data=str(own),
        sizes={split: Size(len(gold), len({d.world for d in gold})) for split, gold in splits.items()},
        metrics=[m for m in HEADLINE if any(m in row.cells.get(HELD_OUT, {}) for row in rows)],
        rows=[row for row in rows if row.data == str(own) and not row.given],
        ceiling=None if ceiling is None else Row(name=CEILING, cells={p: dict(cells) for p, cells in ceiling.items()}),
        gold_input=[row for row in rows if row.data == str(own) and row.given],
        other_data=[row for row in rows if row.data != str(own)],
        level=LEVEL,
    )


def _row(e: Entry, places: Mapping[str, Mapping[str, int]]) -> Row:
    record = e.record
    cells = {
        part: {
            metric: Cell(
                spread.f1, spread.interval, spread.deviation,
                places.get(metric, {}).get(record.name) if part == HELD_OUT else None,
            )
            for metric, spread in record.summary(part).items()
        }
        for part in (HELD_OUT, *PARTS)
        if part in record.signatures
    }  # fmt: skip
    return Row(
        name=record.name, description=record.description, url=record.url, training=record.training,
        data=str(record.data), goldwire=record.goldwire, seeds=record.seeds, parameters=record.parameters,
        timing=record.timing, given=record.given, compared=e.statistics is not None and not record.given, cells=cells,
    )  # fmt: skip

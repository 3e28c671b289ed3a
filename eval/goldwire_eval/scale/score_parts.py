"""Predictions and gold cut into parts that hold the same documents, and the parts scored by an executor.

The figures are those of one process to the last digit. Input whose ids do not agree, or that cannot be cut, is left to
one process, which reports what is wrong.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np

from goldwire_corpus.errors import DataError
from goldwire_eval.batch.arrays import Ints, order
from goldwire_eval.policy import Policies
from goldwire_eval.readers.conll import TagPart, is_closed
from goldwire_eval.readers.conll import rows as tag_rows
from goldwire_eval.readers.detect import detect, members
from goldwire_eval.readers.document_pairs import Line
from goldwire_eval.readers.formats import Reading
from goldwire_eval.readers.json_lines import rows_of_lines
from goldwire_eval.readers.predictions import Predictions
from goldwire_eval.readers.reference import Gold
from goldwire_eval.readers.stream import Section
from goldwire_eval.scale.executors import Executor, Lost, in_order
from goldwire_eval.scale.row_index import NoPartsError, Piece, RowIndex, Stretch, index_rows, piece_lines, stretches
from goldwire_eval.scale.tag_index import Document, index_documents
from goldwire_eval.scored import Scored
from goldwire_eval.scorer import no_collection
from goldwire_eval.stats.units import unit_of
from goldwire_eval.tally import Tally

_JSON = {"jsonl", "folder"}
PART = 16 << 20
"""So many bytes of gold are a part at the most, which bounds the memory of a process."""
TASKS = 4096
"""Of more parts a worker scores several and adds them up, so that what is sent and added at the end is bounded."""
PARTS_A_JOB = 4
"""A process scores at least so many parts, so that none waits long for the last."""


class Tags(NamedTuple):
    """Some documents of a file of tags."""

    path: Path
    part: TagPart


class Part(NamedTuple):
    """The same documents on both sides: the number of the first in the gold, how many, and their units of resampling.

    Without `units` each document is one.
    """

    first: int
    documents: int
    units: list[int] | None
    gold: list[Piece] | Tags
    pred: list[Piece] | Tags


class Question(NamedTuple):
    """What every part is asked."""

    policies: Policies
    metrics: tuple[str, ...]
    gold_name: str
    pred_name: str


def score_in_parts(
    pred: Path, gold: Path, policies: Policies, metrics: Collection[str], executor: Executor, jobs: int
) -> Scored:
    """Score predictions against gold in parts; `jobs` is how many the executor scores at a time.

    Raises NoPartsError for input that one process must score, and DataError for invalid predictions.
    """
    question = Question(policies, tuple(metrics), str(gold), str(pred))
    parts = _plan(pred, gold, policies, executor, jobs)
    each = -(-len(parts) // TASKS)
    tasks = [parts[begin : begin + each] for begin in range(0, len(parts), each)]
    whole: Tally | None = None
    for found in in_order(executor.map(partial(_score, question), tasks)):
        if isinstance(found, Lost):
            raise NoPartsError(f"{found.attempts} processes died, each with the same part")
        if isinstance(found, str):
            raise NoPartsError(found)
        whole = found if whole is None else whole.merge(found)
    if whole is None or not whole.attempted.met:
        raise NoPartsError("no prediction gives any layer")
    return whole.scored()


def _score(question: Question, parts: list[Part]) -> Tally | str:
    """Return what is counted and found in some parts, added up, or why one process must look at them.

    An error is returned, not raised, so that what is raised is the executor's own.
    """
    whole: Tally | None = None
    for part in parts:
        try:
            tally = _score_part(question, part)
        except DataError as error:
            return str(error.errors[0])
        if tally.sums.documents != part.documents:
            return "a document has no tokens"
        whole = tally if whole is None else whole.merge(tally)
    return whole or "nothing to score"


def _score_part(question: Question, part: Part) -> Tally:
    policies = question.policies
    with no_collection():
        tally = Tally(policies, question.metrics, first=part.first, units=part.units)
        gold = Gold(partial(_rows, part.gold), tuple, question.gold_name, policies=policies)
        reading = partial(Reading, policies)
        tally.count(
            Predictions(partial(_rows, part.pred), question.pred_name, reading, part=True), gold.under(policies)
        )
    return tally


def _rows(source: list[Piece] | Tags, reading: Reading) -> Iterator[Line]:
    if isinstance(source, Tags):
        yield from tag_rows(source.path, reading.policies.bio, reading.report, reading.passed_over, source.part)
        return
    for piece in source:
        yield from rows_of_lines(piece_lines(piece), str(piece.path), reading.report, reading.row_type, reading.lenient)


def _plan(pred: Path, gold: Path, policies: Policies, executor: Executor, jobs: int) -> list[Part]:
    kinds = detect(gold), detect(pred)
    if {*kinds} <= _JSON:
        return _plan_rows(_files(pred), _files(gold), policies, executor, jobs)
    if kinds == ("conll", "conll"):
        return _plan_tags(pred, gold, policies, jobs)
    raise NoPartsError("only files of JSON Lines, or of tags on both sides, are cut")


def _files(path: Path) -> list[Path]:
    return members(path) if path.is_dir() else [path]


def _cuts(sizes: Sequence[int] | Ints, jobs: int) -> list[tuple[int, int]]:
    """Return the bounds of runs of items of about equal size, a few for each job and of PART bytes at the most."""
    if not len(sizes):
        raise NoPartsError("there is nothing to score")
    ends = np.cumsum(sizes)
    count = max(jobs * PARTS_A_JOB, int(ends[-1]) // PART + 1)
    edges = np.unique(np.searchsorted(ends, np.linspace(0, int(ends[-1]), count + 1)[1:-1], side="right"))
    bounds = [0, *(int(edge) for edge in edges if 0 < edge < len(ends)), len(ends)]
    return list(pairwise(bounds))


# ---------------------------------------------------------------- JSON Lines


class _Side:
    """The rows of the files of a side, one after the other."""

    def __init__(self, files: list[Path], executor: Executor):
        some: list[Stretch] = [stretch for path in files for stretch in stretches(path, PART)]
        indexes: list[RowIndex] = []
        for found in in_order(executor.map(index_rows, some)):
            if isinstance(found, Lost):
                raise NoPartsError(f"{found.attempts} processes died, each while it read the same file")
            indexes.append(found)
        self.files = files
        self.file = np.repeat([files.index(s.path) for s in some], [len(i.id) for i in indexes])
        # Lines are counted in each file from 1 on.
        first, line, path = [], 1, None
        for stretch, index in zip(some, indexes, strict=True):
            line = line if stretch.path == path else 1
            first.append(line)
            line, path = line + index.lines, stretch.path
        self.line = np.concatenate([i.line + a for i, a in zip(indexes, first, strict=True)])
        self.begin, self.end, self.id = (
            np.concatenate([getattr(i, name) for i in indexes]) for name in ("begin", "end", "id")
        )
        self.units = [
            unit_of(part, world) for i in indexes for part, world in zip(i.part, i.world, strict=True)
        ]  # fmt: skip

    def sizes(self) -> Ints:
        """Return the bytes of each row; those of a compressed file are taken as equal."""
        sizes: Ints = self.end - self.begin
        for number, path in enumerate(self.files):
            mine = (self.file == number) & (self.begin < 0)
            if mine.any():
                sizes[mine] = max(1, path.stat().st_size // int(mine.sum()))
        return sizes

    def pieces(self, rows: Ints) -> list[Piece]:
        """Return where some rows are, in the order of the files."""
        pieces = []
        for number in np.unique(self.file[rows]).tolist():
            mine = rows[self.file[rows] == number]
            if self.begin[mine[0]] < 0:
                pieces.append(Piece(self.files[number], [], frozenset(self.line[mine].tolist())))
                continue
            begins = np.flatnonzero(np.diff(mine, prepend=-2) != 1)
            ends = np.append(begins[1:], len(mine)) - 1
            sections = [
                Section(int(self.begin[mine[a]]), int(self.end[mine[z]]), int(self.line[mine[a]]))
                for a, z in zip(begins.tolist(), ends.tolist(), strict=True)
            ]
            pieces.append(Piece(self.files[number], sections, frozenset()))
        return pieces


def _plan_rows(
    pred_files: list[Path], gold_files: list[Path], policies: Policies, executor: Executor, jobs: int
) -> list[Part]:
    gold, pred = _Side(gold_files, executor), _Side(pred_files, executor)
    if not len(pred.id):
        raise NoPartsError("there is no prediction")
    by_id = order(gold.id)
    ids = gold.id[by_id]
    if (ids[1:] == ids[:-1]).any() or len(np.unique(pred.id)) < len(pred.id):
        raise NoPartsError("a document is there twice")
    at = np.minimum(np.searchsorted(ids, pred.id), len(ids) - 1)
    if (ids[at] != pred.id).any():
        raise NoPartsError("predictions have documents that gold has not")
    # The number of the gold document of each prediction.
    number = by_id[at]
    units: Ints = _units(gold.units) if policies.resample == "worlds" else np.arange(len(ids))
    parts = []
    for low, high in _cuts(gold.sizes(), jobs):
        mine = np.flatnonzero((number >= low) & (number < high))
        parts.append(
            Part(low, high - low, units[low:high].tolist(), gold.pieces(np.arange(low, high)), pred.pieces(mine))
        )
    return parts


def _units(worlds: Sequence[str | None]) -> Ints:
    """Return for each document the number of the first document of its world, or its own."""
    first: dict[str, int] = {}
    return np.array(
        [number if world is None else first.setdefault(world, number) for number, world in enumerate(worlds)],
        dtype=np.int64,
    )


# ---------------------------------------------------------------- tags


def _plan_tags(pred: Path, gold: Path, policies: Policies, jobs: int) -> list[Part]:
    (of_gold, size), (of_pred, pred_size) = index_documents(gold), index_documents(pred)
    if [document.id for document in of_gold] != [document.id for document in of_pred]:
        raise NoPartsError("the documents of predictions and gold are not the same, in the same order")
    named = [document.id for document in of_gold if document.id is not None]
    if len({*named}) < len(named):
        raise NoPartsError("a document is there twice")
    side: Callable[[Path, list[Document], int], Callable[[int, int], Tags]] = partial(_tags_side, policies.bio)
    gold_tags, pred_tags = side(gold, of_gold, size), side(pred, of_pred, pred_size)
    sizes = np.diff([document.begin for document in of_gold], append=size)
    return [
        Part(low, high - low, None, gold_tags(low, high), pred_tags(low, high)) for low, high in _cuts(sizes, jobs)
    ]  # fmt: skip


def _tags_side(bio: str, path: Path, documents: list[Document], size: int) -> Callable[[int, int], Tags]:
    closed = is_closed(path, bio)

    def tags(low: int, high: int) -> Tags:
        end = documents[high].begin if high < len(documents) else size
        section = Section(documents[low].begin, end, documents[low].line)
        return Tags(path, TagPart(section, low + 1, closed))

    return tags

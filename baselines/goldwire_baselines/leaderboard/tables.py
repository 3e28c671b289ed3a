"""The tables of a leaderboard, and the sentences below them, for text and Markdown."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from goldwire_baselines.leaderboard.board import LEADS, Board, Cell, Row
from goldwire_baselines.leaderboard.record import HELD_OUT, PARTS
from goldwire_corpus.parts import JOINED
from goldwire_corpus.wording import counted
from goldwire_eval.reporting.text import percent

ACROSS = 3
"""Metrics side by side."""
NOT_COMPARABLE = "not comparable with the figures above"


class Section(NamedTuple):
    """Rows that do not compare with the others, and why."""

    title: str
    rows: list[Row]


def apart(board: Board) -> list[Section]:
    """Return the rows that are shown apart, together those of the same given layers and the same data."""
    sections: dict[str, list[Row]] = {}
    for row in [*board.gold_input, *board.other_data]:
        why = [f"with gold input ({', '.join(row.given)})"] if row.given else []
        why += [f"made on other data ({row.data})"] if row.data != board.data else []
        sections.setdefault(" and ".join(why), []).append(row)
    return [Section(why[0].upper() + why[1:], rows) for why, rows in sections.items()]


class Table(NamedTuple):
    """A table: its title, headings of columns, lines of a name and cells, and how many columns hold numbers."""

    title: str
    headings: list[str]
    lines: list[tuple[str, list[str]]]
    numbers: int = 0


def figures(board: Board, rows: Sequence[Row] | None = None, metrics: Sequence[str] = ()) -> Iterator[Table]:
    """Yield tables of F1 on the held-out documents, a few metrics each: group, F1, deviation over seeds, interval."""
    shown = board.rows if rows is None else rows
    names = [m for m in metrics or board.metrics if any(m in row.cells.get(HELD_OUT, {}) for row in shown)]
    for start in range(0, len(names), ACROSS):
        some = names[start : start + ACROSS]
        lines = [(row.name, [_cell(row.cells.get(HELD_OUT, {}).get(m)) for m in some]) for row in shown]
        if board.ceiling is not None and rows is None:
            own = board.ceiling.cells.get("test", {})
            lines.append((board.ceiling.name, [_cell(own.get(m)) for m in some]))
        yield Table(f"F1, {HELD_OUT}", some, lines)


def _cell(cell: Cell | None) -> str:
    if cell is None or cell.f1 is None:
        return "-"
    spread = "" if cell.deviation is None else f" ±{percent(cell.deviation)}"
    pair = "" if cell.interval is None else f" {percent(cell.interval[0])}-{percent(cell.interval[1])}"
    return f"{cell.group or ' '} {percent(cell.f1)}{spread}{pair}"


def parts(board: Board) -> Iterator[Table]:
    """Yield a table for each of the leading metrics: F1 by part, invented worlds beside real texts."""
    rows = [*board.rows, *([] if board.ceiling is None else [board.ceiling])]
    shown = [part for part in PARTS if any(part in row.cells for row in board.rows)]
    for metric in LEADS:
        lines = [(row.name, [_f1(row, part, metric) for part in shown]) for row in rows]
        if any(cell != "-" for _, cells in lines[: len(board.rows)] for cell in cells):
            yield Table(metric, shown, lines)


def _f1(row: Row, part: str, metric: str) -> str:
    cell = row.cells.get(part, {}).get(metric)
    return "-" if cell is None else percent(cell.f1)


def every_row(board: Board) -> list[Row]:
    return [*board.rows, *board.gold_input, *board.other_data]


def systems(board: Board) -> Table:
    """Return the table of what each record says of its system."""
    headings = ["seeds", "parameters", "training", "documents/s", "memory", "what it is", "trained on"]
    return Table("systems", headings, [(row.name, _facts(row)) for row in every_row(board)], 5)


def _facts(row: Row) -> list[str]:
    timing = row.timing
    return [
        str(len(row.seeds) or "-"),
        "-" if row.parameters is None else f"{row.parameters:,}",
        "-" if timing.training_seconds is None else f"{timing.training_seconds:,.0f} s",
        "-" if timing.documents_per_second is None else f"{timing.documents_per_second:g}",
        "-" if timing.peak_memory_mb is None else f"{timing.peak_memory_mb:,.0f} MB",
        row.description,
        row.training,
    ]


def caveats(board: Board) -> Iterator[str]:
    """Yield what the figures depend on, one sentence each."""
    counts = [
        f"{counted(size.documents, 'document')} of {counted(size.worlds, 'world')} ({split})"
        for split, size in board.sizes.items()
    ]
    yield f"{', '.join(counts)}; none of these worlds is in train."
    compared = [row.name for row in board.rows if row.compared]
    if len(compared) > 1:
        yield (f"The number before F1 is a group: each system is significantly better than all in the groups below "
               f"(paired randomisation over worlds, Holm over all pairs, p < {board.level:g}).")  # fmt: skip
    alone = [row.name for row in board.rows if not row.compared]
    if alone:
        yield f"Not compared, for want of predictions: {', '.join(alone)}."
    if any(row.given for row in every_row(board)):
        yield ("Systems with gold input were given gold in the layers named and are not ranked; "
               "their figures of a given layer are those of gold.")  # fmt: skip
    if any(len(row.seeds) > 1 for row in every_row(board)):
        yield "Several seeds: mean F1 ± standard deviation."
    if board.ceiling is not None:
        yield f"{board.ceiling.name}: F1 of two independent passes over the part test; of a part, over that part."
    if any(part in row.cells for row in board.rows for part in JOINED):
        yield "The texts of the parts field and wire are not shipped; their figures need copies to be verified."
    yield ("The 95 % intervals resample worlds. They do not cover other kinds of news, other seeds of a model, "
           "or errors of the gold.")  # fmt: skip
    yield f"Data {board.data}."

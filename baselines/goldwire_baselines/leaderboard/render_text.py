"""The leaderboard as text and as Markdown."""

from collections.abc import Iterator, Sequence
from textwrap import wrap

from goldwire_baselines.leaderboard.board import Board, Row
from goldwire_baselines.leaderboard.tables import Table, caveats, figures, parts, systems

WIDTH = 80


def text(board: Board, metrics: Sequence[str] = ()) -> Iterator[str]:
    """Yield the lines of the leaderboard: the held-out documents, the parts, records of other data, and the caveats."""
    for table in figures(board, metrics=metrics):
        yield from _aligned(table)
    yield from _aligned(_joined(list(parts(board))))
    for data, rows in by_data(board).items():
        yield f"Made on other data, {data}: not comparable"
        for table in figures(board, rows, metrics):
            yield from _aligned(table)
    for sentence in caveats(board):
        yield from wrap(sentence, WIDTH)


def by_data(board: Board) -> dict[str, list[Row]]:
    """Return the rows made on other data by version and digest."""
    found: dict[str, list[Row]] = {}
    for row in board.other_data:
        found.setdefault(row.data, []).append(row)
    return found


def _joined(tables: Sequence[Table]) -> Table:
    """Return the tables of the parts as one, the metric before the first of its lines."""
    width = max((len(table.title) for table in tables), default=0) + 2
    lines = [
        ((table.title if number == 0 else "").ljust(width) + name, cells)
        for table in tables
        for number, (name, cells) in enumerate(table.lines)
    ]
    return Table("F1 by part", tables[0].headings if tables else [], lines)


def _aligned(table: Table) -> Iterator[str]:
    if not table.lines:
        return
    columns = [[heading, *(cells[i] for _, cells in table.lines)] for i, heading in enumerate(table.headings)]
    widths = [max(map(len, column)) for column in columns]
    first = max(len(table.title), *(len(name) for name, _ in table.lines))
    yield (
        table.title.ljust(first)
        + "".join(f"  {h.ljust(w)}" for h, w in zip(table.headings, widths, strict=True)).rstrip()
    )
    for name, cells in table.lines:
        yield (name.ljust(first) + "".join(f"  {c.ljust(w)}" for c, w in zip(cells, widths, strict=True))).rstrip()
    yield ""


def markdown(board: Board, metrics: Sequence[str] = ()) -> Iterator[str]:
    """Yield the lines of the leaderboard as Markdown."""
    yield "# Goldwire leaderboard"
    yield ""
    for table in figures(board, metrics=metrics):
        yield from _table(table)
    yield "## Invented and real parts"
    yield ""
    for table in parts(board):
        yield from _table(table)
    yield "## Systems"
    yield ""
    yield from _table(systems(board))
    for data, rows in by_data(board).items():
        yield f"## Made on other data: {data}"
        yield ""
        for table in figures(board, rows, metrics):
            yield from _table(table)
    yield from (f"- {sentence}" for sentence in caveats(board))


def _table(table: Table) -> Iterator[str]:
    yield f"| {' | '.join(map(_escaped, [table.title, *table.headings]))} |"
    yield f"| --- |{' --- |' * len(table.headings)}"
    for name, cells in table.lines:
        yield f"| {' | '.join(' '.join(_escaped(cell).split()) for cell in [name, *cells])} |"
    yield ""


def _escaped(cell: str) -> str:
    return cell.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")

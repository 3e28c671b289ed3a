"""The leaderboard as text and as Markdown."""

from collections.abc import Iterator, Sequence
from textwrap import wrap

from goldwire_baselines.leaderboard.board import LEADS, Board
from goldwire_baselines.leaderboard.tables import NOT_COMPARABLE, Table, apart, caveats, figures, parts, systems

WIDTH = 80


def text(board: Board, metrics: Sequence[str] = ()) -> Iterator[str]:
    """Yield the lines of the leaderboard: the held-out documents, the parts, what is shown apart, and the caveats."""
    for table in figures(board, metrics=metrics):
        yield from _aligned(table)
    yield from _aligned(_joined(list(parts(board))))
    for section in apart(board):
        yield from wrap(f"{section.title}: {NOT_COMPARABLE}", WIDTH)
        for table in figures(board, section.rows, metrics):
            yield from _aligned(table)
    yield from _caveats(board)


def summary(board: Board) -> Iterator[str]:
    """Yield the lines of a short leaderboard: the leading metrics on the held-out documents, and the caveats."""
    for table in figures(board, metrics=LEADS):
        yield from _aligned(table)
    yield from _caveats(board)


def _caveats(board: Board) -> Iterator[str]:
    for sentence in caveats(board):
        yield from wrap(sentence, WIDTH)


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
    for section in apart(board):
        yield f"## {_escaped(section.title)}"
        yield ""
        yield f"These are {NOT_COMPARABLE}."
        yield ""
        for table in figures(board, section.rows, metrics):
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

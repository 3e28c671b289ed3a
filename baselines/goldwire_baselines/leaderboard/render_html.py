"""The leaderboard as one self-contained page, in the style of the error report."""

from goldwire_baselines.leaderboard.board import Board
from goldwire_baselines.leaderboard.record import HELD_OUT
from goldwire_baselines.leaderboard.tables import NOT_COMPARABLE, apart, caveats, parts, systems
from goldwire_corpus.display import templates


def html(board: Board) -> str:
    """Return the page: no script, no outside request, light and dark."""
    ceiling = None if board.ceiling is None else board.ceiling.cells.get("test", {})
    return templates.render(
        "goldwire_eval.reporting.html", "leaderboard.html.jinja",
        board=board, part=HELD_OUT, ceiling=ceiling, parts=list(parts(board)), systems=systems(board),
        apart=apart(board), not_comparable=NOT_COMPARABLE, caveats=list(caveats(board)),
    )  # fmt: skip

"""The leaderboard as an object that prints itself and writes its formats."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from goldwire_baselines.leaderboard.board import Board, merge, read_entries
from goldwire_baselines.leaderboard.ceiling import read_ceiling
from goldwire_baselines.leaderboard.folder import own_folder
from goldwire_baselines.leaderboard.render_html import html
from goldwire_baselines.leaderboard.render_text import markdown, text
from goldwire_eval.results import encode_json


class Leaderboard:
    """Merged records. `board` holds the figures: rows, their cells by part and metric, and the ceiling."""

    def __init__(self, board: Board):
        self.board = board

    def __repr__(self) -> str:
        return "\n".join(text(self.board))

    def _repr_html_(self) -> str:
        return html(self.board)

    def to_text(self) -> str:
        return repr(self) + "\n"

    def to_markdown(self) -> str:
        return "\n".join(markdown(self.board)) + "\n"

    def to_html(self) -> str:
        """Return a page that needs no network."""
        return html(self.board)

    def to_dict(self) -> dict[str, Any]:
        return dict(msgspec.to_builtins(self.board))

    def to_json(self) -> str:
        return encode_json(self.to_dict()).decode()


FORMATS: dict[str, Callable[[Leaderboard], str]] = {
    "text": Leaderboard.to_text,
    "markdown": Leaderboard.to_markdown,
    "html": Leaderboard.to_html,
    "json": Leaderboard.to_json,
}


def leaderboard(folders: Sequence[str | Path] = (), own: bool = True) -> Leaderboard:
    """Merge our records, unless not `own`, and those in other folders into a leaderboard.

    A folder has records (`*.json`), itself or in its folder `results`, and their predictions beside them or in its
    folder `predictions`. Raises DataError for an invalid record, for two records of one name, and for predictions that
    give other figures than their record.
    """
    places = [*([own_folder()] if own else []), *map(Path, folders)]
    return Leaderboard(merge(read_entries(places), read_ceiling()))

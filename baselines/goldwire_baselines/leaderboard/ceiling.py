"""The agreement of two annotators, which bounds what a system can reach."""

import msgspec

from goldwire_baselines.leaderboard.board import Cell
from goldwire_baselines.leaderboard.folder import own_folder
from goldwire_baselines.leaderboard.record import PARTS

NAME = "agreement.json"


class _Agreement(msgspec.Struct):
    """What the leaderboard reads of the agreement on a split, as `goldwire annotate agree --json` writes it."""

    f1: dict[str, float | None]
    intervals: dict[str, tuple[float, float] | None]


def read_ceiling() -> dict[str, dict[str, Cell]] | None:
    """Return the agreement by part and metric; None if the file is missing, as it may be in an installation."""
    folder = own_folder()
    path = next((p for p in (folder.parent / "annotation" / NAME, folder / NAME) if p.is_file()), None)
    if path is None:
        return None
    found = msgspec.json.decode(path.read_bytes(), type=dict[str, _Agreement])
    return {
        split: {name: Cell(f1, agreement.intervals.get(name)) for name, f1 in agreement.f1.items() if f1 is not None}
        for split, agreement in found.items()
        if split in PARTS
    }

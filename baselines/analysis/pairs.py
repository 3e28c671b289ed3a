"""Draw the pairs that are read by hand, or write a sheet of them: `python baselines/analysis/pairs.py draw|sheet`.

`draw` writes pairs/sample.jsonl (the pairs, the systems that make each, and what lenient matching credits) and
pairs/drawn_from.json (what they were drawn from). `sheet FOLDER` writes what a reader may see: neither systems nor
credits nor verdicts. The verdicts are in pairs/verdicts_READER.jsonl.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
from pair_sample import (
    FOLDER,
    SEED,
    DrawnFrom,
    Source,
    digest,
    draw,
    held_out,
    predictions_of,
    read_predictions,
    read_sample,
)
from reading_sheet import write_sheet

from goldwire_baselines.leaderboard.folder import own_folder, record_paths
from goldwire_baselines.leaderboard.measure import SPLITS
from goldwire_baselines.leaderboard.recording import data
from goldwire_corpus.atomic_write import write_atomic
from goldwire_corpus.errors import DataError, UsageError
from goldwire_corpus.schema.prediction import Prediction


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    drawing = commands.add_parser("draw", help="draw a sample; refused if the present one has verdicts")
    drawing.add_argument("--more", nargs="*", default=[], metavar="NAME=PATH", help="predictions without a record")
    drawing.add_argument("--generative", nargs="*", default=[], metavar="NAME", help="systems that generate text")
    sheet = commands.add_parser("sheet", help="write the sheet for a reader")
    sheet.add_argument("folder", type=Path)
    options = parser.parse_args()
    try:
        if options.command == "sheet":
            write_sheet(options.folder, read_sample(), held_out())
        else:
            store_sample(dict(map(_named, options.more)), options.generative)
    except (DataError, UsageError) as error:
        sys.exit(f"error: {error}")


def _named(option: str) -> tuple[str, Path]:
    name, given, path = option.partition("=")
    if not given:
        raise UsageError(f"invalid predictions {option!r}; expected NAME=PATH")
    return name, Path(path)


def store_sample(more: Mapping[str, Path], generative: Sequence[str]) -> None:
    """Draw a sample from the stored predictions, and from files by the name of their system.

    Raises UsageError if the present sample has verdicts, or for an unknown system that generates text.
    """
    if list(FOLDER.glob("verdicts_*.jsonl")):
        raise UsageError(f"{FOLDER} has verdicts of the present sample; remove them to draw another")
    gold = held_out()
    paths = {path.stem: predictions_of(path.stem) for path in record_paths(own_folder())}
    paths = {name: path for name, path in paths.items() if path.exists()} | dict(more)
    if unknown := set(generative) - paths.keys():
        raise UsageError(f"unknown systems {', '.join(sorted(unknown))}; expected some of {', '.join(sorted(paths))}")
    predictions = {name: read_predictions(path, gold) for name, path in paths.items()}
    sources = [
        Source(name, splits_of(rows), digest(rows), name in generative) for name, rows in sorted(predictions.items())
    ]
    drawn, candidates = draw(predictions, gold, generative)
    drawn_from = DrawnFrom(data().digest, SEED, sources, candidates)
    write_atomic(FOLDER / "sample.jsonl", b"".join(msgspec.json.encode(pair) + b"\n" for pair in drawn))
    write_atomic(FOLDER / "drawn_from.json", msgspec.json.format(msgspec.json.encode(drawn_from), indent=1) + b"\n")


def splits_of(predictions: Sequence[Prediction]) -> list[str]:
    """Return the held-out splits of which predictions cover every document."""
    ids = {p.id for p in predictions}
    return [split for split in SPLITS if held_out([split]).keys() <= ids]


if __name__ == "__main__":
    main()

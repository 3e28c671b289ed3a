"""The tables of results in the READMEs and in the dataset card of this checkout."""

from collections.abc import Iterable
from pathlib import Path

from goldwire_baselines.leaderboard.board import LEADS, Board
from goldwire_baselines.leaderboard.folder import RESULTS
from goldwire_baselines.leaderboard.record import PARTS, Record, read_record
from goldwire_baselines.leaderboard.render_text import markdown, summary
from goldwire_corpus.atomic_write import write_atomic
from goldwire_corpus.release.dataset_card import fill
from goldwire_corpus.source.files import read_text
from goldwire_eval.reporting.text import percent


def tables(board: Board) -> dict[str, dict[str, str]]:
    """Return the generated parts of the READMEs, by file and marker."""

    def block(lines: Iterable[str]) -> str:
        return "```\n" + "".join(f"{line}\n" for line in lines) + "```\n"

    results = "\n".join(line.replace("# Goldwire leaderboard", "### Held-out documents", 1) for line in markdown(board))
    return {"README.md": {"leaderboard": block(summary(board))}, "baselines/README.md": {"results": results + "\n"}}


def update(root: Path, board: Board) -> None:
    """Write the generated parts of the READMEs of the checkout in `root`."""
    for path, found in tables(board).items():
        write_atomic(root / path, fill(read_text(root / path), found))


def parts_table(root: Path) -> str:
    """Return a Markdown table of the stored F1 of each baseline by part, for the checkout in `root`."""
    records = [read_record(path) for path in sorted((root / "baselines" / RESULTS).glob("*.json"))]
    records = [record for record in records if not record.given]
    lines = [f"| F1 | baseline | {' | '.join(PARTS)} |", "| --- | --- |" + " --- |" * len(PARTS)]
    for metric in LEADS:
        for record in records:
            cells = [_f1(record, part, metric) for part in PARTS]
            if any(cell != "-" for cell in cells):
                lines.append(f"| {metric} | {record.name} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _f1(record: Record, part: str, metric: str) -> str:
    spread = record.summary(part).get(metric)
    return "-" if spread is None else percent(spread.f1)

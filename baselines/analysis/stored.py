"""What the sections read: the stored records of the present data, and the results of slow measurements."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from goldwire_baselines.leaderboard.board import LEADS
from goldwire_baselines.leaderboard.folder import own_folder, record_paths
from goldwire_baselines.leaderboard.record import Record, read_record
from goldwire_baselines.leaderboard.recording import data
from goldwire_corpus.atomic_write import write_atomic
from goldwire_corpus.errors import data_error

HERE = Path(__file__).resolve().parent


def records() -> list[Record]:
    """Return the stored records of the present data, by the mean F1 of the leading metrics on test, best first."""
    own = data()
    found = [record for path in record_paths(own_folder()) if (record := read_record(path)).data == own]
    return sorted(found, key=lambda record: (-sum(f1(record, "test", metric) or 0.0 for metric in LEADS), record.name))


def f1(record: Record, part: str, metric: str) -> float | None:
    """Return F1 on a part, over several seeds their mean; None if it is undefined or was not attempted."""
    spread = record.summary(part).get(metric)
    return None if spread is None else spread.f1


def read_measured(name: str) -> dict[str, Any]:
    """Read the results of a slow measurement. Raises DataError if they are missing."""
    path = HERE / "measured" / f"{name}.json"
    if not path.exists():
        message = f"no such file; run `python baselines/analysis/build.py --measure {name}`"
        raise data_error(str(path), 0, "file-missing", message)
    return dict(json.loads(path.read_text(encoding="utf-8")))


def write_measured(name: str, facts: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> None:
    """Write the results of a slow measurement: facts about all of it, and its rows, one on each line."""
    head = [f" {json.dumps(key)}: {json.dumps(value)}," for key, value in facts.items()]
    lines = ",\n".join(f"  {json.dumps(row)}" for row in rows)
    text = "\n".join(["{", *head, ' "rows": [', lines, " ]", "}", ""])
    write_atomic(HERE / "measured" / f"{name}.json", text)


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table; its first column is text, the others are numbers, aligned right."""
    lines = [headings, ["---", *["---:"] * (len(headings) - 1)], *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)

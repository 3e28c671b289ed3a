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
    """Return the stored records of the present data, by the mean F1 of the leading metrics on test, best first.

    Those of systems that were given gold are left out.
    """
    read = map(read_record, record_paths(own_folder()))
    found = [record for record in read if record.data == data() and not record.given]
    return sorted(found, key=lambda record: (-sum(f1(record, "test", metric) or 0.0 for metric in LEADS), record.name))


def f1(record: Record, part: str, metric: str) -> float | None:
    """Return F1 on a part, over several seeds their mean; None if it is undefined or was not attempted."""
    spread = record.summary(part).get(metric)
    return None if spread is None else spread.f1


def measured_path(name: str) -> Path:
    """Return the file of the results of a slow measurement."""
    return HERE / "measured" / f"{name}.json"


def read_measured(name: str) -> dict[str, Any]:
    """Read the results of a slow measurement. Raises DataError if they are missing."""
    path = measured_path(name)
    if not path.exists():
        message = f"no such file; run `python baselines/analysis/build.py --measure {name}`"
        raise data_error(str(path), 0, "file-missing", message)
    return dict(json.loads(path.read_text(encoding="utf-8")))


def origin(measured: Mapping[str, Any], whole: Mapping[str, Mapping[str, float]]) -> list[str]:
    """Return lines on what measured figures depend on.

    `whole` has F1 on test by metric of each system as its record has it, trained on all of train and given the text
    alone. A system whose record has no run with these figures is named, since it was changed after the measurement.
    """
    lines = [f"- Measured on data {measured['data']['version']}#{measured['data']['digest'][:8]}."]
    runs = {record.name: [run.parts["test"].metrics for run in record.runs] for record in records()}
    changed = [
        name
        for name, f1 in whole.items()
        if not any(all(m in run and run[m].f1 == value for m, value in f1.items()) for run in runs.get(name, []))
    ]
    if changed:
        lines.append(
            f"- The records of these systems have other figures than those measured here: {', '.join(changed)}."
        )
    return lines


def write_measured(name: str, facts: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> None:
    """Write the results of a slow measurement: facts about all of it, and its rows, one on each line."""
    head = [f" {json.dumps(key)}: {json.dumps(value)}," for key, value in facts.items()]
    lines = ",\n".join(f"  {json.dumps(row)}" for row in rows)
    text = "\n".join(["{", *head, ' "rows": [', lines, " ]", "}", ""])
    write_atomic(measured_path(name), text)


def signed(points: float) -> str:
    """Return a difference with its sign and one decimal; zero is never negative."""
    return f"{round(points, 1) + 0.0:+.1f}"

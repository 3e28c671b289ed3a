"""How language models answered, beside F1: answers that are complete, quotes that the text has, and kinds of errors.

The statistics are those of `python -m goldwire_baselines.llm OUT`. Those of a model are added, or replace the ones of
its name, by

    python baselines/analysis/language_models.py NAME OUT/statistics.json
"""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec
from markdown_table import table

from goldwire_baselines.leaderboard.board import LEADS
from goldwire_corpus.atomic_write import write_atomic
from goldwire_corpus.errors import DataError, data_error
from goldwire_eval.reporting.text import percent

MEASURED = Path(__file__).resolve().parent / "measured" / "language_models.json"


class Part(msgspec.Struct, frozen=True):
    """Counts of answers and quotes on a part, rates and shares as fractions, and F1 by metric."""

    answers: int
    quotes: int
    completion_tokens: int
    parse_rate: float | None
    readable_rate: float | None
    ungrounded_rate: float | None
    shares: dict[str, float | None]
    f1: dict[str, float | None]


class Statistics(msgspec.Struct, frozen=True):
    """The statistics of a model: its settings, and by part."""

    settings: dict[str, str | int | float]
    parts: dict[str, Part]


def add(name: str, statistics: Path, measured: Path = MEASURED) -> None:
    """Add the statistics of a model to the stored ones. Raises DataError for a file that has none."""
    try:
        new = msgspec.json.decode(statistics.read_bytes(), type=Statistics)
    except (OSError, msgspec.MsgspecError) as error:
        raise data_error(str(statistics), 0, "record-format", f"expected statistics of a run: {error}") from None
    content = msgspec.json.encode(load(measured) | {name: new}, order="sorted")
    write_atomic(measured, msgspec.json.format(content, indent=1) + b"\n")


def load(measured: Path = MEASURED) -> dict[str, Statistics]:
    """Return the stored statistics by model, none before the first."""
    return msgspec.json.decode(measured.read_bytes(), type=dict[str, Statistics]) if measured.exists() else {}


def section() -> str:
    """Return the section, from the stored statistics."""
    return render(load())


def render(found: Mapping[str, Statistics]) -> str:
    """Return the section for these models."""
    lines = [
        "### Answers of language models", "",
        "*Complete* answers are JSON to their end, *readable* ones also those that break off. *Ungrounded* quotes do "
        "not occur in the text and are dropped. *Omissions* are gold items without a predicted one, *inventions* "
        "predicted items without a gold one and ungrounded quotes, both as shares of all errors. All in per cent, "
        "except the tokens of an answer.", "",
    ]  # fmt: skip
    if not found:
        return "\n".join([*lines, "No model has been run yet.", ""])
    head = ["system", "part", "answers", "complete", "readable", "quotes", "ungrounded", "omissions", "inventions",
            "tokens", *LEADS]  # fmt: skip
    return "\n".join([*lines, table(head, list(_rows(found)), text=2), *map(_settings, found, found.values()), ""])


def _rows(found: Mapping[str, Statistics]) -> Iterator[list[str]]:
    for name, statistics in found.items():
        for part, of in statistics.parts.items():
            tokens = f"{of.completion_tokens / of.answers:.0f}" if of.answers else "-"
            rates = map(percent, (of.parse_rate, of.readable_rate))
            shares = map(percent, (of.ungrounded_rate, of.shares.get("omissions"), of.shares.get("inventions")))
            figures = (percent(of.f1.get(metric)) for metric in LEADS)
            yield [name, part, f"{of.answers:,}", *rates, f"{of.quotes:,}", *shares, tokens, *figures]


def _settings(name: str, statistics: Statistics) -> str:
    shown = ("layout", "mode", "shots", "decoding", "max_items", "max_tokens", "temperature")
    own = ", ".join(f"{key} {statistics.settings[key]}" for key in shown if key in statistics.settings)
    return f"- {name} is {statistics.settings.get('model', '-')}: {own}."


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(f"usage: {sys.argv[0]} NAME STATISTICS")
    try:
        add(sys.argv[1], Path(sys.argv[2]))
    except DataError as error:
        sys.exit(f"error: {error}")

"""What language models know of the documents without their text: the stored results of the probe for contamination.

The probe is `python -m goldwire_baselines.llm.contamination` (`goldwire_baselines.llm.memory_probe` describes it). A
result is added, or replaces that of the same name, by

    python baselines/analysis/contamination.py OUT/contamination.json
"""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
from markdown_table import table

from goldwire_baselines.leaderboard.folder import RESULTS, own_folder
from goldwire_baselines.leaderboard.record import read_record
from goldwire_baselines.llm.memory_probe import METRIC, Known
from goldwire_corpus.atomic_write import write_atomic
from goldwire_corpus.errors import DataError, data_error
from goldwire_eval.reporting.text import interval, percent

MEASURED = Path(__file__).resolve().parent / "measured" / "contamination.json"


class WithText(msgspec.Struct, frozen=True):
    """The same question with the text."""

    parts: dict[str, Known]


class Result(msgspec.Struct, frozen=True):
    """What the probe of a model found; `name` is that of the model's record with the text."""

    name: str
    model: str
    settings: dict[str, str | int | float]
    parts: dict[str, Known]
    with_text: WithText | None = None
    answers: dict[str, int] = {}


def add(result: Path, measured: Path = MEASURED) -> None:
    """Add the result of a probe to the stored ones. Raises DataError for a file that is not a result."""
    try:
        new = msgspec.json.decode(result.read_bytes(), type=Result)
    except (OSError, msgspec.MsgspecError) as error:
        raise data_error(str(result), 0, "record-format", f"expected a result of the probe: {error}") from None
    kept = {one.name: one for one in load(measured)} | {new.name: new}
    content = msgspec.json.encode(sorted(kept.values(), key=lambda one: one.name))
    write_atomic(measured, msgspec.json.format(content, indent=1) + b"\n")


def load(measured: Path = MEASURED) -> list[Result]:
    """Return the stored results, none before the first."""
    return msgspec.json.decode(measured.read_bytes(), type=list[Result]) if measured.exists() else []


def section() -> str:
    """Return the section, from the stored results and records."""
    results = load()
    return render(results, {one.name: _recorded(one.name) for one in results})


def _recorded(name: str) -> dict[str, float | None]:
    """Return the stored F1 of a system by part."""
    path = own_folder() / RESULTS / f"{name}.json"
    if not path.exists():
        return {}
    record = read_record(path)
    return {part: spread.f1 for part in record.documents if (spread := record.summary(part).get(METRIC))}


def render(results: Sequence[Result], recorded: Mapping[str, Mapping[str, float | None]]) -> str:
    """Return the section for these results and the stored F1 with the text, by name and part."""
    lines = [
        "### Records without the text", "",
        "A language model may have read a text in training. Here it gets the genre, the day of publication and the "
        "place that a document names most often, not the text, and is asked for the main incident records; the figures "
        "are `record.ceaf`. *By chance* is the mean of answers for documents of other worlds, with day and place moved "
        "to this one's, *p* how often such answers are as good. *Possible* is the figure of gold's own records in the "
        "form and number of an answer. The test worlds are invented, so that their figure must not be above chance. On "
        "the parts retold, field and wire a model may know the events from other sources than the text.",
        "",
    ]  # fmt: skip
    if not results:
        return "\n".join([*lines, "No model has been asked yet.", ""])
    rows = [
        [one.name, part, str(row.documents), f"{row.answered} ({row.records})", _with_interval(row),
         percent(row.chance), percent(row.chance_95), "-" if row.p is None else f"{row.p:.3f}",
         percent(row.possible), _same_question(one, part), percent(recorded.get(one.name, {}).get(part))]
        for one in results
        for part, row in one.parts.items()
    ]  # fmt: skip
    head = ["system", "part", "documents", "answered (records)", "without the text", "by chance",
            "95 % of chance below", "p", "possible", "same question with the text", "system with the text"]  # fmt: skip
    models = "; ".join(f"{one.name} is {one.model}" for one in results)
    return "\n".join([*lines, table(head, rows, text=2), f"{models}.", ""])


def _with_interval(row: Known) -> str:
    bounds = f" ({interval(row.interval)})" if row.interval else ""
    return f"{percent(row.f1)}{bounds}"


def _same_question(result: Result, part: str) -> str:
    found = None if result.with_text is None else result.with_text.parts.get(part)
    return percent(None if found is None else found.f1)


if __name__ == "__main__":
    try:
        for name in sys.argv[1:]:
            add(Path(name))
    except DataError as error:
        sys.exit(f"error: {error}")

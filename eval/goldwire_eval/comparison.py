"""The paired comparison of two submissions on the same gold."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from goldwire_corpus.errors import UsageError, data_error
from goldwire_corpus.wording import counted
from goldwire_eval.metrics.registry import HEADLINE, UNITS
from goldwire_eval.results import Scores, data_frame, resampled
from goldwire_eval.stats.significance import Comparison as Statistics
from goldwire_eval.stats.significance import compare as compare_statistics
from goldwire_eval.stats.significance import smallest_p

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True)
class Difference:
    """One metric of two submissions A and B: F1 of each, B - A with its 95 % interval, and the test of the difference.

    `p` is of paired randomisation, `p_holm` corrected for all metrics compared. `detectable` is the smallest
    difference that a test set like this one shows in four of five samples. None where undefined.
    """

    name: str
    first: float | None
    second: float | None
    difference: float | None
    interval: tuple[float, float] | None
    p: float | None
    p_holm: float | None
    detectable: float | None


@dataclass(frozen=True, eq=False)
class Comparison(Mapping[str, Difference]):
    """The differences of two submissions by metric. `units`: the number of worlds, documents or blocks resampled."""

    first: Scores
    second: Scores
    statistics: Statistics
    names: tuple[str, ...]
    units: int

    def __getitem__(self, metric: str) -> Difference:
        pair = (row := self.statistics.rows(self.names)[metric])["interval"]
        return Difference(metric, **{**row, "interval": None if pair is None else tuple(pair)})

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)

    @property
    def signature(self) -> str:
        return self.first.signature

    @property
    def smallest_p(self) -> float:
        """The least p that this number of units can give."""
        return smallest_p(self.units)

    def __repr__(self) -> str:
        from io import StringIO

        from rich.console import Console

        from goldwire_eval.reporting.text import WIDTH, compare_table, notes

        out = StringIO()
        console = Console(file=out, width=WIDTH, highlight=False, markup=False, color_system=None)
        console.print(f"A: {self.first.name}\nB: {self.second.name}", soft_wrap=True)
        compare_table(self.names, self.statistics, console)
        corrected = min(1, len(self.names) * self.smallest_p)
        console.print(
            f"p: paired randomisation; with {self.units} {resampled(self.first.scored)} at least "
            f"{self.smallest_p:.4f}, corrected by Holm's method for {len(self.names)} metrics at least {corrected:.4f}"
        )
        notes(self._what(), console)
        return out.getvalue().rstrip()

    def to_dict(self) -> dict[str, Any]:
        """Return the object that ``goldwire compare --json`` writes."""
        return {**self._what(), "metrics": self.statistics.rows(self.names)}

    def _what(self) -> dict[str, Any]:
        what = {"documents": self.first.documents, "resampled": resampled(self.first.scored), "units": self.units}
        return {"signature": self.signature, **what}

    def to_dataframe(self) -> "pandas.DataFrame":
        """Return a pandas data frame of one row a metric; raise UsageError if pandas is not installed."""
        fields = ("first", "second", "difference", "p", "p_holm", "detectable")
        rows = [
            {
                "metric": d.name,
                **{f: getattr(d, f) for f in fields},
                **dict(zip(("low", "high"), d.interval or (None, None), strict=True)),
            }
            for d in self.values()
        ]
        return data_frame(rows, ["metric", *fields[:3], "low", "high", *fields[3:]])


def compare(first: Scores, second: Scores, metrics: Collection[str] = HEADLINE) -> Comparison:
    """Compare two submissions on the metrics that both attempt, of `metrics`, metrics across documents left out.

    Raises DataError if there is no such metric or if there are fewer than two units, UsageError if gold or policies
    differ.
    """
    if first.signature != second.signature:
        raise UsageError(f"signatures differ: {first.signature} and {second.signature}")
    units = len(first.scored.by_document.by_unit().rows)
    if units < 2:
        message = f"a paired test needs at least 2 units; found {counted(first.documents, 'document')}"
        hint = " of 1 world; --resample documents treats documents as independent" if first.documents > 1 else ""
        raise data_error(first.name, 0, "too-few-documents", message + hint)
    wanted = [m for m, unit in UNITS.items() if unit == "document" and m in metrics]
    both = tuple(m for m in wanted if m in first and m in second)
    if not both:
        raise data_error(second.name, 0, "nothing-shared", f"attempts no layer that {first.name} attempts")
    a, b = (scores.scored.by_document.by_unit().only(both) for scores in (first, second))
    return Comparison(first, second, compare_statistics(a, b), both, len(a.rows))

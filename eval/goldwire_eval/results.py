"""The results of scoring: one `Score` a metric, all of them as `Scores`, and the object that `--json` prints."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

import msgspec
import numpy as np

from goldwire_corpus import __version__
from goldwire_corpus.errors import UsageError, ValidationError
from goldwire_corpus.wording import counted
from goldwire_eval.batch.arrays import Floats
from goldwire_eval.given import in_order
from goldwire_eval.metrics.prf import defined
from goldwire_eval.metrics.registry import KINDS, METRICS, kind_name
from goldwire_eval.policy import DEFAULT, Policies
from goldwire_eval.scored import Scored
from goldwire_eval.scorer import score
from goldwire_eval.stats.accumulate import MOST, CountsByDocument
from goldwire_eval.stats.significance import FEWEST_UNITS, RESAMPLES, SEED, intervals

if TYPE_CHECKING:
    import pandas

    from goldwire_eval.error_analysis.examples import Details
    from goldwire_eval.readers.predictions import Predictions
    from goldwire_eval.readers.reference import Reference
    from goldwire_eval.reporting.html.data import Run

By = Literal["type", "genre", "part", "world", "document"]
Figures = Mapping[str, Mapping[str, float | None]]


@dataclass(frozen=True)
class Score:
    """The figures of one metric, fractions in [0, 1]; None where undefined or not computed.

    `interval` is the 95 % confidence interval of F1. Metrics of `kind` "counts" have true positives, false positives
    and false negatives; those of kind "fractions", "links" and "mean" have none.
    """

    name: str
    f1: float | None
    precision: float | None
    recall: float | None
    interval: tuple[float, float] | None = None
    tp: float | None = None
    fp: float | None = None
    fn: float | None = None
    kind: str = "counts"

    @classmethod
    def of_figures(cls, name: str, row: Mapping[str, Any]) -> "Score":
        pair = row.get("interval")
        return cls(
            name, row["f1"], row["precision"], row["recall"], None if pair is None else (pair[0], pair[1]),
            row.get("tp"), row.get("fp"), row.get("fn"), kind_name(name),
        )  # fmt: skip

    def __repr__(self) -> str:
        parts = [f"F1 {_percent(self.f1)}", f"precision {_percent(self.precision)}", f"recall {_percent(self.recall)}"]
        if self.interval is not None:
            parts[0] += f" [{_percent(self.interval[0])}, {_percent(self.interval[1])}]"
        if self.tp is not None:
            parts.append(f"tp {self.tp:g}, fp {self.fp:g}, fn {self.fn:g}")
        return f"{self.name}: {', '.join(parts)}"


class Scores(Mapping[str, Score]):
    """The scores of a submission by metric, in the order in which they are printed.

    `again` scores the same predictions once more and keeps the errors with their context, which only `to_html` needs.
    """

    def __init__(
        self, scored: Scored, split: str, data: str, name: str = "predictions",
        again: "Callable[[Details], Scored] | None" = None,
    ):  # fmt: skip
        self.scored, self.name = scored, name
        self._split, self._data, self._again = split, data, again
        self._scores = {m: Score.of_figures(m, row) for m, row in self._summary["metrics"].items()}

    def __getitem__(self, metric: str) -> Score:
        """Return the score of a metric; raise KeyError that says why there is none."""
        if metric in self._scores:
            return self._scores[metric]
        known = metric in METRICS
        raise KeyError(
            f"{metric!r} was not scored; scored: {', '.join(self)}" if known else f"unknown metric {metric!r}"
        )

    def __contains__(self, metric: object) -> bool:
        return metric in self._scores

    def __iter__(self) -> Iterator[str]:
        return iter(self._scores)

    def __len__(self) -> int:
        return len(self._scores)

    @cached_property
    def _summary(self) -> dict[str, Any]:
        return summarise(self.scored, self._split, self._data)

    @property
    def signature(self) -> str:
        """What must be equal for two scores to be comparable."""
        return str(self._summary["signature"])

    @property
    def given(self) -> list[str]:
        """The layers in which the model was given gold; part of the signature."""
        return in_order(self.scored.given)

    @property
    def documents(self) -> int:
        return self.scored.documents

    @property
    def missing(self) -> list[str]:
        """Ids of the gold documents without a prediction; they count as empty."""
        return self.scored.missing

    @property
    def validation_errors(self) -> list[ValidationError]:
        """The invalid items that count as errors under the policy ``invalid:wrong``."""
        return self.scored.validation_errors

    @property
    def notes(self) -> list[str]:
        return self.scored.notes

    @property
    def not_scored(self) -> dict[str, str]:
        """The layers that the submission attempts and that cannot be scored, with the reason."""
        return self.scored.not_scored

    @property
    def left_out(self) -> dict[str, dict[str, int]]:
        """How many items of each label were left out of either side, since the label set has no counterpart."""
        return self.scored.left_out

    def __repr__(self) -> str:
        from io import StringIO

        from rich.console import Console

        from goldwire_eval.reporting.text import WIDTH, score_table

        out = StringIO()
        score_table(self._summary, Console(file=out, width=WIDTH, highlight=False, markup=False, color_system=None))
        return out.getvalue().rstrip()

    def _repr_html_(self) -> str:
        """Return the table that a notebook shows."""
        from html import escape

        head = "".join(f"<th>{title}</th>" for title in ("metric", "precision", "recall", "F1", "95 % interval"))
        rows = "".join(
            f"<tr><th scope='row'>{escape(s.name)}</th><td>{_percent(s.precision)}</td><td>{_percent(s.recall)}</td>"
            f"<td>{_percent(s.f1)}</td><td>{_pair(s.interval)}</td></tr>"
            for s in self.values()
        )
        notes = "".join(f"<br>{escape(note)}" for note in self.notes)
        return (
            f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
            f"<p>{counted(self.documents, 'document')}<br><code>{escape(self.signature)}</code>{notes}</p>"
        )

    def to_dict(self, documents: bool = False) -> dict[str, Any]:
        """Return the object that ``goldwire score --json`` writes; `documents` adds the figures of each document."""
        if not documents:
            return dict(self._summary)
        by = {**self._summary["by"], "document": by_group(self.scored, "document")}
        return {**self._summary, "by": by}

    def to_json(self, path: str | Path, documents: bool = False) -> None:
        """Write `to_dict` to a file."""
        from goldwire_corpus.atomic_write import write_atomic

        write_atomic(Path(path), encode_json(self.to_dict(documents)))

    def to_html(self, path: str | Path, beside: "Sequence[Scores]" = ()) -> None:
        """Write the report: figures, confusion, and every error in its context; `beside` are plotted with it.

        Raises UsageError if the predictions cannot be read again.
        """
        from goldwire_eval.reporting.html.write import write_report

        write_report(Path(path), [*(scores._run(0) for scores in beside), self._run(None)])

    def _run(self, limit: int | None) -> "Run":
        """Return what a report shows of these scores, with at most `limit` errors."""
        from goldwire_eval.error_analysis.examples import LIMIT, Details
        from goldwire_eval.reporting.html.data import Run

        if self._again is None:
            raise UsageError("these scores cannot be computed again; expected scores from goldwire.score")
        details = Details(LIMIT if limit is None else limit)
        summary = self.to_dict(documents=not self.scored.by_document.folded)
        return Run(self.name, self._again(details), summary, details)

    def to_dataframe(self, by: By | None = None) -> "pandas.DataFrame":
        """Return the scores as a pandas data frame: a row a metric, or a row a group and metric with `by`.

        Raises UsageError for an unknown group, or if pandas is not installed.
        """
        columns = ["metric", "precision", "recall", "f1", "low", "high", "tp", "fp", "fn", "kind"]
        if by is None:
            return data_frame([_row(s) for s in self.values()], columns)
        rows = [
            {by: group, **_row(Score.of_figures(metric, row))}
            for group, metrics in by_group(self.scored, by).items()
            for metric, row in metrics.items()
        ]
        return data_frame(rows, [by, *(c for c in columns if c not in ("low", "high"))])


def _row(score: Score) -> dict[str, Any]:
    low, high = score.interval or (None, None)
    return {**{k: v for k, v in vars(score).items() if k not in ("name", "interval")}, "metric": score.name,
            "low": low, "high": high}  # fmt: skip


def data_frame(rows: list[dict[str, Any]], columns: list[str]) -> "pandas.DataFrame":
    """Return a pandas data frame; raise UsageError if pandas is not installed."""
    try:
        import pandas
    except ImportError:
        raise UsageError("to_dataframe needs pandas: pip install pandas") from None
    return pandas.DataFrame(rows, columns=columns)


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.1f}"


def _pair(interval: tuple[float, float] | None) -> str:
    return "" if interval is None else f"{_percent(interval[0])} to {_percent(interval[1])}"


def evaluate(
    predictions: "Callable[[], Predictions]", reference: "Reference", policies: Policies = DEFAULT,
    metrics: Collection[str] = METRICS, name: str = "predictions", scored: Scored | None = None,
) -> Scores:  # fmt: skip
    """Score predictions against gold; `predictions` returns them, once more for a report.

    `scored`: what they score, if it is known already. Raises DataError for invalid data, unless the policy is to count
    invalid items as errors.
    """

    def again(details: "Details | None" = None) -> Scored:
        return score(predictions(), reference.gold, policies, metrics, details)

    return Scores(again() if scored is None else scored, reference.split, reference.data, name, again)


# ---------------------------------------------------------------- the summary


def signature(data: str, split: str, units: int, policies: Policies, given: Collection[str] = ()) -> str:
    """Return what must be equal for two scores to be comparable; the version comes last.

    `given` are the layers that the predictions have from gold.
    """
    split = split.replace("|", "_") + (f"|given:{'+'.join(in_order(given))}" if given else "")
    resamples = f"{RESAMPLES},seed:{SEED}" if units >= FEWEST_UNITS else "none"
    return f"goldwire|data:{data}|split:{split}|{policies}|resamples:{resamples}|version:{__version__}"


def given_in(signature: str) -> list[str]:
    """Return the layers that the predictions of a signature have from gold."""
    fields = dict(field.partition(":")[::2] for field in signature.split("|"))
    return in_order(fields.get("given", "").split("+"))


def summarise(scored: Scored, split: str, data: str) -> dict[str, Any]:
    """Return every figure as a fraction in [0, 1] or None, intervals as pairs or None.

    Cluster metrics have their numerators and denominators in place of tp, fp and fn.
    """
    units = scored.by_document.by_unit()
    bounds = _intervals(units) | _intervals(scored.by_world)
    undefined = scored.policies.undefined
    metrics = {
        name: {**figures(name, scored.stats(name).sum(axis=0), undefined), "interval": bounds[name]}
        for name in scored.metrics
    }
    return {
        "version": __version__,
        "signature": signature(data, split, len(units.rows), scored.policies, scored.given),
        "split": split,
        **({"given": in_order(scored.given)} if scored.given else {}),
        "documents": scored.documents,
        "resampled": resampled(scored),
        "units": len(units.rows),
        "missing": scored.missing,
        "not_scored": scored.not_scored,
        "left_out": scored.left_out,
        "notes": scored.notes,
        "validation_errors": [msgspec.to_builtins(error) for error in scored.validation_errors],
        "metrics": metrics,
        "by": {group: by_group(scored, group) for group in ("type", "genre", "part", "world")},
        "errors": scored.errors.counts(scored.attempted),
    }


def resampled(scored: Scored) -> str:
    """Return what the units of resampling are: worlds, documents, worlds and documents, or blocks of a large file."""
    if scored.by_document.folded:
        return "blocks"
    own = np.arange(len(scored.by_document.units))
    if np.array_equal(scored.by_document.units, own):
        return "documents"
    return "worlds and documents" if scored.alone else "worlds"


def figures(metric: str, stats: Floats, undefined: str = "null") -> dict[str, float | None]:
    """Return the statistics of a metric by name, and precision, recall and F1."""
    kind = KINDS[metric]
    counts = dict(zip(kind.fields, stats.tolist(), strict=True)) if kind.reported else {}
    # A mean of F1 alone has no precision; that is not the undefined figure that a policy makes zero.
    values = {name: defined(float(value)) for name, value in kind.figures(stats)._asdict().items()}
    if undefined == "zero":
        values = {
            name: 0.0 if value is None and (kind.reported or name == "f1") else value for name, value in values.items()
        }
    return {**counts, **values}


def _intervals(units: CountsByDocument) -> dict[str, list[float] | None]:
    if not units.kinds or not len(units.rows):
        return dict.fromkeys(units.kinds)
    bounds = intervals(units)
    pairs = {name: bounds[:, i].tolist() for i, name in enumerate(units.kinds)}
    return {name: None if np.isnan(pair).any() else pair for name, pair in pairs.items()}


def by_group(scored: Scored, group: str) -> dict[str, Figures]:
    """Return the figures of every metric by type, genre, part, world or document.

    Only metrics that compare types have figures by type; those across documents have figures by world alone.
    Raises UsageError for an unknown group, and by document if there are too many to keep.
    """
    if group not in get_args(By):
        raise UsageError(f"unknown group {group!r}; expected one of {', '.join(get_args(By))}")
    if group == "document" and scored.by_document.folded:
        raise UsageError(f"figures by document are kept for at most {MOST:,} documents; found {scored.documents:,}")
    sums = scored.sums(group)
    undefined = scored.policies.undefined
    out = {value: {m: figures(m, row[m], undefined) for m in scored.metrics if m in row} for value, row in sums.items()}
    return {value: row for value, row in out.items() if row or group != "type"}


def encode_json(content: Mapping[str, Any]) -> bytes:
    """Return `content` as indented JSON with a final newline."""
    return msgspec.json.format(msgspec.json.encode(content), indent=1) + b"\n"

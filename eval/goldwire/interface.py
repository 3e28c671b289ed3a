"""Functions of the Python interface, with the same figures and signature as the commands."""

import warnings
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from goldwire.reference import open_reference
from goldwire_corpus.errors import ValidationError
from goldwire_corpus.load import documents, load
from goldwire_corpus.parts import Copies
from goldwire_corpus.schema.document import Document
from goldwire_corpus.schema.prediction import Prediction
from goldwire_eval import results, scorer
from goldwire_eval.metrics.registry import HEADLINE, METRICS, select
from goldwire_eval.policy import OWN, Policies, policies_of
from goldwire_eval.readers.formats import Reading
from goldwire_eval.readers.in_memory import rows_in_memory
from goldwire_eval.readers.locations import located
from goldwire_eval.readers.predictions import Predictions
from goldwire_eval.readers.reference import Gold, Reference
from goldwire_eval.readers.spool import Input
from goldwire_eval.scored import Scored

if TYPE_CHECKING:
    from goldwire_eval.comparison import Comparison

__all__ = ["compare", "load", "run", "score", "validate"]
Rows = Iterable[Mapping[str, Any] | Prediction | Document]
"""Predictions or gold in memory: dicts, rows of a Hugging Face dataset, or typed objects."""


def score(
    predictions: str | Path | Rows,
    split: str | None = None,
    *,
    gold: str | Path | Rows | None = None,
    article: str | Path | None = None,
    field: str | Path | None = None,
    labels: str = OWN,
    metrics: Sequence[str] | str | None = None,
    lenient: bool = False,
    profile: str | None = None,
    quotes: str = "exact",
    resample: str = "worlds",
    name: str | None = None,
    jobs: int | None = None,
    dask: str | None = None,
) -> results.Scores:
    """Score predictions against gold and return the scores.

    `predictions` and `gold` are a path of any supported format, or rows: dicts, rows of a Hugging Face dataset,
    `Prediction` or `Document` objects. Without `gold` the gold of `split` is used (several joined by +; the default is
    the held-out documents); the split wire needs `article`, a copy of the AP story, the split field `field`, a clone of
    re3d or the part joined to it. `labels` is the label set of the predictions, `metrics` limits the figures by name
    or by a prefix of names, `lenient` counts invalid items as errors instead of rejecting the predictions, `profile`
    selects the policies of another scorer, `quotes` is the policy of matching quotes, `resample` the unit of the
    intervals (worlds or documents), `name` is shown in reports. `jobs` scores files in so many processes, `dask` on the
    Dask cluster of this address (`local`: one of processes of this machine), with the same figures; input that cannot
    be cut is scored in this process, with a warning.

    Raises DataError for invalid predictions or gold, and UsageError for an unknown split, metric, label set, profile or
    unit.
    """
    policies = policies_of(labels=labels, profile=profile, lenient=lenient, quotes=quotes, resample=resample)
    reference = _reference(split, gold, article, field)
    source = _predictions(predictions, reference.gold, policies, name)
    scored = None
    if jobs is not None or dask is not None:
        scored = _in_parts(predictions, reference.gold, policies, _metrics(metrics), jobs, dask)
    return results.evaluate(source, reference, policies, _metrics(metrics), _name(predictions, name), scored)


def _in_parts(
    predictions: str | Path | Rows, gold: Gold, policies: Policies, metrics: Sequence[str], jobs: int | None,
    dask: str | None,
) -> Scored | None:  # fmt: skip
    """Return what a file scores in parts; None, with a warning, if it must be scored in one process."""
    from goldwire_eval.scale.choice import executor_of
    from goldwire_eval.scale.row_index import NoPartsError
    from goldwire_eval.scale.score_parts import score_in_parts

    executor = executor_of(jobs, dask)
    try:
        if gold.path is None or not isinstance(predictions, str | Path) or not located(predictions).exists():
            raise NoPartsError("predictions and gold must be a file or a folder each")
        with executor as entered:
            return score_in_parts(located(predictions), gold.path, policies, metrics, entered, jobs or 1)
    except NoPartsError as error:
        warnings.warn(f"scored in one process: {error}", stacklevel=3)
        return None


def compare(
    first: str | Path | Rows,
    second: str | Path | Rows,
    split: str | None = None,
    *,
    gold: str | Path | Rows | None = None,
    article: str | Path | None = None,
    field: str | Path | None = None,
    labels: str = OWN,
    metrics: Sequence[str] | str | None = None,
    lenient: bool = False,
    profile: str | None = None,
    quotes: str = "exact",
    resample: str = "worlds",
) -> "Comparison":
    """Test the significance of the difference between two submissions on the same gold, by metric.

    Paired randomisation test over the resampled units with Holm's correction for the compared metrics: one per layer
    unless `metrics` names others. Arguments and errors as for `score`; a comparison needs at least two units.
    """
    from goldwire_eval import comparison

    selected = HEADLINE if metrics is None else _metrics(metrics)
    first_scores, second_scores = (
        score(predictions, split, gold=gold, article=article, field=field, labels=labels, metrics=selected,
              lenient=lenient, profile=profile, quotes=quotes, resample=resample)
        for predictions in (first, second)
    )  # fmt: skip
    return comparison.compare(first_scores, second_scores, selected)


def validate(
    predictions: str | Path | Rows,
    split: str | None = None,
    *,
    gold: str | Path | Rows | None = None,
    article: str | Path | None = None,
    field: str | Path | None = None,
    labels: str = OWN,
) -> list[ValidationError]:
    """Return all errors of the predictions, each with id, path, line and message; an empty list if they are valid."""
    policies = policies_of(labels=labels, lenient=True)
    reference = _reference(split, gold, article, field)
    source = _predictions(predictions, reference.gold, policies, None)
    return scorer.score(source(), reference.gold, policies, ()).validation_errors


def run(
    model: str,
    split: str | None = None,
    *,
    article: str | Path | None = None,
    field: str | Path | None = None,
    labels: str = OWN,
    metrics: Sequence[str] | str | None = None,
    given: Sequence[str] | str = (),
) -> results.Scores:
    """Fit a model on the train split, run it on a split and score its predictions.

    `model` is the name of a baseline or ``package.module:factory`` of anything with `fit` and `predict`. `given` names
    layers of gold that the model starts from, such as "mentions,triggers"; the signature then says so. Raises DataError
    if the model fails or returns an invalid prediction, and UsageError for an unknown model or for a layer that the
    model cannot use.
    """
    predictions = predict(model, split, article=article, field=field, given=given)
    return score(predictions, split, article=article, field=field, labels=labels, metrics=metrics, name=model)


def predict(
    model: str, split: str | None = None, *, article: str | Path | None = None, field: str | Path | None = None,
    given: Sequence[str] | str = (),
) -> list[Prediction]:  # fmt: skip
    """Fit a model on the train split and return its predictions for a split. Errors as for `run`."""
    from goldwire_eval import extractor

    reference = _reference(split, None, article, field)
    return extractor.run(model, documents("train"), reference.gold.documents(), _names(given))


def _metrics(wanted: Sequence[str] | str | None) -> list[str]:
    return list(METRICS) if wanted is None else select(_names(wanted))


def _names(wanted: Sequence[str] | str) -> list[str]:
    return [name.strip() for name in (wanted.split(",") if isinstance(wanted, str) else wanted)]


def _reference(
    split: str | None, gold: str | Path | Rows | None, article: str | Path | None, field: str | Path | None
) -> Reference:
    copies = Copies(*(None if path is None else Path(path) for path in (article, field)))
    if gold is None or isinstance(gold, str | Path):
        return open_reference(split, None if gold is None else located(gold), copies)
    rows = list(gold)
    in_memory = Gold(lambda reading: rows_in_memory(rows, "gold", reading), lambda: (), "gold")
    return Reference(in_memory, "gold", "memory")


def _predictions(source: str | Path | Rows, gold: Gold, policies: Policies, name: str | None) -> Any:
    """Return a function that reads the predictions anew at each call."""
    if isinstance(source, str | Path):
        content = Input(located(source))
        return lambda: Predictions.of_file(content, gold, policies)
    rows, title = list(source), name or "predictions"
    return lambda: Predictions(lambda reading: rows_in_memory(rows, title, reading), title, lambda: Reading(policies))


def _name(source: object, name: str | None) -> str:
    return name or (Path(source).name if isinstance(source, str | Path) else "predictions")

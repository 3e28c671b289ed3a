"""Score predictions against gold."""

import gc
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from goldwire_corpus.schema.document import Document
from goldwire_corpus.schema.prediction import Prediction
from goldwire_eval.metrics.registry import METRICS
from goldwire_eval.policy import DEFAULT, Policies
from goldwire_eval.readers.predictions import Predictions
from goldwire_eval.readers.reference import Gold
from goldwire_eval.scored import Scored
from goldwire_eval.tally import Tally

if TYPE_CHECKING:
    from goldwire_eval.error_analysis.examples import Details


def score(
    predictions: Predictions, gold: Gold, policies: Policies = DEFAULT, metrics: Collection[str] = METRICS,
    details: "Details | None" = None,
) -> Scored:  # fmt: skip
    """Validate, ground and count a submission against gold; `details` gathers every error with its place.

    Raises DataError with every validation error, unless the policy is to count invalid items as errors.
    """
    with no_collection():
        tally = Tally(policies, metrics, details)
        tally.count(predictions, gold.under(policies))
        return tally.scored()


def score_documents(predictions: Sequence[Prediction], gold: Sequence[Document], name: str) -> Scored:
    """Score predictions made in this process exactly as if they had been read from a file."""
    return score(Predictions.of_rows(predictions, name), Gold.of_documents(gold))


def score_file(
    path: Path, gold: Gold, policies: Policies = DEFAULT, metrics: Collection[str] = METRICS,
    details: "Details | None" = None,
) -> Scored:  # fmt: skip
    return score(Predictions.of_file(path, gold, policies), gold, policies, metrics, details)


@contextmanager
def no_collection() -> Iterator[None]:
    """Pause the garbage collector, which would walk all that is decoded again and again and finds no cycle."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()

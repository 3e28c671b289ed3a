"""Functions of the lm-evaluation-harness task in `goldwire.yaml` (Gao et al., https://doi.org/10.5281/zenodo.5371628).

A metric of a corpus has no value for one document: `process_results` passes each answer on, and `aggregate` scores all
of them together.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from goldwire.harness.answer_figures import METRICS, PARSE_RATE, figures, prompt_rows

if TYPE_CHECKING:
    from datasets import Dataset

Item = tuple[str, str, str]
"""The metric, the id of the document, and the answer."""


def dataset(split: str = "test+retold", **_: Any) -> dict[str, "Dataset"]:
    """Return the prompts to evaluate, and those of train as examples.

    The arguments are those of ``--metadata``, such as ``{"split": "validation"}``, and others, which are ignored.
    """
    from datasets import Dataset

    return {"test": Dataset.from_list(prompt_rows(split)), "train": Dataset.from_list(prompt_rows("train"))}


def process_results(row: Mapping[str, str], results: Sequence[str]) -> dict[str, Item]:
    return {metric: (metric, row["id"], results[0]) for metric in (PARSE_RATE, *METRICS)}


def aggregate(items: Sequence[Item]) -> float:
    """Return the figure of the metric that the items are of."""
    return _figures(tuple((id, answer) for _, id, answer in items))[items[0][0]]


@lru_cache(maxsize=4)
def _figures(answers: tuple[tuple[str, str], ...]) -> dict[str, float]:
    return figures(dict(answers))

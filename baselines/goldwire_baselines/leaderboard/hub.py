"""A record in the two formats in which the Hugging Face Hub shows results.

`.eval_results/*.yaml` in a model repository (https://huggingface.co/docs/hub/eval-results): results that also appear on
the leaderboard of a benchmark's dataset. `model-index` in the YAML of a model card (the older format):
https://github.com/huggingface/hub-docs/blob/main/modelcard.md. Values are F1 in per cent.
"""

import re
from collections.abc import Iterator
from typing import Any

import yaml

from goldwire_baselines.leaderboard.record import HELD_OUT, Record, Spread
from goldwire_corpus.errors import UsageError
from goldwire_eval.metrics.registry import HEADLINE
from goldwire_eval.reporting.text import interval

DATASET = "Goldwire"
_TASK = {"ner": "token-classification"}
_OTHER_TASK = "text-classification"


def task_id(metric: str) -> str:
    """Return the id of a metric as a task of the benchmark: letters, digits and underscores."""
    return re.sub("[^a-z0-9]+", "_", metric)


def eval_results(record: Record, dataset: str, revision: str | None = None, part: str = HELD_OUT) -> str:
    """Return the content of a file of `.eval_results`: a list with an entry for each leading metric.

    `dataset` is the id of the corpus on the Hub, `revision` the commit of it. Raises UsageError for a system that was
    given gold, since the Hub ranks these results.
    """
    if record.given:
        raise UsageError(f"{record.name} was given gold ({', '.join(record.given)}), and the Hub ranks eval-results; "
                         "expected --format model-index")  # fmt: skip
    entries: list[dict[str, Any]] = []
    for metric, spread in _leading(record, part):
        entry: dict[str, Any] = {
            "dataset": {"id": dataset, "task_id": task_id(metric), **({"revision": revision} if revision else {})},
            "value": _percent(spread),
            "notes": _notes(record, metric, part, spread),
        }
        if record.url:
            entry["source"] = {"url": record.url, "name": record.name}
        entries.append(entry)
    return _yaml(entries)


def model_index(record: Record, dataset: str, revision: str | None = None, part: str = HELD_OUT) -> str:
    """Return the YAML of a model card's header with the key `model-index`."""
    from huggingface_hub import EvalResult
    from huggingface_hub.repocard_data import eval_results_to_model_index

    given = f", given {', '.join(record.given)}" if record.given else ""
    results = [
        EvalResult(
            task_type=_TASK.get(metric, _OTHER_TASK), task_name=metric, dataset_type=dataset, dataset_name=DATASET,
            dataset_config="documents", dataset_split=part, dataset_revision=revision, metric_type="f1",
            metric_name=f"F1 {metric}{given}", metric_value=_percent(spread),
            metric_args={"signature": record.signatures[part]},
            source_name=record.name if record.url else None, source_url=record.url or None,
        )
        for metric, spread in _leading(record, part)
    ]  # fmt: skip
    return _yaml({"model-index": eval_results_to_model_index(record.name, results)})


def _leading(record: Record, part: str) -> Iterator[tuple[str, Spread]]:
    found = record.summary(part)
    yield from ((metric, found[metric]) for metric in HEADLINE if metric in found and found[metric].f1 is not None)


def _percent(spread: Spread) -> float:
    return round(100 * (spread.f1 or 0.0), 2)


def _notes(record: Record, metric: str, part: str, spread: Spread) -> str:
    parts = [f"F1 {metric} in per cent", f"split {part}", f"data {record.data}"]
    if spread.interval is not None:
        parts.insert(1, f"95 % interval {interval(spread.interval)}")
    if spread.deviation is not None:
        parts.append(f"mean of {len(record.runs)} seeds, standard deviation {100 * spread.deviation:.2f}")
    return ", ".join(parts)


def _yaml(content: object) -> str:
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=120)

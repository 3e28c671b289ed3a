"""Predictions and statistics of a run over whole parts, as files of a folder."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from goldwire_baselines.leaderboard.recording import storable
from goldwire_baselines.llm.baseline import Baseline
from goldwire_baselines.llm.statistics import error_shares
from goldwire_corpus.atomic_write import write_atomic
from goldwire_corpus.load import data_signature
from goldwire_corpus.schema.document import Document
from goldwire_eval.extractor import blind
from goldwire_eval.results import encode_json, summarise
from goldwire_eval.scorer import score_documents

PREDICTIONS = "predictions.jsonl"
STATISTICS = "statistics.json"


def record(baseline: Baseline, train: Sequence[Document], parts: Mapping[str, Sequence[Document]], out: Path) -> None:
    """Run the baseline on the parts and write `<part>/predictions.jsonl` and `statistics.json` to the folder `out`.

    The statistics have the settings and, by part, the counts and rates, F1 of every metric, the errors by class and the
    shares of omissions and inventions among them. Predictions are stored as those of a record are: of texts that are
    not shipped without their words. Raises DataError if the endpoint fails; a second run goes on with the cached
    answers.
    """
    baseline.fit(train)
    baseline.prepare([blind(document) for documents in parts.values() for document in documents])
    results: dict[str, Any] = {}
    for part, documents in parts.items():
        baseline.forget()
        predictions = [baseline.predict(blind(document)) for document in documents]
        stored = storable({part: predictions}, {part: list(documents)}, "llm")[part]
        write_atomic(out / part / PREDICTIONS, b"".join(msgspec.json.encode(p) + b"\n" for p in stored))
        report = summarise(score_documents(predictions, documents, "llm"), part, data_signature())
        found = baseline.statistics()
        results[part] = {
            **found,
            "errors": report["errors"],
            "shares": error_shares(report["errors"], found["ungrounded"]),
            "f1": {name: metric["f1"] for name, metric in report["metrics"].items()},
        }
    write_atomic(out / STATISTICS, encode_json({**baseline.description(), "parts": results}))

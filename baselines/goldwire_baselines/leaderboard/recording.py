"""From predictions to a record, and from a record and its predictions back to the same figures."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
import numpy as np

from goldwire_baselines.leaderboard import stored_predictions as stored
from goldwire_baselines.leaderboard.measure import Gold
from goldwire_baselines.leaderboard.record import (
    HELD_OUT,
    Data,
    Figures,
    Record,
    Run,
    Scores,
    Spread,
    mean_of,
    rounded,
)
from goldwire_corpus.errors import data_error
from goldwire_corpus.load import DATA, data_signature, read_manifest
from goldwire_corpus.parts import JOINED
from goldwire_corpus.schema.document import Document
from goldwire_corpus.schema.prediction import Prediction
from goldwire_eval.given import in_order
from goldwire_eval.metrics.registry import HEADLINE, METRICS, UNITS
from goldwire_eval.reporting.metric_groups import VARIANT
from goldwire_eval.results import summarise
from goldwire_eval.scored import Scored
from goldwire_eval.scorer import score_documents
from goldwire_eval.stats.accumulate import CountsByDocument
from goldwire_eval.stats.significance import intervals_of_mean

TESTED = tuple(name for name in HEADLINE if UNITS[name] == "document")
"""The metrics that have statistics of each unit, which a comparison needs."""


class ScoredRun(NamedTuple):
    """One run: its figures for the record, the statistics behind them by part, and what the parts are."""

    run: Run
    scored: dict[str, Scored]
    signatures: dict[str, str]
    documents: dict[str, int]


def storable(predictions: Mapping[str, Sequence[Prediction]], gold: Gold, name: str) -> dict[str, list[Prediction]]:
    """Return the predictions of each part in the form in which they are stored."""
    return {
        part: stored.without_text(rows, _by_id(gold[part]), name)
        if part in JOINED
        else list(map(stored.layers_of, rows))
        for part, rows in predictions.items()
    }


def given_of(name: str, runs: Iterable[Mapping[str, Sequence[Prediction]]]) -> list[str]:
    """Return the layers that the predictions of a system have from gold, the same in all of them.

    Raises DataError if they differ, since the figures of a record are all of one kind.
    """
    rows = [p for predictions in runs for some in predictions.values() for p in some]
    first = in_order(rows[0].given or ()) if rows else []
    for p in rows:
        found = in_order(p.given or ())
        if found != first:
            message = (f"{p.id} has {_named(found)} given from gold, {rows[0].id} {_named(first)}; "
                       "make a record of each: all predictions of a record have the same layers given")  # fmt: skip
            raise data_error(name, 0, "given-differs", message)
    return first


def _named(layers: Sequence[str]) -> str:
    return ", ".join(layers) or "nothing"


def score_run(
    predictions: Mapping[str, Sequence[Prediction]], gold: Gold, name: str, seed: int | None = None, brief: bool = False
) -> ScoredRun:
    """Score stored predictions of each part; with `brief` by the leading metrics only.

    The held-out documents are scored together and, as the parts test and retold, apart. Raises DataError for invalid
    predictions.
    """
    scored: dict[str, Scored] = {}
    for part, rows in predictions.items():
        documents = gold[part]
        own = stored.with_text(rows, _by_id(documents)) if part in JOINED else rows
        scored[part] = score_documents(own, documents, name)
        if part == HELD_OUT:
            for split, some in by_split(documents).items():
                ids = {d.id for d in some}
                scored[split] = score_documents([p for p in own if p.id in ids], some, name)
    signature = data_signature()
    summaries = {part: summarise(found, part, signature) for part, found in scored.items()}
    run = Run({part: _scores(part, summary, brief) for part, summary in summaries.items()}, seed)
    return ScoredRun(run, scored, {part: str(s["signature"]) for part, s in summaries.items()},
                     {part: int(s["documents"]) for part, s in summaries.items()})  # fmt: skip


def _by_id(documents: Sequence[Document]) -> dict[str, Document]:
    return {document.id: document for document in documents}


def by_split(documents: Sequence[Document]) -> dict[str, list[Document]]:
    """Return the held-out documents by split: those of the part `worlds` are test."""
    retold = [d for d in documents if d.part == "retold"]
    return {"test": [d for d in documents if d.part != "retold"], "retold": retold}


def _scores(part: str, summary: Mapping[str, Any], brief: bool) -> Scores:
    metrics = HEADLINE if brief else [m for m in METRICS if part == HELD_OUT or VARIANT not in m]
    worlds = summary["by"]["world"] if part == HELD_OUT and not brief else {}
    return Scores(
        _figures(summary["metrics"], metrics),
        summary["missing"],
        {} if brief else {error: number for error, number in summary["errors"].items() if number},
        {world: _figures(row, HEADLINE) for world, row in worlds.items()},
    )


def _figures(rows: Mapping[str, Mapping[str, Any]], metrics: Sequence[str]) -> dict[str, Figures]:
    figures = {}
    for name in metrics:
        if name in rows:
            row = {key: value for key, value in rows[name].items() if key != "interval"}
            f1, precision, recall = (rounded(row.pop(key)) for key in ("f1", "precision", "recall"))
            counts = {key: rounded(value) or 0.0 for key, value in row.items()}
            figures[name] = Figures(f1, precision, recall, _pair(rows[name].get("interval")), counts)
    return figures


def units_of(runs: Sequence[Scored], metrics: Sequence[str] = TESTED) -> list[CountsByDocument]:
    """Return the statistics of each unit of resampling by run, of the metrics that all runs attempt."""
    names = [name for name in metrics if all(name in scored.metrics for scored in runs)]
    return [scored.by_document.by_unit().only(names) for scored in runs]


def pooled(runs: Sequence[Scored]) -> CountsByDocument:
    """Return the statistics of each unit of resampling, averaged over the runs."""
    found = units_of(runs)
    made = CountsByDocument(found[0].kinds)
    made.rows = np.mean([units.rows for units in found], axis=0)
    return made


def means(runs: Sequence[ScoredRun]) -> dict[str, dict[str, Spread]]:
    """Return the mean over several runs by part and metric; nothing of a single one."""
    if len(runs) < 2:
        return {}
    out: dict[str, dict[str, Spread]] = {}
    of_all = [run.run for run in runs]
    for part in runs[0].run.parts:
        units = units_of([run.scored[part] for run in runs])
        bounds = dict(zip(units[0].kinds, intervals_of_mean(units).T.tolist(), strict=True))
        for name in HEADLINE:
            if all(name in run.parts[part].metrics for run in of_all):
                spread = mean_of(of_all, part, name)
                out.setdefault(part, {})[name] = msgspec.structs.replace(spread, interval=_pair(bounds.get(name)))
    return out


def _pair(bounds: Sequence[float] | None) -> tuple[float, float] | None:
    """Return an interval, rounded; None if it is undefined."""
    if bounds is None or np.isnan(bounds).any():
        return None
    low, high = (rounded(bound) or 0.0 for bound in bounds)
    return low, high


def data() -> Data:
    """Return the version and digest of the data that records of this build are made on."""
    manifest = read_manifest(DATA)
    return Data(manifest.version, manifest.digest)


def differences(record: Record, again: Record) -> Iterator[str]:
    """Yield every figure of a record that differs from the same record made again, which may have fewer parts."""
    if record.data != again.data:
        yield f"data: {record.data} in the record, {again.data} here"
        return
    for old, new in zip(record.runs, again.runs, strict=True):
        seed = "" if old.seed is None else f" seed {old.seed}"
        for part, scores in old.parts.items():
            if part not in new.parts:
                continue
            yield from _differ(f"{part}{seed}", scores, new.parts[part])
    for part, metrics in record.mean.items():
        if part in again.mean:
            for name in sorted(metrics.keys() | again.mean[part].keys()):
                pair = metrics.get(name), again.mean[part].get(name)
                if pair[0] != pair[1]:
                    yield f"{part} mean {name}: {_shown(pair[0])} in the record, {_shown(pair[1])} from the predictions"
    for part, signature in again.signatures.items():
        stored_one = record.signatures.get(part, "")
        if signature.rpartition("|")[0] != stored_one.rpartition("|")[0]:
            yield f"{part} signature: {stored_one} in the record, {signature} here"


def _differ(where: str, old: Scores, new: Scores) -> Iterator[str]:
    for place, a, b in [(where, old.metrics, new.metrics)] + [
        (f"{where} {world}", old.worlds.get(world, {}), new.worlds.get(world, {}))
        for world in sorted(old.worlds.keys() | new.worlds.keys())
    ]:
        for name in [m for m in METRICS if m in a or m in b]:
            if a.get(name) != b.get(name):
                yield f"{place} {name}: {_shown(a.get(name))} in the record, {_shown(b.get(name))} from the predictions"
    for what in ("missing", "errors"):
        if getattr(old, what) != getattr(new, what):
            yield f"{where} {what}: {getattr(old, what)} in the record, {getattr(new, what)} from the predictions"


def _shown(figures: Figures | Spread | None) -> str:
    """Return the values of figures in a line; those that are unset are left out."""
    if figures is None:
        return "none"
    values = {name: getattr(figures, name) for name in figures.__struct_fields__}
    flat = {**{k: v for k, v in values.items() if k != "counts"}, **values.get("counts", {})}
    return ", ".join(f"{name} {value}" for name, value in flat.items() if value is not None)

"""The object that `--json` prints: every figure of a score, as fractions or null."""

from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np

from goldwire_corpus import __version__
from goldwire_eval.batch.arrays import Floats
from goldwire_eval.metrics.prf import defined
from goldwire_eval.metrics.registry import KINDS
from goldwire_eval.policy import Policies
from goldwire_eval.scorer import Scored
from goldwire_eval.stats.accumulate import CountsByDocument
from goldwire_eval.stats.significance import FEWEST_DOCUMENTS, RESAMPLES, SEED, intervals


def signature(data: str, split: str, documents: int, policies: Policies) -> str:
    """What must be equal for two scores to be comparable; the version stands last."""
    resample = f"{RESAMPLES},seed:{SEED}" if documents >= FEWEST_DOCUMENTS else "none"
    return f"goldwire|data:{data}|split:{split.replace('|', '_')}|{policies}|resample:{resample}|version:{__version__}"


def summarise(scored: Scored, split: str, data: str) -> dict[str, Any]:
    """Fractions in [0, 1] or null, intervals as pairs or null; cluster metrics with their numerators."""
    bounds = _intervals(scored.by_document) | _intervals(scored.by_world)
    undefined = scored.policies.undefined
    metrics = {
        name: {**figures(name, scored.stats(name).sum(axis=0), undefined), "interval": bounds[name]}
        for name in scored.metrics
    }
    return {
        "version": __version__,
        "signature": signature(data, split, scored.documents, scored.policies),
        "split": split,
        "documents": scored.documents,
        "resampled": "blocks" if scored.by_document.folded else "documents",
        "missing": scored.missing,
        "validation_errors": [msgspec.to_builtins(incident) for incident in scored.validation_errors],
        "metrics": metrics,
        "by": {"type": _by_type(scored), **{fact: _by_fact(scored, fact) for fact in scored.by_fact}},
        "errors": scored.errors.counts(scored.attempted),
    }


def figures(metric: str, stats: Floats, undefined: str = "null") -> dict[str, float | None]:
    """The statistics of a metric by name, and precision, recall and F1."""
    kind = KINDS[metric]
    told = dict(zip(kind.fields, stats.tolist(), strict=True)) if kind.reported else {}
    # A mean of F1 alone has no precision; that is not the undefined figure that a policy makes zero.
    values = {name: defined(float(value)) for name, value in kind.figures(stats)._asdict().items()}
    if undefined == "zero":
        values = {
            name: 0.0 if value is None and (kind.reported or name == "f1") else value for name, value in values.items()
        }
    return {**told, **values}


def _intervals(units: CountsByDocument) -> dict[str, list[float] | None]:
    if not units.kinds or not len(units.rows):
        return dict.fromkeys(units.kinds)
    bounds = intervals(units)
    pairs = {name: bounds[:, i].tolist() for i, name in enumerate(units.kinds)}
    return {name: None if np.isnan(pair).any() else pair for name, pair in pairs.items()}


def _by_type(scored: Scored) -> dict[str, Mapping[str, Any]]:
    order = scored.metrics
    return {
        type_: {m: figures(m, row[m], scored.policies.undefined) for m in order if m in row}
        for type_, row in sorted(scored.by_type.items())
        if any(m in row for m in order)
    }


def _by_fact(scored: Scored, fact: str) -> dict[str, Mapping[str, Any]]:
    units = scored.by_document
    return {
        value: {
            m: figures(m, row[units.place[m]], scored.policies.undefined) for m in scored.metrics if m in units.kinds
        }
        for value, row in sorted(scored.by_fact[fact].sums.items())
    }


def encode_json(content: Mapping[str, Any]) -> bytes:
    """Return `content` as indented JSON with a final newline."""
    return msgspec.json.format(msgspec.json.encode(content), indent=1) + b"\n"

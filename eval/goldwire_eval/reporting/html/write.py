"""Scores predictions and writes their report."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from goldwire_corpus.atomic_write import write_atomic
from goldwire_eval.error_analysis.examples import Details
from goldwire_eval.policy import Policies
from goldwire_eval.reporting.html.data import Run, build
from goldwire_eval.reporting.html.page import render
from goldwire_eval.reporting.metric_groups import leading
from goldwire_eval.results import summarise
from goldwire_eval.scorer import score_file

if TYPE_CHECKING:
    from goldwire_eval.readers.reference import Reference


def write_report(
    out: Path, pred: Path, beside: Sequence[Path], to: "Reference", policies: Policies, metrics: Collection[str]
) -> dict[str, Any]:
    """Writes the page of `pred`, with the runs `beside` it in the plots; gives the summary of `pred`."""
    run = _run(pred, to, policies, metrics, Details())
    leads = list(leading(run.summary["metrics"]).values())
    # Of the other runs the plots show these metrics and no error.
    others = [_run(path, to, policies, leads, Details(limit=0)) for path in beside]
    runs = [*others, run]
    for one, name in zip(runs, _names([*beside, pred]), strict=True):
        one.name = name
    # A name of a file need not be Unicode.
    write_atomic(out, render(build(runs)).encode("utf-8", "replace"))
    return dict(run.summary)


def _run(path: Path, to: "Reference", policies: Policies, metrics: Collection[str], details: Details) -> Run:
    scored = score_file(path, to.gold, policies, metrics, details)
    return Run(path.name, scored, summarise(scored, to.split, to.data), details)


def _names(paths: Sequence[Path]) -> list[str]:
    """Names of files, or whole paths where two files have one name."""
    names = [path.name for path in paths]
    return names if len(set(names)) == len(names) else [str(path) for path in paths]

"""Scores predictions and writes their report."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from goldwire_corpus.files import write_atomic
from goldwire_eval.details import Details
from goldwire_eval.html.data import Run, build
from goldwire_eval.html.page import render
from goldwire_eval.layers import leading
from goldwire_eval.policies import Policies
from goldwire_eval.score import score_file
from goldwire_eval.summary import summarise

if TYPE_CHECKING:
    from goldwire_eval.commands import Against


def write_report(
    out: Path, pred: Path, beside: Sequence[Path], to: "Against", policies: Policies, metrics: Collection[str]
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


def _run(path: Path, to: "Against", policies: Policies, metrics: Collection[str], details: Details) -> Run:
    scored = score_file(path, to.gold, policies, metrics, details)
    return Run(path.name, scored, summarise(scored, to.split, to.data), details)


def _names(paths: Sequence[Path]) -> list[str]:
    """Names of files, or whole paths where two files have one name."""
    names = [path.name for path in paths]
    return names if len(set(names)) == len(names) else [str(path) for path in paths]

"""`goldwire score`, `validate`, `compare` and `run`."""

import sys
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from goldwire.commands.output import emit, write_json
from goldwire_corpus.errors import data_error
from goldwire_corpus.load import data_signature, documents, pinned, split_path, splits
from goldwire_eval.policy import OWN, PROFILES, SCHEMES, Policies

if TYPE_CHECKING:
    from goldwire_eval.readers.reference import Reference

SPLIT = "test"
_split = click.option(
    "--split", default=SPLIT, show_default=True, help="Gold to score against; several as test+retold."
)
_gold = click.option("--gold", type=click.Path(path_type=Path), help="Score against this file of gold instead.")
_article = click.option("--article", type=click.Path(path_type=Path), help="Your copy of the AP story: --split wire.")
_json = click.option("--json", "json_path", help="Write the figures as JSON; - for standard output and nothing else.")


def against(split: str, gold: Path | None, article: Path | None) -> "Reference":
    from goldwire_eval.readers.reference import Gold, Reference

    if gold is not None:
        if split != SPLIT:
            raise click.UsageError("--split and --gold both say what to score against; give one")
        return Reference(Gold.of_files([gold]), gold.name.partition(".")[0], _data_of(gold))
    if split == "wire":
        if article is None:
            raise click.UsageError("--split wire needs --article, your own copy of the AP story")
        from goldwire_corpus.join.wire import join

        return Reference(Gold.of_documents([join(article, partial=False).document]), split, data_signature())
    names = split.split("+")
    for name in names:
        if name not in splits():
            raise click.UsageError(f"no split {name!r}; there are {', '.join([*splits(), 'wire'])}")
    return Reference(Gold.of_files([split_path(name) for name in names]), split, data_signature())


def _data_of(gold: Path) -> str:
    """The signature of the build that holds exactly this file, else of the file, or of the files of a folder, alone."""
    import hashlib

    from goldwire_eval.readers.detect import members

    digests = []
    for path in members(gold) if gold.is_dir() else [gold]:
        with path.open("rb") as file:
            digests.append(hashlib.file_digest(file, "sha256").hexdigest())
    build = gold.resolve().parent.parent
    built = (build / "manifest.json").is_file() and not gold.is_dir()
    if built and pinned(build).get(f"{gold.parent.name}/{gold.name}") == digests[0]:
        return data_signature(build)
    whole = digests[0] if len(digests) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()
    return f"file#{whole[:8]}"


def _policies(function: Callable[..., None]) -> Callable[..., None]:
    """The options that say how to compare."""
    for option in reversed(
        (
            click.option("--labels", type=click.Choice(SCHEMES), default=OWN, show_default=True,
                         help="The labels that PRED speaks; any takes them as they come."),
            click.option("--profile", type=click.Choice(list(PROFILES)), help="The policies of another scorer."),
            click.option("--lenient", is_flag=True, help="Score what is at fault as wrong; do not refuse it."),
        )
    ):  # fmt: skip
        function = option(function)
    return function


def _chosen(labels: str, profile: str | None, lenient: bool) -> Policies:
    invalid = {"invalid": "wrong"} if lenient else {}
    return msgspec.convert({"labels": labels, **PROFILES.get(profile or "", {}), **invalid}, Policies)


def _metrics(wanted: str | None) -> list[str]:
    from goldwire_eval.metrics.registry import METRICS

    if wanted is None:
        return list(METRICS)
    names = [name.strip() for name in wanted.split(",")]
    unknown = [name for name in names if not any(_named(m, name) for m in METRICS)]
    if unknown:
        raise click.UsageError(f"no metric {unknown[0]!r}; there are {', '.join(METRICS)}")
    return [m for m in METRICS if any(_named(m, name) for name in names)]


def _named(metric: str, name: str) -> bool:
    """Its name, what that begins with, or both the family and the variant: coref@nosingletons."""
    family, at, variant = name.partition("@")
    whole = metric.startswith(f"{family}.") and metric.endswith(f"@{variant}")
    return metric == name or metric.startswith((f"{name}.", f"{name}@")) or bool(at and whole)


@click.command()
@click.argument("pred", type=click.Path(path_type=Path))
@_split
@_gold
@_article
@_json
@click.option("--metrics", "wanted", help="Only these, by name or by what it begins with: ner,coref,argument.cls.")
@click.option("--by", type=click.Choice(["type", "genre", "part"]), help="Also F1 by this, one metric a layer.")
@click.option("--report", type=click.Path(path_type=Path), help="Write a page of figures and of every error (HTML).")
@click.option(
    "--beside",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Other predictions to plot in --report, before PRED; may be repeated.",
)
@_policies
def score(
    pred: Path, split: str, gold: Path | None, article: Path | None, json_path: str | None, wanted: str | None,
    by: str | None, report: Path | None, beside: tuple[Path, ...], labels: str, profile: str | None, lenient: bool,
) -> None:  # fmt: skip
    """Validate, ground and score the predictions in PRED."""
    from goldwire_eval.results import summarise
    from goldwire_eval.scorer import score_file

    if beside and report is None:
        raise click.UsageError("--beside needs --report, the page that it is plotted in")
    metrics, policies = _metrics(wanted), _chosen(labels, profile, lenient)
    to = against(split, gold, article)
    if report is None:
        content = summarise(score_file(pred, to.gold, policies, metrics), to.split, to.data)
    else:
        from goldwire_eval.error_analysis.examples import Details
        from goldwire_eval.reporting.html.data import Run
        from goldwire_eval.reporting.html.write import run_names, write_report
        from goldwire_eval.reporting.metric_groups import leading

        def scored_run(path: Path, name: str, metrics: Collection[str], details: Details) -> Run:
            scored = score_file(path, to.gold, policies, metrics, details)
            return Run(name, scored, summarise(scored, to.split, to.data), details)

        *names, name = run_names([*beside, pred])
        main = scored_run(pred, name, metrics, Details())
        content = dict(main.summary)
        leads = leading(content["metrics"]).values()
        others = [scored_run(*other, leads, Details(limit=0)) for other in zip(beside, names, strict=True)]
        write_report(report, [*others, main])
    emit(content, json_path, variants="@nosingletons" in (wanted or ""), by=by)


@click.command()
@click.argument("pred", type=click.Path(path_type=Path))
@_split
@_gold
@_article
@click.option(
    "--labels", type=click.Choice(SCHEMES), default=OWN, show_default=True, help="The labels that PRED speaks."
)
def validate(pred: Path, split: str, gold: Path | None, article: Path | None, labels: str) -> None:
    """List every fault of the predictions in PRED, with line and path."""
    from goldwire_eval.scorer import score_file

    to = against(split, gold, article)
    scored = score_file(pred, to.gold, Policies(labels=labels, invalid="wrong"), ())
    for incident in scored.validation_errors:
        click.echo(incident)
    if scored.missing:
        click.echo(f"{pred}: note: {len(scored.missing)} documents have no prediction that can be read and will count "
                   f"as empty: {', '.join(scored.missing)}")  # fmt: skip
    if scored.validation_errors:
        sys.exit(1)
    click.echo(f"{pred}: no fault in {scored.documents - len(scored.missing)} predictions")


@click.command()
@click.argument("first", type=click.Path(path_type=Path))
@click.argument("second", type=click.Path(path_type=Path))
@_split
@_gold
@_article
@_json
@click.option("--all", "all_", is_flag=True, help="Every metric, not one a layer; Holm then corrects for them all.")
@_policies
def compare(
    first: Path, second: Path, split: str, gold: Path | None, article: Path | None, json_path: str | None, all_: bool,
    labels: str, profile: str | None, lenient: bool,
) -> None:  # fmt: skip
    """Test whether the predictions in SECOND (B) score otherwise than those in FIRST (A), metric by metric."""
    from goldwire_eval.metrics.registry import HEADLINE, UNITS
    from goldwire_eval.reporting import text as tables
    from goldwire_eval.results import signature
    from goldwire_eval.scorer import score_file
    from goldwire_eval.stats import significance

    to, policies = against(split, gold, article), _chosen(labels, profile, lenient)
    shown = [m for m in UNITS if UNITS[m] == "document" and (all_ or m in HEADLINE)]
    a, b = (score_file(path, to.gold, policies, shown) for path in (first, second))
    if a.documents < 2:
        raise data_error(str(first), 0, "too-few-documents", "a paired test needs at least two documents")
    both = [m for m in a.metrics if m in b.metrics]
    if not both:
        raise data_error(str(second), 0, "nothing-shared", f"attempts no layer that {first} attempts")
    for path, scored, other in ((first, a, b), (second, b, a)):
        alone = [m for m in HEADLINE if m in scored.metrics and m not in other.metrics]
        if alone:
            click.echo(f"{path}: alone attempts {', '.join(alone)}", err=True)
        if scored.missing:
            click.echo(f"{path}: missing, counted as empty: {', '.join(scored.missing)}", err=True)
    result = significance.compare(a.by_document.only(both), b.by_document.only(both))
    line = signature(to.data, to.split, a.documents, policies)
    if json_path is None:
        out = tables.console()
        out.print(f"A: {first}\nB: {second}", soft_wrap=True)
        tables.compare_table(both, result, out)
        floor = significance.smallest_p(len(a.by_document.rows))
        out.print(
            f"p is raw, by randomisation; with {a.documents} documents it cannot fall below {floor:.4f}, nor the least "
            f"of {len(both)} by Holm below {min(1, len(both) * floor):.4f}"
        )
        tables.notes({"documents": a.documents, "signature": line}, out)
        return
    write_json({"signature": line, "documents": a.documents, "metrics": result.rows(both)}, json_path)


@click.command()
@click.argument("model")
@_split
@_article
@_json
@click.option("--out", type=click.Path(path_type=Path), help="Also write the predictions to this file.")
def run(model: str, split: str, article: Path | None, json_path: str | None, out: Path | None) -> None:
    """Fit MODEL on train, run it over a split and score it.

    MODEL is the name of a baseline or package.module:factory.
    """
    from goldwire_corpus.atomic_write import write_atomic
    from goldwire_eval import extractor
    from goldwire_eval.readers.predictions import Predictions
    from goldwire_eval.results import summarise
    from goldwire_eval.scorer import score

    to = against(split, None, article)
    predictions = extractor.run(model, documents("train"), to.gold.documents())
    if out is not None:
        write_atomic(out, b"".join(msgspec.json.encode(p) + b"\n" for p in predictions))
    emit(summarise(score(Predictions.of_rows(predictions, model), to.gold), to.split, to.data), json_path)

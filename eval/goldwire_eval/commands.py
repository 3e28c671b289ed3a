"""`goldwire score`, `validate`, `compare` and `run`."""

import sys
from pathlib import Path
from typing import Any

import click
import msgspec

from goldwire_corpus.incident import fault
from goldwire_corpus.load import data_signature, documents, pinned, splits
from goldwire_corpus.prediction import Prediction
from goldwire_corpus.schema import Document

_split = click.option(
    "--split", default="test", show_default=True, help="Gold to score against; several as test+retold."
)
_gold = click.option("--gold", type=click.Path(path_type=Path), help="Score against this file of gold instead.")
_article = click.option("--article", type=click.Path(path_type=Path), help="Your copy of the AP story: --split wire.")
_json = click.option("--json", "json_path", help="Write the figures as JSON; - for standard output and nothing else.")


def gold_of(split: str, gold: Path | None, article: Path | None) -> tuple[list[Document], str, str]:
    """(documents, name of the split, data signature)."""
    if gold is not None:
        from goldwire_eval.read import read_gold

        return read_gold(gold), gold.stem, _data_of(gold)
    if split == "wire":
        if article is None:
            raise click.UsageError("--split wire needs --article, your own copy of the AP story")
        from goldwire_corpus.join import join

        joined = join(article, partial=False)
        return [joined.document], split, data_signature()
    names = split.split("+")
    for name in names:
        if name not in splits():
            raise click.UsageError(f"no split {name!r}; there are {', '.join([*splits(), 'wire'])}")
    return [document for name in names for document in documents(name)], split, data_signature()


def _data_of(gold: Path) -> str:
    """The signature of the build that holds exactly this file, else of the file alone."""
    import hashlib

    digest = hashlib.sha256(gold.read_bytes()).hexdigest()
    build = gold.resolve().parent.parent
    if (build / "manifest.json").is_file() and pinned(build).get(f"{gold.parent.name}/{gold.name}") == digest:
        return data_signature(build)
    return f"file#{digest[:8]}"


@click.command()
@click.argument("pred", type=click.Path(path_type=Path))
@_split
@_gold
@_article
@_json
@click.option("--lenient", is_flag=True, help="Score what is at fault as wrong instead of refusing the file.")
def score(
    pred: Path, split: str, gold: Path | None, article: Path | None, json_path: str | None, lenient: bool
) -> None:
    """Validate, ground and score the predictions in PRED."""
    from goldwire_eval.score import load_predictions, report

    documents_, name, data = gold_of(split, gold, article)
    emit(report(load_predictions(pred, documents_, lenient), name, data), json_path)


@click.command()
@click.argument("pred", type=click.Path(path_type=Path))
@_split
@_gold
@_article
def validate(pred: Path, split: str, gold: Path | None, article: Path | None) -> None:
    """List every fault of the predictions in PRED, with line and path."""
    from goldwire_eval.score import load_predictions

    scored = load_predictions(pred, gold_of(split, gold, article)[0], lenient=True)
    for incident in sorted(scored.incidents):
        click.echo(incident)
    if scored.missing:
        click.echo(f"{pred}: note: {len(scored.missing)} documents are missing and will count as empty: "
                   f"{', '.join(scored.missing)}")  # fmt: skip
    if scored.incidents:
        sys.exit(1)
    click.echo(f"{pred}: no fault in {len(scored.documents) - len(scored.missing)} predictions")


@click.command()
@click.argument("first", type=click.Path(path_type=Path))
@click.argument("second", type=click.Path(path_type=Path))
@_split
@_gold
@_article
@_json
@click.option("--all", "all_", is_flag=True, help="Every metric, not one a layer; Holm then corrects for them all.")
def compare(
    first: Path, second: Path, split: str, gold: Path | None, article: Path | None, json_path: str | None, all_: bool
) -> None:
    """Test whether the predictions in SECOND (B) score otherwise than those in FIRST (A), metric by metric."""
    from goldwire_eval import report as tables
    from goldwire_eval import statistics
    from goldwire_eval.metrics import HEADLINE
    from goldwire_eval.score import load_predictions, signature

    documents_, name, data = gold_of(split, gold, article)
    if len(documents_) < 2:
        raise fault(str(first), 0, "too-few-documents", "a paired test needs at least two documents")
    a, b = load_predictions(first, documents_), load_predictions(second, documents_)
    both = [m for m in a.metrics if m in b.metrics and (all_ or m in HEADLINE)]
    if not both:
        raise fault(str(second), 0, "nothing-shared", f"attempts no layer that {first} attempts")
    for path, scored, other in ((first, a, b), (second, b, a)):
        alone = [m for m in HEADLINE if m in scored.metrics and m not in other.metrics]
        if alone:
            click.echo(f"{path}: alone attempts {', '.join(alone)}", err=True)
        if scored.missing:
            click.echo(f"{path}: missing, counted as empty: {', '.join(scored.missing)}", err=True)
    result = statistics.compare(
        a.matrix()[:, [a.metrics.index(m) for m in both]], b.matrix()[:, [b.metrics.index(m) for m in both]]
    )
    line = signature(data, name, len(documents_))
    if json_path is None:
        out = tables.console()
        out.print(f"A: {first}\nB: {second}", soft_wrap=True)
        tables.compare_table(both, result, out)
        floor = statistics.smallest_p(len(documents_))
        out.print(f"p is raw, by randomisation; with {len(documents_)} documents it cannot fall below {floor:.4f}")
        tables.notes({"documents": len(documents_), "signature": line}, out)
        return
    write_json({"signature": line, "documents": len(documents_), "metrics": result.rows(both)}, json_path)


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
    from goldwire_corpus.files import write_atomic
    from goldwire_eval.extractor import blind, create
    from goldwire_eval.score import report, score_documents

    documents_, name, data = gold_of(split, None, article)
    extractor = create(model)
    extractor.fit(documents("train"))
    predictions = [predicted(model, extractor.predict(blind(document))) for document in documents_]
    if out is not None:
        write_atomic(out, b"".join(msgspec.json.encode(p) + b"\n" for p in predictions))
    emit(report(score_documents(predictions, documents_, model), name, data), json_path)


def predicted(model: str, made: object) -> Prediction:
    """What an extractor returned, as a Prediction; a mapping in its form is taken too."""
    try:
        return made if isinstance(made, Prediction) else msgspec.convert(made, Prediction)
    except msgspec.ValidationError as error:
        raise fault(
            model, 0, "prediction", f"predict must return a Prediction or a mapping in its form: {error}"
        ) from None


def emit(content: dict[str, Any], json_path: str | None) -> None:
    from goldwire_eval import report as tables

    if json_path != "-":
        tables.score_table(content, tables.console())
    if json_path is not None:
        write_json(content, json_path)


def write_json(content: dict[str, Any], json_path: str) -> None:
    from goldwire_corpus.files import write_atomic

    data = msgspec.json.format(msgspec.json.encode(content), indent=1) + b"\n"
    if json_path == "-":
        click.echo(data, nl=False)
    else:
        write_atomic(Path(json_path), data)

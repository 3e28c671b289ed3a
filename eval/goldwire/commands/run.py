"""`goldwire run`: an extractor, fitted, run and scored."""

from pathlib import Path

import click

from goldwire.commands import options
from goldwire.commands.output import emit


@click.command()
@click.argument("model")
@options.split
@options.article
@options.field
@options.json_path
@options.metrics
@options.by
@options.report
@options.labels
@click.option(
    "--given", metavar="LAYERS",
    help="Give MODEL gold of these layers, such as mentions,triggers; also entities, times, quantities, titles, "
    "event_clusters. The signature names them.",
)  # fmt: skip
@click.option("--out", help="Also write the predictions to this file; with --docs to this folder or URL.")
@click.option("--docs", help="Run on these documents instead: a folder, pattern or URL of .jsonl or .txt files.")
@click.option("--jobs", type=click.IntRange(min=1), help="With --docs: processes of this machine.  [default: 1]")
@click.option(
    "--dask", is_flag=False, flag_value="local", metavar="[ADDRESS]",
    help="With --docs: run on this Dask cluster, or without an address on a local one.",
)  # fmt: skip
def run(
    model: str, split: str | None, article: Path | None, field: Path | None, json_path: str | None,
    metrics: str | None, by: str | None, report: Path | None, labels: str, out: str | None,
    docs: str | None, jobs: int | None, dask: str | None, given: str | None,
) -> None:  # fmt: skip
    """Fit MODEL on train, run it on a split and score it, or with --docs on documents without gold.

    MODEL is the name of a baseline or package.module:factory. With --docs each file is a shard; its predictions go to
    a file of the same name in the folder --out, and a shard that is done is not done again.
    """
    import msgspec

    from goldwire.interface import predict
    from goldwire_corpus.atomic_write import write_atomic
    from goldwire_corpus.errors import UsageError
    from goldwire_eval.policy import OWN

    if docs is not None:
        scoring = {"--split": split, "--article": article, "--field": field, "--json": json_path,
                   "--metrics": metrics, "--by": by, "--report": report, "--given": given,
                   "--labels": None if labels == OWN else labels}  # fmt: skip
        if excluded := [name for name, value in scoring.items() if value is not None]:
            raise UsageError(f"{excluded[0]} and --docs exclude each other: documents of --docs have no gold")
        if out is None:
            raise UsageError("--docs needs --out, the folder of the predictions")
        from goldwire.commands.run_documents import run_documents

        run_documents(model, docs, out, jobs, dask)
        return
    if jobs is not None or dask is not None:
        raise UsageError("--jobs and --dask need --docs")
    predictions = predict(model, split, article=article, field=field, given=given or ())
    if out is not None:
        write_atomic(Path(out), b"".join(msgspec.json.encode(p) + b"\n" for p in predictions))
    import goldwire as gw

    scores = gw.score(predictions, split, article=article, field=field, labels=labels, metrics=metrics, name=model)
    if report is not None:
        scores.to_html(report)
    emit(scores, json_path, by=by)

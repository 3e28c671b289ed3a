"""Each layer with predicted and with gold input from the layers below, on test (docs/given.md).

`python baselines/analysis/layers.py NAME FILE...` adds a system from files that `goldwire run NAME --given LAYERS --out
FILE` wrote, and its predictions without `--given`, which may be the stored ones. Each prediction names its layers.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from statistics import mean
from typing import Any

import msgspec
from markdown_table import table
from stored import measured_path, origin, read_measured, signed, write_measured

from goldwire_baselines.embedded import EMBEDDED
from goldwire_baselines.leaderboard import stored_predictions
from goldwire_baselines.leaderboard.measure import fixed_arithmetic
from goldwire_baselines.leaderboard.record import rounded
from goldwire_baselines.leaderboard.recording import data
from goldwire_corpus import __version__
from goldwire_corpus.errors import DataError, UsageError
from goldwire_corpus.load import documents
from goldwire_corpus.schema.prediction import GIVEN_LAYERS, Prediction

TEXT: tuple[str, ...] = ()
GIVEN = (TEXT, ("mentions",), ("triggers",), ("mentions", "triggers"), GIVEN_LAYERS)
"""The layers that are given, from the text alone to all that can be."""
METRICS = {
    "trigger.cls": "triggers", "trigger.realis": "", "coref.conll": "entities", "event_coref.conll": "event_clusters",
    "argument.cls@entity": "", "argument.attached.cls@entity": "", "relation.temporal": "", "record.ceaf": "",
}  # fmt: skip
"""The metrics, each with the given layer that makes it a figure of gold."""


# ---------------------------------------------------------------- measurement


def measure() -> None:
    """Train every embedded baseline once and score it with each choice of given layers; keep the other systems."""
    kept = [row for row in _stored()["rows"] if row["system"] not in EMBEDDED]
    _write([*(row for system in EMBEDDED for row in _measured_rows(system)), *kept])


def _measured_rows(system: str) -> list[dict[str, Any]]:
    """Return the figures of a system by given layers, with the arithmetic of `goldwire bench`."""
    with fixed_arithmetic(), ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_rows, system).result()


def _rows(system: str) -> list[dict[str, Any]]:
    from goldwire_eval import extractor

    model, test = extractor.fitted(system, documents("train")), documents("test")
    return [_row(system, extractor.predict(system, model, test, frozenset(given))) for given in GIVEN]


def _row(system: str, predictions: Sequence[Prediction]) -> dict[str, Any]:
    import goldwire as gw

    scores = gw.score(predictions, "test", metrics=list(METRICS))
    f1 = {metric: rounded(scores[metric].f1) for metric in METRICS if metric in scores}
    return {"system": system, "given": list(scores.given), "f1": f1}


def _stored() -> dict[str, Any]:
    return read_measured("layers") if measured_path("layers").exists() else {"rows": []}


def _write(rows: Sequence[Mapping[str, Any]]) -> None:
    write_measured("layers", {"data": msgspec.to_builtins(data()), "goldwire": __version__}, rows)


def add(system: str, paths: Sequence[Path]) -> None:
    """Add or replace the rows of a system by those of files of predictions, of which those on test count.

    Raises DataError for invalid files, and UsageError if the stored rows were measured on other data or if files name
    the same layers.
    """
    stored = _stored()
    if stored["rows"] and stored["data"] != msgspec.to_builtins(data()):
        raise UsageError("measured/layers.json was measured on other data; run build.py --measure layers first")
    test = {document.id for document in documents("test")}
    rows = [_row(system, [p for p in stored_predictions.read(path) if p.id in test]) for path in paths]
    given = [tuple(row["given"]) for row in rows]
    if len(set(given)) < len(given) or TEXT not in given:
        found = "; ".join(",".join(layers) or "none" for layers in given)
        raise UsageError(f"expected files with different given layers, one of them without; found {found}")
    _write([*(row for row in stored["rows"] if row["system"] != system), *rows])


# ---------------------------------------------------------------- text


Figures = dict[str, dict[tuple[str, ...], dict[str, float]]]
"""F1 in per cent by system, given layers and metric."""


def section() -> str:
    measured = read_measured("layers")
    found: Figures = {}
    for row in measured["rows"]:
        f1 = {metric: 100 * value for metric, value in row["f1"].items() if value is not None}
        found.setdefault(row["system"], {})[tuple(row["given"])] = f1
    return "\n".join(
        [
            "### Gold and predicted input",
            "",
            "F1 on `test` of models that start from the text, or from gold of some layers (`goldwire run NAME --given "
            "LAYERS`): what a layer loses by the errors of those below it, and what it loses by its own.",
            "",
            *_answer(found),
            "",
            table(["metric", "system", *map(_named, GIVEN)], list(_lines(found)), text=2),
            f"- All layers: {', '.join(GIVEN_LAYERS)}. A cell `gold` is a figure of gold itself.",
            "- Training is the same in every column: on the gold of `train`.",
            *origin(measured, {row["system"]: row["f1"] for row in measured["rows"] if not row["given"]}),
        ]
    )


def _named(given: Sequence[str]) -> str:
    return (
        "text alone" if not given else "all layers" if tuple(given) == GIVEN_LAYERS else f"gold {' and '.join(given)}"
    )


def _lines(found: Figures) -> Iterator[list[str]]:
    for metric in METRICS:
        for system, rows in found.items():
            if metric in rows.get(TEXT, {}):
                yield [metric, system, *(_cell(metric, rows, given) for given in GIVEN)]


def _cell(metric: str, rows: Mapping[tuple[str, ...], Mapping[str, float]], given: tuple[str, ...]) -> str:
    if METRICS[metric] in given:
        return "gold"
    value = rows.get(given, {}).get(metric)
    return "-" if value is None else f"{value:.1f}"


def _answer(found: Figures) -> Iterator[str]:
    """Yield for each metric what gold input adds, a mean over the systems that have a figure."""
    yield "Points that gold input adds, a mean over the systems that have a figure:"
    yield ""
    for metric, own in METRICS.items():
        added = [(given, _gain(found, metric, given, [given])) for given in GIVEN[1:] if own not in given]
        listed = ", ".join(f"{signed(gain)} with {_named(given)}" for given, gain in added if gain is not None)
        if listed:
            yield f"- `{metric}`: {listed}{_loss(found, metric)}."


def _gain(found: Figures, metric: str, given: tuple[str, ...], needed: Sequence[tuple[str, ...]]) -> float | None:
    """Return what given layers add, a mean over the systems that have figures for the text and for all `needed`."""
    gains = [
        rows[given][metric] - rows[TEXT][metric]
        for rows in found.values()
        if all(metric in rows.get(layers, {}) for layers in [TEXT, *needed])
    ]
    return mean(gains) if gains else None


def _loss(found: Figures, metric: str) -> str:
    """Return whether errors in mentions or in triggers cost more, by the systems that were given each alone."""
    alone = [("mentions",), ("triggers",)]
    mentions, triggers = (_gain(found, metric, given, alone) for given in alone)
    if METRICS[metric] in ("mentions", "triggers") or mentions is None or triggers is None or mentions == triggers:
        return ""
    more, less = ("mentions", "triggers") if mentions > triggers else ("triggers", "mentions")
    return f"; errors in {more} cost more than those in {less}"


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(f"usage: {sys.argv[0]} NAME FILE...")
    try:
        add(sys.argv[1], list(map(Path, sys.argv[2:])))
    except (DataError, UsageError) as error:
        sys.exit(f"error: {error}")

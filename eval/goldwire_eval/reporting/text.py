"""Figures for the terminal: tables of at most 80 columns. Percentages are rounded here and nowhere else."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from goldwire_corpus.wording import counted
from goldwire_eval.reporting.metric_groups import VARIANT, grouped, leading
from goldwire_eval.stats.significance import FEWEST_UNITS, Comparison

WIDTH = 80


def percent(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.1f}"


def interval(pair: Sequence[float] | None) -> str:
    return "" if pair is None else f"{100 * pair[0]:.1f} to {100 * pair[1]:.1f}"


def console() -> Console:
    return Console(width=WIDTH, highlight=False, markup=False)


def score_table(report: Mapping[str, Any], out: Console, variants: bool = False, by: str | None = None) -> None:
    """Print every metric, layer by layer; those without singletons with `variants`. `by` adds tables by a group."""
    table = _plain_table("metric", "prec", "rec", "F1", "95 % interval", "gold", "pred")
    shown = [name for name in report["metrics"] if variants or VARIANT not in name]
    for number, (_, names) in enumerate(grouped(shown)):
        if number:
            table.add_row()
        for name in names:
            table.add_row(name, *_cells(report["metrics"][name], report["metrics"][name]["interval"]))
    out.print(table)
    if len(shown) < len(report["metrics"]):
        out.print(f"not shown: {len(report['metrics']) - len(shown)} {VARIANT} metrics (--metrics coref{VARIANT})")
    out.print()
    if by is not None:
        by_tables(report, by, out)
    wrong = {name: n for name, n in report["errors"].items() if n}
    if wrong:
        out.print("errors: " + ", ".join(f"{name} {n}" for name, n in wrong.items()))
    if report["validation_errors"]:
        ids = Counter(error["id"] for error in report["validation_errors"])
        counts = ", ".join(f"{id} {number}" for id, number in ids.most_common())
        out.print(f"invalid items, counted as errors: {counts} (goldwire validate lists them)")
    if report["missing"]:
        out.print(f"missing documents, counted as empty: {', '.join(report['missing'])}")
    notes(report, out)


def _plain_table(first: str, *columns: str) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column(first, overflow="fold")
    for column in columns:
        table.add_column(column, justify="right", no_wrap=True)
    return table


def _cells(m: Mapping[str, Any], pair: Sequence[float] | None) -> list[str]:
    counted = "tp" in m
    return [
        percent(m["precision"]), percent(m["recall"]), percent(m["f1"]), interval(pair),
        f"{m['tp'] + m['fn']:.0f}" if counted else "", f"{m['tp'] + m['fp']:.0f}" if counted else "",
    ]  # fmt: skip


def by_tables(report: Mapping[str, Any], by: str, out: Console) -> None:
    """Print precision, recall, F1 and support by a group, one table for the metric that leads each layer."""
    rows: Mapping[str, Mapping[str, Any]] = report["by"][by]
    known = {name for row in rows.values() for name in row}
    leads = leading({name: row for name, row in report["metrics"].items() if name in known})
    if not leads:
        out.print(f"no metric here is counted by {by}\n")
    for metric in leads.values():
        table = _plain_table(f"{metric} by {by}", "prec", "rec", "F1", "gold", "pred")
        for value, row in rows.items():
            if metric in row and (row[metric]["f1"] is not None or row[metric].get("tp") is not None):
                cells = _cells(row[metric], None)
                table.add_row(value or "(none)", *cells[:3], *cells[4:])
        if table.row_count:
            out.print(table)
            out.print()


def notes(report: Mapping[str, Any], out: Console) -> None:
    """Print the notes (what was not scored or left out), the number of documents and the signature."""
    for note in report.get("notes", ()):
        out.print(f"note: {note}", soft_wrap=True)
    documents, units = report["documents"], report["units"]
    out.print(resampling(documents, units, report["resampled"]))
    out.print(report["signature"], soft_wrap=True)


def resampling(documents: int, units: int, resampled: str) -> str:
    """Return the line with the number of documents and, if they differ, of the units that were resampled."""
    of = counted(documents, "document")
    if resampled == "worlds and documents":
        of += f", {units:,} units ({resampled})"
    elif resampled != "documents":
        of += f", {counted(units, resampled.removesuffix('s'))}"
    if units >= FEWEST_UNITS:
        return of
    hint = "\n--resample documents treats documents as independent" if documents >= FEWEST_UNITS else ""
    verb = "is" if of == "1 document" else "are"
    return f"no interval: {of} {verb} too few to resample (at least {FEWEST_UNITS}){hint}"


def compare_table(names: Sequence[str], result: Comparison, out: Console) -> None:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for column in ("metric", "A", "B", "B - A", "95 % interval", "p", "Holm", "MDE"):
        table.add_column(column, justify="left" if column == "metric" else "right", no_wrap=True)
    for name, row in result.rows(names).items():
        table.add_row(
            name, percent(row["first"]), percent(row["second"]), percent(row["difference"]), interval(row["interval"]),
            _p(row["p"]), _p(row["p_holm"]), percent(row["detectable"]),
        )  # fmt: skip
    out.print(table)
    out.print("MDE: the smallest difference that one raw test detects in four of five test sets like this one")


def _p(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"

"""The page of the comparison with annotation by people, as Markdown tables."""

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

import msgspec

from goldwire_annotation.agreement import Agreement
from goldwire_annotation.human import muc4_records, narrative_order, re3d_entities, wikievents
from goldwire_corpus.source.files import read_lines
from goldwire_eval.reporting.text import interval, percent

Class = Literal["annotator", "people", "convention"]
CLASSES: dict[Class, str] = {
    "annotator": "the annotator is wrong",
    "people": "the human gold is wrong or incomplete",
    "convention": "the conventions differ",
}
_LINES = {
    "re3d": "re3d, field part: recall of human entities",
    "muc4": "MUC-4, records: F1",
    "wikievents": "WikiEvents: recall of human events",
}


class Difference(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A difference between our annotation and that of people, read and classed; it quotes no text."""

    doc: str
    item: str
    verdict: Class
    reason: str


def human_page(folder: Path, real: Path) -> str:
    """Return the tables for the annotations stored in `folder`, against the corpora in `real` as published.

    Raises DataError if a corpus or a document of it is missing.
    """
    compared: dict[str, Callable[[], Agreement]] = {
        "re3d": lambda: re3d_entities.compare(real / "re3d"),
        "muc4": lambda: muc4_records.compare(folder / "muc4.jsonl", real / "muc4"),
        "wikievents": lambda: wikievents.compare(folder / "wikievents.jsonl", real / "wikievents" / "dev.jsonl"),
    }
    found = {name: compare() for name, compare in compared.items()}
    orders = narrative_order.compare(folder / "narrativetime", real / "narrativetime")
    return "\n".join([_figures(found), _orders(orders), _differences(folder / "differences")])


def _figures(found: Mapping[str, Agreement]) -> str:
    lines = ["| | documents | figure | 95 % interval |", "| --- | --- | --- | --- |"]
    for name, result in found.items():
        for layer, figure in result.f1.items():
            bounds = result.intervals.get(layer)
            cells = [str(result.documents), percent(figure), interval(bounds) if bounds else "-"]
            lines.append(f"| {_LINES[name]}, {layer.removeprefix('record.')} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _orders(orders: Mapping[str, Agreement]) -> str:
    lines = [f"| NarrativeTime: order of events | {' | '.join(orders)} |", f"| --- |{' --- |' * len(orders)}"]
    first = next(iter(orders.values()))
    for layer in first.f1:
        lines.append(f"| {layer} | {' | '.join(percent(result.f1[layer]) for result in orders.values())} |")
    kappas = [f"{kappa:.2f} ({items})" for kappa, items in (r.kappa["label"] for r in orders.values())]
    lines.append(f"| kappa (pairs of {first.documents} documents) | {' | '.join(kappas)} |")
    return "\n".join(lines) + "\n"


def _differences(folder: Path) -> str:
    lines = [
        f"| differences read | number | {' | '.join(CLASSES.values())} |",
        "| --- | --- |" + " --- |" * len(CLASSES),
    ]
    for path in sorted(folder.glob("*.jsonl")):
        counts = Counter(row.verdict for row in read_lines(path, Difference))
        lines.append(f"| {path.stem} | {counts.total()} | {' | '.join(str(counts[name]) for name in CLASSES)} |")
    return "\n".join(lines) + "\n"

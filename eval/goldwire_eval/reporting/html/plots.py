"""Geometry of the plots: one small panel for each layer, all on one scale, and their figures as tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from goldwire_corpus.display.templates import DASH, percent

WIDTH, HEIGHT = 300, 190
LEFT, RIGHT, TOP, BOTTOM = 34, 12, 12, 44
LINE_STYLES = 5
"""Styles of the lines of other runs; of more runs some share a style, and the table distinguishes them."""
Object = dict[str, Any]


@dataclass
class Point:
    """F1 in [0, 1] or None, at `x`, with its 95 % interval; `printed`: with the figure beside it."""

    name: str
    x: float
    value: float | None
    interval: Sequence[float] | None = None
    printed: bool = False

    @property
    def text(self) -> str:
        return percent(self.value) + (f" ({range_of(self.interval)})" if self.interval else "")

    @property
    def y(self) -> float:
        return y_of(self.value or 0.0)


def x_of(tick: int, ticks: int) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) / ticks * (tick + 0.5)


def y_of(value: float) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - value)


def range_of(interval: Sequence[float]) -> str:
    return " to ".join(percent(bound) for bound in interval)


def run_plots(runs: Sequence[Object]) -> Object:
    """Return F1 of each run, as points that no line joins, since runs are separate systems."""
    panels = []
    rows = [[run["name"]] for run in runs]
    for title, lead in runs[-1]["leads"].items():
        lines = []
        for i, run in enumerate(runs):
            found = run["leads"][title]
            point = Point(run["name"], x_of(i, len(runs)), found["f1"], found["interval"], printed=True)
            lines.append((style_of(i, len(runs)), [point]))
            rows[i].append(point.text)
        panels.append(_panel(title, lead["metric"], "run", [str(i + 1) for i in range(len(runs))], lines))
    return {"panels": panels, "columns": list(runs[-1]["leads"]), "rows": rows}


def length_plots(runs: Sequence[Object]) -> Object:
    """Return F1 by the length of documents, one line for each run."""
    main = runs[-1]
    titles = list(main["lengths"][0]["f1"])
    panels = []
    for title in titles:
        lines = []
        for i, run in enumerate(runs):
            parts = enumerate(run["lengths"])
            points = [Point(run["name"], x_of(j, len(run["lengths"])), part["f1"].get(title), printed=run is main)
                      for j, part in parts]  # fmt: skip
            lines.append((style_of(i, len(runs)), points))
        ticks = [_words(part) for part in main["lengths"]]
        panels.append(_panel(title, main["leads"][title]["metric"], "words", ticks, lines))
    rows = [
        [run["name"], f"{_words(part)} ({part['documents']})", *(percent(part["f1"].get(title)) for title in titles)]
        for run in runs
        for part in run["lengths"]
    ]
    return {"panels": panels, "columns": ["words (documents)", *titles], "rows": rows}


def style_of(run: int, runs: int) -> str:
    """Return the class of the marks of a run; the last run is the main one."""
    return "main" if run == runs - 1 else f"s{run % LINE_STYLES}"


def _words(part: Object) -> str:
    low, high = part["low"], part["high"]
    return str(low) if low == high else f"{low}{DASH}{high}"


def _panel(
    title: str, metric: str, axis: str, ticks: Sequence[str], lines: Sequence[tuple[str, list[Point]]]
) -> Object:
    """Return a panel from the style and the points of each line."""
    spoken = "; ".join(f"{points[0].name}: {', '.join(point.text for point in points)}" for _, points in lines)
    return {
        "title": title, "metric": metric, "axis": axis,
        "label": f"F1 of {metric} by {axis} ({', '.join(ticks)}). {spoken}",
        "ticks": [(x_of(i, len(ticks)), tick) for i, tick in enumerate(ticks)],
        "lines": [{"style": style, "path": _path(points), "points": points} for style, points in lines],
    }  # fmt: skip


def _path(points: Sequence[Point]) -> str | None:
    """Return the SVG path that joins defined points, with a gap at an undefined one; None if nothing is joined."""
    path, pen = "", "M"
    for point in points:
        if point.value is None:
            pen = "M"
        else:
            path += f"{pen}{point.x:.1f} {point.y:.1f}"
            pen = "L"
    return path if "L" in path else None

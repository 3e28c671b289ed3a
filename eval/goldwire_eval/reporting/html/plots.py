"""Line plots as inline SVG, one small panel a layer on one scale, and their figures as tables for those who listen."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from goldwire_eval.reporting.html.markup import DASH, head, percent, scroll, tag, text

WIDTH, HEIGHT = 300, 190
LEFT, RIGHT, TOP, BOTTOM = 34, 12, 12, 44
STYLES = 6
"""Line styles there are; of more runs some share one, and the table tells them apart."""


class Point(NamedTuple):
    """F1 in [0, 1], None where undefined."""

    value: float | None
    interval: Sequence[float] | None = None


class Series(NamedTuple):
    name: str
    points: list[Point]


def learning(runs: Sequence[dict[str, Any]]) -> str:
    """F1 of each run, in order, with its interval."""
    panels = []
    for title in runs[-1]["leads"]:
        found = [run["leads"][title] for run in runs]
        points = [Point(x["f1"], x["interval"]) for x in found]
        ticks = [str(i) for i in range(1, len(runs) + 1)]
        panels.append(_panel(title, found[-1]["metric"], ticks, "run", [Series("F1", points)], STYLES - 1))
    names = "".join(tag("li", text(run["name"])) for run in runs)
    rows = [[run["name"], *(_told(Point(x["f1"], x["interval"])) for x in run["leads"].values())] for run in runs]
    legend = tag("ol", names, class_="legend runs")
    return legend + tag("div", "".join(panels), class_="panels") + _table("run", list(runs[-1]["leads"]), rows)


def lengths(runs: Sequence[dict[str, Any]]) -> str:
    """F1 by the length of documents, a line a run."""
    last = runs[-1]
    bins = last["lengths"]
    ticks = [_range(b) for b in bins]
    panels = []
    for title, lead in last["leads"].items():
        if title not in bins[0]["f1"]:
            continue
        series = [Series(run["name"], [Point(b["f1"].get(title)) for b in run["lengths"]]) for run in runs]
        panels.append(_panel(title, lead["metric"], ticks, "words a document", series, len(runs) - 1))
    names = "".join(tag("li", f"{_sample(i, i == len(runs) - 1)}{text(run['name'])}") for i, run in enumerate(runs))
    legend = tag("ul", names, class_="legend") if len(runs) > 1 else ""
    titles = list(bins[0]["f1"])
    rows = [
        [run["name"], f"{_range(b)} ({b['documents']})", *(percent(b["f1"].get(title)) for title in titles)]
        for run in runs
        for b in run["lengths"]
    ]
    table = _table("run", ["words (documents)", *titles], rows)
    return legend + tag("div", "".join(panels), class_="panels") + table


def _range(part: dict[str, Any]) -> str:
    low, high = part["low"], part["high"]
    return str(low) if low == high else f"{low}{DASH}{high}"


def _told(point: Point) -> str:
    if point.interval is None:
        return percent(point.value)
    low, high = point.interval
    return f"{percent(point.value)} ({percent(low)} to {percent(high)})"


def _table(first: str, titles: list[str], rows: list[list[str]]) -> str:
    body = "".join(
        "<tr>"
        + tag("th", text(row[0]), scope="row")
        + "".join(tag("td", text(x), class_="n") for x in row[1:])
        + "</tr>"
        for row in rows
    )
    table = f"<table>{head([first, *titles], sortable=False)}<tbody>{body}</tbody></table>"
    return f"<details><summary>The figures as a table</summary>{scroll(table, 'Figures of the plot')}</details>"


def _sample(number: int, main: bool) -> str:
    kind = _kind(number, main)
    return (
        f'<svg class="sample" width="34" height="12" aria-hidden="true"><g class="{kind}">'
        f'<path d="M2 6H32"/><circle cx="17" cy="6" r="3"/></g></svg>'
    )


def _kind(number: int, main: bool) -> str:
    return "line main" if main else f"line s{number % (STYLES - 1)}"


def _panel(title: str, metric: str, ticks: list[str], axis: str, series: list[Series], main: int) -> str:
    """One plot. `main` is the number of the series drawn in the foreground; the last one is it where it is beyond."""
    inner_width, inner_height = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    step, middle = inner_width / len(ticks), TOP + inner_height / 2

    def x(i: int) -> float:
        return LEFT + step * (i + 0.5)

    def y(value: float) -> float:
        return TOP + inner_height * (1 - value)

    grid = "".join(
        f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(s):.1f}" y2="{y(s):.1f}"/>'
        f'<text class="axis" x="{LEFT - 5}" y="{y(s) + 3.5:.1f}" text-anchor="end">{100 * s:.0f}</text>'
        for s in (0, 0.25, 0.5, 0.75, 1)
    )
    labels = "".join(
        f'<text class="axis" x="{x(i):.1f}" y="{HEIGHT - BOTTOM + 15}" text-anchor="middle">{text(t)}</text>'
        for i, t in enumerate(ticks)
    )
    names = (
        f'<text class="axis name" x="{LEFT + inner_width / 2:.1f}" y="{HEIGHT - 8}" text-anchor="middle">{text(axis)}'
        f'</text><text class="axis name" x="{-middle:.1f}" y="8" text-anchor="middle" transform="rotate(-90)">F1</text>'
    )
    drawn = "".join(
        _line(s, _kind(i, i == min(main, len(series) - 1)), x, y, i == min(main, len(series) - 1))
        for i, s in enumerate(series)
    )
    said = "; ".join(
        f"{s.name}: " + ", ".join(f"{t} {_told(p)}" for t, p in zip(ticks, s.points, strict=False)) for s in series
    )
    label = f"F1 of {metric} by {axis}. {said}"
    svg = tag("svg", grid + labels + names + drawn, viewBox=f"0 0 {WIDTH} {HEIGHT}", role="img", aria_label=label)
    return tag("figure", tag("figcaption", f"{text(title)} {tag('small', text(metric))}") + svg)


def _line(series: Series, kind: str, x: Any, y: Any, told: bool) -> str:
    """The points that are defined, joined; a gap where one is not. `told`: with figures beside them."""
    path, marks, pen = "", "", "M"
    for i, point in enumerate(series.points):
        if point.value is None:
            pen = "M"
            continue
        across, down = x(i), y(point.value)
        path += f"{pen}{across:.1f} {down:.1f}"
        pen = "L"
        if point.interval is not None:
            low, high = (f"{y(value):.1f}" for value in point.interval)
            marks += f'<line class="whisker" x1="{across:.1f}" x2="{across:.1f}" y1="{low}" y2="{high}"/>'
        tip = tag("title", f"{text(series.name)}: {_told(point)}")
        marks += f'<circle cx="{across:.1f}" cy="{down:.1f}" r="3">{tip}</circle>'
        if told:
            shift, anchor = (5, "start") if point.interval is not None else (0, "middle")
            height = down - 8 if point.value < 0.9 else down + 15
            marks += tag(
                "text", percent(point.value), class_="told", x=f"{across + shift:.1f}", y=f"{height:.1f}",
                text_anchor=anchor,
            )  # fmt: skip
    return f'<g class="{kind}"><path d="{path or "M0 0"}"/>{marks}</g>'

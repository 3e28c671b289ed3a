"""Plots of the analysis: SVG files that are equal on every run and hold the plotted data in their metadata."""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from defusedxml.ElementTree import parse

from goldwire_corpus.atomic_write import write_atomic

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

STYLE = {
    # Text stays text, measured with the font that matplotlib brings, so that no installed font matters.
    "svg.fonttype": "none",
    "svg.hashsalt": "goldwire",
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.titlesize": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#e5e5e5",
    "legend.frameon": False,
    "lines.linewidth": 1.4,
    "lines.markersize": 4.5,
}
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#8C6D31", "#7F7F7F")
"""The palette of Okabe and Ito (2008), which colour-blind readers can distinguish, and two more."""
MARKERS = "osD^vPX*h<"
"""One more than the colours, so that pairs of both repeat late."""


def styles(systems: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return the colour and marker of each system, the same in every plot of these systems."""
    return {
        name: {"color": COLOURS[i % len(COLOURS)], "marker": MARKERS[i % len(MARKERS)]}
        for i, name in enumerate(sorted(systems))
    }


@contextmanager
def chart(path: Path, rows: int, columns: int, size: tuple[float, float]) -> Iterator[tuple["Figure", list["Axes"]]]:
    """Open a figure of some panels and write it to `path`; `size` is in inches.

    A file that shows the same data is left alone, since the bytes depend on the version of matplotlib.
    """
    from matplotlib import style
    from matplotlib.figure import Figure

    with style.context(["default", STYLE], after_reset=True):
        figure = Figure(figsize=size, layout="constrained")
        yield figure, list(figure.subplots(rows, columns, squeeze=False).flat)
        content = json.dumps(_plotted(figure), ensure_ascii=False)
        if path.exists() and described(path) == content:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        metadata = {"Date": None, "Creator": None, "Description": content}
        write_atomic(path, _svg(figure, metadata))


def _svg(figure: "Figure", metadata: dict[str, Any]) -> bytes:
    from io import BytesIO

    buffer = BytesIO()
    figure.savefig(buffer, format="svg", metadata=metadata, facecolor="white")
    return b"\n".join(line.rstrip() for line in buffer.getvalue().splitlines()) + b"\n"


def described(path: Path) -> str | None:
    """Return the plotted data that the metadata of an SVG file hold, None of a file without."""
    found = parse(path).find(".//{http://purl.org/dc/elements/1.1/}description")
    return None if found is None else found.text


def same_plot(first: Path, second: Path) -> bool:
    """Return whether two plots show the same data; those without data in their metadata are compared by bytes."""
    data = described(first)
    return data == described(second) if data is not None else first.read_bytes() == second.read_bytes()


def _plotted(figure: "Figure") -> list[dict[str, Any]]:
    """Return what each panel shows: labels, points of lines, outlines of areas, corners of bars, and texts."""
    return [
        {
            "title": axes.get_title(),
            "x": [axes.get_xlabel(), [label.get_text() for label in axes.get_xticklabels()]],
            "y": axes.get_ylabel(),
            "lines": [[line.get_label(), _rounded(line.get_xydata())] for line in axes.lines],
            "areas": [_rounded(p.vertices) for area in axes.collections for p in area.get_paths()],
            "points": [_rounded(area.get_offsets()) for area in axes.collections],
            "bars": [_rounded(patch.get_path().transformed(patch.get_patch_transform()).vertices)
                     for patch in axes.patches],
            "texts": [text.get_text() for text in axes.texts],
        }
        for axes in figure.axes
    ]  # fmt: skip


def _rounded(points: Any) -> list[list[float]]:
    return [[round(float(x), 6), round(float(y), 6)] for x, y in points]


def key(figure: "Figure", lines: Sequence["Line2D"], columns: int = 6) -> None:
    """Put one key of all panels below them, with the labels of these lines."""
    names = [str(line.get_label()) for line in lines]
    figure.legend(handles=list(lines), labels=names, loc="outside lower center", ncols=min(len(lines), columns))

"""The report as one self-contained page: no outside request, keyboard-usable, light and dark, printable.

Tables and plots are rendered from the templates and need no script; `report.js` makes the list of errors from the JSON
that the page contains. A content security policy allows that one script and no request, whatever the documents contain.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from goldwire_corpus.display import templates
from goldwire_eval.reporting.html import plots
from goldwire_eval.reporting.html.confusion import class_table, matrix_view
from goldwire_eval.stats.significance import FEWEST_UNITS, FEWEST_WORTH


class Section(NamedTuple):
    """A section of the page: its anchor, title, template (without suffix) and what the template shows."""

    id: str
    title: str
    template: str
    content: Any


def render(data: Mapping[str, Any]) -> str:
    """Return the page of the data that `data.build` returns."""
    return templates.render(
        __package__, "report.html.jinja",
        data=data,
        sections=list(sections(data)),
        carried={"errors": data["errors"], "classes": data["classes"]},
        few_units=FEWEST_UNITS,
        fewest_worth=FEWEST_WORTH,
        plot={name: getattr(plots, name) for name in ("WIDTH", "HEIGHT", "LEFT", "RIGHT", "TOP", "BOTTOM", "y_of")},
    )  # fmt: skip


def sections(data: Mapping[str, Any]) -> Iterator[Section]:
    """Yield the sections that have something to show, in order."""
    yield Section("about", "What was scored", "about", data)
    yield Section("scores", "Scores", "scores", data["layers"])
    if len(data["runs"]) > 1:
        yield Section("runs", "Runs", "runs", plots.run_plots(data["runs"]))
    if data["types"]:
        yield Section("types", "By type", "types", data["types"])
    for group, table in data["groups"].items():
        if table:
            yield Section(f"{group}s", f"By {group}", "group", {"name": group, **table})
    if data["runs"][-1]["lengths"]:
        yield Section("lengths", "By length", "lengths", plots.length_plots(data["runs"]))
    if data["confusion"]:
        yield Section("confusion", "Confusion", "confusion", [matrix_view(matrix) for matrix in data["confusion"]])
    if data["classes"]:
        yield Section("classes", "Error classes", "classes", class_table(data["classes"]))
    if data["validation_errors"]["total"]:
        yield Section("validation-errors", "Validation errors", "validation_errors", data["validation_errors"])
    if data["classes"]:
        yield Section("errors", "Errors", "errors", data["errors"])

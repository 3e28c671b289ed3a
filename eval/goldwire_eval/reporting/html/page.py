"""The report as one self-contained page: no outside request, keyboard-usable, light and dark, printable.

Tables and plots are made here and stand without a script; the list of errors is made by `report.js` from the JSON that
the page carries. A policy in the page allows that one script and no request, whatever the text of a document holds.
"""

import base64
import hashlib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from goldwire_eval.reporting.html import plots, sections
from goldwire_eval.reporting.html.markup import embed, number, tag, text

Object = Mapping[str, Any]
TITLE = "Goldwire report"
_RUNS = "F1 of each run in the order given, the one of this page last; upright lines are 95 % intervals."
_LENGTHS = "F1 by the length of documents in words, to two digits; each step holds about as many documents."
_CONFUSION = (
    "Gold in rows, predictions in columns. The square holds what is right in span (an argument: in event and filler's "
    "span); its diagonal is right in all. Misplaced: the label was found, at another span or under another event. Rows "
    "and columns add up to the items of either side; duplicates and what is not in the text count as spurious. A "
    "number leads to its errors."
)
_CLASSES = "Every wrong or missed item falls in one class; a pair of gold and prediction is one error."


def render(data: Object) -> str:
    package = files(__package__)
    style = package.joinpath("report.css").read_text(encoding="utf-8")
    script = "\n" + package.joinpath("report.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    found = _sections(data)
    links = "".join(f'<a href="#{id}">{text(title)}</a>' for id, title, _ in found)
    carried = embed({"errors": data["errors"], "classes": data["classes"]})
    body = "\n".join(f'<section id="{id}"><h2>{text(title)}</h2>\n{content}</section>' for id, title, content in found)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>{TITLE}: {text(data["name"])}</title>
<style>
{style}</style>
</head>
<body>
<a class="skip" href="#errors">To the errors</a>
<header>
<p class="over">Goldwire report</p>
<h1><bdi>{text(data["name"])}</bdi> <small>against {text(data["split"])}, {_documents(data)}</small></h1>
{sections.tiles(data["layers"])}
</header>
<nav aria-label="Parts of this page">{links}</nav>
<main>
{body}
{sections.validation_errors(data["validation_errors"])}
</main>
<script type="application/json" id="report-data">{carried}</script>
<script>{script}</script>
</body>
</html>
"""


def _documents(data: Object) -> str:
    missing = len(data["missing"])
    return f"{number(data['documents'])} documents" + (f", {number(missing)} of them missing" if missing else "")


def _sections(data: Object) -> list[tuple[str, str, str]]:
    """Id, title and content of each part that has anything to show."""
    by, runs = data["by"], data["runs"]
    out = [("about", "What was scored", sections.about(data)), ("scores", "Scores", sections.scores(data))]
    if len(runs) > 1:
        out.append(("runs", "Runs", _note(_RUNS) + plots.learning(runs)))
    if by["type"]["leads"]:
        out.append(("types", "By type", sections.by_type(by["type"])))
    for fact in ("genre", "part"):
        if by[fact]["leads"] and any(by[fact]["rows"]):
            out.append((f"{fact}s", f"By {fact}", _note(_leads(by[fact])) + sections.by_fact(fact, by[fact])))
    if runs[-1]["lengths"]:
        out.append(("lengths", "By length", _note(_LENGTHS) + plots.lengths(runs)))
    if data["confusion"]:
        out.append(("confusion", "Confusion", _note(_CONFUSION) + sections.confusion(data["confusion"])))
    if data["classes"]:
        out.append(("classes", "Error classes", _note(_CLASSES) + sections.classes(data["classes"])))
        out.append(("errors", "Errors", _errors(data["errors"])))
    return out


def _leads(by: Object) -> str:
    return "F1 of " + ", ".join(by["leads"].values()) + "."


def _note(said: str) -> str:
    return tag("p", text(said), class_="note")


def _errors(errors: Object) -> str:
    """The frame that the script fills."""
    left = ""
    if errors["left_out"]:
        listed = errors["total"] - errors["left_out"]
        left = tag(
            "p",
            f"{number(errors['left_out'])} of {number(errors['total'])} errors are counted above and left out here: "
            f"the list holds the first {number(listed)}, document by document.",
            class_="note warning", id="left-out",
        )  # fmt: skip
    return f"""{left}
<noscript><p class="note">The list of errors needs JavaScript.</p></noscript>
<div class="explorer">
<form id="filters" role="search" aria-label="Filter the errors">
<label for="search">Search in text and labels</label>
<input type="search" id="search" autocomplete="off">
<fieldset id="filter-layer"><legend>Layer</legend></fieldset>
<fieldset id="filter-class"><legend>Class</legend></fieldset>
<label for="filter-type">Type or role</label>
<select id="filter-type"></select>
<label for="filter-document">Document</label>
<select id="filter-document"></select>
<button type="reset">Clear all filters</button>
</form>
<div>
<p id="count" role="status"></p>
<p id="picked" hidden></p>
<div id="list"></div>
<p class="more"><button type="button" id="more">Show more</button></p>
</div>
</div>
"""

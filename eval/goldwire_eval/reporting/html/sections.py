"""The parts of the page that need no script: scores, tables by type, genre and part, confusion, error classes."""

from collections.abc import Mapping, Sequence
from typing import Any

from goldwire_corpus.schema.ontology import ontology
from goldwire_eval.reporting.html.data import MISPLACED, MISSED, SPURIOUS
from goldwire_eval.reporting.html.markup import (
    bar,
    breakable,
    cell,
    count_of,
    embed,
    head,
    number,
    percent,
    scroll,
    span_of,
    tag,
    text,
)
from goldwire_eval.stats.significance import FEWEST_DOCUMENTS, FEWEST_WORTH

PLURAL = {"mention": "mentions", "event": "events", "argument": "arguments"}
CONFUSED = 8
"""Pairs of labels that are named beside a matrix."""
Object = Mapping[str, Any]


def about(data: Object) -> str:
    """What was scored, against what, and how: all that the signature says, in words."""
    invalid = data["validation_errors"]["total"]
    facts = [
        ("predictions", tag("bdi", text(data["name"]))),
        ("split", text(data["split"])),
        ("documents", number(data["documents"])),
        ("missing", _missing(data["missing"])),
        ("validation errors",
         f'<a href="#validation-errors">{number(invalid)}</a>, counted as wrong' if invalid else "none"),
        ("version", text(data["version"])),
    ]  # fmt: skip
    facts += [(name, text(value)) for name, value in data["policies"].items() if name != "invalid"]
    listed = "".join(f"<div>{tag('dt', text(name))}{tag('dd', value)}</div>" for name, value in facts)
    return f'<dl class="about">{listed}</dl><p class="signature">{tag("code", breakable(data["signature"]))}</p>'


def _missing(ids: Sequence[str]) -> str:
    if not ids:
        return "none"
    listed = ", ".join(map(text, ids))
    return f"<details><summary>{number(len(ids))}, counted as empty</summary>{listed}</details>"


def tiles(layers: Sequence[Object]) -> str:
    """The figure that speaks for each layer."""
    out = []
    for layer in layers:
        m = next(m for m in layer["metrics"] if m["name"] == layer["lead"])
        parts = [percent(m["precision"]), percent(m["recall"])] if m["precision"] is not None else []
        said = f"P {parts[0]} · R {parts[1]}" if parts else "&nbsp;"
        out.append(
            f"<li>{tag('span', text(layer['title']), class_='layer')}"
            f"{tag('b', percent(m['f1']))}{bar(m['f1'], m['interval'])}"
            f'<span class="soft">{span_of(m["interval"]) or "no interval"}</span>'
            f'<span class="soft">{said}</span>{tag("code", breakable(m["name"]))}</li>'
        )
    return f'<ul class="tiles" aria-label="F1 of one metric a layer">{"".join(out)}</ul>'


def scores(data: Object) -> str:
    layers = data["layers"]
    bodies = []
    for layer in layers:
        alone = all(m["variant"] for m in layer["metrics"])
        rows = "".join(_score(m, m["name"] == layer["lead"], m["variant"] and not alone) for m in layer["metrics"])
        title = f"{text(layer['title'])} <small>{text(layer['gloss'])}</small>"
        bodies.append(f'<tbody><tr class="group"><th colspan="8" scope="rowgroup">{title}</th></tr>{rows}</tbody>')
    columns = ["metric", "precision", "recall", "F1", "", "95 % interval", "gold", "predicted"]
    table = f'<table id="scores-table">{head(columns, sortable=False)}{"".join(bodies)}</table>'
    hidden = sum(m["variant"] for layer in layers for m in layer["metrics"])
    toggle = ""
    if hidden:
        toggle = (
            f'<label class="toggle"><input type="checkbox" id="variants"> without singletons too ({hidden})</label>'
        )
    return f'<p class="note">{_resampled(data)}</p>{toggle}{scroll(table, "All metrics")}'


def _resampled(data: Object) -> str:
    if data["documents"] < FEWEST_DOCUMENTS:
        few = f"{data['documents']} documents are too few to resample (at least {FEWEST_DOCUMENTS})"
        return f"Per cent. No interval: {few}."
    return (
        f"Per cent. Intervals: bootstrap over {text(data['resampled'])}; none where what a metric counts lies in so "
        f"few that they are worth fewer than {FEWEST_WORTH} equal ones. A dash is undefined: nothing to divide by."
    )


def _score(m: Object, lead: bool, variant: bool) -> str:
    kind = " ".join(name for name, on in (("lead", lead), ("variant", variant)) if on)
    cells = [percent(m["precision"]), percent(m["recall"]), tag("b", percent(m["f1"]))]
    return tag(
        "tr",
        tag("th", tag("code", text(m["name"])), scope="row")
        + "".join(cell(c, "n") for c in cells)
        + cell(bar(m["f1"], m["interval"]), "drawn")
        + "".join(cell(c, "n") for c in (span_of(m["interval"]), count_of(m, "gold"), count_of(m, "pred"))),
        class_=kind or None,
    )


# ---------------------------------------------------------------------- by type, genre, part


def by_type(by: Object) -> str:
    """Types of entities and of events apart, since other metrics know them."""
    entities = ontology().entity
    events = [m for m in by["leads"].values() if m.partition(".")[0] in ("trigger", "argument")]
    parts: dict[str, dict[str, Object]] = {"Entity types": {}, "Event types": {}}
    for value, row in by["rows"].items():
        told = any(m in row for m in events) and not (value in entities and any(m not in events for m in row))
        parts["Event types" if told else "Entity types"][value] = row
    out = ""
    for title, rows in parts.items():
        metrics = [m for m in by["leads"].values() if any(m in row for row in rows.values())]
        if rows:
            out += f"<h3>{title}</h3>{_by_table(title, rows, metrics)}"
    return out


def _by_table(title: str, rows: Mapping[str, Object], metrics: Sequence[str]) -> str:
    groups = "".join(tag("th", tag("code", text(m)), colspan=5, scope="colgroup", class_="n") for m in metrics)
    names = ["type", *["P", "R", "F1", "gold", "pred"] * len(metrics)]
    top = f"<tr><td></td>{groups}</tr>"
    body = ""
    for value, row in sorted(rows.items(), key=lambda item: -_gold(item[1], metrics)):
        cells = ""
        for metric in metrics:
            m = row.get(metric)
            said = ["", "", "", "", ""]
            if m is not None:
                said = [percent(m["precision"]), percent(m["recall"]), percent(m["f1"]), count_of(m, "gold"),
                        count_of(m, "pred")]  # fmt: skip
            cells += "".join(_heat(s, m["f1"] if m and i == 2 else None, i == 0) for i, s in enumerate(said))
        body += f"<tr>{tag('th', text(value), scope='row')}{cells}</tr>"
    table = f'<table class="sortable">{head(names).replace("<thead>", f"<thead>{top}")}<tbody>{body}</tbody></table>'
    return scroll(table, title)


def _gold(row: Object, metrics: Sequence[str]) -> float:
    counted = [row[m]["tp"] + row[m]["fn"] for m in metrics if m in row and "tp" in row[m]]
    return counted[0] if counted else 0


def _heat(said: str, value: float | None, first: bool) -> str:
    style = None if value is None else f"--w:{100 * value:.0f}"
    kind = "n" + (" heat" if value is not None else "") + (" first" if first else "")
    return tag("td", said, class_=kind, style=style)


def by_fact(fact: str, by: Object) -> str:
    """F1 of the metric that speaks for each layer."""
    names = [fact, *by["leads"]]
    body = "".join(
        f"<tr>{tag('th', text(value or '(none)'), scope='row')}"
        + "".join(
            _heat(percent(row[m]["f1"]) if m in row else "", row[m]["f1"] if m in row else None, False)
            for m in by["leads"].values()
        )
        + "</tr>"
        for value, row in by["rows"].items()
    )
    return scroll(f'<table class="sortable">{head(names)}<tbody>{body}</tbody></table>', f"F1 by {fact}")


# ---------------------------------------------------------------------- confusion and classes


def confusion(matrices: Sequence[Object]) -> str:
    return "".join(_matrix(m) for m in matrices)


def _matrix(m: Object) -> str:
    columns, rows, cells = m["columns"], m["rows"], m["cells"]
    size = len(m["labels"])
    heads = "".join(
        tag("th", tag("span", text(c)), scope="col", class_="margin" if i >= size else None)
        for i, c in enumerate(columns)
    )
    body = "".join(
        tag(
            "tr",
            tag("th", text(row), scope="row") + "".join(_confused(m, i, j) for j in range(len(columns))),
            class_="margin" if i >= size else None,
        )
        for i, row in enumerate(rows)
    )
    corner = '<td class="corner">gold ↓ &nbsp; predicted →</td>'
    table = f'<table class="matrix"><thead><tr>{corner}{heads}</tr></thead><tbody>{body}</tbody></table>'
    pairs = sorted(
        ((cells[i][j], i, j) for i in range(size) for j in range(size) if i != j and cells[i][j]),
        key=lambda x: (-x[0], x[1:]),
    )[:CONFUSED]
    named = "".join(
        "<li>"
        + _pick(m, i, j, f"{text(rows[i])} → {text(columns[j])} {tag('span', number(n), class_='count')}")
        + "</li>"
        for n, i, j in pairs
    )
    listed = f'<p class="note">Most often confused:</p><ul class="picks">{named}</ul>' if named else ""
    return f"<h3>{text(m['title'])}</h3>{listed}{scroll(table, m['title'])}"


def _confused(m: Object, i: int, j: int) -> str:
    count, size = m["cells"][i][j], len(m["labels"])
    kind = "margin" if j >= size else ("right" if i == j else None)
    if not count:
        return tag("td", "", class_=kind)
    whole = sum(m["cells"][i]) if i < size else sum(row[j] for row in m["cells"])
    style = f"--w:{100 * count / whole:.0f}"
    inner = number(count) if i == j else _pick(m, i, j, number(count))
    return tag("td", inner, class_=f"{kind or 'wrong'} heat", style=style)


def _pick(m: Object, i: int, j: int, content: str) -> str:
    """A button that shows the errors of a cell."""
    row, column = m["rows"][i], m["columns"][j]
    size = len(m["labels"])
    pick: dict[str, Any] = {"layer": m["layer"]}
    if i < size:
        pick["gold"] = row
    if j < size:
        pick["pred"] = column
    if i >= size or j >= size:
        pick["kind"] = MISPLACED if MISPLACED in (row, column) else MISSED if column == MISSED else SPURIOUS
    label = f"{m['cells'][i][j]} errors: gold {row}, predicted {column}"
    return tag("button", content, type="button", class_="pick", data_pick=embed(pick), aria_label=label)


def classes(told: Sequence[Object]) -> str:
    """How many errors there are of each class, by layer; each count leads to the errors."""
    names = [c for c in told[0]["counts"] if any(layer["counts"][c] for layer in told)] if told else []
    if not names:
        return '<p class="note">No error.</p>'
    heads = ["class", *(PLURAL[layer["layer"]] for layer in told), "all"]
    most = max(layer["counts"][c] for layer in told for c in names)
    body = ""
    for name in names:
        cells = ""
        for layer in told:
            count = layer["counts"][name]
            pick = embed({"layer": layer["layer"], "class": name})
            label = f"{count} errors: {name}, {PLURAL[layer['layer']]}"
            inner = tag("button", number(count), type="button", class_="pick", data_pick=pick, aria_label=label)
            style = f"--w:{100 * count / most:.0f}"
            cells += tag("td", inner, class_="n heat wrong", style=style) if count else cell("", "n")
        total = sum(layer["counts"][name] for layer in told)
        body += f"<tr>{tag('th', text(name), scope='row')}{cells}{cell(number(total), 'n')}</tr>"
    totals = "".join(cell(number(layer["total"]), "n") for layer in told)
    whole = number(sum(layer["total"] for layer in told))
    foot = f"<tfoot><tr>{tag('th', 'all', scope='row')}{totals}{cell(whole, 'n')}</tr></tfoot>"
    table = f'<table class="sortable classes">{head(heads)}<tbody>{body}</tbody>{foot}</table>'
    return scroll(table, "Errors by class and layer")


def validation_errors(found: Object) -> str:
    if not found["total"]:
        return ""
    cells = ((tag("code", text(x["id"])), number(x["line"]), tag("bdi", text(x["message"]))) for x in found["list"])
    rows = "".join(f"<tr>{cell(id)}{cell(line, 'n')}{cell(message)}</tr>" for id, line, message in cells)
    more = found["total"] - len(found["list"])
    note = f'<p class="note">{number(more)} more are not listed.</p>' if more else ""
    names = ("id", "line", "what")
    heads = "".join(tag("th", n, scope="col", class_="n" if n == "line" else None) for n in names)
    table = scroll(f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>", "ErrorList")
    title = f"Faults of the predictions <small>{number(found['total'])}, scored as wrong</small>"
    listed = f"<details><summary>Show them</summary>{table}{note}</details>"
    return f'<section id="validation-errors"><h2>{title}</h2>{listed}</section>'

"""The report in Chromium: filters by mouse and keyboard, hostile text, contrast, narrow screens, no request."""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from conftest import run
from playwright.sync_api import Browser, Page, Route, sync_playwright
from scoring import gold

from goldwire_corpus.load import DATA
from goldwire_corpus.schema.prediction import Prediction
from goldwire_eval.error_analysis.examples import Details
from goldwire_eval.readers.predictions import Predictions
from goldwire_eval.readers.reference import Gold
from goldwire_eval.reporting.html.data import Run
from goldwire_eval.reporting.html.write import write_report
from goldwire_eval.results import summarise
from goldwire_eval.scorer import score

HOSTILE = "<script>alert(1)</script> </script> <!-- & \u2028 \U0001f525\U0001f1fa\U0001f1f3 hit"
ARABIC = "\u0642\u0635\u0641 \u0627\u0644\u0645\u062f\u064a\u0646\u0629"
Opened = Callable[..., Page]
Real = tuple[Path, dict[str, Any]]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        pytest.fail("chromium not found; install it: apt-get install -y chromium")
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=path)
        yield made
        made.close()


@pytest.fixture
def opened(browser: Browser) -> Iterator[Opened]:
    """Return a function that opens a report; fail at the end of the test after any request or console message."""
    requests: list[str] = []
    messages: list[str] = []
    contexts = []

    def open_(path: Path, fragment: str = "", width: int = 1280, **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)

        def route(route: Route) -> None:
            requests.append(route.request.url)
            route.continue_()

        page.route("**/*", route)
        page.on("console", lambda message: messages.append(message.text))
        page.on("pageerror", lambda error: messages.append(str(error)))
        page.on("dialog", lambda dialog: messages.append(dialog.message))
        page.goto(path.as_uri() + fragment)
        page.wait_for_selector("#count b")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert [url for url in requests if not url.startswith(("file:", "data:"))] == []
    assert messages == []


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Real:
    """Return a report of gold with known errors and a second run beside it, and the figures of `--json`."""
    folder = tmp_path_factory.mktemp("report")
    rows = [json.loads(line) for s in ("test", "retold") for line in (DATA / "documents" / f"{s}.jsonl").open("rb")]
    for row in rows:
        row["mentions"] = [{**m, "type": "ORG" if m["type"] == "GPE" else m["type"]} for m in row["mentions"][1:]]
        kept = {m["id"] for m in row["mentions"]}
        for event in row["events"]:
            event["source"] = "AUTHOR"
            known = [a for a in event["arguments"] if a["filler"] in kept or not a["filler"].startswith("m")]
            event["arguments"] = known[:2]
            event["realis"] = "OTHER"
    worse, half = folder / "worse.jsonl", folder / "half.jsonl"
    worse.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    half.write_text("".join(json.dumps({**row, "events": row["events"][::2], "relations": [], "records": []}) + "\n"
                            for row in rows), encoding="utf-8")  # fmt: skip
    page = folder / "out.html"
    result = run(
        "score", worse, "--split", "test+retold", "--lenient", "--report", page, "--beside", half,
        "--json", folder / "f.json",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    return page, json.loads((folder / "f.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a report whose text, title, ids and labels contain markup."""
    folder = tmp_path_factory.mktemp("hostile")
    text = f"{HOSTILE} guards. {ARABIC} today."
    at = text.index("guards")
    mention = {"start": at, "end": at + 6, "head_start": at, "head_end": at + 6, "level": "NAM"}
    arabic = {**mention, "start": text.index(ARABIC), "end": text.index(ARABIC) + len(ARABIC)}
    arabic |= {"head_start": arabic["start"], "head_end": arabic["end"]}
    trigger = {"start": text.index("hit"), "end": text.index("hit") + 3}
    facts = {"id": "<img src=x onerror=alert(2)>", "genre": "</title><script>alert(3)</script>", "title": "<!--"}
    row = {
        **facts, "text": text,
        "mentions": [{**mention, "type": "<script>alert(4)</script>"}, {**arabic, "type": ARABIC}],
        "events": [{**trigger, "type": "</script>", "arguments": [{"role": "<b>", "filler": mention_span(mention)}]}],
    }  # fmt: skip
    argument = {"role": "\"'><u>", "filler": mention_span(mention)}
    made = {
        "id": facts["id"], "mentions": [{**mention, "type": "--><i>"}],
        "events": [{**trigger, "type": "</script>", "arguments": [argument]}],
    }  # fmt: skip
    gold_file, pred = folder / "<script>alert(5)<", folder / "<script>alert(6)<"
    gold_file.write_text(json.dumps(row) + "\n", encoding="utf-8")
    pred.write_text(json.dumps(made) + "\n", encoding="utf-8")
    page = folder / "out.html"
    result = run("score", pred, "--gold", gold_file, "--labels", "any", "--report", page, "--beside", pred)
    assert result.exit_code == 0, result.output
    return page


def mention_span(mention: dict[str, Any]) -> dict[str, int]:
    return {"start": mention["start"], "end": mention["end"]}


def _count(page: Page) -> int:
    return int((page.locator("#count b").text_content() or "").replace(",", ""))


def _expect(page: Page, count: int) -> None:
    page.wait_for_function(
        "n => document.querySelector('#count b').textContent.replaceAll(',', '') === String(n)", arg=count
    )


def _carried(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(page.locator("#report-data").text_content() or "")
    return found


# ---------------------------------------------------------------------- filters


def test_error_counts_equal_those_of_the_json(opened: Opened, real: Real) -> None:
    page, figures = opened(real[0]), real[1]
    wrong = {name: n for name, n in figures["errors"].items() if n}
    assert {"missed", "type", "realis"} <= set(wrong)
    assert _count(page) == sum(wrong.values())
    for name, number in wrong.items():
        label = page.locator("#filter-class label", has=page.locator(f"input[value='{name}']"))
        assert (label.locator(".count").text_content() or "").replace(",", "") == str(number)
        row = page.locator("table.classes tbody tr", has=page.get_by_role("rowheader", name=name, exact=True))
        assert (row.locator("td").last.text_content() or "").replace(",", "") == str(number)


def test_filters_work_by_mouse(opened: Opened, real: Real) -> None:
    page, figures = opened(real[0]), real[1]
    every = _carried(page)["errors"]
    page.locator("#filter-class input[value='type']").check()
    assert _count(page) == figures["errors"]["type"]
    assert set(page.locator("article h3 .class").all_text_contents()) == {"type"}
    page.locator("#filter-class input[value='realis']").check()
    assert _count(page) == figures["errors"]["type"] + figures["errors"]["realis"]
    page.locator("#filter-layer input[value='event']").check()
    assert _count(page) == figures["errors"]["realis"]
    page.get_by_role("button", name="Clear all filters").click()
    assert _count(page) == len(every["list"])

    document = every["list"][-1]["document"]
    page.locator("#filter-document").select_option(str(document))
    mine = [e for e in every["list"] if e["document"] == document]
    assert _count(page) == len(mine)
    page.locator("#filter-type").select_option("argument\tPlace")
    arguments = [e for e in mine if e["layer"] == "argument"]
    places = [e for e in arguments if "Place" in (e.get(side, {}).get("label") for side in ("gold", "pred"))]
    assert 0 < _count(page) == len(places) < len(mine)
    assert page.locator("article").count() == min(len(places), 50)


def test_filters_work_by_keyboard(opened: Opened, real: Real) -> None:
    page, figures = opened(real[0]), real[1]
    page.keyboard.press("Tab")
    assert page.locator(":focus").text_content() == "To the errors"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.locator(":focus").get_attribute("id") == "search"
    page.keyboard.type("zzz-nowhere")
    _expect(page, 0)
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    _expect(page, sum(figures["errors"].values()))
    page.keyboard.press("Tab")
    assert page.locator(":focus").get_attribute("value") == "mention"
    page.keyboard.press("Space")
    listed = _carried(page)["errors"]["list"]
    _expect(page, sum(e["layer"] == "mention" for e in listed))
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.locator(":focus").get_attribute("value") == "type":
            break
    page.keyboard.press("Space")
    _expect(page, sum((e["layer"], e["error"]) == ("mention", "type") for e in listed))
    page.locator("article").first.focus()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert page.evaluate("[...document.querySelectorAll('article')].indexOf(document.activeElement)") == 1


def test_search_finds_words_of_the_text(opened: Opened, real: Real) -> None:
    page = opened(real[0])
    errors = _carried(page)["errors"]
    page.locator("#search").fill("SLEEPER cells")
    texts = {int(i): context["text"].lower() for i, context in errors["contexts"].items()}
    found = [e for e in errors["list"] if any("sleeper cells" in texts[i] for i in e["contexts"])]
    assert found
    _expect(page, len(found))


def test_number_of_the_matrix_lists_its_errors(opened: Opened, real: Real) -> None:
    page = opened(real[0])
    button = page.locator(".matrix .pick[aria-label$='gold GPE, predicted ORG']")
    number = int(button.text_content() or "")
    button.focus()
    page.keyboard.press("Enter")
    assert _count(page) == number > 0
    assert all("GPE → ORG" in heading for heading in page.locator("article h3").all_text_contents())
    for kind in ("missed", "spurious", "misplaced"):
        for pick in page.locator(f".matrix .pick[data-pick*='{kind}']").all()[:4]:
            pick.dispatch_event("click")
            assert _count(page) == int((pick.text_content() or "").replace(",", ""))
    page.get_by_role("button", name="Show all").click()
    assert _count(page) == len(_carried(page)["errors"]["list"])


def test_count_of_a_class_lists_its_errors(opened: Opened, real: Real) -> None:
    page = opened(real[0])
    for pick in page.locator("table.classes .pick").all():
        pick.click()
        assert _count(page) == int((pick.text_content() or "").replace(",", ""))


def test_address_keeps_the_filters(opened: Opened, real: Real) -> None:
    page = opened(real[0])
    page.locator("#filter-class input[value='type']").check()
    page.locator("#search").fill("the")
    page.wait_for_function("() => location.hash.includes('q=the')")
    fragment = page.evaluate("location.hash")
    again = opened(real[0], fragment)
    assert _count(again) == _count(page)
    assert again.locator("#filter-class input[value='type']").is_checked()


def test_tables_sort_by_a_column(opened: Opened, real: Real) -> None:
    page = opened(real[0])
    table = page.locator("#genres table")
    table.get_by_role("button", name="Mentions").press("Enter")
    figures = [float(x) for x in table.locator("tbody td:nth-child(2)").all_text_contents()]
    assert figures == sorted(figures, reverse=True)
    assert table.locator("th[aria-sort='descending']").count() == 1


def test_metrics_without_singletons_can_be_shown(opened: Opened, real: Real) -> None:
    page = opened(real[0])
    row = page.locator("#scores-table tr", has_text="coref.b3@nosingletons").first
    assert not row.is_visible()
    page.locator("#variants").check()
    assert row.is_visible()


def test_plots_have_their_figures_as_text(opened: Opened, real: Real) -> None:
    page, figures = opened(real[0]), real[1]
    f1 = f"{100 * figures['metrics']['mention.exact']['f1']:.1f}"
    plot = page.get_by_role("img", name=re.compile(r"F1 of mention\.exact by run"))
    assert f1 in (plot.get_attribute("aria-label") or "")
    page.locator("#runs summary").click()
    rows = page.locator("#runs tbody tr")
    assert rows.count() == 2
    assert f1 in (rows.nth(1).text_content() or "")
    page.locator("#lengths summary").click()
    # Ten documents in five bins, of two runs.
    assert page.locator("#lengths tbody tr").count() == 10


def test_no_line_joins_separate_runs(opened: Opened, real: Real) -> None:
    page = opened(real[0])
    panel = page.locator("#runs figure").first
    assert panel.locator("circle").count() == 2
    assert panel.locator(".whisker").count() == 2
    assert page.locator("#runs svg path").count() == 0
    assert page.locator("#lengths figure").first.locator("path").count() == 2


def test_ner_leads_for_flat_names(opened: Opened, tmp_path: Path) -> None:
    """Every predicted mention is a name outside any other, as a tagger of flat names gives them."""
    names = tmp_path / "names.jsonl"
    lines = []
    for split in ("test", "retold"):
        for row in map(json.loads, (DATA / "documents" / f"{split}.jsonl").open("rb")):
            found = [m for m in row["mentions"] if m["level"] == "NAM"]
            mentions = [
                {"start": m["start"], "end": m["end"], "type": m["type"]}
                for m in found
                if not any(n is not m and n["start"] <= m["start"] and m["end"] <= n["end"] for n in found)
            ]
            lines.append(json.dumps({"id": row["id"], "mentions": mentions}) + "\n")
    names.write_text("".join(lines), encoding="utf-8")
    assert run("score", names, "--split", "test+retold", "--report", tmp_path / "out.html").exit_code == 0
    page = opened(tmp_path / "out.html")
    assert page.locator(".tiles li").count() == 1
    assert page.locator(".tiles code").text_content() == "ner"
    assert page.locator(".tiles b").text_content() == "100.0"
    assert page.locator("#scores-table tr.lead code").all_text_contents() == ["ner"]


# ---------------------------------------------------------------------- hostile text


def test_markup_in_documents_and_predictions_is_escaped(opened: Opened, hostile: Path) -> None:
    page = opened(hostile)
    assert page.locator("script").count() == 2
    assert page.locator("img, article i, article b b, article u, iframe").count() == 0
    assert HOSTILE in (page.locator("article .side p").first.text_content() or "")
    picks = [json.loads(pick.get_attribute("data-pick") or "") for pick in page.locator(".matrix .pick").all()]
    assert {"layer": "argument", "gold": "<b>", "pred": "\"'><u>"} in picks
    assert page.locator("article .where").first.text_content() == (
        "<img src=x onerror=alert(2)> · </title><script>alert(3)</script>"
    )
    assert page.title().endswith("<script>alert(6)<")
    labels = page.locator("#filter-type option").all_text_contents()
    assert any(label.startswith("<script>alert(4)</script>") for label in labels)
    assert page.locator("#genres tbody th").all_text_contents() == ["</title><script>alert(3)</script>"]


def test_spans_after_emoji_and_in_right_to_left_text_are_marked(opened: Opened, hostile: Path) -> None:
    page = opened(hostile)
    marks = page.locator("article .gold .mark").all_text_contents()
    assert set(marks) == {"guards", ARABIC}
    assert page.locator("article .gold .trigger").all_text_contents() == ["hit"]
    assert page.locator("article .side p").first.get_attribute("dir") == "auto"


def test_policy_allows_only_the_script_of_the_page(opened: Opened, real: Real) -> None:
    content = real[0].read_text(encoding="utf-8")
    assert "default-src 'none'" in content
    assert re.search(r"script-src 'sha256-[^']+'; img-src data:", content)
    assert not re.search(r"(src|href)=\"(?!#|data:)", content)
    assert "innerHTML" not in content.partition("<script>")[2]
    assert opened(real[0]).locator("article").count() > 0


# ---------------------------------------------------------------------- looks

_LUMINANCE = """
(selector) => {
  const parse = (c) => c.match(/[\\d.]+/g).map(Number);
  const linear = (v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const element = document.querySelector(selector);
  const ink = luminance(parse(getComputedStyle(element).color));
  let under = element;
  while (under && /rgba\\(.*, 0\\)/.test(getComputedStyle(under).backgroundColor)) under = under.parentElement;
  const paper = luminance(parse(getComputedStyle(under).backgroundColor));
  return (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
}
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast_in_light_and_dark(opened: Opened, real: Real, scheme: str) -> None:
    page = opened(real[0], color_scheme=scheme)
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, re.findall(r"\d+", paper)[:3])) > 384) == (scheme == "light")
    assert page.evaluate(_LUMINANCE, "body") >= 7
    for selector in (
        ".note",
        "nav a",
        "article .side p",
        "article .where",
        ".gold .mark",
        ".pred .mark",
        ".tiles .soft",
    ):
        assert page.evaluate(_LUMINANCE, selector) >= 4.5, selector


@pytest.mark.parametrize("width", [1400, 400])
def test_page_never_scrolls_sideways(opened: Opened, real: Real, hostile: Path, width: int) -> None:
    for path in (real[0], hostile):
        page = opened(path, width=width)
        page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator("article").first.bounding_box()["width"] <= width  # type: ignore[index]


@pytest.mark.parametrize(
    "cells", ["#scores-table tr:not(.variant) td:nth-child(2)", "#types td:nth-child(2)", "#genres td", "#parts td"]
)
def test_f1_is_in_view_on_a_narrow_screen(opened: Opened, real: Real, cells: str) -> None:
    page = opened(real[0], width=400)
    rights = page.evaluate(
        "(cells) => [...document.querySelectorAll(cells)].map((cell) => cell.getBoundingClientRect().right)", cells
    )
    assert len(rights) > 4
    assert max(rights) <= 400


def test_columns_are_under_their_headings_on_a_narrow_screen(opened: Opened, real: Real) -> None:
    page = opened(real[0], width=400)
    for name, column in (("F1", 2), ("precision", 5), ("predicted", 8)):
        heading = page.locator(f"#scores-table thead th:nth-child({column})")
        assert heading.text_content() == name
        cell = page.locator(f"#scores-table tr.lead td:nth-child({column})").first
        boxes = heading.bounding_box(), cell.bounding_box()
        assert boxes[0] is not None
        assert boxes[1] is not None
        assert boxes[0]["x"] == pytest.approx(boxes[1]["x"], abs=1)


# ---------------------------------------------------------------------- size


def _write_many(out: Path, documents: int, limit: int) -> None:
    """Write a report of documents with fifteen missed items each: five mentions, three events, seven arguments."""
    many = [msgspec.structs.replace(gold(), id=f"d{number}") for number in range(documents)]
    predictions = [Prediction(id=document.id, mentions=[], events=[]) for document in many]
    details = Details(limit)
    scored = score(Predictions.of_rows(predictions, "x"), Gold.of_documents(many), details=details)
    write_report(out, [Run("many", scored, summarise(scored, "test", "none"), details)])


def test_thousands_of_errors_are_drawn_when_reached(opened: Opened, tmp_path: Path) -> None:
    path = tmp_path / "many.html"
    _write_many(path, 400, 20_000)
    page = opened(path)
    assert _count(page) == 400 * 15
    assert page.locator("article").count() == 50
    took = page.evaluate("""() => {
        const begun = performance.now();
        document.querySelector("#filter-layer input[value='event']").click();
        return performance.now() - begun;
    }""")
    assert _count(page) == 400 * 3
    assert took < 1000
    page.locator("#more").scroll_into_view_if_needed()
    page.wait_for_function("() => document.querySelectorAll('article').length > 50")
    page.locator("#more").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelectorAll('article').length > 100")


def test_page_reports_errors_beyond_the_limit(opened: Opened, tmp_path: Path) -> None:
    path = tmp_path / "cut.html"
    _write_many(path, 20, 100)
    page = opened(path)
    assert _count(page) == 100
    assert page.locator("#left-out").text_content() == (
        "The list has the first 100 of 300 errors, in document order; the tables above count all of them."
    )
    assert page.locator("table.classes tfoot td").last.text_content() == "300"

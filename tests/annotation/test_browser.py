"""Annotation in the page of a real Label Studio in a real browser (the Chromium of the system)."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest
from conftest import ROOT, document, run
from serving import Served

from goldwire_annotation.tasks import make_task
from goldwire_corpus.label_studio.decode import decode
from goldwire_corpus.schema.prediction import Prediction

sync_api = pytest.importorskip("playwright.sync_api")

SOURCE = ROOT / "corpus" / "source"
FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f467"
SHALOM = "\u05e9\u05dc\u05d5\u05dd"
TEXT = (
    f"Gunmen shot\ttwo  guards at Kesh.\r\n\r\nThe {FAMILY} guards\u0301 fled {SHALOM} home.\n\n"
    "The gunmen left <b>bold</b> &amp; done."
)
# Two selections within 450 ms reuse the label of the first.
PAUSE = 600
_SELECT = """([quote, nth]) => {
  const walker = document.createTreeWalker(document.querySelector('.lsf-richtext__container'), NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode()); ) {
    for (let i = node.data.indexOf(quote); i >= 0; i = node.data.indexOf(quote, i + 1)) {
      if (--nth > 0) continue;
      const range = document.createRange();
      range.setStart(node, i);
      range.setEnd(node, i + quote.length);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      node.parentElement.dispatchEvent(new MouseEvent('mouseup', {bubbles: true}));
      return true;
    }
  }
  return false;
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    path = shutil.which("chromium")
    if path is None:
        pytest.fail("Chromium not found; install it with apt-get install -y chromium")
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()


class Page:
    """The labelling page, logged in as the annotator of a server."""

    def __init__(self, browser: Any, served: Served):
        self.served = served
        self.page = browser.new_page(viewport={"width": 1700, "height": 1100})
        self.page.set_default_timeout(120_000)
        self.requests: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(f"{served.access.url}/user/login")
        self.page.fill("input[name=email]", served.access.email)
        self.page.fill("input[name=password]", served.access.password)
        self.page.click("button[type=submit]")
        self.page.wait_for_url(lambda url: "login" not in url)

    def open(self, title: str, doc: str, regions: int = 0) -> None:
        """Open a task; load it again if the page shows it without its pre-annotation, which happens at times."""
        project = self.served.studio.project(title)
        task = next(t for t in self.served.studio.tasks(project) if t.doc == doc)
        for _ in range(5):
            self.page.goto(f"{self.served.access.url}/projects/{project}/data?task={task.id}")
            self.page.wait_for_selector(".lsf-richtext__container")
            self.page.wait_for_timeout(1500)
            if not regions or self.page.locator(".lsf-outliner-item").count():
                return
        raise AssertionError("the page does not show the pre-annotation")

    def label(self, label: str) -> None:
        self.page.locator(".lsf-label").filter(has=self.page.locator(f".lsf-label__text:text-is('{label}')")).click()
        self.page.wait_for_timeout(200)

    def draw(self, label: str, quote: str, nth: int = 1) -> None:
        self.label(label)
        assert self.page.evaluate(_SELECT, [quote, nth]), quote
        self.page.wait_for_timeout(PAUSE)

    def select(self, region: int) -> None:
        self.page.locator(".lsf-outliner-item").nth(region).click()
        self.page.wait_for_timeout(PAUSE)

    def choose(self, value: str) -> None:
        self.page.locator(".lsf-choice:visible").filter(has_text=value).first.click()
        self.page.wait_for_timeout(PAUSE)

    def write(self, field: str, value: str) -> None:
        self.page.fill(f"input[name={field}]:visible", value)
        self.page.press(f"input[name={field}]:visible", "Enter")
        self.page.wait_for_timeout(PAUSE)

    def link(self, source: int, target: int, *labels: str) -> None:
        self.select(source)
        self.page.keyboard.press("Alt+r")
        self.page.wait_for_timeout(PAUSE)
        self.select(target)
        self.page.locator("[id$=_droppable]:visible").filter(has_text="Relations").first.click()
        item = self.page.locator(".lsf-relations__item").last
        item.hover()
        item.get_by_label("Show Relation Labels").click()
        item.get_by_test_id("select-trigger-").click()
        for label in labels:
            self.page.get_by_role("option", name=label, exact=True).click()
        self.page.keyboard.press("Escape")
        self.page.locator("[id$=_droppable]:visible").filter(has_text="Regions").first.click()
        self.page.wait_for_timeout(PAUSE)

    def submit(self) -> None:
        with self.page.expect_response(lambda r: "/annotations" in r.url and r.request.method == "POST") as response:
            self.page.get_by_role("button", name="Submit").click()
        assert response.value.status == 201


@pytest.fixture
def page(browser: Any, label_studio: Served) -> Iterator[Page]:
    opened = Page(browser, label_studio)
    yield opened
    opened.page.close()


def test_pull_returns_spans_attributes_and_links_drawn_in_the_page(
    page: Page, label_studio: Served, tmp_path: Path
) -> None:
    project = label_studio.studio.project("Drawn", create=True)
    label_studio.studio.push(project, [make_task(msgspec.structs.replace(document("x"), id="d1", text=TEXT), {}, {})])
    page.open("Drawn", "d1")
    for label, quote in (("PER", "Gunmen"), ("Attack", "shot"), ("PER", "two  guards"), ("PER", "The gunmen")):
        page.draw(label, quote)
    page.select(0)
    page.choose("NOM")
    page.write("key", "band")
    page.select(1)
    page.choose("shooting")
    page.write("latest", "2024-03-12")
    page.select(2)
    page.write("head", "guards")
    page.link(1, 0, "Attacker", "Source")
    page.link(1, 2, "Target")
    page.link(3, 0, "Coref")
    page.submit()
    assert {urlsplit(url).hostname for url in page.requests if not url.startswith(("data:", "blob:"))} == {"127.0.0.1"}

    out = tmp_path / "out.jsonl"
    result = run("annotate", "pull", *label_studio.options("Drawn"), "--out", out)
    assert result.exit_code == 0, result.stderr
    prediction = msgspec.json.decode(out.read_bytes(), type=Prediction)
    assert [
        (TEXT[m.start : m.end], m.level, m.entity, TEXT[m.head_start : m.head_end]) for m in prediction.mentions or []
    ] == [
        ("Gunmen", "NOM", "nil:band", "Gunmen"),
        ("two  guards", None, "nil:T3", "guards"),
        ("The gunmen", None, "nil:band", "The gunmen"),
    ]
    (event,) = prediction.events or []
    assert (TEXT[event.start : event.end], event.type, event.means, event.source) == (
        "shot",
        "Attack",
        "shooting",
        "T1",
    )
    assert [(a.role, a.filler) for a in event.arguments or []] == [("Attacker", "T1"), ("Target", "T3")]
    assert [(c.id, c.latest) for c in prediction.event_clusters or []] == [("nil:E2", "2024-03-12")]


def test_offsets_in_a_hostile_text_are_code_points(page: Page, label_studio: Served) -> None:
    project = label_studio.studio.project("Hostile page", create=True)
    label_studio.studio.push(project, [make_task(msgspec.structs.replace(document("x"), id="d1", text=TEXT), {}, {})])
    page.open("Hostile page", "d1")
    quotes = ["Gunmen", "two  guards", "Kesh", FAMILY, "guards\u0301", "fled", SHALOM, "home", "gunmen", "bold", "done"]
    for quote in quotes:
        page.draw("PER", quote)
    page.submit()
    (task,) = label_studio.studio.tasks(project)
    back = decode(task.annotations[0].result, "d1", TEXT, "x")
    assert [TEXT[m.start : m.end] for m in back.mentions or []] == quotes


def test_relabelled_region_loses_fields_of_its_old_label(page: Page, label_studio: Served) -> None:
    project = label_studio.studio.project("Relabelled", create=True)
    label_studio.studio.push(project, [make_task(msgspec.structs.replace(document("x"), id="d1", text=TEXT), {}, {})])
    page.open("Relabelled", "d1")
    page.draw("PER", "shot")
    page.select(0)
    page.choose("NOM")
    page.label("Attack")
    page.choose("shooting")
    page.label("Die")
    page.submit()
    (task,) = label_studio.studio.tasks(project)
    back = decode(task.annotations[0].result, "d1", TEXT, "x")
    assert back.mentions == []
    assert [(e.type, e.means) for e in back.events or []] == [("Die", None)]


@pytest.mark.parametrize("doc", ["keldura-03", "keldura-06"])
def test_gold_round_trip_through_the_page(page: Page, label_studio: Served, doc: str, tmp_path: Path) -> None:
    """The page drops unknown fields and second links of a pair; order and labels must survive."""
    where = label_studio.options("Gold in the page")
    result = run("annotate", "push", doc, *where, "--from", SOURCE / "worlds", "--name", "gold")
    assert result.exit_code == 0, result.stderr
    page.open("Gold in the page", doc, regions=1)
    if folder := os.environ.get("GOLDWIRE_SCREENSHOTS"):
        page.page.screenshot(path=Path(folder) / f"{doc}.png")
    page.submit()
    result = run("annotate", "pull", *where, "--out", tmp_path)
    assert result.exit_code == 0, result.stderr
    assert (tmp_path / f"{doc}.ann").read_bytes() == (SOURCE / "worlds" / f"{doc}.ann").read_bytes()

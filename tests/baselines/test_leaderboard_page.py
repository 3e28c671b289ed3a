"""The page of the leaderboard in Chromium: nothing is requested, nothing is cut off, all figures are readable."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from goldwire_baselines.leaderboard.board import Board, Cell, Row, Size
from goldwire_baselines.leaderboard.record import HELD_OUT
from goldwire_baselines.leaderboard.render_html import html
from goldwire_eval.metrics.registry import HEADLINE

NAMES = ("linear", "a-system-with-quite-a-long-name-2.5b", "<b>&\u0627")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        pytest.fail("chromium not found; install it: apt-get install -y chromium")
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield made
        made.close()


@pytest.fixture(scope="module")
def page_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    cells = {metric: Cell(0.512, (0.444, 0.602), 0.012, 1) for metric in HEADLINE}
    rows = [
        Row(name=name, description="a system", training="train", seeds=[0, 1, 2], compared=True,
            cells=dict.fromkeys((HELD_OUT, "test", "retold", "field", "wire"), cells))
        for name in NAMES
    ]  # fmt: skip
    board = Board(
        data="1.0.0#00000000", sizes={"test": Size(46, 11)}, metrics=list(HEADLINE), rows=rows,
        ceiling=Row(name="annotators", cells={"test": cells}), level=0.05,
        other_data=[Row(name="old", data="0.9.0#1", cells=rows[0].cells)],
    )  # fmt: skip
    path = tmp_path_factory.mktemp("board") / "board.html"
    path.write_text(html(board), encoding="utf-8")
    return path


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1400, 400])
def test_page(browser: Browser, page_path: Path, width: int, scheme: str) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    messages: list[str] = []
    requests: list[str] = []
    page.on("console", lambda message: messages.append(message.text))
    page.on("request", lambda request: requests.append(request.url))
    page.goto(page_path.as_uri())
    assert [url for url in requests if not url.startswith(("file:", "data:"))] == []
    assert messages == []
    assert page.locator("#held-out tbody th").all_text_contents() == list(NAMES)
    # Only tables that scroll by themselves are wider than the screen; the names stay in view.
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.evaluate("document.querySelector('#held-out .scroll').scrollLeft = 10000")
    box = page.locator("#held-out tbody th").first.bounding_box()
    assert box is not None
    assert 0 <= box["x"] < 60
    ink, paper = page.evaluate(
        "[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
    )
    dark = sum(map(int, paper[4:-1].split(","))) < sum(map(int, ink[4:-1].split(",")))
    assert dark == (scheme == "dark")
    page.close()

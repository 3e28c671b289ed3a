"""The document in the terminal and as a page."""

import io
import re
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pytest
from conftest import run
from rich.console import Console
from scoring import gold

from goldwire_corpus.display import html, terminal
from goldwire_corpus.schema.document import Document


def _terminal(document: Document) -> str:
    out = io.StringIO()
    terminal.render(document, Console(file=out, width=100))
    return out.getvalue()


def test_the_terminal_shows_mentions_events_and_arguments() -> None:
    text = _terminal(gold())
    assert "[Rebels]PER shot [two guards]PER in [Lemre]GPE on Monday" in text
    assert "shot  Attack (ACTUAL, shooting)" in text
    assert "Target: two guards" in text


def test_markup_in_a_text_is_text() -> None:
    text = "Rebels shot [bold]two[/bold] <script>alert(1)</script> & guards."
    made = Document("d", "worlds", "w", "g", "<script>x</script>", "2024-03-12", text, [], [])
    made = msgspec.structs.replace(made, sentences=[type(gold().sentences[0])(0, len(text))])
    assert "[bold]two[/bold] <script>" in _terminal(made)
    page = html.render(made)
    assert "<script>alert" not in page
    assert "<script>x" not in page
    assert page.count("<script>") == 1, "only the page's own"
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; guards" in page


class _Balanced(HTMLParser):
    """Fails on a tag that is not closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "section" in self.open and "table" not in self.open and "h2" not in self.open:
            self.text.append(data)


@pytest.mark.parametrize("name", ["tsoumar-01", "orvelim-02", "retold-03"])
def test_the_page_is_well_formed_and_holds_the_text_unchanged(name: str) -> None:
    document = terminal.find(name, None)
    parser = _Balanced()
    parser.feed(html.render(document))
    assert parser.open == []
    assert re.sub(r"\s+", " ", " ".join("".join(parser.text).split())) == " ".join(document.text.split())


def test_the_page_asks_for_nothing_outside() -> None:
    page = html.render(terminal.find("tsoumar-01", None))
    assert not re.search(r"https?://|src=|@import|url\(", page)


def test_the_command_writes_a_page(tmp_path: Path) -> None:
    out = tmp_path / "page.html"
    assert run("corpus", "show", "tsoumar-06", "--html", out).exit_code == 0
    assert out.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_a_document_that_is_not_there() -> None:
    result = run("corpus", "show", "nowhere-01")
    assert result.exit_code == 1
    assert "[document-unknown]" in result.stderr


def test_the_story_can_be_shown(article: Path) -> None:
    result = run("corpus", "show", "wire-01", "--article", article)
    assert result.exit_code == 0
    assert "Takedown" in result.output

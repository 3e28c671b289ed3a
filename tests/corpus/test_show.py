"""Documents in the terminal and as an HTML page."""

import base64
import hashlib
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
from goldwire_corpus.parts import Copies
from goldwire_corpus.schema.document import Document


def _terminal(document: Document) -> str:
    out = io.StringIO()
    terminal.render(document, Console(file=out, width=100))
    return out.getvalue()


def test_terminal_shows_mentions_events_and_arguments() -> None:
    text = _terminal(gold())
    assert "[Rebels]PER shot [two guards]PER in [Lemre]GPE on Monday" in text
    assert "shot  Attack (ACTUAL, shooting)" in text
    assert "Target: two guards" in text


def test_markup_in_a_document_is_escaped() -> None:
    text = "Rebels shot [bold]two[/bold] <script>alert(1)</script> & guards."
    document = Document("d", "worlds", "w", "g", "<script>x</script>", "2024-03-12", text, [], [])
    mention = msgspec.structs.replace(gold().mentions[0], entity="e\" onclick='x'", type="PER")
    span = type(gold().sentences[0])(0, len(text))
    document = msgspec.structs.replace(document, sentences=[span], mentions=[mention])
    assert "[bold]two[/bold] <script>" in _terminal(document)
    page = html.render(document)
    assert "<script>alert" not in page
    assert "<script>x" not in page
    assert page.count("<script>") == 1, "only the script of the page"
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; guards" in page
    assert 'data-entity="e&#34; onclick=&#39;x&#39;"' in page


def test_policy_allows_only_the_script_of_the_page() -> None:
    page = html.render(gold())
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}';" in page
    assert "default-src 'none'" in page


def test_crossing_annotations_are_nested() -> None:
    """Mentions [0, 10) and [7, 16) of the text cross, so the second is cut at the end of the first."""
    first, second = gold().mentions[0], gold().mentions[1]
    mentions = [
        msgspec.structs.replace(first, start=0, end=10, entity="a"),
        msgspec.structs.replace(second, start=7, end=16, entity="b"),
    ]
    page = html.render(gold(mentions=mentions, events=[], records=[], times=[], quantities=[]))
    parser = _Balanced()
    parser.feed(page)
    text = gold().text
    assert (
        re.sub(r" (title|class)=\"[^\"]*\"", "", page).count(
            f'<span data-entity="a">{text[:7]}<span data-entity="b">{text[7:10]}</span></span>{text[10:]}'
        )
        == 1
    )


class _Balanced(HTMLParser):
    """HTML parser that raises AssertionError for a tag that is not closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "link"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "section" in self.open and "table" not in self.open and "h2" not in self.open:
            self.text.append(data)


@pytest.mark.parametrize("name", ["tsoumar-01", "orvelim-02", "retold-03"])
def test_page_is_well_formed_and_has_the_text_unchanged(name: str) -> None:
    document = terminal.find(name, Copies())
    parser = _Balanced()
    parser.feed(html.render(document))
    assert parser.open == []
    assert re.sub(r"\s+", " ", " ".join("".join(parser.text).split())) == " ".join(document.text.split())


def test_page_makes_no_external_request() -> None:
    page = html.render(terminal.find("tsoumar-01", Copies()))
    assert not re.search(r"https?://|src=|@import|url\(", page)


def test_command_writes_a_page(tmp_path: Path) -> None:
    out = tmp_path / "page.html"
    assert run("corpus", "show", "tsoumar-06", "--html", out).exit_code == 0
    assert out.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_unknown_document_is_an_error() -> None:
    result = run("corpus", "show", "nowhere-01")
    assert result.exit_code == 1
    assert "[document-unknown]" in result.stderr


def test_joined_story_is_shown(article: Path) -> None:
    result = run("corpus", "show", "wire-01", "--article", article)
    assert result.exit_code == 0
    assert "Takedown" in result.output

"""HTML page of two annotation passes side by side."""

import re
from pathlib import Path

import msgspec
from conftest import ROOT, document, run
from scoring import gold

from goldwire_annotation.side_by_side import page
from goldwire_corpus.schema.document import Title


def test_equal_passes_have_no_differences() -> None:
    made = page([(gold(), gold())], ("a", "b"), "figures")
    assert "0 differences" in made
    assert 'class="differences"' not in made


def test_figures_are_a_table() -> None:
    made = page([(gold(), gold())], ("a", "b"), "| | test |\n| --- | --- |\n| F1 mention.exact | 98.0 |\n")
    assert '<thead><tr><th scope="col"></th><th scope="col">test</th></tr></thead>' in made
    assert '<tr><th scope="row">F1 mention.exact</th><td>98.0</td></tr>' in made
    assert "---" not in made


def test_statement_of_one_pass_is_in_its_column() -> None:
    a, b = gold(), gold()
    mention = msgspec.structs.replace(b.mentions[0], level="NOM" if b.mentions[0].level != "NOM" else "NAM")
    b = msgspec.structs.replace(b, mentions=[mention, *b.mentions[1:]])
    made = page([(a, b)], ("first", "second"), "")
    assert "2 differences" in made
    (row,) = re.findall(r"<tr><th scope=\"row\">1</th>.*?</tr>", made, re.DOTALL)
    left, right = re.findall(r"<td data-label=\"only \w+\">(.*?)</td>", row, re.DOTALL)
    assert a.mentions[0].type + "." + a.mentions[0].level in left
    assert mention.type + "." + mention.level in right
    for side in (left, right):
        assert "<p><mark>Rebels</mark> shot two guards" in side
        assert side.count("<li>") == 1


def test_markup_in_texts_ids_and_names_is_escaped() -> None:
    text = "<script>alert(1)</script> & <b>Gunmen</b> fled."
    a = msgspec.structs.replace(document(text), id='<i>d1" onclick="x')
    b = msgspec.structs.replace(a, titles=[Title("T1", 0, len(text))])
    made = page([(a, b)], ("<a>", "b"), "<figures>")
    assert not re.search(r"<(script|b|i|a)>", made)
    assert 'id="&lt;i&gt;d1&#34; onclick=&#34;x"' in made
    assert "&lt;figures&gt;" in made


def test_page_makes_no_request(tmp_path: Path) -> None:
    passes = [tmp_path / name for name in ("a", "b")]
    for folder in passes:
        folder.mkdir()
        source = ROOT / "annotation" / "passes" / folder.name / "tsoumar-06.ann"
        (folder / source.name).write_bytes(source.read_bytes())
    result = run("annotate", "agree", *passes, "--html", tmp_path / "page.html")
    assert result.exit_code == 0, result.stderr
    made = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert not re.search(r"https?://|src=|@import|url\(", made)
    assert "<script" not in made
    assert "tsoumar-06" in made

import re
from pathlib import Path

import msgspec
from conftest import document, run
from scoring import gold

from goldwire_annotation.side_by_side import page


def test_equal_passes_show_no_difference() -> None:
    made = page([(gold(), gold())], ("a", "b"), "figures")
    assert "0 differences" in made
    assert "<table>" not in made


def test_differences_are_in_the_column_of_their_pass() -> None:
    a, b = gold(), gold()
    mention = msgspec.structs.replace(b.mentions[0], level="NOM" if b.mentions[0].level != "NOM" else "NAM")
    b = msgspec.structs.replace(b, mentions=[mention, *b.mentions[1:]])
    (row,) = re.findall(r"<tr><td class=\"n\">.*?</tr>", page([(a, b)], ("first", "second"), ""), re.DOTALL)
    left, right = re.findall(r"<td>(.*?)</td>", row, re.DOTALL)
    assert a.mentions[0].type + "." + a.mentions[0].level in left
    assert mention.type + "." + mention.level in right
    assert "<mark>" in left


def test_text_and_names_are_escaped() -> None:
    text = "<script>alert(1)</script> & <b>Gunmen</b> fled."
    a = msgspec.structs.replace(document(text), id="<i>d1</i>")
    b = msgspec.structs.replace(a, titles=[_title(len(text))])
    made = page([(a, b)], ("<a>", "b"), "<figures>")
    assert "<script" not in made
    assert "<b>" not in made
    assert "<i>" not in made
    assert "<a>" not in made
    assert "&lt;figures&gt;" in made


def _title(end: int) -> object:
    from goldwire_corpus.schema.document import Title

    return Title("T1", 0, end)


def test_the_page_asks_nothing_of_the_network(tmp_path: Path) -> None:
    from conftest import ROOT

    passes = [tmp_path / name for name in ("a", "b")]
    for folder in passes:
        folder.mkdir()
        source = ROOT / "annotation" / "passes" / folder.name / "tsoumar-06.ann"
        (folder / source.name).write_bytes(source.read_bytes())
    result = run("annotate", "agree", *passes, "--html", tmp_path / "page.html")
    assert result.exit_code == 0, result.stderr
    made = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "http" not in made
    assert "<script" not in made
    assert "tsoumar-06" in made

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldwire_corpus.source.files import format_segmentation, read_segmentation
from goldwire_corpus.source.segment import segment


def _tokens(text: str) -> list[str]:
    return [text[t.start : t.end] for t in segment(text).tokens]


def _sentences(text: str) -> list[str]:
    return [text[s.start : s.end] for s in segment(text).sentences]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("A U.S.-backed force.", ["A", "U.S.", "-", "backed", "force", "."]),
        ("Oda's car -- a truck -- burnt.", ["Oda", "'s", "car", "--", "a", "truck", "--", "burnt", "."]),
        ("Some 2,000 cattle.", ["Some", "2,000", "cattle", "."]),
    ],
)
def test_tokens(text: str, tokens: list[str]) -> None:
    assert _tokens(text) == tokens


def test_paragraphs_end_sentences_and_abbreviations_do_not() -> None:
    text = "Gen. Oda left on Jan. 3 for Lemre. He came back.\n\nAPRIL 4\n\nNothing."
    assert _sentences(text) == ["Gen. Oda left on Jan. 3 for Lemre.", "He came back.", "APRIL 4", "Nothing."]


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=120))
def test_tokens_cover_the_text_in_order(text: str) -> None:
    found = segment(text)
    position = 0
    for token in found.tokens:
        assert position <= token.start < token.end <= len(text)
        position = token.end
    assert all(s.start < s.end for s in found.sentences)


def test_segmentation_round_trip(tmp_path) -> None:  # type: ignore[no-untyped-def]
    found = segment("Gen. Oda left. He came back.\n\nNothing.")
    path = tmp_path / "x.tok"
    path.write_text(format_segmentation(found))
    assert read_segmentation(path) == found

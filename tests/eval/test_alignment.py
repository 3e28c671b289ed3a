"""Spans that are not at token boundaries: which mistake in offsets they look like."""

from typing import Any

import msgspec
import pytest
from conftest import document

from goldwire_corpus.errors import DataError
from goldwire_corpus.schema.prediction import Prediction
from goldwire_eval.policy import Policies
from goldwire_eval.readers.predictions import Predictions
from goldwire_eval.readers.reference import Gold
from goldwire_eval.scorer import score

TEXT = "Élodie saw 😀 guards near Łódź on Monday, and Zoë met Ila there once more."
WORDS = ["guards", "near", "Łódź", "Monday", "Zoë", "Ila", "there", "once"]
SPANS = [(TEXT.index(word), TEXT.index(word) + len(word)) for word in WORDS]


def notes(spans: list[tuple[int, int]], gold_type: str = "PER", text: str = TEXT) -> list[str]:
    of = document(text, mentions=[])
    made = {"id": "d1", "mentions": [{"start": a, "end": b, "type": gold_type} for a, b in spans]}
    rows = [msgspec.convert(made, Prediction)]
    return score(Predictions.of_rows(rows, "p.jsonl"), Gold.of_documents([of]), Policies(invalid="wrong")).notes


def utf8(at: int) -> int:
    return len(TEXT[:at].encode())


def utf16(at: int) -> int:
    return len(TEXT[:at].encode("utf-16-le")) // 2


@pytest.mark.parametrize(
    ("spans", "cause"),
    [
        ([(a + 1, b + 1) for a, b in SPANS], "offsets that are one too high"),
        ([(a - 1, b - 1) for a, b in SPANS], "offsets that are one too low"),
        ([(a, b - 1) for a, b in SPANS], "spans whose end is inclusive"),
        ([(utf8(a), utf8(b)) for a, b in SPANS], "UTF-8 bytes"),
    ],
)
def test_mistake_in_offsets_is_named(spans: list[tuple[int, int]], cause: str) -> None:
    (note,) = notes(spans)
    assert note == (
        f"warning: 8 of 8 spans do not begin and end at token boundaries of gold; read as {cause} 8 of 8 would"
    )


def test_utf16_units_are_named() -> None:
    text = "😀😀 " + TEXT
    spans = [(a + 3, b + 3) for a, b in SPANS]
    shifted = [tuple(len(text[:at].encode("utf-16-le")) // 2 for at in span) for span in spans]
    (note,) = notes(shifted, text=text)  # type: ignore[arg-type]
    assert note.endswith("read as UTF-16 units 8 of 8 would")


def test_token_indices_are_named() -> None:
    # Tokens: Élodie saw 😀 guards near Łódź on Monday , and Zoë met Ila there once more .
    (note,) = notes([(3, 4), (4, 5), (5, 6), (7, 8), (10, 11), (12, 13), (13, 15), (14, 16)])
    assert note.endswith("read as token indices 8 of 8 would")


def test_aligned_spans_give_no_warning() -> None:
    assert notes(SPANS) == []
    # One of eight is above the share, but fewer than five are not judged.
    assert notes([(SPANS[0][0] + 1, SPANS[0][1]), *SPANS[1:]]) == []


def test_spans_without_an_explanation_are_counted() -> None:
    spans = [(a + 2, b) if b - a > 3 else (a, b) for a, b in SPANS]
    (note,) = notes(spans)
    assert note.startswith("warning: 6 of 8 spans do not begin and end at token boundaries of gold")
    assert "read as" not in note


def test_warning_comes_with_the_errors_of_a_rejected_file() -> None:
    of = document(TEXT, mentions=[])
    spans: list[dict[str, Any]] = [{"start": utf8(a), "end": utf8(b), "type": "PER"} for a, b in SPANS]
    late = {"start": utf8(len(TEXT)) - 1, "end": utf8(len(TEXT)), "type": "PER"}
    made = [msgspec.convert({"id": "d1", "mentions": [*spans, late]}, Prediction)]
    with pytest.raises(DataError) as error:
        score(Predictions.of_rows(made, "p.jsonl"), Gold.of_documents([of]))
    warning, *rest = error.value.errors
    assert (warning.id, warning.level) == ("span-alignment", "warning")
    assert {e.id for e in rest} == {"span-range"}
    assert "read as UTF-8 bytes 9 of 9 would" in warning.message


def test_labels_of_gold_are_never_used() -> None:
    shifted = [(a + 1, b + 1) for a, b in SPANS]
    assert notes(shifted, "PER") == notes(shifted, "ORG")

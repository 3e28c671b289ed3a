"""Quotes and their spans, as they are and in normalised form."""

from typing import Any

import msgspec
import pytest
from conftest import document

from goldwire_corpus.errors import DataError
from goldwire_corpus.schema.prediction import Prediction
from goldwire_eval.batch.quotes import GroundingError, ground, locate
from goldwire_eval.policy import DEFAULT, Policies
from goldwire_eval.readers.predictions import Predictions
from goldwire_eval.readers.reference import Gold
from goldwire_eval.scored import Scored
from goldwire_eval.scorer import score

TEXT = "aaa b aaa 👩‍👩‍👧 e\u0301t\u00e9 b"


def test_the_nth_occurrence_is_found_overlaps_counted() -> None:
    assert ground(TEXT, "aa", 1) == (0, 2)
    assert ground(TEXT, "aa", 2) == (1, 3)
    assert ground(TEXT, "aa", 3) == (6, 8)


def test_offsets_are_code_points() -> None:
    start, end = ground(TEXT, "e\u0301t\u00e9")
    assert TEXT[start:end] == "e\u0301t\u00e9"
    assert ground(TEXT, "b", 2) == (len(TEXT) - 1, len(TEXT))


def test_a_window_bounds_the_search() -> None:
    assert ground(TEXT, "b", window=(0, 6)) == (4, 5)
    with pytest.raises(GroundingError):
        ground(TEXT, "aaa b", window=(0, 4))


@pytest.mark.parametrize(
    ("quote", "nth", "error_id"),
    [
        ("zebra", None, "quote-missing"),
        ("b", None, "quote-ambiguous"),
        ("aaa", 3, "quote-nth"),
        ("", None, "quote-empty"),
    ],
)
def test_ungrounded_quotes_have_an_error_id(quote: str, nth: int | None, error_id: str) -> None:
    with pytest.raises(GroundingError) as error:
        ground(TEXT, quote, nth)
    assert error.value.id == error_id


WIRE = "He said:\u00a0\u201cWe\nwon\u2019t  leave\u201d \u2014 in E\u0301rdu \u2014 on a semi\u2010dark day. We won't."


@pytest.mark.parametrize(
    ("quote", "surface"),
    [
        ("in \u00c9rdu", "in E\u0301rdu"), ("in \u00c9rd", "in E\u0301rd"), ("\u00c9", "E\u0301"),
        ('"We won\'t leave" -', "\u201cWe\nwon\u2019t  leave\u201d \u2014"), ("he SAID: ", "He said:"),
        ("semi-dark", "semi\u2010dark"),
    ],
)  # fmt: skip
def test_quotes_may_differ_in_form_where_the_policy_says_so(quote: str, surface: str) -> None:
    found = locate(WIRE, quote, normalised=True)
    assert WIRE[found.start : found.end] == surface
    assert found.normalised
    with pytest.raises(GroundingError, match="is not in the text"):
        locate(WIRE, quote)


def test_exact_occurrences_come_first() -> None:
    assert locate(WIRE, "We won't", normalised=True) == (len(WIRE) - 9, len(WIRE) - 1, False)
    # In normalised form it occurs twice.
    assert locate(WIRE, "we won't", 1, normalised=True).start == WIRE.index("We")
    with pytest.raises(GroundingError, match="more than once"):
        locate(WIRE, "we won't", normalised=True)
    with pytest.raises(GroundingError, match="has no occurrence number 3"):
        locate(WIRE, "we won't", 3, normalised=True)
    with pytest.raises(GroundingError, match="is not in the text"):
        locate(WIRE, " \t ", normalised=True)


def test_a_window_bounds_the_normalised_search_too() -> None:
    last = WIRE.index("We won't")
    assert locate(WIRE, "we won't", window=(last, len(WIRE)), normalised=True).start == last


def _scored(mentions: list[dict[str, Any]], policies: Policies) -> Scored:
    of = document("The \u2018Grey\u2019 Sashes left Lemre.", mentions=[])
    made = [msgspec.convert({"id": "d1", "mentions": mentions}, Prediction)]
    return score(Predictions.of_rows(made, "p"), Gold.of_documents([of]), policies)


def test_quotes_found_in_normalised_form_are_counted() -> None:
    mentions = [
        {"quote": "the 'grey' sashes", "type": "ORG"}, {"quote": "Lemre", "type": "GPE"},
        {"quote": "LEMRE", "start": 23, "end": 28, "type": "GPE"},
        {"quote": "The \u2018Grey\u2019 Sashes", "type": "ORG", "head": "sashes"},
    ]  # fmt: skip
    with pytest.raises(DataError) as error:
        _scored(mentions, DEFAULT)
    assert sorted(e.id for e in error.value.errors) == ["head-outside", "quote-missing", "span-quote"]
    found = _scored(mentions, Policies(quotes="normalised"))
    assert found.found_normalised == 3
    assert found.notes == ["quotes found only in normalised form: 3"]
    assert "|quotes:normalised|" in str(found.policies)
    assert "|quotes:exact|" in str(DEFAULT)

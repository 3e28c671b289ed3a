import pytest

from goldwire_eval.batch.quotes import GroundingError, ground

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
    ("quote", "nth", "incident"),
    [
        ("zebra", None, "quote-missing"),
        ("b", None, "quote-ambiguous"),
        ("aaa", 3, "quote-nth"),
        ("", None, "quote-empty"),
    ],
)
def test_what_cannot_be_placed_is_named(quote: str, nth: int | None, incident: str) -> None:
    with pytest.raises(GroundingError) as error:
        ground(TEXT, quote, nth)
    assert error.value.id == incident

"""Times of all baselines: spans and TIMEX3 values as in section 3 of the annotation guidelines."""

import pytest
from conftest import document

from goldwire_baselines.time_expressions import times

# Published on Tuesday, 12 March 2024.
CASES = [
    ("The weir fell on Monday, March 11.", [("Monday, March 11", "DATE", "2024-03-11")]),
    ("Divers met Tuesday.", [("Tuesday", "DATE", "2024-03-12")]),
    ("Divers met on Friday.", [("Friday", "DATE", "2024-03-08")]),
    ("Divers will meet on Friday.", [("Friday", "DATE", "2024-03-15")]),
    ("They left last week.", [("last week", "DATE", "2024-W10")]),
    ("They left last year, in February.", [("last year", "DATE", "2023"), ("February", "DATE", "2024-02")]),
    ("It has held since October.", [("October", "DATE", "2023-10")]),
    ("It fell on 3 March. Two days later they came.", [("3 March", "DATE", "2024-03-03"),
                                                       ("Two days later", "DATE", "2024-03-05")]),
    ("They waited for nearly two weeks.", [("nearly two weeks", "DURATION", "P2W")]),
    ("A 10-day truce ended.", [("10-day", "DURATION", "P10D")]),
    ("It rained for years.", [("years", "DURATION", "PXY")]),
    ("Shots fell Monday night.", [("Monday night", "TIME", "2024-03-11TNI")]),
    ("Shots fell before dawn on March 3.", [("dawn on March 3", "TIME", "2024-03-03TMO")]),
    ("Shots fell early Monday.", [("early Monday", "TIME", "2024-03-11TMO")]),
    ("Shots fell about 4:20 p.m. Sunday.", [("about 4:20 p.m. Sunday", "TIME", "2024-03-10T16:20")]),
    ("They meet every Friday.", [("every Friday", "SET", "P1W")]),
    ("They are free now.", [("now", "DATE", "PRESENT_REF")]),
    ("The fair lasts from March 17-18.", [("March 17", "DATE", "2024-03-17"), ("18", "DATE", "2024-03-18")]),
    ("It closes on 30 Oct. The mayor stays.", [("30 Oct", "DATE", "2023-10-30")]),
    ("She may march with 2000 cooks, aged 40 years.", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text for text, _ in CASES])
def test_time_expressions_of_a_dated_document(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert [(text[t.start : t.end], t.type, t.value) for t in times(document(text))] == expected


def test_times_without_publication_date_keep_what_is_open() -> None:
    text = "It fell on 8 January, a Monday. He left today."
    found = times(document(text, published=None))
    assert [(text[t.start : t.end], t.value) for t in found] == [
        ("8 January", "XXXX-01-08"), ("Monday", "XXXX-WXX-1"), ("today", "PRESENT_REF"),
    ]  # fmt: skip

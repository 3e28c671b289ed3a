"""Quantities of all baselines: spans, bounds and modifiers, in whatever decimal context the caller has."""

import subprocess
import sys
from decimal import Context, Inexact, localcontext
from threading import Thread

import pytest
from conftest import document

from goldwire_baselines.time_expressions import times
from goldwire_baselines.values import quantities

CASES = [
    ("It sank 1,234,567 crates.", [("1,234,567", 1234567, 1234567, "exact")]),
    ("Some 2.75 million people fled.", [("Some 2.75 million", 2750000, 2750000, "about")]),
    ("At least twenty-one divers came.", [("At least twenty-one", 21, None, "at-least")]),
    ("More than 40 left, up to nine stayed.",
     [("More than 40", 41, None, "more-than"), ("up to nine", None, 9, "at-most")]),
    ("Dozens of barns and two mills burned.", [("Dozens", 24, None, "about"), ("two", 2, 2, "exact")]),
    ("A third of the seventy cooks met on 12 March.",
     [("A third", 1 / 3, 1 / 3, "exact"), ("seventy", 70, 70, "exact")]),
    ("One cook left; no party met in the city.", []),
]  # fmt: skip


def _found(text: str) -> list[tuple[str, float | None, float | None, str | None]]:
    made = document(text)
    return [(text[q.start : q.end], q.min, q.max, q.modifier) for q in quantities(made, times(made))]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text for text, _ in CASES])
def test_quantities(text: str, expected: list[tuple[str, float | None, float | None, str]]) -> None:
    found = _found(text)
    assert [(words, modifier) for words, _, _, modifier in found] == [(words, m) for words, _, _, m in expected]
    for (_, low, high, _), (_, least, most, _) in zip(found, expected, strict=True):
        assert (low, high) == (pytest.approx(least), pytest.approx(most))


@pytest.mark.parametrize("context", [Context(prec=3), Context(prec=40), Context(prec=15, traps=[Inexact])])
def test_quantities_do_not_depend_on_the_decimal_context(context: Context) -> None:
    text = "It sank 1,234,567 crates, 2.75 million sacks and a third of 12.1 tonnes."
    expected = _found(text)
    assert [low for _, low, _, _ in expected][:2] == [1234567, 2750000]
    with localcontext(context):
        assert _found(text) == expected


def test_quantities_are_those_of_another_thread() -> None:
    """Each thread has a decimal context of its own."""
    text = "A third of 12.1 tonnes sank."
    found: list[object] = []
    thread = Thread(target=lambda: found.append(_found(text)))
    thread.start()
    thread.join()
    assert found == [_found(text)]


def test_finding_quantities_leaves_the_decimal_context_alone() -> None:
    script = (
        "from decimal import getcontext\n"
        "from goldwire_baselines.values import quantities\n"
        "from goldwire_corpus.load import documents\n"
        "before = getcontext().copy()\n"
        "assert quantities(documents('validation')[0], [])\n"
        "assert str(getcontext()) == str(before), getcontext()\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)

"""Each class of error, on the small document of `scoring.py`."""

from typing import Any

import pytest
from scoring import gold, lenient, span

from goldwire_eval.error_analysis.taxonomy import CLASSES


def _classes(prediction: dict[str, Any]) -> dict[str, int]:
    scored = lenient([prediction])
    return {class_: number for class_, number in scored.errors.counts(scored.attempted).items() if number}


def _shot(*arguments: tuple[str, Any], **labels: Any) -> dict[str, Any]:
    made = [{"role": role, "filler": filler} for role, filler in arguments]
    return {**span("shot"), "type": "Attack", "arguments": made, **labels}


LEMRE = {**span("Lemre"), "type": "GPE"}


@pytest.mark.parametrize(
    ("prediction", "expected"),
    [
        ({"mentions": []}, {"missed": 5}),
        ({"mentions": [{**LEMRE, "type": "ORG"}]}, {"type": 1, "missed": 4}),
        ({"mentions": [{**span("guards"), "type": "PER"}]}, {"boundary": 1, "missed": 4}),
        ({"mentions": [{**span("Monday"), "type": "PER"}]}, {"spurious": 1, "missed": 5}),
        ({"mentions": [LEMRE, LEMRE]}, {"duplicate": 1, "missed": 4}),
        ({"mentions": [LEMRE, {"quote": "Vale", "type": "GPE"}]}, {"ungrounded": 1, "missed": 4}),
        # Three events, of which one is given without arguments.
        ({"events": [{**span("shot"), "type": "Attack"}]}, {"missed": 2}),
        ({"events": [{**span("shot"), "type": "Attack", "realis": "OTHER"}]}, {"realis": 1, "missed": 2}),
        # Seven arguments besides.
        ({"events": [_shot(("Attacker", span("two guards")))]}, {"role": 1, "missed": 2 + 6}),
        ({"events": [_shot(("Target", span("guards")))]}, {"right entity wrong mention": 1, "missed": 2 + 6}),
        ({"events": [_shot(("Place", span("Lemre", 2)))]}, {"right entity wrong mention": 1, "missed": 2 + 6}),
        ({"events": [_shot(("Time", span("on Monday")))]}, {"boundary": 1, "missed": 2 + 6}),
        ({"events": [_shot(("Target", span("Oda")))]}, {"attached to the wrong event": 1, "missed": 2 + 6}),
    ],
)
def test_each_error_has_one_class(prediction: dict[str, Any], expected: dict[str, int]) -> None:
    assert _classes(prediction) == expected


def test_error_classes_are_documented() -> None:
    from conftest import ROOT

    page = " ".join((ROOT / "docs" / "report.md").read_text(encoding="utf-8").split())
    assert ", ".join(CLASSES) in page


def test_missing_document_is_missed_in_every_attempted_layer() -> None:
    scored = lenient([{"mentions": []}], gold(), gold(id="d2"))
    assert scored.errors.counts(scored.attempted)["missed"] == 10
    assert scored.total("mention.exact").fn == 10

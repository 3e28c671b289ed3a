"""Reading of answers of language models in various forms."""

import pytest
from goldwire.answers import read_answers

PLAIN = '{"mentions": [{"quote": "Station 9", "type": "FAC"}]}'
EXPECTED = {"id": "d", "mentions": [{"quote": "Station 9", "type": "FAC"}]}


@pytest.mark.parametrize(
    "answer",
    [
        PLAIN,
        f"Here is the JSON you asked for:\n```json\n{PLAIN}\n```\nLet me know if you need more.",
        f"```\n{PLAIN}```",
        f"Sure. {PLAIN} I left out the dates.",
        f'{{"annotations": {PLAIN}}}',
        f"[{PLAIN}]",
        '{"id": "other", "mentions": [{"quote": "Station 9", "type": "FAC"}], "comment": "done"}',
    ],
)
def test_layers_are_found(answer: str) -> None:
    assert read_answers({"d": answer}) == [EXPECTED]


@pytest.mark.parametrize("answer", ["", "I cannot help with that.", '{"mentions": [', "{}", '{"note": "none"}', "[]"])
def test_unreadable_answers_give_a_warning(answer: str) -> None:
    with pytest.warns(UserWarning, match=r"1 of 2 answers .* count as empty: x"):
        assert read_answers({"d": PLAIN, "x": answer}) == [EXPECTED]

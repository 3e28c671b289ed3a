"""The head by rule, of one span and of many at once."""

import random

import numpy as np
import pytest
from generate import score_rows

from goldwire_eval.batch.head_rule import head_end
from goldwire_eval.batch.heads import Heads


@pytest.mark.parametrize(
    ("surface", "head"),
    [
        ("guards", "guards"), ("two guards", "two guards"), ("the guards of the bridge", "the guards"),
        ("Oda, a guard", "Oda"), ("the guard's rifle", "the guard's rifle"),
        ("men loyal to him", "men"), ("OF", "OF"),
    ],
)  # fmt: skip
def test_the_head_ends_before_a_comma_or_a_modifier_behind_the_noun(surface: str, head: str) -> None:
    assert surface[: head_end(surface, 0, len(surface))] == head


def test_heads_of_many_spans_equal_the_rule() -> None:
    rng = random.Random(1)
    pieces = """of in inn Oda x-of - -- , " 's guards' $5 _a \u00e9 IN to a ( known as""".split()
    pieces += ["\n", "  ", "\u00a0", "\u2014", "\u0130n", "\u017f", "\u00b2"]
    pieces = [piece + space for piece in pieces for space in ("", " ", " ")]
    texts = ["".join(rng.choices(pieces, k=rng.randint(1, 5))) for _ in range(20_000)]
    spans = [sorted(rng.sample(range(len(text) + 1), 2)) for text in texts]
    doc, (start, end) = np.arange(len(texts)), np.array(spans).T
    heads = Heads(texts)
    one_by_one = [head_end(text, a, b) for text, (a, b) in zip(texts, spans, strict=True)]
    expected = heads.without_punctuation(doc, start, np.array(one_by_one))
    wrong = np.flatnonzero(heads.by_rule(doc, start, end) != expected)
    assert not len(wrong), [texts[i][start[i] : end[i]] for i in wrong[:5]]


def test_head_rule_reads_only_the_beginning_of_long_spans() -> None:
    text = "word " * 200_000
    spans = [{"start": i, "end": i + 500_000, "type": "PER"} for i in range(0, 100_000, 5)]
    gold = [{"id": "d", "text": text, "mentions": [{"start": 0, "end": 4, "type": "PER"}]}]
    scored = score_rows(gold, [{"id": "d", "mentions": spans}])
    # Twenty thousand surfaces of half a million characters would not fit into memory.
    assert scored.total("mention.head") == (0, len(spans), 1)


def test_head_of_a_long_span() -> None:
    text = "guards of " + "word " * 400
    whole = {"start": 0, "end": len(text) - 1, "type": "PER"}
    gold = [{"id": "d", "text": text, "mentions": [{"start": 0, "end": 6, "type": "PER"}]}]
    assert score_rows(gold, [{"id": "d", "mentions": [whole]}]).total("mention.head").tp == 1
    gold[0]["mentions"] = [{"start": len(text) - 5, "end": len(text) - 1, "type": "PER"}]
    late = {"start": 10, "end": len(text) - 1, "type": "PER"}
    assert score_rows(gold, [{"id": "d", "mentions": [late]}]).total("mention.head").tp == 1


QUOTED = "Two of the \u201cguards\u201d of Lemre, U.S. and Oda Co. fled (twice)."


def _head_counts(gold: dict[str, object], pred: dict[str, object], text: str = QUOTED) -> tuple[float, float, float]:
    rows = [{"id": "d", "text": text, "mentions": [{"type": "PER", **gold}]}]
    return score_rows(rows, [{"id": "d", "mentions": [{"type": "PER", **pred}]}]).total("mention.head")


@pytest.mark.parametrize(
    ("gold", "pred"),
    [
        ("Oda Co", "Oda Co."), ("U.S", "U.S."), ("guards", "guards\u201d"), ("twice", "twice)."),
    ],
)  # fmt: skip
def test_punctuation_at_the_end_of_a_span_is_not_in_the_head(gold: str, pred: str) -> None:
    spans = [{"start": QUOTED.index(s), "end": QUOTED.index(s) + len(s)} for s in (gold, pred)]
    assert _head_counts(*spans) == (1, 0, 0)
    # The same where gold or the prediction gives the head, with its punctuation.
    for given in (0, 1):
        heads = [dict(span) for span in spans]
        heads[given]["head_end"] = heads[given]["end"]
        assert _head_counts(*heads) == (1, 0, 0)


def test_full_stop_in_a_span_is_a_boundary_error() -> None:
    text = "He saw the guards."
    rows = [{"id": "d", "text": text, "mentions": [{"start": 7, "end": 17, "type": "PER"}]}]
    scored = score_rows(rows, [{"id": "d", "mentions": [{"start": 7, "end": 18, "type": "PER"}]}])
    assert scored.total("mention.head") == (1, 0, 0)
    assert scored.total("mention.exact") == (0, 1, 1)
    assert {name: n for name, n in scored.errors.counts(scored.attempted).items() if n} == {"boundary": 1}


def test_head_of_punctuation_alone_is_its_span() -> None:
    assert _head_counts({"start": 0, "end": 2}, {"start": 1, "end": 2}, "--") == (1, 0, 0)
    assert _head_counts({"start": 0, "end": 1}, {"start": 1, "end": 2}, "--") == (0, 1, 1)

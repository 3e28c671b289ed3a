"""`ner` against seqeval in strict IOB2 mode, on random tags, to the last digit."""

import random
from typing import Any

import msgspec
import pytest
from conftest import document
from seqeval.metrics import f1_score, precision_score, recall_score
from seqeval.scheme import IOB2

from goldwire_corpus.release.bio import tag
from goldwire_corpus.schema.document import Entity, Mention
from goldwire_corpus.schema.prediction import Prediction
from goldwire_eval.scorer import score_documents

TYPES = ("PER", "ORG", "GPE")


def _spans(tags: list[str]) -> list[tuple[int, int, str]]:
    """[first, last] token and type of each entity of well-formed IOB2 tags."""
    spans, start = [], None
    for i, label in enumerate([*tags, "O"]):
        if start is not None and not label.startswith("I-"):
            spans.append((start, i - 1, tags[start][2:]))
            start = None
        if label.startswith("B-"):
            start = i
    return spans


def _tags(rng: random.Random, length: int) -> list[str]:
    tags: list[str] = []
    for _ in range(length):
        previous = tags[-1] if tags else "O"
        options = ["O"] * 3 + [f"B-{t}" for t in TYPES] + ([f"I-{previous[2:]}"] * 4 if previous != "O" else [])
        tags.append(rng.choice(options))
    return tags


@pytest.mark.parametrize("seed", range(200))
def test_ner_equals_seqeval(seed: int) -> None:
    rng = random.Random(seed)
    gold_rows, pred_rows, documents, predictions = [], [], [], []
    for n in range(rng.randint(1, 5)):
        length = rng.randint(1, 30)
        made = document(" ".join(f"w{i}" for i in range(length)) + " .", id=f"d{n}")
        gold_tags = _tags(rng, len(made.tokens))
        pred_tags = gold_tags if rng.random() < 0.2 else _tags(rng, len(made.tokens))
        spans = [(made.tokens[a].start, made.tokens[b].end, t) for a, b, t in _spans(gold_tags)]
        mentions = [Mention(f"m{i}", s, e, s, e, t, "NAM", f"x{i}") for i, (s, e, t) in enumerate(spans)]
        assert tag(made.tokens, spans) == gold_tags
        entities = [Entity(m.entity, m.type, "", "NIL") for m in mentions]
        documents.append(msgspec.structs.replace(made, mentions=mentions, entities=entities))
        found: list[dict[str, Any]] = [
            {"start": made.tokens[a].start, "end": made.tokens[b].end, "type": t} for a, b, t in _spans(pred_tags)
        ]
        predictions.append(msgspec.convert({"id": made.id, "mentions": found}, Prediction))
        gold_rows.append(gold_tags)
        pred_rows.append(pred_tags)
    ours = score_documents(predictions, documents, "x").total("ner")
    how: dict[str, Any] = {"mode": "strict", "scheme": IOB2, "zero_division": 0}
    assert (ours.precision or 0.0) == precision_score(gold_rows, pred_rows, **how)
    assert (ours.recall or 0.0) == recall_score(gold_rows, pred_rows, **how)
    assert (ours.f1 or 0.0) == pytest.approx(f1_score(gold_rows, pred_rows, **how), abs=1e-15)

"""Names against seqeval, conlleval, nervaluate and eval4ner, from files of tags and from spans.

Where the definitions agree the figures do. Where nervaluate and eval4ner go wrong the smallest example is a test here.
Those two and conlleval are on PyPI, and compared only if installed.
"""

import contextlib
import io
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from generate import Row, score_rows
from reference_items import partial
from seqeval.metrics.v1 import precision_recall_fscore_support
from seqeval.scheme import IOB2

from goldwire_eval.policy import Policies
from goldwire_eval.readers.reference import Gold
from goldwire_eval.scored import Scored
from goldwire_eval.scorer import score_file

TYPES = ("PER", "ORG", "GPE", "LOC", "FAC")
Tags = list[str]
Chunk = tuple[int, int, str]


def legal(rng: random.Random, length: int, types: Sequence[str] = TYPES) -> Tags:
    tags: Tags = []
    for _ in range(length):
        previous = tags[-1] if tags else "O"
        inside = [f"I-{previous[2:]}"] * 3 if previous != "O" else []
        tags.append(rng.choice(["O", "O", f"B-{rng.choice(types)}", *inside]))
    return tags


def anyhow(rng: random.Random, length: int, types: Sequence[str] = TYPES) -> Tags:
    """Tags with no regard to what may follow what."""
    return [rng.choice(("O", f"B-{rng.choice(types)}", f"I-{rng.choice(types)}")) for _ in range(length)]


def near(rng: random.Random, tags: Tags) -> Tags:
    return [rng.choice(anyhow(rng, 1) + [tag] * 6) for tag in tags]


def repaired(tags: Tags) -> list[Chunk]:
    """[first, last] and type: an entity begins at each B-, and at each I- that does not go on with its type."""
    chunks: list[Chunk] = []
    for i, tag in enumerate(tags):
        if tag == "O":
            continue
        goes_on = tag[0] == "I" and i > 0 and tags[i - 1] != "O" and tags[i - 1][2:] == tag[2:]
        first = chunks.pop()[0] if goes_on else i
        chunks.append((first, i, tag[2:]))
    return chunks


def scored(folder: Path, gold: Sequence[Tags], pred: Sequence[Tags], bio: str) -> Scored:
    """From two files of tags, with every sentence as its own document."""
    for name, rows in (("gold", gold), ("pred", pred)):
        text = "\n".join("".join(f"w{i} {tag}\n" for i, tag in enumerate(tags)) for tags in rows)
        (folder / f"{name}.conll").write_text(text, encoding="utf-8")
    policies = Policies(bio=bio)  # type: ignore[arg-type]
    return score_file(folder / "pred.conll", Gold.of_files([folder / "gold.conll"]), policies)


def corpus(seed: int) -> tuple[list[Tags], list[Tags]]:
    rng = random.Random(seed)
    types = TYPES[: rng.randint(1, 5)]
    lengths = [rng.choice((1, 2, 5, 40)) for _ in range(300)] + [3000]
    gold = [legal(rng, length, types) for length in lengths]
    how = [rng.choice(("legal", "anyhow", "near", "near")) for _ in gold]
    pred = [
        legal(rng, len(g), types) if h == "legal" else anyhow(rng, len(g), types) if h == "anyhow" else near(rng, g)
        for g, h in zip(gold, how, strict=True)
    ]
    return gold, pred


@pytest.mark.parametrize("seed", range(6))
def test_dropped_tags_get_the_figures_of_seqeval_strict(seed: int, tmp_path: Path) -> None:
    gold, pred = corpus(seed)
    ours = scored(tmp_path, gold, pred, "drop").total("ner")
    theirs = precision_recall_fscore_support(
        gold, pred, average="micro", scheme=IOB2, zero_division=0
    )[:3]  # fmt: skip
    assert (ours.precision, ours.recall) == theirs[:2]
    assert ours.f1 == pytest.approx(float(theirs[2]), abs=1e-15)


@pytest.mark.parametrize("seed", range(6))
def test_repaired_tags_get_the_chunks_of_conlleval(seed: int, tmp_path: Path) -> None:
    gold, pred = corpus(100 + seed)
    found = scored(tmp_path, gold, pred, "repair")
    for unit, (g, p) in enumerate(zip(gold, pred, strict=True)):
        left, right = set(repaired(g)), set(repaired(p))
        assert found.stats("ner")[unit].tolist() == [len(left & right), len(right - left), len(left - right)]
    conlleval = pytest.importorskip("conlleval")
    sentences = zip(gold, pred, strict=True)
    lines = [line for g, p in sentences for line in (*(f"w {a} {b}" for a, b in zip(g, p, strict=True)), "")]
    theirs = conlleval.evaluate(lines)["overall"]["chunks"]["stats"]
    total = found.total("ner")
    assert (total.tp, total.tp + total.fp, total.tp + total.fn) == (theirs["correct"], theirs["pred"], theirs["gold"])


def test_an_orphan_is_a_false_positive_or_nothing(tmp_path: Path) -> None:
    gold, pred = [["B-PER", "O", "O"]], [["B-PER", "O", "I-LOC"]]
    assert scored(tmp_path, gold, pred, "repair").total("ner").f1 == pytest.approx(2 / 3)
    assert scored(tmp_path, gold, pred, "drop").total("ner").f1 == 1


# ------------------------------------------------------------------ spans of any kind


def _flat(rng: random.Random, length: int, halves: bool) -> list[Chunk]:
    """Spans that do not overlap; with `halves` all are of four letters or two."""
    spans, at = [], 0
    while at < length:
        width = rng.choice((2, 4)) if halves else rng.randint(1, 4)
        if rng.random() < 0.6 and at + width <= length:
            spans.append((at, at + width, rng.choice(TYPES[:3])))
        at += width if rng.random() < 0.8 else 1
        at = max(at, spans[-1][1]) if spans else at
    return spans


def _row(spans: Sequence[Chunk]) -> Row:
    return {"id": "d", "text": "x" * 40,
            "mentions": [{"start": s, "end": e, "head_end": e, "type": t} for s, e, t in spans]}  # fmt: skip


def _nervaluate(gold: Sequence[Chunk], pred: Sequence[Chunk]) -> dict[str, Any]:
    """The order of predictions is kept, as it is with their loader of dictionaries."""
    nervaluate = pytest.importorskip("nervaluate")
    sides = [[[{"start": s, "end": e - 1, "label": t} for s, e, t in side]] for side in (gold, pred)]
    made: dict[str, Any] = nervaluate.Evaluator(*sides, tags=list(TYPES), loader="dict").evaluate()["overall"]
    return made


def test_flat_spans_get_the_figures_of_nervaluate() -> None:
    """Its `strict` is our `mention.exact`, its `exact` `mention.untyped`, its `partial` `mention.partial` where what
    overlaps at all overlaps in half of the longer span, which we ask for and it does not. Its `ent_type` we have not.
    """
    rng = random.Random(9)
    alike = 0
    for _ in range(120):
        gold, pred = _flat(rng, 24, True), _flat(rng, 24, True)
        if rng.random() < 0.5:
            pred = [s if rng.random() < 0.6 else rng.choice(pred + gold) for s in gold]
            pred = sorted(set(pred))
            pred = [s for i, s in enumerate(pred) if not i or s[0] >= max(e for _, e, _ in pred[:i])]
        theirs = _nervaluate(gold, pred)
        ours = score_rows([_row(gold)], [_row(pred)], metrics=["mention.exact", "mention.untyped", "mention.partial"])
        for scheme, metric in (("strict", "mention.exact"), ("exact", "mention.untyped")):
            total = ours.total(metric)
            assert total.tp == theirs[scheme].correct, (scheme, gold, pred)
            assert total.tp + total.fp == theirs[scheme].actual
            assert total.tp + total.fn == theirs[scheme].possible
        halves = all(
            2 * (min(g[1], p[1]) - max(g[0], p[0])) >= max(g[1] - g[0], p[1] - p[0])
            for g in gold for p in pred if min(g[1], p[1]) > max(g[0], p[0])
        )  # fmt: skip
        if halves and _settled(gold, pred):
            alike += 1
            assert ours.total("mention.partial").tp == theirs["partial"].correct + theirs["partial"].partial / 2
    assert alike > 20


def _settled(gold: Sequence[Chunk], pred: Sequence[Chunk]) -> bool:
    """Whether no gold span that a prediction matches exactly is overlapped by another, to which nervaluate may give
    it."""
    spans = {p[:2] for p in pred}
    return all(
        p[:2] == g[:2] or p[1] <= g[0] or g[1] <= p[0] for g in gold if g[:2] in spans for p in pred
    )  # fmt: skip


def test_order_does_not_matter_unlike_nervaluate() -> None:
    gold: list[Chunk] = [(0, 2, "PER")]
    right, other = (0, 2, "PER"), (0, 3, "PER")
    one, two = _nervaluate(gold, [right, other]), _nervaluate(gold, [other, right])
    # The prediction that comes first takes the gold span, though the second is it to the letter.
    assert (one["strict"].correct, two["strict"].correct) == (1, 0)
    assert (one["exact"].correct, two["exact"].correct) == (1, 0)
    for pred in ([right, other], [other, right]):
        ours = score_rows([_row(gold)], [_row(pred)], metrics=["mention.exact", "mention.untyped"])
        assert ours.total("mention.exact").tp == ours.total("mention.untyped").tp == 1


def test_partial_matches_are_one_to_one_unlike_nervaluate() -> None:
    """Flat and sorted gold, flat predictions: whether both halves are found depends on which is listed first."""
    gold: list[Chunk] = [(0, 4, "PER"), (4, 8, "PER")]
    pred: list[Chunk] = [(2, 6, "PER"), (0, 2, "PER")]
    assert [_nervaluate(gold, p)["partial"].partial for p in (pred, pred[::-1])] == [1, 2]
    for some in (pred, pred[::-1]):
        assert score_rows([_row(gold)], [_row(some)], metrics=["mention.partial"]).total("mention.partial").tp == 1
        assert partial(_row(gold), _row(some))[0] == 1


def _eval4ner(gold: Sequence[Chunk], pred: Sequence[Chunk], text: str) -> dict[str, Any]:
    eval4ner = pytest.importorskip("eval4ner.muc")
    with contextlib.redirect_stdout(io.StringIO()):
        made: dict[str, Any] = eval4ner.evaluate_one(
            *([(t, text[s:e]) for s, e, t in side] for side in (pred, gold)), text
        )
    return made


def test_touching_and_separate_spans_get_the_figures_of_eval4ner() -> None:
    """It knows strings alone; in a text of unlike letters they are spans. Where nothing overlaps without being equal
    its `strict` is our `mention.exact` and its `exact` and `partial` are our `mention.untyped`."""
    import string

    text = string.ascii_letters[:40]
    rng = random.Random(10)
    for _ in range(80):
        cells = [(i, i + 4) for i in range(0, 40, 4)]
        gold, pred = ([(*c, rng.choice(TYPES[:3])) for c in cells if rng.random() < 0.5] for _ in range(2))
        if gold or pred:
            theirs = _eval4ner(gold, pred, text)
            metrics = ["mention.exact", "mention.untyped"]
            ours = score_rows([_row(gold)], [_row(pred)], metrics=metrics)
            for scheme, metric in (("strict", metrics[0]), ("exact", metrics[1]), ("partial", metrics[1])):
                total = ours.total(metric)
                assert (total.precision or 0) == pytest.approx(theirs[scheme]["precision"])
                assert (total.recall or 0) == pytest.approx(theirs[scheme]["recall"])


def test_empty_against_empty_is_undefined_unlike_eval4ner() -> None:
    assert _eval4ner([], [], "x")["strict"]["f1_score"] == 1
    assert score_rows([_row([])], [_row([])], metrics=["mention.exact"]).total("mention.exact").f1 is None

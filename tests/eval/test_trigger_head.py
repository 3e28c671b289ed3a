"""The head of a trigger by rule, and that no answer gains by it over the answer that gives the heads."""

import random

import pytest
from generate import Row, score_rows
from reference_items import trigger_heads

from goldwire_corpus.load import documents
from goldwire_eval.batch.trigger_head import MOST_CHARACTERS, trigger_head


@pytest.mark.parametrize(
    ("surface", "head"),
    [
        # A verb behind its auxiliaries, before its particle, its object or its result.
        ("killed", "killed"), ("was killed", "killed"), ("could not have been killed", "killed"),
        ("was allegedly shot", "shot"), ("did not say", "say"), ("didn\u2019t say", "say"), ("to attack", "attack"),
        ("gunned down", "gunned"), ("called on", "called"), ("shot dead", "shot"), ("killed two people", "killed"),
        ("kills two", "kills"), ("got married", "married"), ("got through", "got"), ("began shelling", "shelling"),
        ("and wounded", "wounded"), ("police said", "said"), ("bomb exploded", "exploded"),
        ("18 killed", "killed"), ("4,000 marched", "marched"),
        # The noun of a light verb; a verb that is light only at times is a full one before a definite object.
        ("carried out an attack", "attack"), ("carried out", "carried"), ("carry out two raids", "raids"),
        ("launched a missile strike", "strike"), ("launched", "launched"), ("held talks", "talks"),
        ("made an arrest", "arrest"), ("held the bridge", "held"), ("took over", "took"), ("set fire", "fire"),
        ("set off", "set"), ("opened fire on", "fire"),
        # The last noun before a modifier.
        ("the shooting of", "shooting"), ("car bombing", "bombing"), ("a deadly attack on", "attack"),
        ("armed clashes", "clashes"), ("the planned talks", "talks"), ("the attack carried out", "attack"),
        ("talks held", "talks"),
        ("retake Lemre", "retake"), ("killed him", "killed"), ("dead and", "dead"), ("taken a", "taken"),
        ("rally", "rally"),
        ("show of hands", "show"), ("the dead", "dead"), ("break-in", "break-in"), ("the attack's", "attack"),
        # Punctuation belongs to no head, and what follows it to another.
        ('"killed"', "killed"), ("killed, wounded", "killed"), ("the blast \u2014 an accident", "blast"),
        # Of function words alone the first is taken; what has no word, or too many, is its own head.
        ("has been", "has"), ("--", "--"),
        ("five people were killed on Monday", "five people were killed on Monday"),
    ],
)  # fmt: skip
def test_head(surface: str, head: str) -> None:
    start, end = trigger_head(surface)
    assert surface[start:end] == head
    assert trigger_head(head) == (0, len(head))


def test_long_span_is_its_own_head() -> None:
    for surface in ("shot" + "!" * MOST_CHARACTERS, "killed " * 6, "x" * 500):
        assert trigger_head(surface) == (0, len(surface))


def _rows() -> list[Row]:
    return [
        {"id": d.id, "text": d.text, "tokens": [(t.start, t.end) for t in d.tokens],
         "events": [{"start": e.start, "end": e.end, "type": e.type} for e in d.events]}
        for d in documents("train")[:30]
    ]  # fmt: skip


def _widened(row: Row, rng: random.Random) -> Row:
    """Return the events with up to two more tokens at either side, some left out and some given twice."""
    starts, ends = zip(*row["tokens"], strict=True)
    events = []
    for event in row["events"]:
        low = max(0, starts.index(event["start"]) - rng.randint(0, 2))
        high = min(len(ends) - 1, ends.index(event["end"]) + rng.randint(0, 2))
        events += [{**event, "start": starts[low], "end": ends[high]}] * rng.choice((0, 1, 1, 1, 2))
    return {"id": row["id"], "events": events}


def _with_heads(row: Row, text: str) -> Row:
    events = []
    for event in row["events"]:
        low, high = trigger_head(text[event["start"] : event["end"]])
        events.append({**event, "start": event["start"] + low, "end": event["start"] + high})
    return {"id": row["id"], "events": events}


def test_an_answer_counts_as_the_answer_of_its_heads() -> None:
    """The metric is exact on heads, so that a longer span gains nothing; and it finds all that `trigger.cls` finds."""
    gold, rng = [{k: row[k] for k in ("id", "text", "events")} for row in _rows()], random.Random(7)
    texts = [row["text"] for row in gold]
    pred = [_widened(row, rng) for row in _rows()]
    scored = score_rows(gold, pred, metrics=["trigger.head", "trigger.cls"])
    stats = scored.stats("trigger.head").tolist()
    heads = [_with_heads(row, text) for row, text in zip(pred, texts, strict=True)]
    assert score_rows(gold, heads, metrics=["trigger.head"]).stats("trigger.head").tolist() == stats
    of = [{**_with_heads(row, text), "text": text} for row, text in zip(gold, texts, strict=True)]
    assert score_rows(of, heads, metrics=["trigger.cls"]).stats("trigger.cls").tolist() == stats
    for row, made, counts in zip(gold, pred, stats, strict=True):
        assert tuple(counts) == trigger_heads(row, made)
    head, cls = (scored.stats(f"trigger.{name}")[:, 0] for name in ("head", "cls"))
    assert (head >= cls).all()
    assert head.sum() > 2 * cls.sum()


def test_heads_of_gold_triggers() -> None:
    """Few triggers are longer than a word, none than five, and no two events of one type come to share a head."""
    for document in documents("train"):
        heads = set()
        for e in document.events:
            low, high = trigger_head(document.text[e.start : e.end])
            heads.add((e.start + low, e.start + high, e.type))
            assert len(document.text[e.start : e.end].split()) <= 5
        assert len(heads) == len({(e.start, e.end, e.type) for e in document.events})


@pytest.mark.parametrize(("before", "after", "least"), [(1, 0, 0.95), (0, 1, 0.91), (1, 1, 0.88)])
def test_head_of_a_gold_trigger_in_its_context(before: int, after: int, least: float) -> None:
    """With the token before it, or after it, a gold trigger of train mostly keeps its head: 0.97, 0.93 and 0.90."""
    kept = []
    for row in _rows():
        starts, ends = zip(*row["tokens"], strict=True)
        for e in row["events"]:
            low, high = starts.index(e["start"]) - before, ends.index(e["end"]) + after
            if low >= 0 and high < len(ends):
                heads = [
                    tuple(start + x for x in trigger_head(row["text"][start:end]))
                    for start, end in ((e["start"], e["end"]), (starts[low], ends[high]))
                ]
                kept.append(heads[0] == heads[1])
    assert len(kept) > 900
    assert sum(kept) / len(kept) > least

"""Gold, copies and predictions for the tests of records and of the leaderboard."""

import os
from functools import lru_cache
from pathlib import Path

from goldwire_baselines.leaderboard.measure import Gold, gold_of
from goldwire_corpus.parts import Copies
from goldwire_corpus.schema.prediction import PredEvent, Prediction, PredMention


def copies_at_hand() -> Copies:
    """Return the copies of the real texts that the environment names; none without it."""
    article, real = os.environ.get("GOLDWIRE_ARTICLE"), os.environ.get("GOLDWIRE_REAL")
    return Copies(Path(article) if article else None, Path(real) / "re3d" if real else None)


@lru_cache(maxsize=1)
def held_out() -> Gold:
    """Return the held-out documents."""
    return gold_of(Copies())


def predictions(leave: int, part: str = "test+retold") -> list[Prediction]:
    """Return predictions with gold's mentions and events, of which every `leave`-th is left out."""
    return [
        Prediction(
            id=d.id,
            mentions=[
                PredMention(start=m.start, end=m.end, type=m.type, level=m.level, entity=m.entity)
                for number, m in enumerate(d.mentions)
                if number % leave
            ],
            events=[
                PredEvent(start=e.start, end=e.end, type=e.type, realis=e.realis)
                for number, e in enumerate(d.events)
                if number % leave
            ],
        )
        for d in held_out()[part]
    ]

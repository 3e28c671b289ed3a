"""Small documents for the tests of the scorer: a text, gold written by hand, and how a prediction scores on it."""

from typing import Any

from conftest import document

from goldwire_corpus.schema.document import (
    Argument,
    Document,
    Entity,
    Event,
    EventCluster,
    Mention,
    Quantity,
    Record,
    Time,
)
from goldwire_corpus.schema.prediction import Prediction
from goldwire_eval.metrics.prf import Counts
from goldwire_eval.policy import Policies
from goldwire_eval.readers.predictions import Predictions
from goldwire_eval.readers.reference import Gold
from goldwire_eval.scored import Scored
from goldwire_eval.scorer import score, score_documents

#       0         1         2         3         4         5         6
#       0123456789012345678901234567890123456789012345678901234567890123456789
TEXT = "Rebels shot two guards in Lemre on Monday, and raids in Lemre hurt Oda."


def mention(number: int, quote: str, type_: str, entity: str, nth: int = 1, level: str = "NOM") -> Mention:
    start = -1
    for _ in range(nth):
        start = TEXT.index(quote, start + 1)
    head = start + len(quote) - len(quote.split()[-1])
    return Mention(f"m{number}", start, start + len(quote), head, start + len(quote), type_, level, entity)


def event(number: int, quote: str, type_: str, cluster: str, arguments: list[tuple[str, str]], **labels: Any) -> Event:
    start = TEXT.index(quote)
    fields = {"realis": "ACTUAL", "polarity": "positive", "means": None, "phase": None, "stance": "asserts", **labels}
    return Event(
        f"e{number}", start, start + len(quote), type_, source="AUTHOR", cluster=cluster,
        arguments=[Argument(role, filler) for role, filler in arguments], **fields,
    )  # fmt: skip


def gold(**changes: Any) -> Document:
    """Five mentions in four entities, two attacks and an injury, a time, a quantity, two records."""
    mentions = [
        mention(1, "Rebels", "PER", "rebels"),
        mention(2, "two guards", "PER", "guards"),
        mention(3, "Lemre", "GPE", "lemre", level="NAM"),
        mention(4, "Lemre", "GPE", "lemre", nth=2, level="NAM"),
        mention(5, "Oda", "PER", "oda", level="NAM"),
    ]
    events = [
        event(1, "shot", "Attack", "c1",
              [("Attacker", "m1"), ("Target", "m2"), ("Place", "m3"), ("Time", "t1")], means="shooting"),
        event(2, "raids", "Attack", "c2", [("Place", "m4"), ("Target", "m5")], means="raid"),
        event(3, "hurt", "Injure", "c3", [("Victim", "m5")]),
    ]  # fmt: skip
    layers: dict[str, Any] = {
        "mentions": mentions,
        "entities": [Entity(k, "PER", n, "NIL") for k, n in
                     (("rebels", "Rebels"), ("guards", "two guards"), ("lemre", "Lemre"), ("oda", "Oda"))],
        "times": [Time("t1", 35, 41, "DATE", "2024-03-11")],
        "quantities": [Quantity("q1", 12, 15, 2, 2, "exact", "guard")],
        "events": events,
        "event_clusters": [EventCluster(c, t, "NIL", None, None) for c, t in
                           (("c1", "Attack"), ("c2", "Attack"), ("c3", "Injure"))],
        "records": [
            Record("r1", "c1", "Attack", "2024-03-11", "2024-03-11", "Lemre", ["Rebels"], ["two guards"],
                   2, 3, None, None, [], ["AUTHOR"]),
            Record("r2", "c2", "Attack", None, "2024-03-11", "Lemre", [], ["Oda"], None, None, 1, 1, [], ["AUTHOR"]),
        ],
    }  # fmt: skip
    return document(TEXT, **{**layers, **changes})


def span(quote: str, nth: int = 1) -> dict[str, Any]:
    return {"quote": quote, "nth": nth}


def counts(prediction: dict[str, Any], metric: str, of: Document | None = None) -> Counts:
    """tp, fp, fn of one prediction on one document."""
    import msgspec

    made = msgspec.convert({"id": "d1", **prediction}, Prediction)
    return score_documents([made], [of or gold()], "test").total(metric)


def lenient(predictions: list[dict[str, Any]], *documents: Document) -> Scored:
    """Return the score of predictions whose invalid items count as errors."""
    import msgspec

    made = [msgspec.convert({"id": "d1", **p}, Prediction) for p in predictions]
    of = Gold.of_documents(documents or [gold()])
    return score(Predictions.of_rows(made, "x"), of, Policies(invalid="wrong"))

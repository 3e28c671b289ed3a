"""What lenient matching credits of a pair: the pair alone is scored, so that no other item takes its partner."""

import msgspec
from near_pairs import Item, Pair

from goldwire_corpus.schema.document import Argument, Document, Event, Mention
from goldwire_corpus.schema.prediction import (
    PredArgument,
    PredEvent,
    Prediction,
    PredMention,
    PredQuantity,
    PredSpan,
    PredTime,
)
from goldwire_eval.readers.predictions import Predictions
from goldwire_eval.readers.reference import Gold
from goldwire_eval.scorer import score

LENIENT = {
    "mention": ("mention.head",),
    "trigger": ("trigger.head",),
    "argument": ("argument.cls@head", "argument.cls@entity"),
}
"""The lenient metrics by layer; a time or quantity has none, since both spans must be equal."""


def credits_of(pair: Pair, document: Document) -> dict[str, bool]:
    """Return for each lenient metric of the layer of a pair whether it counts the predicted item as right.

    Raises DataError if the gold item is not in the document.
    """
    metrics = LENIENT.get(pair.layer, ())
    if not metrics:
        return {}
    scored = score(
        Predictions.of_rows([_prediction(pair)], "pair"), Gold.of_documents([_gold(pair, document)]), metrics=metrics
    )
    return {metric: scored.total(metric).tp > 0 for metric in metrics}


def _gold(pair: Pair, d: Document) -> Document:
    """Return the document with the gold item alone, or for an argument with it and all that it may name."""
    item = pair.gold
    bare = msgspec.structs.replace(d, relations=[], records=[])
    if pair.layer == "mention":
        mentions = [m for m in d.mentions if _same(m, item.label, item.span)][:1]
        return msgspec.structs.replace(bare, mentions=mentions, events=[], times=[], quantities=[], titles=[])
    type_, start, end = (item.label, *item.span) if item.event is None else item.event[:3]
    events = [msgspec.structs.replace(e, arguments=_arguments(e, pair, d)) for e in d.events]
    of_pair = next(e for e in events if _same(e, type_, (start, end)))
    others = [] if pair.layer == "trigger" else [e for e in events if e is not of_pair]
    kept = [of_pair, *(msgspec.structs.replace(e, arguments=[]) for e in others)]
    return msgspec.structs.replace(bare, events=kept)


def _same(item: Event | Mention, type_: str, span: tuple[int, int]) -> bool:
    return item.type == type_ and (item.start, item.end) == span


def _arguments(e: Event, pair: Pair, d: Document) -> list[Argument]:
    """Return the argument of a pair if it is one of this event."""
    if pair.layer != "argument" or pair.gold.event is None or not _same(e, pair.gold.event[0], pair.gold.event[1:3]):
        return []
    fillers = {x.id for x in (*d.mentions, *d.times, *d.quantities, *d.titles, *d.events)
               if (x.start, x.end) == pair.gold.span}  # fmt: skip
    return [a for a in e.arguments if a.role == pair.gold.label and a.filler in fillers][:1]


def _prediction(pair: Pair) -> Prediction:
    """Return a prediction of the predicted item alone, or for an argument of it and what it names."""
    item = pair.predicted
    made = Prediction(id=pair.document, mentions=[], times=[], quantities=[], titles=[], events=[])
    if pair.layer == "mention":
        made.mentions = [_mention(item)]
    elif item.event is None:
        made.events = [PredEvent(start=item.start, end=item.end, type=item.label, arguments=[])]
    else:
        _add_argument(made, item, *item.event[:3])
    return made


def _add_argument(made: Prediction, item: Item, type_: str, start: int, end: int) -> None:
    span = PredSpan(id="filler", start=item.start, end=item.end)
    filler: str | PredSpan = "filler"
    made.events = []
    if item.filler == "TIME":
        made.times = [PredTime(id=span.id, start=span.start, end=span.end)]
    elif item.filler == "QTY":
        made.quantities = [PredQuantity(id=span.id, start=span.start, end=span.end)]
    elif item.filler == "TITLE":
        made.titles = [span]
    elif item.filler == "EVENT":
        made.events = [PredEvent(id=span.id, start=span.start, end=span.end, type=item.value, arguments=[])]
    elif item.filler:
        made.mentions = [_mention(item, span.id)]
    else:
        filler = PredSpan(start=span.start, end=span.end)
    argument = PredArgument(role=item.label, filler=filler)
    made.events += [PredEvent(start=start, end=end, type=type_, arguments=[argument])]


def _mention(item: Item, id: str | None = None) -> PredMention:
    low, high = item.head or (None, None)
    return PredMention(
        id=id, start=item.start, end=item.end, type=item.filler or item.label, level=item.level or None,
        head_start=low, head_end=high,
    )  # fmt: skip

"""What each stored system makes of every gold item, so that systems can be compared item by item."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from stored import records

from goldwire_baselines.leaderboard.folder import PREDICTIONS, own_folder, read_predictions
from goldwire_baselines.leaderboard.measure import Gold
from goldwire_baselines.leaderboard.record import HELD_OUT, Record
from goldwire_corpus.schema.document import Document
from goldwire_corpus.schema.prediction import Prediction
from goldwire_eval.batch.arrays import Floats, Vocabulary
from goldwire_eval.batch.labels import Labels
from goldwire_eval.batch.tables import Batch
from goldwire_eval.error_analysis.examples import Details
from goldwire_eval.error_analysis.taxonomy import ErrorGroup
from goldwire_eval.metrics.record import similarity
from goldwire_eval.readers.document_pairs import Pair
from goldwire_eval.readers.predictions import Predictions
from goldwire_eval.readers.reference import Gold as GoldReader
from goldwire_eval.scorer import score

LAYERS = {"mention": "mentions", "event": "events", "argument": "arguments", "record": "records"}
"""The layers whose items are compared, and what a submission must attempt for each."""
METRICS = ("mention.exact", "trigger.cls", "argument.attached.cls@entity", "record.ceaf")
RIGHT = {("event", "realis"), ("argument", "right entity wrong mention")}
"""Classes of errors in which an item counts as found: its realis, or the choice of mention, is another question."""
HALF = 0.5
"""A record is found if some predicted record agrees with it in this share of the slots that either fills."""
MISSED = "missed"
SPURIOUS = "spurious"


class Key(NamedTuple):
    """An item: its document, span and label; of an argument the label is its role and `event` its trigger and type.

    A record has its number in the document as `start`.
    """

    document: str
    start: int
    end: int
    label: str
    event: tuple[int, int, str] | None = None


class Judged(NamedTuple):
    """The items of one system: by layer the class of error of each gold item that it misses, and of each wrong one
    that it predicts. Only layers that it attempts have an entry."""

    missed: dict[str, dict[Key, str]]
    wrong: dict[str, dict[Key, str]]


class _Items(Details):
    """Gathers the items in place of the examples of a report."""

    def __init__(self) -> None:
        super().__init__()
        self.missed: dict[str, dict[Key, str]] = {layer: {} for layer in LAYERS}
        self.wrong: dict[str, dict[Key, str]] = {layer: {} for layer in LAYERS}

    def add(
        self, batch: Batch, found: Sequence[ErrorGroup], pairs: Sequence[Pair], rows: Floats, labels: Labels,
        strings: Vocabulary,
    ) -> None:  # fmt: skip
        ids = [pair.gold.row.id for pair in pairs]
        for group in found:
            if (group.layer, group.error) in RIGHT:
                continue
            for side, items in ((group.gold, self.missed), (group.pred, self.wrong)):
                for row in side[side >= 0].tolist():
                    items[group.layer][_key(batch, group.layer, row, ids, labels)] = group.error
        for id, (gold, pred) in zip(ids, batch.records, strict=True):
            for number, record in enumerate(gold):
                best = max((similarity(record, other) for other in pred), default=0.0)
                if best < HALF:
                    type_ = str(labels.names.names[record.type])
                    self.missed["record"][Key(id, number, number, type_)] = "slots" if best > 0 else MISSED


def _key(batch: Batch, layer: str, row: int, ids: Sequence[str], labels: Labels) -> Key:
    def name(code: int) -> str:
        return str(labels.names.names[code]) if code < len(labels.names.names) else "?"

    if layer == "argument":
        a, e = batch.arguments, batch.events
        event = int(a.event[row])
        trigger = int(e.start[event]), int(e.end[event]), name(int(e.type[event]))
        role = str(labels.role_names.names[int(a.role[row])])
        return Key(ids[int(a.doc[row])], int(a.start[row]), int(a.end[row]), role, trigger)
    table = batch.all_mentions if layer == "mention" else batch.events
    return Key(ids[int(table.doc[row])], int(table.start[row]), int(table.end[row]), name(int(table.type[row])))


def judge(predictions: Sequence[Prediction], gold: Sequence[Document], name: str) -> Judged:
    """Return what these predictions make of the gold items. Raises DataError for invalid predictions."""
    items = _Items()
    scored = score(Predictions.of_rows(predictions, name), GoldReader.of_documents(gold), metrics=METRICS,
                   details=items)  # fmt: skip
    attempted = [layer for layer, key in LAYERS.items() if key in scored.attempted]
    return Judged(
        {layer: items.missed[layer] for layer in attempted}, {layer: items.wrong[layer] for layer in attempted}
    )


def gold_keys(documents: Sequence[Document]) -> dict[str, list[Key]]:
    """Return the gold items of each layer, in the order of the documents and of their texts."""
    found: dict[str, list[Key]] = {layer: [] for layer in LAYERS}
    for d in documents:
        spans = {x.id: (x.start, x.end) for x in (*d.mentions, *d.times, *d.quantities, *d.titles, *d.events)}
        found["mention"] += sorted(Key(d.id, m.start, m.end, m.type) for m in d.mentions)
        found["event"] += sorted(Key(d.id, e.start, e.end, e.type) for e in d.events)
        found["argument"] += sorted(
            Key(d.id, *spans[a.filler], a.role, (e.start, e.end, e.type)) for e in d.events for a in e.arguments
        )
        found["record"] += [Key(d.id, number, number, r.type) for number, r in enumerate(d.records)]
    return {layer: list(dict.fromkeys(keys)) for layer, keys in found.items()}


def stored_systems(gold: Gold) -> Iterator[tuple[Record, list[Prediction]]]:
    """Yield the stored records of the present data, with the held-out predictions of their first run."""
    held_out = {HELD_OUT: gold[HELD_OUT]}
    for record in records():
        predictions = own_folder() / PREDICTIONS
        if runs := read_predictions(record.name, [record.runs[0].seed], held_out, predictions, required=False):
            yield record, runs[0][HELD_OUT]

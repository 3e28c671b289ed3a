"""MUC-4 (Sundheim 1992): incident records that we filled by its task documentation, against the human answer keys.

The records are stored as predictions whose names are spans of the message, "start-end" in code points of the text as
the reader of MUC-4 gives it; places are names.
"""

import re
from collections.abc import Sequence
from pathlib import Path

import msgspec

from goldwire_annotation.agreement import Agreement, bounds
from goldwire_corpus.errors import data_error
from goldwire_corpus.schema.prediction import Prediction, PredRecord
from goldwire_corpus.source.files import read_lines
from goldwire_eval.metrics.prf import defined
from goldwire_eval.policy import policies_of
from goldwire_eval.readers.document_pairs import Line
from goldwire_eval.readers.formats import Reading, read_rows
from goldwire_eval.readers.predictions import Predictions
from goldwire_eval.readers.reference import Gold
from goldwire_eval.scorer import score

METRICS = (
    "record.ceaf", "record.date", "record.place", "record.killed", "record.wounded", "record.actors", "record.targets",
    "record.instrument",
)  # fmt: skip
_SPAN = re.compile(r"(\d+)-(\d+)")


def compare(stored: Path, messages: Path) -> Agreement:
    """Return F1 of the stored records against the keys in the folder `messages`, as published.

    Raises DataError if a message is unknown.
    """
    rows = read_lines(stored, Prediction)
    ids = {row.id for row in rows}
    lines = [line for line in read_rows(messages, Reading()) if line.row.id in ids]
    texts = {line.row.id: line.row.text or "" for line in lines}
    if unknown := sorted(ids - texts.keys()):
        raise data_error(str(stored), 0, "document-unknown", f"no message {', '.join(unknown)} in {messages}")
    ours = [msgspec.structs.replace(r, records=[_named(x, texts[r.id]) for x in r.records or ()]) for r in rows]
    return agreement(ours, lines, stored.name)


def agreement(ours: Sequence[Prediction], keys: Sequence[Line], name: str) -> Agreement:
    """Return F1 of records, which have names as the messages write them, against the keys of the same messages."""
    gold = Gold(lambda _: iter(keys), tuple, "MUC-4")
    scored = score(Predictions.of_rows(ours, name), gold, policies_of(profile="muc4"), METRICS)
    f1 = {metric: defined(float(scored.figures(metric).f1)) for metric in METRICS}
    return Agreement(len(ours), f1, bounds(scored.by_document), {})


def _named(record: PredRecord, text: str) -> PredRecord:
    """Return the record with the words of the message in place of spans."""

    def words(names: list[str]) -> list[str]:
        spans = (_SPAN.fullmatch(name) for name in names)
        return [text[int(m[1]) : int(m[2])] if m else name for name, m in zip(names, spans, strict=True)]

    return msgspec.structs.replace(
        record, actors=words(record.actors), targets=words(record.targets), instrument=words(record.instrument)
    )

"""NarrativeTime (Rogers et al. 2022): the order of pairs of events against two human annotators.

The pairs of a document are a random sample, the same for all three. A pair that a person did not link is VAGUE.
"""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from goldwire_annotation.agreement import Agreement, bounds, cohen_kappa, counted, figures
from goldwire_corpus.errors import data_error
from goldwire_corpus.source.files import read_lines
from goldwire_eval.readers.formats import Reading, read_rows

ANNOTATORS = ("a1", "a2")
VAGUE = "VAGUE"
LAYERS = ("same label", "same label, pairs no annotator labels VAGUE")
_INVERSE = {"BEFORE": "AFTER", "INCLUDES": "IS_INCLUDED"}


class Order(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The order of two events of a document, ids of NarrativeTime: what `one` is to `two`."""

    one: str
    two: str
    label: str


Labels = dict[str, list[str]]
"""The labels of the sampled pairs of each document."""


def compare(folder: Path, real: Path) -> dict[str, Agreement]:
    """Return the agreement of the stored orders with each human annotator, and of these with one another.

    Raises DataError if a document or an event is unknown.
    """
    stored = {path.stem: read_lines(path, Order) for path in sorted(folder.glob("*.jsonl"))}
    human = {name: _human(real / name, stored) for name in ANNOTATORS}
    ours = {doc: [order.label for order in orders] for doc, orders in stored.items()}
    return {
        "we and a1": _agreement(human["a1"], ours),
        "we and a2": _agreement(human["a2"], ours),
        "a1 and a2": _agreement(human["a1"], human["a2"]),
    }


def _human(folder: Path, stored: dict[str, list[Order]]) -> Labels:
    rows = {line.row.id: line.row for line in read_rows(folder, Reading())}
    found: Labels = {}
    for doc, orders in stored.items():
        row = rows.get(doc)
        if row is None:
            raise data_error(str(folder), 0, "document-unknown", f"no document {doc}; expected {doc}.tml")
        labels = {(r.from_, r.to): r.type for r in row.relations or ()}
        labels |= {(to, from_): _INVERSE.get(type_, type_) for (from_, to), type_ in labels.items()}
        events = {e.id for e in row.events or ()}
        for order in orders:
            if unknown := {order.one, order.two} - events:
                raise data_error(str(folder / f"{doc}.tml"), 0, "event-unknown", f"no event {', '.join(unknown)}")
        found[doc] = [labels.get((o.one, o.two), VAGUE) for o in orders]
    return found


def _agreement(first: Labels, second: Labels) -> Agreement:
    counts = [dict(zip(LAYERS, _counts(first[doc], second[doc]), strict=True)) for doc in first]
    units = counted(counts, LAYERS, list(first))
    flat = [label for labels in first.values() for label in labels], [x for labels in second.values() for x in labels]
    return Agreement(len(first), figures(units), bounds(units), {"label": cohen_kappa(*flat)})


def _counts(first: Sequence[str], second: Sequence[str]) -> list[tuple[int, int, int]]:
    pairs = list(zip(first, second, strict=True))
    clear = [pair for pair in pairs if VAGUE not in pair]
    return [(same := sum(a == b for a, b in some), len(some) - same, len(some) - same) for some in (pairs, clear)]

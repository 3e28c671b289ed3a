"""WikiEvents (Li et al. 2021): the events that people marked in a sample of the dev documents, and ours.

People marked the events of scenarios, not every event, so only recall means anything. Types are not compared.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from goldwire_annotation.agreement import Agreement, bounds, counted, figures
from goldwire_corpus.errors import data_error
from goldwire_corpus.schema.prediction import Prediction
from goldwire_corpus.source.files import read_lines
from goldwire_eval.readers.formats import Reading, read_rows

LAYERS = ("trigger that overlaps", "argument of such a trigger, head in the filler")
ALL_ARGUMENTS = "argument of any trigger, head in the filler"
Span = tuple[int, int]


def compare(stored: Path, dev: Path) -> Agreement:
    """Return the recall of the human events in the file `dev`, as published.

    Raises DataError for an unknown document.
    """
    ours = {row.id: row for row in read_lines(stored, Prediction)}
    human = {line.row.id: line.row for line in read_rows(dev, Reading())}
    if unknown := sorted(ours.keys() - human.keys()):
        raise data_error(str(stored), 0, "document-unknown", f"no document {', '.join(unknown)} in {dev}")
    return recall(ours, human)


def recall(
    ours: Mapping[str, Prediction], human: Mapping[str, Prediction], layers: Sequence[str] = LAYERS
) -> Agreement:
    """Return the recall of the human events of the documents of `ours`; both have their documents by id."""
    counts = [_counts(human[doc], row) for doc, row in ours.items()]
    units = counted(counts, layers, list(ours))
    return Agreement(len(ours), figures(units), bounds(units), {})


def _counts(human: Prediction, ours: Prediction) -> dict[str, tuple[int, int, int]]:
    """Return for each layer the number found, and twice the number missed: F1 is then recall."""
    triggers, arguments, missed = [], [], 0
    spans = _fillers(ours)
    for event, fillers in _events(human):
        same = [own for trigger, own in _events(ours) if _meet(trigger, event)]
        triggers.append(bool(same))
        places = _places(human, fillers)
        if same:
            found = [spans[filler] for own in same for filler in own if filler in spans]
            arguments += [any(_meet(filler, head) for head in found) for filler in places]
        else:
            missed += len(places)
    hits = triggers, arguments, arguments + [False] * missed
    return {
        name: (sum(some), len(some) - sum(some), len(some) - sum(some))
        for name, some in zip((*LAYERS, ALL_ARGUMENTS), hits, strict=True)
    }


def _events(row: Prediction) -> list[tuple[Span, list[str]]]:
    return [
        ((e.start or 0, e.end or 0), [a.filler for a in e.arguments or () if isinstance(a.filler, str)])
        for e in row.events or ()
    ]


def _fillers(row: Prediction) -> dict[str, Span]:
    """Return the head of each mention, and the span of each time, quantity and title, by id."""
    found = {str(m.id): _head(m.start, m.end, m.head_start, m.head_end) for m in row.mentions or ()}
    for item in [*(row.times or ()), *(row.quantities or ()), *(row.titles or ())]:
        found[str(item.id)] = (item.start or 0, item.end or 0)
    return found


def _head(start: int | None, end: int | None, head_start: int | None, head_end: int | None) -> Span:
    return (start or 0, end or 0) if head_start is None else (head_start, head_end or 0)


def _places(row: Prediction, fillers: list[str]) -> list[Span]:
    spans = {str(m.id): (m.start or 0, m.end or 0) for m in row.mentions or ()}
    return [spans[filler] for filler in fillers if filler in spans]


def _meet(one: Span, two: Span) -> bool:
    return one[0] < two[1] and two[0] < one[1]

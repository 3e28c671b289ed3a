"""The class of every false positive and false negative: what a system gets wrong.

Unmatched items are paired step by step, one to one, each time by what the two still share; a pair is one error, named
by what differs. Items without a partner are missed or spurious.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from typing import NamedTuple

import numpy as np

from goldwire_eval.batch.arrays import Bools, Ints, among, dense, pack
from goldwire_eval.batch.tables import Batch, Events, Spans
from goldwire_eval.matching.one_to_one import overlapping, pair_equal, pair_near, rest
from goldwire_eval.metrics.argument import entity_of

CLASSES = (
    "spurious", "missed", "boundary", "type", "role", "realis", "attached to the wrong event",
    "right entity wrong mention", "ungrounded", "duplicate",
)  # fmt: skip
_LAYERS = {"mention": "mentions", "event": "events", "argument": "arguments"}


class ErrorGroup(NamedTuple):
    """Errors of one class in a table: the rows of gold and of predictions, -1 on a side without one."""

    layer: str
    error: str
    gold: Ints
    pred: Ints


def find(batch: Batch, layers: Collection[str]) -> Iterator[ErrorGroup]:
    """Yield every error of these layers (mentions, events, arguments), each in one class."""
    if "mentions" in layers:
        yield from _mentions(batch, batch.listed)
    if "events" in layers:
        yield from _events(batch.events)
        yield from _realis(batch.events)
    if "arguments" in layers:
        yield from _arguments(batch)


class _Unpaired:
    """Rows of a table still without a partner on either side; each pairing takes out what it pairs."""

    def __init__(self, layer: str, table: Spans, key: Ints, listed: Bools | None = None):
        self.layer, self.table = layer, table
        gold, pred = np.arange(table.gold), np.arange(table.gold, len(table))
        if listed is not None:
            gold, pred = gold[listed[gold]], pred[listed[pred]]
        key, _ = dense(key)
        i, j = pair_equal(key, gold, pred)
        self.missed, self.spare = rest(gold, i), rest(pred, j)
        self.doubled = self.spare[among(key[self.spare], key[i])]

    def lone(self, error: str, pred: Ints) -> ErrorGroup:
        self.spare = rest(self.spare, pred)
        return ErrorGroup(self.layer, error, np.full(len(pred), -1), pred)

    def set_apart(self) -> Iterator[ErrorGroup]:
        """Yield repetitions of a match, and items that could not be grounded."""
        yield self.lone("duplicate", self.doubled)
        yield self.lone("ungrounded", self.spare[self.table.start[self.spare] < 0])

    def equal(self, error: str, key: Ints) -> ErrorGroup:
        return self._taken(error, *pair_equal(key, self.missed, self.spare))

    def near(self, error: str, key: Ints) -> ErrorGroup:
        t = self.table
        return self._taken(error, *pair_near(t, t.start, t.end, key, self.missed, self.spare))

    def _taken(self, error: str, gold: Ints, pred: Ints) -> ErrorGroup:
        self.missed, self.spare = rest(self.missed, gold), rest(self.spare, pred)
        return ErrorGroup(self.layer, error, gold, pred)

    def last(self) -> Iterator[ErrorGroup]:
        yield ErrorGroup(self.layer, "missed", self.missed, np.full(len(self.missed), -1))
        yield ErrorGroup(self.layer, "spurious", np.full(len(self.spare), -1), self.spare)


def _mentions(batch: Batch, listed: Bools | None) -> Iterator[ErrorGroup]:
    m = batch.all_mentions
    left = _Unpaired("mention", m, pack(m.doc, m.start, m.end, m.type)[0], listed)
    yield from left.set_apart()
    yield left.equal("type", pack(m.doc, m.start, m.end)[0])
    near = overlapping(m, left.missed, left.spare), overlapping(m, left.spare, left.missed)
    heads = batch.heads(m, np.concatenate(near))
    yield left.near("boundary", pack(m.type, heads)[0])
    yield from left.last()


def _events(e: Events) -> Iterator[ErrorGroup]:
    left = _Unpaired("event", e, pack(e.doc, e.start, e.end, e.type)[0])
    yield from left.set_apart()
    yield left.equal("type", pack(e.doc, e.start, e.end)[0])
    yield left.near("boundary", e.type)
    yield from left.last()


def _realis(e: Events) -> Iterator[ErrorGroup]:
    """Yield events that are right in span and type and unpaired when their realis is compared as well."""
    right = pack(e.doc, e.start, e.end, e.type)[0]
    yield _Unpaired("event", e, pack(right, e.realis)[0]).equal("realis", right)


def _arguments(batch: Batch) -> Iterator[ErrorGroup]:
    a, e = batch.arguments, batch.events
    type_, begin, end = e.type[a.event], e.start[a.event], e.end[a.event]
    event, span = pack(a.doc, type_, begin, end)[0], pack(a.doc, a.start, a.end)[0]
    left = _Unpaired("argument", a, pack(event, a.role, span)[0])
    yield from left.set_apart()
    yield left.equal("role", pack(event, span)[0])
    yield left.equal("right entity wrong mention", pack(event, a.role, entity_of(batch))[0])
    yield left.near("boundary", pack(event, a.role)[0])
    yield left.equal("attached to the wrong event", pack(type_, a.role, span)[0])
    yield from left.last()


class ErrorLog:
    """How many errors of each class there are, by layer."""

    def __init__(self) -> None:
        self.tally: Counter[tuple[str, str]] = Counter()

    def add(self, batch: Batch, layers: Collection[str]) -> list[ErrorGroup]:
        found = list(find(batch, layers))
        for errors in found:
            self.tally[errors.layer, errors.error] += len(errors.pred)
        return found

    def counts(self, attempted: frozenset[str]) -> dict[str, int]:
        """Return the number of errors by class, of the layers that the submission attempts."""
        scored = {layer for layer in _LAYERS if _LAYERS[layer] in attempted}
        out = dict.fromkeys(CLASSES, 0)
        for (layer, error), number in self.tally.items():
            if layer in scored and (error != "realis" or "realis" in attempted):
                out[error] += number
        return out

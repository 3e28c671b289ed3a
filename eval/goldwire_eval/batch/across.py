"""The mentions and events of the documents that belong to a world, of all batches as one, for metrics across documents.

They are kept until the last document is read, and may come from several processes, whose codes differ.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from goldwire_eval.batch.arrays import Ints
from goldwire_eval.batch.tables import (
    Arguments,
    Batch,
    Events,
    Mentions,
    Relations,
    Side,
    Spans,
    Values,
    join,
)
from goldwire_eval.policy import Policies


class AcrossCodes(NamedTuple):
    """The codes of one process by those of another: of type names, of strings, of worlds."""

    types: Ints
    strings: Ints
    worlds: Ints


class AcrossTables(NamedTuple):
    """What is kept of a batch: how many documents it has, the world of each (-1 for none), and two tables."""

    documents: int
    worlds: Ints
    mentions: Mentions
    events: Events

    def recoded(self, codes: AcrossCodes) -> "AcrossTables":
        """Return the tables with the codes of another process."""
        for table in (self.mentions, self.events):
            # A type code beyond the names is an unknown type, and stays beyond them.
            known = table.type < len(codes.types)
            table.type = np.where(known, codes.types[np.where(known, table.type, 0)], np.iinfo(np.int64).max)
            # Links count from 1; 0 is NIL and -1 no link.
            linked = table.link > 0
            table.link = np.where(linked, codes.strings[np.where(linked, table.link - 1, 0)] + 1, table.link)
        worlds = np.where(self.worlds >= 0, codes.worlds[np.maximum(self.worlds, 0)], -1)
        return self._replace(worlds=worlds)


def across(batches: Sequence[AcrossTables], ids: Sequence[str], names: Sequence[str], policies: Policies) -> Batch:
    """Return the mentions and events of all batches as one batch.

    `ids` are those of every document. Documents are in the order of their ids, whatever it was in the files.
    """
    by_id = sorted(range(len(ids)), key=ids.__getitem__)
    place = np.empty(len(ids), dtype=np.int64)
    place[by_id] = np.arange(len(ids))
    worlds = np.concatenate([b.worlds for b in batches])[by_id]
    offsets = np.cumsum([0, *(b.documents for b in batches)])
    batch = join(_nothing(len(ids)), _nothing(len(ids)), len(ids), worlds, [], names, policies)
    batch.mentions = Mentions.chain([b.mentions for b in batches], offsets)
    batch.events = Events.chain([b.events for b in batches], offsets)
    for table in (batch.mentions, batch.events):
        table.doc = place[table.doc]
        table.type = np.minimum(table.type, len(names))
    batch.mentions = batch.mentions.where(worlds[batch.mentions.doc] >= 0)
    batch.events = batch.events.where(worlds[batch.events.doc] >= 0)
    return batch


def _nothing(documents: int) -> Side:
    """Return a side without items."""
    return Side(
        Mentions.empty(documents), Values.empty(documents), Values.empty(documents), Spans.empty(documents),
        Events.empty(documents), Arguments.empty(documents), Relations.empty(documents),
        [[] for _ in range(documents)], frozenset(), Mentions.empty(documents), {}, 0,
    )  # fmt: skip

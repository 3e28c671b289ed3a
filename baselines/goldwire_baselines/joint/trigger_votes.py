"""The opinion of a linear classifier of words on triggers, as a change of the scores of networks."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from goldwire_baselines.analysis import analyse
from goldwire_baselines.given import Given
from goldwire_baselines.taggers import LinearTagger
from goldwire_baselines.transformer.labels import labels
from goldwire_baselines.transformer.view import Ints, View
from goldwire_baselines.triggers import TriggerFinder
from goldwire_corpus.schema.document import Document

FOR, AGAINST = 1.75, -0.25
"""What is added to the score (a logit, decided at 0) of a trigger that the classifier finds, and of one it does not.

On validation recall gains from a mean above 0.
"""


class TriggerVotes:
    """The triggers of baseline `linear`."""

    def __init__(self) -> None:
        self.finder = TriggerFinder(LinearTagger)

    def fit(self, documents: Sequence[Document]) -> None:
        self.finder.fit([analyse(document) for document in documents])

    def scores(self, view: View, first: Ints, last: Ints) -> Any:
        """Return what is added to the scores of spans of words, of shape (spans, event types)."""
        own, words = labels(), view.words
        spans = [(words[i].start, words[j].end) for i, j in zip(first, last, strict=True)]
        rows = {span: row for row, span in enumerate(spans)}
        votes = np.full((len(spans), len(own.events)), AGAINST)
        for events in self.finder.find(analyse(view.document), Given(view.document)):
            for event in events:
                if (row := rows.get((event.start or 0, event.end or 0))) is not None:
                    votes[row, own.events.index(event.type)] = FOR
        return votes

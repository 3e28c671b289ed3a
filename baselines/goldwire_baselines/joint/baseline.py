"""Baseline `joint`: three networks of `transformer` and a linear classifier that decide together; one run."""

import time
from collections.abc import Sequence
from functools import partial
from typing import Any

from goldwire_baselines.joint.shared_arguments import add_shared
from goldwire_baselines.process import peak_memory
from goldwire_baselines.transformer import baseline as transformer
from goldwire_corpus.schema.document import Document
from goldwire_corpus.schema.prediction import GIVEN_LAYERS, Prediction


class Baseline:
    """An extractor that needs the extra `transformer`. Its networks differ by their seeds alone."""

    uses = GIVEN_LAYERS

    def __init__(self, seed: int = 0, members: int = 3, **settings: Any):
        """Set the seed, the number of networks, and the settings of `transformer` (encoder, epochs)."""
        self.members = [transformer.Baseline(seed * members + k, **settings) for k in range(members)]
        self._votes: Any = None
        self._cost: tuple[float | None, float | None] = None, None

    def fit(self, documents: Sequence[Document]) -> None:
        """Train the networks, or load those that were kept. Raises UsageError as `transformer` does."""
        for member in self.members:
            member.fit(documents)
        self._votes = None
        if documents:
            from goldwire_baselines.joint.trigger_votes import TriggerVotes

            start = time.perf_counter()
            self._votes = TriggerVotes()
            self._votes.fit(documents)
            seconds, memory = zip(*(member.training_cost for member in self.members), strict=True)
            own = time.perf_counter() - start
            self._cost = (
                None if None in seconds else round(own + sum(seconds), 1),
                None if None in memory else max(*memory, peak_memory() or 0),
            )

    def predict(self, document: Document) -> Prediction:
        found = transformer.values_alone(document)
        if self._votes is not None:
            from goldwire_baselines.joint.ensemble import Ensemble
            from goldwire_baselines.transformer.extraction import add_records, fill
            from goldwire_baselines.transformer.view import View

            networks, encoders = zip(*(member.scorer for member in self.members), strict=True)
            votes = partial(self._votes.scores, View(document))
            fill(found, Ensemble(networks, votes), encoders[0], document)
            add_shared(document, found.events or [])
            add_records(found, document)
        return found

    @property
    def training_cost(self) -> tuple[float | None, float | None]:
        """The seconds of all trainings, one after the other, and the peak memory in MB; None if one is unknown."""
        return self._cost

    def parameters(self) -> int:
        """Return the number of parameters of all networks; 0 before training."""
        return sum(member.parameters() for member in self.members)

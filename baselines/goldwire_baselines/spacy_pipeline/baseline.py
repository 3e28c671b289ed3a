"""Baseline `spacy`: any installed spaCy pipeline as shipped, mapped through OntoNotes, and rule events on its parse."""

import os
from collections.abc import Sequence
from typing import Any

from goldwire_baselines.assemble import assemble
from goldwire_baselines.given import Given
from goldwire_baselines.spacy_pipeline.arguments import ArgumentFinder, items
from goldwire_baselines.spacy_pipeline.loading import SMALL, VARIABLE, load, parameters
from goldwire_baselines.spacy_pipeline.mentions import MentionFinder
from goldwire_baselines.spacy_pipeline.parsed import parse
from goldwire_baselines.spacy_pipeline.titles import TitleFinder
from goldwire_baselines.spacy_pipeline.triggers import TriggerFinder
from goldwire_baselines.time_expressions import times
from goldwire_baselines.values import quantities
from goldwire_corpus.schema.document import Document
from goldwire_corpus.schema.prediction import GIVEN_LAYERS, Prediction, PredSpan


class Baseline:
    """An extractor on the spaCy pipeline of this name, by default that of GOLDWIRE_SPACY, or else the small one.

    The pipeline is not trained; `fit` counts what its analyses say about gold. Raises UsageError if it is missing.
    """

    uses = GIVEN_LAYERS

    def __init__(self, pipeline: str | None = None) -> None:
        self.pipeline = pipeline or os.environ.get(VARIABLE) or SMALL
        self._nlp = load(self.pipeline)
        self.titles = TitleFinder()
        self.mentions = MentionFinder(self.titles)
        self.triggers, self.arguments = TriggerFinder(), ArgumentFinder()

    def __getstate__(self) -> dict[str, Any]:
        """Leave out the pipeline, which is installed where the baseline is used."""
        return {name: value for name, value in self.__dict__.items() if name != "_nlp"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._nlp = load(self.pipeline)

    def parameters(self) -> int:
        """Return the number of parameters of the pipeline, its word vectors included."""
        return parameters(self._nlp)

    def fit(self, documents: Sequence[Document]) -> None:
        parsed = [parse(self._nlp, document) for document in documents]
        for stage in (self.titles, self.mentions, self.triggers, self.arguments):
            stage.fit(parsed)

    def predict(self, document: Document) -> Prediction:
        d, given = parse(self._nlp, document), Given(document)
        found_times = times(document) if given.times is None else given.times
        found_quantities = quantities(document, found_times) if given.quantities is None else given.quantities
        mentions = self.mentions.find(d) if given.mentions is None else given.mentions
        titles = self.titles.find(d) if given.titles is None else given.titles
        events = self.triggers.find(d) if given.events is None else given.events
        self.triggers.describe(d, events)
        spans: list[tuple[PredSpan, str]] = [(m, m.type) for m in mentions]
        spans += [(t, "TIME") for t in found_times] + [(q, "QTY") for q in found_quantities]
        spans += [(p, "TITLE") for p in titles] + [(e, "EVENT") for e in events]
        self.arguments.attach(events, items(d, spans))
        return assemble(document, mentions, found_times, found_quantities, titles, events, given)

"""Baseline `transformer`: one pretrained encoder, fine-tuned for all layers; times and quantities by rule."""

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from goldwire_baselines.given import Given
from goldwire_baselines.process import peak_memory
from goldwire_baselines.time_expressions import times
from goldwire_baselines.transformer.encoders import DEFAULT, VARIABLE, check_installed, load_encoder
from goldwire_baselines.values import quantities
from goldwire_corpus.schema.document import Document
from goldwire_corpus.schema.prediction import GIVEN_LAYERS, Prediction


class Baseline:
    """An extractor that needs the extra `transformer`; its libraries are imported when it is first used."""

    uses = GIVEN_LAYERS

    def __init__(self, seed: int = 0, encoder: str | None = None, epochs: int | None = None):
        """Set the seed, the encoder (default: the variable GOLDWIRE_ENCODER, else MiniLM) and the passes over train."""
        self.seed = seed
        self.encoder_name = encoder or os.environ.get(VARIABLE) or DEFAULT
        self.epochs = epochs
        self._trained: Any = None

    def fit(self, documents: Sequence[Document]) -> None:
        """Train on the documents, or load the network that was trained on them (see `store.cached`).

        Without documents the baseline finds only times and quantities. Raises UsageError if the encoder or its
        libraries are missing.
        """
        if not documents:
            self._trained = None
            return
        check_installed()
        from goldwire_baselines.transformer import store
        from goldwire_baselines.transformer.layers import Settings
        from goldwire_baselines.transformer.training import Schedule, train

        schedule = Schedule() if self.epochs is None else Schedule(epochs=self.epochs)
        settings = Settings()
        about = {"encoder": self.encoder_name, "seed": self.seed, "schedule": schedule._asdict()}
        folder = store.cached(store.key(documents, **about, heads=settings._asdict()))
        if folder is not None and folder.exists():
            self._trained = store.load(folder)
            return
        encoder = load_encoder(self.encoder_name)
        start = time.perf_counter()
        network = train(encoder, documents, self.seed, schedule, settings)
        cost = {"training_seconds": round(time.perf_counter() - start, 1), "peak_memory_mb": peak_memory()}
        self._trained = network, encoder, settings, about | cost
        if folder is not None:
            store.save(folder, *self._trained)

    def predict(self, document: Document) -> Prediction:
        found = values_alone(document)
        if self._trained is not None:
            from goldwire_baselines.transformer.extraction import fill

            network, encoder, _, _ = self._trained
            fill(found, network, encoder, document)
        return found

    @property
    def scorer(self) -> tuple[Any, Any]:
        """The trained network (`scorer.Scorer`) and its encoder (`encoders.Encoder`), after `fit` with documents."""
        network, encoder, _, _ = self._trained
        return network, encoder

    @property
    def training_cost(self) -> tuple[float | None, float | None]:
        """Seconds and peak memory in MB of the process that trained the network; None if they are unknown."""
        about = self._trained[3] if self._trained else {}
        return about.get("training_seconds"), about.get("peak_memory_mb")

    def parameters(self) -> int:
        """Return the number of parameters of the trained network; 0 before training."""
        return sum(p.numel() for p in self._trained[0].parameters()) if self._trained else 0

    def save(self, folder: str | Path) -> None:
        """Write the trained network to a new folder. Raises DataError if the folder exists or nothing is trained."""
        from goldwire_baselines.transformer import store
        from goldwire_corpus.errors import data_error

        if self._trained is None:
            raise data_error(str(folder), 0, "model-untrained", "nothing to save: call fit with documents first")
        store.save(Path(folder), *self._trained)

    @classmethod
    def load(cls, folder: str | Path) -> "Baseline":
        """Return a baseline with the network that `save` wrote. Raises DataError if it cannot be read."""
        check_installed()
        from goldwire_baselines.transformer import store

        trained = store.load(Path(folder))
        about = trained[3]
        made = cls(about["seed"], about["encoder"], about["schedule"]["epochs"])
        made._trained = trained
        return made


def values_alone(document: Document) -> Prediction:
    """Return a prediction of times and quantities, given ones or those found by rule, with all other layers empty."""
    given = Given(document)
    found_times = times(document) if given.times is None else given.times
    found_quantities = quantities(document, found_times) if given.quantities is None else given.quantities
    return Prediction(
        id=document.id, mentions=[], times=found_times, quantities=found_quantities, titles=[],
        events=[], event_clusters=[], relations=[], records=[],
    )  # fmt: skip

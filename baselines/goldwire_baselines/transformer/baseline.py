"""Baseline `transformer`: one pretrained encoder, fine-tuned for all layers; times and quantities by rule."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from goldwire_baselines.time_expressions import times
from goldwire_baselines.transformer.encoders import DEFAULT, VARIABLE, check_installed, load_encoder
from goldwire_baselines.values import quantities
from goldwire_corpus.schema.document import Document
from goldwire_corpus.schema.prediction import Prediction


class Baseline:
    """An extractor that needs the extra `transformer`; its libraries are imported when it is first used."""

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
        network = train(encoder, documents, self.seed, schedule, settings)
        self._trained = network, encoder, settings, about
        if folder is not None:
            store.save(folder, *self._trained)

    def predict(self, document: Document) -> Prediction:
        found_times = times(document)
        found = Prediction(
            id=document.id, mentions=[], times=found_times, quantities=quantities(document, found_times), titles=[],
            events=[], event_clusters=[], relations=[], records=[],
        )  # fmt: skip
        if self._trained is not None:
            from goldwire_baselines.transformer.extraction import fill

            network, encoder, _, _ = self._trained
            fill(found, network, encoder, document)
        return found

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

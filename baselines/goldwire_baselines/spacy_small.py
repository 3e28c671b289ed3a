"""Baseline `spacy_small`: spaCy's en_core_web_sm 3.8.0 as shipped, through OntoNotes, and rule events on its parse."""

from goldwire_baselines.spacy_pipeline import baseline
from goldwire_baselines.spacy_pipeline.loading import SMALL


class Baseline(baseline.Baseline):
    def __init__(self) -> None:
        super().__init__(SMALL)

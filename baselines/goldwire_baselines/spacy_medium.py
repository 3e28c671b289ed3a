"""Baseline `spacy_medium`: spaCy's en_core_web_md 3.7.1 as shipped, through OntoNotes, and rule events on its parse."""

from goldwire_baselines.spacy_pipeline import baseline
from goldwire_baselines.spacy_pipeline.loading import MEDIUM


class Baseline(baseline.Baseline):
    def __init__(self) -> None:
        super().__init__(MEDIUM)

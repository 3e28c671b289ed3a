"""Baseline `crf`: as `linear`, but words are labelled by conditional random fields."""

from goldwire_baselines.pipeline import Pipeline
from goldwire_baselines.taggers import CrfTagger


class Baseline(Pipeline):
    def __init__(self) -> None:
        super().__init__(CrfTagger)

"""Baseline `linear`: every decision by a linear classifier, and the labels of a sentence decoded together."""

from goldwire_baselines.pipeline import Pipeline
from goldwire_baselines.taggers import LinearTagger


class Baseline(Pipeline):
    def __init__(self) -> None:
        super().__init__(LinearTagger)

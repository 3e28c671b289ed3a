"""Titles: the words that name a post or rank, by span."""

from goldwire_eval.batch.tables import Batch, Spans
from goldwire_eval.metrics.base import by_key


def _titles(batch: Batch) -> Spans:
    return batch.titles


FAMILIES = [by_key("title.span", "titles", _titles, "start", "end")]

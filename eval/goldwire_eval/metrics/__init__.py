"""Every metric by its name, in the order in which they are printed."""

from goldwire_eval.metrics import argument, mention, ner, quantity, record, time, trigger
from goldwire_eval.metrics.base import Metric

METRICS: dict[str, Metric] = {
    metric.name: metric
    for module in (ner, mention, time, quantity, trigger, argument, record)
    for metric in module.METRICS
}

__all__ = ["METRICS", "Metric"]

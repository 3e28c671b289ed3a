"""Groups of systems instead of ranks: every system of a group is significantly better than all in the groups below.

As the clusters of the shared tasks of WMT (Bojar et al. 2013): systems are in order of F1, and a new group begins where
every system above differs significantly from every system below. Within a group some pairs may differ. Each pair is
tested by paired randomisation over worlds; Holm's correction covers all pairs of a metric.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np

from goldwire_eval.stats.accumulate import CountsByDocument
from goldwire_eval.stats.significance import holm, paired_p

LEVEL = 0.05


def p_values(systems: Mapping[str, CountsByDocument], metrics: Sequence[str]) -> dict[str, dict[frozenset[str], float]]:
    """Return by metric the corrected p of each pair of systems that both have it; undefined ones are left out."""
    raw: dict[str, dict[frozenset[str], float]] = {metric: {} for metric in metrics}
    for a, b in combinations(systems, 2):
        both = [m for m in metrics if m in systems[a].kinds and m in systems[b].kinds]
        if both:
            p = paired_p(systems[a].only(both), systems[b].only(both))
            for metric, value in zip(both, p.tolist(), strict=True):
                if value == value:
                    raw[metric][frozenset((a, b))] = value
    return {
        metric: dict(zip(found, holm(np.array(list(found.values()))).tolist(), strict=True)) if found else {}
        for metric, found in raw.items()
    }


def groups(f1: Mapping[str, float], p: Mapping[frozenset[str], float]) -> dict[str, int]:
    """Return the group of each system, from 1 for the best, by its F1 and the corrected p of each pair."""
    order = sorted(f1, key=lambda name: (-f1[name], name))
    found: dict[str, int] = {}
    group = 1
    for place, name in enumerate(order):
        above, below = order[:place], order[place:]
        if above and all(p.get(frozenset((a, b)), 1.0) < LEVEL for a in above for b in below):
            group += 1
        found[name] = group
    return found

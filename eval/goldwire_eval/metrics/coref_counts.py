"""Statistics of coreference: two partitions of mentions, compared over all documents of a batch at once.

Everything follows from one sparse table, how many mentions each gold and each predicted cluster share. Mentions need
not be shared: none is twinned, added or dropped (Pradhan et al. 2014). A span in two clusters of a side belongs to the
one that comes first in the text; each further membership is a mention of its own that matches nothing. So is a span
repeated in one cluster, unless repeated mentions are taken once, as the reference scorer does.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from goldwire_eval.batch.arrays import Bools, Floats, Ints, order_by, pack, ranks, runs
from goldwire_eval.matching.assignment import best_assignment
from goldwire_eval.matching.ties import Key, best_by_keys

ByUnit = Callable[[Floats, Ints], Floats]


@dataclass(frozen=True)
class Contingency:
    """How many mentions each pair of a gold and a predicted cluster shares, and the size and unit of each cluster.

    A unit is what mentions may corefer within: a document, or all documents of a world. `gold_single`, `pred_single`:
    the clusters of one mention, however often they have it.
    """

    units: int
    gold: Ints
    pred: Ints
    shared: Floats
    gold_size: Floats
    pred_size: Floats
    gold_unit: Ints
    pred_unit: Ints
    gold_single: Bools
    pred_single: Bools

    def without_singletons(self) -> "Contingency":
        gold, pred = ~self.gold_single, ~self.pred_single
        kept = gold[self.gold] & pred[self.pred]
        return replace(
            self, gold=self.gold[kept], pred=self.pred[kept], shared=self.shared[kept],
            gold_size=np.where(gold, self.gold_size, 0), pred_size=np.where(pred, self.pred_size, 0),
        )  # fmt: skip

    def mostly_shared(self) -> "Contingency":
        """Return the table of the pairs in which most mentions of the predicted cluster are in the gold one."""
        kept = 2 * self.shared > self.pred_size[self.pred]
        return replace(self, gold=self.gold[kept], pred=self.pred[kept], shared=self.shared[kept])


def contingency(unit: Ints, gold: int, units: int, cluster: Ints, *key: Ints, once: bool = False) -> Contingency:
    """Return the table of a list of mentions, gold first.

    Mentions are the same where all columns of `key` are equal; `cluster` counts from 0 on each side. With `once` a
    mention that a cluster repeats is taken once.
    """
    side: Ints = np.zeros(len(unit), dtype=np.int64)
    side[gold:] = 1
    code, _ = pack(unit, *key)
    by_mention = order_by(code, side, cluster)
    code, side, cluster, unit = code[by_mention], side[by_mention], cluster[by_mention], unit[by_mention]
    twice = np.zeros(len(code), dtype=bool)
    twice[1:] = (code[1:] == code[:-1]) & (side[1:] == side[:-1])
    fresh = np.ones(len(code), dtype=bool)
    fresh[1:] = ~twice[1:] | (cluster[1:] != cluster[:-1])
    members = [cluster[fresh & (side == s)] for s in (0, 1)]
    if once and not fresh.all():
        code, side, cluster, unit, twice = code[fresh], side[fresh], cluster[fresh], unit[fresh], twice[fresh]
        twice[1:] = (code[1:] == code[:-1]) & (side[1:] == side[:-1])
    if twice.any():
        rank = ranks(code * 2 + side)
        by_rank = order_by(code, rank, side)
        code, side, cluster, unit, rank = (column[by_rank] for column in (code, side, cluster, unit, rank))
        same = (code[1:] == code[:-1]) & (rank[1:] == rank[:-1])
    else:
        same = code[1:] == code[:-1]
    met = np.flatnonzero(same)
    n_gold, n_pred = (int(cluster[side == s].max(initial=-1)) + 1 for s in (0, 1))
    together = np.sort(cluster[met] * max(1, n_pred) + cluster[met + 1])
    begins = runs(together)
    pairs, shared = together[begins], np.diff(begins, append=len(together))

    def of_side(number: int, count: int) -> tuple[Floats, Ints, Bools]:
        """Return sizes, units, and which clusters have one mention."""
        mine = side == number
        place = np.zeros(count, dtype=np.int64)
        place[cluster[mine]] = unit[mine]
        single = np.bincount(members[number], minlength=count) < 2
        return np.bincount(cluster[mine], minlength=count).astype(np.float64), place, single

    (gold_size, gold_unit, gold_single), (pred_size, pred_unit, pred_single) = of_side(0, n_gold), of_side(1, n_pred)
    return Contingency(
        units, pairs // max(1, n_pred), pairs % max(1, n_pred), shared.astype(np.float64),
        gold_size, pred_size, gold_unit, pred_unit, gold_single, pred_single,
    )  # fmt: skip


def alignment(table: Contingency, preference: Callable[[Ints], Sequence[tuple[int, ...]]]) -> Bools:
    """Return the pairs of the one-to-one alignment of greatest phi-4 similarity (Luo 2005).

    Of equally good alignments the one that is best by the further keys that `preference` returns for some pairs.
    """

    def keys(pairs: Ints) -> list[Key]:
        shared, size = 2 * table.shared[pairs], (table.gold_size[table.gold] + table.pred_size[table.pred])[pairs]
        similar = [Fraction(int(s), int(n)) for s, n in zip(shared.tolist(), size.tolist(), strict=True)]
        return [(first, *rest) for first, rest in zip(similar, preference(pairs), strict=True)]

    return best_by_keys(table.gold, table.pred, _phi4(table), keys)


def statistics(table: Contingency) -> dict[str, Floats]:
    """Return by measure the statistics of each unit, as `prf.FRACTIONS`, `BLANC` and `CONLL` take them.

    MUC (Vilain et al. 1995), B3 (Bagga and Baldwin 1998), CEAF (Luo 2005), LEA (Moosavi and Strube 2016), BLANC
    (Recasens and Hovy 2011; Luo et al. 2014), CoNLL average (Pradhan et al. 2012).
    """
    t = table
    k, r = t.gold_size[t.gold], t.pred_size[t.pred]

    def by_unit(values: Floats, units: Ints) -> Floats:
        sums: Floats = np.bincount(units, weights=values, minlength=t.units).astype(np.float64)
        return sums

    def fractions(pred_part: Floats, pred_whole: Floats, gold_part: Floats, gold_whole: Floats) -> Floats:
        """Add up numerators, which are by pair of clusters, and denominators, which are by cluster."""
        pair_unit = t.gold_unit[t.gold]
        return np.stack(
            [by_unit(pred_part, pair_unit), by_unit(pred_whole, t.pred_unit),
             by_unit(gold_part, pair_unit), by_unit(gold_whole, t.gold_unit)], axis=1,
        )  # fmt: skip

    there_gold, there_pred = (t.gold_size > 0).astype(np.float64), (t.pred_size > 0).astype(np.float64)
    mention_pairs = _aligned(t, t.shared)
    entity_pairs = _aligned(t, _phi4(t))
    out = {
        "muc": fractions(t.shared - 1, t.pred_size - there_pred, t.shared - 1, t.gold_size - there_gold),
        "b3": fractions(t.shared**2 / r, t.pred_size, t.shared**2 / k, t.gold_size),
        "ceafm": fractions(mention_pairs, t.pred_size, mention_pairs, t.gold_size),
        "ceafe": fractions(entity_pairs, there_pred, entity_pairs, there_gold),
        "lea": fractions(_resolved(t.shared, r, k), t.pred_size, _resolved(t.shared, k, r), t.gold_size),
        "blanc": _link_counts(t, by_unit),
    }
    out["conll"] = np.concatenate([out["muc"], out["b3"], out["ceafe"]], axis=1)
    return out


def _phi4(t: Contingency) -> Floats:
    out: Floats = 2 * t.shared / (t.gold_size[t.gold] + t.pred_size[t.pred])
    return out


def _aligned(t: Contingency, similarity: Floats) -> Floats:
    return np.where(best_assignment(t.gold, t.pred, similarity), similarity, 0.0)


def links(size: Floats) -> Floats:
    """Return the number of pairs among this number of mentions."""
    return size * (size - 1) / 2


def _resolved(shared: Floats, own: Floats, other: Floats) -> Floats:
    """Return for LEA the size of a cluster times the share of its links that are found; a singleton links to itself."""
    several = own > 1
    found: Floats = np.divide(links(shared), links(own), out=np.zeros_like(shared), where=several)
    resolved: Floats = own * np.where(several, found, (other == 1).astype(np.float64))
    return resolved


def _link_counts(t: Contingency, by_unit: ByUnit) -> Floats:
    """Return BLANC's counts of links: shared, gold and predicted, of coreferent mentions and of all others."""
    pair_unit = t.gold_unit[t.gold]
    both = by_unit(links(t.shared), pair_unit)
    gold, pred = by_unit(links(t.gold_size), t.gold_unit), by_unit(links(t.pred_size), t.pred_unit)
    met_gold: Floats = np.bincount(t.gold, weights=t.shared, minlength=len(t.gold_size)).astype(np.float64)
    met_pred: Floats = np.bincount(t.pred, weights=t.shared, minlength=len(t.pred_size)).astype(np.float64)
    met = links(by_unit(t.shared, pair_unit))
    apart = met - by_unit(links(met_gold), t.gold_unit) - by_unit(links(met_pred), t.pred_unit) + both
    apart_gold = links(by_unit(t.gold_size, t.gold_unit)) - gold
    apart_pred = links(by_unit(t.pred_size, t.pred_unit)) - pred
    return np.stack([both, gold, pred, apart, apart_gold, apart_pred], axis=1)

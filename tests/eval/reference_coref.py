"""Coreference measures, plain and slow, in exact fractions: what the fast scorer is held to.

Sources: MUC, Vilain et al. 1995; B3, Bagga & Baldwin 1998; CEAF, Luo 2005; LEA, Moosavi & Strube 2016; BLANC, Luo et
al. 2014; mentions that only one side has, Pradhan et al. 2014 (the CoNLL reference scorer, version 8). Nothing is
twinned, added or dropped to make the two sides' mentions equal.

Below, the key is the gold side, the response the predicted one; k and r are their clusters, |k| a number of mentions.
Recall is written out; precision is the same with the sides exchanged. Parts of documents are added, then divided.

- muc: the sum of |k| - pieces(k), of |k| - 1. The response cuts k into pieces; a mention it lacks is a piece by itself.
- b3: the sum of |k & r|^2 / |k| over all k and r, of the mentions of the key.
- ceafm: the best one-to-one alignment's sum of |k & r|, of the mentions of the key.
- ceafe: the best one-to-one alignment's sum of 2 |k & r| / (|k| + |r|), of the clusters of the key.
- lea: the sum of |k| times the share of k's links that lie within one r, of the mentions of the key.
- blanc: the links within clusters, and the links between clusters, that both sides have, of those the key has.

A cluster of n mentions has n (n - 1) / 2 links; for LEA a cluster of one has one, to itself, which the other side has
when its cluster is that one mention too. BLANC takes the mean of the two kinds' precisions, recalls and F1s (so its F1
is not the harmonic mean of its precision and recall). There 0/0 of one kind counts as 0; only where a side has links of
neither kind is its own figure (the response's precision, the key's recall) None.

Edges:
- Undefined is None. Precision (recall) is None where its denominator is 0. F1 is None where both are, else 0 where one
  is None or both are 0.
- Key empty, response not: recall None, precision 0, F1 0. Response empty, key not: precision None, recall 0, F1 0. Both
  empty: all None.
- All singletons on a side: MUC finds no link there, so that side's figure is None, and against themselves all are.
- BLANC, neither side has coreference links: the figures of the links between clusters alone; neither side has links
  between clusters: those of the coreference links alone; none of either kind: None. (The paper says 1 or 0 there, as
  the mention sets are equal or not; added counts cannot know. The CoNLL scorer asks only that the *key* has none.)
- The CoNLL average is None where one of its three F1s is: half an average is not that average.
- A mention in several clusters of one side, or several times in one, belongs to the first; each further membership is
  a new mention that no other equals. Empty clusters are dropped. `distinct` does both, for every measure.
- Without singletons: clusters of one are dropped from both sides, after `distinct`.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import astuple, dataclass
from fractions import Fraction
from itertools import combinations, permutations
from typing import NamedTuple

import numpy as np
from scipy.optimize import linear_sum_assignment

Cluster = frozenset[Hashable]
Clusters = Sequence[Cluster]


class PRF(NamedTuple):
    """Fractions in [0, 1]; None where undefined."""

    precision: Fraction | None
    recall: Fraction | None
    f1: Fraction | None


@dataclass(frozen=True)
class Parts:
    """What a document adds to a measure, before dividing."""

    precision_part: Fraction
    precision_whole: Fraction
    recall_part: Fraction
    recall_whole: Fraction

    def __add__(self, other: "Parts") -> "Parts":
        return Parts(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))


@dataclass(frozen=True)
class Links:
    """BLANC's six counts: links within clusters and between clusters, of the key, the response, and both."""

    coreferent_key: int
    coreferent_response: int
    coreferent_both: int
    other_key: int
    other_response: int
    other_both: int

    def __add__(self, other: "Links") -> "Links":
        return Links(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))


def clusters(text: str) -> list[Cluster]:
    """`{a} {bc} {def}` as clusters of one-letter mentions."""
    return [frozenset(part.strip("{}")) for part in text.split()]


@dataclass(frozen=True, eq=False)
class Again:
    """A further membership of a mention: equal to nothing but itself."""

    mention: Hashable


def distinct(side: Iterable[Iterable[Hashable]]) -> list[Cluster]:
    """The side with every mention in one cluster: further memberships become mentions of their own."""
    seen: set[Hashable] = set()
    result = []
    for cluster in side:
        members: set[Hashable] = set()
        for mention in cluster:
            members.add(Again(mention) if mention in seen else mention)
            seen.add(mention)
        if members:
            result.append(frozenset(members))
    return result


def without_singletons(side: Clusters) -> list[Cluster]:
    """Without clusters of one mention, however often they have it."""
    return [c for c in side if len({m.mention if isinstance(m, Again) else m for m in c}) > 1]


def muc(key: Clusters, response: Clusters) -> Parts:
    return _both_ways(_muc, key, response)


def b3(key: Clusters, response: Clusters) -> Parts:
    return _both_ways(_b3, key, response)


def lea(key: Clusters, response: Clusters) -> Parts:
    return _both_ways(_lea, key, response)


def ceafm(key: Clusters, response: Clusters) -> Parts:
    best = best_alignment(key, response, lambda k, r: Fraction(len(k & r)))
    return Parts(best, Fraction(sum(map(len, response))), best, Fraction(sum(map(len, key))))


def ceafe(key: Clusters, response: Clusters) -> Parts:
    best = best_alignment(key, response, lambda k, r: Fraction(2 * len(k & r), len(k) + len(r)))
    return Parts(best, Fraction(len(response)), best, Fraction(len(key)))


def blanc(key: Clusters, response: Clusters) -> Links:
    within_key, between_key = _links(key)
    within_response, between_response = _links(response)
    return Links(
        len(within_key),
        len(within_response),
        len(within_key & within_response),
        len(between_key),
        len(between_response),
        len(between_key & between_response),
    )


MEASURES: dict[str, Callable[[Clusters, Clusters], Parts | Links]] = {
    "muc": muc,
    "b3": b3,
    "ceafm": ceafm,
    "ceafe": ceafe,
    "lea": lea,
    "blanc": blanc,
}


def score(parts: Parts | Links) -> PRF:
    if isinstance(parts, Links):
        return _blanc_score(parts)
    precision = _ratio(parts.precision_part, parts.precision_whole)
    recall = _ratio(parts.recall_part, parts.recall_whole)
    return PRF(precision, recall, harmonic(precision, recall))


def conll(muc_parts: Parts, b3_parts: Parts, ceafe_parts: Parts) -> Fraction | None:
    """The mean F1 of the three; None where one is undefined."""
    known = [f1 for f1 in (score(p).f1 for p in (muc_parts, b3_parts, ceafe_parts)) if f1 is not None]
    return sum(known, Fraction(0)) / 3 if len(known) == 3 else None


def harmonic(precision: Fraction | None, recall: Fraction | None) -> Fraction | None:
    if precision is None and recall is None:
        return None
    if not precision or not recall:
        return Fraction(0)
    return 2 * precision * recall / (precision + recall)


def best_alignment(key: Clusters, response: Clusters, likeness: Callable[[Cluster, Cluster], Fraction]) -> Fraction:
    """The largest sum of likenesses over one-to-one alignments: every one tried for up to six clusters a side."""
    few, many = sorted((key, response), key=len)
    if len(many) > 6:
        table = np.array([[float(likeness(k, r)) for r in response] for k in key]).reshape(len(key), len(response))
        rows, columns = linear_sum_assignment(table, maximize=True)
        return sum((likeness(key[int(i)], response[int(j)]) for i, j in zip(rows, columns, strict=True)), Fraction(0))
    return max(
        sum((likeness(a, b) for a, b in zip(few, chosen, strict=True)), Fraction(0))
        for chosen in permutations(many, len(few))
    )


def _both_ways(
    one_way: Callable[[Clusters, Clusters], tuple[Fraction, Fraction]], key: Clusters, response: Clusters
) -> Parts:
    return Parts(*one_way(response, key), *one_way(key, response))


def _muc(of: Clusters, by: Clusters) -> tuple[Fraction, Fraction]:
    known = {mention for cluster in by for mention in cluster}
    part = sum(len(c) - sum(1 for other in by if c & other) - len(c - known) for c in of)
    return Fraction(part), Fraction(sum(len(c) - 1 for c in of))


def _b3(of: Clusters, by: Clusters) -> tuple[Fraction, Fraction]:
    part = sum((Fraction(len(c & other) ** 2, len(c)) for c in of for other in by), Fraction(0))
    return part, Fraction(sum(map(len, of)))


def _lea(of: Clusters, by: Clusters) -> tuple[Fraction, Fraction]:
    part = Fraction(0)
    for cluster in of:
        if len(cluster) == 1:
            part += cluster in by
        else:
            found = sum(_pairs(len(cluster & other)) for other in by)
            part += len(cluster) * Fraction(found, _pairs(len(cluster)))
    return part, Fraction(sum(map(len, of)))


def _pairs(mentions: int) -> int:
    return mentions * (mentions - 1) // 2


def _links(side: Clusters) -> tuple[set[Cluster], set[Cluster]]:
    within = {frozenset(pair) for cluster in side for pair in combinations(cluster, 2)}
    every = {frozenset(pair) for pair in combinations({m for cluster in side for m in cluster}, 2)}
    return within, every - within


def _blanc_score(links: Links) -> PRF:
    coreferent = _kind(links.coreferent_key, links.coreferent_response, links.coreferent_both)
    other = _kind(links.other_key, links.other_response, links.other_both)
    kinds = [kind for kind in (coreferent, other) if kind is not None]
    if not kinds:
        return PRF(None, None, None)
    precision, recall, f1 = (sum(figures) / len(kinds) for figures in zip(*kinds, strict=True))
    return PRF(
        precision if links.coreferent_response or links.other_response else None,
        recall if links.coreferent_key or links.other_key else None,
        f1,
    )


def _kind(key: int, response: int, both: int) -> tuple[Fraction, Fraction, Fraction] | None:
    """Precision, recall and F1 of one kind of link, 0/0 as 0; None where neither side has any."""
    if not key and not response:
        return None
    precision = Fraction(both, response) if response else Fraction(0)
    recall = Fraction(both, key) if key else Fraction(0)
    return precision, recall, Fraction(2 * both, key + response)


def _ratio(part: Fraction, whole: Fraction) -> Fraction | None:
    return part / whole if whole else None

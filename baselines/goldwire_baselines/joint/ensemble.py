"""Several networks that score together, with the methods of one (`transformer.scorer.Scorer`)."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import torch

from goldwire_baselines.transformer.features import Pairs
from goldwire_baselines.transformer.layers import Tensor
from goldwire_baselines.transformer.network import ArgumentScores, Network
from goldwire_baselines.transformer.pieces import Pieces
from goldwire_baselines.transformer.view import Ints, Item, Items

T = TypeVar("T")
_LEAST = 1e-9
"""Probabilities are kept this far from 0 and 1."""


class Ensemble:
    """The mean scores of networks with one encoder's word pieces; vectors of words and items are theirs side by side.

    Scores of one choice of several are averaged as log-probabilities, those of triggers as probabilities, others as
    they are. `votes` returns what is added to the scores of spans as triggers.
    """

    def __init__(self, networks: Sequence[Network], votes: Callable[[Ints, Ints], Any] | None = None):
        self.networks, self.votes = networks, votes

    def encode(self, pieces: Pieces) -> Tensor:
        return torch.cat([network.encode(pieces) for network in self.networks], dim=1)

    def vectors(self, words: Tensor, items: Sequence[Item]) -> Tensor:
        return torch.cat([n.vectors(part, items) for n, part in zip(self.networks, self._parts(words), strict=True)], 1)

    def mention_scores(self, words: Tensor, first: Ints, last: Ints) -> tuple[Tensor, Tensor, Tensor]:
        types, levels, titles = zip(*self._all(lambda n, w: n.mention_scores(w, first, last), words), strict=True)
        return _chosen(types), _chosen(levels), _mean(titles)

    def trigger_scores(self, words: Tensor, first: Ints, last: Ints) -> Tensor:
        found = self._all(lambda n, w: n.trigger_scores(w, first, last).double().sigmoid(), words)
        scores = _mean(found).logit(eps=_LEAST)
        return scores if self.votes is None else scores + self.networks[0].put(self.votes(first, last))

    def head_scores(self, words: Tensor, vectors: Tensor, mentions: Sequence[Item]) -> Tensor:
        return _mean(self._all(lambda n, w, v: n.head_scores(w, v, mentions), words, vectors))

    def attribute_scores(self, vectors: Tensor) -> dict[str, Tensor]:
        return _by_name(self._all(lambda n, v: n.attribute_scores(v), vectors))

    def argument_scores(self, words: Tensor, vectors: Tensor, items: Items, pairs: Pairs) -> ArgumentScores:
        found = self._all(lambda n, w, v: n.argument_scores(w, v, items, pairs), words, vectors)
        return ArgumentScores(*map(_mean, zip(*found, strict=True)))

    def antecedent_scores(self, words: Tensor, vectors: Tensor, mentions: Sequence[Item], pairs: Pairs) -> Tensor:
        return _chosen(self._all(lambda n, w, v: n.antecedent_scores(w, v, mentions, pairs), words, vectors))

    def event_antecedent_scores(self, words: Tensor, vectors: Tensor, events: Sequence[Item], pairs: Pairs) -> Tensor:
        return _chosen(self._all(lambda n, w, v: n.event_antecedent_scores(w, v, events, pairs), words, vectors))

    def relation_scores(
        self, words: Tensor, vectors: Tensor, events: Sequence[Item], pairs: Pairs
    ) -> dict[str, Tensor]:
        return _by_name(self._all(lambda n, w, v: n.relation_scores(w, v, events, pairs), words, vectors))

    def _all(self, score: Callable[..., T], *joined: Tensor) -> list[T]:
        """Return the scores of each network from its own part of the joined vectors."""
        parts = zip(*(self._parts(vectors) for vectors in joined), strict=True)
        return [score(network, *own) for network, own in zip(self.networks, parts, strict=True)]

    def _parts(self, joined: Tensor) -> Sequence[Tensor]:
        parts: Sequence[Tensor] = joined.chunk(len(self.networks), dim=1)
        return parts


def _mean(scores: Sequence[Tensor]) -> Tensor:
    return torch.stack(list(scores)).mean(dim=0)


def _chosen(scores: Sequence[Tensor]) -> Tensor:
    """Return the mean log-probabilities of choices of one column a row."""
    return _mean([one.log_softmax(dim=1) for one in scores])


def _by_name(scores: Sequence[dict[str, Tensor]]) -> dict[str, Tensor]:
    return {name: _chosen([one[name] for one in scores]) for name in scores[0]}

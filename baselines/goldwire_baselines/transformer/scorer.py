"""What prediction asks of a network, or of several that score together."""

from collections.abc import Sequence
from typing import Protocol

from goldwire_baselines.transformer.features import Pairs
from goldwire_baselines.transformer.layers import Tensor
from goldwire_baselines.transformer.network import ArgumentScores
from goldwire_baselines.transformer.pieces import Pieces
from goldwire_baselines.transformer.view import Ints, Item, Items


class Scorer(Protocol):
    """The methods of `network.Network` that score the words and items of one document."""

    def encode(self, pieces: Pieces) -> Tensor: ...

    def vectors(self, words: Tensor, items: Sequence[Item]) -> Tensor: ...

    def mention_scores(self, words: Tensor, first: Ints, last: Ints) -> tuple[Tensor, Tensor, Tensor]: ...

    def trigger_scores(self, words: Tensor, first: Ints, last: Ints) -> Tensor: ...

    def head_scores(self, words: Tensor, vectors: Tensor, mentions: Sequence[Item]) -> Tensor: ...

    def attribute_scores(self, vectors: Tensor) -> dict[str, Tensor]: ...

    def argument_scores(self, words: Tensor, vectors: Tensor, items: Items, pairs: Pairs) -> ArgumentScores: ...

    def antecedent_scores(self, words: Tensor, vectors: Tensor, mentions: Sequence[Item], pairs: Pairs) -> Tensor: ...

    def event_antecedent_scores(
        self, words: Tensor, vectors: Tensor, events: Sequence[Item], pairs: Pairs
    ) -> Tensor: ...

    def relation_scores(
        self, words: Tensor, vectors: Tensor, events: Sequence[Item], pairs: Pairs
    ) -> dict[str, Tensor]: ...

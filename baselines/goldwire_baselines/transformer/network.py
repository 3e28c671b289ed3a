"""One pretrained encoder with a head for each layer.

Spans are scored from their ends, mean and width, and mentions linked by antecedent ranking (both Lee et al. 2017).
Pairs of items are scored by a feed-forward network over both, their product, the words between and discrete features.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import nn

from goldwire_baselines.transformer import features
from goldwire_baselines.transformer.features import Pairs
from goldwire_baselines.transformer.labels import ATTRIBUTES, LEVELS, groups, labels
from goldwire_baselines.transformer.layers import HeadPointer, ItemEncoder, PairScorer, Settings, SpanScorer, Tensor
from goldwire_baselines.transformer.pieces import SHAPES, Pieces
from goldwire_baselines.transformer.view import Ints, Item, Items

LONGEST_MENTION = 20
LONGEST_TRIGGER = 3
_LAYERS = 4
_RARE = -4.0
"""The score before training of labels that few examples have."""


class ArgumentScores(NamedTuple):
    """Scores of argument pairs and, in `defaults`, of events.

    `roles` (pairs, roles) is -inf where the ontology allows no such argument; `source` (pairs), `days` (pairs, 2) and
    `scope` (pairs, scopes). `defaults` (events, 5): AUTHOR as the source; no day and publication day as earliest day;
    the same as latest day.
    """

    roles: Tensor
    source: Tensor
    days: Tensor
    scope: Tensor
    defaults: Tensor


class Network(nn.Module):
    """The encoder and all heads. Methods take the words of one document, as `encode` returns them."""

    def __init__(self, encoder: Any, settings: Settings):
        super().__init__()
        own, sizes = labels(), {name: len(values) for name, values in groups().items()}
        size, hidden, kinds = int(encoder.config.hidden_size), settings.hidden, len(own.kinds)
        self.encoder = encoder
        self.shape = nn.Embedding(len(SHAPES), size)
        nn.init.zeros_(self.shape.weight)
        self.mix = nn.Parameter(torch.zeros(_LAYERS))
        self.dropout = nn.Dropout(settings.dropout)
        # No mention and the entity types; the levels; TITLE.
        self.mention_sizes = (1 + len(own.entities), len(LEVELS), 1)
        self.mentions = SpanScorer(size, settings, [-_RARE, *[0.0] * (sum(self.mention_sizes) - 2), _RARE])
        self.triggers = SpanScorer(size, settings, [_RARE] * len(own.events))
        self.items = ItemEncoder(size, settings, kinds)
        self.heads = HeadPointer(size, settings, kinds)
        self.attribute_sizes = [sizes[name] for name in ATTRIBUTES]
        self.attributes = nn.Sequential(
            nn.Linear(hidden, hidden), nn.GELU(), nn.Dropout(settings.dropout),
            nn.Linear(hidden, sum(self.attribute_sizes)),
        )  # fmt: skip
        self.argument_sizes = (len(own.roles), 1, 2, sizes["scope"])
        self.arguments = PairScorer(size, settings, features.ARGUMENT,
                                    [_RARE] * len(own.roles) + [0.0] * sum(self.argument_sizes[1:]))  # fmt: skip
        self.defaults = nn.Linear(hidden, 5)
        self.antecedents = PairScorer(size, settings, features.COREFERENCE, [0.0])
        self.new_entity = nn.Linear(hidden, 1)
        self.event_antecedents = PairScorer(size, settings, features.EVENT_COREFERENCE, [0.0])
        self.new_event = nn.Linear(hidden, 1)
        self.relation_sizes = {name: sizes[name] for name in ("temporal", "causal", "subevent")}
        self.relations = PairScorer(size, settings, features.EVENT_PAIR, [0.0] * sum(self.relation_sizes.values()))

    def put(self, array: Any) -> Tensor:
        """Return an array as a tensor on the device of the network."""
        return torch.as_tensor(array, device=self.mix.device)

    def encode(self, pieces: Pieces) -> Tensor:
        """Return vectors of words, of shape (words, size): the mean of their word pieces over the last layers."""
        ids, mask, word, shape = map(self.put, pieces.arrays)
        embedded = self.encoder.get_input_embeddings()(ids) + self.shape(shape)
        states = self.encoder(inputs_embeds=embedded, attention_mask=mask, output_hidden_states=True).hidden_states
        used = states[-_LAYERS:]
        weights = self.mix[: len(used)].softmax(dim=0)
        inside = word >= 0
        mixed = sum(weight * state for weight, state in zip(weights, used, strict=True))[inside]
        sums = mixed.new_zeros(pieces.words, mixed.shape[1]).index_add_(0, word[inside], mixed)
        counts = mixed.new_zeros(pieces.words).index_add_(0, word[inside], mixed.new_ones(len(mixed)))
        return self.dropout(sums / counts.clamp(min=1)[:, None])

    def mention_scores(self, words: Tensor, first: Ints, last: Ints) -> tuple[Tensor, Tensor, Tensor]:
        """Return scores of entity types (0 for none), of levels, and of TITLE, with a row a span."""
        types, levels, titles = self.mentions(words, self.put(first), self.put(last)).split(self.mention_sizes, dim=1)
        return types, levels, titles[:, 0]

    def trigger_scores(self, words: Tensor, first: Ints, last: Ints) -> Tensor:
        """Return scores of event types, of shape (spans, event types)."""
        return self.triggers(words, self.put(first), self.put(last))

    def vectors(self, words: Tensor, items: Sequence[Item]) -> Tensor:
        """Return vectors of items, of shape (items, hidden)."""
        return self.items(words, *self._columns(items))

    def head_scores(self, words: Tensor, vectors: Tensor, mentions: Sequence[Item]) -> Tensor:
        """Return log-probabilities (2, mentions, words) of words as first and last word of the heads of mentions."""
        return self.heads(words, vectors, *self._columns(mentions))

    def attribute_scores(self, vectors: Tensor) -> dict[str, Tensor]:
        """Return the scores of the values of each attribute, with a row an event."""
        return dict(zip(ATTRIBUTES, self.attributes(vectors).split(self.attribute_sizes, dim=1), strict=True))

    def argument_scores(self, words: Tensor, vectors: Tensor, items: Items, pairs: Pairs) -> ArgumentScores:
        fillers = items.all
        events = vectors[len(fillers) - len(items.events) :]
        scores = self._pairs(self.arguments, words, pairs, (items.events, events), (fillers, vectors))
        roles, source, days, scope = scores.split(self.argument_sizes, dim=1)
        own = labels()
        types = np.array([item.kind - own.event(own.events[0]) for item in items.events])
        kinds = np.array([filler.kind for filler in fillers])
        allowed = own.allowed[types[pairs.left], kinds[pairs.right]]
        roles = roles.masked_fill(~self.put(allowed), -torch.inf)
        return ArgumentScores(roles, source[:, 0], days, scope, self.defaults(events))

    def antecedent_scores(self, words: Tensor, vectors: Tensor, mentions: Sequence[Item], pairs: Pairs) -> Tensor:
        """Return scores (mentions, 1 + mentions) of no antecedent (0) and of each earlier mention; others are -inf."""
        scores = self._pairs(self.antecedents, words, pairs, (mentions, vectors), (mentions, vectors))
        return self._ranking(scores, self.new_entity(vectors), pairs)

    def event_antecedent_scores(self, words: Tensor, vectors: Tensor, events: Sequence[Item], pairs: Pairs) -> Tensor:
        """Return the same as `antecedent_scores` for event mentions."""
        scores = self._pairs(self.event_antecedents, words, pairs, (events, vectors), (events, vectors))
        return self._ranking(scores, self.new_event(vectors), pairs)

    def relation_scores(
        self, words: Tensor, vectors: Tensor, events: Sequence[Item], pairs: Pairs
    ) -> dict[str, Tensor]:
        """Return scores of temporal, causal and subevent labels, with a row a pair of event mentions."""
        scores = self._pairs(self.relations, words, pairs, (events, vectors), (events, vectors))
        parts = scores.split(list(self.relation_sizes.values()), dim=1)
        return dict(zip(self.relation_sizes, parts, strict=True))

    def _pairs(
        self, scorer: nn.Module, words: Tensor, pairs: Pairs, one: tuple[Sequence[Item], Tensor],
        two: tuple[Sequence[Item], Tensor],
    ) -> Tensor:  # fmt: skip
        left, right = self.put(pairs.left), self.put(pairs.right)
        first, last, _ = self._columns(one[0])
        begin, end, _ = self._columns(two[0])
        # The words between the items, at most the nearest words of a long stretch.
        low = torch.minimum(last[left], end[right]) + 1
        high = torch.maximum(first[left], begin[right]) - 1
        return scorer(
            words, one[1].index_select(0, left), two[1].index_select(0, right), (low, high), self.put(pairs.features)
        )

    def _ranking(self, scores: Tensor, new: Tensor, pairs: Pairs) -> Tensor:
        count = len(new)
        table = scores.new_full((count, count), -torch.inf)
        table = table.index_put((self.put(pairs.right), self.put(pairs.left)), scores[:, 0])
        return torch.cat([new, table], dim=1)

    def _columns(self, items: Sequence[Item]) -> tuple[Tensor, Tensor, Tensor]:
        table = self.put([(i.first, i.last, i.kind) for i in items]).long().view(-1, 3)
        return table[:, 0], table[:, 1], table[:, 2]

"""Parts of the network: scorers of spans and of pairs, vectors of items, pointers to heads."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from torch import nn

Tensor = Any
_WIDTHS = 24


class Settings(NamedTuple):
    """Sizes of the heads, and the dropout before each of them."""

    hidden: int = 256
    dropout: float = 0.25


class SpanScorer(nn.Module):
    """Scores of spans of words from their first and last word, the mean of all, and their width."""

    def __init__(self, size: int, settings: Settings, biases: Sequence[float]):
        """Set the score of each output before training by its bias."""
        super().__init__()
        self.first, self.last, self.mean = (nn.Linear(size, settings.hidden, bias=False) for _ in range(3))
        self.width = nn.Embedding(_WIDTHS, settings.hidden)
        self.norm = nn.LayerNorm(settings.hidden)
        self.dropout = nn.Dropout(settings.dropout)
        self.out = _outputs(settings.hidden, biases)

    def forward(self, words: Tensor, first: Tensor, last: Tensor) -> Tensor:
        """Return scores of shape (spans, outputs); `words` has shape (words, size)."""
        hidden = (
            self.first(words).index_select(0, first)
            + self.last(words).index_select(0, last)
            + means(self.mean(words), first, last)
        )
        hidden = hidden + self.width((last - first).clamp(max=_WIDTHS - 1))
        return self.out(self.dropout(nn.functional.gelu(self.norm(hidden))))


class ItemEncoder(nn.Module):
    """Vectors of items from their ends, mean, the words beside them, width and kind."""

    def __init__(self, size: int, settings: Settings, kinds: int):
        super().__init__()
        self.first, self.last, self.mean, self.before, self.after = (
            nn.Linear(size, settings.hidden, bias=False) for _ in range(5)
        )
        self.kind = nn.Embedding(kinds, settings.hidden)
        self.norm = nn.LayerNorm(settings.hidden)
        self.dropout = nn.Dropout(settings.dropout)

    def forward(self, words: Tensor, first: Tensor, last: Tensor, kind: Tensor) -> Tensor:
        """Return vectors of shape (items, hidden)."""
        padded = nn.functional.pad(words, (0, 0, 1, 1))
        hidden = (
            self.first(words).index_select(0, first)
            + self.last(words).index_select(0, last)
            + means(self.mean(words), first, last)
        )
        hidden = (
            hidden
            + self.before(padded).index_select(0, first)
            + self.after(padded).index_select(0, last + 2)
            + self.kind(kind)
        )
        return self.dropout(nn.functional.gelu(self.norm(hidden)))


class PairScorer(nn.Module):
    """Scores of pairs of items from both vectors, their product, the words between and discrete features."""

    def __init__(self, size: int, settings: Settings, values: Sequence[int], biases: Sequence[float]):
        """Set the number of values of each feature, and the score of each output before training by its bias."""
        super().__init__()
        hidden = settings.hidden
        self.left, self.right, self.product = (nn.Linear(hidden, hidden, bias=False) for _ in range(3))
        self.between = nn.Linear(size, hidden, bias=False)
        self.features = nn.EmbeddingBag(sum(values), hidden, mode="sum")
        offsets = torch.tensor([sum(values[:i]) for i in range(len(values))])
        self.register_buffer("offsets", offsets, persistent=False)
        self.norm = nn.LayerNorm(hidden)
        self.dropout = nn.Dropout(settings.dropout)
        self.out = _outputs(hidden, biases)

    def forward(self, words: Tensor, left: Tensor, right: Tensor, gap: tuple[Tensor, Tensor], values: Tensor) -> Tensor:
        """Return scores of shape (pairs, outputs).

        `left` and `right` are vectors of items by pair, `gap` the first and last word between them, with first > last
        if there is none; `values` has shape (pairs, features).
        """
        hidden = self.left(left) + self.right(right) + self.product(left * right)
        hidden = hidden + means(self.between(words), *gap) + self.features(values + self.offsets)
        return self.out(self.dropout(nn.functional.gelu(self.norm(hidden))))


class HeadPointer(nn.Module):
    """Scores of the words of a mention as the first and as the last word of its head."""

    def __init__(self, size: int, settings: Settings, kinds: int):
        super().__init__()
        self.query = nn.Linear(settings.hidden, 2 * 64)
        self.key = nn.Linear(size, 2 * 64)
        self.place = nn.Embedding(kinds * 8, 2)

    def forward(self, words: Tensor, items: Tensor, first: Tensor, last: Tensor, kind: Tensor) -> Tensor:
        """Return log-probabilities of shape (2, mentions, words); outside the mention they are -inf."""
        query = self.query(items).view(-1, 2, 64).transpose(0, 1)
        key = self.key(words).view(-1, 2, 64).transpose(0, 1)
        at = torch.arange(len(words), device=words.device)
        place = self.place(kind[:, None] * 8 + (last[:, None] - at).clamp(0, 7)).permute(2, 0, 1)
        scores = query @ key.transpose(1, 2) / 8 + place
        outside = (at < first[:, None]) | (at > last[:, None])
        return scores.masked_fill(outside, -torch.inf).log_softmax(dim=2)


def _outputs(hidden: int, biases: Sequence[float]) -> nn.Module:
    layer = nn.Linear(hidden, len(biases))
    with torch.no_grad():
        layer.bias.copy_(torch.tensor(biases))
    return layer


def means(words: Tensor, first: Tensor, last: Tensor) -> Tensor:
    """Return the mean vector of the words from `first` to `last` inclusive; zero if there are none."""
    sums = nn.functional.pad(words.cumsum(dim=0), (0, 0, 1, 0))
    count = (last + 1 - first).clamp(min=0)
    total = sums.index_select(0, torch.where(count > 0, last + 1, first)) - sums.index_select(0, first)
    return total / count.clamp(min=1)[:, None]

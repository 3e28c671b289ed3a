"""Labels counted by what is known of an item: the narrowest description that was seen often enough decides."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable


class Counts:
    """Counts of labels by key; the keys of an item are given from the narrowest to the widest.

    A key decides if it was seen `fewest` times.
    """

    def __init__(self, fewest: int = 2) -> None:
        self.fewest = fewest
        self._labels: defaultdict[Hashable, Counter[str]] = defaultdict(Counter)

    def add(self, keys: Iterable[Hashable], label: str) -> None:
        for key in keys:
            self._labels[key][label] += 1

    def shares(self, keys: Iterable[Hashable]) -> dict[str, float]:
        """Return the share of each label for the first key that was seen often enough; empty if there is none."""
        for key in keys:
            found = self._labels.get(key)
            if found is not None and found.total() >= self.fewest:
                return {label: count / found.total() for label, count in found.items()}
        return {}

    def best(self, keys: Iterable[Hashable], default: str) -> str:
        """Return the most frequent label of the first key that was seen often enough, or the default."""
        shares = self.shares(keys)
        return max(shares, key=lambda label: (shares[label], label), default=default)

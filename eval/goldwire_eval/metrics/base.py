"""What a metric is: a name, the layer it needs, and a pure function from two documents to counts a type."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from goldwire_eval.items import Items
from goldwire_eval.match import ByType, Keyed, match_keys


@dataclass(frozen=True)
class Family:
    """Metrics that are counted together.

    `needs` is the layer or attribute that a submission must attempt; `count` takes (gold, pred) and gives, for each of
    `names`, the counts a type.
    """

    names: tuple[str, ...]
    needs: str
    count: Callable[[Items, Items], dict[str, ByType]]


def by_key(name: str, needs: str, keys: Callable[[Items], Iterable[Keyed]]) -> Family:
    """A metric that matches equal keys, taken from each side alone."""
    return Family((name,), needs, lambda gold, pred: {name: match_keys(list(keys(gold)), list(keys(pred)))})

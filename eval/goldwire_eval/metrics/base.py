"""What a metric is: a name, what it needs, the kind of its figures, and a pure function from a batch to statistics."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from goldwire_eval.batch.arrays import Ints
from goldwire_eval.batch.tables import Batch, Table
from goldwire_eval.matching.one_to_one import DocumentStats, match_keys
from goldwire_eval.metrics.prf import MATCHED, Kind


@dataclass(frozen=True)
class Family:
    """Metrics that are counted together.

    `needs` is what a submission must attempt; `count` gives, for each of `kinds`, its statistics by document and, where
    there are any, by type. `unit` is what is resampled: a document, or a world where documents are read together.
    """

    kinds: Mapping[str, Kind]
    needs: str
    count: Callable[[Batch], Mapping[str, DocumentStats]]
    unit: str = "document"


def by_key(name: str, needs: str, table: Callable[[Batch], Table], *columns: str, typed: bool = False) -> Family:
    """Return a metric that matches items equal in all `columns`, and in type if it is `typed`."""

    def count(batch: Batch) -> Mapping[str, DocumentStats]:
        items = table(batch)
        key: list[Ints] = [getattr(items, column) for column in columns]
        type_ = items.type if typed else None  # type: ignore[attr-defined]
        return {name: match_keys(items, *key, type=type_, types=batch.types, once=batch.once)}

    return Family({name: MATCHED}, needs, count)

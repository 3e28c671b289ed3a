"""Document ids that occur in more than one shard, found by their hashes and confirmed by reading both shards again."""

from collections.abc import Mapping, Sequence

import numpy as np

from goldwire_corpus.errors import ValidationError
from goldwire_eval.scale.output_folder import ShardReport
from goldwire_eval.scale.shard_documents import rows
from goldwire_eval.scale.shard_run import HASH, hash_of
from goldwire_eval.scale.shards import Shard

MOST = 5
"""So many pairs of shards are read again and reported."""


def duplicate_ids(reports: Sequence[ShardReport], shards: Mapping[str, Shard]) -> list[ValidationError]:
    """Return an error for each of the first MOST pairs of shards that share a document, naming one id of each pair.

    Takes about 30 bytes of memory per document. Raises UnreadableShardError if a shard cannot be read any more.
    """
    lengths = [len(report.ids) // HASH for report in reports]
    hashes = np.frombuffer(b"".join(report.ids for report in reports), dtype="<u8")
    order = np.argsort(hashes, kind="stable")
    equal = np.flatnonzero(hashes[order[1:]] == hashes[order[:-1]])
    if not len(equal):
        return []
    shard_of = np.repeat(np.arange(len(reports)), lengths)
    pairs: dict[tuple[int, int], set[bytes]] = {}
    for i in equal:
        first, second = sorted((int(shard_of[order[i]]), int(shard_of[order[i + 1]])))
        pairs.setdefault((first, second), set()).add(hashes[order[i]].tobytes())
    errors: list[ValidationError] = []
    for first, second in sorted(pairs):
        one, two = (shards[reports[i].shard] for i in (first, second))
        shared = _ids(one, pairs[first, second]) & _ids(two, pairs[first, second])
        if shared:
            more = f" and {len(shared) - 1} more" if len(shared) > 1 else ""
            message = f"document id {min(shared)!r}{more} also occurs in {one.name}"
            errors.append(ValidationError(two.name, 0, "document-duplicate", message))
        if len(errors) == MOST:
            break
    return errors


def _ids(shard: Shard, hashes: set[bytes]) -> set[str]:
    return {row.id for _, row in rows(shard) if hash_of(row.id) in hashes}

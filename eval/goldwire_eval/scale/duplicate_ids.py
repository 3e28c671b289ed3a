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
AT_ONCE = 20_000_000
"""About so many hashes are compared at a time, which takes 1 GB beside the 8 bytes per document of the reports."""

Pairs = dict[tuple[int, int], set[bytes]]
"""The hashes that two reports, by number, share."""


def duplicate_ids(reports: Sequence[ShardReport], shards: Mapping[str, Shard]) -> list[ValidationError]:
    """Return an error for each of the first MOST pairs of shards that share a document, naming one id of each pair.

    Raises UnreadableShardError if one of these shards cannot be read any more.
    """
    pairs = _pairs(reports)
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


def _pairs(reports: Sequence[ShardReport]) -> Pairs:
    """Return the pairs of reports with equal hashes; slices of the hashes, by remainder, are compared in turn."""
    slices = 1 + sum(len(report.ids) for report in reports) // HASH // AT_ONCE
    pairs: Pairs = {}
    for remainder in range(slices):
        parts = [np.frombuffer(report.ids, dtype="<u8") for report in reports]
        if slices > 1:
            parts = [part[part % slices == remainder] for part in parts]
        hashes = np.concatenate([np.zeros(0, dtype="<u8"), *parts])
        report_of = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
        order = np.argsort(hashes, kind="stable")
        in_order = hashes[order]
        for i in np.flatnonzero(in_order[1:] == in_order[:-1]):
            first, second = sorted((int(report_of[order[i]]), int(report_of[order[i + 1]])))
            pairs.setdefault((first, second), set()).add(in_order[i].tobytes())
    return pairs


def _ids(shard: Shard, hashes: set[bytes]) -> set[str]:
    return {row.id for _, row in rows(shard) if hash_of(row.id) in hashes}

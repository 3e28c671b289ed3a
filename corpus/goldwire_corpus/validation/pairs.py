"""Checks of judged pairs: each pair of the fixed set has one judgement, and other pairs have no relation."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from goldwire_corpus.errors import ValidationError
from goldwire_corpus.schema.document import CAUSAL, TEMPORAL, Document
from goldwire_corpus.schema.event_pairs import (
    CAUSAL_LABELS,
    TEMPORAL_LABELS,
    EventPair,
    Judgement,
    as_cluster,
    as_key,
    event_pairs,
)
from goldwire_corpus.source.files import read_lines
from goldwire_corpus.source.linking import read_linking, targets


def judgement_errors(
    document: Document, judgements: Sequence[Judgement], path: str, names: Mapping[str, str] | None = None
) -> Iterator[ValidationError]:
    """Yield the errors in the judged pairs of a document.

    `names` maps clusters of the judgements to clusters of the document if linking renamed them.
    """
    names = names or {}
    pairs = {frozenset((p.one, p.two)): p for p in event_pairs(document)}
    clusters = {c.id for c in document.event_clusters}
    seen: dict[frozenset[str], Judgement] = {}
    for number, judgement in enumerate(judgements, 1):
        keys = (judgement.whole, judgement.part) if judgement.whole else (judgement.one, judgement.two)
        ends = tuple(names.get(as_cluster(key), as_cluster(key)) for key in keys)
        unknown = [key for key, end in zip(keys, ends, strict=True) if end not in clusters]
        if unknown:
            yield ValidationError(
                path, number, "link-dangling", f"unknown event cluster {', '.join(map(repr, unknown))}"
            )
        elif ends[0] == ends[1]:
            yield ValidationError(path, number, "relation-self", f"{keys[0]} is paired with itself")
        elif not judgement.whole:
            pair = frozenset(ends)
            yield from _labels(judgement, pairs.get(pair), ends, pair in seen, path, number)
            seen.setdefault(pair, judgement)
    for pair, listed in pairs.items():
        if pair not in seen or seen[pair].temporal is None:
            message = f"{as_key(listed.one)} and {as_key(listed.two)} have no temporal label"
            yield ValidationError(path, 0, "pair-undecided", message)
    yield from _parts(judgements, path)


def _labels(
    judgement: Judgement, pair: EventPair | None, ends: Sequence[str], again: bool, path: str, number: int
) -> Iterator[ValidationError]:
    what = f"{judgement.one} and {judgement.two}"
    if pair is None:
        yield ValidationError(path, number, "pair-outside", f"{what} are not in the set of pairs to judge")
        return
    if again:
        yield ValidationError(path, number, "pair-duplicate", f"{what} are judged more than once")
    for label, labels in ((judgement.temporal, TEMPORAL_LABELS), (judgement.causal, CAUSAL_LABELS)):
        if label is not None and label not in labels:
            message = f"{what}: unknown label {label!r}; expected {', '.join(labels)}"
            yield ValidationError(path, number, "label-unknown", message)
    if pair.order is not None and judgement.temporal in TEMPORAL_LABELS:
        order = pair.order if ends[0] == pair.one else {"BEFORE": "AFTER", "AFTER": "BEFORE"}[pair.order]
        if judgement.temporal != order:
            message = f"{what}: {judgement.temporal} contradicts their anchors, which decide {order}"
            yield ValidationError(path, number, "pair-anchor", message)


def _parts(judgements: Sequence[Judgement], path: str) -> Iterator[ValidationError]:
    """Yield an error for each part of a whole whose pair is in the set and not labelled INCLUDES."""
    temporal = {(j.one, j.two): j.temporal for j in judgements if not j.whole}
    for number, j in enumerate(judgements, 1):
        forward, backward = temporal.get((j.whole, j.part), "INCLUDES"), temporal.get((j.part, j.whole), "INCLUDED")
        if j.whole and (forward, backward) != ("INCLUDES", "INCLUDED"):
            message = f"{j.part} is a part of {j.whole}, but the pair is not labelled INCLUDES"
            yield ValidationError(path, number, "pair-subevent", message)


def pair_errors(document: Document, annotation: Path, path: str) -> Iterator[ValidationError]:
    """Yield the errors of adjudicated pairs of a document in the folder `annotation`, and relations outside the set."""
    gold = annotation / "pairs" / "gold" / f"{document.id}.jsonl"
    if not gold.exists():
        return
    linking = annotation / "linking" / "gold" / f"{document.world}.jsonl"
    names = targets(document.world, document.id, read_linking(linking)).clusters if linking.exists() else {}
    yield from judgement_errors(document, read_lines(gold, Judgement), str(gold), names)
    pairs = {frozenset((p.one, p.two)) for p in event_pairs(document)}
    for r in document.relations:
        if r.type in (*TEMPORAL, *CAUSAL) and frozenset((r.from_, r.to)) not in pairs:
            message = f"{r.type} {as_key(r.from_)} {as_key(r.to)}: the two are not in the set of pairs to judge"
            yield ValidationError(path, 0, "relation-outside", message)

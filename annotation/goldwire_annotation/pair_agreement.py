"""Agreement of two passes over pairs of events and over links: accuracy, kappa, and F1 of what is stated.

Accuracy and kappa are over the pairs that both passes judged and no anchor decides; F1 is over the relations that the
judgements state, where VAGUE and none state nothing.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path

from goldwire_annotation.agreement import Agreement, agreement_table, bounds, cohen_kappa, counted, figures
from goldwire_annotation.layer_counts import Counts
from goldwire_annotation.passes import annotated
from goldwire_corpus.errors import DataError, data_error
from goldwire_corpus.schema.document import CAUSAL, TEMPORAL
from goldwire_corpus.schema.event_pairs import NO_CAUSE, Judgement, as_cluster, event_pairs, relations
from goldwire_corpus.source.files import read_lines
from goldwire_corpus.source.linking import Link, read_linking

_TURNED = {
    "BEFORE": "AFTER", "AFTER": "BEFORE", "INCLUDES": "INCLUDED", "INCLUDED": "INCLUDES", "CAUSES": "CAUSED",
    "CAUSED": "CAUSES", "ENABLES": "ENABLED", "ENABLED": "ENABLES",
}  # fmt: skip
_PAIR_LAYERS = ("pair.temporal accuracy", "pair.causal accuracy", "relation.temporal", "relation.causal",
                "relation.subevent")  # fmt: skip
_LINK_LAYERS = ("entity.id accuracy", "entity.id", "cluster.incident accuracy", "cluster.incident", "shared entities",
                "shared events")  # fmt: skip
Labels = dict[frozenset[str], tuple[str, str]]


def table(a: Path, b: Path, article: Path | None) -> str:
    """Return a Markdown table of two folders of judged pairs or of links. Raises DataError where they share no file."""
    names = sorted({p.name for p in a.glob("*.jsonl")} & {p.name for p in b.glob("*.jsonl")})
    if not names:
        raise data_error(str(a), 0, "passes-disjoint", f"no file of judged pairs or links that {b} has too")
    rows = read_lines(a / names[0], dict)
    if rows and "doc" in rows[0]:
        found = links_agreement([(read_linking(a / name), read_linking(b / name)) for name in names])
        return agreement_table({"worlds": found})
    passes = [(read_lines(a / name, Judgement), read_lines(b / name, Judgement)) for name in names]
    decided = [_decided(name.removesuffix(".jsonl"), article) for name in names]
    return agreement_table({"pairs": pairs_agreement(passes, decided)})


def _decided(doc: str, article: Path | None) -> set[frozenset[str]]:
    """Return the pairs that anchors decide; none where the document is not here."""
    try:
        pairs = event_pairs(annotated(doc, article))
    except DataError:
        return set()
    return {frozenset((pair.one, pair.two)) for pair in pairs if pair.order is not None}


def pairs_agreement(
    passes: Sequence[tuple[Sequence[Judgement], Sequence[Judgement]]], decided: Sequence[set[frozenset[str]]]
) -> Agreement:
    """Return the agreement of two passes over the pairs of documents; `decided` are those that anchors decide."""
    documents: list[dict[str, Counts]] = []
    columns: tuple[tuple[list[str], list[str]], ...] = (([], []), ([], []))
    for (first, second), known in zip(passes, decided, strict=True):
        left, right = _labels(first, known), _labels(second, known)
        both = sorted(left.keys() & right.keys(), key=sorted)
        counts: dict[str, Counts] = {}
        for i, name in enumerate(_PAIR_LAYERS[:2]):
            same = sum(left[pair][i] == right[pair][i] for pair in both)
            counts[name] = (same, len(both) - same, len(both) - same)
            columns[i][0].extend(left[pair][i] for pair in both)
            columns[i][1].extend(right[pair][i] for pair in both)
        stated = [{(r.type, r.from_, r.to) for r in relations(judged)} for judged in (first, second)]
        for name, types in zip(_PAIR_LAYERS[2:], (TEMPORAL, CAUSAL, ("SUBEVENT",)), strict=True):
            one, two = ({r for r in side if r[0] in types and frozenset(r[1:]) not in known} for side in stated)
            counts[name] = (len(one & two), len(one - two), len(two - one))
        documents.append(counts)
    units = counted(documents, _PAIR_LAYERS)
    kappa = {name: cohen_kappa(*columns[i]) for i, name in enumerate(("pair.temporal", "pair.causal"))}
    return Agreement(len(documents), figures(units), bounds(units), kappa)


def _labels(judged: Sequence[Judgement], decided: set[frozenset[str]]) -> Labels:
    """Return the labels of every pair, each read from the key that sorts first."""
    found: Labels = {}
    for j in judged:
        pair = frozenset((as_cluster(j.one), as_cluster(j.two)))
        if j.whole or j.temporal is None or pair in decided:
            continue
        labels = (j.temporal, j.causal or NO_CAUSE)
        turn = as_cluster(j.one) > as_cluster(j.two)
        found[pair] = (_TURNED.get(labels[0], labels[0]), _TURNED.get(labels[1], labels[1])) if turn else labels
    return found


def links_agreement(passes: Sequence[tuple[Sequence[Link], Sequence[Link]]]) -> Agreement:
    """Return the agreement of two passes over the links of worlds: ids, incidents, and what documents share."""
    worlds: list[dict[str, Counts]] = []
    for first, second in passes:
        counts: dict[str, Counts] = {}
        for kind, name in (("entity", "entity.id"), ("cluster", "cluster.incident")):
            one, two = (_targets(links, kind) for links in (first, second))
            both = one.keys() & two.keys()
            same = sum(one[key] == two[key] for key in both)
            counts[f"{name} accuracy"] = (same, len(both) - same, len(both) - same)
            stated = [{item for item in side.items() if item[1] is not None} for side in (one, two)]
            counts[name] = (len(stated[0] & stated[1]), len(stated[0] - stated[1]), len(stated[1] - stated[0]))
        for kind, name in (("entity", "shared entities"), ("cluster", "shared events")):
            left, right = (_joined(links, kind) for links in (first, second))
            counts[name] = (len(left & right), len(left - right), len(right - left))
        worlds.append(counts)
    units = counted(worlds, _LINK_LAYERS)
    return Agreement(len(worlds), figures(units), bounds(units), {})


def _targets(links: Sequence[Link], kind: str) -> Mapping[tuple[str, str], str | None]:
    return {
        (link.doc, getattr(link, kind)): link.id if kind == "entity" else link.incident
        for link in links if getattr(link, kind) is not None
    }  # fmt: skip


def _joined(links: Sequence[Link], kind: str) -> set[frozenset[tuple[str, str]]]:
    """Return the pairs of keys of different documents that a shared key joins."""
    members: dict[str, list[tuple[str, str]]] = {}
    for link in links:
        if link.shared is not None and getattr(link, kind) is not None:
            members.setdefault(link.shared, []).append((link.doc, getattr(link, kind)))
    return {
        frozenset(pair) for keys in members.values() for pair in combinations(keys, 2) if pair[0][0] != pair[1][0]
    }  # fmt: skip

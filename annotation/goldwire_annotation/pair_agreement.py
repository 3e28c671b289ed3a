"""Agreement of two passes on event pairs and on links: accuracy, kappa, and F1 of relations.

Accuracy and kappa are computed over the pairs that both passes judged and that no anchor decides; F1 is computed over
the relations that follow from the judgements. VAGUE and none give no relation.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path

from goldwire_annotation.agreement import Agreement, agreement_table, bounds, cohen_kappa, counted, figures
from goldwire_annotation.layer_counts import Counts
from goldwire_annotation.passes import annotated
from goldwire_corpus.errors import DataError, data_error
from goldwire_corpus.schema.document import CAUSAL, TEMPORAL
from goldwire_corpus.schema.event_pairs import NO_CAUSE, Judgement, as_cluster, event_pairs, inverted, relations
from goldwire_corpus.source.files import find_facts, read_lines
from goldwire_corpus.source.linking import Link, read_linking
from goldwire_eval.stats.units import unit_of

_PAIR_LAYERS = ("pair.temporal accuracy", "pair.causal accuracy", "relation.temporal", "relation.causal",
                "relation.subevent")  # fmt: skip
_LINK_LAYERS = ("entity.id accuracy", "entity.id", "cluster.incident accuracy", "cluster.incident", "shared entities",
                "shared events")  # fmt: skip
Labels = dict[frozenset[str], tuple[str, str]]


def table(a: Path, b: Path) -> str:
    """Return a Markdown table of two folders of judged pairs or of links. Raises DataError if they share no file."""
    names = sorted({p.name for p in a.glob("*.jsonl")} & {p.name for p in b.glob("*.jsonl")})
    if not names:
        raise data_error(str(a), 0, "passes-disjoint", f"no file of judged pairs or links in common with {b}")
    rows = read_lines(a / names[0], dict)
    if rows and "doc" in rows[0]:
        found = links_agreement([(read_linking(a / name), read_linking(b / name)) for name in names])
        return agreement_table({"worlds": found})
    passes = [(read_lines(a / name, Judgement), read_lines(b / name, Judgement)) for name in names]
    docs = [name.removesuffix(".jsonl") for name in names]
    decided = [_decided(doc) for doc in docs]
    return agreement_table({"pairs": pairs_agreement(passes, decided, [_unit(doc) for doc in docs])})


def _unit(doc: str) -> str:
    """Return the unit of resampling of a document, or its id if it is not in the source."""
    try:
        part, facts = find_facts(doc)
    except DataError:
        return doc
    return unit_of(part, facts.world) or doc


def _decided(doc: str) -> set[frozenset[str]]:
    """Return the pairs that anchors decide; an empty set if the document cannot be read."""
    try:
        pairs = event_pairs(annotated(doc, None))
    except DataError:
        return set()
    return {frozenset((pair.one, pair.two)) for pair in pairs if pair.order is not None}


def pairs_agreement(
    passes: Sequence[tuple[Sequence[Judgement], Sequence[Judgement]]],
    decided: Sequence[set[frozenset[str]]],
    worlds: Sequence[str],
) -> Agreement:
    """Return the agreement of two passes on the pairs of documents; `decided` are the pairs that anchors decide."""
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
            a, b = ({r for r in side if r[0] in types and frozenset(r[1:]) not in known} for side in stated)
            counts[name] = (len(a & b), len(a - b), len(b - a))
        documents.append(counts)
    units = counted(documents, _PAIR_LAYERS, worlds)
    kappa = {name: cohen_kappa(*columns[i]) for i, name in enumerate(("pair.temporal", "pair.causal"))}
    return Agreement(len(documents), figures(units), bounds(units), kappa)


def _labels(judged: Sequence[Judgement], decided: set[frozenset[str]]) -> Labels:
    """Return the labels of each pair, directed from the key that sorts first."""
    found: Labels = {}
    for j in judged:
        pair = frozenset((as_cluster(j.one), as_cluster(j.two)))
        if j.whole or j.temporal is None or pair in decided:
            continue
        forward = inverted(j) if as_cluster(j.one) > as_cluster(j.two) else j
        found[pair] = (forward.temporal or "", forward.causal or NO_CAUSE)
    return found


def links_agreement(passes: Sequence[tuple[Sequence[Link], Sequence[Link]]]) -> Agreement:
    """Return the agreement of two passes on the links of worlds: ids, incidents, and keys shared by documents."""
    worlds: list[dict[str, Counts]] = []
    for first, second in passes:
        counts: dict[str, Counts] = {}
        for kind, name in (("entity", "entity.id"), ("cluster", "cluster.incident")):
            a, b = (_targets(links, kind) for links in (first, second))
            both = a.keys() & b.keys()
            same = sum(a[key] == b[key] for key in both)
            counts[f"{name} accuracy"] = (same, len(both) - same, len(both) - same)
            stated = [{item for item in side.items() if item[1] is not None} for side in (a, b)]
            counts[name] = (len(stated[0] & stated[1]), len(stated[0] - stated[1]), len(stated[1] - stated[0]))
        for kind, name in (("entity", "shared entities"), ("cluster", "shared events")):
            left, right = (_joined(links, kind) for links in (first, second))
            counts[name] = (len(left & right), len(left - right), len(right - left))
        worlds.append(counts)
    units = counted(worlds, _LINK_LAYERS, [str(i) for i in range(len(worlds))])
    return Agreement(len(worlds), figures(units), bounds(units), {})


def _targets(links: Sequence[Link], kind: str) -> Mapping[tuple[str, str], str | None]:
    return {
        (link.doc, getattr(link, kind)): link.id if kind == "entity" else link.incident
        for link in links if getattr(link, kind) is not None
    }  # fmt: skip


def _joined(links: Sequence[Link], kind: str) -> set[frozenset[tuple[str, str]]]:
    """Return the pairs of keys of different documents that are joined by a shared key."""
    members: dict[str, list[tuple[str, str]]] = {}
    for link in links:
        if link.shared is not None and getattr(link, kind) is not None:
            members.setdefault(link.shared, []).append((link.doc, getattr(link, kind)))
    return {
        frozenset(pair) for keys in members.values() for pair in combinations(keys, 2) if pair[0][0] != pair[1][0]
    }  # fmt: skip

"""Coreference in documents and over worlds, against the plain reference, document by document and summed."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import astuple

import numpy as np
import pytest
import reference_coref as reference
from generate import Maker, Row, score_rows

from goldwire_eval.matching import assignment
from goldwire_eval.metrics.registry import METRICS
from goldwire_eval.scored import Scored

VARIANTS = {"": lambda side: side, "@nosingletons": reference.without_singletons}
LAYERS = {
    "coref": ("mentions", "entity", ("start", "end")),
    "event_coref": ("events", "cluster", ("start", "end", "type")),
}
Item = tuple[int, ...]


def said(row: Row, layer: str, field: str, key: Sequence[str]) -> list[list[Hashable]]:
    """The clusters of a row as lists of places, in the order in which the text meets them."""
    lists: dict[object, list[tuple[Hashable, ...]]] = defaultdict(list)
    for item in row.get(layer) or ():
        id = item[field] if item[field] is not None else object()
        lists[id].append((item["start"], item["end"], item["type"]))
    ordered = sorted(sorted(places) for places in lists.values())
    return [[place[: len(key)] for place in places] for places in ordered]


def tied(clusters: Sequence[Sequence[Hashable]]) -> bool:
    """Whether two clusters begin at one place, so that the text does not say which is met first."""
    return len({cluster[0] for cluster in clusters}) < len(clusters)


def stats(parts: reference.Parts | reference.Links) -> list[float]:
    if isinstance(parts, reference.Links):
        p = parts
        return [
            *(p.coreferent_both, p.coreferent_key, p.coreferent_response),
            *(p.other_both, p.other_key, p.other_response),
        ]
    return [float(part) for part in astuple(parts)]


def compare_unit(scored: Scored, prefix: str, unit: int, key: reference.Clusters, response: reference.Clusters) -> None:
    for variant, drop in VARIANTS.items():
        sides = drop(key), drop(response)
        for name, measure in reference.MEASURES.items():
            metric = f"{prefix}.{name}{variant}"
            expected = stats(measure(*sides))
            assert scored.stats(metric)[unit] == pytest.approx(expected, abs=1e-9), (metric, sides)


def compare_total(scored: Scored, prefix: str, units: Iterable[tuple[reference.Clusters, reference.Clusters]]) -> None:
    """The figures of the sums, and the CoNLL average."""
    units = list(units)
    for variant, drop in VARIANTS.items():
        sums = {}
        for name, measure in reference.MEASURES.items():
            parts = [measure(drop(key), drop(response)) for key, response in units]
            sums[name] = sum(parts[1:], parts[0])
            expected = reference.score(sums[name])
            found = scored.figures(f"{prefix}.{name}{variant}")
            for ours, theirs in zip(found, expected, strict=True):
                assert float(ours) == pytest.approx(np.nan if theirs is None else float(theirs), nan_ok=True), name
        average = reference.conll(sums["muc"], sums["b3"], sums["ceafe"])
        ours = float(scored.figures(f"{prefix}.conll{variant}").f1)
        assert ours == pytest.approx(np.nan if average is None else float(average), nan_ok=True)


def clusters_of(row: Row, prefix: str) -> reference.Clusters:
    return reference.distinct(said(row, *LAYERS[prefix]))


def of_layer(prefix: str) -> list[str]:
    return [name for name in METRICS if name.startswith(f"{prefix}.")]


@pytest.mark.slow
@pytest.mark.parametrize("prefix", LAYERS)
@pytest.mark.parametrize("seed", range(2))
def test_every_document_gets_the_counts_of_the_reference(prefix: str, seed: int) -> None:
    gold, pred = Maker(seed).corpus(1000)
    scored = score_rows(gold, pred, metrics=of_layer(prefix))
    compared = 0
    for unit, (g, p) in enumerate(zip(gold, pred, strict=True)):
        if not tied(said(p, *LAYERS[prefix])):
            compare_unit(scored, prefix, unit, clusters_of(g, prefix), clusters_of(p, prefix))
            compared += 1
    assert compared > 700


@pytest.mark.parametrize("prefix", LAYERS)
def test_sums_over_documents_get_the_figures_of_the_reference(prefix: str) -> None:
    for seed in range(60):
        maker = Maker(1000 + seed)
        gold, pred = maker.corpus(maker.rng.randint(1, 6))
        if not any(tied(said(p, *LAYERS[prefix])) for p in pred):
            scored = score_rows(gold, pred, metrics=of_layer(prefix))
            units = [(clusters_of(g, prefix), clusters_of(p, prefix)) for g, p in zip(gold, pred, strict=True)]
            compare_total(scored, prefix, units)


def _many(maker: Maker, mentions: int, id: str) -> Row:
    """Mentions without a double, in a giant cluster and others of every size."""
    text = "a" * 60
    spans = maker.distinct(text, mentions)
    giant = maker.rng.choice((0.0, 0.3, 0.9))
    some = [
        {"start": s, "end": e, "type": "PER",
         "entity": "giant" if maker.chance(giant) else f"k{maker.rng.randrange(mentions // 3 + 1)}"}
        for s, e in spans
    ]  # fmt: skip
    return {"id": id, "text": text, "mentions": some}


@pytest.mark.parametrize("limits", [None, (0, 4_000_000), (0, 0)], ids=["own", "dense", "sparse"])
def test_large_documents_agree_however_the_alignment_is_found(
    limits: tuple[int, int] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if limits is not None:
        monkeypatch.setattr(assignment, "_STEPS", limits[0])
        monkeypatch.setattr(assignment, "_CELLS", limits[1])
    maker = Maker(7)
    sizes = [maker.rng.choice((5, 20, 60)) for _ in range(40)]
    gold = [_many(maker, size, f"d{n}") for n, size in enumerate(sizes)]
    pred = [_many(maker, maker.rng.choice((size, size // 2)), f"d{n}") for n, size in enumerate(sizes)]
    scored = score_rows(gold, pred, metrics=of_layer("coref"))
    for unit, (g, p) in enumerate(zip(gold, pred, strict=True)):
        compare_unit(scored, "coref", unit, clusters_of(g, "coref"), clusters_of(p, "coref"))


def worlds(rows: Sequence[Row], prefix: str, names: str, of: dict[str, str | None]) -> dict[str, reference.Clusters]:
    """By world, the clusters of all its documents: those of one link as one."""
    layer, field, key = LAYERS[prefix]
    lists: dict[str, dict[object, list[Hashable]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        world = of[row["id"]]
        links = {c["id"]: c["link"] for c in row.get(names) or ()}
        for item in row.get(layer) or ():
            id = item[field] if item[field] is not None else object()
            link = links.get(id)
            cluster = link if link not in (None, "NIL") else (row["id"], id)
            if world is not None:
                lists[world][cluster].append((row["id"], *(item[name] for name in key)))
    return {world: reference.distinct(clusters.values()) for world, clusters in lists.items()}


def _sole(row: Row) -> Row:
    """Clusters alone, without the second and further item of a place, so that the order of clusters cannot matter."""
    made = {k: v for k, v in row.items() if k in ("id", "text", "world", "entities", "event_clusters")}
    for layer, _, key in LAYERS.values():
        met: dict[Item, Row] = {}
        for item in row.get(layer) or ():
            alone = {k: v for k, v in item.items() if k not in ("arguments", "source")}
            met.setdefault(tuple(item[name] for name in key), alone)
        made[layer] = list(met.values())
    return made


@pytest.mark.parametrize(
    ("prefix", "layer", "names"),
    [("cross.entity", "coref", "entities"), ("cross.event", "event_coref", "event_clusters")],
)
def test_worlds_get_the_counts_of_the_reference(prefix: str, layer: str, names: str) -> None:
    for seed in range(40):
        maker = Maker(2000 + seed)
        gold, pred = maker.corpus(maker.rng.randint(2, 8))
        gold, pred = [_sole(row) for row in gold], [_sole(row) for row in pred]
        of = {row["id"]: row["world"] for row in gold}
        if not any(of.values()):
            continue
        # A submission of no link at all is not scored here.
        pred[0]["mentions"].append({"start": 0, "end": 3, "type": "COM", "entity": "known"})
        pred[0]["events"].append({"start": 0, "end": 3, "type": "Hack", "cluster": "known"})
        for known in ("entities", "event_clusters"):
            pred[0][known] = [*pred[0].get(known, []), {"id": "known", "link": "Q1"}]
        pred[0] = _sole(pred[0])
        scored = score_rows(gold, pred, metrics=of_layer(prefix))
        key, response = (worlds(side, layer, names, of) for side in (gold, pred))
        order = list(dict.fromkeys(world for world in of.values() if world is not None))
        for unit, world in enumerate(order):
            compare_unit(scored, prefix, unit, key.get(world, []), response.get(world, []))
        compare_total(scored, prefix, [(key.get(w, []), response.get(w, [])) for w in order])


def test_order_of_documents_does_not_change_clusters() -> None:
    """Two clusters of a world claim one mention of d1; the one has its other mention in d2, the other in d3."""

    def row(id: str, *mentions: tuple[int, str]) -> Row:
        return {
            "id": id, "text": "ab", "world": "w",
            "mentions": [{"start": s, "end": s + 1, "type": "PER", "entity": link} for s, link in mentions],
            "entities": [{"id": link, "link": link} for link in sorted({link for _, link in mentions})],
        }  # fmt: skip

    gold = [row("d1", (0, "Q1")), row("d2", (0, "Q1")), row("d3", (0, "Q2"))]
    pred = [row("d1", (0, "Q1"), (0, "Q2")), row("d2", (0, "Q1")), row("d3", (0, "Q2"))]
    found = []
    for order in ((0, 1, 2), (0, 2, 1), (2, 1, 0)):
        scored = score_rows([gold[i] for i in order], [pred[i] for i in order], metrics=["cross.entity.muc"])
        found.append(scored.stats("cross.entity.muc").sum(axis=0).tolist())
    assert found[0] == found[1] == found[2]
    assert found[0][0] == 1

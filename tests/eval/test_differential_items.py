"""Every metric that matches items, against plain multisets, document by document; and every batch size alike."""

import msgspec
import numpy as np
import pytest
import reference_items as reference
from generate import Maker, score_rows

from goldwire_eval import tally
from goldwire_eval.batch import item_columns
from goldwire_eval.metrics.registry import KINDS
from goldwire_eval.results import summarise

# Many random documents are scored twice.
pytestmark = pytest.mark.slow


@pytest.mark.parametrize("seed", range(2))
def test_items_are_counted_as_multisets(seed: int) -> None:
    gold, pred = Maker(100 + seed).corpus(800)
    scored = score_rows(gold, pred)
    stats = {name: scored.stats(name).tolist() for name in scored.metrics}
    for unit, (g, p) in enumerate(zip(gold, pred, strict=True)):
        for name, count in reference.ITEMS.items():
            assert tuple(stats[name][unit]) == pytest.approx(count(g, p)), (name, g, p)
        for name, counts in reference.arguments(g, p).items():
            assert tuple(stats[name][unit]) == counts, (name, g, p)


def test_records_have_the_best_alignment() -> None:
    gold, pred = Maker(200).corpus(800)
    scored = score_rows(gold, pred, metrics=["record.ceaf"])
    stats = scored.stats("record.ceaf").tolist()
    for unit, (g, p) in enumerate(zip(gold, pred, strict=True)):
        assert stats[unit] == pytest.approx(reference.record_ceaf(g, p), abs=1e-9), (g, p)


def test_an_exact_filler_names_its_entity_too() -> None:
    """What is found by its span is found by its entity: a role says whether a mention or a value is meant.

    Not so where two gold events share a trigger: the span is that of either, and a filler of a type names one.
    """
    gold, pred = Maker(300).corpus(800)
    spans = [[(e["start"], e["end"]) for e in row["events"]] for row in gold]
    apart = np.array([len(set(some)) == len(some) for some in spans])
    assert 300 < apart.sum() < 700
    scored = score_rows(gold, pred)
    for name in ("argument.cls", "argument.attached.cls"):
        exact, entity = (scored.stats(f"{name}@{how}")[:, 0] for how in ("exact", "entity"))
        assert (exact <= entity)[apart].all(), name


def test_relations_of_a_document_are_the_same_beside_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Events given twice, in two clusters, leave ties."""
    for seed in range(7047, 7052):
        gold, pred = Maker(seed).corpus(40)
        beside = score_rows(gold, pred, metrics=["relation.causal", "relation.temporal", "relation.subevent"])
        with monkeypatch.context() as patch:
            patch.setattr(tally, "DOCUMENTS", 1)
            alone = score_rows(gold, pred, metrics=beside.metrics)
        for name in beside.metrics:
            assert beside.stats(name).tolist() == alone.stats(name).tolist(), (seed, name)


@pytest.mark.parametrize(
    ("documents", "size", "chunk"),
    [(1, 10**9, 512), (2, 10**9, 1), (7, 10**9, 3), (4096, 1, 512), (4096, 100, 7), (4096, 10**9, 10)],
)
def test_batch_size_does_not_matter(documents: int, size: int, chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    maker = Maker(400)
    gold, pred = maker.corpus(40)
    order = maker.rng.sample(range(40), 40)
    pred = [pred[i] for i in order if i % 9]
    whole = score_rows(gold, pred)
    monkeypatch.setattr(tally, "DOCUMENTS", documents)
    monkeypatch.setattr(tally, "SIZE", size)
    monkeypatch.setattr(item_columns, "_CHUNK", chunk)
    parts = score_rows(gold, pred)
    for name in whole.metrics:
        assert np.allclose(whole.stats(name), parts.stats(name), rtol=0, atol=1e-12), name
    one, other = (msgspec.to_builtins(summarise(scored, "x", "y")) for scored in (whole, parts))
    assert _rounded(one) == _rounded(other)


def _rounded(value: object) -> object:
    if isinstance(value, dict):
        return {name: _rounded(v) for name, v in value.items()}
    if isinstance(value, list):
        return [_rounded(v) for v in value]
    return round(value, 9) if isinstance(value, float) else value


def test_types_genres_and_parts_add_up_to_the_whole() -> None:
    gold, pred = Maker(500).corpus(300)
    scored = score_rows(gold, pred)
    typed = {name for row in scored.by_type.values() for name in row}
    assert {"ner", "mention.exact", "trigger.cls", "argument.cls@entity"} <= typed
    for name in typed:
        total = sum(row[name] for row in scored.by_type.values() if name in row)
        assert np.allclose(total, scored.stats(name).sum(axis=0)), name
    units = scored.by_document
    for fact, groups in scored.by_fact.items():
        total = sum(groups.sums.values())
        for name in units.kinds:
            assert np.allclose(total[units.place[name]], scored.stats(name).sum(axis=0)), (fact, name)
    assert sorted(scored.by_fact["genre"].sums) == ["g", "h"]


def test_many_documents_fold_into_blocks_with_the_same_totals() -> None:
    gold, pred = Maker(600).corpus(2300)
    names = ["mention.exact", "coref.b3", "relation.temporal", "record.ceaf"]
    whole = score_rows(gold, pred, metrics=names)
    assert whole.by_document.folded
    halves = [score_rows(gold[i:j], pred[i:j], metrics=names) for i, j in ((0, 1150), (1150, 2300))]
    assert not any(half.by_document.folded for half in halves)
    for name in names:
        total = sum(half.stats(name).sum(axis=0) for half in halves)
        assert np.allclose(whole.stats(name).sum(axis=0), total), name
        assert float(whole.figures(name).f1) == pytest.approx(float(KINDS[name].figures(total).f1))

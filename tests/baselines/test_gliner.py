"""Baseline `gliner` on objects with the interface of its packages, and on their real classes with random weights.

No weights of a trained model can be had without a hub, so no figure is checked here.
"""

import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from conftest import document, run
from tiny_encoder import write_encoder

from goldwire_baselines.gliner.baseline import Baseline
from goldwire_baselines.gliner.models import VARIABLE, Gliner, Scored, load
from goldwire_baselines.gliner.windows import windows
from goldwire_corpus.errors import UsageError
from goldwire_corpus.load import documents
from goldwire_corpus.schema.document import Document
from goldwire_corpus.schema.ontology import ontology
from goldwire_corpus.schema.prediction import GIVEN_LAYERS
from goldwire_eval.extractor import blind
from goldwire_eval.given import with_given

STORY = "The army attacked a village near Berlin on Friday. Gunmen shot two of its soldiers."


class Stub:
    """What GLiNER.from_pretrained returns: finds the words of a table, for labels that are definitions."""

    def __init__(self, table: dict[str, str], limit: int = 384) -> None:
        self.table, self.texts = table, list[str]()
        self.config = SimpleNamespace(max_len=limit)

    def predict_entities(
        self, text: str, labels: Sequence[str], flat_ner: bool = True, threshold: float = 0.5
    ) -> list[dict[str, Any]]:
        self.texts.append(text)
        found = []
        for word, type_ in self.table.items():
            label = next(x for x in labels if ontology().entity[type_].definition.startswith(x))
            start = text.find(word)
            if start >= 0:
                found.append({"start": start, "end": start + len(word), "text": word, "label": label, "score": 0.9})
        return found


def test_every_label_means_one_type() -> None:
    assert sorted(Gliner(Stub({})).types.values()) == sorted(ontology().entity)


def test_windows_hold_as_many_sentences_as_fit() -> None:
    found = document("One two three. Four five. Six seven eight nine ten eleven.")
    parts = [found.text[start:end] for start, end in windows(found, 7)]
    # Four words and three with the full stops; then a sentence of seven.
    assert parts == ["One two three. Four five.", "Six seven eight nine ten eleven."]
    assert [found.text[a:b] for a, b in windows(found, 3)] == [
        "One two three", ".", "Four five.", "Six seven eight", "nine ten eleven", ".",
    ]  # fmt: skip
    assert list(windows(document(""), 7)) == []


def test_mentions_have_types_heads_levels_and_determiners() -> None:
    table = {"army": "ORG", "village near Berlin": "GPE", "Berlin": "GPE", "Gunmen": "PER", "soldiers": "PER"}
    stub = Stub(table, limit=10)
    found = Baseline(Gliner(stub)).mentions(document(STORY))
    assert stub.texts == ["The army attacked a village near Berlin on Friday.", "Gunmen shot two of its soldiers."]
    assert [
        (STORY[m.start or 0 : m.end], STORY[m.head_start or 0 : m.head_end], m.type, m.level) for m in found
    ] == [
        ("The army", "army", "ORG", "NOM"),
        ("a village near Berlin", "village", "GPE", "NOM"),
        ("Berlin", "Berlin", "GPE", "NAM"),
        ("Gunmen", "Gunmen", "PER", "NAM"),
        ("its soldiers", "soldiers", "PER", "NOM"),
    ]  # fmt: skip


class Scores:
    """A model that finds the gold mentions of documents with one score, and each "of" with another."""

    limit = 100_000

    def __init__(self, gold: Sequence[Document], right: float, wrong: float) -> None:
        self.gold, self.right, self.wrong = {d.text: d for d in gold}, right, wrong

    def spans(self, text: str, threshold: float) -> list[Scored]:
        # The limit is so high that a window is the document up to the end of its last sentence.
        d = next(d for whole, d in self.gold.items() if whole.startswith(text))
        found = [Scored(m.start, m.end, m.type, self.right) for m in d.mentions if m.level != "PRO"]
        place = text.find(" of ") + 1
        return [s for s in [*found, Scored(place, place + 2, "PER", self.wrong)] if s.score >= threshold]


@pytest.fixture(scope="module")
def fitted() -> Baseline:
    """Return the baseline on a model that is right with score 0.72 and wrong with 0.4, fitted on train."""
    model = Baseline(Scores([*documents("train"), *documents("validation")], 0.72, 0.4))
    model.fit(documents("train"))
    return model


def test_threshold_is_chosen_on_train(fitted: Baseline) -> None:
    assert fitted.threshold == 0.7  # Of 0.45 to 0.7, which are equally good, the highest.
    assert Baseline(Scores([], 0.9, 0.4)).threshold == 0.5
    low = Baseline(Scores(documents("train"), 0.22, 0.4))
    low.fit(documents("train"))
    assert low.threshold == 0.2  # The wrong spans are few; without the right ones nothing is left.


def test_other_layers_are_built_on_the_mentions_of_the_model(fitted: Baseline) -> None:
    gold = documents("validation")[0]
    found = fitted.predict(blind(gold))
    spans = {(m.start, m.end, m.type) for m in gold.mentions if m.level != "PRO"}
    assert spans <= {(m.start, m.end, m.type) for m in found.mentions or ()}
    own = {m.id for m in found.mentions or ()}
    assert any(a.filler in own for e in found.events or () for a in e.arguments or ())
    assert any(m.level == "PRO" for m in found.mentions or ())
    assert len({m.entity for m in found.mentions or ()}) < len(own)
    assert found.records


def test_given_layers_are_kept(fitted: Baseline) -> None:
    gold = documents("validation")[0]
    found = fitted.predict(with_given(gold, frozenset(GIVEN_LAYERS)))
    assert len(found.mentions or ()) == len(gold.mentions)
    triggers = fitted.predict(with_given(gold, frozenset(("triggers",))))
    assert sorted((e.start, e.type) for e in triggers.events or ()) == sorted((e.start, e.type) for e in gold.events)


def _packages(monkeypatch: pytest.MonkeyPatch, found: Any) -> list[str]:
    """Put packages `gliner`, `gliner2` and `torch` in place whose models are `found`; return the names asked for."""
    asked: list[str] = []

    def from_pretrained(name: str, **_: Any) -> Any:
        asked.append(name)
        if isinstance(found, Exception):
            raise found
        return found

    for name, loader in (("gliner", "GLiNER"), ("gliner2", "AutoExtractor")):
        module = ModuleType(name)
        setattr(module, loader, SimpleNamespace(from_pretrained=from_pretrained))
        monkeypatch.setitem(sys.modules, name, module)
    torch = ModuleType("torch")
    torch.cuda = SimpleNamespace(is_available=lambda: False)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "torch", torch)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object())
    return asked


def test_model_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = _packages(monkeypatch, Stub({"army": "ORG"}))
    monkeypatch.setenv(VARIABLE, "someone/model")
    assert [m.type for m in Baseline().mentions(document(STORY))] == ["ORG"]
    Baseline("another/model")
    monkeypatch.delenv(VARIABLE)
    Baseline()
    assert asked == ["someone/model", "another/model", "urchade/gliner_medium-v2.1"]


class Stub2:
    """What AutoExtractor.from_pretrained of gliner2 returns."""

    config = SimpleNamespace(max_len=None)

    def to(self, device: str) -> "Stub2":
        return self

    def extract_entities(self, text: str, entity_types: dict[str, str], threshold: float, **options: bool) -> Any:
        assert options == {"include_confidence": True, "include_spans": True}
        assert entity_types["PER"] == ontology().entity["PER"].definition
        start = text.find("soldiers")
        span = {"text": "soldiers", "confidence": 0.8, "start": start, "end": start + 8}
        return {"entities": {"PER": [span], "ORG": []}}


def test_gliner2_gets_definitions(monkeypatch: pytest.MonkeyPatch) -> None:
    _packages(monkeypatch, Stub2())
    model = load("fastino/gliner2-base-v1")
    assert model.limit == 384
    assert model.spans(STORY, 0.5) == [Scored(STORY.find("soldiers"), STORY.find("soldiers") + 8, "PER", 0.8)]


def test_unknown_model_is_one_error(monkeypatch: pytest.MonkeyPatch) -> None:
    _packages(monkeypatch, OSError("no/such is not on the hub.\nMore."))
    monkeypatch.setenv(VARIABLE, "no/such")
    result = run("run", "gliner", "--split", "validation")
    assert result.exit_code == 2
    assert result.stderr.startswith("no gliner model 'no/such': no/such is not on the hub. Expected in GOLDWIRE_GLINER")
    assert len(result.stderr.splitlines()) == 1


def test_missing_package_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name.startswith("gliner") else object())
    with pytest.raises(UsageError, match=r"needs gliner; run pip install 'goldwire\[gliner\]'"):
        load("urchade/gliner_small-v2.1")
    with pytest.raises(UsageError, match="needs gliner2;"):
        load("fastino/gliner2-base-v1")


REASON = "needs the extra gliner: torch is too large for the extra test"


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the folder of an encoder with random weights."""
    pytest.importorskip("torch", reason=REASON)
    pytest.importorskip("transformers", reason=REASON)
    return write_encoder(tmp_path_factory.mktemp("encoder"), longest=4096)


@pytest.mark.slow
def test_real_gliner_with_random_weights(encoder: str, tmp_path: Path) -> None:
    gliner = pytest.importorskip("gliner", reason=REASON)
    config = gliner.GLiNERConfig(model_name=encoder, hidden_size=32, max_len=30, max_width=4, span_mode="markerV0")
    gliner.GLiNER.from_config(config).save_pretrained(tmp_path / "model")
    model = Baseline(str(tmp_path / "model"))
    assert model.model.limit == 30
    _finds_spans(model)


@pytest.mark.slow
def test_real_gliner2_with_random_weights(encoder: str, tmp_path: Path) -> None:
    gliner2 = pytest.importorskip("gliner2", reason=REASON)
    extractor = gliner2.AutoExtractor.from_config(gliner2.ExtractorConfig(model_name=encoder, max_len=30))
    extractor.save_pretrained(tmp_path / "model")
    model = Baseline(str(tmp_path / "model"))
    assert model.model.limit == 30
    _finds_spans(model)


def _finds_spans(model: Baseline) -> None:
    """Check the spans of a model without training: they cover the text, and nothing of it was cut off."""
    long = document(f"{STORY} " * 3 + "word " * 100 + "end.")
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message=".*truncated.*")
        found = model.model.spans(STORY, 0.0)
        model.threshold = 0.0
        everywhere = model.mentions(long)
    assert found
    assert {s.type for s in found} <= set(ontology().entity)
    assert all(0 <= s.start < s.end <= len(STORY) and 0 <= s.score <= 1 for s in found)
    assert all(STORY[s.start : s.end] == STORY[s.start : s.end].strip() for s in found)
    assert max(m.end or 0 for m in everywhere) >= long.text.index("end.")
    model.threshold = 0.99
    assert model.predict(blind(long)).mentions == []


@pytest.mark.slow
@pytest.mark.parametrize("name", ["no/such", "no/such-gliner2"])
def test_unknown_model_of_the_real_packages(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for package in ("gliner", "gliner2", "torch"):
        pytest.importorskip(package, reason=REASON)
    constants = pytest.importorskip("huggingface_hub.constants")
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(UsageError, match=f"model '{name}'") as error:
        load(name)
    assert len(str(error.value).splitlines()) == 1


@pytest.mark.slow
def test_folder_without_a_model_is_an_error(tmp_path: Path) -> None:
    for package in ("gliner", "gliner2", "torch"):
        pytest.importorskip(package, reason=REASON)
    with pytest.raises(UsageError, match=str(tmp_path)):
        load(str(tmp_path))
    (tmp_path / "gliner_config.json").write_text("{", encoding="utf-8")
    with pytest.raises(UsageError, match=f"no gliner model .*{tmp_path.name}"):
        load(str(tmp_path))

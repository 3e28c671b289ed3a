"""Every block of docs/your_model.md runs, on a small model in place of the download."""

import dataclasses
import importlib.util
import json
import re
import sys
from collections.abc import Callable, Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

import goldwire as gw
import pytest
from conftest import ROOT
from stub_endpoint import endpoint

PAGE = (ROOT / "docs" / "your_model.md").read_text(encoding="utf-8")
pytestmark = pytest.mark.slow
ONTONOTES = {"PER": "PERSON", "ORG": "ORG", "GPE": "GPE", "LOC": "LOC", "FAC": "FAC"}


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    return list(gw.load("documents", split="test"))


def _score(content: str, capsys: pytest.CaptureFixture[str]) -> dict[str, list[str]]:
    """Run the block that has this content and return the cells of the table that it prints, by metric."""
    (block,) = (b for b in re.findall(r"^```python\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE) if content in b)
    exec(block, {})
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    return {cells[0]: cells[1:] for cells in lines if len(cells) > 4}


def _f1(table: dict[str, list[str]], metric: str) -> float:
    return float(table[metric][2])


def _module(monkeypatch: pytest.MonkeyPatch, name: str, **content: Any) -> None:
    module = ModuleType(name)
    module.__dict__.update(content)
    monkeypatch.setitem(sys.modules, name, module)


def test_there_is_no_other_block() -> None:
    assert len(re.findall(r"^```python", PAGE, re.MULTILINE)) == 5


def test_spacy(rows: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A real pipeline, which recognises half of the names and numbers in words as spaCy labels them."""
    import spacy

    nlp = spacy.blank("en")
    found = [(r["text"][m["start"] : m["end"]], m) for r in rows for m in r["mentions"] if m["level"] == "NAM"]
    names = sorted({(name, ONTONOTES[m["type"]]) for name, m in found if m["type"] in ONTONOTES})
    patterns = [{"label": label, "pattern": name} for name, label in names[::2]]
    patterns += [{"label": "CARDINAL", "pattern": "two"}, {"label": "NORP", "pattern": "rebels"}]
    ruler: Any = nlp.add_pipe("entity_ruler")
    ruler.add_patterns(patterns)
    monkeypatch.setattr(spacy, "load", lambda name: {"en_core_web_sm": nlp}[name])
    assert 20 < _f1(_score("import spacy", capsys), "ner") < 90


def _tiny_tagger(texts: list[str]) -> Callable[..., Any]:
    """Return the real `pipeline` function for a token classifier with random weights, of at most 256 word pieces."""
    import transformers
    from transformers import BertConfig, BertForTokenClassification, BertTokenizerFast

    words = sorted({word.lower() for text in texts for word in re.findall(r"\w+|[^\w\s]", text)})
    labels = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC", "B-ORG", "I-ORG", "B-MISC", "I-MISC"]
    vocabulary = {word: i for i, word in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *words])}
    tokenizer = BertTokenizerFast(vocab=vocabulary, model_max_length=256)
    config = BertConfig(
        vocab_size=len(vocabulary), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16,
        max_position_embeddings=256, id2label=dict(enumerate(labels)), label2id={x: i for i, x in enumerate(labels)},
    )  # fmt: skip
    transformers.set_seed(1)
    tiny = BertForTokenClassification(config)
    real = transformers.pipeline

    def pipeline(task: str, model: str, **more: Any) -> Any:
        assert model == "dslim/bert-base-NER"
        return real(task, model=tiny, tokenizer=tokenizer, **more)

    return pipeline


def _tagger_output(task: str, model: str, aggregation_strategy: str, stride: int) -> Callable[[str], Any]:
    """Return a function with the output format of the pipeline (transformers 4 and 5), for machines without torch."""

    def tag(text: str) -> list[dict[str, Any]]:
        return [
            {"entity_group": "LOC", "score": 0.9, "word": m.group(), "start": m.start(), "end": m.end()}
            for m in re.finditer(r"\b[A-Z]\w+", text)
        ]

    return tag


def test_transformers(rows: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A real token classifier if transformers and torch are installed; otherwise a function of its output format."""
    if all(importlib.util.find_spec(name) for name in ("torch", "transformers")):
        monkeypatch.setattr("transformers.pipeline", _tiny_tagger([row["text"] for row in rows]))
    else:
        # `datasets` looks for this class in any module of this name.
        _module(monkeypatch, "transformers", pipeline=_tagger_output, PreTrainedTokenizerBase=type("Tokenizer", (), {}))
    precision, _, _, *_, predicted = _score("from transformers", capsys)["ner"]
    # Random weights are right by chance.
    assert int(predicted) > 500
    assert precision != "-"


def test_gliner(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The method of GLiNER 0.2 with its output format; weights would have to be downloaded."""

    class GLiNER:
        @classmethod
        def from_pretrained(cls, name: str) -> "GLiNER":
            return cls()

        def predict_entities(self, text: str, labels: list[str], threshold: float) -> list[dict[str, Any]]:
            return [
                {"start": m.start(), "end": m.end(), "text": m.group(), "label": labels[2], "score": 0.9}
                for m in re.finditer(r"(?<!^)\b[A-Z]\w+", text)
            ]

    _module(monkeypatch, "gliner", GLiNER=GLiNER)
    assert _f1(_score("from gliner", capsys), "ner") > 10


def test_openai(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The client and an endpoint on loopback, which answers with the targets."""
    import openai

    real = openai.OpenAI
    prompts = {row["prompt"]: row["target"] for row in gw.load("prompts", split="test")}
    with endpoint(prompts) as (address, requests):

        def client(base_url: str, **more: Any) -> Any:
            assert base_url == "http://127.0.0.1:8000/v1"
            return real(base_url=address, **more)

        monkeypatch.setattr(openai, "OpenAI", client)
        table = _score("from openai", capsys)
        assert len(requests) == len(prompts)
    assert _f1(table, "trigger.head") == _f1(table, "argument.attached.cls@entity") == 100


@dataclasses.dataclass
class _Extraction:
    """The fields of langextract's Extraction (1.0 and later)."""

    extraction_class: str
    extraction_text: str
    char_interval: Any = None


@pytest.fixture
def langextract(rows: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """langextract with answers from a table; if it is not installed, a module with the same names.

    An answer names the first two names and the first attack of each document, and words that are not in the text.
    """

    def answer(row: dict[str, Any]) -> list[tuple[str, str]]:
        named = [m for m in row["mentions"] if m["level"] == "NAM"][:2]
        attacks = [e for e in row["events"] if e["type"] == "Attack"][:1]
        given = [(x["type"], row["text"][x["start"] : x["end"]]) for x in [*named, *attacks]]
        return [*given, ("PER", "Nobody Inthetext")]

    answers = {row["text"]: answer(row) for row in rows}
    if importlib.util.find_spec("langextract"):
        _real_langextract(answers, monkeypatch)
        return

    def extract(text: str, prompt_description: str, examples: list[Any], model_id: str) -> Any:
        found = []
        for class_, words in answers[text]:
            at = text.find(words)
            interval = SimpleNamespace(start_pos=at, end_pos=at + len(words)) if at >= 0 else None
            found.append(_Extraction(class_, words, interval))
        return SimpleNamespace(extractions=found)

    data = SimpleNamespace(ExampleData=lambda text, extractions: None, Extraction=_Extraction)
    _module(monkeypatch, "langextract", data=data, extract=extract)


def _real_langextract(answers: dict[str, list[tuple[str, str]]], monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own prompts, parser and alignment, with a language model that answers from a table."""
    import langextract as lx
    from langextract.core.base_model import BaseLanguageModel
    from langextract.core.types import ScoredOutput

    class Model(BaseLanguageModel):
        def __init__(self, found: list[tuple[str, str]]):
            super().__init__()
            self.found = found

        def infer(self, batch_prompts: Any, **_: Any) -> Iterator[Any]:
            for prompt in batch_prompts:
                here = [{class_: words} for class_, words in self.found if words in prompt.rpartition("Q: ")[2]]
                yield [ScoredOutput(score=1.0, output=json.dumps({"extractions": here}))]

    real = lx.extract

    def extract(text: str, model_id: str, **more: Any) -> Any:
        return real(text, model=Model(answers[text]), show_progress=False, **more)

    monkeypatch.setattr(lx, "extract", extract)


@pytest.mark.usefixtures("langextract")
def test_langextract(capsys: pytest.CaptureFixture[str]) -> None:
    table = _score("import langextract", capsys)
    precision, recall = float(table["mention.exact"][0]), float(table["mention.exact"][1])
    assert precision > 20
    assert 0 < recall < 10
    assert float(table["trigger.cls"][0]) > 20

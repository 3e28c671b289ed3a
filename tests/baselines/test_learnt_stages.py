"""Stages of the learnt baselines on small sets, and what a fitted baseline must allow."""

import os
import pickle
import subprocess
import sys

import pytest
from conftest import document

from goldwire_baselines.analysis import decode, encode
from goldwire_baselines.lexicon import UNKNOWN, entry
from goldwire_baselines.name_rules import names
from goldwire_baselines.sparse import LinearModel
from goldwire_baselines.taggers import CrfTagger, LinearTagger, Tagger
from goldwire_baselines.words import sentences
from goldwire_corpus.load import documents
from goldwire_eval.extractor import blind, create


@pytest.mark.parametrize("make", [CrfTagger, LinearTagger])
def test_tagger_learns_spans_of_names(make: type[Tagger]) -> None:
    tagger = make()
    assert tagger.tag([["w=Oda"]]) == ["O"]
    rows = [["w=Oda", "capital"], ["w=Marrec", "capital"], ["w=left"]]
    for _ in range(5):
        tagger.add(rows, ["B-PER", "I-PER", "O"])
        tagger.add([["w=left"], ["w=early"]], ["O", "O"])
    tagger.train()
    assert tagger.tag(rows) == ["B-PER", "I-PER", "O"]
    assert tagger.tag([]) == []


def test_linear_tagger_gives_no_invalid_sequence() -> None:
    tagger = LinearTagger()
    for _ in range(5):
        tagger.add([["b"], ["i"], ["o"]], ["B-PER", "I-PER", "O"])
    tagger.train()
    labels = tagger.model.labels
    assert [labels[j] for j in tagger.model.scores([["o"], ["i"]]).argmax(axis=1)] == ["O", "I-PER"]
    assert tagger.tag([["o"], ["i"]])[0] != "O" or tagger.tag([["o"], ["i"]])[1] != "I-PER"


def test_linear_model_with_one_label_has_nothing_to_fit() -> None:
    model = LinearModel(common="no")
    assert model.best([["a"]]) == ["no"]
    model.add(["a"], "yes")
    model.train()
    assert model.best([["b"]]) == ["yes"]


def test_spans_survive_their_labels() -> None:
    text = "Oda Marrec met Ula in Lemre."
    (sentence,) = sentences(document(text))
    spans = {(0, 10): "PER", (15, 18): "PER", (22, 27): "GPE"}
    found = {
        (sentence[first].start, sentence[last].end): label for first, last, label in decode(encode(sentence, spans))
    }
    assert found == spans


def test_lexicon_knows_forms_of_words_and_no_names() -> None:
    assert "PER" in entry("soldiers").types
    assert "Arrest" in entry("arrested").types
    assert entry("arrested").lemma == "arrest"
    assert entry("kelvarn").pos == UNKNOWN


def test_names_are_typed_by_all_their_occurrences() -> None:
    text = "Mayor Oda Marrec left Lemre. Rain fell in Lemre. A cook met Marrec at the Lemre Ministry."
    document_ = document(text)
    found = sentences(document_)
    typed = {
        text[found[n.sentence][n.first].start : found[n.sentence][n.last].end]: type_
        for n, type_ in names(found, {"mayor"})
    }
    assert typed == {"Oda Marrec": "PER", "Lemre": "GPE", "Marrec": "PER", "Lemre Ministry": "ORG"}


@pytest.mark.parametrize("name", ["rules", pytest.param("linear", marks=pytest.mark.slow),
                                  pytest.param("crf", marks=pytest.mark.slow)])  # fmt: skip
def test_fitted_baseline_survives_pickling(name: str) -> None:
    """A fitted model is sent to worker processes; there it must predict the same, sources and relations included."""
    extractor = create(name)
    extractor.fit(documents("train")[:8])
    text = blind(documents("validation")[0])
    before = extractor.predict(text)
    assert pickle.loads(pickle.dumps(extractor)).predict(text) == before
    assert before.events
    assert before.relations


@pytest.mark.slow
def test_training_does_not_depend_on_the_order_of_hashes() -> None:
    """Python orders sets of strings anew in each process; a fitted model must not notice."""
    code = (
        "import sys, msgspec; from goldwire_corpus.load import documents; from goldwire_eval.extractor import create\n"
        "e = create(sys.argv[1]); e.fit(documents('train')[:3]); d = documents('validation')[0]\n"
        "sys.stdout.buffer.write(msgspec.json.encode(e.predict(d)))"
    )
    for name in ("rules", "linear", "crf"):
        runs = [
            subprocess.run([sys.executable, "-c", code, name], env={**os.environ, "PYTHONHASHSEED": seed},
                           capture_output=True, check=True).stdout
            for seed in ("1", "2")
        ]  # fmt: skip
        assert runs[0] == runs[1], name

import pytest

from goldwire_annotation.guidelines import examples
from goldwire_corpus.schema.ontology import ontology


@pytest.mark.parametrize("layer", ["entity", "value", "event"])
def test_every_type_has_examples_and_counterexamples(layer: str) -> None:
    declared = getattr(examples(), layer)
    assert list(declared) == list(getattr(ontology(), layer))
    for name, example in declared.items():
        assert len(example.positive) == len(example.negative) == 3, name
        for sentence in (*example.positive, *example.negative):
            assert sentence.count("*") == 2, sentence
        assert all(sentence.endswith(")") for sentence in example.negative), name

"""What the baselines `spacy` make of a parse and of OntoNotes labels, on parses written by hand."""

import pytest

spacy = pytest.importorskip("spacy", reason="needs the extra spacy")

from spacy.tokens import Doc, Span  # noqa: E402

from goldwire_baselines.spacy_pipeline.counts import Counts  # noqa: E402
from goldwire_baselines.spacy_pipeline.labels import type_of  # noqa: E402
from goldwire_baselines.spacy_pipeline.parsed import path  # noqa: E402


def test_the_narrowest_key_seen_often_enough_decides() -> None:
    counts = Counts(fewest=2)
    for label in ("A", "A", "B"):
        counts.add([("kill", "VERB"), "kill"], label)
    counts.add([("kill", "NOUN"), "kill"], "B")
    assert counts.shares([("kill", "VERB"), "kill"]) == {"A": 2 / 3, "B": 1 / 3}
    assert counts.shares([("kill", "NOUN"), "kill"]) == {"A": 1 / 2, "B": 1 / 2}
    assert counts.best([("kill", "VERB")], "-") == "A"
    assert counts.best([("kill", "NOUN")], "-") == "-"


def test_paths_follow_the_parse_with_prepositions() -> None:
    words = "Gunmen fired at guards who fled".split()
    heads, deps = [1, 1, 1, 2, 5, 3], ["nsubj", "ROOT", "prep", "pobj", "nsubj", "relcl"]
    doc = Doc(spacy.blank("en").vocab, words=words, heads=heads, deps=deps)
    fired, guards, fled = doc[1], doc[3], doc[5]
    assert path(fired, doc[0], 4) == (">nsubj",)
    assert path(fired, guards, 4) == (">prep:at", ">pobj")
    assert path(fled, guards, 4) == ("<relcl",)
    assert path(fled, doc[0], 4) == ("<relcl", "<pobj", "<prep:at", ">nsubj")
    assert path(fled, doc[0], 3) is None


@pytest.mark.parametrize(
    ("words", "tags", "label", "type_"),
    [
        ("Angela Merkel", "NNP NNP", "PERSON", "PER"),
        ("Kelvarian", "JJ", "NORP", "GPE"),
        ("Tamorians", "NNPS", "NORP", "PER"),
        ("Orsk rifles", "NNP NNS", "PRODUCT", "WEA"),
        ("Orsk trucks", "NNP NNS", "PRODUCT", "VEH"),
        ("Friday", "NNP", "DATE", None),
        ("World War", "NNP NNP", "EVENT", None),
        ("gene", "NN", "PROTEIN", None),
    ],
)
def test_type_of_an_entity(words: str, tags: str, label: str, type_: str | None) -> None:
    doc = Doc(spacy.blank("en").vocab, words=words.split(), tags=tags.split())
    entity = Span(doc, 0, len(doc), label=label)
    assert type_of(entity) == type_

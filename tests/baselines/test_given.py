"""Gold layers given to a model: what it sees, what comes back, and that no figure hides them."""

import json
import re
from pathlib import Path
from typing import Any

import goldwire as gw
import msgspec
import pytest
from conftest import ROOT, run

from goldwire_corpus.load import documents
from goldwire_corpus.schema.document import Document
from goldwire_corpus.schema.prediction import GIVEN_LAYERS, PredEvent, Prediction, PredMention
from goldwire_eval.extractor import create
from goldwire_eval.given import GivenDocument, given_layers, with_given

GOLD = next(d for d in documents("validation") if d.titles and d.quantities)
BOTH = ("mentions", "triggers")


def _spans(items: Any, *fields: str) -> list[tuple[Any, ...]]:
    return sorted(tuple(getattr(x, f) for f in ("start", "end", *fields)) for x in items or ())


def test_a_given_layer_has_nothing_of_those_above_it() -> None:
    seen = with_given(GOLD, frozenset(BOTH))
    assert given_layers(seen) == {"mentions", "triggers"}
    mention = ("head_start", "head_end", "type", "level")
    assert _spans(seen.mentions, *mention) == _spans(GOLD.mentions, *mention)
    assert _spans(seen.events, "type") == _spans(GOLD.events, "type")
    assert [m.entity for m in seen.mentions] == [m.id for m in seen.mentions]
    assert [e.cluster for e in seen.events] == [e.id for e in seen.events]
    assert {(e.realis, e.polarity, e.source, e.stance, len(e.arguments)) for e in seen.events} == {
        ("ACTUAL", "positive", "AUTHOR", "asserts", 0)
    }
    assert {e.means for e in seen.events if e.type == "Attack"} <= {"other"}
    assert {e.means for e in seen.events if e.type != "Attack"} == {None}
    empty = ("entities", "times", "quantities", "titles", "event_clusters", "relations", "records")
    assert [name for name in empty if getattr(seen, name)] == []


def test_ids_of_gold_are_not_given() -> None:
    """An id may name an entity; and the order of a file may show which mention was annotated with which."""
    seen = with_given(GOLD, frozenset(GIVEN_LAYERS))
    for layer in ("mentions", "entities", "times", "quantities", "titles", "events", "event_clusters"):
        items = getattr(seen, layer)
        assert items, layer
        assert all(re.fullmatch(r"[mktqpec]\d+", item.id) for item in items)
        if hasattr(items[0], "start"):
            assert items == sorted(items, key=lambda x: (x.start, x.end))
    assert {(e.link, c.link, c.earliest) for e in seen.entities for c in seen.event_clusters} == {("NIL", "NIL", None)}


def test_given_clusters_are_those_of_gold() -> None:
    seen = with_given(GOLD, frozenset(GIVEN_LAYERS))

    def clusters(items: Any, field: str) -> set[frozenset[tuple[Any, ...]]]:
        ids = {getattr(x, field) for x in items}
        return {frozenset(_spans((x for x in items if getattr(x, field) == id), "type")) for id in ids}

    assert clusters(seen.mentions, "entity") == clusters(GOLD.mentions, "entity")
    assert clusters(seen.events, "cluster") == clusters(GOLD.events, "cluster")
    assert {e.id for e in seen.entities} == {m.entity for m in seen.mentions}
    assert {c.id for c in seen.event_clusters} == {e.cluster for e in seen.events}


def test_a_document_without_given_layers_gives_none() -> None:
    assert given_layers(GOLD) == frozenset()


@pytest.fixture(scope="module", params=["rules", pytest.param("linear", marks=pytest.mark.slow)])
def trained(request: pytest.FixtureRequest) -> Any:
    model = create(request.param)
    model.fit(list(documents("train"))[:25])
    return model


def test_baselines_return_the_given_layers(trained: Any) -> None:
    for gold in list(documents("validation"))[:4]:
        made = trained.predict(with_given(gold, frozenset(GIVEN_LAYERS)))
        for layer, fields in (
            ("mentions", ("head_start", "head_end", "type", "level")), ("times", ("type", "value")), ("titles", ()),
            ("quantities", ("min", "max", "modifier", "unit")), ("events", ("type",)),
        ):  # fmt: skip
            assert _spans(getattr(made, layer), *fields) == _spans(getattr(gold, layer), *fields), layer
        figures = _scores([made], [gold])
        perfect = ("mention.exact", "mention.head", "time.value", "quantity.value", "trigger.cls", "coref.ceafe",
                   "event_coref.b3")  # fmt: skip
        assert {name: figures[name].f1 for name in perfect} == dict.fromkeys(perfect, 1)
        assert (figures["argument.attached.cls@entity"].f1 or 0) < 1


def test_an_empty_given_layer_is_not_predicted(trained: Any) -> None:
    bare = msgspec.structs.replace(GOLD, titles=[], events=[], times=[])
    made = trained.predict(with_given(bare, frozenset(("titles", "triggers", "times"))))
    assert (made.titles, made.events, made.times) == ([], [], [])
    assert made.mentions


def test_arguments_rise_with_given_layers(trained: Any) -> None:
    some = list(documents("validation"))[:8]
    f1 = []
    for layers in ((), ("triggers",), BOTH):
        # The values are given each time, since finding them takes longest.
        made = [trained.predict(with_given(d, frozenset((*layers, "times", "quantities")))) for d in some]
        f1.append(_scores(made, some)["argument.attached.cls@entity"].f1 or 0)
    assert f1[0] < f1[1] < f1[2]
    assert f1[2] > 1.2 * f1[0]


def _scores(made: list[Prediction], gold: list[Document]) -> gw.Scores:
    return gw.score(made, gold=gold)


class Mirror:
    """A model of no skill: it returns what it is given."""

    uses = BOTH

    def fit(self, documents: Any) -> None:
        pass

    def predict(self, document: Document) -> Prediction:
        made = Prediction(id=document.id, given=["times"], titles=[])
        if "mentions" in given_layers(document):
            made.mentions = [PredMention(start=m.start, end=m.end, type=m.type) for m in document.mentions]
        if "triggers" in given_layers(document):
            made.events = [PredEvent(start=e.start, end=e.end, type=e.type) for e in document.events]
        return made


class Blind(Mirror):
    uses = ()


class One(Mirror):
    uses = "mentions"  # type: ignore[assignment]


MIRROR, BLIND, ONE = (f"{__name__}:{name}" for name in ("Mirror", "Blind", "One"))


def test_scores_of_given_layers_have_another_signature(tmp_path: Path) -> None:
    scores = gw.run(MIRROR, "validation", given="mentions,triggers")
    assert "|split:validation|given:mentions+triggers|labels:" in scores.signature
    assert scores.given == ["mentions", "triggers"]
    assert scores["mention.exact"].f1 == scores["trigger.cls"].f1 == 1
    assert "note: gold was given: mentions, triggers; not comparable with end-to-end figures" in repr(scores)
    blind = gw.run(MIRROR, "validation", given=())
    assert "given" not in blind.signature
    assert "given" not in blind.to_dict()


def test_a_prediction_file_says_what_was_given(tmp_path: Path) -> None:
    """Scores of the file are those of the run, and cannot be compared with those of another."""
    out = tmp_path / "p.jsonl"
    printed = run("run", MIRROR, "--split", "validation", "--given", "triggers,mentions", "--out", out, "--json", "-")
    assert printed.exit_code == 0, printed.output
    assert json.loads(run("score", out, "--split", "validation", "--json", "-").stdout) == json.loads(printed.stdout)
    assert json.loads(out.read_text(encoding="utf-8").splitlines()[0])["given"] == ["mentions", "triggers"]
    rows = [{k: v for k, v in json.loads(line).items() if k != "given"} for line in out.open(encoding="utf-8")]
    with pytest.raises(gw.UsageError, match="signatures differ"):
        gw.compare(out, rows, split="validation")
    converted = tmp_path / "converted.jsonl"
    assert run("convert", out, "--out", converted).exit_code == 0
    assert "|given:mentions+triggers|" in gw.score(converted, split="validation").signature
    # One such row among others is enough.
    rows[3]["given"] = ["times"]
    assert "|given:times|" in gw.score(rows, split="validation").signature
    rows[3]["given"] = ["gold"]
    assert [(e.id, e.line) for e in gw.validate(rows, split="validation")] == [("schema", 4)]


@pytest.mark.parametrize(
    ("model", "given", "message"),
    [
        ("linear", "mentoins", "unknown given layer 'mentoins'; expected some of mentions, entities, times"),
        ("linear", "entities", "given entities are clusters of mentions; give mentions too"),
        ("linear", "event_clusters", "given event_clusters are clusters of triggers; give triggers too"),
        (MIRROR, "times,mentions", "cannot use given times; it can use mentions, triggers"),
        (ONE, "triggers,mentions", "cannot use given triggers; it can use mentions"),
        (BLIND, "mentions", "cannot use given mentions; it declares no layers in its attribute `uses`"),
    ],
)
def test_layers_that_cannot_be_given(model: str, given: str, message: str) -> None:
    result = run("run", model, "--split", "validation", "--given", given)
    assert result.exit_code == 2
    assert message in result.stderr


def test_model_of_the_page_runs() -> None:
    page = (ROOT / "docs" / "given.md").read_text(encoding="utf-8")
    names: dict[str, Any] = {}
    exec(next(b for b in re.findall(r"^```python\n(.*?)^```", page, re.DOTALL | re.MULTILINE) if "class" in b), names)
    model = names["NearestPlace"]()
    made = [model.predict(with_given(d, frozenset(model.uses))) for d in [GOLD]]
    figures = _scores(made, [GOLD])
    assert figures["trigger.cls"].f1 == figures["mention.exact"].f1 == 1
    assert (figures["argument.attached.cls@exact"].tp or 0) > 3


def test_help_names_the_layers() -> None:
    text = " ".join(run("run", "--help").output.split())
    assert [name for name in GIVEN_LAYERS if name not in text] == []


def test_given_documents_are_documents() -> None:
    assert isinstance(with_given(GOLD, frozenset()), Document)
    assert GivenDocument.__struct_fields__[:-1] == Document.__struct_fields__

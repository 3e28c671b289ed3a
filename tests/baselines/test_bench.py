"""`goldwire bench`, the stored records of the baselines, their predictions, and the tables of the READMEs."""

from importlib import import_module
from importlib.metadata import version
from pathlib import Path

import msgspec
import pytest
from conftest import ROOT, document, run
from records import copies_at_hand

from goldwire_baselines.embedded import EMBEDDED
from goldwire_baselines.leaderboard import measure, readme, stored_predictions
from goldwire_baselines.leaderboard.board import Board, Cell, Row
from goldwire_baselines.leaderboard.folder import make_record, read_predictions, record_paths
from goldwire_baselines.leaderboard.presentation import leaderboard
from goldwire_baselines.leaderboard.record import HELD_OUT, Record, read_record
from goldwire_baselines.leaderboard.recording import data, differences, storable
from goldwire_baselines.leaderboard.verify import verify
from goldwire_corpus.load import documents
from goldwire_corpus.parts import JOINED, Copies
from goldwire_eval.extractor import create

FOLDER = ROOT / "baselines"
PREDICTIONS = FOLDER / "predictions"
NAMES = [path.stem for path in record_paths(FOLDER)]


def _record(name: str) -> Record:
    return read_record(FOLDER / "results" / f"{name}.json")


def test_every_embedded_baseline_has_a_record() -> None:
    assert set(EMBEDDED) <= set(NAMES)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_stored_predictions_give_the_stored_figures(name: str) -> None:
    """The real parts are rescored where the environment names copies of their texts."""
    record = _record(name)
    assert record.data == data()
    assert record.name == name
    found = verify(record, PREDICTIONS, measure.gold_of(copies_at_hand()))
    assert found.differences == []
    assert HELD_OUT in found.parts


@pytest.mark.slow
@pytest.mark.parametrize("name", EMBEDDED)
def test_training_again_gives_the_stored_predictions_and_figures(name: str) -> None:
    """Equal in every label and figure, with the libraries of the record on a processor whose kernel can be fixed.

    Others may differ in a last digit, which may change a few labels.
    """
    record, copies = _record(name), copies_at_hand()
    gold = measure.gold_of(copies)
    made = storable(measure.measure(name, None, copies).predictions, gold, name)
    again = make_record(name, {None: made}, gold, description=record.description)
    if record.libraries == {library: version(library) for library in record.libraries} and measure.has_avx2():
        (stored,) = read_predictions(name, [None], gold, PREDICTIONS)
        for part, rows in made.items():
            changed = [a.id for a, b in zip(rows, stored[part], strict=True) if a != b]
            assert not changed, f"{part}: run `goldwire bench --update`"
        assert list(differences(record, again)) == []
    for metric, figures in record.runs[0].parts[HELD_OUT].metrics.items():
        assert again.runs[0].parts[HELD_OUT].metrics[metric].f1 == pytest.approx(figures.f1, abs=0.02)


@pytest.mark.slow
def test_readmes_have_the_stored_results() -> None:
    for path, tables in readme.tables(leaderboard().board).items():
        page = (ROOT / path).read_text(encoding="utf-8")
        for name, table in tables.items():
            assert f"<!-- {name} -->\n{table}<!-- /{name} -->" in page, f"{path}: run `goldwire leaderboard --update`"


def _strings(value: object) -> list[str]:
    """Return every string of a prediction in built-in types."""
    if isinstance(value, dict):
        return [text for inner in value.values() for text in _strings(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in _strings(inner)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize("path", sorted(p for part in JOINED for p in PREDICTIONS.glob(f"*.{part}.jsonl.gz")), ids=str)
def test_stored_predictions_of_real_texts_hold_no_text(path: Path) -> None:
    """A string is a label, a number, a value of TIMEX3, a name of the published knowledge base, or an id."""
    from goldwire_corpus.schema.document import LEVELS, MODIFIERS, RELATIONS, TIME_TYPES
    from goldwire_corpus.schema.ontology import ontology

    onto = ontology()
    attributes = (*onto.attribute.values(), *onto.argument_attribute.values())
    labels = {*onto.entity, *onto.event, *onto.role, *LEVELS, *MODIFIERS, *RELATIONS, *TIME_TYPES, "AUTHOR"}
    labels |= {value for attribute in attributes for value in attribute.values}
    known = labels | _names_and_links(path)
    for row in stored_predictions.read(path):
        plain = msgspec.to_builtins(row)
        assert not any("quote" in item or "head" in item for layer in plain.values() for item in layer if item)
        assert {"text", "title"}.isdisjoint(plain)
        assert all("name" not in entity for entity in plain.get("entities", []))
        del plain["id"]
        assert {text for text in _strings(plain) if not stored_predictions.NEUTRAL.fullmatch(text)} <= known


def _names_and_links(path: Path) -> set[str]:
    from goldwire_corpus.source.files import read_part, source_root

    part = next(part for part in JOINED if f".{part}." in path.name)
    documents = [document for _, document in read_part(source_root(), part)]
    names = {name for d in documents for e in d.entities for name in (e.name, e.link)}
    return names | {c.link for d in documents for c in d.event_clusters}


@pytest.mark.parametrize("name", EMBEDDED)
def test_baseline_attempts_every_layer(name: str) -> None:
    metrics = _record(name).runs[0].parts[HELD_OUT].metrics
    for metric in (
        "ner",
        "mention.head",
        "time.span",
        "quantity.span",
        "trigger.cls",
        "argument.cls@entity",
        "record.ceaf",
    ):
        f1, interval = metrics[metric].f1, metrics[metric].interval
        assert f1 is not None
        assert f1 > 0.03, metric
        assert interval is not None
        assert interval[0] <= f1 <= interval[1]


@pytest.mark.parametrize("name", EMBEDDED)
def test_baseline_without_training_finds_no_events(name: str) -> None:
    extractor = create(name)
    extractor.fit([])
    prediction = extractor.predict(document("Two guards were killed at Lemre on Monday, March 11."))
    assert prediction.events == []
    assert [t.value for t in prediction.times or ()]


# ---------------------------------------------------------------- the command, with a model of its own

MODEL = '''"""Baseline `own`: names that training has seen."""
import random

from goldwire_corpus.schema.prediction import PredMention, Prediction


class Model:
    def __init__(self, seed: int = 0):
        self.random, self.names = random.Random(seed), set()

    def fit(self, documents):
        self.names = {d.text[m.start : m.end] for d in documents for m in d.mentions if m.level == "NAM"}

    def parameters(self):
        return len(self.names)

    def predict(self, document):
        found = []
        for token in document.tokens:
            if document.text[token.start : token.end].istitle() and self.random.random() < 0.5:
                found.append(PredMention(start=token.start, end=token.end, type="PER", level="NAM"))
        return Prediction(id=document.id, mentions=found)


class Sure(Model):
    def __init__(self):
        super().__init__(3)


class Broken(Model):
    def predict(self, document):
        raise RuntimeError("no weights")


class Invalid(Model):
    def predict(self, document):
        return Prediction(id=document.id, mentions=[PredMention(start=0, end=1, type="GHOST")])


class Loading(Model):
    """Takes three seconds at its first prediction."""

    seen = []

    def predict(self, document):
        import time

        time.sleep(0 if self.seen else 3)
        self.seen.append(document.id)
        return Prediction(id=document.id, mentions=[])


class Killed(Model):
    def fit(self, documents):
        import os

        os._exit(9)
'''


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Put a package of models on the path of this process and of those that it starts."""
    name = f"models_{tmp_path.name.replace('-', '_')}"
    (tmp_path / f"{name}.py").write_text(MODEL, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    return name


@pytest.mark.slow
def test_speed_is_that_of_all_documents_after_the_first_prediction(model: str) -> None:
    found = measure._measured(f"{model}:Loading", None, Copies())
    held_out = [d.id for d in measure.gold_of(Copies())[HELD_OUT]]
    assert import_module(model).Loading.seen == [documents("train")[0].id, *held_out]
    assert [p.id for p in found.predictions[HELD_OUT]] == held_out
    assert (found.timing.documents_per_second or 0) > len(held_out) / 3


@pytest.mark.slow
def test_bench_records_a_random_model_with_seeds(model: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = run("bench", f"mine={model}:Model", "--seeds", "3", "--out", out)
    assert result.exit_code == 0, result.output
    assert "mine" in result.output
    assert "±" in result.output
    record = read_record(out / "results" / "mine.json")
    assert record.seeds == [0, 1, 2]
    assert record.description == "names that training has seen."
    assert record.parameters
    assert record.timing.peak_memory_mb
    f1 = [run.parts[HELD_OUT].metrics["mention.exact"].f1 for run in record.runs]
    assert len(set(f1)) == 3
    spread = record.mean[HELD_OUT]["mention.exact"]
    assert spread.f1 == pytest.approx(sum(f for f in f1 if f) / 3, abs=1e-6)
    assert sorted(p.name for p in (out / "predictions").iterdir()) == [f"mine.{seed}.jsonl.gz" for seed in range(3)]
    verified = run("leaderboard", "verify", out / "results" / "mine.json", out / "predictions")
    assert verified.exit_code == 0, verified.output


@pytest.mark.slow
def test_one_real_part_keeps_the_figures_of_the_other(model: str, tmp_path: Path, article: Path, real: Path) -> None:
    chosen, path = f"mine={model}:Sure", tmp_path / "results" / "mine.json"
    assert run("bench", chosen, "--out", tmp_path, "--article", article, "--field", real / "re3d").exit_code == 0
    both = read_record(path)
    assert {"wire", "field"} <= both.signatures.keys()
    files = sorted(p.name for p in (tmp_path / "predictions").iterdir())
    for options in (("--article", article), ()):
        assert run("bench", chosen, "--out", tmp_path, *options).exit_code == 0
        kept = read_record(path)
        assert kept.runs == both.runs
        assert kept.signatures == both.signatures
        assert sorted(p.name for p in (tmp_path / "predictions").iterdir()) == files


@pytest.mark.slow
@pytest.mark.parametrize(("name", "message"), [("Broken", "predict failed on"), ("Killed", "ended without an answer")])
def test_model_that_fails_leaves_nothing(model: str, tmp_path: Path, name: str, message: str) -> None:
    result = run("bench", f"mine={model}:{name}", "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert message in result.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_invalid_predictions_are_not_lost(model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    result = run("bench", f"mine={model}:Invalid", "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert "type-unknown" in result.stderr
    assert not (tmp_path / "out").exists()
    (path,) = tmp_path.glob("goldwire-mine-*/mine.0.jsonl.gz")
    assert {m.type for row in stored_predictions.read(path) for m in row.mentions or ()} == {"GHOST"}


def test_readmes_are_updated_between_their_markers(tmp_path: Path) -> None:
    row = Row(name="x", cells={HELD_OUT: {"ner": Cell(0.5)}})
    board = Board(data="d", sizes={}, metrics=["ner"], rows=[row], level=0.05)
    (tmp_path / "baselines").mkdir()
    for name, marker in (("README.md", "leaderboard"), ("baselines/README.md", "results")):
        (tmp_path / name).write_text(
            f"before\n<!-- {marker} -->\nformer\n<!-- /{marker} -->\nafter\n", encoding="utf-8"
        )
    readme.update(tmp_path, board)
    for name in ("README.md", "baselines/README.md"):
        page = (tmp_path / name).read_text(encoding="utf-8")
        assert page.startswith("before\n<!-- ")
        assert page.endswith("-->\nafter\n")
        assert "50.0" in page
        assert "former" not in page


def test_seeds_of_a_model_that_is_not_random(model: str) -> None:
    result = run("bench", f"{model}:Sure", "--seeds", "2")
    assert result.exit_code == 2
    assert "has no parameter `seed`" in result.stderr


def test_invalid_names_of_records() -> None:
    for name in ("a/b=rules", "linear.1=rules", "x.wire=rules"):
        result = run("bench", name)
        assert result.exit_code == 2
        assert "invalid name of a record" in result.stderr

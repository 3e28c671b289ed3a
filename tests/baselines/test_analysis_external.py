"""The comparison of systems with people's annotation, on small corpora whose figures are worked by hand."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import external
import pytest
from conftest import ROOT, document
from human_corpora import ALL, OURS, Compared, Corpus, bare, corpora, muc4, of_set, published_in, wiki_events
from test_corpora import MAKERS

from goldwire_annotation.agreement import Agreement
from goldwire_corpus.errors import UsageError
from goldwire_corpus.schema.document import Document
from goldwire_corpus.schema.prediction import PredArgument, PredEvent, Prediction, PredMention, PredRecord

FIRST, SECOND = "TST4-MUC4-0001", "TST4-MUC4-0002"
ATTACK = {"type": "Attack", "latest": "1988-08-23", "place": "Mole"}


def _jsonl(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Quelo (Oru), 3 Aug 88 (Radio Quelo) -- [Text] Rain.\n\nOn 9 SEP 88 it stopped.", "1988-08-03"),
        ("QUELO, 24 AUG 88 -- RAIN.", "1988-08-24"),
        ("Rain in Quelo.\n\nOn 9 SEP 88 it stopped.", None),
    ],
)
def test_day_of_publication_is_that_of_the_date_line(text: str, day: str | None) -> None:
    assert published_in(text) == day


def test_muc4_compares_the_types_that_it_has(tmp_path: Path) -> None:
    (tmp_path / "muc4").mkdir()
    ours = _jsonl(tmp_path / "ours.jsonl", {"id": FIRST, "records": [{**ATTACK, "id": "1"}]})
    corpus = muc4(MAKERS["muc4"](tmp_path / "muc4"), ours)
    assert {name: list(ids) for name, ids in corpus.sets.items()} == {OURS: [FIRST], ALL: [FIRST, SECOND]}
    rows = [
        Prediction(id=FIRST, records=[PredRecord(**ATTACK), PredRecord(type="Die", place="Mole")]),
        Prediction(id=SECOND, records=[PredRecord(type="Attack", place="Mole"), PredRecord(type="Meet")]),
    ]
    # Of date, place, killed, wounded and actors of the only template two agree; one more record has no template.
    found = corpus.compare(rows)
    assert (found.human, found.predicted) == (1, 2)
    assert found.agreement.f1["record.ceaf"] == pytest.approx(2 * (2 / 5) / 3)
    assert corpus.compare(rows[:1]).agreement.f1["record.ceaf"] == pytest.approx(2 / 5)
    assert corpus.ceiling.agreement.f1["record.ceaf"] == pytest.approx(2 / 5)
    row = external.row("muc4", ALL, "x", found)
    assert external.precision_and_recall(row) == (pytest.approx((2 / 5) / 2, abs=1e-5), pytest.approx(2 / 5, abs=1e-5))


@pytest.mark.parametrize(
    ("name", "found"),
    [("the 2 armed men", "armed men"), ("Several of his guards", "of his guards"), ("The", "The"), ("Oru", "Oru")],
)
def test_name_is_without_determiners_and_numbers(name: str, found: str) -> None:
    assert bare(name) == found


def test_wikievents_counts_arguments_of_missed_triggers_in_the_last_layer(tmp_path: Path) -> None:
    dev = MAKERS["wikievents"](tmp_path)
    text = "Rain fell.\nDam burst"
    dam = PredMention(id="m", start=11, end=14, type="FAC")
    found = Prediction(id="d1", mentions=[dam], events=[
        PredEvent(id="e", start=15, end=20, type="Damage", arguments=[PredArgument(role="Target", filler="m")]),
    ])  # fmt: skip
    missed = Prediction(id="d1", mentions=[dam], events=[PredEvent(id="e", start=5, end=9, type="Disaster")])
    corpus = wiki_events(dev, _jsonl(tmp_path / "ours.jsonl", {"id": "d1", "mentions": [], "events": []}))
    assert [d.text for d in corpus.documents] == [text]
    names = ("trigger that overlaps", "argument of such a trigger, head in the filler",
             "argument of any trigger, head in the filler")  # fmt: skip
    for row, figures in ((found, (1.0, 1.0, 1.0)), (missed, (0.0, None, 0.0))):
        compared = corpus.compare([row])
        assert tuple(compared.agreement.f1[name] for name in names) == figures
        assert (compared.human, compared.predicted) == (1, 1)


def test_missing_prediction_is_empty() -> None:
    (row,) = of_set({}, ["d1"])
    assert (row.id, row.mentions, row.records) == ("d1", [], [])


class Constant:
    """An extractor that counts how often it is trained."""

    trained = 0

    def fit(self, documents: Sequence[Document]) -> None:
        Constant.trained += 1

    def predict(self, document: Document) -> Prediction:
        return Prediction(id=document.id, records=[])


def _fake(predictions: Sequence[Prediction]) -> Compared:
    return Compared(Agreement(len(predictions), {"record.ceaf": 1 / 3}, {"record.ceaf": [0.1, 0.5]}, {}), 5, 4)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Replace the corpora by one of two documents, of which we annotated one; return the file of figures."""
    made = Corpus([document("Calm.", id=n) for n in "ab"], {OURS: ["a"], ALL: ["a", "b"]}, _fake, _fake([]))
    monkeypatch.setattr(external, "corpora", lambda *_: [("muc4", lambda: made)])
    monkeypatch.setenv("GOLDWIRE_REAL", str(tmp_path))
    return tmp_path / "external.json"


def test_measured_rows_are_added_or_replaced(small: Path) -> None:
    name = f"{__name__}:Constant"
    Constant.trained = 0
    external.measure([name], small)
    assert Constant.trained == 1
    found = external.load(small)
    assert found is not None
    assert [(r.documents, r.system, r.number) for r in found.rows] == [
        (ALL, name, 2), (OURS, external.CEILING, 0), (OURS, name, 1),
    ]  # fmt: skip
    other = external.row("muc4", ALL, "other", _fake([]))
    external.write(small, external.Measured("0#0", [*found.rows, other]))
    external.measure([name], small)
    again = external.load(small)
    assert again is not None
    assert [r.system for r in again.rows] == ["other", name, external.CEILING, name]
    assert again.data != "0#0"
    assert again.rows[0].figures["record.ceaf"] == external.Figure(0.333333, (0.1, 0.5))


def test_measuring_needs_the_corpora(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("GOLDWIRE_REAL", raising=False)
    with pytest.raises(UsageError, match="GOLDWIRE_REAL is not set"):
        external.measure([], tmp_path / "external.json")


def test_stored_predictions_of_the_field_part_are_used() -> None:
    found = external.stored_field("rules")
    assert found is not None
    assert all(p.id.startswith("field-") for p in found)
    assert external.stored_field("unheard-of") is None


def test_section_shows_systems_in_order_and_the_ceiling_last() -> None:
    def row(system: str, f1: float | None, pair: tuple[float, float] | None = None) -> external.Row:
        return external.Row("muc4", OURS, system, 40, 10, 30, {"record.ceaf": external.Figure(f1, pair)})

    page = external.render(
        [row("low", 0.1), row(external.CEILING, 0.5, (0.4, 0.9)), row("high", 0.2), row("none", None)]
    )
    lines = [line for line in page.splitlines() if line.startswith("| ")][2:]
    assert [line.split(" | ")[0] for line in lines] == ["| high", "| low", "| none", "| our annotation"]
    # F1 0.2 of 30 and 10 records: similarities add up to 4.
    assert lines[0].startswith("| high | 30 | 20.0 | 13.3, 40.0 | - |")
    assert lines[-1].startswith("| our annotation | 30 | 50.0 (40.0 to 90.0) | 33.3, 100.0 |")
    assert "Not measured yet." in external.render([])


def test_stored_ceiling_is_that_of_the_page_on_people() -> None:
    found = external.load()
    assert found is not None
    page = (ROOT / "annotation" / "human.md").read_text(encoding="utf-8")
    rows = {r.corpus: r for r in found.rows if r.system == external.CEILING}
    assert rows.keys() == external.TITLES.keys()
    for row in rows.values():
        for layer, figure in row.figures.items():
            name = layer.removeprefix("record.")
            line = next((x for x in page.splitlines() if f", {name} |" in x), None)
            if layer != external.wikievents.ALL_ARGUMENTS:
                assert line is not None
                assert f"| {row.number} | {external.percent(figure.value)} |" in line


def test_stored_file_holds_no_text() -> None:
    found = external.load()
    assert found is not None
    layers = {layer for layers in external.LAYERS.values() for layer in layers}
    for row in found.rows:
        assert row.corpus in external.TITLES
        assert row.documents in (OURS, ALL)
        assert row.figures.keys() <= layers
        assert len(row.system) < 40


def test_section_shows_every_stored_row() -> None:
    found = external.load()
    assert found is not None
    page = external.section()
    assert sum(line.startswith("| ") and "---" not in line for line in page.splitlines()) == len(found.rows) + len(
        {(r.corpus, r.documents) for r in found.rows}
    )


def test_ceiling_follows_from_the_corpora(real: Path) -> None:
    found = external.load()
    assert found is not None
    stored = {r.corpus: r for r in found.rows if r.system == external.CEILING}
    for name, reader in corpora(real, external.HUMAN):
        assert external.row(name, OURS, external.CEILING, reader().ceiling) == stored[name]

"""Records of predictions made with gold layers given: shown apart, never ranked, and not mixed with others."""

import json
from collections.abc import Sequence
from pathlib import Path

import goldwire as gw
import msgspec
import pytest
from conftest import ids, run
from records import held_out, predictions

from goldwire_baselines.leaderboard import hub
from goldwire_baselines.leaderboard import stored_predictions as stored
from goldwire_baselines.leaderboard.board import Board, merge, read_entries
from goldwire_baselines.leaderboard.folder import write_record
from goldwire_baselines.leaderboard.record import HELD_OUT, Data, Record, encode, read_record
from goldwire_baselines.leaderboard.render_html import html
from goldwire_baselines.leaderboard.render_text import markdown, text
from goldwire_corpus.errors import DataError, UsageError
from goldwire_corpus.schema.document import Document
from goldwire_corpus.schema.prediction import GivenLayer, PredEvent, Prediction, PredMention

# Stored predictions are scored and compared.
pytestmark = pytest.mark.slow

MENTIONS: list[GivenLayer] = ["mentions"]
BOTH: list[GivenLayer] = ["mentions", "triggers"]
TITLE = "With gold input (mentions, triggers)"


class Mirror:
    """A model of no skill: it returns the mentions and triggers that it is given."""

    uses = ("mentions", "triggers")

    def fit(self, documents: Sequence[Document]) -> None:
        pass

    def predict(self, document: Document) -> Prediction:
        return Prediction(
            id=document.id,
            mentions=[PredMention(start=m.start, end=m.end, type=m.type, level=m.level) for m in document.mentions],
            events=[PredEvent(start=e.start, end=e.end, type=e.type) for e in document.events],
        )


def _given(leave: int, layers: list[GivenLayer] | None) -> list[Prediction]:
    return [msgspec.structs.replace(p, given=layers) for p in predictions(leave)]


def _write(folder: Path, name: str, leave: int, layers: list[GivenLayer] | None = None) -> Record:
    runs = {None: {HELD_OUT: _given(leave, layers)}}
    return write_record(folder, name, runs, held_out(), description="a test", training="nothing")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with records of two systems that read the text alone and of three that were given gold."""
    made = tmp_path_factory.mktemp("board")
    for name, leave, layers in (
        ("good", 9, None), ("poor", 2, None), ("apart", 20, BOTH), ("worse", 3, BOTH), ("other", 4, MENTIONS),
    ):  # fmt: skip
        _write(made, name, leave, layers)
    return made


@pytest.fixture(scope="module")
def board(folder: Path) -> Board:
    return merge(read_entries([folder]))


def test_systems_that_were_given_gold_are_not_ranked(board: Board) -> None:
    assert [(row.name, row.cells[HELD_OUT]["ner"].group) for row in board.rows] == [("good", 1), ("poor", 2)]
    assert [(row.name, row.given) for row in board.gold_input] == [
        ("apart", BOTH), ("other", MENTIONS), ("worse", BOTH)
    ]  # fmt: skip
    assert {cell.group for row in board.gold_input for cell in row.cells[HELD_OUT].values()} == {None}
    assert not any(row.compared for row in board.gold_input)


def test_text_shows_them_apart_with_what_was_given(board: Board) -> None:
    lines = list(text(board))
    start, other = (next(i for i, line in enumerate(lines) if line.startswith(title))
                    for title in (TITLE, "With gold input (mentions):"))  # fmt: skip
    assert lines[start] == f"{TITLE}: not comparable with the figures above"
    assert not any(line.startswith(("apart", "worse", "other")) for line in lines[:start])
    assert [line.split()[0] for line in lines[start + 2 : start + 4]] == ["apart", "worse"]
    assert lines[other + 2].split()[0] == "other"
    assert "not ranked; their figures of a given layer are those of gold" in " ".join(lines)


def test_markdown_shows_them_apart(board: Board) -> None:
    page = "\n".join(markdown(board))
    above, _, below = page.partition(f"## {TITLE}\n\nThese are not comparable with the figures above.\n")
    ranked = above.partition("## Systems")[0]
    assert "| good |" in ranked
    assert "| apart |" not in ranked
    assert "| apart |" in below
    assert "## With gold input (mentions)\n" in below


def test_page_shows_them_apart(board: Board) -> None:
    above, _, below = html(board).partition('<section id="apart">')
    assert '<a href="#apart">' in above
    assert f"{TITLE}: not comparable with the figures above." in below
    assert ">apart</th>" in below
    assert ">apart</th>" not in above.partition('<section id="systems">')[0]
    assert 'class="place"' not in below


def test_json_has_rows_of_their_own(board: Board, folder: Path) -> None:
    made = json.loads(run("leaderboard", folder, "--only", "--format", "json").stdout)
    assert [row["name"] for row in made["rows"]] == ["good", "poor"]
    assert [(row["name"], row["given"]) for row in made["gold_input"]] == [(r.name, r.given) for r in board.gold_input]


def test_other_data_and_gold_input(folder: Path) -> None:
    entries = read_entries([folder])
    old = [msgspec.structs.replace(e.record, data=Data("0.9.0", "beef" * 16)) for e in entries if e.record.given]
    found = merge([e._replace(record=record, statistics=None) for e, record in zip(entries, old, strict=False)])
    assert found.gold_input == []
    assert f"{TITLE} and made on other data (0.9.0#beefbeef): not comparable" in " ".join(text(found))


def test_file_of_a_run_makes_a_record_that_says_what_was_given(tmp_path: Path) -> None:
    source, sent = tmp_path / "p.jsonl", tmp_path / "sent"
    model = f"{__name__}:Mirror"
    assert run("run", model, "--given", "triggers,mentions", "--out", source, "--json", "-").exit_code == 0
    facts = ("--description", "a mirror", "--training", "nothing", "--out", sent)
    assert run("leaderboard", "record", "mirror", source, *facts).exit_code == 0
    record = read_record(sent / "results" / "mirror.json")
    assert record.given == BOTH
    assert all("|given:mentions+triggers|" in signature for signature in record.signatures.values())
    assert {tuple(p.given or ()) for p in stored.read(sent / "predictions" / "mirror.jsonl.gz")} == {tuple(BOTH)}
    verified = run("leaderboard", "verify", sent / "results" / "mirror.json", sent / "predictions")
    assert verified.exit_code == 0, verified.output
    shown = gw.leaderboard([sent], own=False).board
    assert (shown.rows, [row.name for row in shown.gold_input]) == ([], ["mirror"])


def test_predictions_that_differ_in_what_was_given(tmp_path: Path) -> None:
    mixed = _given(3, BOTH)
    mixed[5].given = None
    source = tmp_path / "mixed.jsonl"
    source.write_bytes(b"".join(msgspec.json.encode(p) + b"\n" for p in mixed))
    facts = ("--description", "a test", "--training", "nothing", "--out", tmp_path / "sent")
    result = run("leaderboard", "record", "mixed", source, *facts)
    assert result.exit_code == 1
    assert f"error [given-differs] {mixed[5].id} has nothing given from gold, {mixed[0].id} mentions, triggers; " in (
        result.stderr
    )
    assert not (tmp_path / "sent").exists()


def test_seeds_that_differ_in_what_was_given(tmp_path: Path) -> None:
    runs = {0: {HELD_OUT: _given(3, None)}, 1: {HELD_OUT: _given(4, MENTIONS)}}
    with pytest.raises(DataError, match="has mentions given from gold") as error:
        write_record(tmp_path, "mixed", runs, held_out(), description="a test", training="nothing")
    assert ids(error) == ["given-differs"]


def test_record_that_hides_what_was_given_is_refused(tmp_path: Path) -> None:
    record = _write(tmp_path, "sly", 9, BOTH)
    path = tmp_path / "results" / "sly.json"
    signatures = {part: s.replace("|given:mentions+triggers", "") for part, s in record.signatures.items()}
    path.write_bytes(encode(msgspec.structs.replace(record, signatures=signatures)))
    with pytest.raises(
        DataError, match="the layers given from gold are none in the record, and others in the"
    ) as error:
        read_entries([tmp_path])
    assert ids(error) == ["record-differs"]
    verified = run("leaderboard", "verify", path, tmp_path / "predictions")
    assert verified.exit_code == 1
    assert "test+retold signature: " in verified.stdout


def test_parts_of_a_record_that_differ_in_what_was_given(tmp_path: Path) -> None:
    record = _write(tmp_path, "mixed", 9, MENTIONS)
    path = tmp_path / "results" / "mixed.json"
    signatures = {**record.signatures, "test": record.signatures["test"].replace("|given:mentions", "")}
    path.write_bytes(encode(msgspec.structs.replace(record, signatures=signatures)))
    with pytest.raises(DataError, match="test: its signature has nothing given from gold, others mentions") as error:
        read_record(path)
    assert ids(error) == ["record-figures"]


def test_predictions_of_real_parts_keep_what_was_given() -> None:
    gold = held_out()[HELD_OUT][:1]
    (kept,) = stored.without_text(_given(9, BOTH)[:1], {d.id: d for d in gold}, "x")
    assert kept.given == BOTH


def test_figures_of_other_given_layers_are_not_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A new record keeps the figures of real parts that only the old one has, unless gold was given for one of them."""
    record = _write(tmp_path, "mine", 9, None)
    runs = [
        msgspec.structs.replace(record.runs[0], parts=record.runs[0].parts | {"field": record.runs[0].parts["test"]})
    ]
    more = {"signatures": record.signatures | {"field": record.signatures["test"]},
            "documents": record.documents | {"field": record.documents["test"]}}  # fmt: skip
    (tmp_path / "results" / "mine.json").write_bytes(encode(msgspec.structs.replace(record, runs=runs, **more)))
    assert "field" not in _write(tmp_path, "mine", 9, BOTH).signatures
    assert "dropped the figures of field: made with other layers given from gold" in capsys.readouterr().err


def test_the_hub_ranks_no_system_that_was_given_gold(folder: Path) -> None:
    record = read_record(folder / "results" / "apart.json")
    with pytest.raises(UsageError, match="apart was given gold"):
        hub.eval_results(record, "org/goldwire")
    card = hub.model_index(record, "org/goldwire")
    assert "F1 ner, given mentions, triggers" in " ".join(card.split())

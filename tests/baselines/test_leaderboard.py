"""The leaderboard: groups, merged folders, verification, formats, and what is refused."""

import json
import re
from fractions import Fraction
from itertools import combinations, product
from pathlib import Path

import goldwire as gw
import msgspec
import numpy as np
import pytest
from conftest import ids, run
from records import held_out, predictions

from goldwire_baselines.leaderboard import stored_predictions as stored
from goldwire_baselines.leaderboard.board import Board, Cell, Row, Size, merge, read_entries
from goldwire_baselines.leaderboard.ceiling import read_ceiling
from goldwire_baselines.leaderboard.folder import write_record
from goldwire_baselines.leaderboard.groups import groups, p_values
from goldwire_baselines.leaderboard.measure import gold_of
from goldwire_baselines.leaderboard.record import HELD_OUT, Data, Record, Run, encode, read_record
from goldwire_baselines.leaderboard.render_html import html
from goldwire_baselines.leaderboard.render_text import markdown, text
from goldwire_baselines.leaderboard.submission import _by_part
from goldwire_corpus.errors import DataError
from goldwire_corpus.parts import Copies
from goldwire_corpus.schema.prediction import PredMention
from goldwire_eval.metrics.prf import MATCHED
from goldwire_eval.stats.accumulate import CountsByDocument

# Stored predictions are scored and compared.
pytestmark = pytest.mark.slow

# ---------------------------------------------------------------- groups


def _units(rows: list[tuple[int, int, int]]) -> CountsByDocument:
    units = CountsByDocument({"ner": MATCHED})
    units.rows = np.array(rows, dtype=np.float64)
    return units


def _f1(rows: list[tuple[int, int, int]]) -> Fraction:
    tp, fp, fn = (sum(column) for column in zip(*rows, strict=True))
    return Fraction(2 * tp, 2 * tp + fp + fn)


def _exact_p(a: list[tuple[int, int, int]], b: list[tuple[int, int, int]]) -> Fraction:
    """Return p over all ways to swap the units of two systems, in exact arithmetic."""
    observed, extreme = abs(_f1(a) - _f1(b)), 0
    for swaps in product((False, True), repeat=len(a)):
        pairs = [(y, x) if swap else (x, y) for x, y, swap in zip(a, b, swaps, strict=True)]
        extreme += abs(_f1([x for x, _ in pairs]) - _f1([y for _, y in pairs])) >= observed
    return Fraction(extreme, 2 ** len(a))


def test_p_of_each_pair_is_corrected_for_all_pairs() -> None:
    systems = {
        "good": [(9, 1, 1), (8, 2, 1), (9, 0, 2), (7, 1, 1), (9, 1, 2), (8, 1, 1), (9, 2, 1), (9, 1, 0)],
        "fair": [(7, 2, 3), (6, 3, 3), (7, 1, 4), (6, 3, 2), (7, 3, 4), (6, 2, 3), (7, 4, 3), (7, 2, 2)],
        "even": [(7, 3, 3), (7, 3, 2), (6, 1, 5), (6, 2, 2), (7, 2, 4), (7, 2, 2), (6, 4, 4), (7, 3, 2)],
    }
    raw = {frozenset(pair): _exact_p(*(systems[name] for name in pair)) for pair in combinations(systems, 2)}
    # Holm: the smallest of three p-values times three, the next times two, never below the one before.
    expected, least = {}, Fraction(0)
    for place, pair in enumerate(sorted(raw, key=lambda pair: raw[pair])):
        least = max(least, raw[pair] * (3 - place))
        expected[pair] = min(least, Fraction(1))
    found = p_values({name: _units(rows) for name, rows in systems.items()}, ["ner"])["ner"]
    assert found.keys() == expected.keys()
    for pair, p in expected.items():
        assert found[pair] == pytest.approx(float(p))
    places = groups({name: float(_f1(rows)) for name, rows in systems.items()}, found)
    assert places == {"good": 1, "fair": 2, "even": 2}


def _p(**pairs: float) -> dict[frozenset[str], float]:
    return {frozenset(pair): p for pair, p in pairs.items()}


def test_groups_by_hand() -> None:
    f1 = {"a": 0.9, "b": 0.8, "c": 0.7}
    assert groups(f1, _p(ab=0.01, ac=0.01, bc=0.01)) == {"a": 1, "b": 2, "c": 3}
    assert groups(f1, _p(ab=0.2, ac=0.01, bc=0.01)) == {"a": 1, "b": 1, "c": 2}
    # a and c differ, but neither differs from b between them: no boundary separates all above from all below.
    assert groups(f1, _p(ab=0.2, ac=0.01, bc=0.2)) == {"a": 1, "b": 1, "c": 1}
    assert groups(f1, {}) == {"a": 1, "b": 1, "c": 1}
    assert groups({}, {}) == {}


# ---------------------------------------------------------------- folders


def _write(folder: Path, name: str, leave: int, **facts: str) -> Record:
    given = {"description": "a test", "training": "nothing", **facts}
    return write_record(folder, name, {None: {HELD_OUT: predictions(leave)}}, held_out(), **given)


def test_merged_folders(tmp_path: Path) -> None:
    _write(tmp_path / "one", "good", 9)
    _write(tmp_path / "two", "poor", 2)
    flat = tmp_path / "flat"
    flat.mkdir()
    _write(tmp_path / "three", "fair", 3)
    for path in (tmp_path / "three").glob("*/*"):
        path.rename(flat / path.name)
    board = merge(read_entries([tmp_path / "one", tmp_path / "two", flat]), read_ceiling())
    assert [row.name for row in board.rows] == ["good", "fair", "poor"]
    assert all(row.compared for row in board.rows)
    assert [row.cells[HELD_OUT]["trigger.cls"].group for row in board.rows] == [1, 2, 3]
    # Layers that no system attempts have no column.
    assert "time.value" not in board.metrics
    assert board.ceiling is not None
    assert 0.9 < (board.ceiling.cells["test"]["mention.exact"].f1 or 0) < 1


def test_system_without_predictions_is_not_compared(tmp_path: Path) -> None:
    for name, leave in (("good", 9), ("poor", 2), ("alone", 3)):
        _write(tmp_path, name, leave)
    (tmp_path / "predictions" / "alone.jsonl.gz").unlink()
    board = merge(read_entries([tmp_path]))
    assert {row.name: row.cells[HELD_OUT]["ner"].group for row in board.rows} == {"good": 1, "alone": None, "poor": 2}
    printed = "\n".join(text(board))
    assert "Not compared, for want of predictions: alone." in printed


def test_record_of_other_data_is_set_apart(tmp_path: Path) -> None:
    _write(tmp_path, "good", 9)
    other = _write(tmp_path, "old", 3)
    changed = msgspec.structs.replace(other, data=Data("0.9.0", "beef" * 16))
    (tmp_path / "results" / "old.json").write_bytes(encode(changed))
    board = merge(read_entries([tmp_path]))
    assert [row.name for row in board.rows] == ["good"]
    assert [row.name for row in board.other_data] == ["old"]
    for shown in ("\n".join(text(board)), "\n".join(markdown(board)), html(board)):
        assert "0.9.0#beefbeef" in shown
    assert "not comparable" in "\n".join(text(board))


def test_two_records_of_one_name(tmp_path: Path) -> None:
    _write(tmp_path / "one", "same", 9)
    _write(tmp_path / "two", "same", 3)
    with pytest.raises(DataError, match="another record has the name 'same'") as error:
        read_entries([tmp_path / "one", tmp_path / "two"])
    assert ids(error) == ["record-duplicate"]


def test_record_that_was_edited_is_refused(tmp_path: Path) -> None:
    _write(tmp_path, "good", 9)
    path = tmp_path / "results" / "good.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"f1":0.9', '"f1":0.8', 1), encoding="utf-8")
    result = run("leaderboard", tmp_path)
    assert result.exit_code == 1
    assert "record-figures" in result.stderr
    assert "its counts give" in result.stderr


def test_invalid_record_is_replaced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _write(tmp_path, "good", 9)
    path = tmp_path / "results" / "good.json"
    before = path.read_bytes()
    path.write_text("{}", encoding="utf-8")
    _write(tmp_path, "good", 9)
    assert path.read_bytes() == before
    assert "nothing of it is kept" in capsys.readouterr().err


def test_predictions_that_give_other_figures_are_refused(tmp_path: Path) -> None:
    _write(tmp_path, "good", 9)
    stored.write(tmp_path / "predictions" / "good.jsonl.gz", predictions(8))
    with pytest.raises(DataError, match="differs from that of the predictions") as error:
        read_entries([tmp_path])
    assert ids(error) == ["record-differs"]


def test_folders_without_records(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "none"):
        result = run("leaderboard", folder)
        assert result.exit_code == 1
        assert "file-missing" in result.stderr


# ---------------------------------------------------------------- verify


def test_verify(tmp_path: Path) -> None:
    _write(tmp_path, "good", 9)
    path, folder = tmp_path / "results" / "good.json", tmp_path / "predictions"
    for source in (folder, folder / "good.jsonl.gz"):
        result = run("leaderboard", "verify", path, source)
        assert result.exit_code == 0, result.output
        assert "all figures of test+retold, test, retold are equal" in result.stdout


def test_verify_lists_each_figure_that_differs(tmp_path: Path) -> None:
    _write(tmp_path, "good", 9)
    changed = predictions(9)
    changed[0].mentions = []
    stored.write(tmp_path / "predictions" / "good.jsonl.gz", changed)
    result = run("leaderboard", "verify", tmp_path / "results" / "good.json", tmp_path / "predictions")
    assert result.exit_code == 1
    lines = [line for line in result.stdout.splitlines() if " mention.exact: " in line]
    first = held_out()[HELD_OUT][0]
    # Of the first document every ninth mention was left out; now all are missed.
    lost = len(first.mentions) - len(first.mentions[::9])
    found = [tuple(map(float, re.findall(r"\btp ([\d.]+)", line))) for line in lines]
    assert [old - new for old, new in found] == [lost, lost, lost]
    assert [line.partition(" mention.exact")[0] for line in lines] == [
        "test+retold",
        f"test+retold {first.world}",
        "test",
    ]
    assert not any("trigger" in line for line in result.stdout.splitlines())
    assert "figures differ" in result.stderr


def test_verify_without_predictions(tmp_path: Path) -> None:
    _write(tmp_path, "good", 9)
    (tmp_path / "predictions" / "good.jsonl.gz").unlink()
    result = run("leaderboard", "verify", tmp_path / "results" / "good.json", tmp_path / "predictions")
    assert result.exit_code == 1
    assert "file-missing" in result.stderr


def test_verify_of_several_runs_needs_the_folder(tmp_path: Path) -> None:
    runs = {seed: {HELD_OUT: predictions(leave)} for seed, leave in enumerate((3, 4))}
    write_record(tmp_path, "many", runs, held_out(), description="a test")
    path = tmp_path / "results" / "many.json"
    assert run("leaderboard", "verify", path, tmp_path / "predictions").exit_code == 0
    result = run("leaderboard", "verify", path, tmp_path / "predictions" / "many.0.jsonl.gz")
    assert result.exit_code == 2
    assert "expected the folder" in result.stderr


# ---------------------------------------------------------------- rescore


def test_rescore_makes_an_equal_record(tmp_path: Path) -> None:
    _write(tmp_path, "good", 9, url="https://example.org")
    _write(tmp_path, "poor", 2)
    path = tmp_path / "results" / "good.json"
    before = path.read_bytes()
    # Older figures, as before a new metric: without those of the triggers.
    record = read_record(path)
    scores = record.runs[0].parts[HELD_OUT]
    kept = {name: figures for name, figures in scores.metrics.items() if not name.startswith("trigger")}
    parts = record.runs[0].parts | {HELD_OUT: msgspec.structs.replace(scores, metrics=kept)}
    path.write_bytes(encode(msgspec.structs.replace(record, runs=[Run(parts)])))
    assert run("leaderboard", "verify", path, tmp_path / "predictions").exit_code == 1
    assert run("leaderboard", "rescore", "--folder", tmp_path).stdout.split() == ["good", "poor"]
    assert path.read_bytes() == before


def test_rescore_on_other_data_says_what_it_was_trained_on(tmp_path: Path) -> None:
    old = msgspec.structs.replace(_write(tmp_path, "good", 9), data=Data("0.9.0", "beef" * 16))
    path = tmp_path / "results" / "good.json"
    path.write_bytes(encode(old))
    result = run("leaderboard", "rescore", "good", "--folder", tmp_path)
    assert "trained on data 0.9.0#beefbeef" in result.stderr
    record = read_record(path)
    assert record.training == "nothing, data 0.9.0#beefbeef"
    assert [row.name for row in merge(read_entries([tmp_path])).rows] == ["good"]


def test_rescore_of_an_unknown_record(tmp_path: Path) -> None:
    _write(tmp_path, "good", 9)
    result = run("leaderboard", "rescore", "better", "--folder", tmp_path)
    assert result.exit_code == 2
    assert "no record better; expected some of good" in result.stderr


# ---------------------------------------------------------------- records of others


def _jsonl(path: Path, leave: int) -> Path:
    path.write_bytes(b"".join(msgspec.json.encode(p) + b"\n" for p in predictions(leave)))
    return path


def test_record_from_a_file_of_predictions(tmp_path: Path) -> None:
    source = _jsonl(tmp_path / "theirs.jsonl", 4)
    facts = (
        "--description",
        "their model",
        "--training",
        "train",
        "--parameters",
        "12",
        "--url",
        "https://example.org",
    )
    result = run("leaderboard", "record", "theirs", source, "--out", tmp_path / "sent", *facts)
    assert result.exit_code == 0, result.output
    board = gw.leaderboard([tmp_path / "sent"], own=False).board
    (row,) = board.rows
    assert (row.name, row.description, row.training, row.parameters) == ("theirs", "their model", "train", 12)
    expected = gw.score(source)
    assert row.cells[HELD_OUT]["ner"].f1 == pytest.approx(expected["ner"].f1, abs=1e-6)
    assert row.cells[HELD_OUT]["ner"].interval == pytest.approx(expected["ner"].interval, abs=1e-6)


def test_rows_of_a_file_have_all_fields_that_are_stored(tmp_path: Path) -> None:
    """A file that gives offsets alone is read into types without the field `quote`."""
    found = _by_part(_jsonl(tmp_path / "theirs.jsonl", 4), gold_of(Copies()))
    mentions = [m for rows in found.values() for p in rows for m in p.mentions or ()]
    assert mentions
    assert {type(m) for m in mentions} == {PredMention}


def test_record_of_several_seeds_from_files(tmp_path: Path) -> None:
    sources = [_jsonl(tmp_path / f"{leave}.jsonl", leave) for leave in (4, 5)]
    facts = ("--description", "their model", "--training", "train", "--out", tmp_path / "sent")
    assert run("leaderboard", "record", "theirs", *sources, *facts).exit_code == 0
    assert [p.name for p in sorted((tmp_path / "sent" / "predictions").iterdir())] == [
        "theirs.0.jsonl.gz",
        "theirs.1.jsonl.gz",
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('{"id": "nowhere", "mentions": []}', "document-unknown"),
        ('{"id": "wire-01", "mentions": []}', "document-unknown"),
        ('{"id": "retold-01", "mentions": []}', "no prediction for a document of test"),
        (
            '{"id": "haldmark-01", "mentions": []}\n'
            '{"id": "retold-01", "mentions": [{"quote": "no such words", "type": "GPE"}]}',
            "quote-missing",
        ),
        ('{"id": "retold-01", "mentions": [{', "json"),
    ],
)
def test_predictions_that_make_no_record(content: str, expected: str, tmp_path: Path) -> None:
    source = tmp_path / "theirs.jsonl"
    source.write_text(content + "\n", encoding="utf-8")
    facts = ("--description", "their model", "--training", "train", "--out", tmp_path / "sent")
    result = run("leaderboard", "record", "theirs", source, *facts)
    assert result.exit_code == 1
    assert expected in result.stderr
    assert not (tmp_path / "sent").exists()


# ---------------------------------------------------------------- formats


@pytest.fixture
def board() -> Board:
    """Two systems, one name of which is not safe in HTML or Markdown; one has several seeds."""
    cells = {
        HELD_OUT: {"ner": Cell(0.5, (0.4, 0.6), 0.012, 1), "trigger.cls": Cell(None)},
        "test": {"ner": Cell(0.55)},
        "wire": {"ner": Cell(0.31)},
    }
    other = {HELD_OUT: {"ner": Cell(0.25, (0.2, 0.3), None, 2)}, "test": {"ner": Cell(0.25)}}
    return Board(
        data="1.0.0#00000000", sizes={"test": Size(46, 11)}, metrics=["ner", "trigger.cls"],
        rows=[
            Row(name="many", description="<script>|x", seeds=[0, 1, 2], compared=True, cells=cells),
            Row(name="one", compared=True, cells=other),
        ],
        ceiling=Row(name="annotators", cells={"test": {"ner": Cell(0.979, (0.967, 0.99))}}), level=0.05,
    )  # fmt: skip


def test_text(board: Board) -> None:
    lines = list(text(board))
    assert lines[0].split() == ["F1,", "test+retold", "ner", "trigger.cls"]
    assert lines[1].split() == ["many", "1", "50.0", "±1.2", "40.0-60.0", "-"]
    assert lines[2].split() == ["one", "2", "25.0", "20.0-30.0", "-"]
    assert lines[3].split() == ["annotators", "97.9", "96.7-99.0", "-"]
    assert [line.split() for line in lines[5:8]] == [
        ["F1", "by", "part", "test", "wire"],
        ["ner", "many", "55.0", "31.0"],
        ["one", "25.0", "-"],
    ]


def test_markdown(board: Board) -> None:
    page = "\n".join(markdown(board))
    assert "| many | 1 50.0 ±1.2 40.0-60.0 | - |" in page
    assert "&lt;script>\\|x" in page
    rows = [line for line in page.splitlines() if line.startswith("|")]
    # Two metrics or two parts beside the name, or the seven facts of a system.
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in rows} == {4, 9}


def test_html(board: Board) -> None:
    page = html(board)
    assert "<script" not in page
    assert "&lt;script&gt;|x" in page
    assert not re.findall(r'(?:src|href)="(?!#|data:)', page)
    assert "url(" not in page
    assert "default-src 'none'" in page


def test_command_writes_every_format(tmp_path: Path) -> None:
    _write(tmp_path / "sent", "good", 9)
    expected = {"md": "# Goldwire leaderboard", "html": "<!doctype html>", "json": "{", "txt": "F1, test+retold"}
    for suffix, start in expected.items():
        out = tmp_path / f"board.{suffix}"
        result = run("leaderboard", "show", tmp_path / "sent", "--only", "--out", out)
        assert result.exit_code == 0, result.output
        assert out.read_text(encoding="utf-8").lstrip().startswith(start)
    made = json.loads((tmp_path / "board.json").read_text(encoding="utf-8"))
    assert made == json.loads(gw.leaderboard([tmp_path / "sent"], own=False).to_json())
    printed = run("leaderboard", tmp_path / "sent", "--only", "--format", "markdown").stdout
    assert printed == (tmp_path / "board.md").read_text(encoding="utf-8")


def test_usage() -> None:
    assert run("leaderboard", "--only").exit_code == 2
    assert run("leaderboard", "--update", "folder").exit_code == 2
    assert "verify" in run("leaderboard", "--help").stdout

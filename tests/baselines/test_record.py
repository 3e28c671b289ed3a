"""Records: what is read and refused, and what follows from several runs."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from conftest import ids
from records import held_out, predictions

from goldwire_baselines.leaderboard.folder import make_record
from goldwire_baselines.leaderboard.record import HELD_OUT, Record, encode, inconsistencies, read_record
from goldwire_corpus.errors import DataError


@pytest.fixture(scope="module")
def record() -> Record:
    return make_record("mine", {None: {HELD_OUT: predictions(3)}}, held_out(), description="a test")


@pytest.fixture(scope="module")
def seeds() -> Record:
    runs = {seed: {HELD_OUT: predictions(leave)} for seed, leave in enumerate((3, 4, 6))}
    return make_record("mine", runs, held_out(), description="a test")


def _stored(record: Record, path: Path, change: Callable[[Any], None] | None = None) -> Path:
    content = json.loads(encode(record))
    if change is not None:
        change(content)
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_record_round_trip(record: Record, tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    path.write_bytes(encode(record))
    found = read_record(path)
    assert msgspec.structs.replace(found, checksum="") == record
    assert encode(found) == encode(record) == path.read_bytes()


def test_record_is_equal_on_every_run(record: Record) -> None:
    again = make_record("mine", {None: {HELD_OUT: predictions(3)}}, held_out(), description="a test")
    assert encode(again) == encode(record)


def test_a_metric_is_a_line(record: Record) -> None:
    lines = encode(record).decode().splitlines()
    (line, *others) = [line for line in lines if line.strip().startswith('"mention.exact"')]
    metric = json.loads("{" + line.strip().rstrip(",") + "}")["mention.exact"]
    gold = sum(len(d.mentions) for d in held_out()[HELD_OUT])
    # Every third mention of a document is left out, from the first on; all others are right.
    left = sum(len(d.mentions[::3]) for d in held_out()[HELD_OUT])
    assert metric["counts"] == {"tp": gold - left, "fp": 0, "fn": left}
    assert metric["precision"] == 1
    assert metric["recall"] == pytest.approx((gold - left) / gold, abs=1e-6)
    assert others


def _metrics(content: Any) -> Any:
    return content["runs"][0]["parts"][HELD_OUT]["metrics"]


def _metric(content: Any) -> Any:
    return _metrics(content)["mention.exact"]


@pytest.mark.parametrize(
    ("change", "id", "message"),
    [
        (lambda c: _metric(c).update(f1=0.99), "record-figures", "f1 is 0.99, but its counts give 0.79"),
        (lambda c: _metric(c)["counts"].update(tp=4000), "record-figures", "but its counts give"),
        (lambda c: _metric(c).update(counts={"tp": 1}), "record-figures", "counts tp; expected tp, fp, fn"),
        (lambda c: _metric(c).update(interval=[0.9, 0.1]), "record-figures", "invalid interval 0.9 to 0.1"),
        (lambda c: c.update(description="the best"), "record-edited", "the file was edited"),
        (lambda c: c.update(ours=True), "record-format", "unknown field `ours`"),
        (lambda c: c.pop("libraries"), "record-format", "missing required field `libraries`"),
        (lambda c: c.pop("format"), "record-format", "no key `format`"),
        (lambda c: c.update(format="goldwire-record/9"), "record-format", "Invalid enum value"),
        (lambda c: c.update(runs=[]), "record-format", "length >= 1"),
        (lambda c: c.update(name="../mine"), "record-format", "matching regex"),
        (lambda c: c["signatures"].pop("retold"), "record-figures", "retold: no signature"),
        (lambda c: c["runs"].append(c["runs"][0]), "record-figures", "several runs need different seeds"),
        (lambda c: c["runs"][0]["parts"].update(moon={"metrics": {}}), "record-figures", "unknown part 'moon'"),
        (lambda c: _metrics(c).update(best={"f1": 1.0}), "record-figures", "unknown metric 'best'"),
    ],
)  # fmt: skip
def test_records_that_are_refused(
    record: Record, tmp_path: Path, change: Callable[[Any], None], id: str, message: str
) -> None:
    path = _stored(record, tmp_path / "mine.json", change)
    with pytest.raises(DataError) as error:
        read_record(path)
    assert set(ids(error)) == {id}
    assert message in str(error.value)
    assert str(error.value).startswith(str(path))


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b'{"rules": {"version": "0.5.0"}}'])
def test_files_that_are_not_records(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    path.write_bytes(content)
    with pytest.raises(DataError) as error:
        read_record(path)
    assert ids(error) == ["record-format"]


def test_mean_and_deviation_over_seeds(seeds: Record) -> None:
    f1 = [run.parts[HELD_OUT].metrics["trigger.cls"].f1 or 0 for run in seeds.runs]
    mean = sum(f1) / 3
    # The sample standard deviation divides by n - 1.
    deviation = (sum((value - mean) ** 2 for value in f1) / 2) ** 0.5
    spread = seeds.mean[HELD_OUT]["trigger.cls"]
    assert spread.f1 == pytest.approx(mean, abs=1e-6)
    assert spread.deviation == pytest.approx(deviation, abs=1e-6)
    assert spread.interval is not None
    assert spread.interval[0] < mean < spread.interval[1]
    assert list(inconsistencies(seeds)) == []


def test_later_runs_are_brief(seeds: Record) -> None:
    first, *others = seeds.runs
    assert first.parts[HELD_OUT].worlds
    assert "mention.head" in first.parts[HELD_OUT].metrics
    for run in others:
        assert not run.parts[HELD_OUT].worlds
        assert "mention.head" not in run.parts[HELD_OUT].metrics


def test_a_mean_that_is_not_that_of_the_runs(seeds: Record, tmp_path: Path) -> None:
    def change(content: Any) -> None:
        content["mean"][HELD_OUT]["ner"]["f1"] = 0.5

    with pytest.raises(DataError, match=r"ner: mean 0\.5") as error:
        read_record(_stored(seeds, tmp_path / "mine.json", change))
    assert ids(error) == ["record-figures"]

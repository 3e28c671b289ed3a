"""Any bytes as a submission are scored or rejected with a message."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
from conftest import run
from generate import Maker, Row, score_rows
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goldwire_corpus.errors import DataError
from goldwire_eval.policy import Policies
from goldwire_eval.readers.reference import Gold
from goldwire_eval.scorer import score_file

# Many random inputs are read.
pytestmark = pytest.mark.slow

GOLD, PRED = Maker(31).corpus(3)
LENIENT = Policies(invalid="wrong")
GENTLE = settings(
    max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

SCALARS = (
    st.none() | st.booleans() | st.text(max_size=8)
    | st.integers() | st.sampled_from([2**31, 2**53, 2**63 - 1, 2**63, 2**64, 10**30, -1, 0, 10**400])
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(
        ["NIL", "AUTHOR", "m0", "e0", "k0", "d0", "PER", "Attack", "BEFORE", "2024-02-30", "0000-01-01", ""]
    )
)  # fmt: skip
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


def refused_or_scored(path: Path) -> None:
    """Strict and lenient; a DataError says what is wrong, with path and line."""
    gold = path.parent / "gold.jsonl"
    gold.write_text("".join(json.dumps(row) + "\n" for row in GOLD), encoding="utf-8")
    for policies in (Policies(), LENIENT):
        try:
            scored = score_file(path, Gold.of_files([gold]), policies)
        except DataError as error:
            assert error.errors
            for found in error.errors:
                assert str(path) in str(found)
                assert found.message
        else:
            for name in scored.metrics:
                f1 = float(scored.figures(name).f1)
                assert f1 != f1 or 0 <= f1 <= 1 + 1e-12, name


def lines(rows: list[Any]) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


@given(st.binary(max_size=300))
@GENTLE
def test_random_bytes(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "pred.jsonl").write_bytes(data)
    refused_or_scored(tmp_path / "pred.jsonl")


def mutated(data: bytes, rng: random.Random) -> bytes:
    """One to four bytes, or stretches of them, changed, cut out, doubled, or taken from elsewhere."""
    made = bytearray(data)
    for _ in range(rng.randint(1, 4)):
        if not made:
            break
        i, j = sorted(rng.randrange(len(made) + 1) for _ in range(2))
        j = min(j, i + rng.choice((1, 1, 2, 8, 60)))
        how = rng.randrange(5)
        if how == 0:
            made[i:j] = bytes(rng.randrange(256) for _ in range(j - i))
        elif how == 1:
            del made[i:j]
        elif how == 2:
            made[i:i] = made[i:j]
        elif how == 3:
            at = rng.randrange(len(made))
            made[i:j] = made[at : at + j - i]
        else:
            made[i:j] = rng.choice(
                (b"9" * 40, b'"\\ud800"', b"null", b"1e999", b"[[[[", b"{}", b"-1", b"\x00", b"\xff")
            )
    return bytes(made)


@pytest.mark.parametrize("seed", range(3))
def test_mutated_json_lines(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    path = tmp_path / "pred.jsonl"
    for _ in range(15):
        path.write_bytes(mutated(lines(PRED), rng))
        refused_or_scored(path)


@given(st.data())
@GENTLE
def test_any_value_in_any_field(tmp_path: Path, data: st.DataObject) -> None:
    """A good prediction of which some fields hold something else."""
    rows: list[Row] = json.loads(json.dumps(PRED))
    for _ in range(data.draw(st.integers(1, 3))):
        row = data.draw(st.sampled_from(rows))
        field = data.draw(st.sampled_from(sorted(row)))
        items = row[field]
        if isinstance(items, list) and items and isinstance(items[0], dict) and data.draw(st.integers(0, 4)):
            item = data.draw(st.sampled_from(items))
            item[data.draw(st.sampled_from([*sorted(item), "quote", "nth", "head"]))] = data.draw(JSON)
        else:
            row[field] = data.draw(JSON)
    path = tmp_path / "pred.jsonl"
    path.write_bytes(lines(rows))
    refused_or_scored(path)


NUMBERS = (2**53, 2**63 - 1, 2**63, 2**64 - 1, 2**64, 10**30, 10**400, -1, -(2**63) - 1)


@pytest.mark.parametrize(
    ("layer", "item"),
    [
        *(("mentions", {"type": "PER", "start": 0, "end": n}) for n in NUMBERS),
        *(("mentions", {"type": "PER", "start": n, "end": n}) for n in NUMBERS),
        *(("mentions", {"type": "PER", "start": 0, "end": 2, "head_start": n, "head_end": 2}) for n in NUMBERS),
        *(("mentions", {"type": "PER", "start": 0, "end": 2, "head_end": n}) for n in NUMBERS),
        *(("mentions", {"type": "PER", "quote": "a", "nth": n}) for n in NUMBERS),
        *(("quantities", {"start": 0, "end": 1, "min": n, "max": n}) for n in NUMBERS),
        *(("records", {"type": "Attack", "killed_min": n, "killed_max": n, "wounded_max": n}) for n in NUMBERS),
    ],
)
def test_numbers_beyond_all_bounds(tmp_path: Path, layer: str, item: Row) -> None:
    (tmp_path / "pred.jsonl").write_bytes(lines([{"id": "d0", layer: [item]}]))
    refused_or_scored(tmp_path / "pred.jsonl")


@pytest.mark.parametrize(
    "text",
    [
        '{"id": "d0", "quantities": [{"start": 0, "end": 1, "min": 1e400}]}',
        '{"id": "d0", "quantities": [{"start": 0, "end": 1, "min": NaN}]}',
        '{"id": "d0", "quantities": [{"start": 0, "end": 1, "min": -Infinity}]}',
        '{"id": "d0", "mentions": [{"quote": "\\ud800", "type": "PER"}]}',
        '{"id": "\\udfff", "mentions": []}',
        '{"id": "d0", "mentions": [{"quote": "\\u0000", "type": "PER"}]}',
        '{"id": "d0", "mentions": [',
        '{"id": "d0", "mentions": []} trailing',
        '{"id": "d0", "id": "d1", "mentions": []}',
        '"d0"', "null", "[]", "{}", '{"id": null}', "\ufeff" + '{"id": "d0", "mentions": []}',
        '{"id": "d0", "sentences": ' + "[" * 100_000 + "]" * 100_000 + "}",
        '{"id": "d0", "tokens": ' + '{"a":' * 50_000 + "1" + "}" * 50_000 + "}",
        '{"id": "d0", "mentions": ' + "[" * 100_000,
        '{"zzz": ' + "[" * 100_000,
    ],
    ids=range(19),
)  # fmt: skip
def test_unusual_json(tmp_path: Path, text: str) -> None:
    (tmp_path / "pred.jsonl").write_text(text, encoding="utf-8")
    refused_or_scored(tmp_path / "pred.jsonl")


def test_surrogates_in_bytes(tmp_path: Path) -> None:
    (tmp_path / "pred.jsonl").write_bytes(b'{"id": "d0", "mentions": [{"quote": "\xed\xa0\x80", "type": "PER"}]}')
    refused_or_scored(tmp_path / "pred.jsonl")


@pytest.mark.parametrize("seed", range(3))
def test_mutated_files_of_tags(tmp_path: Path, seed: int) -> None:
    """Against a file of tags, and against gold whose tokens they must fit."""
    rng = random.Random(seed)
    good = b"-DOCSTART- O\n\n" + b"".join(b"w%d %s\n" % (i, rng.choice((b"O", b"B-PER", b"I-PER"))) for i in range(30))
    (tmp_path / "gold.conll").write_bytes(good)
    path = tmp_path / "pred.conll"
    for bio in ("repair", "drop", "refuse"):
        for _ in range(8):
            path.write_bytes(mutated(good, rng))
            for gold in (Gold.of_files([tmp_path / "gold.conll"]), Gold.of_files([_jsonl(tmp_path)])):
                for invalid in ("refused", "wrong"):
                    try:
                        score_file(path, gold, Policies(bio=bio, invalid=invalid))  # type: ignore[arg-type]
                    except DataError as error:
                        assert error.errors


def _jsonl(folder: Path) -> Path:
    path = folder / "gold.jsonl"
    if not path.exists():
        path.write_bytes(lines(GOLD))
    return path


def test_command_exits_with_one_and_a_message(tmp_path: Path) -> None:
    rng = random.Random(4)
    path = tmp_path / "pred.jsonl"
    for _ in range(6):
        path.write_bytes(mutated(lines(PRED), rng))
        result = run("score", path, "--gold", _jsonl(tmp_path), "--json", "-")
        assert result.exit_code in (0, 1)
        if result.exit_code:
            assert b"pred.jsonl" in result.stderr_bytes
            assert b"Traceback" not in result.stderr_bytes


def test_duplicate_gold_and_prediction(tmp_path: Path) -> None:
    with pytest.raises(DataError) as error:
        score_rows([GOLD[0], GOLD[0]], [PRED[0], PRED[0]])
    assert {i.id for i in error.value.errors} == {"document-duplicate"}


def test_document_of_many_items() -> None:
    """Ten thousand of everything in one document; the README has the cost of a hundred thousand."""
    rng = random.Random(8)
    text = "abcdefghi " * 100
    spans = [(a, a + rng.randint(1, 60)) for a in (rng.randrange(900) for _ in range(10_000))]
    mentions = [{"start": a, "end": b, "type": "PER", "entity": f"x{i % 1000}"} for i, (a, b) in enumerate(spans)]
    events = [
        {"start": a, "end": b, "type": "Attack", "cluster": f"c{i % 1000}",
         "arguments": [{"role": "Target", "filler": {"start": a, "end": b}}]}
        for i, (a, b) in enumerate(spans)
    ]  # fmt: skip
    relations = [{"type": "BEFORE", "from": f"c{i % 1000}", "to": f"c{i % 999}"} for i in range(2000)]
    gold = {**GOLD[0], "text": text}
    scored = score_rows([gold], [{"id": "d0", "mentions": mentions, "events": events, "relations": relations}])
    assert scored.total("mention.exact").fp > 9000
    assert 0 <= float(scored.figures("coref.conll").f1) < 0.1

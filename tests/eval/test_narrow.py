"""Rows decoded by narrow types equal those of the full type, and are rejected if the full type rejects them."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldwire_corpus.schema.prediction import Prediction
from goldwire_eval.readers.json_decoder import MOST_LABELS, MOST_LESSONS, RowDecoder
from goldwire_eval.readers.reference import GoldRow

SPAN: dict[str, st.SearchStrategy[Any]] = {
    "id": st.sampled_from(["a", "b"]),
    "start": st.integers(0, 9),
    "end": st.integers(0, 9),
    "quote": st.sampled_from(["x", ""]),
    "nth": st.integers(0, 2),
}
WORDS = st.sampled_from(["PER", "Attack", "NAM"])
MENTION = SPAN | {"head": WORDS, "head_start": st.integers(-1, 9), "head_end": st.integers(0, 9), "entity": WORDS}
ARGUMENT = st.fixed_dictionaries({"role": WORDS, "filler": st.one_of(WORDS, st.fixed_dictionaries({}, optional=SPAN))})
EVENT = SPAN | {"realis": WORDS, "cluster": WORDS, "source": st.one_of(WORDS, st.fixed_dictionaries({}, optional=SPAN))}


def items(fields: dict[str, st.SearchStrategy[Any]], **required: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Lists of items; now and then null is written out, or something that no item has."""
    strange = {name: st.one_of(st.none(), kind) for name, kind in fields.items()} | {"other": st.just(1)}
    item = st.fixed_dictionaries(required, optional=fields)
    return st.lists(st.one_of(item, item, item, st.fixed_dictionaries(required, optional=strange)), max_size=4)


ROWS = st.lists(
    st.fixed_dictionaries(
        {"id": st.sampled_from(["d", "e"])},
        optional={
            "mentions": st.one_of(st.none(), items(MENTION, type=WORDS)),
            "times": items({**SPAN, "value": WORDS}),
            "titles": items(SPAN),
            "events": items({**EVENT, "arguments": st.lists(ARGUMENT, max_size=2)}, type=WORDS),
            "text": st.just("y"),
            "beside": st.just(0),
        },
    ),
    min_size=2,
    max_size=12,
)


def decoded(decode: Any, line: bytes) -> Any:
    try:
        row = decode(line)
    except msgspec.ValidationError as error:
        return str(error)
    # Every field of every item is asked for, whether the narrow type has it or not.
    return {
        layer: [{name: getattr(item, name) for name in type_.__struct_fields__} for item in getattr(row, layer)]
        if getattr(row, layer) is not None and type_ is not None
        else getattr(row, layer)
        for layer, type_ in FULL.items()
    }


FULL = dict.fromkeys(Prediction.__struct_fields__) | {
    field.name: field.type.__args__[0].__args__[0]
    for field in msgspec.structs.fields(Prediction)
    if field.name in ("mentions", "times", "quantities", "titles", "events")
}


@pytest.mark.slow
@given(ROWS)
@settings(max_examples=300, deadline=None, derandomize=True)
@pytest.mark.parametrize("type_", [Prediction, GoldRow])
def test_narrow_rows_equal_full_rows(type_: type[Prediction], rows: list[dict[str, Any]]) -> None:
    narrow, full = RowDecoder(type_), msgspec.json.Decoder(type_)
    for line in [json.dumps(row).encode() for row in rows]:
        assert decoded(narrow.decode, line) == decoded(full.decode, line)


def test_items_have_only_the_fields_of_the_file() -> None:
    decoder = RowDecoder(Prediction)
    lines = [
        b'{"id": "d", "mentions": [{"start": 0, "end": 1, "type": "PER"}]}',
        b'{"id": "e", "mentions": [{"start": 0, "end": 1, "type": "PER"}]}',
        b'{"id": "f", "mentions": [{"start": 0, "end": 1, "type": "PER", "level": "NAM"}]}',
        b'{"id": "g", "mentions": [{"start": 0, "end": 1, "type": "PER"}]}',
    ]
    fields = [set((decoder.decode(line).mentions or [])[0].__struct_fields__) for line in lines]
    assert fields[1] == {"start", "end", "type"}
    assert fields[3] == {"start", "end", "type", "level"}


def test_written_nulls_stop_learning() -> None:
    decoder = RowDecoder(Prediction)
    line = b'{"id": "d", "mentions": [{"start": 0, "end": 1, "type": "PER", "quote": null}]}'
    for _ in range(3):
        row = decoder.decode(line)
        assert "nth" in (row.mentions or [])[0].__struct_fields__


@pytest.mark.parametrize(("rows", "labels"), [(1, MOST_LABELS + 5), (MOST_LESSONS + 5, 1)])
def test_fields_of_many_labels_are_read_as_any_string(rows: int, labels: int) -> None:
    """Labels that are met in one row, or that every row has anew."""
    decoder = RowDecoder(Prediction)

    def line(types: list[str]) -> bytes:
        return json.dumps({"id": "d", "mentions": [{"start": 0, "end": 1, "type": t} for t in types]}).encode()

    for row in range(rows):
        decoder.decode(line([f"T{row}-{label}" for label in range(labels)]))
    # A row that the narrow type rejects would be an error now.
    decoder._full = msgspec.json.Decoder(int)
    assert [m.type for m in decoder.decode(line(["another"])).mentions or ()] == ["another"]

"""Readers of gold of others on the files that its authors publish; counts are taken from the files independently."""

import json
import re
from collections import Counter
from pathlib import Path

from goldwire_corpus.schema.prediction import Prediction
from goldwire_eval.readers.formats import Reading, read_rows


def _read(path: Path) -> tuple[list[Prediction], Counter[str]]:
    reading = Reading()
    return [line.row for line in read_rows(path, reading)], reading.passed_over


def _json_lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8-sig").splitlines() if line.strip()]


def test_re3d(real: Path) -> None:
    rows, left_out = _read(real / "re3d")
    files = {n: [r for p in (real / "re3d").glob(f"*/{n}.json") for r in _json_lines(p)]
             for n in ("documents", "entities", "relations")}  # fmt: skip
    assert len(rows) == len(files["documents"]) == 75
    texts = {d["_id"]: str(d["text"]) for d in files["documents"]}
    broken = sum(texts[e["documentId"]][e["begin"] : e["end"]] != e["value"] for e in files["entities"])  # type: ignore[index, misc]
    assert broken > 0
    assert left_out["entities whose offsets do not select their value, left out"] == broken
    assert sum(len(r.mentions or ()) for r in rows) == len(files["entities"]) - broken
    relations = sum(len(r.relations or ()) for r in rows)
    assert relations + left_out["relations of which an end is not a mention, left out"] == len(files["relations"])


def test_muc4(real: Path) -> None:
    rows, left_out = _read(real / "muc4")
    key = (real / "muc4" / "key-tst4.v2").read_text(encoding="utf-8")
    assert len(rows) == len(set(re.findall(r"MESSAGE: ID +(\S+)", key))) == 100
    assert sum(len(r.records or ()) for r in rows) == len(re.findall(r"(?m)^1\. .*TEMPLATE +\d+ *$", key))
    assert left_out["optional templates, left out"] == len(re.findall(r"\(OPTIONAL\)", key))
    # The killed of required templates: each target with the effect DEATH has a number in the key.
    assert sum(record.killed_min is not None for row in rows for record in row.records or ()) == 23


def test_wikievents(real: Path) -> None:
    rows, left_out = _read(real / "wikievents" / "dev.jsonl")
    documents = _json_lines(real / "wikievents" / "dev.jsonl")
    assert len(rows) == len(documents)
    for row, document in zip(rows, documents, strict=True):
        assert row.text is not None
        assert [row.text[m.start : m.end] for m in row.mentions or ()] == [
            m["text"] for m in document["entity_mentions"]
        ]  # type: ignore[attr-defined]
        events = document["event_mentions"]
        assert [row.text[e.start : e.end] for e in row.events or ()] == [e["trigger"]["text"] for e in events]  # type: ignore[attr-defined]
        assert [len(e.arguments or ()) for e in row.events or ()] == [len(e["arguments"]) for e in events]  # type: ignore[attr-defined]
    assert not left_out


def test_narrative_time(real: Path) -> None:
    for annotator in ("a1", "a2"):
        rows, left_out = _read(real / "narrativetime" / annotator)
        contents = [p.read_text(encoding="utf-8") for p in sorted((real / "narrativetime" / annotator).glob("*.tml"))]
        assert [len(r.events or ()) for r in rows] == [c.count("<EVENT ") for c in contents]
        assert [len(r.times or ()) for r in rows] == [c.count("<TIMEX3 ") for c in contents]
        links = [link for c in contents for link in re.findall(r"<TLINK [^>]*>", c)]
        timeless = [
            link for link in links if "Time" not in re.sub(r'comment="[^"]*"', "", link) and "timeID" not in link
        ]
        assert left_out["TLINKs with a time, left out"] == len(links) - len(timeless)
        vague = sum('relType="VAGUE"' in link for link in timeless)
        assert left_out["TLINKs of type VAGUE, left out"] == vague
        # The file has each link in both directions.
        assert sum(len(r.relations or ()) for r in rows) <= len(timeless) - vague

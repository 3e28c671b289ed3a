"""Readers of gold of others, on small files of our own that follow each format's specification."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import ids, run

from goldwire_corpus.errors import DataError
from goldwire_corpus.schema.prediction import Prediction
from goldwire_eval.readers.detect import detect
from goldwire_eval.readers.formats import Reading, read_rows

RE3D = {
    "documents.json": [{"_id": "D1", "text": "Militants hit Oru.", "title": "A raid"}],
    "entities.json": [
        {"_id": "D1-0-9", "documentId": "D1", "begin": 0, "end": 9, "type": "Organisation", "value": "Militants"},
        {"_id": "D1-14-17", "documentId": "D1", "begin": 14, "end": 17, "type": "Location", "value": "Oru"},
        {"_id": "D1-13-16", "documentId": "D1", "begin": 13, "end": 16, "type": "Location", "value": "Oru"},
    ],
    "relations.json": [
        {"_id": "r", "documentId": "D1", "type": "CoLocated", "sourceBegin": 0, "sourceEnd": 9, "targetBegin": 14,
         "targetEnd": 17},
    ],
}  # fmt: skip
WIKIEVENTS = {
    "doc_id": "d1", "tokens": ["Rain", "fell", ".", "Dam", "burst"], "text": "Rain fell.Dam burst",
    # The offsets of the second sentence count a space that the text has not.
    "sentences": [
        [[["Rain", 0, 4], ["fell", 5, 9], [".", 9, 10]], "Rain fell."],
        [[["Dam", 11, 14], ["burst", 15, 20]], "Dam burst"],
    ],
    "entity_mentions": [{"id": "T1", "sent_idx": 1, "start": 3, "end": 4, "entity_type": "FAC", "mention_type": "NOM",
                         "text": "Dam"}],
    "relation_mentions": [],
    "event_mentions": [
        {"id": "E1", "event_type": "ArtifactExistence.DamageDestroy", "trigger": {"start": 4, "end": 5, "text": "burst",
         "sent_idx": 1}, "arguments": [{"entity_id": "T1", "role": "Artifact", "text": "Dam"},
                                       {"entity_id": "T9", "role": "Place", "text": "?"}]},
    ],
}  # fmt: skip
TIMEML = """<?xml version="1.0"?>
<TimeML>
<DCT><TIMEX3 tid="t0" type="DATE" value="2024-03-12">March 12</TIMEX3></DCT>
<TEXT>Divers <EVENT eid="e1" class="OCCURRENCE">left</EVENT> after the dam <EVENT eid="e2">burst</EVENT>.</TEXT>
<MAKEINSTANCE eiid="ei1" eventID="e1"/><MAKEINSTANCE eiid="ei2" eventID="e2"/>
<TLINK lid="l1" relType="AFTER" eventInstanceID="ei1" relatedToEventInstance="ei2"/>
<TLINK lid="l2" relType="BEFORE" eventInstanceID="ei2" relatedToEventInstance="ei1"/>
<TLINK lid="l3" relType="VAGUE" eventInstanceID="ei2" relatedToEventInstance="ei1"/>
<TLINK lid="l4" relType="BEFORE" eventInstanceID="ei2" relatedToTime="t0"/>
</TimeML>
"""
ECB = """<?xml version="1.0" encoding="UTF-8"?>
<Document doc_name="7_1ecb.xml" doc_id="DOC1">
<token t_id="1" sentence="0" number="0">Divers</token><token t_id="2" sentence="0" number="1">left</token>
<token t_id="3" sentence="1" number="0">They</token><token t_id="4" sentence="1" number="1">slept</token>
<Markables>
<HUMAN_PART_PER m_id="10"><token_anchor t_id="1"/></HUMAN_PART_PER>
<HUMAN_PART_PER m_id="11"><token_anchor t_id="3"/></HUMAN_PART_PER>
<ACTION_MOTION m_id="12"><token_anchor t_id="2"/></ACTION_MOTION>
<ACTION_STATE m_id="13"><token_anchor t_id="4"/><token_anchor t_id="9"/></ACTION_STATE>
<HUMAN_PART_PER m_id="20" RELATED_TO="" TAG_DESCRIPTOR="divers" instance_id="HUM1"/>
</Markables>
<Relations>
<CROSS_DOC_COREF r_id="1" note="HUM1"><source m_id="10"/><source m_id="11"/><target m_id="20"/></CROSS_DOC_COREF>
</Relations>
</Document>
"""
CONLL2012 = """#begin document (bc/a); part 000
bc/a 0 0 Mara NNP * - - - - (PERSON) (12
bc/a 0 1 Orn NNP * - - - - * 12)

bc/a 0 0 She PRP * - - - - * (12)
bc/a 0 1 left VBD * - - - - * -
#end document
"""
COREFUD = """# global.Entity = eid-etype-head-other
# newdoc id = d1
# text = Mara Orn's dog left.
1\tMara\tMara\tPROPN\t_\t_\t0\troot\t_\tEntity=(e1-animal-3-(e2-person-1-
2\tOrn\tOrn\tPROPN\t_\t_\t1\tflat\t_\tSpaceAfter=No|Entity=e2)
3\t's\t's\tPART\t_\t_\t1\tcase\t_\t_
4\tdog\tdog\tNOUN\t_\t_\t1\tdep\t_\tEntity=e1)
4.1\t_\tit\tPRON\t_\t_\t_\t_\t_\tEntity=(e1-animal-1-)
5\tleft\tleave\tVERB\t_\t_\t1\tdep\t_\tSpaceAfter=No
6\t.\t.\tPUNCT\t_\t_\t1\tpunct\t_\t_

"""
WEBANNO = """#FORMAT=WebAnno TSV 3.3
#T_SP=custom.Span|value
#T_RL=custom.Link|kind|BT_custom.Span


#Text=Mara \U0001f600 left Oru
1-1\t0-4\tMara\tPER\t_\t_\t
1-2\t5-7\t\U0001f600\t_\t_\t_\t
1-3\t8-12\tleft\tgo[1]\tagent\t1-1[0_1]\t
1-4\t13-16\tOru\tgo[1]|LOC[2]\t_\t_\t
"""
KEY = """
0.  MESSAGE: ID                    TST4-MUC4-0001
1.  MESSAGE: TEMPLATE              1
2.  INCIDENT: DATE                 - 23 AUG 88
3.  INCIDENT: LOCATION             ORU: QUELO (CITY): MOLE (TOWN)
4.  INCIDENT: TYPE                 BOMBING
5.  INCIDENT: STAGE OF EXECUTION   ACCOMPLISHED
6.  INCIDENT: INSTRUMENT ID        "MINE"
7.  INCIDENT: INSTRUMENT TYPE      MINE: "MINE"
8.  PERP: INCIDENT CATEGORY        -
9.  PERP: INDIVIDUAL ID            "GANG \\"OF NINE\\"" / "GANG"
                                   ? "RIDERS"
10. PERP: ORGANIZATION ID          -
11. PERP: ORGANIZATION CONFIDENCE  -
12. PHYS TGT: ID                   "CHAPEL"
13. PHYS TGT: TYPE                 CHURCH: "CHAPEL"
14. PHYS TGT: NUMBER               1: "CHAPEL"
15. PHYS TGT: FOREIGN NATION       -
16. PHYS TGT: EFFECT OF INCIDENT   -
17. PHYS TGT: TOTAL NUMBER         -
18. HUM TGT: NAME                  "MARA ORN"
19. HUM TGT: DESCRIPTION           "COOK": "MARA ORN"
                                   "MONKS"
20. HUM TGT: TYPE                  CIVILIAN: "MARA ORN"
21. HUM TGT: NUMBER                1: "MARA ORN"
                                   3 / - 5: "MONKS"
22. HUM TGT: FOREIGN NATION        -
23. HUM TGT: EFFECT OF INCIDENT    DEATH: "MARA ORN"
                                   DEATH / INJURY: "MONKS"
24. HUM TGT: TOTAL NUMBER          -
"""
MESSAGES = (
    'TST4-MUC4-0001\n\n   A gang "of nine" mined the\nchapel of Mole. Mara\nOrn died.\n\n\nTST4-MUC4-0002\n\n   Calm.\n'
)


def _re3d(folder: Path) -> Path:
    source = folder / "re3d" / "Source"
    source.mkdir(parents=True)
    for name, rows in RE3D.items():
        (source / name).write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return source.parent


def _muc4(folder: Path) -> Path:
    (folder / "key-tst4.v2").write_text(KEY, encoding="utf-8")
    (folder / "tst4-muc4.mixed-case").write_text(MESSAGES, encoding="utf-8")
    return folder


def _file(name: str, content: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        (folder / name).write_text(content, encoding="utf-8")
        return folder / name

    return make


MAKERS: dict[str, Callable[[Path], Path]] = {
    "re3d": _re3d,
    "muc4": _muc4,
    "wikievents": _file("dev.jsonl", json.dumps(WIKIEVENTS) + "\n"),
    "timeml": _file("d1.tml", TIMEML),
    "ecb+": _file("7_1ecb.xml", ECB),
    "conll2012": _file("a.v4_gold_conll", CONLL2012),
    "corefud": _file("d.conllu", COREFUD),
    "webanno": _file("d.tsv", WEBANNO),
}


def _read(path: Path) -> tuple[list[Prediction], list[str]]:
    reading = Reading()
    return [line.row for line in read_rows(path, reading)], reading.notes("x")


def _spans(row: Prediction, items: Any) -> list[tuple[Any, ...]]:
    assert row.text is not None
    return [(row.text[x.start : x.end], x.type) for x in items]


def test_re3d_becomes_mentions_and_relations(tmp_path: Path) -> None:
    (row,), notes = _read(_re3d(tmp_path))
    assert _spans(row, row.mentions) == [("Militants", "Organisation"), ("Oru", "Location")]
    assert [(r.type, r.from_, r.to) for r in row.relations or ()] == [("CoLocated", "D1-0-9", "D1-14-17")]
    assert notes == ["x: entities whose offsets do not select their value, left out: 1"]


def test_muc4_template_becomes_a_record(tmp_path: Path) -> None:
    (row, empty), notes = _read(_muc4(tmp_path))
    assert row.text == 'A gang "of nine" mined the chapel of Mole. Mara Orn died.'
    (record,) = row.records or ()
    assert (record.type, record.earliest, record.latest, record.place) == ("Attack", None, "1988-08-23", "Mole")
    assert record.actors == ['gang "of nine"']
    assert record.targets == ["chapel", "Mara Orn", "MONKS"]
    assert record.instrument == ["mine"]
    # The cook died; of three to five monks some did, or were hurt.
    assert (record.killed_min, record.killed_max, record.wounded_min, record.wounded_max) == (1, 6, 0, 5)
    assert ("gang", "PER") in _spans(row, row.mentions)
    assert empty.records == []
    assert notes == ["x: optional fillers, left out: 1"]


def test_wikievents_offsets_count_within_a_sentence(tmp_path: Path) -> None:
    (row,), notes = _read(MAKERS["wikievents"](tmp_path))
    assert _spans(row, row.mentions) == [("Dam", "FAC")]
    assert _spans(row, row.events) == [("burst", "ArtifactExistence.DamageDestroy")]
    assert [(a.role, a.filler) for e in row.events or () for a in e.arguments or ()] == [("Artifact", "T1")]
    assert notes == ["x: arguments whose filler is not a mention, left out: 1"]


def test_timeml_becomes_events_times_and_relations(tmp_path: Path) -> None:
    (row,), notes = _read(MAKERS["timeml"](tmp_path))
    assert _spans(row, row.events) == [("left", "OCCURRENCE"), ("burst", "EVENT")]
    assert [(t.type, t.value) for t in row.times or ()] == [("DATE", "2024-03-12")]
    assert [(r.type, r.from_, r.to) for r in row.relations or ()] == [("BEFORE", "e2", "e1")]
    assert notes == ["x: TLINKs of type VAGUE, left out: 1", "x: TLINKs with a time, left out: 1"]


def test_ecb_plus_has_clusters_across_documents_of_a_topic(tmp_path: Path) -> None:
    (row,), notes = _read(MAKERS["ecb+"](tmp_path))
    assert (row.id, row.world, row.text) == ("7_1ecb", "7", "Divers left\nThey slept")
    assert [(m.entity, m.type) for m in row.mentions or ()] == [("7:HUM1", "HUMAN_PART_PER")] * 2
    assert _spans(row, row.events) == [("left", "ACTION_MOTION")]
    assert notes == ["x: markables of unknown tokens, left out: 1"]


def test_conll2012_has_coreference_and_names(tmp_path: Path) -> None:
    (row,), notes = _read(MAKERS["conll2012"](tmp_path))
    assert (row.id, row.text, notes) == ("bc/a#0", "Mara Orn\nShe left", [])
    assert [(*_spans(row, [m])[0], m.entity) for m in row.mentions or ()] == [
        ("Mara Orn", "MENTION", "12"), ("Mara", "PERSON", None), ("She", "MENTION", "12"),
    ]  # fmt: skip


def test_corefud_has_heads_and_no_empty_nodes(tmp_path: Path) -> None:
    (row,), notes = _read(MAKERS["corefud"](tmp_path))
    assert row.text == "Mara Orn's dog left."
    mentions = [(*_spans(row, [m])[0], m.entity, row.text[m.head_start : m.head_end]) for m in row.mentions or ()]
    assert mentions == [("Mara Orn's dog", "animal", "e1", "'s"), ("Mara Orn", "person", "e2", "Mara")]
    assert notes == ["x: mentions without a word (empty nodes), left out: 1"]


def test_webanno_has_spans_of_several_tokens_and_relations(tmp_path: Path) -> None:
    (row,), notes = _read(MAKERS["webanno"](tmp_path))
    # Offsets of the format count UTF-16 units, ours code points.
    assert _spans(row, row.mentions) == [("Mara", "PER"), ("left Oru", "go"), ("Oru", "LOC")]
    assert [(r.type, r.from_, r.to) for r in row.relations or ()] == [("agent", "Span:1-1", "Span:1-3[1]")]
    assert notes == []


@pytest.mark.parametrize("format", MAKERS)
def test_format_is_recognised_converted_and_scored(format: str, tmp_path: Path) -> None:
    path, out = MAKERS[format](tmp_path), tmp_path / "out" / "gold.jsonl"
    out.parent.mkdir()
    assert detect(path) == format
    result = run("convert", path, "--out", out)
    assert result.exit_code == 0, result.stderr
    labels = "goldwire" if format == "muc4" else "any"
    scored = run("score", path, "--gold", out, "--labels", labels, "--json", "-")
    assert scored.exit_code == 0, scored.stderr
    figures = json.loads(scored.stdout)["metrics"]
    assert {m["f1"] for m in figures.values()} <= {1.0, None}
    assert any(m["f1"] == 1.0 for m in figures.values())


@pytest.mark.parametrize(
    ("name", "content", "id", "message"),
    [
        ("d.tml", TIMEML.replace("</TEXT>", ""), "xml-invalid", "not well-formed XML"),
        ("d.tml", TIMEML.replace("<TimeML>", '<!DOCTYPE x [<!ENTITY e "y">]><TimeML>', 1), "xml-invalid", "declares"),
        ("d.tml", TIMEML.replace("<TimeML>", '<!DOCTYPE x [<!ENTITY e SYSTEM "/etc/hosts">]><TimeML>', 1),
         "xml-invalid", "declares"),
        ("7_1ecb.xml", ECB.replace("Markables>", "Marks>"), "corpus-format", "expected an ECB+ Document"),
        ("a_conll", CONLL2012.replace("#end document\n", ""), "corpus-format", "no #end document"),
        ("a_conll", CONLL2012.replace(" 12)", " -"), "corpus-format", "cluster 12 is not closed"),
        ("a_conll", CONLL2012.replace("(12)", "7)"), "corpus-format", "cluster 7 ends that has not begun"),
        ("a_conll", CONLL2012.replace("bc/a 0 1 left", "left"), "corpus-format", "expected at least 12"),
        ("d.conllu", COREFUD.replace("Entity=e1)", "Entity=e7)"), "corpus-format", "entity e7 ends"),
        ("d.conllu", COREFUD.replace("|Entity=e2)", ""), "corpus-format", "entity e2 is not closed"),
        ("d.conllu", COREFUD.replace("No\n6", "No\n6\t.\n6"), "corpus-format", "2 columns; expected 10"),
        ("d.tsv", WEBANNO.replace("0-4\tMara", "0-4\tMora"), "corpus-format", "token 'Mora' is not at 0-4"),
        ("d.tsv", WEBANNO.replace("8-12", "8:12"), "corpus-format", "expected offsets"),
        ("dev.jsonl", json.dumps({**WIKIEVENTS, "event_mentions": [{}]}) + "\n", "corpus-format", "row of WikiEvents"),
    ],
)  # fmt: skip
def test_broken_file_is_one_clear_error(tmp_path: Path, name: str, content: str, id: str, message: str) -> None:
    path, out = _file(name, content)(tmp_path), tmp_path / "gold.jsonl"
    with pytest.raises(DataError) as raised:
        _read(path)
    assert ids(raised) == [id]
    assert message in str(raised.value)
    assert run("convert", path, "--out", out).exit_code == 1
    assert not out.exists()


@pytest.mark.parametrize("lines", [20, 5])
def test_key_that_is_cut_short_is_an_error(tmp_path: Path, lines: int) -> None:
    folder = _muc4(tmp_path)
    (folder / "key-tst4.v2").write_text("\n".join(KEY.splitlines()[:lines]) + "\n", encoding="utf-8")
    with pytest.raises(DataError, match="is the key cut short"):
        _read(folder)


def test_folder_of_re3d_without_a_file_and_with_a_cut_line(tmp_path: Path) -> None:
    folder = _re3d(tmp_path)
    (folder / "Source" / "entities.json").write_text('{"_id": "D1-0', encoding="utf-8")
    with pytest.raises(DataError, match=r"entities.json:1: error \[corpus-format\] expected a row of re3d"):
        _read(folder)
    (folder / "Source" / "entities.json").unlink()
    with pytest.raises(DataError) as raised:
        _read(folder)
    assert ids(raised) == ["file-missing"]
    with pytest.raises(DataError, match="expected a folder of re3d"):
        list(read_rows(tmp_path, Reading(), "re3d"))

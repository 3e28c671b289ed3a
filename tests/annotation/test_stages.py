"""All stages of annotation of a small world, from kits to the source of the corpus."""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from conftest import ids, run

from goldwire_annotation.kit_check import check_kit
from goldwire_corpus.errors import DataError, errors_only
from goldwire_corpus.source import files
from goldwire_corpus.validation.corpus import check_corpus

TEXTS = {
    "quelo-01": "Gunmen shot two guards in Quelo on Monday, police said. Both died on Tuesday.",
    "quelo-02": "The shooting in Quelo killed two port guards. A march is planned.",
}
ENTRIES = [
    {"id": "quelo:quelo", "kind": "entity", "type": "GPE", "name": "Quelo", "description": "a port"},
    {"id": "quelo:inc-shots", "kind": "incident", "name": "Shots in Quelo", "description": "two guards were shot",
     "earliest": "2024-03-11", "latest": "2024-03-12"},
]  # fmt: skip
TRUTH = {
    "incident": "quelo:inc-shots", "killed": 2, "wounded": 0, "reported": [], "note": "",
}  # fmt: skip
Rows = Sequence[dict[str, Any]]
DRAFTS: dict[str, Rows] = {
    "quelo-01": [
        {"mention": "m1", "s": 1, "quote": "Gunmen", "type": "PER", "level": "NOM", "entity": "gunmen"},
        {"mention": "m2", "s": 1, "quote": "two guards", "head": "guards", "type": "PER", "level": "NOM",
         "entity": "guards"},
        {"mention": "m3", "s": 1, "quote": "Quelo", "type": "GPE", "level": "NAM", "entity": "town"},
        {"mention": "m4", "s": 1, "quote": "police", "type": "ORG", "level": "NOM", "entity": "police"},
        {"mention": "m5", "s": 2, "quote": "Both", "type": "PER", "level": "PRO", "entity": "guards"},
        {"quantity": "q1", "s": 1, "quote": "two", "min": 2, "max": 2, "unit": "guard"},
        {"time": "t1", "s": 1, "quote": "Monday", "type": "DATE", "value": "2024-03-11"},
        {"time": "t2", "s": 2, "quote": "Tuesday", "type": "DATE", "value": "2024-03-12"},
        {"event": "e1", "s": 1, "quote": "shot", "type": "Attack", "means": "shooting", "source": "m4",
         "cluster": "shots", "args": [["Attacker", "m1"], ["Target", "m2"], ["Place", "m3"], ["Time", "t1"]]},
        {"event": "e2", "s": 1, "quote": "said", "type": "State", "cluster": "police-said",
         "args": [["Speaker", "m4"], ["Topic-Event", "e1"]]},
        {"event": "e3", "s": 2, "quote": "died", "type": "Die", "cluster": "deaths",
         "args": [["Victim", "m5"], ["Count", "q1", "total"], ["Time", "t2"]]},
        {"anchor": "shots", "earliest": "2024-03-11", "latest": "2024-03-11"},
        {"anchor": "police-said", "earliest": "2024-03-11", "latest": "2024-03-13"},
        {"anchor": "deaths", "earliest": "2024-03-12", "latest": "2024-03-12"},
    ],
    "quelo-02": [
        {"mention": "m1", "s": 1, "quote": "Quelo", "type": "GPE", "level": "NAM", "entity": "quelo"},
        {"mention": "m2", "s": 1, "quote": "two port guards", "head": "guards", "type": "PER", "level": "NOM",
         "entity": "two-guards"},
        {"quantity": "q1", "s": 1, "quote": "two", "min": 2, "max": 2, "unit": "guard"},
        {"event": "e1", "s": 1, "quote": "shooting", "type": "Attack", "means": "shooting", "cluster": "shooting",
         "args": [["Place", "m1"], ["Target", "m2"]]},
        {"event": "e2", "s": 1, "quote": "killed", "type": "Die", "cluster": "killing",
         "args": [["Victim", "m2"], ["Count", "q1"], ["Place", "m1"]]},
        {"event": "e3", "s": 2, "quote": "march", "type": "Demonstrate", "realis": "OTHER", "cluster": "march"},
        {"anchor": "shooting", "earliest": None, "latest": "2024-03-13"},
        {"anchor": "killing", "earliest": None, "latest": "2024-03-13"},
    ],
}  # fmt: skip
PAIRS: dict[str, Rows] = {
    "quelo-01": [
        {"one": "shots", "two": "police-said", "temporal": "BEFORE"},
        {"one": "shots", "two": "deaths", "temporal": "BEFORE", "causal": "CAUSES"},
        {"one": "police-said", "two": "deaths", "temporal": "VAGUE"},
    ],
    "quelo-02": [{"one": "killing", "two": "shooting", "temporal": "AFTER", "causal": "CAUSED"}],
}
LINKS: Rows = [
    {"entity": "gunmen", "doc": "quelo-01", "id": None},
    {"entity": "guards", "doc": "quelo-01", "id": None, "shared": "guards"},
    {"entity": "town", "doc": "quelo-01", "id": "quelo:quelo"},
    {"entity": "police", "doc": "quelo-01", "id": None},
    {"cluster": "shots", "doc": "quelo-01", "incident": "quelo:inc-shots", "shared": "shooting"},
    {"cluster": "deaths", "doc": "quelo-01", "incident": "quelo:inc-shots", "shared": "deaths"},
    {"cluster": "police-said", "doc": "quelo-01", "incident": None},
    {"entity": "quelo", "doc": "quelo-02", "id": "quelo:quelo"},
    {"entity": "two-guards", "doc": "quelo-02", "id": None, "shared": "guards"},
    {"cluster": "shooting", "doc": "quelo-02", "incident": "quelo:inc-shots", "shared": "shooting"},
    {"cluster": "killing", "doc": "quelo-02", "incident": "quelo:inc-shots", "shared": "deaths"},
    {"cluster": "march", "doc": "quelo-02", "incident": None},
]


def _write(path: Path, rows: Rows) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a source with one world of two documents without annotations, and the guidelines."""
    import goldwire_annotation.assemble
    import goldwire_annotation.kit
    import goldwire_annotation.passes
    import goldwire_annotation.stages
    import goldwire_corpus.join.copies

    guidelines = goldwire_annotation.stages.annotation_root() / "guidelines"
    source = tmp_path / "corpus" / "source"
    facts = [
        {"id": doc, "world": "quelo", "split": "test", "genre": "agency brief", "title": f"Title of {doc}",
         "published": "2024-03-13"}
        for doc in TEXTS
    ]  # fmt: skip
    for doc, text in TEXTS.items():
        (source / "worlds").mkdir(parents=True, exist_ok=True)
        (source / "worlds" / f"{doc}.txt").write_text(text + "\n", encoding="utf-8")
    _write(source / "worlds" / "documents.jsonl", facts)
    _write(source / "retold" / "documents.jsonl", [])
    _write(source / "kb" / "quelo.jsonl", ENTRIES)
    _write(source / "kb" / "quelo.truth.jsonl", [TRUTH])
    (tmp_path / "annotation").mkdir()
    (tmp_path / "annotation" / "guidelines").symlink_to(guidelines)
    for module in (
        files, goldwire_annotation.stages, goldwire_annotation.passes, goldwire_annotation.kit,
        goldwire_annotation.assemble, goldwire_corpus.join.copies,
    ):  # fmt: skip
        monkeypatch.setattr(module, "source_root", lambda: source)
    return tmp_path


def _next(doc: str) -> str:
    line = next(line for line in run("annotate", "status").stdout.splitlines() if line.startswith(doc))
    return line.split("  ")[-1].strip()


def _stage_one(root: Path) -> None:
    for doc, rows in DRAFTS.items():
        draft = _write(root / f"{doc}.jsonl", rows)
        for name in ("a", "b", "gold"):
            out = root / "annotation" / "passes" / name / f"{doc}.ann"
            result = run("annotate", "draft", doc, draft, "--out", out)
            assert result.exit_code == 0, result.stderr


def _judge(root: Path) -> None:
    for doc, rows in PAIRS.items():
        for name in ("a", "b", "gold"):
            _write(root / "annotation" / "pairs" / name / f"{doc}.jsonl", rows)


def _link(root: Path) -> None:
    for name in ("a", "b", "gold"):
        _write(root / "annotation" / "linking" / name / "quelo.jsonl", LINKS)


def test_kit_of_stage_one_shows_the_text_and_no_knowledge_base(root: Path) -> None:
    kit = root / "kit"
    result = run("annotate", "kit", "quelo-01", "--out", kit)
    assert result.exit_code == 0, result.stderr
    assert sorted(path.name for path in kit.iterdir()) == [
        "check", "facts.json", "guidelines.md", "sentences.txt", "text.txt", "types.md",
    ]  # fmt: skip
    assert (kit / "sentences.txt").read_text() == (
        "quelo-01: Title of quelo-01 (agency brief, published 2024-03-13)\n\n"
        "[1] Gunmen shot two guards in Quelo on Monday, police said.\n[2] Both died on Tuesday.\n"
    )
    assert not any("quelo:" in path.read_text() for path in kit.iterdir())
    _write(kit / "draft.jsonl", DRAFTS["quelo-01"])
    assert check_kit(kit).startswith("valid: 5 mentions, 2 times, 1 quantities, 0 titles, 3 events, 9 arguments")
    # The script must check its own folder, whatever the current one is.
    assert subprocess.run([kit / "check"], capture_output=True, text=True, check=True).stdout.startswith("valid: ")


def test_check_of_stage_one_lists_every_error(root: Path) -> None:
    kit = root / "kit"
    run("annotate", "kit", "quelo-02", "--out", kit)
    rows = [{**DRAFTS["quelo-02"][0], "quote": "Larrash"}, {**DRAFTS["quelo-02"][1], "s": 7}]
    _write(kit / "draft.jsonl", rows)
    result = run("annotate", "check", kit)
    assert result.exit_code == 1
    assert "draft.jsonl:1: error [quote-missing]" in result.stderr
    assert "draft.jsonl:2: error [sentence-unknown]" in result.stderr


def test_kit_needs_an_empty_folder(root: Path) -> None:
    (root / "kit").mkdir()
    (root / "kit" / "draft.jsonl").write_text("")
    assert run("annotate", "kit", "quelo-01", "--out", root / "kit").exit_code == 2


def test_kit_of_pairs(root: Path) -> None:
    assert run("annotate", "kit", "quelo-01", "--out", root / "kit", "--stage", "pairs").exit_code == 1
    _stage_one(root)
    kit = root / "kit"
    assert run("annotate", "kit", "quelo-01", "--out", kit, "--stage", "pairs").exit_code == 0
    assert [json.loads(line) for line in (kit / "pairs.jsonl").read_text().splitlines()] == [
        {"one": "shots", "two": "police-said", "temporal": None, "causal": "none"},
        {"one": "shots", "two": "deaths", "temporal": "BEFORE", "causal": "none"},
        {"one": "police-said", "two": "deaths", "temporal": None, "causal": "none"},
    ]
    assert run("annotate", "pairs", "quelo-01").stdout == (kit / "pairs.jsonl").read_text()
    assert "shots: Attack, 2024-03-11 to 2024-03-11\n    [1] shot (ACTUAL)\n" in (kit / "events.txt").read_text()
    assert "Judging pairs" in (kit / "pairs.md").read_text()
    _write(kit / "draft.jsonl", PAIRS["quelo-01"])
    assert check_kit(kit) == "valid: 3 pairs, 1 of them VAGUE, 0 parts of a whole"


@pytest.mark.parametrize(
    ("rows", "error"),
    [
        (PAIRS["quelo-01"][:2], "pair-undecided"),
        ([*PAIRS["quelo-01"][:2], {**PAIRS["quelo-01"][2], "temporal": None}], "pair-undecided"),
        ([*PAIRS["quelo-01"][:2], {**PAIRS["quelo-01"][2], "temporal": "DURING"}], "label-unknown"),
        ([*PAIRS["quelo-01"], PAIRS["quelo-01"][2]], "pair-duplicate"),
        ([PAIRS["quelo-01"][0], {**PAIRS["quelo-01"][1], "temporal": "VAGUE"}, PAIRS["quelo-01"][2]], "pair-anchor"),
        ([*PAIRS["quelo-01"], {"one": "shots", "two": "march", "temporal": "VAGUE"}], "link-dangling"),
        ([*PAIRS["quelo-01"], {"one": "shots", "two": "shots", "temporal": "VAGUE"}], "relation-self"),
        ([*PAIRS["quelo-01"], {"whole": "police-said", "part": "shots"}], "pair-subevent"),
    ],
)
def test_check_of_pairs(root: Path, rows: Rows, error: str) -> None:
    _stage_one(root)
    kit = root / "kit"
    run("annotate", "kit", "quelo-01", "--out", kit, "--stage", "pairs")
    _write(kit / "draft.jsonl", rows)
    with pytest.raises(DataError) as raised:
        check_kit(kit)
    assert ids(raised) == [error]


def test_pairs_exclude_events_that_are_not_actual(root: Path) -> None:
    _stage_one(root)
    kit = root / "kit"
    run("annotate", "kit", "quelo-02", "--out", kit, "--stage", "pairs")
    _write(kit / "draft.jsonl", [*PAIRS["quelo-02"], {"one": "killing", "two": "march", "temporal": "BEFORE"}])
    with pytest.raises(DataError) as raised:
        check_kit(kit)
    assert ids(raised) == ["pair-outside"]


def test_kit_of_linking_hides_types_of_incidents(root: Path) -> None:
    _stage_one(root)
    kit = root / "kit"
    assert run("annotate", "kit", "quelo", "--out", kit, "--stage", "two").exit_code == 0
    entries = [json.loads(line) for line in (kit / "knowledge_base.jsonl").read_text().splitlines()]
    assert "# Stage two: linking" in (kit / "linking.md").read_text()
    assert [(e["id"], e.get("type", "")) for e in entries] == [("quelo:quelo", "GPE"), ("quelo:inc-shots", "")]
    assert "guards: PER: [1] two guards; [2] Both" in (kit / "keys.txt").read_text()
    _write(kit / "draft.jsonl", LINKS)
    assert check_kit(kit) == "valid: 12 links, 3 shared keys"


def test_kit_for_adjudication_shows_both_passes_and_their_differences(root: Path) -> None:
    _stage_one(root)
    passes = root / "annotation" / "passes"
    rows = [{**row, "args": row["args"][:1]} if row.get("event") == "e2" else row for row in DRAFTS["quelo-02"]]
    run("annotate", "draft", "quelo-02", _write(root / "b.jsonl", rows), "--out", passes / "b" / "quelo-02.ann")
    kit = root / "kit"
    result = run("annotate", "kit", "quelo-02", "--out", kit, "--adjudicate")
    assert result.exit_code == 0, result.stderr
    differences = (kit / "differences.txt").read_text().splitlines()
    assert [line[:2] for line in differences] == ["A ", "A "]
    assert all("Die: " in line for line in differences)
    for name in ("a", "b"):
        out = root / "again.ann"
        assert run("annotate", "draft", "quelo-02", kit / f"{name}.jsonl", "--out", out).exit_code == 0
        assert out.read_text() == (passes / name / "quelo-02.ann").read_text()


def test_kit_of_a_single_pass_is_for_a_reviewer(root: Path) -> None:
    assert "stage-missing" in run("annotate", "kit", "quelo-02", "--out", root / "kit", "--adjudicate").stderr
    _stage_one(root)
    passes = root / "annotation" / "passes"
    (passes / "b" / "quelo-02.ann").unlink()
    kit = root / "kit"
    assert run("annotate", "kit", "quelo-02", "--out", kit, "--adjudicate").exit_code == 0
    assert not (kit / "differences.txt").exists()
    assert check_kit(kit).startswith("valid: 2 mentions")


def test_kit_for_adjudication_of_pairs_keeps_what_both_judged_alike(root: Path) -> None:
    _stage_one(root)
    _judge(root)
    first, second, third = PAIRS["quelo-01"]
    inverse = {"one": "police-said", "two": "shots", "temporal": "AFTER"}
    rows = [inverse, {**second, "causal": "none"}, third, {"whole": "shots", "part": "deaths"}]
    _write(root / "annotation" / "pairs" / "b" / "quelo-01.jsonl", rows)
    kit = root / "kit"
    assert run("annotate", "kit", "quelo-01", "--out", kit, "--stage", "pairs", "--adjudicate").exit_code == 0
    assert [json.loads(line) for line in (kit / "draft.jsonl").read_text().splitlines()] == [first, third]
    assert (kit / "differences.txt").read_text() == (
        "shots, deaths\n  A BEFORE, CAUSES\n  B BEFORE, none\nshots > deaths\n  A nothing\n  B SUBEVENT\n"
    )


def test_kit_for_adjudication_of_links_compares_what_shared_keys_join(root: Path) -> None:
    _stage_one(root)
    _link(root)
    rows = [{**row, "shared": "the-guards"} if row.get("shared") == "guards" else row for row in _changed(0, id="q:x")]
    _write(root / "annotation" / "linking" / "b" / "quelo.jsonl", rows)
    kit = root / "kit"
    assert run("annotate", "kit", "quelo", "--out", kit, "--stage", "two", "--adjudicate").exit_code == 0
    assert len((kit / "draft.jsonl").read_text().splitlines()) == len(LINKS) - 1
    assert (kit / "differences.txt").read_text() == ("quelo-01 entity gunmen\n  A NIL\n  B q:x\n")


def _changed(index: int, **changes: Any) -> list[dict[str, Any]]:
    return [{**row, **(changes if i == index else {})} for i, row in enumerate(LINKS)]


@pytest.mark.parametrize(
    ("rows", "errors"),
    [
        (LINKS[1:], ["link-missing"]),
        ([*LINKS, LINKS[0]], ["link-duplicate"]),
        (_changed(0, entity="gunman"), ["link-missing", "link-dangling"]),
        (_changed(0, id="quelo:nobody"), ["kb-unknown"]),
        (_changed(0, id="quelo:quelo"), ["kb-type"]),
        (_changed(6, incident="quelo:inc-other"), ["incident-unknown"]),
        (_changed(6, incident="quelo:quelo"), ["incident-unknown"]),
        (_changed(9, shared=None), ["shared-alone"]),
        (_changed(9, incident=None), ["shared-incident"]),
        (_changed(6, shared="deaths"), ["shared-incident", "shared-twice", "shared-type"]),
        (_changed(6, shared="two words"), ["key-format", "shared-alone"]),
    ],
)  # fmt: skip
def test_check_of_linking(root: Path, rows: Rows, errors: list[str]) -> None:
    _stage_one(root)
    kit = root / "kit"
    run("annotate", "kit", "quelo", "--out", kit, "--stage", "two")
    _write(kit / "draft.jsonl", rows)
    with pytest.raises(DataError) as raised:
        check_kit(kit)
    assert ids(raised) == errors


def test_cluster_may_be_an_event_of_the_knowledge_base(root: Path) -> None:
    event = {"id": "quelo:ev-shots", "kind": "event", "type": "Attack", "name": "Shots", "description": "two were shot"}
    _write(root / "corpus" / "source" / "kb" / "quelo.jsonl", [*ENTRIES, event])
    _stage_one(root)
    kit = root / "kit"
    run("annotate", "kit", "quelo", "--out", kit, "--stage", "two")
    entries = [json.loads(line) for line in (kit / "knowledge_base.jsonl").read_text().splitlines()]
    assert [(e["kind"], e.get("type", "")) for e in entries if e["id"] == "quelo:ev-shots"] == [("incident", "")]
    rows = [
        {k: v for k, v in row.items() if k != "shared"} if row.get("shared") == "shooting" else row for row in LINKS
    ]
    for row in rows:
        if row.get("cluster") in ("shots", "shooting"):
            row |= {"id": "quelo:ev-shots", "incident": "quelo:ev-shots"}
    for name in ("a", "b", "gold"):
        _write(root / "annotation" / "linking" / name / "quelo.jsonl", rows)
    _judge(root)
    for doc in TEXTS:
        result = run("annotate", "assemble", doc)
        assert result.exit_code == 0, result.stderr
    documents = [document for _, document in files.read_part(root / "corpus" / "source", "worlds")]
    assert [c.id for d in documents for c in d.event_clusters if c.type == "Attack"] == ["quelo:ev-shots"] * 2
    rows[4] |= {"cluster": "police-said"}
    _write(root / "annotation" / "linking" / "gold" / "quelo.jsonl", [*rows[:4], rows[4], *rows[5:]])
    assert "kb-type" in run("annotate", "assemble", "quelo-01").stderr


def test_status_names_the_next_step(root: Path) -> None:
    assert _next("quelo-01") == "stage one: pass a"
    _stage_one(root)
    assert _next("quelo-01") == "pairs: pass a"
    (root / "annotation" / "passes" / "gold" / "quelo-01.ann").unlink()
    assert _next("quelo-01") == "stage one: adjudicate"
    _stage_one(root)
    _judge(root)
    assert _next("quelo-01") == "linking: pass a"
    _link(root)
    assert _next("quelo-01") == "assemble"
    assert run("annotate", "assemble", "quelo-01").exit_code == 0
    assert (_next("quelo-01"), _next("quelo-02")) == ("done", "assemble")


def test_assembly_joins_keys_pairs_and_links(root: Path) -> None:
    _stage_one(root)
    _judge(root)
    assert run("annotate", "assemble", "quelo-01").exit_code == 1
    _link(root)
    for doc in TEXTS:
        result = run("annotate", "assemble", doc)
        assert result.exit_code == 0, result.stderr
    source = root / "corpus" / "source"
    assert [str(e) for e in errors_only(check_corpus(source))] == []
    first, second = (document for _, document in files.read_part(source, "worlds"))
    # A shared entity has the same name in both documents: that of the first.
    assert [e.name for d in (first, second) for e in d.entities if e.id == "quelo:guards"] == ["two guards"] * 2
    assert {e.id: e.link for e in first.entities} == {
        "nil:gunmen": "NIL", "quelo:guards": "quelo:guards", "quelo:quelo": "quelo:quelo", "nil:police": "NIL",
    }  # fmt: skip
    assert {(r.type, r.from_, r.to) for r in first.relations} == {
        ("BEFORE", "quelo:shooting", "nil:police-said"), ("BEFORE", "quelo:shooting", "quelo:deaths"),
        ("CAUSES", "quelo:shooting", "quelo:deaths"),
    }  # fmt: skip
    assert {(r.type, r.from_, r.to) for r in second.relations} == {
        ("BEFORE", "quelo:shooting", "quelo:deaths"), ("CAUSES", "quelo:shooting", "quelo:deaths"),
    }  # fmt: skip
    for document in (first, second):
        (record,) = document.records
        assert (record.incident, record.killed_min, record.killed_max) == ("quelo:inc-shots", 2, 2)
    shared = [json.loads(line) for line in (source / "kb" / "quelo.events.jsonl").read_text().splitlines()]
    assert [(e["id"], e["kind"], e["type"], e.get("incident")) for e in shared] == [
        ("quelo:guards", "entity", "PER", None), ("quelo:shooting", "event", "Attack", "quelo:inc-shots"),
        ("quelo:deaths", "event", "Die", "quelo:inc-shots"),
    ]  # fmt: skip


def test_assembly_of_a_linked_document_replaces_its_relations(root: Path) -> None:
    """A document of guidelines 0.3 has links in the source and no adjudicated stage one."""
    _stage_one(root)
    _judge(root)
    _link(root)
    for doc in TEXTS:
        run("annotate", "assemble", doc)
    standoff = root / "corpus" / "source" / "worlds" / "quelo-02.ann"
    linked = standoff.read_text()
    for path in (root / "annotation").glob("*/gold/quelo*"):
        path.unlink()
    assert _next("quelo-02") == "pairs: adjudicate"
    judged = [{"one": "quelo:deaths", "two": "quelo:shooting", "temporal": "VAGUE", "causal": "CAUSED"}]
    _write(root / "annotation" / "pairs" / "gold" / "quelo-02.jsonl", judged)
    assert _next("quelo-02") == "assemble"
    result = run("annotate", "assemble", "quelo-02")
    assert result.stdout == f"{standoff}\n"
    removed = {*linked.splitlines()} - {*standoff.read_text().splitlines()}
    assert [line.split("\t")[1].split()[0] for line in removed] == ["BEFORE"]
    assert _next("quelo-02") == "done"


def test_corpus_check_reports_invalid_pairs_and_incidents(root: Path) -> None:
    _stage_one(root)
    _judge(root)
    _link(root)
    for doc in TEXTS:
        run("annotate", "assemble", doc)
    source, judged = root / "corpus" / "source", root / "annotation" / "pairs" / "gold" / "quelo-01.jsonl"

    def found() -> list[str]:
        return [e.id for e in errors_only(check_corpus(source))]

    _write(judged, PAIRS["quelo-01"][:2])
    assert found() == ["pair-undecided"]
    _judge(root)
    standoff = source / "worlds" / "quelo-02.ann"
    content = standoff.read_text()
    march = next(line.split("\t")[0] for line in content.splitlines() if "\tDemonstrate:" in line)
    first = next(line.split("\t")[0] for line in content.splitlines() if "\tAttack:" in line)
    line = f"R{first[1:]}{int(march[1:]):04d}0\tBEFORE Arg1:{first} Arg2:{march}\n"
    standoff.write_text(content + line)
    run("corpus", "format")
    assert "relation-outside" in found()
    standoff.write_text(content)
    incidents = source / "kb" / "quelo.incidents.jsonl"
    incidents.write_text(incidents.read_text().replace("quelo:inc-shots", "quelo:inc-other", 1))
    assert "incident-unknown" in found()

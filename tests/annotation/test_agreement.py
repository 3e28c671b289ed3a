import json
from pathlib import Path

import msgspec
import pytest
from conftest import ROOT, document, run
from scoring import gold

from goldwire_annotation.agreement import agreement
from goldwire_annotation.layer_counts import aligned_clusters, shared_counts
from goldwire_annotation.pair_agreement import links_agreement, pairs_agreement
from goldwire_annotation.statements import disagreements
from goldwire_corpus.schema.document import Argument, Document, Event, EventCluster, Quantity, Relation
from goldwire_corpus.schema.event_pairs import Judgement
from goldwire_corpus.schema.incident_records import derive
from goldwire_corpus.source.linking import Link

PASSES = ROOT / "annotation" / "passes"


def test_equal_passes_agree_in_every_layer() -> None:
    result = agreement([(gold(), gold())])
    assert set(result.f1.values()) <= {1.0, None}
    assert {name for name, f1 in result.f1.items() if f1 is None} == {
        "title.span", "link", "relation.temporal", "relation.causal", "relation.subevent", "record.toll",
        "event_coref.conll", "anchor.interval", "count.scope",
    }  # fmt: skip
    assert result.kappa["mention type"] == (1.0, 5)
    assert list(disagreements(gold(), gold())) == []


def test_figures_by_hand() -> None:
    a, b = gold(), gold()
    mentions = [*b.mentions[:-1], msgspec.structs.replace(b.mentions[-1], type="ORG")]
    b = msgspec.structs.replace(b, mentions=mentions, events=b.events[:2], event_clusters=b.event_clusters[:2])
    result = agreement([(a, b)])
    assert result.f1["mention.exact"] == pytest.approx(4 / 5)
    assert result.f1["mention.untyped"] == 1
    assert result.f1["trigger.cls"] == pytest.approx(2 * 2 / 5)
    # Cohen's kappa: observed 4/5; by chance 3/5 * 2/5 (PER) + 2/5 * 2/5 (GPE) = 10/25; (20/25 - 10/25) / (15/25).
    assert result.kappa["mention type"] == (pytest.approx(2 / 3), 5)
    lines = list(disagreements(a, b))
    assert any(line.startswith("A ") and "PER.NAM" in line for line in lines)
    assert any(line.startswith("B ") and "ORG.NAM" in line for line in lines)
    assert any(line.startswith("A ") and "'hurt' Injure" in line for line in lines)


def test_shared_counts_by_hand() -> None:
    """One of two anchors differs, and so do the scope of the count and the toll that follows from it."""
    a = _counted("part")
    clusters = [msgspec.structs.replace(a.event_clusters[0], latest="2024-03-12"), *a.event_clusters[1:]]
    b = msgspec.structs.replace(_counted("total"), event_clusters=clusters)
    assert shared_counts(a, b) == {"anchor.interval": (1, 1, 1), "count.scope": (0, 1, 1), "record.toll": (0, 1, 1)}
    assert shared_counts(a, a) == {"anchor.interval": (2, 0, 0), "count.scope": (1, 0, 0), "record.toll": (1, 0, 0)}


def _counted(scope: str) -> Document:
    """Return a document with deaths that have one count, and an attack that causes them."""
    deaths = Event("e1", 0, 4, "Die", "ACTUAL", "positive", None, None, "AUTHOR", "asserts", "dead",
                   [Argument("Count", "q1", scope)])  # fmt: skip
    attack = Event("e2", 5, 9, "Attack", "ACTUAL", "positive", "other", None, "AUTHOR", "asserts", "raid", [])
    counted = document(
        "dead raid two",
        quantities=[Quantity("q1", 10, 13, 2, 2, "exact", "person")],
        events=[deaths, attack],
        event_clusters=[EventCluster(key, type_, "NIL", None, "2024-03-11") for key, type_ in
                        (("dead", "Die"), ("raid", "Attack"))],
        relations=[Relation("CAUSES", "raid", "dead")],
    )  # fmt: skip
    return msgspec.structs.replace(counted, records=derive(counted))


def test_clusters_are_aligned_by_their_shared_mentions() -> None:
    first, second = gold(), gold()
    names = {"c1": "x", "c2": "c1", "c3": "c2"}
    renamed = msgspec.structs.replace(
        second,
        events=[msgspec.structs.replace(e, cluster=names[e.cluster]) for e in second.events],
        event_clusters=[msgspec.structs.replace(c, id=names[c.id]) for c in second.event_clusters],
    )
    assert aligned_clusters(first, renamed) == names


def test_agreement_of_judged_pairs_by_hand() -> None:
    first = [
        Judgement("a", "b", "BEFORE", "CAUSES"), Judgement("a", "c", "VAGUE"), Judgement("b", "c", "INCLUDES"),
        Judgement("c", "d", "BEFORE"), Judgement(whole="a", part="d"),
    ]  # fmt: skip
    # The first pair is inverted, the second differs, and the last one is decided by anchors.
    second = [
        Judgement("b", "a", "AFTER", "CAUSED"), Judgement("a", "c", "BEFORE"), Judgement("b", "c", "INCLUDES"),
        Judgement("c", "d", "BEFORE"),
    ]  # fmt: skip
    found = pairs_agreement([(first, second)], [{frozenset(("nil:c", "nil:d"))}], ["w"])
    assert found.f1["pair.temporal accuracy"] == pytest.approx(2 / 3)
    assert found.f1["pair.causal accuracy"] == 1
    # Relations: a BEFORE b and b INCLUDES c in both passes, a BEFORE c only in the second.
    assert found.f1["relation.temporal"] == pytest.approx(2 * 2 / 5)
    assert found.f1["relation.subevent"] == 0
    # Observed 2/3; by chance BEFORE 1/3 * 2/3 + INCLUDES 1/3 * 1/3 = 1/3.
    assert found.kappa["pair.temporal"] == (pytest.approx(1 / 2), 3)


def test_agreement_of_links_by_hand() -> None:
    first = [
        Link("d1", entity="a", id="w:a"), Link("d1", entity="b"), Link("d2", entity="a", shared="x"),
        Link("d1", cluster="e", incident="w:i", shared="e"), Link("d2", cluster="e", incident="w:i", shared="e"),
    ]  # fmt: skip
    second = [
        Link("d1", entity="a", id="w:a"), Link("d1", entity="b", id="w:b"), Link("d2", entity="a", shared="x"),
        Link("d1", cluster="e", incident="w:i"), Link("d2", cluster="e", incident="w:j"),
    ]  # fmt: skip
    found = links_agreement([(first, second)]).f1
    assert found["entity.id accuracy"] == pytest.approx(2 / 3)
    assert found["entity.id"] == pytest.approx(2 / 3)
    assert found["cluster.incident accuracy"] == pytest.approx(1 / 2)
    assert (found["shared entities"], found["shared events"]) == (None, 0)


def test_command_compares_folders_of_pairs(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "d1.jsonl").write_text('{"one": "a", "two": "b", "temporal": "VAGUE"}\n')
    result = run("annotate", "agree", tmp_path / "a", tmp_path / "b")
    assert "| F1 pair.temporal accuracy | 100.0 |" in result.output


def test_command_compares_documents_outside_the_source(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "d1.ann").write_text("T1\tTITLE 0 4\tking\n")
    missing = run("annotate", "agree", tmp_path / "a", tmp_path / "b")
    assert (missing.exit_code, "[text-missing]" in missing.stderr) == (1, True)
    (tmp_path / "a" / "d1.txt").write_text("king\n")
    result = run("annotate", "agree", tmp_path / "a", tmp_path / "b")
    assert "| F1 title.span | 100.0 |" in result.output
    (tmp_path / "a" / "d2.ann").write_text("")
    alone = run("annotate", "agree", tmp_path / "a", tmp_path / "b")
    assert "not compared, in this folder only: d2.ann" in alone.stderr


def test_command_compares_any_format(tmp_path: Path) -> None:
    for name, end in (("a", 4), ("b", 5)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "d1.txt").write_text("Mara Venn\n")
        (tmp_path / name / "d1.ann").write_text(f"T1\tHero 0 {end}\t{'Mara Venn'[:end]}\n")
    (tmp_path / "b" / "d1.ann").write_text("T1\tHero 0 4\tMara\nT2\tHero 5 9\tVenn\n")
    folders = run("annotate", "agree", tmp_path / "a", tmp_path / "b")
    assert "| F1 mention.exact | 66.7 |" in folders.output
    (tmp_path / "a" / "d2.txt").write_text("Mara\n")
    (tmp_path / "a" / "d2.ann").write_text("T1\tHero 0 4\tMara\n")
    assert "missing, counted as empty: d2" in run("annotate", "agree", tmp_path / "a", tmp_path / "b").stderr
    (tmp_path / "a.conll").write_text("Mara B-PER\nVenn O\n\n")
    (tmp_path / "b.conll").write_text("Mara B-PER\nVenn B-PER\n\n")
    files = run("annotate", "agree", tmp_path / "a.conll", tmp_path / "b.conll")
    assert "| F1 mention.exact | 66.7 |" in files.output


def test_unknown_type_in_a_pass_over_the_corpus_is_an_error(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "haldmark-01.ann").write_text("T1\tHero 0 4\tKELS\n")
    result = run("annotate", "agree", tmp_path / "a", tmp_path / "b")
    assert (result.exit_code, "[type-unknown]" in result.stderr) == (1, True)


def test_intervals_need_ten_worlds() -> None:
    pairs = [(gold(id=f"d{n}", world=f"w{n}"), gold(id=f"d{n}", world=f"w{n}")) for n in range(10)]
    of_one = [(gold(id=f"d{n}", world="w"), gold(id=f"d{n}", world="w")) for n in range(10)]
    assert agreement(pairs[:9]).intervals["mention.exact"] is None
    assert agreement(of_one).intervals["mention.exact"] is None
    assert agreement(pairs).intervals["mention.exact"] == [1, 1]


@pytest.mark.parametrize(
    ("stage", "page"),
    [("passes", "agreement"), ("pairs", "agreement_pairs"), ("linking", "agreement_links")],
)
def test_agreement_page_is_current(stage: str, page: str) -> None:
    """The dataset card quotes the first page, so each must equal the agreement of the current passes."""
    result = run("annotate", "agree", ROOT / "annotation" / stage / "a", ROOT / "annotation" / stage / "b")
    assert result.exit_code == 0
    assert result.stdout == (ROOT / "annotation" / f"{page}.md").read_text(encoding="utf-8")


def test_json_has_the_figures_of_the_page() -> None:
    folders = (ROOT / "annotation" / "passes" / name for name in ("a", "b"))
    result = run("annotate", "agree", *folders, "--json", "-")
    assert result.exit_code == 0
    assert result.stdout == (ROOT / "annotation" / "agreement.json").read_text(encoding="utf-8"), "run `make data`"
    figures = json.loads(result.stdout)["test"]
    (row,) = [
        line for line in (ROOT / "annotation" / "agreement.md").read_text().splitlines() if "F1 trigger.cls" in line
    ]
    low, high = figures["intervals"]["trigger.cls"]
    shown = f"{100 * figures['f1']['trigger.cls']:.1f} ({100 * low:.1f} to {100 * high:.1f})"
    assert row.split(" | ")[3] == shown


def test_json_is_of_stand_off_alone() -> None:
    folders = [ROOT / "annotation" / "pairs" / name for name in ("a", "b")]
    assert run("annotate", "agree", *folders, "--json", "-").exit_code == 2
    passes = [ROOT / "annotation" / "passes" / name for name in ("a", "b")]
    assert run("annotate", "agree", *passes, "--json", "-", "--types").exit_code == 2


def test_tables_of_guidelines_are_current() -> None:
    result = run("annotate", "guidelines")
    assert result.output == (ROOT / "annotation" / "guidelines" / "types.md").read_text(encoding="utf-8")


def test_held_out_documents_have_both_passes() -> None:
    from goldwire_corpus.parts import PARTS, WIRE
    from goldwire_corpus.source.files import read_facts, source_root

    held_out = {
        facts.id for part in (*PARTS, WIRE) for facts in read_facts(source_root(), part) if facts.split != "train"
    }
    for folder in ("a", "b"):
        present = {path.stem for path in (PASSES / folder).glob("*.ann")}
        assert held_out <= present

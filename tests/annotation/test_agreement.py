import msgspec
import pytest
from conftest import ROOT, run
from scoring import gold

from goldwire_annotation.agreement import agreement, disagreements

PASSES = ROOT / "annotation" / "passes"


def test_two_equal_passes_agree_in_all() -> None:
    result = agreement([(gold(), gold())])
    assert set(result.f1.values()) == {1.0}
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


def test_the_agreement_in_the_repository_is_fresh() -> None:
    """The card quotes this file: it must be what the passes give today."""
    result = run("annotate", "agree", PASSES / "a", PASSES / "b")
    assert result.exit_code == 0
    assert result.output == (ROOT / "annotation" / "agreement.md").read_text(encoding="utf-8")


def test_the_tables_of_the_guidelines_are_fresh() -> None:
    result = run("annotate", "guidelines")
    assert result.output == (ROOT / "annotation" / "guidelines" / "types.md").read_text(encoding="utf-8")


def test_both_passes_of_every_test_and_validation_document_are_kept() -> None:
    from goldwire_corpus.source.files import PARTS, WIRE, read_facts, source_root

    held_out = {
        facts.id for part in (*PARTS, WIRE) for facts in read_facts(source_root(), part) if facts.split != "train"
    }
    for folder in ("a", "b"):
        kept = {path.stem for path in (PASSES / folder).glob("*.ann")}
        assert held_out <= kept

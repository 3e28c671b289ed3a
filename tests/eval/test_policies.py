"""Each policy on the smallest case that it decides; what other scorers give is said where it is known."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
from conftest import document
from scoring import gold, span
from seqeval.metrics import f1_score
from seqeval.scheme import IOB2

from goldwire_corpus.errors import DataError
from goldwire_corpus.schema.document import Argument, Document, Entity, Mention
from goldwire_corpus.schema.prediction import Prediction
from goldwire_eval.metrics.prf import Counts
from goldwire_eval.policy import DEFAULT, PROFILES, Policies
from goldwire_eval.readers.document_pairs import Line
from goldwire_eval.readers.predictions import Predictions
from goldwire_eval.readers.reference import Gold
from goldwire_eval.results import summarise
from goldwire_eval.scored import Scored
from goldwire_eval.scorer import score, score_file


def _scored(prediction: dict[str, Any], policies: Policies, of: Document | None = None) -> Scored:
    made = msgspec.convert({"id": "d1", **prediction}, Prediction)
    return score(Predictions.of_rows([made], "x"), Gold.of_documents([of or gold()]), policies)


def _tags(folder: Path, gold_tags: list[str], pred_tags: list[str], bio: str) -> Scored:
    for name, tags in (("gold", gold_tags), ("pred", pred_tags)):
        lines = "".join(f"w{i} {tag}\n" for i, tag in enumerate(tags))
        (folder / f"{name}.conll").write_text(f"-DOCSTART- O\n\n{lines}\n", encoding="utf-8")
    policies = msgspec.convert({"labels": "any", "bio": bio}, Policies)
    return score_file(folder / "pred.conll", Gold.of_files([folder / "gold.conll"]), policies, ["ner"])


GOLD_TAGS, PRED_TAGS = ["B-PER", "O", "O"], ["B-PER", "O", "I-LOC"]


def test_invalid_tag_is_repaired_as_by_conlleval(tmp_path: Path) -> None:
    """conlleval and seqeval's default count I-LOC as an entity: 66.7."""
    assert _tags(tmp_path, GOLD_TAGS, PRED_TAGS, "repair").total("ner").f1 == pytest.approx(2 / 3)
    assert f1_score([GOLD_TAGS], [PRED_TAGS]) == pytest.approx(2 / 3)


def test_invalid_tag_is_dropped_as_by_strict_seqeval(tmp_path: Path) -> None:
    """Which forgives a false positive: 100."""
    assert _tags(tmp_path, GOLD_TAGS, PRED_TAGS, "drop").total("ner").f1 == 1
    assert f1_score([GOLD_TAGS], [PRED_TAGS], mode="strict", scheme=IOB2) == 1


def test_invalid_tag_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError) as error:
        _tags(tmp_path, GOLD_TAGS, PRED_TAGS, "refuse")
    assert [(i.id, i.line) for i in error.value.errors] == [("tag-illegal", 5)]


def test_duplicates_are_spurious_or_taken_once() -> None:
    five = {"mentions": [{**span("Oda"), "type": "PER", "level": "NAM"}] * 5}
    assert _scored(five, DEFAULT).total("mention.exact") == Counts(1, 4, 4)
    assert _scored(five, Policies(duplicates="once")).total("mention.exact") == Counts(1, 0, 4)
    alone = gold(mentions=gold().mentions[4:], events=[], event_clusters=[], records=[])
    assert _scored(five, DEFAULT, alone).total("mention.exact").f1 == pytest.approx(1 / 3)
    assert _scored(five, Policies(duplicates="once"), alone).total("mention.exact").f1 == 1


def test_shared_victim_found_once_under_the_textee_profile() -> None:
    first, second, _ = gold().events
    shared = [msgspec.structs.replace(e, arguments=[Argument("Target", "m2")]) for e in (first, second)]
    found = {**span("shot"), "type": "Attack", "arguments": [{"role": "Target", "filler": span("two guards")}]}
    of, textee = gold(events=shared), msgspec.convert(PROFILES["textee"], Policies)
    assert _scored({"events": [found]}, DEFAULT, of).total("argument.cls@exact").f1 == pytest.approx(2 / 3)
    assert _scored({"events": [found]}, textee, of).total("argument.cls@exact").f1 == 1
    # Attached to its trigger each argument is another.
    assert _scored({"events": [found]}, textee, of).total("argument.attached.cls@exact").f1 == pytest.approx(2 / 3)


def test_singletons_are_kept_or_dropped() -> None:
    """Gold: one entity of two mentions and three of one; predicted: the pair alone."""
    pair = [{**span("Lemre", n), "type": "GPE", "entity": "l"} for n in (1, 2)]
    kept, dropped = (_scored({"mentions": pair}, p) for p in (DEFAULT, Policies(singletons="dropped")))
    assert kept.stats("coref.b3").sum(axis=0).tolist() == [2, 2, 2, 5]
    assert dropped.stats("coref.b3").sum(axis=0).tolist() == [2, 2, 2, 2]
    assert dropped.stats("coref.b3").tolist() == kept.stats("coref.b3@nosingletons").tolist()


def test_repeated_mention_of_a_cluster_is_taken_once_under_the_conll_2012_profile() -> None:
    """The reference scorer's figures for key {a} {b c} {d e f} and response {a} {b c x b} {d y} {z}."""
    text = "a b c d e f x y z"

    def side(*clusters: str) -> dict[str, Any]:
        spans = [(text.index(letter), str(n)) for n, letters in enumerate(clusters) for letter in letters]
        return {"mentions": [{"start": at, "end": at + 1, "type": "PER", "entity": n} for at, n in spans]}

    of = msgspec.convert({"id": "d1", "text": text, **side("a", "bc", "def")}, Prediction)
    policies = msgspec.convert(PROFILES["conll-2012"], Policies)
    assert policies.duplicates == "once"
    made = msgspec.convert({"id": "d1", **side("a", "bcxb", "dy", "z")}, Prediction)
    gold_rows = Gold(lambda _: iter([Line("gold", 1, of)]), list, "gold")
    metrics = summarise(score(Predictions.of_rows([made], "x"), gold_rows, policies), "x", "y")["metrics"]
    assert (metrics["coref.b3"]["precision"], metrics["coref.b3"]["recall"]) == pytest.approx((17 / 42, 5 / 9))
    expected = {"muc": 1 / 3, "ceafm": 8 / 13, "ceafe": 0.62857, "lea": 4 / 11, "blanc": 0.30357}
    found = {name: metrics[f"coref.{name}"]["f1"] for name in expected}
    assert found == pytest.approx(expected, abs=5e-6)


def test_undefined_figures_are_null_or_zero() -> None:
    bare = document("Nothing here.", mentions=[], entities=[])
    for undefined, expected in (("null", None), ("zero", 0.0)):
        policies = msgspec.convert({"undefined": undefined}, Policies)
        figures = summarise(_scored({"mentions": []}, policies, bare), "x", "y")["metrics"]
        assert figures["mention.exact"]["f1"] == expected
        assert figures["coref.conll"]["f1"] == expected


def test_singletons_alone_in_muc_and_b3() -> None:
    text = "Oda met Pim."
    alone = document(
        text,
        mentions=[Mention("m1", 0, 3, 0, 3, "PER", "NAM", "a"), Mention("m2", 8, 11, 8, 11, "PER", "NAM", "b")],
        entities=[Entity("a", "PER", "Oda", "NIL"), Entity("b", "PER", "Pim", "NIL")],
    )
    found = {
        "mentions": [
            {"start": 0, "end": 3, "type": "PER", "entity": "x"}, {"start": 8, "end": 11, "type": "PER", "entity": "y"},
        ]
    }  # fmt: skip
    null = summarise(_scored(found, DEFAULT, alone), "x", "y")["metrics"]
    assert (null["coref.muc"]["f1"], null["coref.b3"]["f1"]) == (None, 1)
    zero = summarise(_scored(found, Policies(undefined="zero"), alone), "x", "y")["metrics"]
    assert (zero["coref.muc"]["f1"], zero["coref.b3"]["f1"]) == (0, 1)


def test_partial_credit_for_tolls() -> None:
    # Gold: two or three killed.
    shooting = {"type": "Attack", "place": "Lemre", "killed_min": 3, "killed_max": 3}
    assert _scored({"records": [shooting]}, DEFAULT).total("record.killed") == Counts(0, 1, 1)
    assert _scored({"records": [shooting]}, Policies(partial="half")).total("record.killed") == Counts(0.5, 0.5, 0.5)


@pytest.mark.parametrize("profile", PROFILES)
def test_profiles_are_in_the_signature(profile: str) -> None:
    policies = msgspec.convert(PROFILES[profile], Policies)
    line = summarise(_scored({"mentions": []}, policies), "x", "y")["signature"]
    assert line != summarise(_scored({"mentions": []}, DEFAULT), "x", "y")["signature"]
    for name, value in PROFILES[profile].items():
        assert f"|{name}:{value}|" in line

"""Flags of the sweep: on texts whose labels are known, and on worlds of the corpus."""

import json
from pathlib import Path

import pytest
from conftest import document, run

from goldwire_annotation.sweep import context_flags, model_flags
from goldwire_baselines.held_out import held_out_labels, word_labels
from goldwire_corpus.release.build import source_documents
from goldwire_corpus.schema.document import Document
from goldwire_corpus.source.files import source_root

TEXT = "He was shot there. She was shot there. It was shot there. They shot it."
SHOTS = [TEXT.index("shot", at) for at in (0, 12, 32)]


def _labelled(shots: list[int]) -> tuple[list[Document], dict[str, dict[str, dict[int, str]]]]:
    labels = {"trigger": {start + 4: "Attack" for start in shots}, "head": {}}
    return [document(TEXT)], {"d1": labels}


def test_a_word_that_differs_from_like_contexts_is_flagged() -> None:
    """Three occurrences have the same neighbours; the fourth, without a label, has others."""
    documents, labels = _labelled(SHOTS[:2])
    (flag,) = context_flags(documents, labels, 0.65)
    assert (flag.sentence, flag.start, flag.word, flag.layer) == (3, SHOTS[2], "shot", "trigger")
    assert (flag.gold, flag.other, flag.kind, flag.share) == ("-", "Attack", "context", 0.667)
    assert flag.text == "It was shot there."


@pytest.mark.parametrize(("shots", "majority"), [(SHOTS, 0.65), (SHOTS[:2], 0.7), ([], 0.65)])
def test_like_labels_and_small_majorities_are_not_flagged(shots: list[int], majority: float) -> None:
    assert list(context_flags(*_labelled(shots), majority)) == []


def test_only_confident_predictions_of_another_label_are_flagged() -> None:
    documents, labels = _labelled(SHOTS[:1])
    first, second, third = (start + 4 for start in SHOTS)
    predicted = [
        ("d1", first, "trigger", "Attack", 0.99), ("d1", first, "trigger", "-", 0.99),
        ("d1", second, "trigger", "Attack", 0.98), ("d1", third, "trigger", "Attack", 0.9),
    ]  # fmt: skip
    (flag,) = model_flags(documents, labels, predicted, 0.95)
    assert (flag.start, flag.gold, flag.other, flag.kind, flag.share) == (SHOTS[1], "-", "Attack", "model", 0.98)


@pytest.mark.slow
def test_no_word_is_predicted_from_its_own_world() -> None:
    """A word that occurs with a label in one world only cannot get this label there."""
    worlds = {"orsena", "kareth"}
    documents = [d for _, d in source_documents(source_root()) if d.world in worlds][:12]
    own = {d.id: word_labels(d)["trigger"] for d in documents}
    types = {world: {t for d in documents if d.world == world for t in own[d.id].values()} for world in worlds}
    world = {d.id: d.world for d in documents}
    predicted = [p for p in held_out_labels(documents, 2) if p.layer == "trigger" and p.label != "-"]
    assert {world[p.doc] for p in predicted} == worlds
    for p in predicted:
        (other,) = worlds - {world[p.doc]}
        assert p.label in types[other]


@pytest.mark.slow
def test_the_command_writes_flags_of_words_with_their_gold(tmp_path: Path) -> None:
    result = run("annotate", "sweep", "--out", tmp_path / "flags.jsonl", "--folds", "2", "--confidence", "0.99")
    flags = [json.loads(line) for line in (tmp_path / "flags.jsonl").read_text(encoding="utf-8").splitlines()]
    numbers = {kind: sum(flag["kind"] == kind for flag in flags) for kind in ("context", "model")}
    assert result.stdout.splitlines() == [f"{kind}: {number}" for kind, number in numbers.items()]
    documents = {d.id: d for _, d in source_documents(source_root())}
    for flag in flags:
        d, end = documents[flag["doc"]], flag["start"] + len(flag["word"])
        assert flag["word"] in flag["text"]
        assert flag["text"] in d.text
        assert flag["gold"] == word_labels(d)[flag["layer"]].get(end, "-") != flag["other"]
        assert flag["share"] >= (0.65 if flag["kind"] == "context" else 0.99)


def test_verdicts_are_counted_by_split_and_layer(tmp_path: Path) -> None:
    flag = {"doc": "retold-01", "sentence": 1, "start": 0, "word": "", "layer": "head", "gold": "-", "other": "PER"}
    rows = [flag | {"verdict": verdict, "reason": ""} for verdict in ("right", "right", "wrong")]
    (tmp_path / "retold-01.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    assert run("annotate", "swept", tmp_path).stdout.splitlines()[2:] == ["| retold, head | 3 | 2 | 0 | 1 |"]


def test_a_folder_without_verdicts_is_an_error(tmp_path: Path) -> None:
    result = run("annotate", "swept", tmp_path)
    assert (result.exit_code, "no verdicts" in result.stderr) == (1, True)

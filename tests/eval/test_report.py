"""The report in the terminal: 80 columns, one block a layer, figures by type, genre and part."""

import json
from pathlib import Path

import pytest
from conftest import ROOT, run

from goldwire_corpus.load import DATA, documents
from goldwire_eval.metrics.registry import HEADLINE, METRICS
from goldwire_eval.reporting.metric_groups import LAYERS, grouped, leading

RETOLD = DATA / "documents" / "retold.jsonl"


def _printed(*arguments: str) -> list[str]:
    result = run("score", RETOLD, "--split", "retold", *arguments)
    assert result.exit_code == 0
    return [line.rstrip() for line in result.output.splitlines()]


def _metrics(lines: list[str]) -> list[str]:
    return [line.split()[0] for line in lines if line.partition(" ")[0] in METRICS]


@pytest.mark.parametrize("by", ["type", "genre", "part"])
def test_no_line_but_the_signature_is_wider_than_80_columns(by: str) -> None:
    lines = _printed("--by", by)
    assert lines[-1].startswith("goldwire|")
    assert max(map(len, lines[:-1])) <= 80


def test_layers_are_separate_and_every_metric_is_in_one() -> None:
    lines = _printed()
    at = {name: next(i for i, line in enumerate(lines) if line.startswith(f"{name} ")) for name in _metrics(lines)}
    assert lines[at["ner"] + 1].startswith("mention.exact")
    for first in ("coref.muc", "time.span", "trigger.id", "argument.id@exact", "event_coref.muc", "record.ceaf"):
        assert lines[at[first] - 1] == ""
    assert sorted(name for _, names in grouped(METRICS) for name in names) == sorted(METRICS)


def test_metrics_without_singletons_are_printed_only_when_named() -> None:
    lines = _printed()
    assert not [name for name in _metrics(lines) if "@nosingletons" in name]
    figures = json.loads(run("score", RETOLD, "--split", "retold", "--json", "-").stdout)
    hidden = sum("@nosingletons" in name for name in figures["metrics"])
    assert any(line.startswith(f"not shown: {hidden} @nosingletons metrics") for line in lines)
    assert _metrics(_printed("--metrics", "coref.b3@nosingletons")) == ["coref.b3@nosingletons"]
    assert _metrics(_printed("--metrics", "coref@nosingletons")) == [
        f"coref.{name}@nosingletons" for name in ("muc", "b3", "ceafm", "ceafe", "lea", "blanc", "conll")
    ]


def test_tables_by_type_have_precision_recall_and_support() -> None:
    lines = _printed("--by", "type")
    heads = [line.split() for line in lines if " by type " in line]
    assert [head[0] for head in heads] == ["mention.exact", "trigger.cls", "argument.attached.cls@entity"]
    assert {tuple(head[1:]) for head in heads} == {("by", "type", "prec", "rec", "F1", "gold", "pred")}
    (row,) = (line.split() for line in lines if line.startswith("PER "))
    gold = sum(m.type == "PER" for d in documents("retold") for m in d.mentions)
    assert row == ["PER", "100.0", "100.0", "100.0", str(gold), str(gold)]


def test_a_metric_that_no_type_is_known_of_says_so() -> None:
    assert "no metric here is counted by type" in _printed("--metrics", "time", "--by", "type")


def _counts(tp: float, fp: float) -> dict[str, float]:
    return {"tp": tp, "fp": fp, "fn": 1.0}


def test_leading_metric_is_one_of_those_requested() -> None:
    assert set(leading({name: {} for name in METRICS}).values()) <= {*HEADLINE, "cross.entity.conll", "title.span"}
    (lead,) = leading({"argument.id@head": {}, "argument.cls@exact": {}}).values()
    assert lead == "argument.id@head"
    assert len({layer.short for layer in LAYERS}) == len(LAYERS)


@pytest.mark.parametrize(
    ("figures", "lead"),
    [
        ({"ner": _counts(3, 2), "mention.exact": _counts(4, 1)}, "ner"),  # five predictions, all flat names
        ({"ner": _counts(3, 1), "mention.exact": _counts(4, 1)}, "mention.exact"),  # one is nominal or nested
        ({"ner": _counts(0, 0), "mention.exact": _counts(0, 0)}, "mention.exact"),  # no prediction
        ({"mention.exact": _counts(4, 1)}, "mention.exact"),
        ({"ner": _counts(3, 2)}, "ner"),
    ],
)
def test_ner_leads_if_all_predictions_are_flat_names(figures: dict[str, dict[str, float]], lead: str) -> None:
    assert list(leading(figures).values()) == [lead]


def test_beside_needs_a_report(tmp_path: Path) -> None:
    result = run("score", RETOLD, "--beside", RETOLD)
    assert result.exit_code == 2
    assert "--beside needs --report" in result.output
    assert "--report" in (ROOT / "eval" / "README.md").read_text(encoding="utf-8")

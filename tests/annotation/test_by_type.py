import re

import msgspec
import pytest
from conftest import ROOT, run
from scoring import gold

from goldwire_annotation.agreement import agreement
from goldwire_annotation.by_type import types_table
from goldwire_annotation.passes import read_pairs


def test_figures_by_hand() -> None:
    a, b = gold(), gold()
    b = msgspec.structs.replace(b, mentions=[*b.mentions[:-1], msgspec.structs.replace(b.mentions[-1], type="ORG")])
    rows = dict(re.findall(r"\| mention (\w+) \| (.*) \|", types_table([(a, b)])))
    # The second pass labels the last of five mentions, one of three persons, as an organisation.
    assert rows == {"GPE": "2 | 2 | 2 | 100.0", "ORG": "0 | 1 | 0 | 0.0", "PER": "3 | 2 | 2 | 80.0"}


@pytest.mark.parametrize(("layer", "metric"), [("mention", "mention.exact"), ("event", "trigger.cls")])
def test_counts_by_type_sum_to_the_score(layer: str, metric: str) -> None:
    passes = [ROOT / "annotation" / "passes" / name for name in ("a", "b")]
    for pairs in read_pairs(*passes, None, texts=False).values():
        rows = re.findall(rf"\| {layer} \S+ \| (\d+) \| (\d+) \| (\d+) ", types_table(pairs))
        a, b, both = (sum(int(row[i]) for row in rows) for i in range(3))
        assert agreement(pairs).f1[metric] == pytest.approx(2 * both / (a + b))


def test_command_prints_the_table_by_type() -> None:
    passes = [ROOT / "annotation" / "passes" / name for name in ("a", "b")]
    result = run("annotate", "agree", *passes, "--types")
    assert result.exit_code == 0, result.stderr
    assert "| event Attack |" in result.output
    assert "| role Victim |" in result.output

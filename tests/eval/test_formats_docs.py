"""The examples of docs/formats.md: each is read as the page says, and all say the same."""

import re
from itertools import product
from pathlib import Path

from conftest import ROOT

from goldwire_eval.metrics.prf import Counts
from goldwire_eval.readers.formats import FORMATS
from goldwire_eval.readers.reference import Gold
from goldwire_eval.readers.spool import LARGEST
from goldwire_eval.scorer import score_file

PAGE = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")


def test_examples_score_100_against_each_other(tmp_path: Path) -> None:
    examples = re.findall(r"```\w+ (\S+)\n(.*?)```", PAGE, re.DOTALL)
    assert [name for name, _ in examples] == ["d.jsonl", "d.conll", "d.ann", "d.txt", "d.json"]
    (tmp_path / "brat").mkdir()
    for name, content in examples:
        folder = tmp_path / "brat" if name.endswith((".ann", ".txt")) else tmp_path
        (folder / name).write_text(content, encoding="utf-8")
    paths = [tmp_path / "d.jsonl", tmp_path / "d.conll", tmp_path / "brat", tmp_path / "d.json"]
    for gold, pred in product(paths, paths):
        scored = score_file(pred, Gold.of_files([gold]))
        assert scored.total("mention.exact") == Counts(2, 0, 0), (gold.name, pred.name)


def test_the_page_names_every_suffix_and_the_bound() -> None:
    for format in FORMATS.values():
        assert all(f"`{suffix}`" in PAGE for suffix in format.suffixes), format.title
    assert f"{LARGEST >> 20} MiB" in PAGE

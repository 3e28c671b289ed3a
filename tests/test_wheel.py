"""Contents of the wheel, and its data, which equal those of the checkout."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT

from goldwire_corpus.load import DATA
from goldwire_corpus.release.bio import tag_labels
from goldwire_corpus.release.configs import VIEWS

SCRIPT = """
import json, sys, goldwire_corpus
from goldwire_corpus.load import data_signature
rows = {c: {s: list(d) for s, d in goldwire_corpus.load(c).items()} for c in json.loads(sys.argv[1])}
print(json.dumps([goldwire_corpus.__file__, data_signature(), rows], default=str))
"""


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        str(ROOT),
        "--no-deps",
        "--no-build-isolation",
        "-q",
        "-w",
        str(folder),
    ]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = folder.glob("goldwire-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_wheel_contents(unpacked: Path) -> None:
    top = {path.name for path in unpacked.iterdir() if not path.name.endswith(".dist-info")}
    assert top == {"goldwire", "goldwire_annotation", "goldwire_baselines", "goldwire_corpus", "goldwire_eval"}


def test_wheel_has_templates_styles_and_scripts(unpacked: Path) -> None:
    packages = ("eval/goldwire_eval/reporting/html", "corpus/goldwire_corpus/display", "annotation/goldwire_annotation")
    for folder in packages:
        files = [p for p in (ROOT / folder).iterdir() if p.suffix in (".jinja", ".css", ".js")]
        assert ".jinja" in {p.suffix for p in files}
        for path in files:
            assert (unpacked / folder.partition("/")[2] / path.name).read_bytes() == path.read_bytes()


def test_wheel_has_the_task_of_the_harness(unpacked: Path) -> None:
    task = Path("goldwire", "harness", "goldwire.yaml")
    assert (unpacked / task).read_bytes() == (ROOT / "eval" / task).read_bytes()


def test_wheel_has_the_records_of_the_baselines(unpacked: Path) -> None:
    stored = {path.name: path.read_bytes() for path in (ROOT / "baselines" / "results").glob("*.json")}
    found = {path.name: path.read_bytes() for path in (unpacked / "goldwire_baselines" / "results").iterdir()}
    assert found == stored
    assert stored
    output = subprocess.run(
        [sys.executable, "-c", "import goldwire as gw; print(gw.leaderboard())"],
        env={**os.environ, "PYTHONPATH": str(unpacked)}, cwd=unpacked, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    for name in stored:
        assert name.removesuffix(".json") in output
    assert "annotators" in output


@pytest.mark.slow
def test_wheel_has_the_rows_of_the_checkout(unpacked: Path, tmp_path: Path) -> None:
    output = subprocess.run(
        [sys.executable, "-c", SCRIPT, json.dumps(list(VIEWS))],
        env={**os.environ, "PYTHONPATH": str(unpacked)}, cwd=tmp_path, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    module, _, rows = json.loads(output)
    assert Path(module).is_relative_to(unpacked)
    for config, splits in rows.items():
        for split, found in splits.items():
            lines = (DATA / config / f"{split}.jsonl").read_text(encoding="utf-8").splitlines()
            if config == "ner":
                found = [{**row, "tags": [tag_labels()[tag] for tag in row["tags"]]} for row in found]
            assert found == [json.loads(line) for line in lines]

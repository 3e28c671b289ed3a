"""Refuse words that do not belong to the English of the field: in docs, docstrings, comments, messages, names."""

import re
import subprocess

import pytest
from conftest import ROOT

REFUSED = {
    r"\bfaults?\b|\bat fault\b": "error, invalid",
    r"\bmend(s|ed|ing)?\b": "correct, fix",
    r"\btold apart\b|\btells? apart\b": "distinguish",
    r"\b(is|are|was|were) told\b": "is printed, is reported",
    r"\bas (it|they) comes?\b": "verbatim",
    r"\bthat (is|are) none\b": "invalid, unknown",
    r"\bof its own accord\b|\bunearned\b": "say it plainly",
    r"\bstands? (twice|beside|still)\b": "occurs twice, beside",
    r"\bone (is|was) wrong about\b": "say it plainly",
}
SUFFIXES = (".py", ".md", ".toml", ".jinja", ".css", ".js", ".cff")
ANNOTATION = ("passes", "cases", "decisions", "pairs", "linking", "editing", "guidelines")
EXCEPT = (*(f"annotation/{folder}/" for folder in ANNOTATION), "corpus/source/", "corpus/goldwire_corpus/data/",
          "tests/cases/", "tests/test_prose.py", "LICENSE")  # fmt: skip


def _files() -> list[str]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [name for name in listed.splitlines() if name.endswith(SUFFIXES) and not name.startswith(EXCEPT)]


@pytest.mark.parametrize("name", _files())
def test_words(name: str) -> None:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    found = [
        f"{name}:{number}: {match.group()!r}; write: {instead}"
        for number, line in enumerate(lines, 1)
        for pattern, instead in REFUSED.items()
        for match in re.finditer(pattern, line.replace("_", " "), re.IGNORECASE)
    ]
    assert not found, "\n".join(found)

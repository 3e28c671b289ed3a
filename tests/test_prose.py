"""Lint of the prose: docs, docstrings, comments, messages and names use plain technical English."""

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
    r"\bas (it|they) (goes|go|went|came|stands?|stood)\b|\bcomes? back (as|from|byte)\b": "unchanged, round trip",
    r"\bleans? on\b": "depends on, uses",
    r"\bnewcomers?\b": "new user",
    r"\bpage furniture\b": "navigation",
    r"\bin no way\b": "not",
    r"\bstands? (in|apart|alone|open|there)\b": "is, occurs in",
    r"\btold (of|by|at|its|with|only)\b|\btells? (how|of|what|which|whether)\b": "reports, describes",
    r"(?<!there )\b(is|are) no (?!longer\b|more\b)[a-z]+": "is not a ...",
    r"\bspeaks?\b(?! with)": "uses the labels of",
    r"\b[Ee]rror where\b|\bwhere (they|there|that|nothing|none|nobody) (is|are|has|have|can|cannot)\b": "if",
    r"\b(what|something) (is|was) wrong (with|in)\b": "errors in",
    r"\b(one|label|sentence|cluster|tag|object) an? (line|document|layer|paragraph|group|event)\b": "one per line",
    r"\bthe other way round\b|\beither way round\b": "inverted, symmetric",
    r"\bthere before\b|\b(is|are|was|were) not (here|there)\b": "already present, missing",
    r"\bof ours\b|\b(is|are) ours\b|\bnot ours\b": "our ...",
    r"\bbut for\b": "except",
}
SUFFIXES = (".py", ".md", ".toml", ".jinja", ".css", ".js", ".cff")
ANNOTATION = ("passes", "audit", "cases", "decisions", "pairs", "linking", "editing", "guidelines", "sweep")
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

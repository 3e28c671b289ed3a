"""The pages about scoring name every metric, policy and profile, and tests that exist."""

import re

import pytest
from conftest import ROOT

from goldwire_eval.metrics.registry import METRICS
from goldwire_eval.policy import PROFILES, SCHEMES, Policies

DOCS = ROOT / "docs"


@pytest.mark.parametrize("page", ["metrics", "conventions", "policies", "statistics", "gaming"])
def test_tests_that_a_page_names_exist(page: str) -> None:
    tests = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    named = re.findall(r"`(test_\w+)`", (DOCS / f"{page}.md").read_text(encoding="utf-8"))
    assert [name for name in named if f"def {name}(" not in tests] == []


def test_every_metric_is_described() -> None:
    page = (DOCS / "metrics.md").read_text(encoding="utf-8")
    for name in METRICS:
        family, _, measure = name.partition("@")[0].rpartition(".")
        shown = family if family.endswith(("coref", "cross.entity", "cross.event")) else name.partition("@")[0]
        assert f"`{shown}" in page, name
        assert measure in page


def test_policies_profiles_and_label_sets_are_described() -> None:
    page = (DOCS / "policies.md").read_text(encoding="utf-8")
    for name in Policies.__struct_fields__:
        if name != "labels":
            assert f"| `{name}`" in page
            assert f"`{getattr(Policies(), name)}`" in page
    for profile, changes in PROFILES.items():
        assert f"| `{profile}` | {', '.join(f'`{k}:{v}`' for k, v in changes.items())} |" in page
    conventions = (DOCS / "conventions.md").read_text(encoding="utf-8")
    assert [scheme for scheme in SCHEMES if f"`{scheme}`" not in conventions] == []

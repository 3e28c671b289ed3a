"""Metrics by name: whole names, beginnings, variants, and what is near a name that is unknown."""

import pytest

from goldwire_corpus.errors import UsageError
from goldwire_eval.metrics.registry import select


def test_metrics_are_selected_by_name_beginning_and_variant() -> None:
    assert select(["ner"]) == ["ner"]
    assert select(["time", "ner"]) == ["ner", "time.span", "time.value"]
    assert select(["argument.attached.cls"]) == [
        "argument.attached.cls@exact", "argument.attached.cls@head", "argument.attached.cls@entity",
    ]  # fmt: skip
    assert select(["coref@nosingletons"])[0] == "coref.muc@nosingletons"
    assert len(select(["coref@nosingletons"])) == 7


@pytest.mark.parametrize(
    ("name", "near"),
    [("mention.exakt", "mention.exact"), ("nerr", "ner"), ("quantites", "quantity"), ("coref.muk", "coref.muc")],
)
def test_unknown_metric_suggests_near_names(name: str, near: str) -> None:
    with pytest.raises(UsageError) as error:
        select([name])
    assert f"unknown metric {name!r}; did you mean" in str(error.value)
    assert near in str(error.value)


def test_unknown_metric_without_near_names_lists_all() -> None:
    with pytest.raises(UsageError, match="expected one of ner, mention"):
        select(["xyzzy"])

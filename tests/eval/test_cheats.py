"""Each cheat that a scorer in use was seen to reward, and the score it gets here: never more than the honest answer."""

from typing import Any

import pytest
from cheat_cases import CHEATS, PAGE, Cheat, table
from scoring import counts, gold, lenient, span

from goldwire_corpus.release.dataset_card import fill
from goldwire_corpus.schema.document import Argument
from goldwire_corpus.schema.ontology import ontology


def f1(prediction: dict[str, Any], metric: str) -> float:
    return counts(prediction, metric).f1 or 0.0


HONEST = {**span("shot"), "type": "Attack", "arguments": [{"role": "Target", "filler": span("two guards")}]}


def test_every_type_on_one_span() -> None:
    every = [{**span("shot"), "type": type_} for type_ in ontology().event]
    for metric in ("trigger.id", "trigger.cls"):
        assert f1({"events": every}, metric) < f1({"events": [HONEST]}, metric)


def test_repeated_answers_are_spurious() -> None:
    for metric in ("trigger.id", "trigger.cls", "argument.cls@exact", "argument.attached.cls@entity"):
        assert f1({"events": [HONEST] * 5}, metric) < f1({"events": [HONEST]}, metric)
    lemre = {**span("Lemre"), "type": "GPE", "level": "NAM"}
    for metric in ("ner", "mention.exact", "mention.head", "mention.partial", "mention.untyped"):
        assert f1({"mentions": [lemre] * 5}, metric) < f1({"mentions": [lemre]}, metric)


@pytest.mark.parametrize("how", ["exact", "head", "entity"])
def test_junk_fillers_beside_the_right_one(how: str) -> None:
    right = {"role": "Target", "filler": span("two guards")}
    junk = [{"role": "Target", "filler": {"start": i, "end": i + 1}} for i in range(25)]
    cheat = {**HONEST, "arguments": [right, *junk]}
    for metric in (f"argument.cls@{how}", f"argument.attached.id@{how}"):
        assert f1({"events": [cheat]}, metric) < f1({"events": [HONEST]}, metric) / 2


def test_entity_named_repeatedly_is_one_hit() -> None:
    naming = [{"role": "Place", "filler": span("Lemre", n)} for n in (1, 2)]
    result = counts({"events": [{**HONEST, "arguments": naming}]}, "argument.attached.cls@entity")
    assert (result.tp, result.fp) == (1, 1)
    assert result.recall is not None
    assert result.recall <= 1


def test_hallucinated_strings_stay_in_the_denominator() -> None:
    scored = lenient(
        [{"id": "d1", "mentions": [{**span("Lemre"), "type": "GPE"}, {"quote": "Atlantis", "type": "GPE"}]}]
    )
    assert [i.id for i in scored.validation_errors] == ["quote-missing"]
    assert scored.total("mention.exact").fp == 1
    assert scored.total("ner").precision == 1 / 2


def test_labels_outside_the_ontology_are_wrong() -> None:
    scored = lenient(
        [{"events": [{**HONEST, "type": "Anything", "arguments": [{"role": "Any", "filler": span("Oda")}]}]}]
    )
    assert {i.id for i in scored.validation_errors} == {"type-unknown", "role-not-listed"}
    assert scored.total("trigger.cls").fp == 1
    assert scored.total("argument.cls@exact").fp == 1


def test_documents_left_out_count_as_empty() -> None:
    import msgspec

    from goldwire_corpus.schema.prediction import Prediction
    from goldwire_eval.scorer import score_documents

    one, two = gold(), gold(id="d2")
    made = msgspec.convert({"id": "d1", "events": [HONEST]}, Prediction)
    scored = score_documents([made], [one, two], "x")
    assert scored.missing == ["d2"]
    assert scored.total("trigger.cls").fn == 5


def test_merged_events_lose_attached_arguments() -> None:
    apart = [HONEST, {**span("raids"), "type": "Attack", "arguments": [{"role": "Target", "filler": span("Oda")}]}]
    merged = [{**HONEST, "arguments": [a for e in apart for a in e["arguments"]]}]
    assert f1({"events": merged}, "argument.attached.cls@entity") < f1(
        {"events": apart}, "argument.attached.cls@entity"
    )
    assert f1({"events": merged}, "trigger.cls") < f1({"events": apart}, "trigger.cls")


def test_shared_victim_found_once() -> None:
    """TextEE's AC gives 100 here: it compares sets of (type, role, filler)."""
    shared = gold()
    events = [
        *shared.events[:1],
        type(shared.events[1])(**{**_fields(shared.events[1]), "arguments": [Argument("Target", "m2")]}),
    ]
    events[0] = type(events[0])(**{**_fields(events[0]), "arguments": [Argument("Target", "m2")]})
    of = gold(events=events)
    for metric in ("argument.cls@exact", "argument.attached.cls@exact"):
        assert counts({"events": [HONEST]}, metric, of).f1 == pytest.approx(2 / 3)


def test_span_over_the_whole_text_earns_nothing() -> None:
    whole = {"start": 0, "end": 71, "type": "PER"}
    assert counts({"mentions": [whole] * 5}, "mention.partial").tp == 0


def test_head_outside_its_mention_is_an_error() -> None:
    mentions = [{"start": 0, "end": 1, "head_end": 31, "type": "GPE"}, {"quote": "zz", "type": "GPE", "head_end": 31}]
    scored = lenient([{"mentions": mentions}])
    assert [i.id for i in scored.validation_errors] == ["head-outside", "quote-missing"]
    assert scored.total("mention.head").tp == 0
    assert scored.total("mention.head").fp == 2


def test_quoted_head_is_found_inside_its_mention() -> None:
    mention = {**span("two guards"), "type": "PER"}
    assert counts({"mentions": [{**mention, "head": "guards"}]}, "mention.head").tp == 1
    assert counts({"mentions": [{**mention, "head": "two"}]}, "mention.head").tp == 0
    assert [i.id for i in lenient([{"mentions": [{**mention, "head": "Lemre"}]}]).validation_errors] == ["head-outside"]


def test_blank_records_earn_nothing() -> None:
    assert counts({"records": [{"type": "Attack"}, {"type": "Attack"}]}, "record.ceaf").tp == 0


@pytest.mark.parametrize(
    ("error_id", "metric", "prediction"),
    [
        ("text-differs", "mention.exact", {"text": "x", "mentions": [{"start": 26, "end": 31, "type": "GPE"}]}),
        ("role-not-listed", "argument.id@exact",
         {"events": [{**HONEST, "arguments": [{"role": "Nonsense", "filler": span("two guards")}]}]}),
        *(("role-not-listed", f"argument.id@{how}",
           {"mentions": [{**span("two guards"), "id": "x", "type": "PER"}],
            "events": [{**HONEST, "arguments": [{"role": "Nonsense", "filler": "x"}]}]})
          for how in ("exact", "head", "entity")),
        ("type-unknown", "trigger.id", {"events": [{**HONEST, "type": "ZZZ"}]}),
        ("level-unknown", "mention.exact", {"mentions": [{**span("Lemre"), "type": "GPE", "level": "JUNK"}]}),
        ("id-duplicate", "argument.cls@exact",
         {"mentions": [{**span("Oda"), "id": "x", "type": "PER"}, {**span("two guards"), "id": "x", "type": "PER"}],
          "events": [{**span("shot"), "type": "Attack", "arguments": [{"role": "Target", "filler": "x"}]}]}),
        ("quantity-bounds", "quantity.span", {"quantities": [{**span("two"), "min": 9, "max": 1}]}),
    ],
)  # fmt: skip
def test_invalid_items_count_as_errors(error_id: str, metric: str, prediction: dict[str, Any]) -> None:
    scored = lenient([prediction])
    assert {i.id for i in scored.validation_errors} == {error_id}
    total = scored.total(metric)
    assert (total.tp, total.fp) == (0, 1)
    assert metric in scored.metrics


def test_repeated_single_mention_is_not_a_cluster() -> None:
    lemre = {**span("Lemre"), "type": "GPE", "entity": "l"}
    for metric in ("coref.muc@nosingletons", "coref.b3@nosingletons", "coref.ceafe@nosingletons"):
        once, twice = (lenient([{"mentions": [lemre] * n}]).stats(metric).tolist() for n in (1, 2))
        assert once == twice, metric


def test_second_prediction_of_a_document_is_spurious() -> None:
    total = lenient([{"mentions": [{**span("Lemre"), "type": "GPE"}]}] * 2).total("mention.exact")
    assert (total.tp, total.fp) == (1, 1)
    total = lenient([{"mentions": [{**span("Lemre"), "type": "GPE"}]}] * 4).total("mention.exact")
    assert (total.tp, total.fp) == (1, 3)


def test_lenient_score_has_another_signature() -> None:
    from goldwire_eval.results import summarise

    assert "|invalid:wrong|" in summarise(lenient([{"mentions": []}]), "x", "y")["signature"]


def test_mentions_inside_a_long_name_gain_nothing() -> None:
    honest = {"mentions": [{**span("Lemre"), "type": "GPE"}]}
    hidden = {"mentions": [*honest["mentions"], {**span("Lemre on Monday"), "type": "GPE"}]}
    assert f1(hidden, "ner") < f1(honest, "ner")


def _fields(struct: Any) -> dict[str, Any]:
    return {name: getattr(struct, name) for name in struct.__struct_fields__}


@pytest.mark.parametrize("case", CHEATS, ids=lambda c: c.name)
def test_cheat_scores_less_than_an_honest_answer(case: Cheat) -> None:
    assert case.f1(case.cheat) < case.f1(case.honest)


def test_table_of_cheats_is_up_to_date() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert fill(page, {"cheats": "".join(table())}) == page


def test_relations_and_records_beyond_the_limit_are_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("goldwire_eval.batch.layers.records.MOST_RECORDS", 2)
    monkeypatch.setattr("goldwire_eval.batch.layers.relations.MOST_RELATIONS", 2)
    events = [{**HONEST, "cluster": "a"}, {**span("raids"), "type": "Attack", "cluster": "b"}]
    flood = {
        "records": [{"type": "Attack", "place": "Lemre"}] * 3,
        "events": events,
        "relations": [{"type": "SUBEVENT", "from": "a", "to": "b"}] * 3,
    }
    scored = lenient([flood])
    assert [i.id for i in scored.validation_errors] == ["records-many", "relations-many"]
    assert sum(scored.total("record.ceaf")[:2]) == 3
    assert scored.total("relation.subevent").fp == 3


def test_errors_beyond_the_limit_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("goldwire_corpus.errors.ErrorList.MOST", 5)
    scored = lenient([{"mentions": [{"quote": f"no such {n}", "type": "PER"} for n in range(9)]}])
    assert [i.id for i in scored.validation_errors] == ["quote-missing"] * 5 + ["errors-many"]
    assert scored.validation_errors[-1].message == "4 more errors"
    assert scored.total("mention.exact").fp == 9


def test_messages_are_short() -> None:
    scored = lenient(
        [{"mentions": [{"quote": "x" * 10**6, "type": "y" * 10**6}, {"quote": "z" * 10**6, "type": "PER"}]}]
    )
    assert {i.id for i in scored.validation_errors} == {"type-unknown", "quote-missing"}
    assert max(len(i.message) for i in scored.validation_errors) < 500

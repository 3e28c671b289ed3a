"""Scoring through the mappings: a model with the labels of another scheme against Goldwire gold."""

from typing import Any

import msgspec
import pytest
from scoring import gold, span

from goldwire_corpus.errors import DataError
from goldwire_corpus.schema.document import Document
from goldwire_corpus.schema.ontology import ontology
from goldwire_corpus.schema.prediction import Prediction
from goldwire_eval.batch.value_labels import is_nationality, quantity_label, time_label
from goldwire_eval.metrics.prf import Counts
from goldwire_eval.policy import SCHEMES, Policies
from goldwire_eval.readers.document_pairs import Line
from goldwire_eval.readers.predictions import Predictions
from goldwire_eval.readers.reference import Gold
from goldwire_eval.scored import Scored
from goldwire_eval.scorer import score


def _scored(prediction: dict[str, Any], labels: str, of: Document | None = None) -> Scored:
    made = msgspec.convert({"id": "d1", **prediction}, Prediction)
    return score(Predictions.of_rows([made], "x"), Gold.of_documents([of or gold()]), Policies(labels=labels))


SHOT = {**span("shot"), "type": "Conflict.Attack"}


def test_ace_types_and_roles_are_matched_through_the_mapping() -> None:
    arguments = [{"role": "Attacker", "filler": span("Rebels")}, {"role": "Place", "filler": span("Lemre")}]
    scored = _scored({"events": [{**SHOT, "arguments": arguments}]}, "ace2005")
    # Three gold events are ACE's; of the seven gold arguments that of time has no mapped ACE role.
    assert scored.total("trigger.cls") == Counts(1, 0, 2)
    assert scored.total("argument.attached.cls@exact") == Counts(2, 0, 4)


def test_colon_between_type_and_subtype_is_accepted() -> None:
    arguments = [{"role": "Attacker", "filler": span("Rebels")}]
    scored = _scored({"events": [{**SHOT, "type": "Conflict:Attack", "arguments": arguments}]}, "ace2005")
    assert scored.total("argument.cls@exact").tp == 1


def test_unmapped_labels_are_left_out() -> None:
    born = {**span("hurt"), "type": "Life.Be-Born", "arguments": [{"role": "Person", "filler": span("Oda")}]}
    within = {**SHOT, "arguments": [{"role": "Time-Within", "filler": span("Monday")}]}
    scored = _scored({"events": [born, within]}, "ace2005")
    assert scored.total("trigger.cls") == Counts(1, 0, 2)
    assert scored.total("argument.cls@exact") == Counts(0, 0, 6)


def test_types_without_a_label_are_left_out_of_gold() -> None:
    """Of the gold types PER and GPE, CoNLL-2003 calls the second LOC; ACLED says none of entities or roles."""
    lemre = {"mentions": [{**span("Lemre"), "type": "LOC", "level": "NAM"}]}
    assert _scored(lemre, "conll2003").total("ner") == Counts(1, 0, 2)
    inform = gold(mentions=[msgspec.structs.replace(m, type="INF") for m in gold().mentions])
    assert _scored(lemre, "conll2003", inform).total("mention.exact") == Counts(0, 1, 0)
    events = {"events": [{**span("shot"), "type": "Attack"}, {**span("hurt"), "type": "Attack"}]}
    # Injuries are not an event of ACLED, shootings and raids are its attacks.
    assert _scored(events, "acled").total("trigger.cls") == Counts(1, 1, 1)


def test_means_choose_the_sub_event_of_acled() -> None:
    events = [msgspec.structs.replace(e, means="airstrike") if e.means == "raid" else e for e in gold().events]
    struck = {"events": [{**span("raids"), "type": "Air/drone strike"}]}
    assert _scored(struck, "acled", gold(events=events)).total("trigger.cls") == Counts(1, 0, 1)


def test_argument_of_an_unmapped_filler_is_left_out() -> None:
    mentions = [msgspec.structs.replace(m, type="COM") if m.id == "m2" else m for m in gold().mentions]
    of = gold(mentions=mentions)
    whole, seen = _scored({"events": []}, "goldwire", of), _scored({"events": []}, "ace2005", of)
    assert whole.total("argument.cls@exact").fn == 7
    # Without the time and without the target that is goods.
    assert seen.total("argument.cls@exact").fn == 5


@pytest.mark.parametrize("labels", [s for s in SCHEMES if s != "any"])
def test_unknown_label_is_an_error(labels: str) -> None:
    with pytest.raises(DataError) as error:
        _scored({"events": [{**span("shot"), "type": "Nonsense"}]}, labels)
    assert {i.id for i in error.value.errors} == {"type-unknown"}


def test_any_takes_labels_verbatim() -> None:
    own = gold(events=[msgspec.structs.replace(gold().events[0], type="Anything")])
    shot = {**span("shot"), "type": "Anything", "arguments": [{"role": "Target", "filler": span("two guards")}]}
    scored = _scored({"events": [shot]}, "any", own)
    assert scored.total("trigger.cls") == Counts(1, 0, 0)
    assert scored.total("argument.attached.cls@exact") == Counts(1, 0, 3)


def test_mapped_labels_belong_to_their_scheme() -> None:
    from goldwire_corpus.schema.ontology import ontology

    onto = ontology()
    for name, scheme in onto.scheme.items():
        said = {getattr(e, name, None) for e in onto.entity.values()} - {None}
        assert said <= set(scheme.entity), name
        said = {getattr(e, name, None) for e in onto.event.values()} - {None}
        assert said <= set(scheme.event), name
        if scheme.role:
            roles = {getattr(r, name, None) for r in onto.role.values()} - {None}
            roles |= {role for e in onto.event.values() for role in e.role_names.get(name, {}).values()}
            assert roles <= set(scheme.role), name


def test_a_title_in_place_has_no_head_under_another_scheme_either() -> None:
    post = {"start": 11, "end": 30}
    became = {"start": 4, "end": 10, "type": "Start-Position", "arguments": [{"role": "Position", "filler": "p"}]}
    text = "Oda became minister of defense."
    row = {"id": "d1", "text": text, "titles": [{"id": "p", **post}], "events": [became]}
    said = {"type": "Personnel.Start-Position", "arguments": [{"role": "position", "filler": post}]}
    made = msgspec.convert({"id": "d1", "events": [{"start": 4, "end": 10, **said}]}, Prediction)
    gold = [Line("gold", 1, msgspec.convert(row, Prediction))]
    scored = score(Predictions.of_rows([made], "x"), Gold(lambda _: iter(gold), list, "gold"), Policies(labels="ere"))
    for how in ("exact", "head", "entity"):
        assert scored.total(f"argument.cls@{how}") == Counts(1, 0, 0), how


def test_order_of_labels_does_not_matter() -> None:
    """A span that is given to two clusters under two labels, after and before a document that has one of the labels."""
    rows = [
        {"id": "d1", "text": "Ann and she met Bo.", "mentions": [
            {"start": 0, "end": 3, "type": "P", "entity": "a"}, {"start": 8, "end": 11, "type": "P", "entity": "a"},
            {"start": 16, "end": 18, "type": "P", "entity": "b"}]},
        {"id": "d2", "text": "Acme ran.", "mentions": [{"start": 0, "end": 4, "type": "O", "entity": "c"}]},
    ]  # fmt: skip
    claimed = [
        {"start": 0, "end": 3, "type": "P", "entity": "x"}, {"start": 8, "end": 11, "type": "P", "entity": "x"},
        {"start": 0, "end": 3, "type": "O", "entity": "y"}, {"start": 16, "end": 18, "type": "P", "entity": "y"},
    ]  # fmt: skip
    made = [msgspec.convert(row, Prediction) for row in (rows[0] | {"mentions": claimed}, rows[1])]
    gold = [Line("gold", 1, msgspec.convert(row, Prediction)) for row in rows]
    found = []
    for step in (1, -1):
        of = Gold(lambda _, step=step: iter(gold[::step]), list, "gold")
        scored = score(Predictions.of_rows(made[::step], "x"), of, Policies(labels="any"))
        found.append(scored.stats("coref.muc").sum(axis=0).tolist())
    assert found[0] == found[1]


# ---------------------------------------------------------------- values and nationalities

VALUES = "On Monday at 5 p.m. two Iraqi guards and the Keldurans of Keldura paid 300 dollars, 7 percent, for 9 tons."
ENTITIES = [{"id": "i", "type": "GPE", "name": "Iraq", "link": "NIL"}, {"id": "k", "type": "GPE", "name": "Keldura"},
            {"id": "p", "type": "PER", "name": "the Keldurans"}]  # fmt: skip


def _at(quote: str, **fields: Any) -> dict[str, Any]:
    return {"start": VALUES.index(quote), "end": VALUES.index(quote) + len(quote), **fields}


VALUE_ROW = {
    "id": "d1", "text": VALUES, "entities": ENTITIES,
    "mentions": [
        _at("Iraqi", type="GPE", level="NAM", entity="i"), _at("the Keldurans", type="PER", level="NAM", entity="p"),
        _at("Keldura paid", type="GPE", level="NAM", entity="k") | {"end": VALUES.index(" paid")},
        _at("guards", type="PER", level="NOM"),
    ],
    "times": [_at("Monday", type="DATE", value="2024-03-11"), _at("5 p.m.", type="TIME", value="2024-03-11T17:00")],
    "quantities": [
        _at("two", min=2, max=2, unit="guard"), _at("300", min=300, max=300, unit="dollar"),
        _at("7", min=7, max=7, unit="percent"), _at("9", min=9, max=9, unit="ton"),
    ],
}  # fmt: skip


def _values(pred: dict[str, Any], labels: str) -> Scored:
    made = msgspec.convert({"id": "d1", **pred}, Prediction)
    gold = [Line("gold", 1, msgspec.convert(VALUE_ROW, Prediction))]
    return score(Predictions.of_rows([made], "x"), Gold(lambda _: iter(gold), list, "gold"), Policies(labels=labels))


ONTONOTES = [
    _at("Monday", type="DATE"), _at("5 p.m.", type="TIME"), _at("two", type="CARDINAL"), _at("300", type="MONEY"),
    _at("7", type="PERCENT"), _at("9", type="QUANTITY"), _at("Iraqi", type="NORP"), _at("the Keldurans", type="NORP"),
]  # fmt: skip


def test_ontonotes_types_of_values_and_nationalities_match_gold_values() -> None:
    found = _values({"mentions": ONTONOTES}, "ontonotes")
    # Gold has these eight, the name Keldura and the guards, who are not a name.
    assert found.total("mention.exact") == Counts(8, 0, 2)
    assert found.total("ner") == Counts(8, 0, 1)
    assert {type_ for type_, row in found.by_type.items() if row["mention.exact"][0]} == {
        "DATE", "TIME", "CARDINAL", "MONEY", "PERCENT", "QUANTITY", "NORP",
    }  # fmt: skip
    assert found.left_out == {"gold": {}, "predicted": {}}


def test_a_wrong_type_of_value_is_an_error_of_type() -> None:
    found = _values({"mentions": [_at("300", type="CARDINAL"), _at("Monday", type="TIME")]}, "ontonotes")
    assert found.total("mention.exact") == Counts(0, 2, 10)
    assert found.total("mention.untyped") == Counts(2, 0, 8)
    assert found.errors.counts(found.attempted)["type"] == 2


def test_values_that_a_prediction_gives_as_layers_are_mentions_too() -> None:
    layers = {"mentions": [_at("Monday", type="DATE")], "times": VALUE_ROW["times"], "quantities": []}
    found = _values(layers, "ontonotes")
    # Monday is given twice, and taken once.
    assert found.total("mention.exact") == Counts(2, 0, 8)
    assert found.total("time.span") == Counts(2, 0, 0)


def test_values_are_in_no_entity_cluster() -> None:
    clustered = [{**m, "entity": str(i)} for i, m in enumerate(ONTONOTES)]
    found = _values({"mentions": clustered}, "ontonotes")
    assert found.stats("coref.b3").sum(axis=0).tolist() == [2, 2, 2, 4]


def test_nationalities_are_misc_in_conll2003() -> None:
    mentions = [_at("Iraqi", type="MISC"), _at("the Keldurans", type="MISC"), _at("guards", type="PER")]
    found = _values({"mentions": mentions}, "conll2003")
    assert found.total("mention.exact") == Counts(3, 0, 1)


@pytest.mark.parametrize(
    ("type_", "value", "label"),
    [
        ("DATE", "2024-03-11", "DATE"), ("DATE", "PAST_REF", "DATE"), ("TIME", "2024-03-11T17:00", "TIME"),
        ("DURATION", "PT3H", "TIME"), ("DURATION", "P2D", "DATE"), ("SET", "P1W", "DATE"), ("SET", "PT1H", "TIME"),
        (None, "2024-03-11T17:00", "TIME"), (None, "2024", "DATE"),
    ],
)  # fmt: skip
def test_label_of_a_time_follows_from_its_value(type_: str | None, value: str, label: str) -> None:
    assert time_label(ontology().value_labels["ontonotes"], type_, value) == label


@pytest.mark.parametrize(
    ("unit", "label"),
    [("USD", "MONEY"), ("euro", "MONEY"), ("percent", "PERCENT"), ("kilometer", "QUANTITY"),
     ("nautical-mile", "QUANTITY"), ("soldier", "CARDINAL"), (None, "CARDINAL")],
)  # fmt: skip
def test_label_of_a_quantity_follows_from_its_unit(unit: str | None, label: str) -> None:
    assert quantity_label(ontology().value_labels["ontonotes"], unit) == label


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Iraqi", True), ("the Keldurans", True), ("Two Keldurans", True), ("Americans", True), ("Keldura", False),
        ("Nemdur province", False), ("Hassan", False), ("Iraq", False), ("a Kelduran who fled", False),
    ],
)  # fmt: skip
def test_nationalities_are_recognised_by_form(name: str, expected: bool) -> None:
    assert is_nationality(name, ["Iraq", "Keldura", "Nemdur"]) == expected


def test_labels_without_a_counterpart_are_counted_and_noted() -> None:
    ordinals = [_at("two", type="ORDINAL"), _at("300", type="ORDINAL"), _at("7", type="LAW")]
    found = _values({"mentions": ordinals}, "ontonotes")
    assert found.left_out == {"gold": {}, "predicted": {"ORDINAL": 2, "LAW": 1}}
    assert "not scored under ontonotes: predicted ORDINAL 2, LAW 1" in found.notes
    goods = gold(mentions=[msgspec.structs.replace(m, type="COM") for m in gold().mentions])
    found = _scored({"mentions": []}, "ere", goods)
    assert found.left_out["gold"] == {"COM": 5}
    assert found.notes == ["not scored under ere: gold COM 5"]


def test_a_label_set_that_fits_is_suggested() -> None:
    with pytest.raises(DataError) as error:
        _scored({"mentions": [{**span("Oda"), "type": "PERSON"}, {**span("Rebels"), "type": "NORP"}]}, "goldwire")
    assert [e.message for e in error.value.errors] == [
        "mentions[0].type: unknown type 'PERSON'; did you mean 'PER'? Every type is of ontonotes: --labels ontonotes",
        "mentions[1].type: unknown type 'NORP'; expected one of COM, FAC, GPE, INF, LOC, ORG, PER, VEH, WEA",
    ]
    with pytest.raises(DataError) as error:
        _scored({"mentions": [{**span("Oda"), "type": "Human"}]}, "goldwire")
    assert "--labels" not in error.value.errors[0].message

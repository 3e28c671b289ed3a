from goldwire_annotation.preannotate import preannotate
from goldwire_corpus.label_studio.decode import decode
from goldwire_corpus.label_studio.encode import encode
from goldwire_corpus.schema.prediction import (
    PredArgument,
    PredCluster,
    PredEntity,
    PredEvent,
    Prediction,
    PredMention,
    PredQuantity,
    PredRelation,
    PredSpan,
    PredTime,
)

TEXT = "Gunmen shot two guards, and the guards died on Tuesday."
PREDICTION = Prediction(
    id="d1",
    mentions=[
        PredMention(id="a", quote="two guards", type="PER", level="NOM", head="guards", entity="e 1"),
        PredMention(id="b", start=28, end=38, type="PER", entity="e 1"),
        PredMention(id="c", start=0, end=6, type="PER", entity="g"),
    ],
    entities=[PredEntity(id="g", link="w:gunmen"), PredEntity(id="e 1", link="NIL")],
    times=[PredTime(quote="Tuesday")],
    quantities=[PredQuantity(id="q", quote="two", min=2, max=2.5)],
    events=[
        PredEvent(id="x", quote="shot", type="Attack", cluster="1", source="c",
                  arguments=[PredArgument(role="Attacker", filler=PredSpan(quote="Gunmen")),
                             PredArgument(role="Target", filler="a")]),
        PredEvent(id="y", quote="died", type="Die", cluster="2", arguments=[PredArgument(role="Count", filler="q")]),
    ],
    event_clusters=[PredCluster(id="1", latest="2024-03-12")],
    relations=[PredRelation(type="CAUSES", from_="1", to="2")],
)  # fmt: skip


def test_prediction_is_converted_to_regions_and_links() -> None:
    placed, warnings = preannotate(PREDICTION, TEXT, "pred.jsonl", 1)
    assert warnings == []
    back = decode(encode(placed, TEXT), "d1", TEXT, "x")
    assert [(m.id, m.start, m.level, m.entity, m.head_start) for m in back.mentions or []] == [
        ("T1", 0, None, "w:gunmen", 0),
        ("T3", 12, "NOM", "nil:e-1", 16),
        ("T5", 28, None, "nil:e-1", 28),
    ]
    assert [(t.type, t.value) for t in back.times or []] == [(None, None)]
    assert [(q.min, q.max) for q in back.quantities or []] == [(2, 2.5)]
    shot, died = back.events or []
    assert (shot.source, [(a.role, a.filler) for a in shot.arguments or []]) == (
        "T1", [("Attacker", "T1"), ("Target", "T3")],
    )  # fmt: skip
    assert [(a.role, a.filler) for a in died.arguments or []] == [("Count", "T4")]
    assert [(c.id, c.latest) for c in back.event_clusters or []] == [("nil:1", "2024-03-12"), ("nil:2", None)]
    assert [(r.type, r.from_, r.to) for r in back.relations or []] == [("CAUSES", "nil:1", "nil:2")]


def test_invalid_items_are_left_out_with_a_warning() -> None:
    prediction = Prediction(
        id="d1",
        mentions=[
            PredMention(quote="guards", type="PER"),
            PredMention(quote="nobody", type="PER"),
            PredMention(start=50, end=90, type="PER"),
            PredMention(quote="Gunmen", type="HUMAN"),
            PredMention(id="a", quote="Gunmen", type="PER", level="BIG"),
            PredMention(id="b", quote="Gunmen", type="PER"),
        ],
        events=[
            PredEvent(quote="shot", type="Attack", arguments=[
                PredArgument(role="Attacker", filler="b"), PredArgument(role="Victim", filler="nothing"),
                PredArgument(role="Shooter", filler="a"),
            ]),
        ],
        relations=[PredRelation(type="CAUSES", from_="1", to="2")],
    )  # fmt: skip
    placed, warnings = preannotate(prediction, TEXT, "pred.jsonl", 3)
    assert [w.id for w in warnings] == [
        "quote-ambiguous", "quote-missing", "span-range", "type-unknown", "level-unknown", "duplicate",
        "filler-unmarked", "role-unknown", "link-dangling",
    ]  # fmt: skip
    assert all((w.path, w.line, w.level) == ("pred.jsonl", 3, "warning") for w in warnings)
    back = decode(encode(placed, TEXT), "d1", TEXT, "x")
    assert [(m.start, m.level) for m in back.mentions or []] == [(0, None)]
    # The second of two equal mentions is replaced by the first.
    assert [(a.role, a.filler) for a in (back.events or [])[0].arguments or []] == [("Attacker", "T1")]

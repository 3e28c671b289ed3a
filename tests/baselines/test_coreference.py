"""Sieves of entities and of events."""

import pytest
from conftest import document

from goldwire_baselines import coreference, event_coreference
from goldwire_corpus.schema.prediction import PredArgument, PredEvent, PredMention


def _mentions(text: str, marked: str) -> list[PredMention]:
    """Return mentions written `extent|head|TYPE|LEVEL`, separated by semicolons, each found behind the one before."""
    found: list[PredMention] = []
    at = 0
    for line in marked.split(";"):
        extent, head, type_, level = (part.strip() for part in line.split("|"))
        at = text.index(extent, at)
        start = at + extent.index(head)
        found.append(PredMention(id=f"m{len(found)}", start=at, end=at + len(extent), head_start=start,
                                 head_end=start + len(head), type=type_, level=level))  # fmt: skip
        at += 1
    return found


ALIASES = [
    ("same name", "Lemre fell. Lemre burned.", "Lemre|Lemre|GPE|NAM; Lemre|Lemre|GPE|NAM", "aa"),
    ("surname", "Oda Marrec left. Marrec slept.", "Oda Marrec|Oda Marrec|PER|NAM; Marrec|Marrec|PER|NAM", "aa"),
    ("surname of the nearer", "Oda Marrec met Ula Marrec. Marrec slept.",
     "Oda Marrec|Oda Marrec|PER|NAM; Ula Marrec|Ula Marrec|PER|NAM; Marrec|Marrec|PER|NAM", "abb"),
    ("acronym", "The Harbour Relief Board met. HRB paid.",
     "Harbour Relief Board|Harbour Relief Board|ORG|NAM; HRB|HRB|ORG|NAM", "aa"),
    ("other acronym", "The Harbour Relief Board met. HRC paid.",
     "Harbour Relief Board|Harbour Relief Board|ORG|NAM; HRC|HRC|ORG|NAM", "ab"),
    ("country and adjective", "Kelvar paid. A Kelvarian crew left.",
     "Kelvar|Kelvar|GPE|NAM; Kelvarian|Kelvarian|GPE|NAM", "aa"),
    ("name and place of the same name", "Lemre fell. Lemre said so.", "Lemre|Lemre|GPE|NAM; Lemre|Lemre|ORG|NAM", "ab"),
    ("apposition", "Oda Marrec, a captain, left.", "Oda Marrec|Oda Marrec|PER|NAM; a captain|captain|PER|NOM", "aa"),
    ("list", "Oda Marrec, a captain and a cook left.",
     "Oda Marrec|Oda Marrec|PER|NAM; a captain|captain|PER|NOM; a cook|cook|PER|NOM", "aab"),
    ("predicate", "Oda Marrec is a captain.", "Oda Marrec|Oda Marrec|PER|NAM; a captain|captain|PER|NOM", "aa"),
    ("relative", "The cook who fled slept.", "The cook who fled|cook|PER|NOM; who|who|PER|PRO", "aa"),
    ("definite noun", "A bridge fell. The bridge was old.", "A bridge|bridge|FAC|NOM; The bridge|bridge|FAC|NOM", "aa"),
    ("indefinite noun", "A bridge fell. A bridge was built.", "A bridge|bridge|FAC|NOM; A bridge|bridge|FAC|NOM", "ab"),
    ("other modifier", "A stone bridge fell. The iron bridge held.",
     "A stone bridge|bridge|FAC|NOM; The iron bridge|bridge|FAC|NOM", "ab"),
    ("noun of a name", "The Ministry of Ports met. The ministry paid.",
     "Ministry of Ports|Ministry of Ports|ORG|NAM; The ministry|ministry|ORG|NOM", "aa"),
    ("pronoun", "Oda Marrec left. She slept.", "Oda Marrec|Oda Marrec|PER|NAM; She|She|PER|PRO", "aa"),
    ("pronoun of another type", "Lemre fell. He slept.", "Lemre|Lemre|GPE|NAM; He|He|PER|PRO", "ab"),
    ("he after she", "She left. He slept.", "She|She|PER|PRO; He|He|PER|PRO", "ab"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "marked", "entities"), [case[1:] for case in ALIASES], ids=[c[0] for c in ALIASES])
def test_entities_of_mentions(text: str, marked: str, entities: str) -> None:
    mentions = _mentions(text, marked)
    coreference.link(document(text), mentions)
    keys = list(dict.fromkeys(m.entity for m in mentions))
    assert "".join("abcdef"[keys.index(m.entity)] for m in mentions) == entities


def test_name_of_an_entity_is_its_longest_name() -> None:
    text = "She slept. Marrec, or Oda Marrec, left."
    mentions = _mentions(text, "Marrec|Marrec|PER|NAM; Oda Marrec|Oda Marrec|PER|NAM")
    assert list(coreference.link(document(text), mentions).values()) == ["Oda Marrec"]


def _event(text: str, word: str, type_: str, *arguments: tuple[str, str], nth: int = 0) -> PredEvent:
    start = -1
    for _ in range(nth + 1):
        start = text.index(word, start + 1)
    return PredEvent(
        id=f"e{start}{type_}", start=start, end=start + len(word), type=type_, realis="ACTUAL", polarity="positive",
        arguments=[PredArgument(role=role, filler=filler) for role, filler in arguments],
    )  # fmt: skip


TEXT = "Gunmen raided a mill. The raid killed two. Another raid hit a weir. Nine cooks died at sea."


@pytest.mark.parametrize(
    ("events", "same"),
    [
        ([_event(TEXT, "raided", "Attack"), _event(TEXT, "raid", "Attack", nth=1)], True),  # "the raid" refers back
        ([_event(TEXT, "raided", "Attack"), _event(TEXT, "raid", "Attack", nth=2)], False),  # "another raid" does not
        ([_event(TEXT, "raided", "Attack", ("Target", "m1")),
          _event(TEXT, "raid", "Attack", ("Target", "m2"), nth=1)], False),
        ([_event(TEXT, "killed", "Die", ("Victim", "m1")), _event(TEXT, "died", "Die", ("Victim", "m3"))], True),
        ([_event(TEXT, "killed", "Die", ("Victim", "m1")), _event(TEXT, "died", "Die", ("Victim", "m2"))], False),
        ([_event(TEXT, "killed", "Die", ("Victim", "m1"), ("Time", "t1")),
          _event(TEXT, "died", "Die", ("Victim", "m3"), ("Time", "t2"))], False),
        ([_event(TEXT, "killed", "Die", ("Victim", "m1")), _event(TEXT, "died", "Injure", ("Victim", "m1"))], False),
    ],
)  # fmt: skip
def test_clusters_of_events(events: list[PredEvent], same: bool) -> None:
    entities = {"m1": "cooks", "m2": "millers", "m3": "cooks"}
    event_coreference.cluster(document(TEXT), events, entities, {"t1": "2024-03-01", "t2": "2024-03-09"})
    assert (events[0].cluster == events[1].cluster) is same


def test_events_of_a_cluster_share_fillers_of_empty_roles_but_no_count() -> None:
    one = _event(TEXT, "raided", "Attack", ("Target", "m2"), ("Time", "t1"), ("Count", "q1"))
    two = _event(TEXT, "raid", "Attack", ("Target", "m1"), nth=1)
    apart = _event(TEXT, "raid", "Attack", nth=2)
    for event, key in ((one, "c1"), (two, "c1"), (apart, "c2")):
        event.cluster = key
    event_coreference.share([one, two, apart])
    assert [(a.role, a.filler) for a in two.arguments or ()] == [("Target", "m1"), ("Time", "t1")]
    assert [(a.role, a.filler) for a in one.arguments or ()] == [("Target", "m2"), ("Time", "t1"), ("Count", "q1")]
    assert not apart.arguments

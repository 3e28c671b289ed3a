"""Every cheat of the design beside an honest answer, on the small document of `scoring.py`.

``PYTHONPATH=tests:tests/eval python tests/eval/cheat_cases.py`` updates their table in docs/gaming.md.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from scoring import gold, lenient, mention, span

from goldwire_corpus.release.dataset_card import fill
from goldwire_corpus.schema.document import TEMPORAL, Argument, Document, Relation
from goldwire_corpus.schema.ontology import ontology
from goldwire_eval.reporting.text import percent
from goldwire_eval.results import figures

Rows = list[dict[str, Any]]


class Cheat(NamedTuple):
    """`elsewhere`: what a scorer in use gives, if known; `of`: gold, if not the small document."""

    name: str
    metric: str
    cheat: Rows
    honest: Rows
    elsewhere: str = ""
    of: Sequence[Document] = ()

    def f1(self, rows: Rows) -> float:
        scored = lenient(rows, *(self.of or [gold()]))
        return figures(self.metric, scored.stats(self.metric).sum(axis=0))["f1"] or 0.0


HEADED = [{"start": a, "end": b, "type": "Attack"} for a, b in ((0, 11), (0, 15), (7, 11), (7, 15), (7, 22))]
"""Spans with the head "shot"."""
GUARDS = {"role": "Target", "filler": span("two guards")}
JUNK = [{"role": "Target", "filler": {"start": i % 60, "end": i % 60 + 1 + i // 60}} for i in range(200)]
SHOT = {**span("shot"), "type": "Attack", "arguments": [GUARDS]}
RAIDS = {**span("raids"), "type": "Attack", "arguments": [{"role": "Target", "filler": span("Oda")}]}
HURT = {**span("hurt"), "type": "Injure"}
LEMRE = {**span("Lemre"), "type": "GPE", "level": "NAM"}
SHARED = gold(events=[msgspec.structs.replace(e, arguments=[Argument("Target", "m2")]) for e in gold().events[:2]])
CLUSTERED = [
    {**span(quote, nth), "type": type_, "entity": entity}
    for quote, nth, type_, entity in (
        ("Rebels", 1, "PER", "r"), ("two guards", 1, "PER", "g"), ("Lemre", 1, "GPE", "l"), ("Lemre", 2, "GPE", "l"),
        ("Oda", 1, "PER", "o"),
    )
]  # fmt: skip
TIMELINE = gold(relations=[Relation("BEFORE", "c1", "c2"), Relation("BEFORE", "c2", "c3")])
NAMED = [{**e, "cluster": c} for e, c in ((SHOT, "a"), (RAIDS, "b"), (HURT, "c"))]
PAIRS = [(a, b) for a in "abc" for b in "abc" if a != b]
EVERY_TYPE = [
    {**span(quote), "type": type_, "cluster": cluster}
    for quote, cluster in (("shot", "a"), ("raids", "b"), ("hurt", "c")) for type_ in ontology().event
]  # fmt: skip
WRONG_TYPES = [{**e, "type": "Meet"} if e["cluster"] == "c" else e for e in NAMED]
LINKS = [{"type": "BEFORE", "from": a, "to": b} for a, b in ("ab", "bc")]
NESTED = gold(mentions=[*gold().mentions, mention(6, "guards", "PER", "guards")])
SHOOTING = {"type": "Attack", "earliest": "2024-03-11", "latest": "2024-03-11", "place": "Lemre", "actors": ["Rebels"]}


def _events(*events: dict[str, Any], **more: Any) -> Rows:
    return [{"events": list(events), **more}]


def _before(pairs: list[tuple[str, str]], types: Sequence[str] = ("BEFORE",)) -> Rows:
    return _events(*NAMED, relations=[{"type": t, "from": a, "to": b} for a, b in pairs for t in types])


CHEATS = [
    Cheat("every type on one span", "trigger.cls",
          _events(*({**span("shot"), "type": t} for t in ontology().event)), _events(SHOT)),
    Cheat("every span around a trigger", "trigger.head", _events(*HEADED),
          _events({**SHOT, **span("shot two guards")})),
    Cheat("a sentence as a trigger", "trigger.head",
          _events(*({"start": 0, "end": 71, "type": t} for t in ("Attack", "Injure"))), _events(SHOT),
          "the gold trigger is within it: a hit"),
    Cheat("the same answer five times", "argument.cls@exact", _events(*[SHOT] * 5), _events(SHOT),
          "compared as sets: no loss"),
    Cheat("two hundred junk fillers beside the right one", "argument.attached.cls@entity",
          _events({**SHOT, "arguments": [GUARDS, *JUNK]}), _events(SHOT)),
    Cheat("one entity as filler again and again", "argument.attached.cls@entity",
          _events({**SHOT, "arguments": [{"role": "Place", "filler": span("Lemre", n)} for n in (1, 2)] * 3}),
          _events({**SHOT, "arguments": [{"role": "Place", "filler": span("Lemre")}]}),
          "each credited: recall above 1"),
    Cheat("a shared victim found once", "argument.cls@exact", _events(SHOT),
          _events(SHOT, {**RAIDS, "arguments": [GUARDS]}), "TextEE's AC: 100", [SHARED]),
    Cheat("two events of one type merged", "argument.attached.cls@exact",
          _events({**SHOT, "arguments": [GUARDS, *RAIDS["arguments"]]}), _events(SHOT, RAIDS), "unattached: no loss"),
    Cheat("empty lists", "mention.exact", [{"mentions": []}], [{"mentions": [LEMRE]}]),
    Cheat("documents left out", "mention.exact", [{"mentions": [LEMRE]}],
          [{"mentions": [LEMRE]}, {"id": "d2", "mentions": [LEMRE]}], "skipped: no loss", [gold(), gold(id="d2")]),
    Cheat("hallucinated strings", "mention.exact",
          [{"mentions": [LEMRE, {"quote": "Atlantis", "type": "GPE"}, {"quote": "Mu", "type": "GPE"}]}],
          [{"mentions": [LEMRE]}], "dropped before precision: no loss"),
    Cheat("types outside the ontology", "trigger.cls", _events(SHOT, {**span("raids"), "type": "Anything"}),
          _events(SHOT), "dropped: no loss"),
    Cheat("one span over the whole text", "mention.partial",
          [{"mentions": [{"start": 0, "end": 71, "type": "PER"}] * 5}], [{"mentions": [LEMRE]}],
          "any overlap is a half: 50"),
    Cheat("an empty submission", "coref.conll", [{"mentions": []}], [{"mentions": CLUSTERED[:4]}]),
    Cheat("every mention in one cluster", "coref.conll",
          [{"mentions": [{**m, "entity": "x"} for m in CLUSTERED]}], [{"mentions": CLUSTERED}], "MUC recall 1"),
    Cheat("every mention alone", "coref.conll",
          [{"mentions": [{**m, "entity": str(n)} for n, m in enumerate(CLUSTERED)]}], [{"mentions": CLUSTERED}],
          "B3 precision 1"),
    Cheat("a mention in two clusters", "coref.b3",
          [{"mentions": [*CLUSTERED, *({**m, "entity": "o"} for m in CLUSTERED[:4])]}], [{"mentions": CLUSTERED}]),
    Cheat("every relation in every direction", "relation.temporal", _before(PAIRS), _before([("a", "b")]),
          "closure of a cycle entails all", [TIMELINE]),
    Cheat("every type of relation", "relation.temporal", _before([("a", "b"), ("b", "c")], TEMPORAL),
          _before([("a", "b"), ("b", "c")]), "", [TIMELINE]),
    Cheat("relations between events of every type", "relation.temporal", _events(*EVERY_TYPE, relations=LINKS),
          _events(*WRONG_TYPES, relations=LINKS), "", [TIMELINE]),
    Cheat("a single mention repeated", "coref.b3@nosingletons", [{"mentions": [CLUSTERED[2]] * 2}],
          [{"mentions": CLUSTERED[2:4]}]),
    Cheat("the outer of nested mentions twice", "mention.partial",
          [{"mentions": [CLUSTERED[1], CLUSTERED[1]]}], [{"mentions": CLUSTERED[1:2]}], "", [NESTED]),
    Cheat("documents of no gold", "mention.exact", [{"mentions": [LEMRE]}, {"id": "none", "mentions": [LEMRE]}],
          [{"mentions": [LEMRE]}], "ignored: no loss"),
    Cheat("one record five times", "record.ceaf", [{"records": [SHOOTING] * 5}], [{"records": [SHOOTING]}]),
    Cheat("blank records", "record.ceaf", [{"records": [{"type": "Attack"}] * 2}], [{"records": [SHOOTING]}]),
    Cheat("records of every type", "record.ceaf", [{"records": [{**SHOOTING, "type": t} for t in ontology().event]}],
          [{"records": [SHOOTING]}]),
]  # fmt: skip


def table() -> Iterator[str]:
    yield "| cheat | metric | scorers in use | the cheat gets here | an honest answer gets |\n"
    yield "| --- | --- | --- | --- | --- |\n"
    for c in CHEATS:
        yield f"| {c.name} | `{c.metric}` | {c.elsewhere} | {percent(c.f1(c.cheat))} | {percent(c.f1(c.honest))} |\n"


PAGE = Path(__file__).parents[2] / "docs" / "gaming.md"

if __name__ == "__main__":
    PAGE.write_text(fill(PAGE.read_text(encoding="utf-8"), {"cheats": "".join(table())}), encoding="utf-8")

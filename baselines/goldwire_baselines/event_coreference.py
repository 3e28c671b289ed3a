"""Coreference of event mentions by sieves: shared participants, definite nouns, equal dates (as Lee et al. 2012).

What counts as one event is section 5.6 of the annotation guidelines.
"""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from goldwire_baselines.lexicon import entry
from goldwire_corpus.schema.document import Document
from goldwire_corpus.schema.prediction import PredEvent

_SPEECH = frozenset("State Inform Demand Accuse Threaten Deny Claim-Responsibility Publish".split())
_CIRCUMSTANCES = frozenset(("Time", "Duration", "Place", "Count", "Topic-Event", "Speaker", "Audience"))
_FURTHER = re.compile(r"\b(?:another|second|third|further|separate|more|other)(?: [\w-]+)? $", re.I)
_HARM = frozenset(("Die", "Injure"))
_NEAR = 2
"""How many sentences apart two mentions of harm may be to be linked by nothing but their type."""
_NEVER_SHARED = frozenset(("Count", "Duration"))
_BACK = re.compile(
    r"(?:\b(?:[Tt]he|[Tt]his|[Tt]hat|[Tt]hese|[Tt]hose|[Ii]ts|[Tt]heir|[Hh]is|[Hh]er)|'s) (?:[\w-]+ ){0,2}$"
)


class EventFacts(NamedTuple):
    """What an event mention says about its event, with entities for mentions and values for times.

    `definite` is a noun that refers back ("the raid"), `further` one that says that it does not ("another raid").
    """

    event: PredEvent
    lemma: str
    noun: bool
    definite: bool
    further: bool
    fillers: Mapping[str, frozenset[str]]
    days: frozenset[str]
    sentence: int


def cluster(
    document: Document, events: Sequence[PredEvent], entities: Mapping[str, str], values: Mapping[str, str]
) -> None:
    """Give each event the id of its cluster.

    `entities` has the entity of each mention, `values` the value of each time expression and quantity.
    """
    earlier: list[EventFacts] = []
    for event in sorted(events, key=lambda e: (e.start or 0, e.type)):
        new = _facts(document, event, entities, values)
        event.cluster = f"c{event.id}"
        for old in reversed(earlier):
            if _same(old, new):
                event.cluster = old.event.cluster
                break
        earlier.append(new)


def share(events: Sequence[PredEvent]) -> None:
    """Give each event the fillers that other mentions of its cluster have for roles that it leaves empty.

    The nearest mention before it comes first, then the nearest after it. A Count and a Duration are never shared
    (annotation guidelines, 6.1).
    """
    own = {id(e): list(e.arguments or ()) for e in events}
    for e in events:
        filled = {a.role for a in own[id(e)]} | _NEVER_SHARED
        others = [o for o in events if o is not e and o.cluster == e.cluster and o.start != e.start]
        start = e.start or 0
        for other in sorted(others, key=lambda o: ((o.start or 0) > start, abs((o.start or 0) - start))):
            given = [a for a in own[id(other)] if a.role not in filled and a.filler != e.id]
            e.arguments = [*(e.arguments or ()), *given]
            filled |= {a.role for a in given}


def _facts(document: Document, event: PredEvent, entities: Mapping[str, str], values: Mapping[str, str]) -> EventFacts:
    start, end = event.start or 0, event.end or 0
    word = document.text[start:end].lower().split()[0]
    fillers: dict[str, set[str]] = {}
    for a in event.arguments or ():
        key = str(a.filler)
        fillers.setdefault(a.role, set()).add(entities.get(key) or values.get(key) or key)
    before = document.text[max(0, start - 40) : start]
    sentence = next((i for i, s in enumerate(document.sentences) if start < s.end), 0)
    noun = "N" in entry(word).pos and not word.endswith(("ed", "ing"))
    days = frozenset(value[:10] for value in fillers.get("Time", ()) if re.match(r"\d{4}-\d\d-\d\d", value))
    return EventFacts(
        event, entry(word).lemma, noun, noun and bool(_BACK.search(before)), bool(_FURTHER.search(before)),
        {role: frozenset(ids) for role, ids in fillers.items()}, days, sentence,
    )  # fmt: skip


def _same(old: EventFacts, new: EventFacts) -> bool:
    one, two = old.event, new.event
    if one.type != two.type or one.polarity != two.polarity or (one.realis == "ACTUAL") != (two.realis == "ACTUAL"):
        return False
    if one.start == two.start or new.further:
        return False
    shared = [r for r, ids in new.fillers.items() if ids & old.fillers.get(r, frozenset())]
    clash = [r for r, ids in new.fillers.items() if r in old.fillers and not ids & old.fillers[r]]
    core = [r for r in shared if r not in _CIRCUMSTANCES]
    core_clash = [r for r in clash if r not in _CIRCUMSTANCES]
    if old.days and new.days and not old.days & new.days:
        return False
    if one.type in _SPEECH:
        return old.sentence == new.sentence and "Speaker" in shared and old.noun != new.noun
    if "Place" in clash and not core:
        return False
    if core:
        return not core_clash or (old.lemma == new.lemma and len(core) >= len(core_clash))
    if core_clash:
        return False
    # Deaths and injuries earlier close to each other are those of one incident, unless their victims differ.
    harm = one.type in _HARM and new.sentence - old.sentence <= _NEAR
    return (
        new.definite or old.lemma == new.lemma or (harm and not ("Victim" in old.fillers and "Victim" in new.fillers))
    )

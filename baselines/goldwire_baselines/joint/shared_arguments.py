"""Arguments that the events of a document share, by section 6.1 of the annotation guidelines.

A role that an event leaves empty is filled from an attack or its effects in the same sentence, then from other mentions
of its cluster. Nothing is added to a role that is filled.
"""

from bisect import bisect_right
from collections.abc import Sequence
from operator import itemgetter

from goldwire_baselines.event_coreference import share
from goldwire_corpus.schema.document import Document
from goldwire_corpus.schema.prediction import PredArgument, PredEvent

_EFFECTS = frozenset("Die Injure Damage".split())
_SHARED = ("Place", "Time", "Instrument", "Agent")


def add_shared(document: Document, events: Sequence[PredEvent]) -> None:
    """Add the shared arguments of events that have clusters."""
    _within_sentences(document, events)
    share(events)


def _within_sentences(document: Document, events: Sequence[PredEvent]) -> None:
    """Let an attack and its effects in one sentence share place, time, instrument and doer; the nearest one gives."""
    starts = [sentence.start for sentence in document.sentences]
    sentences: dict[int, list[PredEvent]] = {}
    for event in events:
        if event.type == "Attack" or event.type in _EFFECTS:
            sentences.setdefault(bisect_right(starts, event.start or 0), []).append(event)
    for together in sentences.values():
        own = [(event, {role: _fillers(event, _role(event, role)) for role in _SHARED}) for event in together]
        for event, filled in own:
            others = [
                (abs((other.start or 0) - (event.start or 0)), given)
                for other, given in own if other is not event and "Attack" in (other.type, event.type)
            ]  # fmt: skip
            others.sort(key=itemgetter(0))
            for role in (role for role in _SHARED if not filled[role]):
                nearest = next((given[role] for _, given in others if given[role]), [])
                more = [PredArgument(role=_role(event, role), filler=filler) for filler in nearest]
                event.arguments = [*(event.arguments or ()), *more]


def _role(event: PredEvent, role: str) -> str:
    """Return the name of a shared role at an event: the doer of an attack is its Attacker."""
    return "Attacker" if role == "Agent" and event.type == "Attack" else role


def _fillers(event: PredEvent, role: str) -> list[str]:
    return [str(a.filler) for a in event.arguments or () if a.role == role]

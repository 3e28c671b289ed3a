"""Event arguments: identification (AI), classification (AC), and both attached to their trigger (AI+, AC+).

AI matches event type and filler, AC also the role (Li et al. 2013); the attached forms also the trigger's span, as
Peng et al. (2023) and Huang et al. (2024) argue they should. A filler matches by its exact span, by the end of its
head, or by naming the same gold entity (an event: the same gold cluster) as the gold filler; in each case one to one,
so that naming one entity five times is one hit and four spurious items.
"""

from collections.abc import Callable, Hashable, Iterator

from goldwire_corpus.ontology import ontology
from goldwire_eval.items import ArgumentItem, Items
from goldwire_eval.match import ByType, Keyed, match_keys
from goldwire_eval.metrics.base import Family

Filler = Callable[[ArgumentItem], Hashable]


def _keys(items: Items, filler: Filler, role: bool, attached: bool) -> Iterator[Keyed]:
    for a in items.arguments:
        event = items.events[a.event]
        trigger = (event.start, event.end) if attached else ()
        yield event.type, (event.type, *trigger, a.role if role else "", filler(a))


def entity_of(gold: Items) -> Filler:
    """Maps a filler to the gold entity or cluster it names, by span before head; to its span where it names none.

    A filler given as a span in place is an event where its role takes events alone, else a mention.
    """
    spans: dict[tuple[int, int], str] = {}
    heads: dict[int, str] = {}
    for m in sorted(gold.mentions, key=lambda m: m.start - m.end):
        if m.entity is not None:
            spans.setdefault((m.start, m.end), m.entity)
            heads.setdefault(m.head_end, m.entity)
    triggers = {(e.start, e.end): e.cluster for e in gold.events}
    roles = ontology().role

    def find(a: ArgumentItem) -> Hashable:
        span = (a.start, a.end)
        kind = a.kind or ("event" if a.role in roles and roles[a.role].fillers == ["EVENT"] else "mention")
        if kind == "event":
            return triggers.get(span) or span
        if kind == "mention":
            return spans.get(span) or heads.get(a.head_end) or span
        return span

    return find


def _span(a: ArgumentItem) -> Hashable:
    return a.start, a.end


def _head(a: ArgumentItem) -> Hashable:
    return a.head_end


_FORMS = (("id", False, False), ("cls", True, False), ("attached.id", False, True), ("attached.cls", True, True))
_FILLERS = ("exact", "head", "entity")


def _count(gold: Items, pred: Items) -> dict[str, ByType]:
    fillers: dict[str, Filler] = {"exact": _span, "head": _head, "entity": entity_of(gold)}
    counts = {}
    for name, role, attached in _FORMS:
        for how in _FILLERS:
            left, right = (list(_keys(side, fillers[how], role, attached)) for side in (gold, pred))
            counts[f"argument.{name}@{how}"] = match_keys(left, right)
    return counts


FAMILIES = [Family(tuple(f"argument.{name}@{how}" for name, _, _ in _FORMS for how in _FILLERS), "arguments", _count)]

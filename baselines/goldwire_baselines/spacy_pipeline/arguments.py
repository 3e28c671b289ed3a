"""Roles by the dependency path from trigger to filler, counted on train; sources by the sayings above a trigger."""

from collections.abc import Hashable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from goldwire_baselines.spacy_pipeline.counts import Counts
from goldwire_baselines.spacy_pipeline.parsed import Parsed, path
from goldwire_corpus.schema.document import AUTHOR, filler_types, marked
from goldwire_corpus.schema.ontology import ontology
from goldwire_corpus.schema.prediction import PredArgument, PredEvent, PredSpan

if TYPE_CHECKING:
    from spacy.tokens import Token

_NONE = "-"
_LIKELY = 0.4
"""The share of the items on a path that must have a role in train for the role to be given; chosen on validation."""
_LONGEST = 6
_SPEECH = frozenset("State Demand Accuse Deny Claim-Responsibility Threaten Inform".split())
_SOURCES = frozenset(("PER", "ORG", "GPE", "INF"))


class Item(NamedTuple):
    """A possible filler: its id, its type and the token that heads it."""

    id: str
    type: str
    token: "Token"


def items(d: Parsed, spans: Sequence[tuple[PredSpan, str]]) -> list[Item]:
    """Return predicted spans with their types as items; a mention is headed by its head."""
    found = []
    for span, type_ in spans:
        start, end = getattr(span, "head_start", None), getattr(span, "head_end", None)
        start, end = (span.start or 0, span.end or 0) if start is None or end is None else (start, end)
        found.append(Item(str(span.id), type_, d.root(start, end)))
    return found


class ArgumentFinder:
    def __init__(self) -> None:
        self.roles, self.scopes = Counts(), Counts()

    def fit(self, documents: Sequence[Parsed]) -> None:
        for d in documents:
            types = filler_types(d.document)
            heads = {m.id: (m.head_start, m.head_end) for m in d.document.mentions}
            found = [Item(x.id, types[x.id], d.root(*heads.get(x.id, (x.start, x.end)))) for x in marked(d.document)]
            by_id = {i.id: i for i in found}
            for e in d.document.events:
                own, arguments = by_id[e.id], {a.filler: a for a in e.arguments}
                for other, keys in _pairs(own, e.type, found):
                    argument = arguments.get(other.id)
                    self.roles.add(keys, argument.role if argument else _NONE)
                    if argument and argument.scope:
                        self.scopes.add(keys, argument.scope)

    def attach(self, events: Sequence[PredEvent], found: Sequence[Item]) -> None:
        """Give events their arguments among the items of their sentences, and their sources."""
        by_id = {i.id: i for i in found}
        for e in events:
            e.arguments = []
            for other, keys in _pairs(by_id[str(e.id)], e.type, found):
                role = self._role(e.type, other.type, keys)
                if role is not None:
                    scope = self.scopes.best(keys, ontology().scope(role) or "") if role == "Count" else None
                    e.arguments.append(PredArgument(role=role, filler=other.id, scope=scope))
        _attribute(events, by_id)

    def _role(self, event: str, kind: str, keys: Sequence[Hashable]) -> str | None:
        """Return the likeliest role that the event type has and the filler type may have, None if none is likely."""
        onto = ontology()
        allowed = {role: share for role, share in self.roles.shares(keys).items()
                   if role in onto.roles_of(event) and kind in onto.role[role].fillers}  # fmt: skip
        best = max(allowed, key=lambda role: (allowed[role], role), default=None)
        return best if best is not None and allowed[best] >= _LIKELY else None


def _pairs(own: Item, type_: str, found: Sequence[Item]) -> Iterator[tuple[Item, list[Hashable]]]:
    """Yield the items near an event in the parse with the keys of their relation to it, narrow ones first."""
    trigger, place = own.token, own.token.pos_
    for other in found:
        if other.id == own.id or other.token.sent != trigger.sent:
            continue
        steps = path(trigger, other.token, _LONGEST)
        if steps is not None:
            side = "left" if other.token.i < trigger.i else "right"
            wide = (type_, other.type, steps[-1:], len(steps), side)
            yield other, [(type_, other.type, place, steps), (other.type, place, steps), wide, (other.type, steps)]


def _attribute(events: Sequence[PredEvent], by_id: dict[str, Item]) -> None:
    """Give each event the speaker of the nearest saying above it, or else of the first one of its sentence."""
    sayings: dict[int, str] = {}
    for e in events:
        if e.type in _SPEECH:
            speaker = next((str(a.filler) for a in e.arguments or () if a.role == "Speaker"), None)
            if speaker is not None:
                sayings.setdefault(by_id[str(e.id)].token.i, speaker)
    for e in events:
        token = by_id[str(e.id)].token
        above = [sayings[t.i] for t in token.ancestors if t.i in sayings]
        first = [sayings[i] for i in sorted(sayings) if token.sent.start <= i < token.sent.end]
        e.source = above[0] if above else first[0] if first and e.type not in _SPEECH else AUTHOR

"""Incident records, derived from the events of a document: the table that a conflict analyst keeps by hand.

One record a cluster of actual events of a type that keeps records. Deaths and injuries that an incident causes are
its toll and have no record of their own. The same derivation serves gold and predictions.
"""

from collections.abc import Iterable

from goldwire_corpus.schema.document import AUTHOR, Document, Event, Mention, Quantity, Record
from goldwire_corpus.schema.ontology import ontology

ACTOR_ROLES = ("Attacker", "Agent", "Force", "Participant")
TARGET_ROLES = ("Target", "Victim", "Opponent", "Person", "Giver", "Territory")
Bounds = tuple[int | None, int | None]


def derive(document: Document) -> list[Record]:
    return _Deriver(document).records()


class _Deriver:
    def __init__(self, document: Document):
        self.document = document
        self.mentions: dict[str, Mention] = {m.id: m for m in document.mentions}
        self.quantities: dict[str, Quantity] = {q.id: q for q in document.quantities}
        self.names = {e.id: e.name for e in document.entities}
        self.clusters = {c.id: c for c in document.event_clusters}
        self.events: dict[str, list[Event]] = {}
        for event in document.events:
            if event.realis == "ACTUAL" and event.polarity == "positive":
                self.events.setdefault(event.cluster, []).append(event)
        self.caused: dict[str, list[str]] = {}
        for relation in document.relations:
            if relation.type == "CAUSES" and relation.to in self.events and relation.from_ in self.events:
                self.caused.setdefault(relation.from_, []).append(relation.to)

    def records(self) -> list[Record]:
        keeps = {name for name, event in ontology().event.items() if event.record}
        tolls = {
            to for from_, ends in self.caused.items() for to in ends
            if self.clusters[to].type in ("Die", "Injure")
            and self.clusters[from_].type in keeps - {"Die", "Injure"}
        }  # fmt: skip
        kept = [c for c in self.events if self.clusters[c].type in keeps and c not in tolls]
        return [self._record(f"r{number}", cluster) for number, cluster in enumerate(kept, 1)]

    def _record(self, id: str, key: str) -> Record:
        cluster = self.clusters[key]
        tolls = [] if cluster.type in ("Die", "Injure") else self.caused.get(key, [])
        own = [key] if cluster.type in ("Die", "Injure") else []
        died = [c for c in [*own, *tolls] if self.clusters[c].type == "Die"]
        hurt = [c for c in [*own, *tolls] if self.clusters[c].type == "Injure"]
        events = self.events[key]
        victims = [e for c in (*died, *hurt) if c != key for e in self.events[c]]
        killed, wounded = self._toll(died), self._toll(hurt)
        places = self._fillers(events, ["Place"])
        return Record(
            id, key, cluster.type, cluster.earliest, cluster.latest,
            places[0] if places else None,
            self._fillers(events, ACTOR_ROLES),
            self._fillers([*events, *victims], TARGET_ROLES),
            *killed, *wounded,
            self._fillers(events, ["Instrument"]),
            self._sources([*events, *victims]),
        )  # fmt: skip

    def _fillers(self, events: Iterable[Event], roles: Iterable[str]) -> list[str]:
        """Names of the entities that fill the roles, in the order of their first naming, each once."""
        fillers = [a.filler for e in events for a in e.arguments if a.role in roles]
        return self._named(fillers)

    def _sources(self, events: Iterable[Event]) -> list[str]:
        sources = list(dict.fromkeys(e.source for e in events))
        return [*([AUTHOR] if AUTHOR in sources else []), *self._named(sources)]

    def _named(self, fillers: Iterable[str]) -> list[str]:
        entities = (self.mentions[f].entity for f in fillers if f in self.mentions)
        return list(dict.fromkeys(self.names.get(e, e) for e in entities))

    def _toll(self, clusters: list[str]) -> Bounds:
        """Clusters add up; the mentions of one cluster are accounts of the same people and widen the bounds."""
        if not clusters:
            return None, None
        lows: list[int] = []
        highs: list[int | None] = []
        for cluster in clusters:
            accounts = [self._account(event) for event in self.events[cluster]]
            counted = [a for a in accounts if a[1]] or accounts
            lows.append(min(low for (low, _), _ in counted))
            tops = [high for (_, high), _ in counted]
            highs.append(None if None in tops else max(h for h in tops if h is not None))
        return sum(lows), None if None in highs else sum(h for h in highs if h is not None)

    def _account(self, event: Event) -> tuple[tuple[int, int | None], bool]:
        """The bounds that one mention gives, and whether it gives a count: its counts, or victims named one by one."""
        counts = [
            self.quantities[a.filler] for a in event.arguments if a.role == "Count" and a.filler in self.quantities
        ]
        if counts:
            low = sum(int(q.min or 0) for q in counts)
            high = None if any(q.max is None for q in counts) else sum(int(q.max or 0) for q in counts)
            return (low, high), True
        victims = {
            self.mentions[a.filler].entity: self.mentions[a.filler]
            for a in event.arguments if a.role == "Victim" and a.filler in self.mentions
        }  # fmt: skip
        if victims and all(self._singular(v) for v in victims.values()):
            return (len(victims), len(victims)), True
        return (max(1, len(victims)), None), False

    def _singular(self, mention: Mention) -> bool:
        """A named person, or a noun phrase with an indefinite article, is one person."""
        if mention.type != "PER":
            return False
        words = self.document.text[mention.start : mention.end].split()
        return mention.level == "NAM" or (bool(words) and words[0].lower() in ("a", "an", "one"))

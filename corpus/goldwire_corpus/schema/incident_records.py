"""Incident records, derived from the events of a document, as in the tables of conflict analysts.

Each cluster of actual events of a recorded type gives one record. Deaths and injuries that an incident causes are its
toll and give no separate record. Records of gold and predictions are derived by the same function.
"""

from collections.abc import Iterable, Mapping

from goldwire_corpus.schema.document import AUTHOR, Document, Event, Mention, Record
from goldwire_corpus.schema.ontology import ontology
from goldwire_corpus.schema.tolls import TollReader, bounds_over

ACTOR_ROLES = ("Attacker", "Agent", "Force", "Participant")
TARGET_ROLES = ("Target", "Victim", "Opponent", "Person", "Giver", "Territory")
HARM = ("Die", "Injure")


def derive(document: Document, incidents: Mapping[str, str] | None = None) -> list[Record]:
    """Return the records of a document; `incidents` has the incident of each linked event cluster."""
    return _Deriver(document, incidents or {}).records()


class _Deriver:
    def __init__(self, document: Document, incidents: Mapping[str, str]):
        self.incidents = incidents
        self.mentions: dict[str, Mention] = {m.id: m for m in document.mentions}
        self.names = {e.id: e.name for e in document.entities}
        self.clusters = {c.id: c for c in document.event_clusters}
        self.events: dict[str, list[Event]] = {}
        for event in document.events:
            if event.realis == "ACTUAL" and event.polarity == "positive":
                self.events.setdefault(event.cluster, []).append(event)
        self.toll_reader = TollReader(document, self.events)
        self.caused: dict[str, list[str]] = {}
        self.wholes: dict[str, set[str]] = {}
        for relation in document.relations:
            if relation.to in self.events and relation.from_ in self.events:
                if relation.type == "CAUSES":
                    self.caused.setdefault(relation.from_, []).append(relation.to)
                elif relation.type == "SUBEVENT":
                    self.wholes.setdefault(relation.to, set()).add(relation.from_)

    def records(self) -> list[Record]:
        keeps = {name for name, event in ontology().event.items() if event.record}
        tolls = {
            to for from_, ends in self.caused.items() for to in ends
            if self.clusters[to].type in HARM and self.clusters[from_].type in keeps - {*HARM}
        }  # fmt: skip
        kept = [c for c in self.events if self.clusters[c].type in keeps and c not in tolls]
        return [self._record(f"r{number}", cluster) for number, cluster in enumerate(kept, 1)]

    def _record(self, id: str, key: str) -> Record:
        cluster = self.clusters[key]
        harm = [key] if cluster.type in HARM else list(dict.fromkeys(self.caused.get(key, [])))
        deaths, injuries = ([c for c in harm if self.clusters[c].type == type_] for type_ in HARM)
        died = self._wholes(deaths)
        hurt = self._wholes([c for c in injuries if not self._fatal(c, deaths)])
        events = self.events[key]
        victims = [e for c in harm if c != key and self.clusters[c].type in HARM for e in self.events[c]]
        tolls = self.toll_reader.tolls(died, hurt, self._source_name)
        standing = [t for t in tolls if not t.superseded]
        places = self._fillers(events, ["Place"])
        return Record(
            id, key, cluster.type, cluster.earliest, cluster.latest,
            places[0] if places else None,
            self._fillers(events, ACTOR_ROLES),
            self._fillers([*events, *victims], TARGET_ROLES),
            *bounds_over((t.killed_min, t.killed_max) for t in standing),
            *bounds_over((t.wounded_min, t.wounded_max) for t in standing),
            self._fillers(events, ["Instrument"]),
            self._sources([*events, *victims]),
            tolls,
            self.incidents.get(key),
        )  # fmt: skip

    def _wholes(self, clusters: list[str]) -> list[str]:
        """Return the clusters that are not parts of others, whose deaths the toll of the whole already counts."""
        return [c for c in clusters if not self.wholes.get(c, set()) & {*clusters}]

    def _fatal(self, cluster: str, deaths: list[str]) -> bool:
        """Return whether all injured people of a cluster died of their injuries, so that they count as killed."""
        fatal = {*self.caused.get(cluster, [])} & {*deaths}
        hurt = self._victims([cluster])
        if self.toll_reader.counts(cluster):
            return bool(hurt) and hurt <= self._victims([d for d in deaths if d in fatal])
        return bool(fatal) or (bool(hurt) and hurt <= self._victims(deaths))

    def _victims(self, clusters: Iterable[str]) -> set[str]:
        fillers = [a.filler for c in clusters for e in self.events[c] for a in e.arguments if a.role == "Victim"]
        return {self.mentions[filler].entity for filler in fillers if filler in self.mentions}

    def _source_name(self, source: str) -> str:
        return source if source == AUTHOR else self.names.get(source, source)

    def _fillers(self, events: Iterable[Event], roles: Iterable[str]) -> list[str]:
        """Return the names of the fillers of the roles in order of first mention, without duplicates."""
        fillers = [a.filler for e in events for a in e.arguments if a.role in roles]
        return self._named(fillers)

    def _sources(self, events: Iterable[Event]) -> list[str]:
        sources = list(dict.fromkeys(e.source for e in events))
        return [*([AUTHOR] if AUTHOR in sources else []), *self._named(sources)]

    def _named(self, fillers: Iterable[str]) -> list[str]:
        entities = (self.mentions[f].entity for f in fillers if f in self.mentions)
        return list(dict.fromkeys(self.names.get(e, e) for e in entities))

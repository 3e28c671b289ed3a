"""Tolls of an incident: numbers of killed and wounded by source, including superseded ones.

A Count is the total of its event by its source, a part of that total, or superseded (annotation guidelines 1.0, section
6.5). Totals of one source and cluster describe the same people and are never added; parts are added only if the source
gives no total. Different clusters are different people and are added.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import zip_longest

from goldwire_corpus.schema.document import AUTHOR, Document, Event, Mention, Quantity, Toll
from goldwire_corpus.schema.ontology import ontology

Bounds = tuple[int, int | None]
"""Inclusive lower and upper bound; an unknown upper bound is None."""
Standing = dict[str, Bounds]
"""Bounds by source, which is the id of an entity or AUTHOR."""


class TollReader:
    """Reader of the tolls of clusters of deaths and injuries in a document."""

    def __init__(self, document: Document, events: Mapping[str, Sequence[Event]]):
        self.text = document.text
        self.events = events
        self.quantities: dict[str, Quantity] = {q.id: q for q in document.quantities}
        self.mentions: dict[str, Mention] = {m.id: m for m in document.mentions}
        self.ends = [s.end for s in document.sentences]

    def tolls(self, died: Sequence[str], hurt: Sequence[str], name: Callable[[str], str]) -> list[Toll]:
        """Return the current tolls of the clusters, then the superseded ones; `name` returns the name of a source."""
        killed, wounded = (_add([self._standing(c) for c in clusters]) for clusters in (died, hurt))
        standing = [_toll(name(s), killed.get(s), wounded.get(s), False) for s in killed | wounded]
        old_killed, old_wounded = self._superseded(died), self._superseded(hurt)
        superseded = [
            _toll(name(place[0]), one, two, True)
            for place in sorted({**old_killed, **old_wounded}, key=lambda place: place[1])
            for one, two in zip_longest(old_killed.get(place, []), old_wounded.get(place, []))
        ]
        return [*standing, *dict.fromkeys(superseded)]

    def counts(self, cluster: str) -> bool:
        """Return whether a mention of the cluster has a Count."""
        return any(a.role == "Count" for event in self.events[cluster] for a in event.arguments)

    def _superseded(self, clusters: Iterable[str]) -> dict[tuple[str, int], list[Bounds]]:
        """Return the superseded counts by source and sentence; counts of one sentence form one report."""
        found: dict[tuple[str, int], list[Bounds]] = {}
        for cluster in clusters:
            for event in self.events[cluster]:
                for quantity in self._counts(event, "superseded"):
                    reports = found.setdefault((self._source(event), self._sentence(event)), [])
                    if _bounds(quantity) not in reports:
                        reports.append(_bounds(quantity))
        return found

    def _standing(self, cluster: str) -> Standing:
        """Return the bounds of a cluster by source: from counts or, if there are none, from victims."""
        events = [e for e in self.events[cluster] if e.stance == "asserts"] or list(self.events[cluster])
        by_source: dict[str, list[Event]] = {}
        for event in events:
            by_source.setdefault(self._source(event), []).append(event)
        counted = {source: bounds for source, own in by_source.items() if (bounds := self._counted(own))}
        if counted:
            return counted
        accounts = [(source, *self._victims(event)) for source, own in by_source.items() for event in own]
        exact = [account for account in accounts if account[2]] or accounts
        by_account: dict[str, list[Bounds]] = {}
        for source, bounds, _ in exact:
            by_account.setdefault(source, []).append(bounds)
        return {source: hull(bounds) for source, bounds in by_account.items()}

    def _counted(self, events: Sequence[Event]) -> Bounds | None:
        """Return the bounds of one cluster from the counts of one source."""
        if totals := [_bounds(q) for event in events for q in self._counts(event, "total")]:
            return hull(totals)
        sentences: dict[int, dict[str, Quantity]] = {}
        for event in events:
            for quantity in self._counts(event, "part"):
                sentences.setdefault(self._sentence(event), {})[quantity.id] = quantity
        if lists := [parts for parts in sentences.values() if len(parts) > 1]:
            # Parts in one list imply their sum; a single part elsewhere is included in it.
            return hull(_sum(map(_bounds, parts.values())) for parts in lists)
        distinct = {(q.min, q.max, q.unit): _bounds(q) for parts in sentences.values() for q in parts.values()}
        if not distinct:
            return None
        low, high = _sum(distinct.values())
        # A single part implies that there are others ("four teachers were among the dead").
        return low, high if len(distinct) > 1 else None

    def _counts(self, event: Event, scope: str) -> list[Quantity]:
        scopes = ((a, ontology().scope(a.role, a.scope)) for a in event.arguments if a.role == "Count")
        return [self.quantities[a.filler] for a, own in scopes if own == scope and a.filler in self.quantities]

    def _victims(self, event: Event) -> tuple[Bounds, bool]:
        """Return the bounds of an event without a count, and whether all its victims are single persons."""
        victims = {
            self.mentions[a.filler].entity: self.mentions[a.filler]
            for a in event.arguments if a.role == "Victim" and a.filler in self.mentions
        }  # fmt: skip
        if victims and all(self._singular(v) for v in victims.values()):
            return (len(victims), len(victims)), True
        return (max(1, len(victims)), None), False

    def _singular(self, mention: Mention) -> bool:
        """Return whether a mention is a single person: a named one, or a noun phrase with an indefinite article."""
        if mention.type != "PER":
            return False
        words = self.text[mention.start : mention.end].split()
        return mention.level == "NAM" or (bool(words) and words[0].lower() in ("a", "an", "one"))

    def _source(self, event: Event) -> str:
        return self.mentions[event.source].entity if event.source in self.mentions else AUTHOR

    def _sentence(self, event: Event) -> int:
        return next((i for i, end in enumerate(self.ends) if event.start < end), len(self.ends))


def bounds_over(bounds: Iterable[tuple[int | None, int | None]]) -> tuple[int | None, int | None]:
    """Return the lowest lower and highest upper bound, ignoring bounds that are unknown on both sides."""
    given = [(low or 0, high) for low, high in bounds if (low, high) != (None, None)]
    return hull(given) if given else (None, None)


def hull(bounds: Iterable[Bounds]) -> Bounds:
    """Return the smallest interval that contains all of `bounds`, of which there is at least one."""
    lows, highs = zip(*bounds, strict=True)
    return min(lows), None if None in highs else max(highs)


def _sum(bounds: Iterable[Bounds]) -> Bounds:
    lows, highs = zip(*bounds, strict=True)
    return sum(lows), None if None in highs else sum(highs)


def _add(clusters: Sequence[Standing]) -> Standing:
    """Add the clusters by source.

    A cluster that a source does not mention counts as the author gives it, such as a death after that source spoke.
    Further victims that only another source reports are that source's own claim and are not added. The author has a
    toll only where no source has one or where the author reports every cluster.
    """
    sources = dict.fromkeys(source for cluster in clusters for source in cluster)
    if len(sources) > 1 and not all(AUTHOR in cluster for cluster in clusters):
        sources.pop(AUTHOR, None)
    return {s: _sum(own for cluster in clusters if (own := cluster.get(s) or cluster.get(AUTHOR))) for s in sources}


def _toll(source: str, killed: Bounds | None, wounded: Bounds | None, superseded: bool) -> Toll:
    low, high = killed or (None, None)
    least, most = wounded or (None, None)
    return Toll(source, low, high, least, most, superseded)


def _bounds(quantity: Quantity) -> Bounds:
    return int(quantity.min or 0), None if quantity.max is None else int(quantity.max)

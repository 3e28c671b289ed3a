"""The tables of one side of a batch, gold or predicted, from its rows."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from goldwire_corpus.errors import ErrorList
from goldwire_corpus.schema.document import AUTHOR, NIL
from goldwire_corpus.schema.ontology import ontology
from goldwire_corpus.schema.prediction import PredSpan
from goldwire_eval.batch import validation
from goldwire_eval.batch.arrays import NONE, Bools, Ints, ints, owners, pack, runs
from goldwire_eval.batch.grounding import Grounder
from goldwire_eval.batch.item_columns import IN_PLACE, SPAN_LAYERS, Items, Rows
from goldwire_eval.batch.labels import INVALID, UNMAPPED, Labels
from goldwire_eval.batch.records import record_items
from goldwire_eval.batch.tables import (
    AUTHOR_SPAN,
    EVENT,
    MENTION,
    RELATION_CODES,
    UNKNOWN_HEAD,
    UNSAID_SPAN,
    VALUE,
    Arguments,
    Events,
    Mentions,
    Relations,
    Side,
    Spans,
    Values,
)
from goldwire_eval.batch.validation import shown

_DANGLING, _LOST = -1, -3
_BITS = 40
MOST_RELATIONS, MOST_RECORDS = 10_000, 1_000


def build_side(rows: Rows, documents: int, labels: Labels, gold: bool = False) -> tuple[Side, ErrorList]:
    """The tables of `rows`, and all that is wrong with them."""
    maker = BatchBuilder(rows, documents, labels, gold)
    return maker.side(), maker.validation_errors


class BatchBuilder(Grounder):
    def __init__(self, rows: Rows, documents: int, labels: Labels, gold: bool):
        super().__init__(rows)
        self.documents, self.labels, self.gold = documents, labels, gold
        self.strings, self.names = rows.labels, rows.labels.names
        self.ids = rows.ids
        self.given: set[str] = set()

    def side(self) -> Side:
        mentions = self._mentions()
        times = self._values("times", validation.time_errors)
        quantities = self._values("quantities", validation.quantity_errors)
        titles = Spans(self._docs("titles"), 0, self.documents, *self.place_layer("titles"))
        events = self._events()
        index = self._index()
        self._sources(index, mentions, events)
        layers = (mentions, times, quantities, titles, events)
        arguments = self._arguments(index, layers)
        relations = self._relations(index, events)
        records = self._records()
        side = Side(mentions, times, quantities, titles, events, arguments, relations, records, frozenset(self.given))
        left_out = any((codes == UNMAPPED).any() for codes in (mentions.type, events.type, arguments.role))
        return _without(side) if left_out else side

    def _given(self, part: str, column: Ints) -> Ints:
        """The column; and that an item gives it, of a part that rows attempt by giving it."""
        if (column != NONE).any():
            self.given.add(part)
        return column

    def _docs(self, name: str) -> Ints:
        return self.doc[self.row[name]]

    def _tell(self, name: str, found: Iterator[validation.ItemError]) -> Bools:
        """Tells the faults of a layer; which items they spoil."""
        wrong = np.zeros(len(self.items[name]), dtype=bool)
        for i, id, message in found:
            self.report(self.row[name][i], id, f"{self.where(name, i)}{message}")
            wrong[i] = True
        return wrong

    def _beyond(self, name: str, most: int) -> Bools:
        """The items of a row beyond `most`: what they cost in time and room grows with the square of their number."""
        row = self.row[name]
        wrong = np.zeros(len(row), dtype=bool)
        for number in np.flatnonzero(np.bincount(row) > most).tolist():
            mine = np.flatnonzero(row == number)
            self.report(number, f"{name}-many", f"{len(mine)} {name}, of which {most} are taken at the most")
            wrong[mine[most:]] = True
        return wrong

    def _typed(self, name: str, types: Ints) -> tuple[Ints, Bools]:
        """Type codes, and which of them are unknown."""
        known = self.labels.entity if name == "mentions" else self.labels.event
        unknown = (
            (i, "type-unknown", f".type{validation.unknown_label(self.items[name][i].type, known)}")
            for i in np.flatnonzero(types == INVALID).tolist()
        )
        return types, self._tell(name, unknown)

    # ------------------------------------------------------------------ spans that stand by themselves

    def _mentions(self) -> Mentions:
        items = self.items["mentions"]
        types, wrong = self._typed("mentions", self.labels.entities(items.column("type"), self.names))
        level = items.column("level")
        wrong |= self._tell("mentions", validation.level_errors(level, self.names))
        start, end, head = self.place_mentions(wrong)
        named = (level == NONE) | (level == self.strings["NAM"])
        ids = self._given("coref", items.column("entity"))
        cluster = self._clusters("mentions", ids)
        link = self._links("mentions", ids, "entities")
        return Mentions(self._docs("mentions"), 0, self.documents, start, end, head, types, named, cluster, link)

    def _clusters(self, name: str, ids: Ints) -> Ints:
        """A number for each cluster of a row; an item of none is a cluster of its own."""
        lone = np.flatnonzero(ids == NONE)
        local = ids.copy()
        local[lone] = len(self.ids) + np.arange(len(lone))
        return pack(self.row[name], local)[0]

    def _links(self, name: str, ids: Ints, clusters: str) -> Ints:
        """The id outside the document that each item's cluster is said to have: 0 for NIL, -1 where none is said."""
        declared = [getattr(r.row, clusters) for r in self.rows]
        said: list[dict[str | None, str | None]] = [{c.id: c.link for c in some or ()} for some in declared]
        for row, some in enumerate(declared):
            if some and len(said[row]) < len(some):
                for id in [id for id, count in Counter(c.id for c in some).items() if count > 1]:
                    self.report(row, "id-duplicate", f"{clusters}: id {shown(id)} stands twice")
                    # A link that no other row has.
                    said[row][id] = f"\0{row}"
        if not any(said) and not (self.gold and any(some is not None for some in declared)):
            return np.full(len(ids), -1, dtype=np.int64)
        rows = self.row[name].tolist()
        names = [None if id == NONE else self.ids.names[id] for id in ids.tolist()]
        if self.gold:
            for i, (row, id) in enumerate(zip(rows, names, strict=True)):
                if id is not None and declared[row] is not None and id not in said[row]:
                    self.report(row, "link-dangling", f"{self.where(name, i)}: {clusters} has no {shown(id)}")
        codes = {None: -1, NIL: 0}
        strings = self.strings
        links = [said[row].get(id) for row, id in zip(rows, names, strict=True)]
        return ints([codes[x] if x in codes else strings["link", x] + 1 for x in links])

    def _values(self, name: str, check: Callable[[Items, Sequence[str]], Iterator[validation.ItemError]]) -> Values:
        items = self.items[name]
        start, end = self.place_layer(name, self._tell(name, check(items, self.names)))
        low, high = (np.array(items.values(bound), dtype=np.float64) for bound in ("min", "max"))
        return Values(self._docs(name), 0, self.documents, start, end, items.column("value"), low, high)

    # ------------------------------------------------------------------ events

    def _events(self) -> Events:
        items = self.items["events"]
        attributes = {name: items.column(name) for name in ontology().attribute}
        for name in ("realis", "polarity"):
            self._given(name, attributes[name])
        types = self.labels.events(items.column("type"), attributes["means"], self.names)
        types, wrong = self._typed("events", types)
        self._tell("events", validation.event_errors(attributes, self.names))
        start, end = self.place_layer("events", wrong)
        ids = self._given("event_coref", items.column("cluster"))
        author: Ints = np.full(len(items), UNSAID_SPAN)
        author[items.giving("source")] = AUTHOR_SPAN
        return Events(
            self._docs("events"), 0, self.documents, start, end, types,
            attributes["realis"], attributes["polarity"], attributes["means"], attributes["phase"],
            attributes["stance"],
            self._clusters("events", ids), self._links("events", ids, "event_clusters"), author, author.copy(),
        )  # fmt: skip

    def _index(self) -> "_Index":
        index = _Index(
            np.concatenate([self.row[name] for name in SPAN_LAYERS]),
            np.concatenate([self.items[name].column("id") for name in SPAN_LAYERS]),
        )
        for row in index.doubled:
            self._doubles(row)
        return index

    def _doubles(self, row: int) -> None:
        seen: set[str] = set()
        for name in SPAN_LAYERS:
            for i, item in enumerate(getattr(self.rows[row].row, name) or ()):
                if item.id in seen:
                    self.report(row, "id-duplicate", f"{name}[{i}]: id {shown(item.id)} stands twice")
                elif item.id is not None:
                    seen.add(item.id)

    def _sources(self, index: "_Index", mentions: Mentions, events: Events) -> None:
        items, row = self.items["events"], self.row["events"]
        said = items.giving("source").tolist()
        if said:
            self.given.add("sources")
        for i in said:
            source = items[i].source
            if source == AUTHOR:
                continue
            where = f"{self.where('events', i)}.source"
            if isinstance(source, PredSpan):
                span = self.place(self._in_place([source]), row[i : i + 1], lambda _: where)  # noqa: B023
                (events.source[i],), (events.source_end[i],) = span
                continue
            at = index.of(int(row[i]), self.ids[source])
            if 0 <= at < len(mentions):
                events.source[i], events.source_end[i] = mentions.start[at], mentions.end[at]
                continue
            if at != _LOST:
                self.report(row[i], "link-dangling", f"{where}: no mention has the id {shown(source)}")
            (events.source[i],), (events.source_end[i],) = self.nowhere(1)

    def _in_place(self, spans: list[PredSpan]) -> Items:
        items = self.rows.empty()
        items.add(spans)
        return items

    # ------------------------------------------------------------------ arguments

    def _arguments(self, index: "_Index", layers: tuple[Spans, ...]) -> Arguments:
        events, items = self.items["events"], self.rows.arguments
        if len(events.giving("arguments")):
            self.given.add("arguments")
        event = owners(items.lengths)
        row = self.row["events"][event]
        roles = self.labels.roles(events.column("type")[event], items.column("role"), self.names)
        fillers = items.column("filler")
        at = index.find(row, fillers)
        at[fillers == IN_PLACE] = IN_PLACE
        self._argument_errors(items, event, row, roles, at, layers[-1])
        # One place more at the end, for what has no item: all but `filler` is overwritten below.
        targets = (np.append(np.concatenate(x), -1) for x in zip(*map(_fillers, layers), strict=True))
        start, end, head, kind, type_, filler = (column[np.maximum(at, -1)] for column in targets)
        roles[(type_ == UNMAPPED) & (at >= 0)] = UNMAPPED
        place = np.flatnonzero(at == IN_PLACE)
        spans = self._in_place([items[i].filler for i in place.tolist()])
        start[place], end[place] = self.place(spans, row[place], lambda n: self._where_argument(event, int(place[n])))
        for i in place.tolist():
            kind[i] = _kind(self.labels.fillers.get(int(roles[i]), ()))
        # As of items that are named: only a mention has a head within it.
        head[place] = np.where((start[place] >= 0) & (kind[place] == MENTION), UNKNOWN_HEAD, end[place])
        lost = np.flatnonzero((roles == INVALID) | (at == _DANGLING) | (at == _LOST))
        start[lost], end[lost] = self.nowhere(len(lost))
        head[lost] = end[lost]
        filler[lost] = -1
        return Arguments(self.doc[row], 0, self.documents, start, end, event, roles, head, kind, filler)

    def _where_argument(self, event: Ints, i: int) -> str:
        first = int(np.searchsorted(event, event[i]))
        return f"{self.where('events', int(event[i]))}.arguments[{i - first}]"

    def _argument_errors(self, items: Items, event: Ints, row: Ints, roles: Ints, at: Ints, events: Spans) -> None:
        known, takes = ontology().role, self.labels.takes
        types = events.type  # type: ignore[attr-defined]
        own = at == sum(len(self.items[name]) for name in SPAN_LAYERS[:-1]) + event
        own &= at >= 0
        for i in np.flatnonzero((roles == INVALID) | (at == _DANGLING) | own).tolist():
            where, role = self._where_argument(event, i), items[i].role
            if roles[i] == INVALID and types[event[i]] == INVALID and role in known:
                # Of an event whose type is unknown a role that some type takes is no further fault.
                continue
            if roles[i] == INVALID:
                type_ = self.items["events"][event[i]].type
                self.report(
                    row[i], "role-not-listed", f"{where}: {shown(type_)} takes no {shown(role)}{_instead(takes, type_)}"
                )
            elif at[i] == _DANGLING:
                self.report(row[i], "link-dangling", f"{where}: no item has the id {shown(items[i].filler)}")
            else:
                self.report(row[i], "role-self", f"{where}: the event is its own {role}")
                roles[i] = INVALID

    # ------------------------------------------------------------------ relations and records

    def _relations(self, index: "_Index", events: Events) -> Relations:
        items, row = self.items["relations"], self.row["relations"]
        if not items:
            return Relations(self.doc[:0], 0, self.documents, self.doc[:0], self.doc[:0], self.doc[:0])
        named = zip(self.row["events"].tolist(), self.items["events"].column("cluster").tolist(), strict=True)
        clusters = dict(zip(named, events.cluster.tolist(), strict=True))
        wrong = self._tell("relations", validation.relation_errors(items))
        wrong |= self._beyond("relations", MOST_RELATIONS)
        first = sum(len(self.items[name]) for name in SPAN_LAYERS[:-1])
        declared = [{c.id for c in r.row.event_clusters or ()} for r in self.rows]
        ends = {"from": np.full(len(items), INVALID), "to": np.full(len(items), INVALID)}
        for i in np.flatnonzero(~wrong).tolist():
            for name, id in (("from", items[i].from_), ("to", items[i].to)):
                at = index.of(int(row[i]), self.ids[id])
                found = clusters.get((int(row[i]), self.ids[id]))
                if found is None and at >= first:
                    found = int(events.cluster[at - first])
                if found is not None:
                    ends[name][i] = found
                elif id not in declared[row[i]]:
                    where = f"{self.where('relations', i)}.{name}"
                    self.report(row[i], "link-dangling", f"{where}: no event cluster {shown(id)}")
        types = ints([RELATION_CODES.get(r.type, INVALID) for r in items])
        return Relations(self._docs("relations"), 0, self.documents, types, ends["from"], ends["to"])

    def _records(self) -> list[list[Any]]:
        items = self.items["records"]
        none = np.full(len(items), NONE)
        types, _ = self._typed("records", self.labels.events(items.column("type"), none, self.names))
        void = np.array([r.void for r in self.rows], dtype=bool)[self.row["records"]]
        types[self._tell("records", validation.record_errors(items)) | self._beyond("records", MOST_RECORDS) | void] = (
            INVALID
        )
        out: list[list[Any]] = [[] for _ in range(self.documents)]
        code = iter(types.tolist())
        for r in self.rows:
            if r.row.records:
                made = record_items(r.row, r.text, self.gold, [next(code) for _ in r.row.records])
                out[r.doc] += [record for record in made if record.type != UNMAPPED]
        return out


class _Index:
    """The number of the item that has an id in a row, of the span layers chained.

    `rows` and `ids` are those of all items; `doubled` are the rows in which an id stands twice: it leads nowhere.
    """

    def __init__(self, rows: Ints, ids: Ints):
        items = np.flatnonzero(ids != NONE)
        keys = _key(rows[items], ids[items])
        order = np.argsort(keys, kind="stable")
        begins = runs(keys[order])
        lengths = np.diff(np.append(begins, len(keys)))
        self._keys = keys[order][begins]
        self._items = np.where(lengths > 1, _LOST, items[order][begins])
        self.doubled: list[int] = np.unique(self._keys[lengths > 1] >> _BITS).tolist()

    def find(self, rows: Ints, ids: Ints) -> Ints:
        if not len(self._keys):
            return np.full(len(rows), _DANGLING, dtype=np.int64)
        wanted = _key(rows, ids)
        at = np.minimum(np.searchsorted(self._keys, wanted), len(self._keys) - 1)
        return np.where(self._keys[at] == wanted, self._items[at], _DANGLING)

    def of(self, row: int, id: int) -> int:
        return int(self.find(ints([row]), ints([id]))[0])


def _key(rows: Ints, ids: Ints) -> Ints:
    return (rows << _BITS) + ids


def _instead(takes: Mapping[str, Sequence[str]], type_: str) -> str:
    return f" but {', '.join(takes[type_])}" if type_ in takes else ""


def _kind(fillers: Collection[str]) -> int:
    """What a span in place is that fills a role of these fillers; one that fills a role unknown is a mention."""
    if not fillers or not ontology().entity.keys().isdisjoint(fillers):
        return MENTION
    return EVENT if "EVENT" in fillers else VALUE


def _fillers(layer: Spans) -> tuple[Ints, ...]:
    """Start, end, head, kind, type and row of what may fill a role; a value has no row."""
    kind = MENTION if isinstance(layer, Mentions) else EVENT if isinstance(layer, Events) else VALUE
    head = layer.head if isinstance(layer, Mentions) else layer.end
    type_ = layer.type if isinstance(layer, Mentions | Events) else np.zeros(len(layer), dtype=np.int64)
    row = np.full(len(layer), -1) if kind == VALUE else np.arange(len(layer))
    return layer.start, layer.end, head, np.full(len(layer), kind), type_, row


def _without(side: Side) -> Side:
    """Without what the scheme of labels cannot say, and what hangs on it."""
    events = side.events.type != UNMAPPED
    arguments = (side.arguments.role != UNMAPPED) & events[side.arguments.event]
    side.arguments = side.arguments.where(arguments)
    side.arguments.event = (np.cumsum(events) - 1)[side.arguments.event]
    side.events = side.events.where(events)
    mentions = side.mentions.type != UNMAPPED
    for kind, kept in ((MENTION, mentions), (EVENT, events)):
        of = side.arguments.kind == kind
        side.arguments.filler[of] = np.append(np.cumsum(kept) - 1, -1)[side.arguments.filler[of]]
    side.mentions = side.mentions.where(mentions)
    ends = (side.relations.left, side.relations.right)
    side.relations = side.relations.where(np.logical_and(*(np.isin(x, side.events.cluster) | (x < 0) for x in ends)))
    return side

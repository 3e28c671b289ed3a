"""The items of a batch of documents, gold and predicted, in tables: one column of integers a field.

Gold rows come first in every table, so that a metric is a key made of columns. A span that could not be grounded is
below zero, no two alike: it matches nothing and stays in the denominator of precision.
"""

from collections.abc import Sequence
from typing import Any, Self

import msgspec
import numpy as np

from goldwire_corpus.schema.document import RELATIONS
from goldwire_eval.batch.arrays import Bools, Floats, Ints, dense, distinct, order, pack
from goldwire_eval.batch.heads import Heads
from goldwire_eval.policy import Policies

MENTION, EVENT, VALUE = 0, 1, 2
# Odd, since lost spans are even numbers below zero.
AUTHOR_SPAN, UNSAID_SPAN = -1, -3
UNKNOWN_HEAD = -(1 << 40)
_COUNTS = ("gold", "documents", "sizes")
_DTYPES: dict[str, Any] = {"low": np.float64, "high": np.float64, "named": np.bool_}
OTHER_RELATION = -2
RELATION_CODES = {name: code for code, name in enumerate(RELATIONS)}


class _Counted(msgspec.Struct, kw_only=True):
    sizes: list[tuple[Ints, list[Ints]]] = []
    """The counts that `side_counts` has made, each with the codes that it counted."""


class Table(_Counted):
    """The document of each item; the first `gold` items are gold; `documents` is the number of documents."""

    doc: Ints
    gold: int
    documents: int

    def __len__(self) -> int:
        return len(self.doc)

    def side_counts(self, codes: Ints, size: int) -> list[Ints]:
        """Return how many items of gold and of the predictions have each of `size` codes.

        They are counted once: all metrics of a table share them.
        """
        for known, counts in self.sizes:
            if known is codes:
                return counts
        counts = [np.bincount(some, minlength=size) for some in (codes[: self.gold], codes[self.gold :])]
        self.sizes.append((codes, counts))
        return counts

    @classmethod
    def columns(cls) -> list[str]:
        return [name for name in cls.__struct_fields__ if name not in _COUNTS]

    @classmethod
    def empty(cls, documents: int) -> Self:
        """Return a table without items."""
        columns: dict[str, Any] = {name: np.zeros(0, dtype=_DTYPES.get(name, np.int64)) for name in cls.columns()}
        return cls(gold=0, documents=documents, **columns)

    @classmethod
    def stack(cls, gold: Self, pred: Self) -> Self:
        columns = {name: np.concatenate([getattr(gold, name), getattr(pred, name)]) for name in cls.columns()}
        return cls(gold=len(gold), documents=gold.documents, **columns)

    @classmethod
    def chain(cls, tables: Sequence[Self], offsets: Ints) -> Self:
        """Return the tables of several batches as one; clusters, which count from 0 in each, are kept apart."""
        sides = []
        for gold in (True, False):
            parts, clusters = [], 0
            for table, offset in zip(tables, offsets.tolist(), strict=False):
                mine = np.arange(len(table)) < table.gold
                part = table.where(mine if gold else ~mine)
                part.doc = part.doc + offset
                if isinstance(part, Mentions | Events):
                    part.cluster = part.cluster + clusters
                    clusters = int(part.cluster.max(initial=clusters - 1)) + 1
                parts.append(part)
            sides += parts
        columns = {name: np.concatenate([getattr(s, name) for s in sides]) for name in cls.columns()}
        return cls(gold=sum(t.gold for t in tables), documents=int(offsets[-1]), **columns)

    def merged(self, other: Self) -> Self:
        """Return the items of two tables of one side, in the order of their documents."""
        by_document = order(np.concatenate([self.doc, other.doc]))
        columns = {n: np.concatenate([getattr(self, n), getattr(other, n)])[by_document] for n in self.columns()}
        return type(self)(gold=0, documents=self.documents, **columns)

    def where(self, kept: Bools) -> Self:
        """Return the items that are kept."""
        columns = {name: getattr(self, name)[kept] for name in self.columns()}
        return type(self)(gold=int(kept[: self.gold].sum()), documents=self.documents, **columns)


class Spans(Table):
    """``[start, end)`` in code points of the document."""

    start: Ints
    end: Ints


class Mentions(Spans):
    """`head`: its end, or UNKNOWN_HEAD until it is needed.

    `cluster`: a number on each side (see `numbered`). `link`: -1 if not given, 0 for NIL, else a code.
    """

    head: Ints
    type: Ints
    named: Bools
    cluster: Ints
    link: Ints


class Values(Spans):
    """Times have a `value`, quantities `low` and `high`, NaN where open."""

    value: Ints
    low: Floats
    high: Floats


class Events(Spans):
    """Attributes are codes; `source` and `source_end` are the span of the source, or AUTHOR_SPAN or UNSAID_SPAN."""

    type: Ints
    realis: Ints
    polarity: Ints
    means: Ints
    phase: Ints
    stance: Ints
    cluster: Ints
    link: Ints
    source: Ints
    source_end: Ints


class Arguments(Spans):
    """`event`: the row of its event in `Events`. `kind`: MENTION, EVENT or VALUE. `filler`: the row of the mention or
    event that it names, -1 where it names neither."""

    event: Ints
    role: Ints
    head: Ints
    kind: Ints
    filler: Ints


class Relations(Table):
    """`type` is a code of RELATION_CODES, and OTHER_RELATION for a type or an end that only `relation.exact` compares.

    `left` and `right` are event clusters, `left_entity` and `right_entity` entity clusters, negative if there
    is none. `label` is the code of the type among all types where any label is compared, else NONE.
    """

    type: Ints
    left: Ints
    right: Ints
    left_entity: Ints
    right_entity: Ints
    label: Ints


class Side(msgspec.Struct):
    """The tables of gold alone, or of predictions alone.

    `records` has a list for each document. `given`: parts of layers that have no key of their own and that an item
    gives (see `submitted_layers`). `value_mentions`: times and quantities, for schemes that have mentions of them.
    `left_out`: by layer, how many items of each label have no counterpart in the scheme.
    """

    mentions: Mentions
    times: Values
    quantities: Values
    titles: Spans
    events: Events
    arguments: Arguments
    relations: Relations
    records: list[Any]
    given: frozenset[str]
    value_mentions: Mentions
    left_out: dict[str, dict[str, int]]
    found_normalised: int
    """How many quotes differ from the text in form."""


class Batch(Side):
    """The tables of both sides. `records`: (gold, predicted) lists for each document. Type codes are below `types`.

    `all_mentions` are the mentions with the values that the scheme has mentions of; it is `mentions` where it has none.
    """

    documents: int
    worlds: Ints
    texts: list[str]
    types: int
    ranks: Ints
    """The place of each type code in the order of the labels, which no order of meeting them changes."""
    policies: Policies
    all_mentions: Mentions
    listed: Bools | None = None
    """Which of `all_mentions` have their errors listed, if not all."""
    named: Ints | None = None
    """What each argument's filler names, once computed (`metrics.argument.entity_of`)."""
    aligned: Relations | None = None
    """The relations with aligned event clusters, once computed (`metrics.relation`)."""
    rule: Heads | None = None
    """Finds the heads that are not given, once one is needed."""
    trimmed: list[Any] = []
    """The tables whose given heads are without punctuation at their edge."""

    @property
    def once(self) -> bool:
        return self.policies.duplicates == "once"

    def heads(self, table: "Mentions | Arguments", rows: Ints | None = None) -> Ints:
        """Return where the heads end; those not given are found by rule, only for `rows` if these are named.

        The rule reads the words alone, so that each surface is parsed once; an argument that names a mention has its
        head. Punctuation at the edge is in no head, given or found.
        """
        if self.rule is None:
            self.rule = Heads(self.texts)
        if not any(table is other for other in self.trimmed):
            table.head = self.rule.without_punctuation(table.doc, table.start, table.head)
            self.trimmed.append(table)
        wanted = np.flatnonzero(table.head == UNKNOWN_HEAD) if rows is None else rows[table.head[rows] == UNKNOWN_HEAD]
        if isinstance(table, Arguments):
            filler = table.filler[wanted]
            names, wanted = wanted[filler >= 0], wanted[filler < 0]
            filler = filler[filler >= 0]
            met = np.zeros(len(self.mentions), dtype=bool)
            met[filler] = True
            table.head[names] = self.heads(self.mentions, np.flatnonzero(met))[filler]
        table.head[wanted] = self.rule.by_rule(table.doc[wanted], table.start[wanted], table.end[wanted])
        return table.head


def join(
    gold: Side, pred: Side, documents: int, worlds: Ints, texts: list[str], names: Sequence[str], policies: Policies
) -> Batch:
    """Return both sides of `documents` documents; a type that is not among the `names` gets the code beyond them."""
    arguments = Arguments.stack(gold.arguments, pred.arguments)
    arguments.event[arguments.gold :] += len(gold.events)
    named, kind = arguments.filler[arguments.gold :], arguments.kind[arguments.gold :]
    for of, table in ((MENTION, gold.mentions), (EVENT, gold.events)):
        named[(named >= 0) & (kind == of)] += len(table)
    mentions, events = Mentions.stack(gold.mentions, pred.mentions), Events.stack(gold.events, pred.events)
    all_mentions = mentions
    if len(gold.value_mentions) or len(pred.value_mentions):
        all_mentions = Mentions.stack(*(side.mentions.merged(side.value_mentions) for side in (gold, pred)))
    for table in (mentions, events, all_mentions):
        table.type[table.type < 0] = len(names)
    return Batch(
        mentions,
        Values.stack(gold.times, pred.times),
        Values.stack(gold.quantities, pred.quantities),
        Spans.stack(gold.titles, pred.titles),
        events,
        arguments,
        Relations.stack(gold.relations, pred.relations),
        list(zip(gold.records, pred.records, strict=True)),
        pred.given,
        Mentions.empty(documents),
        {},
        0,
        documents,
        worlds,
        texts,
        len(names) + 1,
        ranks_of(names),
        policies,
        all_mentions,
    )


def ranks_of(names: Sequence[str]) -> Ints:
    """Return the place of each code in the order of the names; that of an unknown type, beyond them, is the last."""
    ranks = np.empty(len(names) + 1, dtype=np.int64)
    ranks[[*sorted(range(len(names)), key=names.__getitem__), len(names)]] = np.arange(len(names) + 1)
    return ranks


def numbered(table: Mentions | Events, ranks: Ints) -> Ints:
    """Return clusters numbered from 0 on each side, by where they begin in the text; their ids do not matter."""
    place, bound = pack(table.doc, table.start, table.end, ranks[table.type])
    out = np.empty(len(table), dtype=np.int64)
    for side in (slice(0, table.gold), slice(table.gold, None)):
        numbers, count = dense(table.cluster[side])
        first, row = np.full(count, bound), np.full(count, len(table))
        np.minimum.at(first, numbers, place[side])
        np.minimum.at(row, numbers, np.arange(len(numbers)))
        by_place = order(first)
        if len(distinct(first)) < count:
            # Clusters that are first met in one place: by all their places, and by their rows where these are the same.
            places: list[list[int]] = [[] for _ in range(count)]
            for cluster, spot in zip(numbers.tolist(), place[side].tolist(), strict=True):
                places[cluster].append(spot)
            by_place = np.array(sorted(range(count), key=lambda c: (sorted(places[c]), row[c])), dtype=np.int64)
        rank = np.empty(count, dtype=np.int64)
        rank[by_place] = np.arange(count)
        out[side] = rank[numbers]
    return out

"""Temporal, causal and subevent relations of event clusters.

The pairs are those that the annotation guidelines define (7.2): clusters with an actual event in the same or in
neighbouring sentences. Dates decide the order of those that they separate. Of the rest `narrative` follows the rules of
`pairs.md` for the common pairs; `RelationModel` learns the labels of pairs from the train part.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence

from goldwire_baselines.lexicon import entry
from goldwire_baselines.sparse import NONE, LinearModel, Row
from goldwire_corpus.schema.document import Document, Event, Relation
from goldwire_corpus.schema.event_pairs import CAUSAL_LABELS, TEMPORAL_LABELS, VAGUE, event_pairs

SPEECH = frozenset("State Inform Demand Accuse Threaten Deny Claim-Responsibility".split())
_HARM = frozenset(("Die", "Injure", "Damage"))
_LASTING = frozenset("Operation Agree Sanction Deploy Demonstrate".split())
"""Types whose events usually still last when they are mentioned."""
_SUBEVENT = "SUBEVENT"


class Pair:
    """Two clusters in the order of their first mentions, with the two mentions of them that are nearest in the text."""

    def __init__(self, one: Sequence[Event], two: Sequence[Event], starts: Sequence[int]) -> None:
        nearest = min(((a, b) for a in one for b in two), key=lambda p: (abs(p[0].start - p[1].start), p[0].start))
        self.a, self.b = nearest
        self.one, self.two = one, two
        self.apart = bisect_right(starts, self.b.start) - bisect_right(starts, self.a.start)

    def topic(self) -> str:
        """Return which of the two is the topic of the other: a, b, or neither."""
        ids = {e.id for e in self.one}, {e.id for e in self.two}
        if any(x.role == "Topic-Event" and x.filler in ids[0] for e in self.two for x in e.arguments):
            return "a"
        return "b" if any(x.role == "Topic-Event" and x.filler in ids[1] for e in self.one for x in e.arguments) else ""


def _pairs(document: Document) -> Iterator[tuple[str, str, str | None, Pair]]:
    clusters: dict[str, list[Event]] = {}
    for event in document.events:
        if event.realis == "ACTUAL":
            clusters.setdefault(event.cluster, []).append(event)
    starts = [sentence.start for sentence in document.sentences]
    for pair in event_pairs(document):
        yield pair.one, pair.two, pair.order, Pair(clusters[pair.one], clusters[pair.two], starts)


def narrative(document: Document) -> list[Relation]:
    """Return the relations that follow from dates, kinds of events and sentences."""
    found: list[Relation] = []
    for one, two, order, pair in _pairs(document):
        causal = _harms(pair)
        if causal:
            found.append(Relation("CAUSES", *((one, two) if causal == "CAUSES" else (two, one))))
        found += _relations(one, two, order or _told_order(pair))
    return found


def _harms(pair: Pair) -> str | None:
    types = pair.a.type, pair.b.type
    if pair.apart or "Attack" not in types or not _HARM & {*types}:
        return None
    return "CAUSES" if types[0] == "Attack" else "CAUSED"


def _told_order(pair: Pair) -> str:
    """Return the temporal label of a pair that no dates decide."""
    a, b = pair.a.type, pair.b.type
    if a in SPEECH and b in SPEECH:
        return "SIMULTANEOUS" if pair.a.start == pair.b.start else VAGUE
    if a in SPEECH or b in SPEECH:
        if a in _LASTING or b in _LASTING:
            return "INCLUDES" if a in _LASTING else "INCLUDED"
        return "AFTER" if a in SPEECH else "BEFORE"
    if harm := _harms(pair):
        return "BEFORE" if harm == "CAUSES" else "AFTER"
    return VAGUE


def _relations(one: str, two: str, label: str) -> Iterator[Relation]:
    meaning = TEMPORAL_LABELS.get(label) or CAUSAL_LABELS.get(label)
    if meaning is not None:
        type_, turned = meaning
        yield Relation(type_, *((two, one) if turned else (one, two)))


class RelationModel:
    """Classifiers of pairs of event clusters: one of temporal labels, one of causal labels, one of subevents."""

    def __init__(self) -> None:
        self.temporal = LinearModel(cost=0.03, common=VAGUE)
        # Few pairs have these relations; the weights raise their recall, and are chosen on the validation part.
        self.causal, self.parts = LinearModel(cost=0.03, weight=3.0), LinearModel(cost=0.03, weight=8.0)

    def fit(self, documents: Sequence[Document]) -> None:
        for document in documents:
            given = {(r.type, r.from_, r.to) for r in document.relations}
            for one, two, order, pair in _pairs(document):
                row = _row(document, pair)
                if order is None:
                    self.temporal.add(row, _label(given, one, two, TEMPORAL_LABELS, VAGUE))
                self.causal.add(row, _label(given, one, two, CAUSAL_LABELS, NONE))
                self.parts.add(row, _label(given, one, two, _PARTS, NONE))
        for model in (self.temporal, self.causal, self.parts):
            model.train()

    def relations(self, document: Document) -> list[Relation]:
        pairs = list(_pairs(document))
        rows = [_row(document, pair) for *_, pair in pairs]
        found: list[Relation] = []
        labels = zip(pairs, self.temporal.best(rows), self.causal.best(rows), self.parts.best(rows), strict=True)
        for (one, two, order, _), temporal, causal, part in labels:
            found += _relations(one, two, order or temporal)
            found += _relations(one, two, causal)
            if part != NONE:
                found.append(Relation(_SUBEVENT, *((one, two) if part == "WHOLE" else (two, one))))
        return found


_PARTS = {"WHOLE": (_SUBEVENT, False), "PART": (_SUBEVENT, True)}


def _label(
    given: set[tuple[str, str, str]], one: str, two: str, labels: Mapping[str, tuple[str, bool] | None], default: str
) -> str:
    """Return the label of a pair under which its relation is given."""
    for label, meaning in labels.items():
        if meaning is not None:
            type_, turned = meaning
            if (type_, *((two, one) if turned else (one, two))) in given:
                return label
    return default


def _row(document: Document, pair: Pair) -> Row:
    a, b, text = pair.a, pair.b, document.text
    kinds = ["S" if e.type in SPEECH else e.type for e in (a, b)]
    words = [text[e.start : e.end].lower().split()[0] for e in (a, b)]
    lemmas = [entry(word).lemma for word in words]
    apart = f"{max(-2, min(2, pair.apart))}"
    order = "same" if a.start == b.start else "ab" if a.start < b.start else "ba"
    low, high = sorted((a, b), key=lambda e: e.start)
    between = text[low.end : high.start].lower().replace(",", " , ").split() if not pair.apart else []
    row = [
        "bias", f"apart={apart} {order}", f"types={a.type} {b.type}", f"types={a.type} {b.type} {apart} {order}",
        f"kinds={kinds[0]} {kinds[1]} {apart} {order}", f"topic={pair.topic()} {apart}",
        f"topic={pair.topic()} {kinds[0]} {kinds[1]}", f"lemmas={lemmas[0]} {lemmas[1]}",
        f"phase={a.phase} {b.phase} {a.type} {b.type}", f"ends={words[0][-3:]} {words[1][-3:]} {order}",
        f"genre={document.genre} {kinds[0]} {kinds[1]}",
    ]  # fmt: skip
    for name, e, lemma in (("a", a, lemmas[0]), ("b", b, lemmas[1])):
        before = text[max(0, e.start - 30) : e.start].lower().split()[-2:]
        row += [
            f"{name}={e.type} {apart} {order}",
            f"{name} lemma={lemma} {apart}",
            f"{name} before={' '.join(before[-1:])}",
        ]
        row += [f"{name} near={w}" for w in before]
        row.append(f"{name} pos={entry(text[e.start : e.end].lower()).pos} {text[e.start : e.end][-2:]}")
        row += [f"{name} role={x.role}" for x in e.arguments]
    row += [f"between={w} {order}" for w in dict.fromkeys(between[:12])]
    if len(between) <= 4:
        row.append(f"gap={' '.join(between)} {order}")
    if not pair.apart:
        row += [f"between={w} {kinds[0]} {kinds[1]} {order}" for w in dict.fromkeys(between) if w in _CONNECTIVES]
    fillers = [{x.filler: x.role for e in side for x in e.arguments} for side in (pair.one, pair.two)]
    shared = [f"{role} {fillers[1][filler]}" for filler, role in fillers[0].items() if filler in fillers[1]]
    row += [f"shared={roles}" for roles in shared] or ["shared none"]
    return row


_CONNECTIVES = frozenset(
    "after before when while during since until then later as and but because by in who which had for over".split()
)

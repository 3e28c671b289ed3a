"""Roles of items in events, the scopes of counts, and the sources of events.

Each pair of an event and an item of its sentence is classified by the words between and around the two.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from goldwire_baselines.analysis import Analysis
from goldwire_baselines.lexicon import entry
from goldwire_baselines.sparse import NONE, LinearModel, Row
from goldwire_baselines.words import Word
from goldwire_corpus.schema.document import AUTHOR, filler_types, marked
from goldwire_corpus.schema.ontology import ontology
from goldwire_corpus.schema.prediction import PredArgument, PredEvent, PredMention, PredSpan

_SOURCES = frozenset(("PER", "ORG", "GPE", "INF"))
_QUOTES = frozenset('"“”')
_PATH = 7
_TELLING = frozenset(("T", "M", "V", ",", "and", "who", "by", ";"))


class Item(NamedTuple):
    """An item of a sentence: its id, span, type (as of a filler) and level, and the offset where its head ends."""

    id: str
    start: int
    end: int
    type: str
    level: str
    head_end: int


def item(x: PredSpan, type_: str) -> Item:
    """Return a predicted mention, value or event as an item."""
    start, end = x.start or 0, x.end or 0
    if isinstance(x, PredMention):
        return Item(str(x.id), start, end, type_, x.level or "NAM", x.head_end or end)
    return Item(str(x.id), start, end, type_, "-", end)


class ArgumentFinder:
    def __init__(self) -> None:
        self.roles = LinearModel(cost=0.05, weight=1.5)
        self.scopes = LinearModel()
        self.sources = LinearModel(cost=0.05)

    def fit(self, documents: Sequence[Analysis]) -> None:
        for d in documents:
            types = filler_types(d.document)
            mentions = {m.id: m for m in d.document.mentions}
            items = [
                Item(x.id, x.start, x.end, types[x.id], m.level if (m := mentions.get(x.id)) else "-",
                     m.head_end if m else x.end)
                for x in marked(d.document)
            ]  # fmt: skip
            for sentence in d.sentences:
                inside = _inside(sentence, items)
                events = [e for e in d.document.events if sentence[0].start <= e.start < sentence[-1].end]
                scene = Scene(sentence, inside)
                for e in events:
                    event = next(i for i in inside if i.id == e.id)
                    roles = {a.filler: a for a in e.arguments}
                    known = e.source == AUTHOR or any(i.id == e.source for i in inside)
                    for other, row in _pairs(scene, event, e.type):
                        argument = roles.get(other.id)
                        self.roles.add(row, argument.role if argument else NONE)
                        if argument and argument.scope:
                            self.scopes.add(row, argument.scope)
                        if known and other.type in _SOURCES:
                            self.sources.add(_saying(scene, event, other, row), "yes" if other.id == e.source else NONE)
        for model in (self.roles, self.scopes, self.sources):
            model.train()

    def attach(self, sentence: list[Word], events: list[PredEvent], items: Iterable[Item]) -> None:
        """Give the events of a sentence their arguments and sources among its items."""
        scene = Scene(sentence, list(items))
        own = {i.id: i for i in scene.items}
        pairs = [(e, other, row) for e in events for other, row in _pairs(scene, own[str(e.id)], e.type)]
        rows = [row for _, _, row in pairs]
        for e in events:
            e.arguments, e.source = [], AUTHOR
        if not self.roles.labels:
            return
        ranked = (-self.roles.scores(rows)).argsort(axis=1).tolist()
        for (e, other, row), order in zip(pairs, ranked, strict=True):
            role = self._role(e.type, other.type, order)
            if role is not None and e.arguments is not None:
                scope = self.scopes.best([row])[0] if role == "Count" and self.scopes.labels else None
                e.arguments.append(PredArgument(role=role, filler=other.id, scope=scope))
        if len(self.sources.labels) > 1:
            self._attribute(scene, [(e, own[str(e.id)], other, row) for e, other, row in pairs])

    def _role(self, event: str, kind: str, order: Iterable[int]) -> str | None:
        """Return the best role that the event type has and the filler type may have, None if no role is better.

        `order` has the numbers of the roles, the best first.
        """
        onto = ontology()
        for j in order:
            role = self.roles.labels[j]
            if role == NONE:
                return None
            if role in onto.roles_of(event) and kind in onto.role[role].fillers:
                return role
        return None

    def _attribute(self, scene: "Scene", pairs: Iterable[tuple[PredEvent, Item, Item, Row]]) -> None:
        """Give each event the best source whose margin is positive."""
        likely = [(e, other, _saying(scene, own, other, row)) for e, own, other, row in pairs if other.type in _SOURCES]
        margins = self.sources.scores([row for _, _, row in likely])[:, self.sources.labels.index("yes")].tolist()
        best: dict[int, float] = {}
        for (e, other, _), margin in zip(likely, margins, strict=True):
            if margin > best.get(id(e), 0.0):
                best[id(e)] = margin
                e.source = other.id


class Scene:
    """A sentence with its items, and what is asked of it often: positions, and the words between items."""

    def __init__(self, sentence: list[Word], items: list[Item]) -> None:
        self.sentence, self.items = sentence, items
        self.starts = {w.start: i for i, w in enumerate(sentence)}
        self.ends = {w.end: i for i, w in enumerate(sentence)}
        self.triggers = {self.first(i): i for i in items if i.type == "EVENT"}
        self.heads = {self.head(i): i for i in items if i.type not in ("EVENT", "TIME", "QTY", "TITLE")}
        quoted, self.quoted = False, []
        for w in sentence:
            quoted ^= w.text in _QUOTES
            self.quoted.append(quoted)

    def first(self, i: Item) -> int:
        return self.starts.get(i.start, 0)

    def last(self, i: Item) -> int:
        return self.ends.get(i.end, self.first(i))

    def head(self, i: Item) -> int:
        return self.ends.get(i.head_end, self.last(i))

    def word(self, j: int) -> str:
        return self.sentence[j].lower if 0 <= j < len(self.sentence) else "<edge>"

    def path(self, low: int, high: int) -> list[str]:
        """Return the words strictly between two positions, content words reduced to their kind."""
        steps: list[str] = []
        for j in range(low + 1, high):
            word = self.sentence[j]
            if j in self.triggers:
                step = "T"
            elif j in self.heads:
                step = "M"
            elif entry(word.lower).pos in ("N", "J", "JN", "?") and word.text[0].isalnum() and len(word.text) > 3:
                continue
            elif entry(word.lower).pos in ("V", "JV", "NV") and len(word.text) > 4:
                step = "V"
            elif entry(word.lower).pos == "R":
                continue
            else:
                step = word.lower
            if not steps or steps[-1] != step:
                steps.append(step)
        return steps


def _inside(sentence: list[Word], items: Iterable[Item]) -> list[Item]:
    return [i for i in items if sentence[0].start <= i.start < sentence[-1].end]


def _pairs(scene: Scene, event: Item, type_: str) -> Iterator[tuple[Item, Row]]:
    for other in scene.items:
        if other.id != event.id:
            yield other, _relation(scene, event, type_, other)


def _saying(scene: Scene, event: Item, other: Item, row: Row) -> Row:
    """Return the features of an item as the source of an event, given those of the pair."""
    row, head = list(row), scene.head(other)
    for side, step in (("left", -1), ("right", 1)):
        near = next((scene.triggers[j] for j in range(head + step, head + 7 * step, step) if j in scene.triggers), None)
        if near:
            far = abs(scene.first(near) - head)
            row += [f"saying {side} {min(far, 4)} {t}" for t in entry(scene.word(scene.first(near))).types]
            row.append(f"{side} own={near.start == event.start}")
    before = scene.first(other)
    row.append(f"by={scene.word(before - 2)} {scene.word(before - 1)}")
    row.append(f"quoted={scene.quoted[scene.first(event)]} {scene.quoted[head]}")
    return row


def _relation(scene: Scene, event: Item, type_: str, other: Item) -> Row:
    """Return the features of an item as a part of an event of this type."""
    t, h, first, last = scene.first(event), scene.head(other), scene.first(other), scene.last(other)
    side = "left" if h < t else "right" if h > t else "same"
    low, high = min(t, h), max(t, h)
    trigger, head = scene.sentence[t], scene.sentence[h]
    kind = other.type if other.level == "-" else f"{other.type}.{other.level[:1]}"
    own = f"{type_} {other.type}"
    lemma = entry(trigger.lower).lemma
    path = scene.path(low, high)
    joined = " ".join(path) if len(path) <= _PATH else "long"
    far = min(high - low, 12) if high - low < 6 else 6 + min((high - low) // 4, 4)
    prep = scene.word(first - 1)
    passive = any(scene.word(j) in ("was", "were", "been", "being", "be", "is", "are") for j in (t - 1, t - 2))
    voice = "passive" if passive else f"{entry(trigger.lower).pos}{trigger.lower[-2:]}"
    rank = sum(
        1 for i in scene.items
        if i.type == other.type and i.id != other.id and low < scene.head(i) < high
    )  # fmt: skip
    crossed = sum(1 for j in scene.triggers if low < j < high)
    inside = other.start <= event.start and event.end <= other.end
    holder = [
        i
        for i in scene.items
        if i.id != other.id and i.type != "EVENT" and i.start <= other.start and other.end <= i.end
    ]
    row = [
        f"{own}", f"{own} {side}", f"{kind} {side} {far}", f"{own} {side} {far}", f"{other.type} {side} {joined}",
        f"{type_} {side} {joined}", f"{own} {prep} {side}", f"{type_} {prep} {side}", f"{kind} {prep} {side} {voice}",
        f"{own} {side} {voice}", f"{kind} {side} {voice} {joined}", f"{lemma} {other.type} {side}",
        f"{lemma} {side} {prep}",
        f"{lemma} {side} {joined}", f"{own} rank={rank} {side}", f"crossed={crossed} {side} {own}",
        f"crossed={crossed} rank={rank} {kind} {side}", f"{own} head={head.lower}",
        f"{type_} head={entry(head.lower).lemma}",
        f"{kind} next={scene.word(last + 1)} {side}", f"{own} next={scene.word(last + 1)}",
        f"around={scene.word(t - 1)} {scene.word(t + 1)} {other.type} {side}",
        f"{own} after={scene.word(t + 1)} {side}",
        f"{own} before={scene.word(t - 1)} {side}", f"inside={inside} {own}", f"held={len(holder)} {own} {side}",
    ]  # fmt: skip
    row += [f"held in={i.type} {own}" for i in holder[:2]]
    row += [f"over={step} {other.type} {side}" for step in dict.fromkeys(path)]
    row += [f"over={step} {own}" for step in dict.fromkeys(path) if step in _TELLING]
    if other.type == "EVENT":
        there = scene.first(other)
        row += [f"event={entry(scene.word(there)).lemma} {type_} {side}", f"event={scene.word(there)} {lemma}"]
        row += [f"event kind={k} {type_} {side}" for k in entry(scene.word(there)).types]
    if side == "left" and any(step == "T" for step in path):
        between = [j for j in scene.triggers if low < j < high]
        row.append(f"via={entry(scene.sentence[between[-1]].lower).lemma} {kind} {side}")
    return row

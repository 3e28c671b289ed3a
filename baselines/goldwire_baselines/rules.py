"""Baseline `rules`: lexicons, patterns, and the nearest filler in the role that it usually has in train."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from goldwire_baselines.assemble import assemble
from goldwire_baselines.given import Given
from goldwire_baselines.lexicon import entry
from goldwire_baselines.name_rules import names
from goldwire_baselines.time_expressions import times
from goldwire_baselines.values import quantities
from goldwire_baselines.words import DETERMINERS, STOPS, Word, sentences
from goldwire_corpus.schema.document import AUTHOR, Document, filler_types, marked
from goldwire_corpus.schema.ontology import ontology
from goldwire_corpus.schema.prediction import GIVEN_LAYERS, PredArgument, PredEvent, Prediction, PredMention, PredSpan

FEWEST = 2
_UNREAL = frozenset("would could may might must should will if unless plan planned fear feared want wants to".split())
_NEGATIVE = frozenset("no not never nobody none nor without n't denied deny".split())
_LONGEST_NOUN_PHRASE = 6
_SPEECH = frozenset("State Demand Accuse Deny Claim-Responsibility Threaten".split())
_SPEAKERS = frozenset(("PER", "ORG", "GPE"))
_LIKELY = 0.4
"""The share of the nearest items of a kind that must have a role in train for the role to be given."""


class Baseline:
    uses = GIVEN_LAYERS

    def __init__(self) -> None:
        self.heads: dict[str, tuple[str, str]] = {}
        self.seen: set[str] = set()
        self.titles: set[str] = set()
        self.triggers: dict[str, str] = {}
        self.roles: dict[tuple[str, ...], str] = {}

    def fit(self, documents: Sequence[Document]) -> None:
        """Count the types of heads by word, the types of triggers by stem, and the roles of the nearest items."""
        seen: Counter[str] = Counter()
        stems: Counter[str] = Counter()
        heads: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
        triggers: dict[str, Counter[str]] = defaultdict(Counter)
        roles: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
        for document in documents:
            found = sentences(document)
            for sentence in found:
                seen.update(w.lower for w in sentence)
                stems.update(w.stem for w in sentence)
            ends = {w.end: w for sentence in found for w in sentence}
            for m in document.mentions:
                heads[ends[m.head_end].lower][m.type, m.level] += 1
            for title in document.titles:
                self.titles.add(document.text[title.start : title.end].lower())
            for e in document.events:
                triggers[ends[e.end].stem][e.type] += 1
            self._count_roles(document, found, roles)
        self.seen = set(seen)
        self.heads = {w: c.most_common(1)[0][0] for w, c in heads.items() if 2 * c.total() >= seen[w]}
        self.triggers = {s: c.most_common(1)[0][0] for s, c in triggers.items() if 2 * c.total() >= stems[s]}
        for key, counts in roles.items():
            given = {role: count for role, count in counts.items() if role}
            role = max(given, key=lambda r: (given[r], r), default="")
            if role and counts.total() >= FEWEST and given[role] >= _LIKELY * counts.total():
                self.roles[key] = role

    def _count_roles(
        self, document: Document, found: list[list[Word]], roles: dict[tuple[str, ...], Counter[str]]
    ) -> None:
        kinds = filler_types(document)
        for sentence in found:
            low, high = sentence[0].start, sentence[-1].end
            items = [(x.id, x.start, x.end, kinds[x.id]) for x in marked(document) if low <= x.start < high]
            for e in document.events:
                if low <= e.start < high:
                    given = {a.filler: a.role for a in e.arguments}
                    for id, keys in _nearest(sentence, (e.start, e.end, e.type), [i for i in items if i[0] != e.id]):
                        for key in keys:
                            roles[key][given.get(id, "")] += 1

    def predict(self, document: Document) -> Prediction:
        given = Given(document)
        found_times = times(document) if given.times is None else given.times
        found_quantities = quantities(document, found_times) if given.quantities is None else given.quantities
        taken = {i for t in found_times for i in range(t.start or 0, t.end or 0)}
        whole = sentences(document)
        found = [[w for w in sentence if w.start not in taken] for sentence in whole]
        named: dict[int, list[tuple[int, int, int, str]]] = {}
        for name, type_ in names(found, self.titles):
            named.setdefault(name.sentence, []).append((name.title, name.first, name.last, type_))
        mentions: list[PredMention] = []
        titles: list[PredSpan] = []
        events: list[PredEvent] = []
        values: list[tuple[PredSpan, str]] = [(t, "TIME") for t in found_times]
        values += [(q, "QTY") for q in found_quantities]
        for number, sentence in enumerate(found):
            low, high = whole[number][0].start, whole[number][-1].end
            here = given.within(low, high)
            own = list(self._mentions(sentence, named.get(number, []))) if here.mentions is None else here.mentions
            posts = list(self._titles(sentence)) if here.titles is None else here.titles
            triggered = list(self._events(sentence)) if here.events is None else here.events
            for e in triggered:
                _describe(sentence, e)
            items: list[tuple[PredSpan, str]] = [(m, m.type) for m in own] + [(p, "TITLE") for p in posts]
            items += [(e, "EVENT") for e in triggered] + [(v, k) for v, k in values if low <= (v.start or 0) < high]
            for e in triggered:
                e.arguments = list(self._arguments(sentence, e, items))
            _attribute(triggered)
            mentions, titles, events = mentions + own, titles + posts, events + triggered
        return assemble(document, mentions, found_times, found_quantities, titles, events, given)

    def _mentions(self, sentence: list[Word], named: list[tuple[int, int, int, str]]) -> Iterator[PredMention]:
        inside: set[int] = set()
        for title, first, last, type_ in named:
            if first == last and self.heads.get(sentence[first].lower, ("", ""))[1] == "PRO":
                continue
            inside.update(range(title, last + 1))
            left = _left(sentence, title) if title < first else title
            if left == title and title and sentence[title - 1].lower == "the":
                left = title - 1
            yield _mention(sentence[left].start, sentence[last].end, sentence[first].start, type_, "NAM")
        for i, word in enumerate(sentence):
            type_, level = self._head(word)
            if i in inside:
                continue
            if level == "PRO":
                yield _mention(word.start, word.end, word.start, type_, level)
            elif level == "NOM" and not (word.text[0].isupper() and i):
                yield _mention(sentence[_left(sentence, i)].start, word.end, word.start, type_, level)

    def _head(self, word: Word) -> tuple[str, str]:
        """Return the type and level of a head as counted, or as the lexicon has it for a word that train lacks."""
        if word.lower in self.seen:
            return self.heads.get(word.lower, ("", ""))
        kinds = [t for t in entry(word.lower).types if t in ontology().entity]
        noun = entry(word.lower).pos in ("N", "JN", "NV")
        return (kinds[0], "NOM") if self.seen and noun and len(kinds) == 1 else ("", "")

    def _titles(self, sentence: list[Word]) -> Iterator[PredSpan]:
        for word in sentence:
            if word.lower in self.titles:
                yield PredSpan(id=f"p{word.start}", start=word.start, end=word.end)

    def _events(self, sentence: list[Word]) -> Iterator[PredEvent]:
        for i, word in enumerate(sentence):
            type_ = self.triggers.get(word.stem)
            if type_ is not None and not (word.text[0].isupper() and i):
                yield PredEvent(id=f"e{word.start}", start=word.start, end=word.end, type=type_)

    def _arguments(
        self, sentence: list[Word], event: PredEvent, items: list[tuple[PredSpan, str]]
    ) -> Iterator[PredArgument]:
        """Yield the nearest items of each type and side in the role that such items usually have in train."""
        spans = [(str(x.id), x.start or 0, x.end or 0, kind) for x, kind in items if x.id != event.id]
        for id, keys in _nearest(sentence, (event.start or 0, event.end or 0, event.type), spans):
            role = next((self.roles.get(key) for key in keys if key in self.roles), None)
            if role:
                yield PredArgument(role=role, filler=id)


def _describe(sentence: list[Word], event: PredEvent) -> None:
    """Set the attributes of an event by the words before its trigger."""
    i = next((i for i, word in enumerate(sentence) if word.end > (event.start or 0)), 0)
    before = {w.lower for w in sentence[max(0, i - 4) : i]}
    negative = bool(before & _NEGATIVE)
    unreal = before & (_UNREAL - {"to"}) or (i and sentence[i - 1].lower == "to")
    attributes = ontology().event[event.type].attributes
    event.realis = "OTHER" if negative or unreal else "ACTUAL"
    event.polarity = "negative" if negative else "positive"
    event.means = "other" if "means" in attributes else None
    event.phase = "none" if "phase" in attributes else None
    event.stance = "asserts"


Span = tuple[str, int, int, str]


def _nearest(
    sentence: list[Word], event: tuple[int, int, str], items: list[Span]
) -> Iterator[tuple[str, list[tuple[str, ...]]]]:
    """Yield the nearest items of each type on each side of a trigger, and keys of their relation, narrow ones first."""
    start, end, type_ = event
    best: dict[tuple[str, str], tuple[int, Span]] = {}
    for item in items:
        _, low, high, kind = item
        side = "left" if low < start else "right"
        far = start - high if side == "left" else low - end
        # Of nested items at one place the outermost is taken.
        key = (max(far, 0), low - high)
        if (kind, side) not in best or key < (best[kind, side][0], best[kind, side][1][1] - best[kind, side][1][2]):
            best[kind, side] = (key[0], item)
    for (kind, side), (_, (id, low, _, _)) in best.items():
        before = next((w.lower for w in reversed(sentence) if w.end <= low), "")
        yield id, [(type_, kind, side, before), (type_, kind, side)]


def _attribute(events: list[PredEvent]) -> None:
    """Give the events of a sentence the speaker of its first saying as source; the saying itself is the author's."""
    speakers = [a.filler for e in events if e.type in _SPEECH for a in e.arguments or () if a.role == "Speaker"]
    for e in events:
        e.source = speakers[0] if speakers and e.type not in _SPEECH else AUTHOR


def _mention(start: int, end: int, head_start: int, type_: str, level: str) -> PredMention:
    return PredMention(
        id=f"m{start}-{end}", start=start, end=end, head_start=head_start, head_end=end, type=type_, level=level
    )


def _left(sentence: list[Word], head: int) -> int:
    """Return the start of the noun phrase of a head: back to a determiner, not over closed-class words or stops."""
    i = head
    while i > 0 and head - i < _LONGEST_NOUN_PHRASE:
        word = sentence[i - 1]
        known = entry(word.lower).pos
        if word.lower in STOPS or not re.match(r"[\w'-]", word.text) or word.lower.endswith(("ing", "ly")):
            break
        if known in ("V", "R", "RV", "VX") and not word.lower.endswith("ed"):
            break
        i -= 1
        if word.lower in DETERMINERS:
            break
    return i

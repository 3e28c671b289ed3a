"""Baseline `rules`: lexicons counted on train, closed-class patterns, and the nearest filler that a role allows."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from goldwire_baselines.assemble import assemble
from goldwire_baselines.given import Given
from goldwire_baselines.values import quantities, times
from goldwire_baselines.words import DETERMINERS, STOPS, Word, sentences
from goldwire_corpus.schema.document import Document, filler_types
from goldwire_corpus.schema.ontology import ontology
from goldwire_corpus.schema.prediction import GIVEN_LAYERS, PredArgument, PredEvent, Prediction, PredMention, PredSpan

FEWEST = 2
_PLACE_BEFORE = frozenset("in at near from to of outside inside around".split())
_UNREAL = frozenset("would could may might must should will if unless plan planned fear feared want wants".split())
_NEGATIVE = frozenset("no not never nobody none nor without n't denied deny".split())
_LONGEST_NOUN_PHRASE = 6


class Baseline:
    uses = GIVEN_LAYERS

    def __init__(self) -> None:
        self.heads: dict[str, tuple[str, str]] = {}
        self.titles: set[str] = set()
        self.triggers: dict[str, str] = {}
        self.roles: dict[tuple[str, str], str] = {}

    def fit(self, documents: Sequence[Document]) -> None:
        """Count the types of heads by word, the types of triggers by stem, and the roles of filler types."""
        seen: Counter[str] = Counter()
        stems: Counter[str] = Counter()
        heads: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
        triggers: dict[str, Counter[str]] = defaultdict(Counter)
        roles: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for document in documents:
            for sentence in sentences(document):
                seen.update(w.lower for w in sentence)
                stems.update(w.stem for w in sentence)
            ends = {w.end: w for sentence in sentences(document) for w in sentence}
            fillers = filler_types(document)
            for m in document.mentions:
                heads[ends[m.head_end].lower][m.type, m.level] += 1
            for title in document.titles:
                self.titles.add(document.text[title.start : title.end].lower())
            for e in document.events:
                triggers[ends[e.end].stem][e.type] += 1
                for a in e.arguments:
                    roles[e.type, fillers[a.filler]][a.role] += 1
        self.heads = {w: c.most_common(1)[0][0] for w, c in heads.items() if 2 * c.total() >= seen[w]}
        self.triggers = {s: c.most_common(1)[0][0] for s, c in triggers.items() if 2 * c.total() >= stems[s]}
        self.roles = {key: c.most_common(1)[0][0] for key, c in roles.items() if c.total() >= FEWEST}

    def predict(self, document: Document) -> Prediction:
        given = Given(document)
        found_times = times(document) if given.times is None else given.times
        found_quantities = quantities(document, found_times) if given.quantities is None else given.quantities
        taken = {i for t in found_times for i in range(t.start or 0, t.end or 0)}
        mentions: list[PredMention] = []
        titles: list[PredSpan] = []
        events: list[PredEvent] = []
        for sentence in sentences(document):
            free = [w for w in sentence if w.start not in taken]
            here = given.within(sentence[0].start, sentence[-1].end)
            mentions += self._mentions(free) if here.mentions is None else here.mentions
            titles += self._titles(free) if here.titles is None else here.titles
            triggered = list(self._events(sentence)) if here.events is None else here.events
            self._describe(sentence, triggered)
            events += triggered
        fillers: dict[str, list[PredSpan]] = {"TIME": [*found_times], "QTY": [*found_quantities], "TITLE": [*titles]}
        for m in mentions:
            fillers.setdefault(m.type, []).append(m)
        for e in events:
            e.arguments = list(self._arguments(document, e, fillers))
        return assemble(document, mentions, found_times, found_quantities, titles, events, given)

    def _mentions(self, sentence: list[Word]) -> Iterator[PredMention]:
        named: set[int] = set()
        for start, end in _names(sentence):
            first, last = sentence[start], sentence[end - 1]
            if end - start == 1 and self.heads.get(first.lower, ("", ""))[1] == "PRO":
                continue
            named.update(range(start, end))
            type_ = self._name_type(sentence, start, end)
            yield _mention(first.start, last.end, first.start, last.end, type_, "NAM")
        for i, word in enumerate(sentence):
            type_, level = self.heads.get(word.lower, ("", ""))
            if i in named:
                continue
            if level == "PRO":
                yield _mention(word.start, word.end, word.start, word.end, type_, level)
            elif level == "NOM" and not word.text[0].isupper():
                first = sentence[_left(sentence, i)]
                yield _mention(first.start, word.end, word.start, word.end, type_, level)

    def _name_type(self, sentence: list[Word], start: int, end: int) -> str:
        last = sentence[end - 1].lower
        if self.heads.get(last, ("", ""))[1] in ("NAM", "NOM"):
            return self.heads[last][0]
        before = sentence[start - 1].lower if start else ""
        if before in self.titles or (end - start > 1 and before not in _PLACE_BEFORE):
            return "PER"
        return "GPE" if before in _PLACE_BEFORE or last.endswith(("i", "ian", "ish", "ese")) else "ORG"

    def _titles(self, sentence: list[Word]) -> Iterator[PredSpan]:
        for word in sentence:
            if word.lower in self.titles:
                yield PredSpan(id=f"p{word.start}", start=word.start, end=word.end)

    def _events(self, sentence: list[Word]) -> Iterator[PredEvent]:
        for i, word in enumerate(sentence):
            type_ = self.triggers.get(word.stem)
            if type_ is not None and not (word.text[0].isupper() and i):
                yield PredEvent(id=f"e{word.start}", start=word.start, end=word.end, type=type_)

    def _describe(self, sentence: list[Word], events: list[PredEvent]) -> None:
        """Set the attributes of the events, by the words before each trigger."""
        own = ontology().event
        for e in events:
            i = next(i for i, word in enumerate(sentence) if word.end > (e.start or 0))
            before = {w.lower for w in sentence[max(0, i - 5) : i]}
            negative = bool(before & _NEGATIVE)
            e.realis = "OTHER" if negative or before & _UNREAL else "ACTUAL"
            e.polarity = "negative" if negative else "positive"
            e.means = "other" if "means" in own[e.type].attributes else None
            e.phase = "none" if "phase" in own[e.type].attributes else None
            e.stance = "asserts"

    def _arguments(
        self, document: Document, event: PredEvent, fillers: dict[str, list[PredSpan]]
    ) -> Iterator[PredArgument]:
        """Yield the nearest item of each filler type in the sentence, in its most frequent role of this event type."""
        at = event.start or 0
        sentence = next(s for s in document.sentences if s.start <= at < s.end)
        for kind, items in fillers.items():
            role = self.roles.get((event.type, kind))
            inside = [x for x in items if sentence.start <= (x.start or 0) < sentence.end]
            if role and inside:
                nearest = min(inside, key=lambda x: abs((x.start or 0) - at))
                yield PredArgument(role=role, filler=str(nearest.id))


def _mention(start: int, end: int, head_start: int, head_end: int, type_: str, level: str) -> PredMention:
    return PredMention(
        id=f"m{start}-{end}", start=start, end=end, head_start=head_start, head_end=head_end, type=type_, level=level
    )


def _names(sentence: list[Word]) -> Iterator[tuple[int, int]]:
    """Yield runs of capitalised words, joined over "of", "the", "for"; skip a closed-class word at the start."""
    i = 0
    while i < len(sentence):
        if not _capital(sentence, i):
            i += 1
            continue
        end = i + 1
        while end < len(sentence):
            bridge = end
            while bridge < len(sentence) and sentence[bridge].lower in ("of", "the", "for", "-", "."):
                bridge += 1
            if bridge >= len(sentence) or not _capital(sentence, bridge) or bridge - end > 2:
                break
            end = bridge + 1
        yield i, end
        i = end


def _capital(sentence: list[Word], i: int) -> bool:
    word = sentence[i]
    return (
        bool(re.match(r"[A-Z]", word.text)) and word.lower not in STOPS | DETERMINERS and (i > 0 or len(word.text) > 3)
    )


def _left(sentence: list[Word], head: int) -> int:
    """Return the start of the noun phrase of a head: back to a determiner, not over closed-class words or stops."""
    i = head
    while i > 0 and head - i < _LONGEST_NOUN_PHRASE:
        word = sentence[i - 1]
        if word.lower in STOPS or not re.match(r"[\w'-]", word.text) or word.lower.endswith(("ing", "ly")):
            break
        i -= 1
        if word.lower in DETERMINERS:
            break
    return i

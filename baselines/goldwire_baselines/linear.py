"""Baseline `linear`: logistic regressions for heads, extents, triggers, attributes and arguments."""

from collections.abc import Iterator, Sequence

from goldwire_baselines.assemble import assemble
from goldwire_baselines.classifier import NONE, Classifier, Features, window
from goldwire_baselines.given import Given
from goldwire_baselines.values import quantities, times
from goldwire_baselines.words import Word, sentences
from goldwire_corpus.schema.document import Document, filler_types, marked
from goldwire_corpus.schema.ontology import ontology
from goldwire_corpus.schema.prediction import GIVEN_LAYERS, PredArgument, PredEvent, Prediction, PredMention, PredSpan

_REACH = 12
WEIGHT = 6.0  # chosen on the validation split
_ATTRIBUTES = ("realis", "polarity", "means", "phase", "stance")


class Baseline:
    uses = GIVEN_LAYERS

    def __init__(self) -> None:
        # Most words and pairs are negative examples; the weights raise the recall of heads, events and roles.
        self.heads, self.events, self.roles = Classifier(WEIGHT), Classifier(WEIGHT), Classifier(WEIGHT)
        self.triggers, self.titles = Classifier(), Classifier()
        self.lefts, self.rights = Classifier(), Classifier()
        self.attributes = {name: Classifier() for name in _ATTRIBUTES}

    def fit(self, documents: Sequence[Document]) -> None:
        for document in documents:
            for sentence in sentences(document):
                self._learn_words(document, sentence)
                self._learn_arguments(document, sentence)
        for model in (self.heads, self.events, self.triggers, self.titles, self.lefts, self.rights, self.roles,
                      *self.attributes.values()):  # fmt: skip
            model.train()

    def _learn_words(self, document: Document, sentence: list[Word]) -> None:
        at_end = {w.end: i for i, w in enumerate(sentence)}
        heads = {at_end[m.head_end]: m for m in document.mentions if m.head_end in at_end}
        titled = {i for p in document.titles for i, w in enumerate(sentence) if p.start <= w.start < p.end}
        triggers: dict[int, list[str]] = {}
        for e in document.events:
            if e.end in at_end:
                triggers.setdefault(at_end[e.end], []).append(e.type)
                for name, model in self.attributes.items():
                    if (value := getattr(e, name)) is not None:
                        model.add({**window(sentence, at_end[e.end], 4), "type": e.type}, value)
        for i in range(len(sentence)):
            features = window(sentence, i)
            self.heads.add(features, f"{heads[i].type}.{heads[i].level}" if i in heads else NONE)
            self.events.add(features, "yes" if i in triggers else NONE)
            if i in triggers:
                self.triggers.add(window(sentence, i, 0), "+".join(sorted(triggers[i])))
            self.titles.add(features, "TITLE" if i in titled else NONE)
        for i, m in heads.items():
            for model, edge, step in ((self.lefts, m.start, -1), (self.rights, m.end, 1)):
                for j in _candidates(sentence, i, step):
                    at = sentence[j].start if step < 0 else sentence[j].end
                    model.add(_edge(sentence, i, j, step, f"{m.type}.{m.level}"), "yes" if at == edge else NONE)

    def _learn_arguments(self, document: Document, sentence: list[Word]) -> None:
        fillers = list(_gold_fillers(document, sentence))
        for e in document.events:
            if not sentence[0].start <= e.start < sentence[-1].end:
                continue
            roles = {a.filler: a.role for a in e.arguments}
            for id, start, end, kind in fillers:
                if id != e.id:
                    features = _pair(sentence, (e.start, e.end, e.type), (start, end, kind))
                    self.roles.add(features, roles.get(id, NONE))

    def predict(self, document: Document) -> Prediction:
        given = Given(document)
        found_times = times(document) if given.times is None else given.times
        found_quantities = quantities(document, found_times) if given.quantities is None else given.quantities
        values: list[tuple[PredSpan, str]] = [(t, "TIME") for t in found_times]
        values += [(q, "QTY") for q in found_quantities]
        mentions: list[PredMention] = []
        titles: list[PredSpan] = []
        events: list[PredEvent] = []
        for sentence in sentences(document):
            around = [window(sentence, i) for i in range(len(sentence))]
            low, high = sentence[0].start, sentence[-1].end
            here = given.within(low, high)
            found = list(self._mentions(sentence, around)) if here.mentions is None else here.mentions
            posts = list(self._titles(sentence, around)) if here.titles is None else here.titles
            triggered = list(self._events(sentence, around)) if here.events is None else here.events
            self._describe(sentence, triggered)
            fillers: list[tuple[PredSpan, str]] = [(m, m.type) for m in found]
            fillers += [(v, kind) for v, kind in values if low <= (v.start or 0) < high]
            fillers += [(p, "TITLE") for p in posts] + [(e, "EVENT") for e in triggered]
            self._attach(sentence, triggered, fillers)
            mentions, titles, events = mentions + found, titles + posts, events + triggered
        return assemble(document, mentions, found_times, found_quantities, titles, events, given)

    def _mentions(self, sentence: list[Word], around: list[Features]) -> Iterator[PredMention]:
        seen: set[tuple[int, int]] = set()
        for i, label in enumerate(self.heads.label(around)):
            if label == NONE:
                continue
            type_, level = label.split(".")
            left, right = (
                max(
                    _candidates(sentence, i, step),
                    key=lambda j, model=model, step=step: model.score(_edge(sentence, i, j, step, label), "yes"),  # type: ignore[misc]
                )
                for model, step in ((self.lefts, -1), (self.rights, 1))
            )
            start, end = sentence[left].start, sentence[right].end
            if (start, end) in seen:
                continue
            seen.add((start, end))
            yield PredMention(
                id=f"m{start}-{end}", start=start, end=end, type=type_, level=level,
                head_start=start if level == "NAM" else sentence[i].start, head_end=sentence[i].end,
            )  # fmt: skip

    def _titles(self, sentence: list[Word], around: list[Features]) -> Iterator[PredSpan]:
        for word, label in zip(sentence, self.titles.label(around), strict=True):
            if label != NONE:
                yield PredSpan(id=f"p{word.start}", start=word.start, end=word.end)

    def _events(self, sentence: list[Word], around: list[Features]) -> Iterator[PredEvent]:
        found = [i for i, label in enumerate(self.events.label(around)) if label != NONE]
        labels = self.triggers.label([window(sentence, i, 0) for i in found])
        for i, label in zip(found, labels, strict=True):
            word = sentence[i]
            for type_ in label.split("+"):
                yield PredEvent(id=f"e{word.start}{type_}", start=word.start, end=word.end, type=type_)

    def _describe(self, sentence: list[Word], events: list[PredEvent]) -> None:
        """Set the attributes of the events, by the last word of each trigger."""
        own = ontology().event
        for e in events:
            i = next(i for i, word in enumerate(sentence) if word.end >= (e.end or 0))
            features = {**window(sentence, i, 4), "type": e.type}
            for name, model in self.attributes.items():
                if name in ("realis", "polarity", "stance") or name in own[e.type].attributes:
                    setattr(e, name, model.label([features])[0])

    def _attach(self, sentence: list[Word], events: list[PredEvent], fillers: list[tuple[PredSpan, str]]) -> None:
        onto = ontology()
        for e in events:
            pairs = [(x, kind) for x, kind in fillers if x.id != e.id]
            features = [
                _pair(sentence, (e.start or 0, e.end or 0, e.type), (x.start or 0, x.end or 0, kind))
                for x, kind in pairs
            ]
            allowed = onto.roles_of(e.type)
            e.arguments = [
                PredArgument(role=role, filler=str(x.id))
                for (x, kind), role in zip(pairs, self.roles.label(features), strict=True)
                if role in allowed and kind in onto.role[role].fillers
            ]


def _candidates(sentence: list[Word], head: int, step: int) -> range:
    """Return the positions where a mention with this head may begin (step -1) or end (step 1)."""
    return range(head, max(-1, head - _REACH), -1) if step < 0 else range(head, min(len(sentence), head + _REACH))


def _edge(sentence: list[Word], head: int, edge: int, step: int, label: str) -> Features:
    beyond = edge + step
    outside = sentence[beyond].lower if 0 <= beyond < len(sentence) else "<edge>"
    between = sentence[edge : head + 1] if step < 0 else sentence[head : edge + 1]
    features: Features = {
        f"out={outside}": True,
        f"in={sentence[edge].lower}": True,
        f"in shape={sentence[edge].shape}": True,
        f"label={label}": True,
        f"label={label} distance={min(abs(head - edge), 6)}": True,
        f"out={outside} label={label}": True,
    }
    features |= {f"over={w.lower}": True for w in between if not w.text[0].isalpha()}
    return features


def _gold_fillers(document: Document, sentence: list[Word]) -> Iterator[tuple[str, int, int, str]]:
    kinds = filler_types(document)
    for x in marked(document):
        if sentence[0].start <= x.start < sentence[-1].end:
            yield x.id, x.start, x.end, kinds[x.id]


def _pair(sentence: list[Word], event: tuple[int, int, str], filler: tuple[int, int, str]) -> Features:
    start, end, type_ = event
    low, high, kind = filler
    side = "left" if high <= start else "right" if low >= end else "over"
    gap = [w for w in sentence if min(end, high) <= w.start < max(start, low)]
    trigger = next((w for w in sentence if w.start <= start < w.end), sentence[0])
    before = next((w.lower for w in reversed(sentence) if w.end <= low), "<edge>")
    features: Features = {
        f"{type_} {kind}": True,
        f"{type_} {kind} {side}": True,
        f"{kind} {side} {min(len(gap), 8)}": True,
        f"{type_} before={before}": True,
        f"{kind} before={before} {side}": True,
        f"trigger={trigger.stem} {kind} {side}": True,
        f"suffix={trigger.lower[-3:]} {kind} {side}": True,
    }
    if len(gap) <= 3:
        features[f"gap={' '.join(w.lower for w in gap)} {side}"] = True
    features |= {f"over={w.text}": True for w in gap if not w.text[0].isalnum()}
    return features

"""Event triggers, labelled word by word with their types, and the attributes of each event."""

from collections.abc import Callable, Sequence

from goldwire_baselines.analysis import Analysis, decode, encode
from goldwire_baselines.given import Given
from goldwire_baselines.lexicon import entry
from goldwire_baselines.sparse import LinearModel, Row
from goldwire_baselines.taggers import Tagger
from goldwire_baselines.words import Word
from goldwire_corpus.schema.ontology import ontology
from goldwire_corpus.schema.prediction import PredEvent

ATTRIBUTES = ("realis", "polarity", "means", "phase", "stance")
_REACH = 5
_QUOTES = frozenset('"“”')


class TriggerFinder:
    def __init__(self, make: Callable[[], Tagger]) -> None:
        self.types = make()
        self.attributes = {name: LinearModel() for name in ATTRIBUTES}

    def fit(self, documents: Sequence[Analysis]) -> None:
        for d in documents:
            spans: dict[tuple[int, int], set[str]] = {}
            for e in d.document.events:
                spans.setdefault((e.start, e.end), set()).add(e.type)
            labels = {span: "+".join(sorted(types)) for span, types in spans.items()}
            for sentence, rows in zip(d.sentences, d.rows, strict=True):
                self.types.add(rows, encode(sentence, labels))
                places = _places(sentence, spans)
                for e in d.document.events:
                    if e.start not in places:
                        continue
                    row = _circumstances(sentence, places[e.start], e.type, places, spans)
                    for name, model in self.attributes.items():
                        if (value := getattr(e, name)) is not None:
                            model.add(row, value)
        self.types.train()
        for model in self.attributes.values():
            model.train()

    def find(self, d: Analysis, given: Given) -> list[list[PredEvent]]:
        """Return the events of each sentence; of given triggers only the attributes are found."""
        found: list[list[PredEvent]] = []
        around: list[Row] = []
        for sentence, rows in zip(d.sentences, d.rows, strict=True):
            events = given.within(sentence[0].start, sentence[-1].end).events
            found.append(self._predicted(sentence, rows) if events is None else events)
            spans: dict[tuple[int, int], set[str]] = {}
            for event in found[-1]:
                spans.setdefault((event.start or 0, event.end or 0), set()).add(event.type)
            places = _places(sentence, spans)
            for event in found[-1]:
                i = next(i for i, word in enumerate(sentence) if word.end > (event.start or 0))
                around.append(_circumstances(sentence, i, event.type, places, spans))
        events = [event for own in found for event in own]
        for name, model in self.attributes.items():
            for event, value in zip(events, model.best(around), strict=True):
                if name not in ("means", "phase") or name in ontology().event[event.type].attributes:
                    setattr(event, name, value if model.labels else None)
        return found

    def _predicted(self, sentence: list[Word], rows: Sequence[Row]) -> list[PredEvent]:
        return [
            PredEvent(id=f"e{sentence[first].start}{type_}", start=sentence[first].start, end=sentence[last].end,
                      type=type_)
            for first, last, label in decode(self.types.tag(rows))
            for type_ in sorted(label.split("+"))
        ]  # fmt: skip


def _places(sentence: list[Word], spans: dict[tuple[int, int], set[str]]) -> dict[int, int]:
    """Return the position of the first word of each trigger of the sentence by the trigger's start."""
    starts = {w.start: i for i, w in enumerate(sentence)}
    return {start: starts[start] for start, _ in spans if start in starts}


def _circumstances(
    sentence: list[Word], i: int, type_: str, places: dict[int, int], spans: dict[tuple[int, int], set[str]]
) -> Row:
    word, known = sentence[i], entry(sentence[i].lower)
    row = ["bias", f"type={type_}", f"w={word.lower}", f"lemma={known.lemma}", f"end={word.lower[-3:]} {known.pos}"]
    row += [f"{type_} w={word.lower}", f"{type_} pos={known.pos} {word.lower[-2:]}"]
    for offset in (-3, -2, -1, 1, 2, 3):
        if 0 <= i + offset < len(sentence):
            near = sentence[i + offset].lower
            row += [f"{offset}={near}", f"{offset}pos={entry(near).pos}"]
        else:
            row.append(f"{offset} edge")
    row += [f"before={w.lower}" for w in sentence[max(0, i - 8) : i]]
    row += [f"after={w.lower}" for w in sentence[i + 1 : i + 1 + _REACH]]
    if i > 1:
        row.append(f"-2-1={sentence[i - 2].lower} {sentence[i - 1].lower}")
    at = {places[start]: types for (start, _), types in spans.items() if start in places}
    for side, order in (
        ("left", sorted((j for j in at if j < i), reverse=True)),
        ("right", sorted(j for j in at if j > i)),
    ):
        for other in order[:1]:
            row += [f"{side} event={kind}" for kind in sorted(at[other])]
            row.append(f"{side} lemma={entry(sentence[other].lower).lemma}")
        row += [f"{side} any={kind}" for j in order for kind in sorted(at[j])]
    row.append(f"quoted={sum(w.text in _QUOTES for w in sentence[:i]) % 2}")
    row.append(f"question={sentence[-1].text == '?'}")
    return row

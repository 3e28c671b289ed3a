"""Warnings: annotations that are valid but probably wrong, to be checked by a person."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from goldwire_corpus.errors import ValidationError
from goldwire_corpus.schema.document import AUTHOR, Document
from goldwire_corpus.schema.ontology import ontology

_SURE_TRIGGER = 0.9
_FEWEST = 3
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def document(document: Document, train: Sequence[Document], path: str) -> list[ValidationError]:
    """Return the warnings of a document; `train` are the documents from which frequent triggers are counted."""
    found = [
        *_missed_names(document),
        *_two_types(document),
        *_missed_triggers(document, train),
        *_weekdays(document),
        *_counts(document),
    ]
    return [ValidationError(path, 0, id, message, "warning") for id, message in found]


def _missed_names(document: Document) -> Iterator[tuple[str, str]]:
    """Yield a warning for each name that is annotated elsewhere in the document but not here."""
    names = {document.text[m.head_start : m.head_end] for m in document.mentions if m.level == "NAM"}
    covered = {i for m in document.mentions if m.level == "NAM" for i in range(m.head_start, m.head_end)}
    for name in sorted(names):
        for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", document.text):
            if match.start() not in covered:
                yield "name-missed", f"{name!r} is annotated elsewhere, but not at {match.start()}"


def _two_types(document: Document) -> Iterator[tuple[str, str]]:
    types: dict[str, set[str]] = defaultdict(set)
    for m in document.mentions:
        if m.level == "NAM":
            types[document.text[m.head_start : m.head_end]].add(m.type)
    for name, found in sorted(types.items()):
        if len(found) > 1:
            yield "name-types", f"{name!r} is {' and '.join(sorted(found))}"


def _missed_triggers(document: Document, train: Iterable[Document]) -> Iterator[tuple[str, str]]:
    """Yield a warning for each word in a sentence without events that is nearly always a trigger in train."""
    triggers: Counter[str] = Counter()
    words: Counter[str] = Counter()
    for other in train:
        words.update(other.text[t.start : t.end].lower() for t in other.tokens)
        triggers.update(other.text[e.start : e.end].lower() for e in other.events)
    sure = {w for w, n in triggers.items() if n >= _FEWEST and n >= _SURE_TRIGGER * words[w]}
    for sentence in document.sentences:
        if any(sentence.start <= e.start < sentence.end for e in document.events):
            continue
        for t in document.tokens:
            if sentence.start <= t.start < sentence.end and document.text[t.start : t.end].lower() in sure:
                yield "trigger-missed", f"{document.text[t.start : t.end]!r} at {t.start} triggers no event"


def _weekdays(document: Document) -> Iterator[tuple[str, str]]:
    """Yield a warning for each date whose value is not on the weekday of the phrase."""
    from datetime import date

    for t in document.times:
        phrase = document.text[t.start : t.end].lower()
        named = next((i for i, day in enumerate(_WEEKDAYS) if day in phrase), None)
        match = re.match(r"\d{4}-\d\d-\d\d", t.value)
        if named is not None and match and date.fromisoformat(match.group()).weekday() != named:
            weekday = _WEEKDAYS[date.fromisoformat(match.group()).weekday()]
            yield "timex-weekday", f"{t.id} {phrase!r} has the value {t.value}, a {weekday}"


def _counts(document: Document) -> Iterator[tuple[str, str]]:
    """Yield a warning for each cluster of deaths or injuries with different exact totals of one source."""
    onto = ontology()
    quantities = {q.id: q for q in document.quantities}
    entities = {m.id: m.entity for m in document.mentions}
    exact: dict[tuple[str, str], set[float]] = defaultdict(set)
    for e in document.events:
        for a in e.arguments:
            if e.type in ("Die", "Injure") and a.role == "Count" and onto.scope(a.role, a.scope) == "total":
                quantity = quantities[a.filler]
                if quantity.min is not None and quantity.min == quantity.max:
                    exact[e.cluster, entities.get(e.source, AUTHOR)].add(quantity.min)
    for (cluster, source), values in sorted(exact.items()):
        if len(values) > 1:
            totals = ", ".join(f"{v:g}" for v in sorted(values))
            yield "counts-differ", f"{cluster} by {source}: totals {totals}; is one of them a part or superseded?"

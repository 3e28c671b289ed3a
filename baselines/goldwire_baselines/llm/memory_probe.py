"""The probe for contamination: what of a document's records a model knows without the text, against chance.

A model that has read a story in training can answer from memory (Magar and Schwartz 2022; Sainz et al. 2023). It gets
the genre, the day of publication and the place that the document names most often, and is asked for the records. Since
a guess can be right and the hint itself fills slots, the scale is chance: records that the model gave for documents of
other worlds, with their days moved and their place exchanged as if they had been given for this one. What remains of
the difference is knowledge of the story, or, of real news, of such stories.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import msgspec
import numpy as np

from goldwire_baselines.llm.json_schema import array, object_
from goldwire_corpus.load import data_signature
from goldwire_corpus.schema.document import Document
from goldwire_corpus.schema.ontology import ontology
from goldwire_corpus.schema.prediction import Prediction, PredRecord
from goldwire_eval.batch.arrays import Bools, Floats
from goldwire_eval.readers.predictions import Predictions
from goldwire_eval.readers.reference import Gold
from goldwire_eval.results import summarise
from goldwire_eval.scored import Scored
from goldwire_eval.scorer import score

METRIC = "record.ceaf"
KEYS = ("records",)
DRAWS, SEED = 999, 7
MOST_DONORS = 30
"""A document's chance is estimated from the answers for at most so many others."""
DIGITS = 6


class Hint(NamedTuple):
    """What the model gets of a document: genre, day of publication and most named place, None if unknown."""

    genre: str
    published: str | None
    place: str | None


class Known(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a model knows of a part: F1 of `record.ceaf` with its 95 % interval, and chance.

    `answered` counts the documents with an answer that has records, `records` these. `chance` is the mean F1 of answers
    for documents of other worlds, `chance_95` the F1 below which 95 % of such answers are, `p` how often they are as
    good; None if all documents are of one world. `possible` is the F1 of the gold records themselves in the form of an
    answer, so many of a document as an answer may have.
    """

    documents: int
    answered: int
    records: int
    f1: float | None
    interval: tuple[float, float] | None
    chance: float | None
    chance_95: float | None
    p: float | None
    possible: float | None


# ---------------------------------------------------------------- asking


def hint_of(document: Document) -> Hint:
    """Return the hint for a document, from its gold: the geopolitical entity with a name that has most mentions."""
    places = [m for m in document.mentions if m.type == "GPE"]
    named = {m.entity for m in places if m.level == "NAM"}
    counts = Counter(m.entity for m in sorted(places, key=lambda m: m.start) if m.entity in named)
    names = {e.id: e.name for e in document.entities}
    return Hint(document.genre, document.published, names[counts.most_common(1)[0][0]] if counts else None)


def question(hint: Hint) -> str:
    """Return the question about a document."""
    genre = f" ({hint.genre})" if hint.genre else ""
    day = f"published on {hint.published}" if hint.published else "of an unknown day"
    place = f" The place it names most often is {hint.place}." if hint.place else ""
    return f"A news story{genre} {day}.{place}"


def instructions(most: int, with_text: bool = False) -> str:
    """Return what is the same for all documents; an answer has at most `most` records."""
    task = "Read the news story." if with_text else "You are asked what you remember of a news story, without its text."
    doubt = "" if with_text else " If you do not know the story, give your best guess."
    return f"""{task} Answer with one JSON object: {{"records": [...]}}, at most {most}, one for each incident \
that the story reports, the main ones first. A record: {{"type", "date": "YYYY-MM-DD", "place": its name, "killed": a \
number, "wounded": a number, "actors": the names of those who acted}}; null if the story does not give it.{doubt}
Types: {", ".join(_types())}"""


def _types() -> list[str]:
    return [name for name, event in ontology().event.items() if event.record]


def schema(most: int) -> dict[str, Any]:
    """Return the JSON Schema of an answer."""
    text, number = {"type": ["string", "null"]}, {"type": ["integer", "null"]}
    fields = {
        "type": {"enum": _types()}, "date": text, "place": text, "killed": number, "wounded": number,
        "actors": array({"type": "string"}, most),
    }  # fmt: skip
    return object_({"records": array(object_(fields), most)})


def read(answer: Mapping[str, Any]) -> list[PredRecord]:
    """Return the records of an answer; a record of an unknown type and values of a wrong form are left out."""
    given = answer.get("records")
    found = []
    for raw in given if isinstance(given, list) else []:
        if isinstance(raw, dict) and raw.get("type") in _types():
            day, killed, wounded = _day(raw.get("date")), _number(raw.get("killed")), _number(raw.get("wounded"))
            actors = raw.get("actors")
            found.append(PredRecord(
                type=raw["type"], earliest=day, latest=day, place=_name(raw.get("place")),
                killed_min=killed, killed_max=killed, wounded_min=wounded, wounded_max=wounded,
                actors=[name for x in (actors if isinstance(actors, list) else []) if (name := _name(x))],
            ))  # fmt: skip
    return found


def _name(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9 else None


def _day(value: object) -> str | None:
    try:
        return date.fromisoformat(value).isoformat() if isinstance(value, str) else None
    except ValueError:
        return None


# ---------------------------------------------------------------- scoring


def known(
    parts: Mapping[str, Sequence[Document]], answers: Mapping[str, Sequence[PredRecord]], most: int
) -> dict[str, Known]:
    """Return what the answers, by id of the document, show that a model knows of each part; `most` is as asked for."""
    parts = {part: [_records_alone(d) for d in some] for part, some in parts.items()}
    documents = [d for some in parts.values() for d in some]
    hints, worlds = [hint_of(d) for d in documents], [d.world or d.id for d in documents]
    given = [list(answers.get(d.id, ())) for d in documents]
    donated, allowed = _donations(documents, hints, given, worlds)
    found, at = {}, 0
    for part, some in parts.items():
        mine = slice(at, at + len(some))
        at += len(some)
        found[part] = _of_part(part, some, given[mine], donated[mine], allowed[mine], most)
    return found


def _records_alone(d: Document) -> Document:
    """Return a document without the layers that no record refers to, which would only be read again and again."""
    return Document(
        d.id, d.part, d.world, d.genre, d.title, d.published, d.text, [], [], mentions=d.mentions,
        entities=d.entities, records=d.records,
    )  # fmt: skip


def _of_part(
    part: str, documents: Sequence[Document], given: Sequence[list[PredRecord]], donated: Floats, allowed: Bools,
    most: int,
) -> Known:  # fmt: skip
    summary = summarise(_scored(documents, given), part, data_signature())["metrics"][METRIC]
    f1, pair = summary["f1"], summary["interval"]
    chance = _chance(donated, allowed)
    p = None if chance is None or f1 is None else (1 + int((chance >= f1 - 1e-9).sum())) / (1 + len(chance))
    possible = _f1(_scored(documents, [_as_answer(d, most) for d in documents]).stats(METRIC).sum(axis=0))
    return Known(
        len(documents), sum(map(bool, given)), sum(map(len, given)), _rounded(f1),
        None if pair is None else (round(pair[0], DIGITS), round(pair[1], DIGITS)),
        None if chance is None else _rounded(float(chance.mean())),
        None if chance is None else _rounded(float(np.quantile(chance, 0.95))),
        _rounded(p), _rounded(float(possible)),
    )  # fmt: skip


def _scored(documents: Sequence[Document], given: Sequence[Sequence[PredRecord]]) -> Scored:
    rows = [Prediction(id=d.id, records=list(records)) for d, records in zip(documents, given, strict=True)]
    return score(Predictions.of_rows(rows, "answers"), Gold.of_documents(documents), metrics=(METRIC,))


def _donations(
    documents: Sequence[Document], hints: Sequence[Hint], given: Sequence[Sequence[PredRecord]], worlds: Sequence[str]
) -> tuple[Floats, Bools]:
    """Return the counts of each document with the answers for others, and which of these are of another world.

    Shapes (documents, others, 3) and (documents, others).
    """
    number = len(documents)
    steps = range(1, min(number, MOST_DONORS + 1))
    donated, allowed = np.zeros((number, len(steps), 3)), np.zeros((number, len(steps)), dtype=bool)
    for at, step in enumerate(steps):
        other = [(i + step) % number for i in range(number)]
        rows = [[moved(record, hints[j], hints[i]) for record in given[j]] for i, j in enumerate(other)]
        donated[:, at] = _scored(documents, rows).stats(METRIC)
        allowed[:, at] = [worlds[i] != worlds[j] for i, j in enumerate(other)]
    return donated, allowed


def moved(record: PredRecord, of: Hint, to: Hint) -> PredRecord:
    """Return a record given for one hint as for another: its days as far from publication, the place exchanged."""

    def day(value: str | None) -> str | None:
        if value is None or of.published is None or to.published is None:
            return value
        distance = date.fromisoformat(value) - date.fromisoformat(of.published)
        try:
            return (date.fromisoformat(to.published) + distance).isoformat()
        except OverflowError:
            return value

    def name(value: str) -> str:
        same = of.place is not None and to.place is not None and value.lower() == of.place.lower()
        return str(to.place) if same else value

    return msgspec.structs.replace(
        record, earliest=day(record.earliest), latest=day(record.latest),
        place=None if record.place is None else name(record.place), actors=list(map(name, record.actors)),
    )  # fmt: skip


def _chance(donated: Floats, allowed: Bools) -> Floats | None:
    """Return F1 of a part in each draw, in which every document gets one answer of another world."""
    if not len(donated) or not allowed.any(axis=1).all():
        return None
    rng = np.random.default_rng(SEED)
    choices = [rng.choice(np.flatnonzero(row), size=DRAWS) for row in allowed]
    sums = np.sum([donated[i, chosen] for i, chosen in enumerate(choices)], axis=0)
    return np.array([_f1(row) for row in sums])


def _f1(counts: Floats) -> float:
    """Return F1 of counts (tp, fp, fn), 0 if there is nothing."""
    tp, fp, fn = counts.tolist()
    return 2 * tp / (2 * tp + fp + fn) if tp + fp + fn else 0.0


def _as_answer(document: Document, most: int) -> list[PredRecord]:
    """Return the first gold records of a document in the form of an answer, with what it can say."""
    answer = {"records": [as_given(document, number) for number in range(min(most, len(document.records)))]}
    return read(answer)


def as_given(document: Document, number: int) -> dict[str, Any]:
    """Return a gold record as a model that knows it would give it; an interval of days or numbers cannot be given."""
    r = document.records[number]

    def one(low: Any, high: Any) -> Any:
        return low if low == high else None

    return {
        "type": r.type, "date": one(r.earliest, r.latest), "place": r.place,
        "killed": one(r.killed_min, r.killed_max), "wounded": one(r.wounded_min, r.wounded_max), "actors": r.actors,
    }  # fmt: skip


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS) + 0.0

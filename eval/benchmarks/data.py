"""Seeded data of every case, as Goldwire and each peer read it: `python data.py NAME FOLDER`.

Gold is made at random, predictions by spoiling gold at fixed rates, so that every figure lies well inside (0, 1).
Texts are made-up words. The same name gives the same bytes on every run.
"""

import json
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

SEED = 20
TYPES = ("PER", "ORG", "GPE", "FAC")
EVENTS = {
    "Attack": ("Attacker", "Target", "Place", "Instrument"),
    "Die": ("Agent", "Victim", "Place", "Instrument"),
    "Injure": ("Agent", "Victim", "Place", "Instrument"),
    "Damage": ("Agent", "Target", "Place", "Instrument"),
}
REALIS = ("ACTUAL", "GENERIC", "OTHER")
_encode = msgspec.json.Encoder().encode
Json = dict[str, Any]


def _words(rng: random.Random, number: int) -> list[str]:
    syllables = [c + v for c in "bdfgklmnprstvz" for v in "aeiou"]
    return ["".join(rng.choices(syllables, k=rng.randint(1, 4))) for _ in range(number)]


def _lines(path: Path, rows: Iterator[Json] | Sequence[Json]) -> None:
    with path.open("wb") as file:
        for row in rows:
            file.write(_encode(row) + b"\n")


# ------------------------------------------------------------------ flat names

Entity = tuple[int, int, str]


@dataclass
class Tagged:
    """A document: its sentences of words, and of each sentence the gold and the predicted (first, last, type)."""

    words: list[list[str]]
    gold: list[list[Entity]]
    pred: list[list[Entity]]


def _tagged(rng: random.Random, documents: int, sentences: int, share: float, length: int = 20) -> Iterator[Tagged]:
    """Sentences of `length` tokens in slots of ten; exactly `share` of all slots hold an entity of 1 to 3 tokens."""
    pool = _words(rng, 5000)
    slots = length // 10
    filled = [i < round(share * documents * sentences * slots) for i in range(documents * sentences * slots)]
    rng.shuffle(filled)
    here = iter(filled)
    for _ in range(documents):
        made = Tagged([], [], [])
        for _ in range(sentences):
            words = rng.choices(pool, k=length)
            gold: list[Entity] = []
            pred: list[Entity] = []
            for slot in range(slots):
                first = slot * 10 + rng.randrange(6)
                last, type_ = first + rng.randrange(3), rng.choice(TYPES)
                luck = rng.random()
                if next(here):
                    gold.append((first, last, type_))
                    if luck < 0.82:
                        pred.append((first, last, type_))
                    elif luck < 0.87:
                        pred.append((first, last, rng.choice(TYPES)))
                    elif luck < 0.92:
                        pred.append((first, last + 1, type_))
                elif luck < 0.08:
                    pred.append((first, last, type_))
            for first, last, _type in gold:
                words[first : last + 1] = [w.capitalize() for w in words[first : last + 1]]
            made.words.append(words)
            made.gold.append(gold)
            made.pred.append(pred)
        yield made


def _tags(length: int, entities: list[Entity]) -> list[str]:
    tags = ["O"] * length
    for first, last, type_ in entities:
        tags[first : last + 1] = [f"B-{type_}", *[f"I-{type_}"] * (last - first)]
    return tags


def _mentions(document: Tagged, sides: list[list[Entity]]) -> Iterator[Json]:
    """As offsets into the words joined by spaces, one sentence per line."""
    at = 0
    for words, entities in zip(document.words, sides, strict=True):
        begins = [at]
        for word in words:
            begins.append(begins[-1] + len(word) + 1)
        for first, last, type_ in entities:
            yield {"start": begins[first], "end": begins[last + 1] - 1, "type": type_}
        at = begins[-1]


def ner(folder: Path, documents: int, sentences: int) -> None:
    """gold.jsonl and pred.jsonl; gold.conll and pred.conll (token, tag); both.conll (token, gold tag, predicted)."""
    made = list(_tagged(random.Random(SEED), documents, sentences, 0.5))
    for side in ("gold", "pred"):
        _lines(folder / f"{side}.jsonl", (_ner_row(i, d, side) for i, d in enumerate(made)))
        with (folder / f"{side}.conll").open("w", encoding="utf-8") as file:
            for document in made:
                file.write("-DOCSTART-\tO\n\n")
                for words, entities in zip(document.words, getattr(document, side), strict=True):
                    tags = _tags(len(words), entities)
                    file.write("".join(f"{w}\t{t}\n" for w, t in zip(words, tags, strict=True)) + "\n")
    with (folder / "both.conll").open("w", encoding="utf-8") as file:
        for document in made:
            for words, gold, pred in zip(document.words, document.gold, document.pred, strict=True):
                rows = zip(words, _tags(len(words), gold), _tags(len(words), pred), strict=True)
                file.write("".join(f"{w}\t{g}\t{p}\n" for w, g, p in rows) + "\n")


def _ner_row(number: int, document: Tagged, side: str) -> Json:
    row: Json = {"id": f"d{number:06}", "mentions": list(_mentions(document, getattr(document, side)))}
    if side == "gold":
        row["text"] = "".join(" ".join(words) + "\n" for words in document.words)
    return row


# ------------------------------------------------------------------ coreference


def _text(rng: random.Random, pool: list[str], spans: int) -> tuple[str, list[tuple[int, int]]]:
    """A text with this many spans of one or two words, a word between them."""
    parts: list[str] = []
    found: list[tuple[int, int]] = []
    at = 0
    for _ in range(spans):
        span = " ".join(rng.choices(pool, k=rng.randint(1, 2)))
        found.append((at, at + len(span)))
        parts += [span, " ", rng.choice(pool), " "]
        at += len(span) + len(parts[-2]) + 2
    return "".join(parts), found


def _clusters(rng: random.Random, mentions: int) -> tuple[list[int], list[int]]:
    """The gold and the predicted cluster of each mention, -1 where it is not predicted.

    Gold clusters have two mentions or more, as OntoNotes has them, and sizes with a heavy tail; a predicted one is a
    gold one of which a tenth of the mentions went elsewhere nearby, and one in twenty is merged with a neighbour.
    """
    gold: list[int] = []
    number = 0
    while len(gold) < mentions:
        size = min(int(2 * rng.paretovariate(1.2)), mentions // 4, mentions - len(gold))
        gold += [number] * size
        number += 1
    if gold.count(number - 1) == 1:
        gold[-1] = number - 2
    merged = {c: c + 1 for c in range(number - 1) if rng.random() < 0.05}
    pred = []
    for cluster in gold:
        luck = rng.random()
        if luck < 0.05:
            pred.append(-1)
        elif luck < 0.15:
            pred.append((cluster + rng.randint(-20, 20)) % number)
        else:
            pred.append(merged.get(cluster, cluster))
    order = list(range(mentions))
    rng.shuffle(order)
    return [gold[i] for i in order], [pred[i] for i in order]


def coref(folder: Path, documents: int, mentions: int) -> None:
    """gold.jsonl and pred.jsonl; folders gold and pred for scorch; {gold,pred}.clusters.jsonl for coreference-eval.

    No mention is predicted that gold has not: scorch would give it a gold cluster of its own.
    """
    rng = random.Random(SEED)
    pool = _words(rng, 5000)
    rows: dict[str, list[Json]] = {"gold": [], "pred": []}
    chains: dict[str, list[Json]] = {"gold": [], "pred": []}
    for number in range(documents):
        name = f"d{number:06}"
        text, spans = _text(rng, pool, mentions)
        for side, clusters in zip(("gold", "pred"), _clusters(rng, mentions), strict=True):
            found = [
                {"start": a, "end": z, "type": "PER", "level": "NOM", "entity": f"c{c}"}
                for (a, z), c in zip(spans, clusters, strict=True)
                if c >= 0
            ]
            rows[side].append({"id": name, "mentions": found, **({"text": text} if side == "gold" else {})})
            by: dict[int, list[int]] = {}
            for i, cluster in enumerate(clusters):
                if cluster >= 0:
                    by.setdefault(cluster, []).append(i)
            (folder / side).mkdir(exist_ok=True)
            content = {"type": "clusters", "clusters": {str(c): m for c, m in by.items()}}
            (folder / side / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
            chains[side].append({"clusters": [[spans[i] for i in m] for m in by.values()]})
    for side in rows:
        _lines(folder / f"{side}.jsonl", rows[side])
        _lines(folder / f"{side}.clusters.jsonl", chains[side])


# ------------------------------------------------------------------ events


def _event_rows(
    rng: random.Random, pool: list[str], name: str, mentions: int, events: int, arguments: int
) -> list[Json]:
    """A gold row and its prediction: mentions in clusters, and events whose arguments name mentions by their ids."""
    text, spans = _text(rng, pool, mentions + events)
    order = list(range(len(spans)))
    rng.shuffle(order)
    found = [
        {"id": f"m{i}", "start": a, "end": z, "type": rng.choice(TYPES), "level": "NAM", "entity": f"c{i // 2}"}
        for i, (a, z) in enumerate(spans[n] for n in order[:mentions])
    ]
    gold, pred = [], []
    for i, (start, end) in enumerate(spans[n] for n in order[mentions:]):
        type_ = rng.choice(list(EVENTS))
        roles, fillers = rng.sample(EVENTS[type_], arguments), rng.sample(range(mentions), arguments)
        said: Json = {"realis": rng.choice(REALIS), "polarity": "positive", "stance": "asserts"}
        gold.append(_event(i, start, end, type_, roles, fillers, said))
        luck = rng.random()
        if luck < 0.1:
            continue
        pred_type = type_ if luck > 0.2 else rng.choice(list(EVENTS))
        kept = [n for n in range(arguments) if rng.random() > 0.1]
        other = [fillers[n] if rng.random() > 0.1 else rng.randrange(mentions) for n in kept]
        said = {**said, "realis": said["realis"] if rng.random() > 0.1 else rng.choice(REALIS)}
        named = [EVENTS[pred_type][EVENTS[type_].index(roles[n])] for n in kept]
        pred.append(_event(i, start, end, pred_type, named, other, said))
    spoilt = [m if rng.random() > 0.1 else {**m, "type": rng.choice(TYPES)} for m in found]
    facts = {"part": "worlds", "genre": "wire story", "text": text}
    return [{"id": name, **facts, "mentions": found, "events": gold}, {"id": name, "mentions": spoilt, "events": pred}]


def _event(number: int, start: int, end: int, type_: str, roles: list[str], fillers: list[int], said: Json) -> Json:
    arguments = [{"role": role, "filler": f"m{filler}"} for role, filler in zip(roles, fillers, strict=True)]
    return {"id": f"e{number}", "start": start, "end": end, "type": type_, **said, "arguments": arguments}


def events(folder: Path, documents: int, mentions: int, events: int, arguments: int) -> None:
    """gold.jsonl and pred.jsonl."""
    rng = random.Random(SEED)
    pool = _words(rng, 5000)
    with (folder / "gold.jsonl").open("wb") as gold, (folder / "pred.jsonl").open("wb") as pred:
        for number in range(documents):
            rows = _event_rows(rng, pool, f"d{number:07}", mentions, events, arguments)
            gold.write(_encode(rows[0]) + b"\n")
            pred.write(_encode(rows[1]) + b"\n")


SETS: dict[str, tuple[Callable[..., None], dict[str, int]]] = {
    "ner": (ner, {"documents": 1000, "sentences": 50}),
    "ner-large": (ner, {"documents": 10_000, "sentences": 50}),
    "ner-tiny": (ner, {"documents": 1, "sentences": 2}),
    "ner-one": (ner, {"documents": 1, "sentences": 10_000}),
    "ner-hundred": (ner, {"documents": 100, "sentences": 100}),
    "coref": (coref, {"documents": 1000, "mentions": 200}),
    "coref-tiny": (coref, {"documents": 1, "mentions": 20}),
    "coref-one": (coref, {"documents": 1, "mentions": 20_000}),
    "events": (events, {"documents": 1000, "mentions": 150, "events": 100, "arguments": 3}),
    "events-tiny": (events, {"documents": 1, "mentions": 5, "events": 1, "arguments": 3}),
    "small-100000": (events, {"documents": 100_000, "mentions": 2, "events": 1, "arguments": 2}),
    "small-1000000": (events, {"documents": 1_000_000, "mentions": 2, "events": 1, "arguments": 2}),
}


def main() -> None:
    name, folder = sys.argv[1], Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    make, sizes = SETS[name]
    make(folder, **sizes)


if __name__ == "__main__":
    main()

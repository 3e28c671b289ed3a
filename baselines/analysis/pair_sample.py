"""The pairs that were read by hand: how they are drawn, and how they and the verdicts are stored in pairs/.

The sample is stratified by layer and by how the spans relate (`STRATA`); within a stratum the systems take turns, those
that generate text `GENERATIVE_TURNS` at a time, and a pair that several systems make is drawn once.
"""

import hashlib
import random
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec
from credit import credits_of
from near_pairs import Item, Pair, near_pairs

from goldwire_baselines.leaderboard import stored_predictions
from goldwire_baselines.leaderboard.folder import PREDICTIONS, RESULTS, own_folder
from goldwire_baselines.leaderboard.measure import SPLITS
from goldwire_baselines.leaderboard.record import HELD_OUT, read_record
from goldwire_corpus.errors import data_error
from goldwire_corpus.load import documents
from goldwire_corpus.schema.document import Document
from goldwire_corpus.schema.prediction import Prediction

FOLDER = Path(__file__).resolve().parent / "pairs"
SEED = 15
STRATA = {
    ("mention", "overlap"): 28,
    ("trigger", "overlap"): 14,
    ("trigger", "neighbour"): 10,
    ("argument", "overlap"): 16,
    ("argument", "elsewhere"): 16,
    ("time", "overlap"): 12,
    ("quantity", "overlap"): 4,
}
"""How many pairs are drawn by layer and kind."""
GENERATIVE_TURNS = 2
VERDICTS = ("right", "partly", "wrong")
Stored = TypeVar("Stored")


class Source(msgspec.Struct, frozen=True):
    """Predictions of a system from which pairs were drawn: those on the documents of these splits."""

    system: str
    splits: list[str]
    digest: str
    generative: bool = False


class DrawnFrom(msgspec.Struct, frozen=True):
    """What a sample was drawn from; `candidates` is the number of different pairs by layer and kind."""

    data: str
    seed: int
    sources: list[Source]
    candidates: dict[str, int]


class Sampled(msgspec.Struct, frozen=True):
    """A drawn pair, the systems that make it, and which lenient metrics credit it (only those of its layer)."""

    id: str
    layer: str
    kind: str
    document: str
    sentence: str
    gold: Item
    predicted: Item
    systems: list[str]
    credit: dict[str, bool]

    @property
    def pair(self) -> Pair:
        return Pair(self.layer, self.kind, self.document, self.gold, self.predicted)


class Verdict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    verdict: str
    reason: str


def held_out(splits: Sequence[str] = SPLITS) -> dict[str, Document]:
    """Return the documents of these splits by id; without any, those of our own texts that no system trains on."""
    return {d.id: d for split in splits for d in documents(split)}


def predictions_of(system: str) -> Path:
    """Return the file of the stored predictions of the first run of a system."""
    folder = own_folder()
    record = folder / RESULTS / f"{system}.json"
    seed = read_record(record).runs[0].seed if record.exists() else None
    return stored_predictions.path_of(folder / PREDICTIONS, system, seed, HELD_OUT)


def read_predictions(path: Path, gold: Mapping[str, Document]) -> list[Prediction]:
    """Return the predictions of a file on the documents `gold`, by the id of the document."""
    rows = [stored_predictions.layers_of(p) for p in stored_predictions.read(path)]
    return sorted((p for p in rows if p.id in gold), key=lambda p: p.id)


def digest(predictions: Iterable[Prediction]) -> str:
    """Return the SHA-256 of predictions, whatever file they are in."""
    content = hashlib.sha256()
    for prediction in predictions:
        content.update(msgspec.json.encode(prediction) + b"\n")
    return content.hexdigest()


def draw(
    predictions: Mapping[str, Sequence[Prediction]], gold: Mapping[str, Document], generative: Sequence[str],
    strata: Mapping[tuple[str, str], int] = STRATA, seed: int = SEED,
) -> tuple[list[Sampled], dict[str, int]]:  # fmt: skip
    """Return the sample and the number of different pairs by layer and kind. A stratum may have too few pairs."""
    makers: dict[Pair, list[str]] = {}
    for system in sorted(predictions):
        for prediction in predictions[system]:
            for pair in near_pairs(gold[prediction.id], prediction):
                makers.setdefault(pair, []).append(system)
    systems: dict[tuple[object, ...], set[str]] = {}
    for pair, names in makers.items():
        systems.setdefault(_seen(pair), set()).update(names)
    drawn: list[Pair] = []
    for stratum, size in strata.items():
        of_stratum = {pair: names for pair, names in makers.items() if (pair.layer, pair.kind) == stratum}
        drawn += _stratum(of_stratum, generative, size, random.Random(" ".join([str(seed), *stratum])))
    sample = [
        Sampled(f"p{number:03}", p.layer, p.kind, p.document, _sentence(gold[p.document], p.gold), p.gold, p.predicted,
                sorted(systems[_seen(p)]), credits_of(p, gold[p.document]))
        for number, p in enumerate(drawn, 1)
    ]  # fmt: skip
    return sample, {" ".join(stratum): sum(key[:2] == stratum for key in systems) for stratum in strata}


def _stratum(
    makers: Mapping[Pair, Sequence[str]], generative: Sequence[str], size: int, chance: random.Random
) -> list[Pair]:
    """Return so many pairs of a stratum, drawn by the systems in turn from their own."""
    systems = sorted({system for names in makers.values() for system in names})
    turns = [system for system in systems for _ in range(GENERATIVE_TURNS if system in generative else 1)]
    own = {system: [pair for pair in makers if system in makers[pair]] for system in systems}
    for pairs in own.values():
        pairs.sort(key=lambda pair: (pair.document, pair.gold.span, pair.predicted.span, msgspec.json.encode(pair)))
        chance.shuffle(pairs)
    drawn: dict[object, Pair] = {}
    while len(drawn) < size and any(own.values()):
        for system in turns:
            while own[system] and _seen(own[system][-1]) in drawn:
                own[system].pop()
            if own[system] and len(drawn) < size:
                pair = own[system].pop()
                drawn[_seen(pair)] = pair
    found = list(drawn.values())
    chance.shuffle(found)
    return found


def _seen(pair: Pair) -> tuple[object, ...]:
    """Return what a reader sees of a pair: two systems whose items differ in the rest make one pair."""
    gold, predicted = pair.gold, pair.predicted
    return (pair.layer, pair.kind, pair.document, gold.span, gold.label, gold.event, predicted.span, predicted.label,
            predicted.event, predicted.value)  # fmt: skip


def _sentence(document: Document, item: Item) -> str:
    return next(document.text[s.start : s.end] for s in document.sentences if s.start <= item.start < s.end)


def read_sample(folder: Path = FOLDER) -> list[Sampled]:
    """Read the stored sample. Raises DataError if it is invalid."""
    return _read(folder / "sample.jsonl", Sampled)


def read_drawn_from(folder: Path = FOLDER) -> DrawnFrom:
    """Read what the stored sample was drawn from."""
    return msgspec.json.decode((folder / "drawn_from.json").read_bytes(), type=DrawnFrom)


def read_readers(folder: Path = FOLDER) -> dict[str, str]:
    """Read who the readers are, by name."""
    return msgspec.json.decode((folder / "readers.json").read_bytes(), type=dict[str, str])


def read_verdicts(folder: Path = FOLDER) -> dict[str, dict[str, Verdict]]:
    """Read the verdicts by reader and by pair. Raises DataError for an unknown verdict or pair, or one left out."""
    ids = {pair.id for pair in read_sample(folder)}
    readers = {}
    for path in sorted(folder.glob("verdicts_*.jsonl")):
        rows = _read(path, Verdict)
        for number, row in enumerate(rows, 1):
            if row.verdict not in VERDICTS:
                message = f"unknown verdict {row.verdict!r}; expected one of {', '.join(VERDICTS)}"
                raise data_error(str(path), number, "verdict", message)
        found = {row.id: row for row in rows}
        if len(found) != len(rows) or found.keys() != ids:
            wrong = sorted(ids ^ found.keys()) or ["an id that occurs twice"]
            message = f"expected one verdict for each pair of sample.jsonl; found otherwise: {', '.join(wrong[:5])}"
            raise data_error(str(path), 0, "verdict", message)
        readers[path.stem.removeprefix("verdicts_")] = found
    return readers


def _read(path: Path, type: type[Stored]) -> list[Stored]:
    rows = []
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        try:
            rows.append(msgspec.json.decode(line, type=type))
        except msgspec.DecodeError as error:
            raise data_error(str(path), number, "line", str(error)) from None
    return rows

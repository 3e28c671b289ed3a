"""The systems against annotation by people: MUC-4 records, re3d entities, WikiEvents triggers and arguments.

Figures, label mappings and intervals are those of the comparison of our own annotation with the same corpora
(`goldwire_annotation.human`, `docs/people.md`), which is the ceiling. `measure` needs the corpora as their authors
publish them, in the folders `muc4`, `re3d` and `wikievents` of the folder that GOLDWIRE_REAL names:

    python baselines/analysis/external.py rules linear crf

It stores figures with counts and intervals, no text, and keeps the stored rows of systems that are not named. On re3d,
whose documents are the part `field`, the stored predictions of a system are used if there are any.
"""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
from human_corpora import ALL, OURS, Compared, Corpus, corpora, of_set
from markdown_table import table

from goldwire_annotation.human import muc4_records, re3d_entities, wikievents
from goldwire_baselines.embedded import EMBEDDED
from goldwire_baselines.leaderboard import stored_predictions as stored
from goldwire_baselines.leaderboard.folder import PREDICTIONS, RESULTS, own_folder
from goldwire_baselines.leaderboard.record import read_record, rounded
from goldwire_corpus.atomic_write import write_atomic
from goldwire_corpus.errors import DataError, UsageError
from goldwire_corpus.load import data_signature, documents
from goldwire_corpus.parts import FIELD
from goldwire_corpus.schema.prediction import Prediction
from goldwire_eval.extractor import Extractor, fitted, predict
from goldwire_eval.reporting.text import interval, percent

MEASURED = Path(__file__).resolve().parent / "measured" / "external.json"
HUMAN = Path(__file__).resolve().parents[2] / "annotation" / "human"
REAL = "GOLDWIRE_REAL"
CEILING = "our annotation"
CEAF = "record.ceaf"
TITLES = {
    "muc4": ("MUC-4: F1 of incident records", "records"),
    "re3d": ("re3d: recall of entities", "items"),
    "wikievents": ("WikiEvents: recall of events", "events"),
}
LAYERS: dict[str, tuple[str, ...]] = {
    "muc4": muc4_records.METRICS,
    "re3d": re3d_entities.LAYERS,
    "wikievents": (*wikievents.LAYERS, wikievents.ALL_ARGUMENTS),
}


class Figure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fraction in [0, 1] and its 95 % interval, None if undefined."""

    value: float | None
    interval: tuple[float, float] | None


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A system on some documents of a corpus: `human` and `predicted` are the numbers of items of the kind compared."""

    corpus: str
    documents: str
    system: str
    number: int
    human: int
    predicted: int
    figures: dict[str, Figure]

    @property
    def key(self) -> tuple[str, str, bool, str]:
        return self.corpus, self.documents, self.system != CEILING, self.system


class Measured(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All rows; `data` is the signature of the data that the last measured systems were trained on."""

    data: str
    rows: list[Row]


# ---------------------------------------------------------------- measuring


def measure(systems: Sequence[str] = EMBEDDED, path: Path = MEASURED) -> None:
    """Run these systems on the corpora and add or replace their rows. Raises UsageError without the corpora."""
    folder = os.environ.get(REAL)
    if not folder:
        raise UsageError(
            f"{REAL} is not set; expected a folder with the corpora muc4, re3d and wikievents as published"
        )
    read = {name: reader() for name, reader in corpora(Path(folder), HUMAN)}
    store(path, [row(name, OURS, CEILING, corpus.ceiling) for name, corpus in read.items()])
    for system in systems:
        store(path, rows_of(system, read))
        print(f"{system}: measured", file=sys.stderr)


def store(path: Path, rows: Sequence[Row]) -> None:
    """Add rows to the stored ones, or replace those of the same corpus, documents and system."""
    old = load(path)
    kept = {one.key: one for one in (*(old.rows if old else ()), *rows)}
    write(path, Measured(data_signature(), sorted(kept.values(), key=lambda one: one.key)))


def rows_of(system: str, read: Mapping[str, Corpus]) -> list[Row]:
    """Return the rows of a system on these corpora; it is trained once, and only if some predictions are not stored."""
    extractor: list[Extractor] = []

    def run(corpus: Corpus) -> list[Prediction]:
        if not extractor:
            extractor.append(fitted(system, documents("train")))
        return predict(system, extractor[0], corpus.documents)

    rows = []
    for name, corpus in read.items():
        made = (stored_field(system) if name == "re3d" else None) or run(corpus)
        of_id = {p.id: p for p in made}
        rows += [row(name, some, system, corpus.compare(of_set(of_id, ids))) for some, ids in corpus.sets.items()]
    return rows


def stored_field(system: str) -> list[Prediction] | None:
    """Return the stored predictions of the first run of a system on the part `field`, None without any."""
    path = own_folder() / RESULTS / f"{system}.json"
    seed = read_record(path).runs[0].seed if path.exists() else None
    predictions = stored.path_of(own_folder() / PREDICTIONS, system, seed, FIELD)
    return stored.read(predictions) if predictions.exists() else None


def row(corpus: str, some: str, system: str, compared: Compared) -> Row:
    """Return a row for the stored file, with rounded figures."""
    found = compared.agreement

    def figure(layer: str) -> Figure:
        value, pair = found.f1[layer], found.intervals.get(layer)
        low, high = (rounded(bound) for bound in pair) if pair else (None, None)
        bounds = None if low is None or high is None else (low, high)
        return Figure(rounded(value), bounds)

    figures = {layer: figure(layer) for layer in found.f1}
    return Row(corpus, some, system, found.documents, compared.human, compared.predicted, figures)


def load(path: Path = MEASURED) -> Measured | None:
    """Return the stored rows, None before the first measurement."""
    return msgspec.json.decode(path.read_bytes(), type=Measured) if path.exists() else None


def write(path: Path, measured: Measured) -> None:
    """Write the rows, one per line."""
    lines = ",\n  ".join(msgspec.json.encode(one).decode() for one in measured.rows)
    data = msgspec.json.encode(measured.data).decode()
    write_atomic(path, f'{{"data": {data},\n "rows": [\n  {lines}\n ]}}\n'.encode())


# ---------------------------------------------------------------- the section

_NOTES = {
    "muc4": """Answer keys of the mixed-case messages TST4 (Sundheim 1992), by the profile `muc4`. Of a system's
records those of the types that MUC-4 has incidents of are compared (Attack, Abduct, Seize-Property, Damage,
Demonstrate); the day of the date line is the publication date. Names lose determiners and numbers at their beginning,
which the keys do not have. MUC-4 asks for terrorist incidents alone and leaves out
most clashes of armies and what is old or vague, and the systems follow our guidelines, which do not, so that low
precision is partly a difference of the schemes; our annotator filled templates by the documentation of MUC-4. Slots
are compared in aligned records; a name must equal a form that the key accepts, so that a modifier more is an error.""",
    "re3d": """Entities that a crowd marked in the documents of the part `field`, against our gold of it. They marked
what an analyst would look for, so that only recall has a meaning; the number of items that a system predicts shows what
its recall costs. Mentions, times, quantities and titles are compared together, by the types that correspond to one
another (`annotation/goldwire_annotation/human/re3d_entities.py`). Spans differ by convention: ours include
determiners, numbers and modifiers.""",
    "wikievents": """Triggers and arguments of the dev part (Li et al. 2021), where the events of scenarios alone are
annotated, so that only recall has a meaning. A trigger is found if a predicted one overlaps it, whatever the types, an
argument if the head of a filler of such a trigger overlaps it, whatever the roles. A system with more triggers finds
more by chance: compare recall together with the number of events. Our annotator followed our guidelines.""",
}


def section() -> str:
    """Return the section, from the stored file."""
    found = load()
    return render(found.rows if found else [])


def render(rows: Sequence[Row]) -> str:
    """Return the section for these rows."""
    lines = [
        "### Gold that people made", "",
        "The systems, trained on our train part, on real news that people annotated by schemes of their own. The row "
        f"*{CEILING}* compares what our annotator made of the same documents with the same people "
        "([docs/people.md](../docs/people.md)): a system cannot be expected to come closer to them. Intervals resample "
        "documents; a figure has none if fewer than ten documents have an item of its kind.", "",
    ]  # fmt: skip
    if not rows:
        return "\n".join([*lines, "Not measured yet.", ""])
    for corpus, (title, items) in TITLES.items():
        mine = [one for one in rows if one.corpus == corpus]
        if mine:
            lines += [f"**{title}.** {' '.join(_NOTES[corpus].split())}", ""]
        for some in (OURS, ALL):
            if of_some := [one for one in mine if one.documents == some]:
                lines.append(_corpus_table(corpus, items, of_some))
    return "\n".join(lines)


def _corpus_table(corpus: str, items: str, rows: Sequence[Row]) -> str:
    layers = LAYERS[corpus]
    rows = sorted(rows, key=lambda one: (one.system == CEILING, -(one.figures[layers[0]].value or 0.0), one.system))
    head = [f"{rows[0].number} documents, {rows[0].human:,} {items} by people", items]
    body = [[one.system, f"{one.predicted:,}", *(_cell(one.figures.get(layer)) for layer in layers)] for one in rows]
    names = [layer.removeprefix("record.") for layer in layers]
    if corpus == "muc4":
        names.insert(1, "precision, recall")
        for cells, one in zip(body, rows, strict=True):
            cells.insert(3, ", ".join(map(percent, precision_and_recall(one))))
    return table([*head, *names], body)


def precision_and_recall(row: Row) -> tuple[float | None, float | None]:
    """Return precision and recall of records, which follow from F1 and the numbers of both sides."""
    f1 = row.figures[CEAF].value
    if f1 is None:
        return None, None
    similar = f1 * (row.human + row.predicted) / 2
    return (similar / row.predicted if row.predicted else None), (similar / row.human if row.human else None)


def _cell(figure: Figure | None) -> str:
    if figure is None or figure.value is None:
        return "-"
    return f"{percent(figure.value)} {f'({interval(figure.interval)})' if figure.interval else ''}".strip()


if __name__ == "__main__":
    try:
        measure(sys.argv[1:] or EMBEDDED)
    except (DataError, UsageError) as error:
        sys.exit(f"error: {error}")

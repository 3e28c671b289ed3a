"""Score predictions against gold: from rows to sufficient statistics, from which every figure follows."""

import gc
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from goldwire_corpus.errors import DataError, ErrorList, ValidationError, data_error
from goldwire_corpus.schema.document import Document
from goldwire_corpus.schema.prediction import Prediction
from goldwire_eval.batch.alignment import Alignment
from goldwire_eval.batch.arrays import Floats, Vocabulary, ints
from goldwire_eval.batch.builder import build_side
from goldwire_eval.batch.item_columns import Row, Rows
from goldwire_eval.batch.label_report import LabelReport, left_out_note
from goldwire_eval.batch.labels import both
from goldwire_eval.batch.submitted_layers import CLUSTERS, EVERY_LAYER, SubmittedLayers, layers_for, not_annotated
from goldwire_eval.batch.tables import Batch, across, join
from goldwire_eval.error_analysis.taxonomy import ErrorLog
from goldwire_eval.matching.one_to_one import DocumentStats
from goldwire_eval.metrics.ner import flat_names
from goldwire_eval.metrics.prf import Counts, Figures
from goldwire_eval.metrics.registry import KINDS, METRICS, UNITS, count
from goldwire_eval.policy import ANY, DEFAULT, Policies
from goldwire_eval.readers.document_pairs import Line, Pair, Pairing
from goldwire_eval.readers.predictions import Predictions
from goldwire_eval.readers.reference import Gold
from goldwire_eval.readers.text_difference import same_text, text_error
from goldwire_eval.stats.accumulate import CountsByDocument, Groups
from goldwire_eval.stats.units import unit_of

if TYPE_CHECKING:
    from goldwire_eval.error_analysis.examples import Details


DOCUMENTS, SIZE = 4096, 50_000
"""The most documents of a batch, and its approximate cost in items + characters // 20."""


@dataclass
class Scored:
    """Sufficient statistics of every metric. All further figures are arithmetic on these.

    `by_document` and `by_world` hold the statistics of documents, and of worlds for metrics that read the documents of
    one together; `by_type` the sums by type of the metrics that compare types; `by_fact` those of all metrics of
    documents by genre, part and world. `ids` are those of the gold documents by number, of the first `MOST`; `worlds`
    the names of the worlds by number. `not_scored` says of layers why they are not scored, `left_out` how many items of
    each label neither side is compared on.
    """

    policies: Policies
    by_document: CountsByDocument
    by_world: CountsByDocument
    by_type: dict[str, dict[str, Floats]] = field(default_factory=dict)
    by_fact: dict[str, Groups] = field(default_factory=lambda: {"genre": Groups(), "part": Groups(), "world": Groups()})
    ids: dict[int, str] = field(default_factory=dict)
    worlds: list[str] = field(default_factory=list)
    documents: int = 0
    missing: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    not_scored: dict[str, str] = field(default_factory=dict)
    left_out: dict[str, dict[str, int]] = field(default_factory=dict)
    validation_errors: list[ValidationError] = field(default_factory=list)
    attempted: frozenset[str] = frozenset()
    found_normalised: int = 0
    errors: ErrorLog = field(default_factory=ErrorLog)

    @property
    def metrics(self) -> list[str]:
        """The requested metrics that both sides attempt, in order."""
        asked = self.by_document.kinds.keys() | self.by_world.kinds.keys()
        return [name for name, needs in METRICS.items() if needs in self.attempted and name in asked]

    def stats(self, metric: str) -> Floats:
        """Return the statistics of a metric: shape (units, width)."""
        units = self.by_world if metric in self.by_world.kinds else self.by_document
        return units.rows[:, units.place[metric]]

    def total(self, metric: str) -> Counts:
        """Return the sum over the documents, for a metric that counts true and false positives and false negatives."""
        return Counts(*self.stats(metric).sum(axis=0).tolist())

    def sums(self, group: str) -> dict[str, dict[str, Floats]]:
        """Return the statistics of each metric by type, genre, part, world or document, added up within each group."""
        if group == "type":
            return dict(sorted(self.by_type.items()))
        places = self.by_document.place
        if group == "document":
            rows = dict(zip(map(self.ids.__getitem__, range(self.documents)), self.by_document.rows, strict=True))
        else:
            rows = dict(sorted(self.by_fact[group].sums.items()))
        sums = {value: {m: row[place] for m, place in places.items()} for value, row in rows.items()}
        if group == "world":
            for world, row in zip(self.worlds, self.by_world.rows, strict=False):
                sums[world] |= {m: row[place] for m, place in self.by_world.place.items()}
        return sums

    def figures(self, metric: str) -> Figures:
        return KINDS[metric].figures(self.stats(metric).sum(axis=0))


def score(
    predictions: Predictions, gold: Gold, policies: Policies = DEFAULT, metrics: Collection[str] = METRICS,
    details: "Details | None" = None,
) -> Scored:  # fmt: skip
    """Validate, ground and count a submission against gold; `details` gathers every error with its place.

    Raises DataError with every validation error, unless the policy is to count invalid items as errors.
    """
    with _no_collection():
        return _Scorer(policies, metrics, details).score(predictions, gold.under(policies))


def score_documents(predictions: Sequence[Prediction], gold: Sequence[Document], name: str) -> Scored:
    """Score predictions made in this process exactly as if they had been read from a file."""
    return score(Predictions.of_rows(predictions, name), Gold.of_documents(gold))


def score_file(
    path: Path, gold: Gold, policies: Policies = DEFAULT, metrics: Collection[str] = METRICS,
    details: "Details | None" = None,
) -> Scored:  # fmt: skip
    return score(Predictions.of_file(path, gold, policies), gold, policies, metrics, details)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Pause the garbage collector, which would walk all that is decoded again and again and finds no cycle."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


class _Scorer:
    def __init__(self, policies: Policies, metrics: Collection[str], details: "Details | None"):
        self.policies, self.metrics, self.details = policies, metrics, details
        self.labels = both(policies.labels)
        self.strings, self.worlds = Vocabulary.or_none(), Vocabulary()
        kinds = {
            unit: {name: kind for name, kind in KINDS.items() if name in metrics and UNITS[name] == unit}
            for unit in ("document", "world")
        }
        self.scored = Scored(policies, CountsByDocument(kinds["document"]), CountsByDocument(kinds["world"]))
        any_label = policies.labels == ANY
        self.attempted, self.annotated = SubmittedLayers(any_label), SubmittedLayers(any_label)
        self.found = ErrorList()
        self.alignment = Alignment()
        self.layers = {METRICS[name] for name in metrics}
        self.needed = layers_for(self.layers, bool(self.labels[0].values)) if details is None else EVERY_LAYER
        self.label_report = LabelReport(self.labels[1])
        self.gold_path = ""
        self.names_alone = [name for name in metrics if METRICS[name] == "mentions"] == ["ner"]
        self.first_of_world: dict[str, int] = {}
        self.across: list[Batch] = []
        self.across_ids: list[str] = []
        self._begin()

    def _begin(self) -> None:
        self.pairs: list[Pair] = []
        self.sides = Rows(self.strings), Rows(self.strings)
        self.size = 0

    def score(self, predictions: Predictions, gold: Gold) -> Scored:
        scored = self.scored
        pairing = Pairing(gold, predictions)
        for pair in pairing.pairs():
            self._add(pair)
        if self.policies.invalid != "rejected":
            self._further(gold, pairing)
        self._batch()
        scored.documents, scored.missing = pairing.documents, pairing.missing
        self.found.take(predictions.errors)
        self.found.take(pairing.errors)
        warning = self.alignment.warning()
        scored.validation_errors = self.label_report.suggested(self.found.listed())
        if scored.validation_errors and self.policies.invalid == "rejected":
            hint = [ValidationError(predictions.name, 0, "span-alignment", warning, "warning")] if warning else []
            raise DataError([*hint, *scored.validation_errors])
        self._layers()
        self._notes(predictions, gold, warning)
        scored.worlds = self.worlds.names
        self._count_across()
        return scored

    def _layers(self) -> None:
        """Score the layers that both sides give, and name those that gold lacks.

        Raises DataError if gold has no layer at all.
        """
        scored, attempted = self.scored, self.attempted.layers()
        if self.annotated.rows and not self.annotated.met:
            raise _no_layers(self.gold_path)
        lacks = {layer: reason for layer, reason in not_annotated(self.annotated).items() if layer in attempted}
        scored.not_scored = {layer: reason for layer, reason in lacks.items() if layer in self.layers}
        scored.attempted = attempted - lacks.keys()
        scored.left_out = self.label_report.left_out(self.layers & scored.attempted)

    def _notes(self, predictions: Predictions, gold: Gold, warning: str | None) -> None:
        """Say in a line each what was read, left out or not scored, and what may be a mistake."""
        scored, notes = self.scored, self.scored.notes
        for side in (gold, predictions):
            notes += getattr(side, "notes", [])
        if warning is not None:
            notes.append(f"warning: {warning}")
        if scored.not_scored:
            reasons: dict[str, list[str]] = {}
            for layer, reason in scored.not_scored.items():
                reasons.setdefault(reason, []).append(layer)
            listed = "; ".join(f"{', '.join(layers)} ({reason})" for reason, layers in reasons.items())
            notes.append(f"not scored: {listed}")
        left_out = left_out_note(self.policies.labels, scored.left_out)
        if left_out is not None:
            notes.append(left_out)
        if "ner" in scored.metrics and self.label_report.gives_no_level():
            notes.append("ner: no predicted mention has a level, so that all count as names (NAM)")
        if scored.found_normalised:
            notes.append(f"quotes found only in normalised form: {scored.found_normalised}")

    def _further(self, gold: Gold, pairing: Pairing) -> None:
        """Count predictions without a gold document of their own as spurious.

        Those of a document that has a prediction already count in its genre and world too.
        """
        numbers = {number for number, _ in pairing.doubles}
        own = {number: line.row for number, line in enumerate(gold) if number in numbers} if numbers else {}
        for number, pred in pairing.doubles:
            row = own[number]
            nothing = Prediction(id=row.id, text="", genre=row.genre, part=row.part, world=row.world)
            self._add(Pair(number, Line(pred.path, pred.line, nothing), pred), void=True)
        for pred in pairing.unknown:
            # What is resampled are documents of gold: it costs the first.
            nothing = Prediction(id=pred.row.id, text="")
            self._add(Pair(0, Line(pred.path, pred.line, nothing), pred), void=True)

    def _add(self, pair: Pair, void: bool = False) -> None:
        """Add a document to the batch, and count the batch when it is full."""
        gold, pred = pair.gold, pair.pred
        place, text = len(self.pairs), gold.row.text or ""
        self.pairs.append(pair)
        self.size += self.sides[0].add(Row(place, text, gold.row, gold.path, gold.line))
        if pred is not None:
            differs = pred.row.text is not None and not same_text(pred.row.text, text)
            if differs and not void:
                self.found.append(text_error(gold, pred))
            lost = differs or void
            self.size += self.sides[1].add(Row(place, "" if lost else text, pred.row, pred.path, pred.line, lost))
        if len(self.pairs) >= DOCUMENTS or self.size >= SIZE:
            self._batch()

    def _batch(self) -> None:
        pairs, sides = self.pairs, self.sides
        if not pairs:
            return
        self._begin()
        self.alignment.add(*sides)
        form = self.policies.quotes == "normalised"
        gold, invalid = build_side(sides[0], len(pairs), self.labels[0], True, self.needed, form)
        if invalid:
            raise DataError(invalid)
        # Every layer of a prediction is validated, whatever the metrics need; clusters only if they are declared.
        every = EVERY_LAYER if CLUSTERS in self.needed else EVERY_LAYER - {CLUSTERS}
        pred, invalid = build_side(sides[1], len(pairs), self.labels[1], needed=every, normalised=form)
        self.scored.found_normalised += pred.found_normalised
        self.attempted.add((row.row for row in sides[1]), pred.given)
        self.label_report.add((gold, sides[0]), (pred, sides[1]))
        self.annotated.add((row.row for row in sides[0] if not row.void), gold.given)
        self.gold_path = sides[0][0].path
        self.found.take(invalid)
        if self.found and self.policies.invalid == "rejected":
            return
        texts = [row.text for row in sides[0]]
        worlds = ints([-1 if p.gold.row.world is None else self.worlds[p.gold.row.world] for p in pairs])
        batch = join(gold, pred, len(pairs), worlds, texts, self.labels[0].names.names, self.policies)
        self._count(batch, pairs)

    def _count(self, batch: Batch, pairs: Sequence[Pair]) -> None:
        scored = self.scored
        tallies = count(batch, scored.by_document.kinds)
        numbers, units = ints([p.number for p in pairs]), ints([self._unit(p) for p in pairs])
        rows = scored.by_document.add(numbers, units, tallies)
        if not scored.by_document.folded:
            for pair in pairs:
                scored.ids.setdefault(pair.number, pair.gold.row.id)
        for fact, groups in scored.by_fact.items():
            groups.add([getattr(p.gold.row, fact) or "" for p in pairs], rows)
        self._by_type(tallies)
        if self.names_alone:
            batch.listed = flat_names(batch.all_mentions)
        found = scored.errors.add(batch, self.layers)
        if self.details is not None:
            self.details.add(batch, found, pairs, rows, self.labels[0], self.strings)
        if scored.by_world.kinds and (batch.worlds >= 0).any():
            self.across.append(batch)
            self.across_ids += [p.gold.row.id for p in pairs]

    def _unit(self, pair: Pair) -> int:
        """Return the number of the first document of the world, or of the document itself: its unit of resampling."""
        world = unit_of(pair.gold.row.part, pair.gold.row.world)
        if world is None or self.policies.resample == "documents":
            return pair.number
        return self.first_of_world.setdefault(world, pair.number)

    def _by_type(self, tallies: dict[str, DocumentStats]) -> None:
        names = self.labels[0].names.names
        for metric, tally in tallies.items():
            if tally.types is None:
                continue
            for code in np.flatnonzero(tally.types[: len(names)].any(axis=1)).tolist():
                row = self.scored.by_type.setdefault(str(names[code]), {})
                row[metric] = row.get(metric, 0.0) + tally.types[code]

    def _count_across(self) -> None:
        """Count the metrics over documents of one world, which needs all batches."""
        wanted = {name for name in self.scored.by_world.kinds if METRICS[name] in self.scored.attempted}
        if wanted and self.across:
            whole = across(self.across, self.across_ids)
            tallies = count(whole, wanted, unit="world")
            self.scored.by_world.put({name: tally.documents for name, tally in tallies.items()})


def _no_layers(path: str) -> DataError:
    """Return the error for gold without any layer, with the keys of other tools that its rows have."""
    from goldwire_eval.readers.foreign_keys import TOOLS, foreign_keys

    found = [f"`{key}` ({TOOLS[key]})" for key in foreign_keys(Path(path))]
    hint = f"; found {', '.join(found)}, which is not read" if found else ""
    return data_error(path, 0, "layers-missing", f"no gold document has a layer such as `mentions` or `events`{hint}")

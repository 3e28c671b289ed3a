"""Count documents batch by batch: from rows to sufficient statistics, whole or in parts that are merged."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from goldwire_corpus.errors import DataError, ErrorList, ValidationError, data_error
from goldwire_corpus.schema.prediction import Prediction
from goldwire_eval.batch.across import AcrossCodes, AcrossTables, across
from goldwire_eval.batch.alignment import Alignment
from goldwire_eval.batch.arrays import Vocabulary, ints
from goldwire_eval.batch.builder import build_side
from goldwire_eval.batch.item_columns import Row, Rows
from goldwire_eval.batch.label_report import LabelReport, left_out_note
from goldwire_eval.batch.labels import both
from goldwire_eval.batch.submitted_layers import CLUSTERS, EVERY_LAYER, SubmittedLayers, layers_for, not_annotated
from goldwire_eval.batch.tables import Batch, join
from goldwire_eval.given import in_order
from goldwire_eval.matching.one_to_one import DocumentStats
from goldwire_eval.metrics.ner import flat_names
from goldwire_eval.metrics.registry import KINDS, METRICS, UNITS, count
from goldwire_eval.policy import ANY, Policies
from goldwire_eval.readers.document_pairs import Line, Pair, Pairing
from goldwire_eval.readers.formats import notes_of
from goldwire_eval.readers.predictions import Predictions
from goldwire_eval.readers.reference import Gold
from goldwire_eval.readers.text_difference import same_text, text_error
from goldwire_eval.scored import Scored
from goldwire_eval.stats.accumulate import CountsByDocument
from goldwire_eval.stats.units import unit_of

if TYPE_CHECKING:
    from goldwire_eval.error_analysis.examples import Details

DOCUMENTS, SIZE = 4096, 50_000
"""The most documents of a batch, and its approximate cost in items + characters // 20."""


class Tally:
    """What is counted and found in the documents of one gold, or in some of them, to be merged with the rest.

    `first` is the number of the first of these documents in the whole gold, `units` their units of resampling; without
    them the documents are all.
    """

    def __init__(
        self, policies: Policies, metrics: Collection[str], details: "Details | None" = None, first: int = 0,
        units: Sequence[int] | None = None,
    ):  # fmt: skip
        self.policies, self.metrics, self.details = policies, metrics, details
        self.first, self.units = first, units
        self.labels = both(policies.labels)
        self.strings, self.worlds = Vocabulary.or_none(), Vocabulary()
        kinds = {
            unit: {name: kind for name, kind in KINDS.items() if name in metrics and UNITS[name] == unit}
            for unit in ("document", "world")
        }
        self.sums = Scored(policies, CountsByDocument(kinds["document"]), CountsByDocument(kinds["world"]))
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
        self.name = ""
        self.passed_over: dict[str, Counter[str]] = {}
        """How many of each kind the readers passed over or changed, by what the input is called."""
        self.across: list[AcrossTables] = []
        self.across_ids: list[str] = []
        self._begin()

    def _begin(self) -> None:
        self.pairs: list[Pair] = []
        self.sides = Rows(self.strings), Rows(self.strings)
        self.size = 0

    def count(self, predictions: Predictions, gold: Gold) -> None:
        """Read, validate, ground and count the documents."""
        pairing = Pairing(self._in_worlds(gold), predictions)
        for pair in pairing.pairs():
            self._add(pair)
        if self.policies.invalid != "rejected":
            self._further(gold, pairing)
        self._batch()
        self.sums.documents += pairing.documents
        self.sums.missing += pairing.missing
        self.found.take(predictions.errors)
        self.found.take(pairing.errors)
        self.name = predictions.name
        for name, side in ((f"gold {gold.name}", gold), (predictions.name, predictions)):
            self.passed_over.setdefault(name, Counter()).update(side.passed_over)

    def _in_worlds(self, gold: Gold) -> Iterator[Line]:
        """Yield the gold documents, and number the worlds and note the first document of each, whichever order
        predictions have."""
        for number, line in enumerate(gold, self.first):
            if line.row.world is not None:
                _ = self.worlds[line.row.world]
            if (world := unit_of(line.row.part, line.row.world)) is not None:
                self.first_of_world.setdefault(world, number)
            else:
                self.sums.alone += 1
            yield line

    def merge(self, other: "Tally") -> "Tally":
        """Add what was counted and found in the documents that follow, by another process or not; return this tally."""
        sums, more = self.sums, other.sums
        sums.by_document.merge(more.by_document)
        for fact, groups in sums.by_fact.items():
            groups.merge(more.by_fact[fact])
        for type_, rows in more.by_type.items():
            mine = sums.by_type.setdefault(type_, {})
            for metric, row in rows.items():
                mine[metric] = mine.get(metric, 0.0) + row
        if not sums.by_document.folded:
            sums.ids |= more.ids
        sums.documents += more.documents
        sums.alone += more.alone
        sums.missing += more.missing
        sums.found_normalised += more.found_normalised
        sums.given |= more.given
        sums.errors.tally += more.errors.tally
        self.attempted.merge(other.attempted)
        self.annotated.merge(other.annotated)
        self.found.take(other.found)
        self.name = other.name
        for name, kinds in other.passed_over.items():
            self.passed_over.setdefault(name, Counter()).update(kinds)
        self.alignment.merge(other.alignment)
        self.label_report.merge(other.label_report)
        self.across += [tables.recoded(self._codes(other)) for tables in other.across]
        self.across_ids += other.across_ids
        return self

    def _codes(self, other: "Tally") -> "AcrossCodes":
        """Return our codes of the strings, by those of another tally."""
        names, strings = self.labels[0].names, self.strings
        return AcrossCodes(
            ints([names[name] for name in other.labels[0].names.names]),
            ints([strings[name] for name in other.strings.names]),
            ints([self.worlds[name] for name in other.worlds.names]),
        )

    def scored(self) -> Scored:
        """Return the sums, once everything is counted. Raises DataError as `score` does."""
        scored = self.sums
        warning = self.alignment.warning()
        scored.validation_errors = self.label_report.suggested(self.found.listed())
        if scored.validation_errors and self.policies.invalid == "rejected":
            hint = [ValidationError(self.name, 0, "span-alignment", warning, "warning")] if warning else []
            raise DataError([*hint, *scored.validation_errors])
        self._layers()
        self._notes(warning)
        scored.worlds = self.worlds.names
        self._count_across()
        return scored

    def _layers(self) -> None:
        """Score the layers that both sides give, and name those that gold lacks.

        Raises DataError if gold has no layer at all.
        """
        scored, attempted = self.sums, self.attempted.layers()
        if self.annotated.rows and not self.annotated.met:
            raise _no_layers(self.gold_path)
        lacks = {layer: reason for layer, reason in not_annotated(self.annotated).items() if layer in attempted}
        scored.not_scored = {layer: reason for layer, reason in lacks.items() if layer in self.layers}
        scored.attempted = attempted - lacks.keys()
        scored.left_out = self.label_report.left_out(self.layers & scored.attempted)

    def _notes(self, warning: str | None) -> None:
        """Say in a line each what was passed over, left out or not scored, and what may be a mistake."""
        scored, notes = self.sums, self.sums.notes
        for name, kinds in self.passed_over.items():
            notes += notes_of(name, kinds)
        if scored.given:
            notes.append(f"gold was given: {', '.join(in_order(scored.given))}; not comparable with end-to-end figures")
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
        self.alignment.add(*sides, ints([pair.number + self.first for pair in pairs]))
        form = self.policies.quotes == "normalised"
        gold, invalid = build_side(sides[0], len(pairs), self.labels[0], True, self.needed, form)
        if invalid:
            raise DataError(invalid)
        # Every layer of a prediction is validated, whatever the metrics need; clusters only if they are declared.
        every = EVERY_LAYER if CLUSTERS in self.needed else EVERY_LAYER - {CLUSTERS}
        pred, invalid = build_side(sides[1], len(pairs), self.labels[1], needed=every, normalised=form)
        self.sums.found_normalised += pred.found_normalised
        self.sums.given |= {layer for row in sides[1] for layer in row.row.given or ()}
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
        self._count_batch(batch, pairs)

    def _count_batch(self, batch: Batch, pairs: Sequence[Pair]) -> None:
        scored = self.sums
        tallies = count(batch, scored.by_document.kinds)
        numbers, units = ints([p.number + self.first for p in pairs]), ints([self._unit(p) for p in pairs])
        rows = scored.by_document.add(numbers, units, tallies)
        if not scored.by_document.folded:
            for pair in pairs:
                scored.ids.setdefault(pair.number + self.first, pair.gold.row.id)
        for fact, groups in scored.by_fact.items():
            groups.add([getattr(p.gold.row, fact) or "" for p in pairs], rows)
        self._by_type(tallies)
        if self.names_alone:
            batch.listed = flat_names(batch.all_mentions)
        found = scored.errors.add(batch, self.layers)
        if self.details is not None:
            self.details.add(batch, found, pairs, rows, self.labels[0], self.strings)
        if scored.by_world.kinds and (batch.worlds >= 0).any():
            self.across.append(AcrossTables(batch.documents, batch.worlds, batch.mentions, batch.events))
            self.across_ids += [p.gold.row.id for p in pairs]

    def _unit(self, pair: Pair) -> int:
        """Return the number of the first document of the world, or of the document itself: its unit of resampling."""
        if self.units is not None:
            return self.units[pair.number]
        world = unit_of(pair.gold.row.part, pair.gold.row.world)
        if world is None or self.policies.resample == "documents":
            return pair.number + self.first
        return self.first_of_world[world]

    def _by_type(self, tallies: dict[str, DocumentStats]) -> None:
        names = self.labels[0].names.names
        for metric, tally in tallies.items():
            if tally.types is None:
                continue
            for code in np.flatnonzero(tally.types[: len(names)].any(axis=1)).tolist():
                row = self.sums.by_type.setdefault(str(names[code]), {})
                row[metric] = row.get(metric, 0.0) + tally.types[code]

    def _count_across(self) -> None:
        """Count the metrics over documents of one world, which needs all batches."""
        wanted = {name for name in self.sums.by_world.kinds if METRICS[name] in self.sums.attempted}
        if wanted and self.across:
            whole = across(self.across, self.across_ids, self.labels[0].names.names, self.policies)
            tallies = count(whole, wanted, unit="world")
            self.sums.by_world.put({name: tally.documents for name, tally in tallies.items()})


def _no_layers(path: str) -> DataError:
    """Return the error for gold without any layer, with the keys of other tools that its rows have."""
    from goldwire_eval.readers.foreign_keys import TOOLS, foreign_keys

    found = [f"`{key}` ({TOOLS[key]})" for key in foreign_keys(Path(path))]
    hint = f"; found {', '.join(found)}, which is not read" if found else ""
    return data_error(path, 0, "layers-missing", f"no gold document has a layer such as `mentions` or `events`{hint}")

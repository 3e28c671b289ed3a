"""Sufficient statistics of a submission, from which every figure follows."""

from dataclasses import dataclass, field

from goldwire_corpus.errors import ValidationError
from goldwire_eval.batch.arrays import Floats
from goldwire_eval.error_analysis.taxonomy import ErrorLog
from goldwire_eval.metrics.prf import Counts, Figures
from goldwire_eval.metrics.registry import KINDS, METRICS
from goldwire_eval.policy import Policies
from goldwire_eval.stats.accumulate import CountsByDocument, Groups


@dataclass
class Scored:
    """Sufficient statistics of every metric. All further figures are arithmetic on these.

    `by_document` and `by_world` hold the statistics of documents, and of worlds for metrics that read the documents of
    one together; `by_type` the sums by type of the metrics that compare types; `by_fact` those of all metrics of
    documents by genre, part and world. `ids` are those of the gold documents by number, of the first `MOST`; `worlds`
    the names of the worlds by number. `not_scored` says of layers why they are not scored, `left_out` how many items of
    each label neither side is compared on. `alone` is the number of documents that are units of resampling of their
    own, since they have no world or report different events. `given` are the layers that predictions have from gold.
    """

    policies: Policies
    by_document: CountsByDocument
    by_world: CountsByDocument
    by_type: dict[str, dict[str, Floats]] = field(default_factory=dict)
    by_fact: dict[str, Groups] = field(default_factory=lambda: {"genre": Groups(), "part": Groups(), "world": Groups()})
    ids: dict[int, str] = field(default_factory=dict)
    worlds: list[str] = field(default_factory=list)
    documents: int = 0
    alone: int = 0
    missing: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    not_scored: dict[str, str] = field(default_factory=dict)
    left_out: dict[str, dict[str, int]] = field(default_factory=dict)
    validation_errors: list[ValidationError] = field(default_factory=list)
    attempted: frozenset[str] = frozenset()
    given: frozenset[str] = frozenset()
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

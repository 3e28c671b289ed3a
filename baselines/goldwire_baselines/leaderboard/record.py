"""The record of a system: one JSON file with its figures and what they depend on, checked whenever it is read."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import mean, stdev
from typing import Annotated, Any, Literal

import msgspec
import numpy as np

from goldwire_corpus.errors import DataError, ValidationError, data_error
from goldwire_corpus.parts import FIELD, WIRE
from goldwire_eval.given import in_order
from goldwire_eval.metrics.registry import KINDS
from goldwire_eval.results import given_in

HELD_OUT = "test+retold"
PARTS = ("test", "retold", FIELD, WIRE)
"""The parts side by side: invented worlds, the retold story, and the two real parts."""
DIGITS = 6
"""Figures are rounded, so that the order of a sum of floating-point numbers on one machine does not show."""
_TOLERANCE = 1e-5
NAME = re.compile(rf"(?!.*\.(\d+|{FIELD}|{WIRE})$)[A-Za-z0-9][A-Za-z0-9._+-]*")
"""A name does not end as the names of files of predictions do, so that a file belongs to one record."""


class Figures(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The figures of a metric, fractions in [0, 1], None where undefined.

    `interval` is the 95 % confidence interval of F1; `counts` has tp, fp and fn, or numerators and denominators.
    """

    f1: float | None
    precision: float | None = None
    recall: float | None = None
    interval: tuple[float, float] | None = None
    counts: dict[str, float] = {}


class Spread(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Mean and standard deviation of F1 over the seeds, and the 95 % confidence interval of the mean."""

    f1: float | None
    deviation: float | None = None
    interval: tuple[float, float] | None = None


class Scores(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The scores of one run on one part: by metric; errors by class, and figures by world if there are several."""

    metrics: dict[str, Figures]
    missing: list[str] = []
    errors: dict[str, int] = {}
    worlds: dict[str, dict[str, Figures]] = {}


class Run(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One training and its predictions; `seed` is None if nothing is random."""

    parts: dict[str, Scores]
    seed: int | None = None


class Data(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: str
    digest: str

    def __str__(self) -> str:
        return f"{self.version}#{self.digest[:8]}"


class Timing(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What depends on the machine: means over the runs.

    `documents_per_second` is that of all predicted documents, after one of train, by the clock on the wall.
    """

    training_seconds: float | None = None
    documents_per_second: float | None = None
    peak_memory_mb: float | None = None


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """A system and its scores.

    `training` declares what it was trained on, `libraries` the versions of those it imports, `parameters` their number
    if the model counts them. `signatures` and `documents` are those of each part. Of several runs the later ones have
    the leading metrics only, and `mean` their mean by part and metric. `checksum` is the SHA-256 of all other fields.
    """

    format: Literal["goldwire-record/1"] = msgspec.field(default="goldwire-record/1")
    name: Annotated[str, msgspec.Meta(pattern=rf"^{NAME.pattern}$")]
    description: str
    url: str = ""
    training: str
    goldwire: str
    data: Data
    libraries: dict[str, str]
    parameters: int | None = None
    signatures: dict[str, str]
    documents: dict[str, int]
    runs: Annotated[list[Run], msgspec.Meta(min_length=1)]
    mean: dict[str, dict[str, Spread]] = {}
    timing: Timing = Timing()
    checksum: str = ""

    @property
    def seeds(self) -> list[int]:
        return [run.seed for run in self.runs if run.seed is not None]

    @property
    def given(self) -> list[str]:
        """The layers in which the system was given gold; the signatures of all parts have the same."""
        return in_order({layer for signature in self.signatures.values() for layer in given_in(signature)})

    def summary(self, part: str) -> dict[str, Spread]:
        """Return F1 by metric on a part: of the only run, or the mean over the seeds."""
        if part in self.mean:
            return self.mean[part]
        scores = self.runs[0].parts.get(part)
        found = {} if scores is None else scores.metrics
        return {metric: Spread(figures.f1, None, figures.interval) for metric, figures in found.items()}


def rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS) + 0.0


def deviation(values: Sequence[float]) -> float | None:
    """Return the sample standard deviation, rounded; None of fewer than two values."""
    return rounded(stdev(values)) if len(values) > 1 else None


# ---------------------------------------------------------------- files


def encode(record: Record) -> bytes:
    """Return the record as JSON with a line for each metric, and its checksum."""
    fields = msgspec.to_builtins(msgspec.structs.replace(record, checksum=""))
    fields = {"format": record.format, **fields}
    fields["checksum"] = _checksum(fields)
    return ("\n".join(_lines(fields)) + "\n").encode()


def _checksum(fields: Mapping[str, Any]) -> str:
    content = {key: value for key, value in fields.items() if key != "checksum"}
    return hashlib.sha256(msgspec.json.encode(content, order="sorted")).hexdigest()


def _lines(value: Any, indent: str = "") -> Iterator[str]:
    """Yield the lines of a JSON object: one for each metric, and for each member that holds no object."""
    yield "{"
    for number, (key, inner) in enumerate(value.items(), 1):
        start, end = f"{indent} {msgspec.json.encode(key).decode()}: ", "," if number < len(value) else ""
        if isinstance(inner, list) and any(isinstance(item, dict) for item in inner):
            items = [list(_lines(item, indent + "  ")) for item in inner]
            yield f"{start}["
            for place, item in enumerate(items, 1):
                yield f"{indent}  {item[0]}"
                yield from item[1:-1]
                yield item[-1] + ("," if place < len(items) else "")
            yield f"{indent} ]{end}"
        elif isinstance(inner, dict) and "f1" not in inner and any(isinstance(x, dict) for x in inner.values()):
            first, *rest, last = _lines(inner, indent + " ")
            yield start + first
            yield from rest
            yield last + end
        else:
            yield start + msgspec.json.encode(inner).decode() + end
    yield indent + "}"


def read_record(path: Path) -> Record:
    """Read and check a record.

    Raises DataError if the file cannot be read, lacks a key or has an unknown one, was edited, or has figures that do
    not follow from its counts.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise data_error(str(path), 0, "file-unreadable", str(error.strerror)) from None
    try:
        record = msgspec.json.decode(content, type=Record)
        fields = msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise data_error(str(path), 0, "record-format", f"expected a record of goldwire-record/1: {error}") from None
    if "format" not in fields:
        raise data_error(str(path), 0, "record-format", "expected a record of goldwire-record/1: no key `format`")
    wrong = list(inconsistencies(record))
    if wrong:
        raise DataError(ValidationError(str(path), 0, "record-figures", message) for message in wrong)
    if record.checksum != _checksum(fields):
        message = "its content does not have its checksum: the file was edited; restore it, or make the record again"
        raise data_error(str(path), 0, "record-edited", message)
    return record


# ---------------------------------------------------------------- consistency


def inconsistencies(record: Record) -> Iterator[str]:
    """Yield what contradicts itself: figures that do not follow from their counts, means that differ from the runs."""
    seeds = [run.seed for run in record.runs]
    if len(seeds) > 1 and (None in seeds or len(set(seeds)) < len(seeds)):
        yield f"several runs need different seeds; found {', '.join(map(str, seeds))}"
    for run in record.runs:
        for part, scores in run.parts.items():
            where = part if run.seed is None else f"{part}, seed {run.seed}"
            if part not in (HELD_OUT, *PARTS):
                yield f"unknown part {part!r}; expected one of {', '.join((HELD_OUT, *PARTS))}"
            if part not in record.signatures or part not in record.documents:
                yield f"{part}: no signature or number of documents"
            yield from _of_metrics(where, scores.metrics)
            for world, metrics in scores.worlds.items():
                yield from _of_metrics(f"{where}, {world}", metrics)
    yield from _of_given(record)
    yield from _of_means(record)


def _of_given(record: Record) -> Iterator[str]:
    """Yield the parts whose signatures name other given layers than the rest."""
    for part, signature in record.signatures.items():
        if given_in(signature) != record.given:
            found = ", ".join(given_in(signature)) or "nothing"
            yield f"{part}: its signature has {found} given from gold, others {', '.join(record.given)}"


def _of_metrics(where: str, metrics: Mapping[str, Figures]) -> Iterator[str]:
    for name, figures in metrics.items():
        kind = KINDS.get(name)
        if kind is None:
            yield f"{where}: unknown metric {name!r}"
        elif kind.reported:
            if tuple(figures.counts) != kind.fields:
                found, expected = (", ".join(fields) for fields in (figures.counts, kind.fields))
                yield f"{where}, {name}: counts {found or 'none'}; expected {expected}"
                continue
            derived = kind.figures(np.array(list(figures.counts.values())))
            for figure in ("f1", "precision", "recall"):
                yield from _differs(f"{where}, {name}", figure, getattr(figures, figure), getattr(derived, figure))
        elif name.partition("@")[0].endswith(".conll"):
            yield from _of_conll(where, name, metrics)
        pair = figures.interval
        if pair is not None and not 0 <= pair[0] <= pair[1] <= 1:
            yield f"{where}, {name}: invalid interval {pair[0]} to {pair[1]}"


def _of_conll(where: str, name: str, metrics: Mapping[str, Figures]) -> Iterator[str]:
    """Compare the mean of the three measures of coreference (Pradhan et al. 2012), if they are all given."""
    names = [name.replace(".conll", f".{part}") for part in ("muc", "b3", "ceafe")]
    if all(part in metrics for part in names):
        values = [metrics[part].f1 for part in names]
        expected = np.nan if None in values else np.mean([value for value in values if value is not None])
        yield from _differs(f"{where}, {name}", "f1", metrics[name].f1, expected)


def _differs(where: str, figure: str, found: float | None, expected: Any) -> Iterator[str]:
    value = float(expected)
    undefined = value != value
    if (found is None) != undefined or (found is not None and abs(found - value) > _TOLERANCE):
        given = "undefined" if undefined else f"{value:.{DIGITS}g}"
        yield f"{where}: {figure} is {'undefined' if found is None else found}, but its counts give {given}"


def _of_means(record: Record) -> Iterator[str]:
    if len(record.runs) == 1 and record.mean:
        yield "`mean` of a single run"
    for part, metrics in record.mean.items():
        for name, spread in metrics.items():
            expected = mean_of(record.runs, part, name)
            if (expected.f1, expected.deviation) != (spread.f1, spread.deviation):
                yield f"{part}, {name}: mean {spread.f1} ± {spread.deviation}, but the runs give {expected.f1} ± {expected.deviation}"  # noqa: E501


def mean_of(runs: Sequence[Run], part: str, metric: str) -> Spread:
    """Return mean and standard deviation of F1 over the runs; undefined if it is in one of them."""
    found = [scores.metrics[metric].f1 for run in runs if (scores := run.parts.get(part)) and metric in scores.metrics]
    values = [value for value in found if value is not None]
    if len(values) < len(runs):
        return Spread(None)
    return Spread(rounded(mean(values)), deviation(values))
